//! Names that the provider's provisioning engine has and an export of users lacks, and how their values follow from it.
//! Source: Microsoft Graph, resource type user, whose properties name the directory's attributes; Entra's page on
//! attribute mappings for disabled accounts and guests.

/// From what a value follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derived {
    /// The same value under Graph's name.
    Same(&'static str),
    /// The first of a list under Graph's name.
    First(&'static str),
    /// Whether the account is disabled or deleted.
    Disabled,
    /// The user principal name as the directory has it, which for guests is not the address.
    WrittenName,
    /// Nothing that an export has.
    Nothing,
}

/// The names, in the order of bytes.
pub(crate) const ENGINE: [(&str, Derived); 13] = [
    ("IsSoftDeleted", Derived::Disabled),
    ("dirSyncEnabled", Derived::Same("onPremisesSyncEnabled")),
    ("directManager", Derived::Nothing),
    ("division", Derived::Same("employeeOrgData.division")),
    ("facsimileTelephoneNumber", Derived::Same("faxNumber")),
    ("isSoftDeleted", Derived::Disabled),
    ("mobile", Derived::Same("mobilePhone")),
    ("netBiosName", Derived::Nothing),
    ("objectId", Derived::Same("id")),
    ("originalUserPrincipalName", Derived::WrittenName),
    ("physicalDeliveryOfficeName", Derived::Same("officeLocation")),
    ("skiplevelManager", Derived::Nothing),
    ("telephoneNumber", Derived::First("businessPhones")),
];

/// Whether nothing in an export of users gives a value of this name.
pub(crate) fn is_lost(name: &str) -> bool {
    ENGINE.iter().any(|(known, derived)| *known == name && *derived == Derived::Nothing)
}
