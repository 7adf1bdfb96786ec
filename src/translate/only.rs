//! What one vendor has and the other has not at all: the functions that no translation can have.

/// Something that one vendor alone has.
#[derive(Debug, Clone, Copy)]
pub struct Only {
    /// The functions, in a row where one reason holds for all; a name that ends in `*` stands for all that begin so.
    pub functions: &'static [&'static str],
    /// The argument, counted from 0, that must be given for it to hold; none where it always does.
    pub argument: Option<usize>,
    /// Why the other has it not.
    pub why: &'static str,
}

/// What Okta has no counterpart of.
pub const ENTRA: &[Only] = &[
    only(
        &["SingleAppRoleAssignment", "AppRoleAssignmentsComplex", "AssertiveAppRoleAssignmentsComplex"],
        "Okta assigns applications and has no app roles; map a group or an attribute of the application's user",
    ),
    only(&["SelectUniqueValue"], "Okta's expressions cannot ask whether a value is taken"),
    only(&["Guid", "RandomString"], "Okta's expressions draw no random values"),
    only(&["DefaultDomain"], "Okta's expressions do not know the default domain of a tenant; write it as a constant"),
    only(&["Redact"], "Okta's expressions cannot hide a value from logs"),
    only(
        &["IgnoreFlowIfNullOrEmpty", "IgnoreAttributeFlow", "IgnoreObjectFlow"],
        "an Okta mapping always gives its value and cannot leave one out of a cycle",
    ),
    only(&["BitAnd"], "Okta's expressions have no operations on bits"),
    only(&["ConvertFromBase64", "ConvertToBase64", "ConvertToUTF8Hex"], "Okta's expressions have no encodings"),
    only(&["NormalizeDiacritics"], "Okta's expressions cannot replace accented letters as a class"),
    only(&["PCase"], "Okta's expressions have no capitals by word"),
    only(&["Error"], "an Okta mapping cannot refuse a user"),
    only(&["Trim"], "Okta's expressions leave out all blanks of a text or none"),
    only(&["Word"], "Okta's expressions cannot take a word by its number"),
    only(&["RemoveDuplicates"], "Okta's expressions cannot drop repeated items"),
    only(&["CDate", "DateAdd", "DateDiff"], "Okta's classic expressions have no date values and do not calculate with dates"),
    Only { functions: &["Replace"], argument: Some(2), why: "Okta's expressions replace plain text only, no pattern" },
];

/// What Entra has no counterpart of.
pub const OKTA: &[Only] = &[
    only(
        &["isMemberOf*", "user.isMemberOf", "getFilteredGroups", "Groups.*", "user.getGroups"],
        "Entra's expressions do not see groups; assign app roles to groups, or scope by them",
    ),
    only(
        &[
            "getManager*",
            "getAssistant*",
            "user.getLinkedObject",
            "findDirectoryUser",
            "hasDirectoryUser",
            "findWorkdayUser",
            "hasWorkdayUser",
        ],
        "Entra's expressions see one user; of the manager they read attributes as [manager.employeeId]",
    ),
    only(&["user.getInternalProperty"], "what Okta itself keeps of a user does not exist with Entra"),
    only(&["Iso3166Convert.*", ".parseCountryCode", ".toAlpha2", ".toAlpha3", ".toNumeric", ".toName"], "Entra has no table of countries"),
    only(&["Convert.*", ".toInteger", ".toNumber"], "Entra makes no numbers of texts"),
    only(&["-", "*", "/", "%"], "Entra does not calculate with numbers"),
    only(
        &["Arrays.add", "Arrays.remove", "Arrays.clear", "Arrays.contains", ".add", ".remove"],
        "Entra can count a list, take an item of it and join it, and cannot change or search it",
    ),
    only(
        &["Time.fromUnixToIso8601", "Time.fromIso8601ToUnix", ".parseUnixTime", ".toUnix", ".toZone"],
        "Entra's dates know neither Unix time nor time zones",
    ),
];

/// What Entra says in another way, so that no form of Okta's gives the same.
pub const ENTRA_APART: &[Only] = &[only(
    &["FormatDateTime", "Now", "DateFromNum", "NumFromDate"],
    "Okta's Time functions read and write ISO 8601 and Java's formats, and fail on other texts than these do",
)];

/// What Okta says in another way, so that no form of Entra's gives the same.
pub const OKTA_APART: &[Only] = &[
    only(
        &["Time.*", "DateTime.*", ".parse*Time", ".toString", ".toWindows", ".plus*", ".minus*", ".within*"],
        "Entra's dates are values of their own, written in another form, and its functions fail on other texts than these do",
    ),
    only(&["Arrays.flatten", ".flatten", "{}", "{:}", ".![]"], "Entra makes a list of one text only, with Split, and no list of parts"),
    only(&["Arrays.toCsvString"], "Entra's Join passes over empty items"),
    only(&[".", "?."], "Entra reads attributes by their whole name only"),
];

const fn only(functions: &'static [&'static str], why: &'static str) -> Only {
    Only { functions, argument: None, why }
}

impl Only {
    /// Whether it is about a function, given which of its arguments are there.
    pub fn covers(&self, function: &str, given: &dyn Fn(usize) -> bool) -> bool {
        let named = self.functions.iter().any(|name| match name.split_once('*') {
            Some((before, after)) if name.len() > 1 => {
                function.len() >= before.len() + after.len() && function.starts_with(before) && function.ends_with(after)
            }
            _ => *name == function,
        });
        named && self.argument.is_none_or(given)
    }
}
