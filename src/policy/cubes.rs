//! Sets of situations, for the checks of tables. A situation gives every variable that a table asks for one of finitely
//! many values; a cube is the set of situations in which each variable has one of some values.

use crate::provision::Switch;
use crate::provision::rules::{AttributeTest, Condition, GroupsTest, UserTest};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a table can ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Variable {
    Scim,
    Jit,
    Option(Arc<str>),
    User,
    Groups,
    Values,
    Placed,
    Home,
    Active,
    /// What the event carries of an attribute.
    Carried(Arc<str>),
    /// What the user has of an attribute.
    Held(Arc<str>),
    Role,
    Org,
    DefaultOrg,
}

/// For each variable the values that it may have, as bits; a variable that is not named may have all.
pub(super) type Cube = BTreeMap<Variable, u64>;

/// The situations of a user: not there, or there and (active?) (member?) (managed by SCIM?) in three bits.
const USERS: u64 = 0b1_1111_1111;
const UNKNOWN: u64 = 1 << 8;

/// Groups of a sign-in: absent, empty, mapped, malformed, both, or of unknown organizations only.
const GROUPS: u64 = 0b11_1111;

/// Carried: absent, null, wrong, other, or what the user has.
pub(super) const CARRIED: u64 = 0b1_1111;
pub(super) const CARRIED_ABSENT: u64 = 0b1;
pub(super) const CARRIED_NULL: u64 = 0b10;
pub(super) const CARRIED_WRONG: u64 = 0b100;

/// A role set by hand that is none of the allowed ones.
pub(super) const ROLE_WRONG: u64 = 0b01;

/// The groups of a sign-in that count as an empty list.
pub(super) const GROUPS_EMPTY: u64 = 0b10;

/// The values of things that a policy names itself: options, and values of attributes that rows ask for.
#[derive(Debug, Default)]
pub(super) struct Domain {
    pub options: BTreeMap<String, Vec<String>>,
    pub held: BTreeMap<String, Vec<Json>>,
}

impl Domain {
    /// All values of a variable.
    pub fn all(&self, variable: &Variable) -> u64 {
        let first = |count: usize| (1u64 << count.min(63)) - 1;
        match variable {
            Variable::User => USERS,
            Variable::Groups => GROUPS,
            Variable::Active => 0b111,
            Variable::Carried(_) => CARRIED,
            Variable::Option(name) => first(self.options.get(&**name).map_or(1, Vec::len)),
            // Unset, any value that no row names, and each value that one does.
            Variable::Held(name) => first(2 + self.held.get(&**name).map_or(0, Vec::len)),
            _ => 0b11,
        }
    }

    /// The situations in which a condition holds.
    pub fn holds(&self, condition: &Condition) -> (Variable, u64) {
        let switch = |switch: &Switch| if *switch == Switch::Enabled { 0b01 } else { 0b10 };
        match condition {
            Condition::Scim(value) => (Variable::Scim, switch(value)),
            Condition::Jit(value) => (Variable::Jit, switch(value)),
            Condition::Option { name, values, .. } => {
                let all = self.options.get(name).map_or(&[][..], Vec::as_slice);
                let bits = all.iter().enumerate().filter(|(_, value)| values.contains(value)).map(|(at, _)| 1u64 << at.min(63)).sum();
                (Variable::Option(name.as_str().into()), bits)
            }
            Condition::User(tests) => (Variable::User, tests.iter().map(|test| user(*test)).fold(0, |all, bits| all | bits)),
            Condition::Groups(tests) => (Variable::Groups, tests.iter().map(|test| groups(*test)).fold(0, |all, bits| all | bits)),
            Condition::Unplaced => (Variable::Values, 0b01),
            Condition::PlacedInNewOrganization => (Variable::Placed, 0b01),
            Condition::Home { set } => (Variable::Home, if *set { 0b01 } else { 0b10 }),
            Condition::Active(tests) => (Variable::Active, tests.iter().map(active).fold(0, |all, bits| all | bits)),
            Condition::RoleWrong => (Variable::Role, ROLE_WRONG),
            Condition::OrgNotAMember => (Variable::Org, 0b01),
            Condition::DefaultOrgWrong => (Variable::DefaultOrg, 0b01),
            Condition::Attribute { name, tests } if tests.iter().all(is_of_event) => {
                (Variable::Carried(name.as_str().into()), tests.iter().map(carried).fold(0, |all, bits| all | bits))
            }
            Condition::Attribute { name, tests } => {
                (Variable::Held(name.as_str().into()), tests.iter().map(|test| self.held(name, test)).fold(0, |all, bits| all | bits))
            }
        }
    }

    fn held(&self, name: &str, test: &AttributeTest) -> u64 {
        let all = self.all(&Variable::Held(name.into()));
        match test {
            AttributeTest::Unset => 0b1,
            AttributeTest::Set => all & !0b1,
            AttributeTest::Is(value) => {
                let known = self.held.get(name).map_or(&[][..], Vec::as_slice);
                known.iter().position(|other| other == value).map_or(0, |at| 1u64 << (at + 2).min(63))
            }
            // A test of the event beside one of the user: it may or may not hold.
            _ => all,
        }
    }
}

/// Whether a test asks what the event carries.
fn is_of_event(test: &AttributeTest) -> bool {
    matches!(test, AttributeTest::Absent | AttributeTest::Carried | AttributeTest::Wrong | AttributeTest::Other)
}

fn user(test: UserTest) -> u64 {
    let known = |wanted: fn(u64) -> bool| (0..8u64).filter(|bits| wanted(*bits)).map(|bits| 1 << bits).sum::<u64>();
    match test {
        UserTest::Unknown => UNKNOWN,
        UserTest::Known => USERS & !UNKNOWN,
        UserTest::Inactive => known(|bits| bits & 1 == 0),
        UserTest::Outside => UNKNOWN | known(|bits| bits & 2 == 0),
        UserTest::Foreign => known(|bits| bits & 4 == 0),
    }
}

/// The situations in which a user is active, once a row has made it so.
pub(super) fn made_active(users: u64) -> u64 {
    (0..8u64).filter(|bits| users & (1 << bits) != 0).map(|bits| 1 << (bits | 1)).fold(users & UNKNOWN, |all, bits| all | bits)
}

fn groups(test: GroupsTest) -> u64 {
    match test {
        GroupsTest::Absent => 0b00_0001,
        GroupsTest::Some => 0b11_1100,
        GroupsTest::Mapped => 0b01_0100,
        GroupsTest::Malformed => 0b01_1000,
    }
}

fn active(test: &AttributeTest) -> u64 {
    match test {
        AttributeTest::Absent => 0b001,
        AttributeTest::Carried => 0b110,
        AttributeTest::Is(Json::Bool(true)) => 0b010,
        AttributeTest::Is(_) => 0b100,
        _ => 0,
    }
}

fn carried(test: &AttributeTest) -> u64 {
    match test {
        AttributeTest::Absent => 0b0_0001,
        AttributeTest::Carried => 0b1_1110,
        AttributeTest::Wrong => CARRIED_WRONG,
        // A value that is not allowed differs from what the user has as well.
        AttributeTest::Other => 0b0_1100,
        _ => 0,
    }
}

impl Domain {
    /// The cube of a row's conditions; `None` where two of them exclude each other.
    pub fn cube(&self, when: &[Condition]) -> Option<Cube> {
        let mut cube = Cube::new();
        for condition in when {
            let (variable, bits) = self.holds(condition);
            let all = self.all(&variable);
            let mask = cube.entry(variable).or_insert(all);
            *mask &= bits;
            if *mask == 0 {
                return None;
            }
        }
        Some(cube)
    }

    /// Whether two cubes have nothing in common, as most have: cheaper to see than what they have.
    pub fn apart(&self, one: &Cube, other: &Cube) -> bool {
        other.iter().any(|(variable, bits)| one.get(variable).copied().unwrap_or_else(|| self.all(variable)) & bits == 0)
    }

    /// What two cubes have in common.
    pub fn both(&self, one: &Cube, other: &Cube) -> Option<Cube> {
        if self.apart(one, other) {
            return None;
        }
        let mut cube = one.clone();
        for (variable, bits) in other {
            *cube.entry(variable.clone()).or_insert_with(|| self.all(variable)) &= bits;
        }
        Some(cube)
    }

    /// What is in one cube and not in the other, as cubes that do not overlap.
    pub fn without(&self, one: &Cube, other: &Cube) -> Vec<Cube> {
        if self.apart(one, other) {
            return vec![one.clone()];
        }
        let mut left = Vec::new();
        let mut rest = one.clone();
        for (variable, bits) in other {
            let mask = *rest.entry(variable.clone()).or_insert_with(|| self.all(variable));
            if mask & !bits != 0 {
                let mut outside = rest.clone();
                outside.insert(variable.clone(), mask & !bits);
                left.push(outside);
            }
            rest.insert(variable.clone(), mask & bits);
        }
        left
    }
}
