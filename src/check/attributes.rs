//! The attributes that an Entra user is known to have.
//! Source: Microsoft Graph v1.0, resource type user, and the source attributes that Entra's mapping form lists.

use crate::diagnostic::{Code, Diagnostic, Span, nearest};

/// In the order of bytes, for a binary search.
const KNOWN: &[&str] = &[
    "IsSoftDeleted",
    "accountEnabled",
    "ageGroup",
    "appRoleAssignments",
    "assignedLicenses",
    "assignedPlans",
    "businessPhones",
    "city",
    "companyName",
    "consentProvidedForMinor",
    "country",
    "createdDateTime",
    "creationType",
    "department",
    "dirSyncEnabled",
    "directManager",
    "displayName",
    "division",
    "employeeHireDate",
    "employeeId",
    "employeeLeaveDateTime",
    "employeeOrgData",
    "employeeOrgData.costCenter",
    "employeeOrgData.division",
    "employeeType",
    "externalUserState",
    "facsimileTelephoneNumber",
    "faxNumber",
    "givenName",
    "id",
    "identities",
    "imAddresses",
    "isSoftDeleted",
    "jobTitle",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "mail",
    "mailNickname",
    "manager",
    "mobile",
    "mobilePhone",
    "netBiosName",
    "objectId",
    "officeLocation",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesImmutableId",
    "onPremisesLastSyncDateTime",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "originalUserPrincipalName",
    "otherMails",
    "passwordPolicies",
    "passwordProfile.password",
    "physicalDeliveryOfficeName",
    "postalCode",
    "preferredDataLocation",
    "preferredLanguage",
    "proxyAddresses",
    "sipProxyAddress",
    "skiplevelManager",
    "state",
    "streetAddress",
    "surname",
    "telephoneNumber",
    "usageLocation",
    "userPrincipalName",
    "userType",
];

/// The attributes that an Entra user is known to have, beside extension attributes, in the order of bytes: what an
/// editor proposes.
pub fn known_attributes() -> &'static [&'static str] {
    KNOWN
}

/// Whether the provider has such an attribute.
pub(crate) fn is_known(name: &str) -> bool {
    if KNOWN.binary_search(&name).is_ok() {
        return true;
    }
    // extensionAttribute1 to 15, and directory extensions: extension_<id of the application>_<name>.
    if let Some(number) = name.strip_prefix("extensionAttribute") {
        return matches!(number.parse(), Ok(1..=15u8)) && !number.starts_with(['0', '+']);
    }
    name.strip_prefix("extension_").is_some_and(|rest| rest.split_once('_').is_some_and(|(id, name)| !id.is_empty() && !name.is_empty()))
        || name.strip_prefix("manager.").is_some_and(is_known)
}

/// The warning for an attribute that is neither known nor declared.
#[cold]
pub(super) fn unknown(name: &str, span: Span, declared: Option<&[String]>) -> Diagnostic {
    let diagnostic = unknown_attribute(name, declared.unwrap_or_default()).at(span, "read as null if it has none");
    match near(name, declared.unwrap_or_default()) {
        Some(meant) if meant.eq_ignore_ascii_case(name) => diagnostic.edit(span, format!("[{meant}]")),
        _ => diagnostic,
    }
}

/// The same without a place.
#[cold]
pub(crate) fn unknown_attribute(name: &str, declared: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownAttribute, format!("the provider is not known to have an attribute {name}"));
    let declare = "an attribute of your own is declared in the policy, under `attributes` of its source";
    diagnostic.help(match near(name, declared) {
        Some(meant) if meant.eq_ignore_ascii_case(name) => format!("names are case-sensitive: [{meant}]"),
        Some(meant) => format!("did you mean [{meant}]? Else {declare}"),
        None => declare.to_owned(),
    })
}

fn near<'n>(name: &str, declared: &'n [String]) -> Option<&'n str> {
    nearest(name, KNOWN.iter().copied().chain(declared.iter().map(String::as_str)))
}
