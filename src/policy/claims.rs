//! Under which names assertions carry what.

use super::file::{ClaimsFile, UserForm};

/// The name that stands for the assertion's subject.
pub(crate) const NAME_ID: &str = "nameId";

/// Names of claims, in order of preference.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims {
    /// The user name.
    pub user: Vec<String>,
    /// Whether a user name must be an e-mail address.
    pub email: bool,
    /// The groups.
    pub groups: Vec<String>,
    /// What mappings read, by the name that they read.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Claims {
    /// A policy that says nothing takes the subject as user name, and groups under that word.
    pub(super) fn new(file: &ClaimsFile) -> Self {
        let or = |names: &[String], default: &str| if names.is_empty() { vec![default.to_owned()] } else { names.to_vec() };
        Claims {
            user: or(&file.user, NAME_ID),
            email: file.user_form == UserForm::Email,
            groups: or(&file.groups, "groups"),
            attributes: file.attributes.iter().map(|(name, claims)| (name.value.clone(), claims.clone())).collect(),
        }
    }
}
