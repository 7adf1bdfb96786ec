//! What the tables of a policy ask, as variables with finitely many classes, and the situations in which a condition
//! holds or which an action brings about.

mod actions;
mod person;
mod situation;

pub(crate) use situation::{Situation, Wanted, WantedValue};

use super::Choice;
use super::tables::writes;
use crate::domain::{Attribute, Carried, Classes, Held, Set, Situations, TooLarge, same};
use crate::provision::rules::{Action, ActiveTest, AttributeRule, AttributeTest, Condition, GroupsTest, Row, UserTest};
use crate::provision::{EventKind, Rules, Switch};
use person::{Presence, persons, those};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The variables, and the sets of situations over them.
pub(super) struct Questions<'r> {
    rules: &'r Rules,
    /// What the policy names itself, in the order in which rows ask for it: what is asked for together stands together,
    /// which keeps diagrams small. Each with its first variable.
    named: Vec<(&'r str, Named<'r>, usize)>,
    sets: Situations,
    /// What the rows of the event at hand ask for; nothing else is followed.
    followed: Followed,
}

/// What is followed from row to row of an event.
#[derive(Default)]
struct Followed {
    /// The variables.
    variables: Classes,
    /// Whether a user is active.
    active: bool,
    /// Whether a user is a member of anything.
    member: bool,
}

/// A variable that the policy names.
enum Named<'r> {
    Option(&'r Choice),
    Attribute(Attribute),
}

impl Named<'_> {
    /// How many classes its variables have: of an attribute what is carried, what is held, and whether the two are equal.
    fn classes(&self) -> Vec<usize> {
        match self {
            Named::Option(option) => vec![option.one_of.len().max(1)],
            Named::Attribute(attribute) => vec![attribute.carried().len(), attribute.held().len(), 2],
        }
    }
}

/// Groups of a sign-in.
const GROUPS: usize = 6;
const NO_GROUPS: usize = 0;
const EMPTY_GROUPS: usize = 1;
/// Some, whether one is malformed and whether one is mapped in two bits.
fn some_groups(is: impl Fn(bool, bool) -> bool) -> Classes {
    (0..4).filter(|bits| is(bits & 1 != 0, bits & 2 != 0)).map(|bits| 2 + bits).collect()
}

/// `active` as an event carries it.
const ACTIVE: [Option<bool>; 3] = [None, Some(true), Some(false)];

/// The fixed variables, in the order of the diagrams; those that the policy names follow. Where a variable is true or not,
/// true stands at 1.
const SCIM: usize = 0;
const JIT: usize = 1;
const USER: usize = 2;
const GROUP: usize = 3;
const CARRIED_ACTIVE: usize = 4;
const PLACED: usize = 5;
const HOME: usize = 6;
const WRITTEN: usize = 7;
const ROLE_WRONG: usize = 8;
const NOT_A_MEMBER: usize = 9;
const DEFAULT_ORG_WRONG: usize = 10;

/// The variables of an attribute after its first, which is what is carried.
const HELD: usize = 1;
const EQUAL: usize = 2;

/// That something is so.
fn yes() -> Classes {
    [1].into_iter().collect()
}

fn no() -> Classes {
    [0].into_iter().collect()
}

pub(super) type Sets = Result<Set, TooLarge>;

impl<'r> Questions<'r> {
    pub fn new(rules: &'r Rules, options: &'r BTreeMap<String, Choice>, limit: usize) -> Self {
        let placement = rules.placement.iter().flat_map(|row| &row.when);
        let conditions: Vec<&Condition> = placement.chain(rules.events.values().flatten().flat_map(|row| &row.when)).collect();
        let attribute = |(name, rule): (&'r String, &'r AttributeRule)| {
            let tests = conditions.iter().filter_map(|condition| match condition {
                Condition::Attribute { name: of, tests } if of == name => Some(tests),
                _ => None,
            });
            let both = [Json::Bool(false), Json::Bool(true)];
            let truths = both.iter().filter(|_| rule.boolean);
            let asked = tests.flatten().filter_map(|test| rule.asked(test)).filter(|value| !rule.boolean || value.is_boolean());
            let may = |value: &Json| {
                let listed = rule.one_of.is_empty() || rule.one_of.iter().any(|one| same(one, value));
                [!listed || rule.organization, listed && (!rule.organization || value.is_string())]
            };
            let others = if rule.boolean { [false, false] } else { [!rule.one_of.is_empty() || rule.organization, true] };
            (name.as_str(), Named::Attribute(Attribute::new(truths.chain(asked), may, others)))
        };
        let options = options.iter().map(|(name, option)| (name.as_str(), Named::Option(option)));
        let mut all: Vec<(&str, Named<'_>)> = options.chain(rules.attributes.iter().map(attribute)).collect();
        let first_asked = |name: &str| {
            conditions.iter().position(
                |condition| matches!(condition, Condition::Option { name: of, .. } | Condition::Attribute { name: of, .. } if of == name),
            )
        };
        all.sort_by_cached_key(|(name, _)| first_asked(name).unwrap_or(usize::MAX));
        let mut classes = vec![2, 2, persons().count(), GROUPS, ACTIVE.len(), 2, 2, 2, 2, 2, 2];
        let mut named = Vec::with_capacity(all.len());
        for (name, it) in all {
            let first = classes.len();
            classes.extend(it.classes());
            named.push((name, it, first));
        }
        Questions { rules, named, sets: Situations::new(classes, limit), followed: Followed::default() }
    }

    pub fn both(&mut self, one: Set, other: Set) -> Sets {
        self.sets.both(one, other)
    }

    pub fn either(&mut self, one: Set, other: Set) -> Sets {
        self.sets.either(one, other)
    }

    pub fn without(&mut self, one: Set, other: Set) -> Sets {
        self.sets.without(one, other)
    }

    /// An attribute, and the first of its variables.
    fn attribute(&self, name: &str) -> Option<(usize, &Attribute)> {
        self.named.iter().find_map(|(known, it, first)| match it {
            Named::Attribute(attribute) if *known == name => Some((*first, attribute)),
            _ => None,
        })
    }

    fn attributes(&self) -> Vec<&'r str> {
        self.named.iter().filter(|(_, it, _)| matches!(it, Named::Attribute(_))).map(|(name, ..)| *name).collect()
    }

    /// The situations in which all conditions of a row hold.
    pub fn holds(&mut self, when: &[Condition]) -> Sets {
        let mut all = Set::ALL;
        for condition in when {
            let set = self.condition(condition)?;
            all = self.both(all, set)?;
        }
        Ok(all)
    }

    fn condition(&mut self, condition: &Condition) -> Sets {
        let switch = |switch: &Switch| if *switch == Switch::Enabled { no() } else { yes() };
        let (variable, classes) = match condition {
            Condition::Scim(value) => (SCIM, switch(value)),
            Condition::Jit(value) => (JIT, switch(value)),
            Condition::Option { name, values, .. } => {
                let option = self.named.iter().find_map(|(known, it, first)| match it {
                    Named::Option(option) if known == name => Some((*first, &option.one_of)),
                    _ => None,
                });
                let Some((first, all)) = option else { return Ok(Set::EMPTY) };
                (first, all.iter().enumerate().filter(|(_, value)| values.contains(value)).map(|(at, _)| at).collect())
            }
            Condition::User(tests) => (USER, those(|person| tests.iter().any(|test| person.is(*test)))),
            Condition::Groups(tests) => (GROUP, tests.iter().fold(Classes::default(), |all, test| all.either(&groups(*test)))),
            Condition::Active(tests) => {
                let is = |active: Option<bool>, test: &ActiveTest| match test {
                    ActiveTest::Absent => active.is_none(),
                    ActiveTest::Carried => active.is_some(),
                    ActiveTest::Is(value) => active == Some(*value),
                };
                let hit = ACTIVE.iter().enumerate().filter(|(_, active)| tests.iter().any(|test| is(**active, test)));
                (CARRIED_ACTIVE, hit.map(|(at, _)| at).collect())
            }
            Condition::Unplaced => return self.unplaced(),
            Condition::PlacedInNewOrganization => (PLACED, yes()),
            Condition::Home { set } => (HOME, if *set { yes() } else { no() }),
            Condition::RoleWrong => (ROLE_WRONG, yes()),
            Condition::OrgNotAMember => (NOT_A_MEMBER, yes()),
            Condition::DefaultOrgWrong => (DEFAULT_ORG_WRONG, yes()),
            Condition::Attribute { name, tests } => {
                let mut all = Set::EMPTY;
                for test in tests {
                    let set = self.tested(name, test)?;
                    all = self.either(all, set)?;
                }
                return Ok(all);
            }
        };
        self.sets.of(variable, &classes)
    }

    /// No attribute that places has a value.
    fn unplaced(&mut self) -> Sets {
        let placing: Vec<&str> = self.rules.attributes.iter().filter(|(_, rule)| rule.places).map(|(name, _)| name.as_str()).collect();
        let mut all = Set::ALL;
        for name in placing {
            let set = self.holding(name, |held| held == Held::Unset)?;
            all = self.both(all, set)?;
        }
        Ok(all)
    }

    /// The situations in which a test of an attribute holds.
    fn tested(&mut self, name: &str, test: &AttributeTest) -> Sets {
        match test {
            AttributeTest::Absent => self.carrying(name, |carried| carried == Carried::Absent),
            AttributeTest::Carried => self.carrying(name, |carried| carried != Carried::Absent),
            AttributeTest::Wrong => self.carrying(name, Carried::is_wrong),
            AttributeTest::Other => self.other(name),
            AttributeTest::Set => self.holding(name, |held| held != Held::Unset),
            AttributeTest::Unset => self.holding(name, |held| held == Held::Unset),
            AttributeTest::Carries(value) if value.is_null() => self.carrying(name, |carried| carried == Carried::Null),
            AttributeTest::Carries(value) => match self.position(name, value) {
                at @ Some(_) => self.carrying(name, |carried| carried.is(at)),
                None => Ok(Set::EMPTY),
            },
            AttributeTest::Holds(value) => match self.position(name, value) {
                at @ Some(_) => self.holding(name, |held| held == Held::Value(at)),
                None => Ok(Set::EMPTY),
            },
        }
    }

    /// A value is carried, and not the one that the user has; not set counts as the default.
    fn other(&mut self, name: &str) -> Sets {
        let mut other = self.carrying(name, |carried| matches!(carried, Carried::Value { .. }))?;
        let equal = self.equal(name)?;
        other = self.without(other, equal)?;
        if let Some(default) = self.rules.attributes.get(name).and_then(|rule| rule.default.as_ref()) {
            if let at @ Some(_) = self.position(name, default) {
                let carried = self.carrying(name, |carried| carried.is(at))?;
                let unset = self.holding(name, |held| held == Held::Unset)?;
                let same = self.both(carried, unset)?;
                other = self.without(other, same)?;
            }
        }
        Ok(other)
    }

    /// The user holds the value that is carried.
    fn equal(&mut self, name: &str) -> Sets {
        let Some((first, attribute)) = self.attribute(name) else { return Ok(Set::EMPTY) };
        let asked = attribute.asked().len();
        // Of two values for which no row asks nobody knows.
        let mut equal = self.sets.of(first + EQUAL, &yes())?;
        for value in [None].into_iter().chain((0..asked).map(Some)) {
            let carried = self.carrying(name, |carried| carried.is(value))?;
            let held = self.holding(name, |held| held == Held::Value(value))?;
            let both = self.both(carried, held)?;
            equal = if value.is_none() { self.both(equal, both)? } else { self.either(equal, both)? };
        }
        Ok(equal)
    }

    fn position(&self, name: &str, value: &Json) -> Option<usize> {
        self.attribute(name)?.1.position(value)
    }

    fn carrying(&mut self, name: &str, is: impl Fn(Carried) -> bool) -> Sets {
        let Some((first, attribute)) = self.attribute(name) else { return Ok(Set::EMPTY) };
        let classes = attribute.carrying(is);
        self.sets.of(first, &classes)
    }

    fn holding(&mut self, name: &str, is: impl Fn(Held) -> bool) -> Sets {
        let Some((first, attribute)) = self.attribute(name) else { return Ok(Set::EMPTY) };
        let classes = attribute.holding(is);
        self.sets.of(first + HELD, &classes)
    }

    /// Follows, from here on, what the rows of an event ask for.
    fn follow(&mut self, rows: &[Row]) {
        let mut followed = Followed { variables: [USER].into_iter().collect(), ..Followed::default() };
        let mut variables: Vec<usize> = vec![USER];
        let actions = || rows.iter().flat_map(|row| &row.actions);
        for condition in rows.iter().flat_map(|row| &row.when) {
            match condition {
                Condition::User(tests) => {
                    followed.active |= tests.contains(&UserTest::Inactive);
                    followed.member |= tests.contains(&UserTest::Outside);
                }
                Condition::Groups(_) => variables.push(GROUP),
                Condition::Active(_) => variables.push(CARRIED_ACTIVE),
                Condition::PlacedInNewOrganization => variables.push(PLACED),
                Condition::Home { .. } => variables.push(HOME),
                Condition::RoleWrong => variables.push(ROLE_WRONG),
                Condition::OrgNotAMember => variables.push(NOT_A_MEMBER),
                Condition::DefaultOrgWrong => variables.push(DEFAULT_ORG_WRONG),
                Condition::Attribute { name, tests } => {
                    let held = |test: &AttributeTest| {
                        matches!(test, AttributeTest::Set | AttributeTest::Unset | AttributeTest::Holds(_) | AttributeTest::Other)
                    };
                    let first = self.attribute(name).map(|(first, _)| first);
                    variables.extend(first);
                    variables.extend(first.filter(|_| tests.iter().any(held)).into_iter().flat_map(|first| [first + HELD, first + EQUAL]));
                }
                Condition::Unplaced => {
                    let placing = self.rules.attributes.iter().filter(|(_, rule)| rule.places);
                    let firsts = placing.filter_map(|(name, _)| self.attribute(name)).map(|(first, _)| first);
                    variables.extend(firsts.flat_map(|first| [first, first + HELD, first + EQUAL]));
                }
                Condition::Scim(_) | Condition::Jit(_) | Condition::Option { .. } => {}
            }
        }
        if followed.active && actions().any(|action| matches!(action, Action::Active(_))) {
            variables.push(CARRIED_ACTIVE);
        }
        let mut after = rows.iter().skip_while(|row| !row.actions.iter().any(|action| matches!(action, Action::Write { .. })));
        if after.any(|row| row.actions.iter().any(|action| matches!(action, Action::Refuse(_)))) {
            variables.push(WRITTEN);
        }
        if actions().any(|action| *action == Action::SetHandRole) {
            variables.push(ROLE_WRONG);
        }
        // What is limited must not be written where it is wrong.
        let limited = self.rules.attributes.iter().filter(|(_, rule)| rule.organization || !rule.one_of.is_empty());
        let by_hand = variables.contains(&ROLE_WRONG);
        let limited = limited.filter(|(name, _)| by_hand || actions().any(|action| writes(action, name)));
        variables.extend(limited.filter_map(|(name, _)| self.attribute(name)).map(|(first, _)| first));
        followed.variables = variables.into_iter().collect();
        self.followed = followed;
    }

    /// Those in which a variable that is followed has one of some classes.
    fn of_followed(&mut self, variable: usize, classes: &Classes) -> Sets {
        if self.followed.variables.contains(variable) { self.sets.of(variable, classes) } else { Ok(Set::ALL) }
    }

    /// What situations become when a variable that is followed goes from each of its classes to some others.
    fn moved(&mut self, set: Set, variable: usize, to: &dyn Fn(usize) -> Classes) -> Sets {
        if self.followed.variables.contains(variable) { self.sets.moved(set, variable, to) } else { Ok(set) }
    }

    /// The situations in which an event of a kind may begin, whose rows are followed from then on.
    pub fn beginning(&mut self, kind: EventKind, rows: &[Row]) -> Sets {
        self.follow(rows);
        let mut all = Set::ALL;
        let named = !matches!(kind, EventKind::GroupPush | EventKind::GroupDelete | EventKind::Settings);
        let carries = matches!(kind, EventKind::ScimCreate | EventKind::ScimUpdate | EventKind::SignIn);
        let groups = match (kind, &self.rules.groups) {
            (EventKind::SignIn, Some(_)) => Classes::first(GROUPS),
            // Without a pattern no group is mapped, and each is malformed.
            (EventKind::SignIn, None) => Classes::first(2).either(&some_groups(|malformed, mapped| malformed && !mapped)),
            _ => Classes::first(1),
        };
        let fixed = [
            (GROUP, groups),
            (CARRIED_ACTIVE, if carries { Classes::first(ACTIVE.len()) } else { Classes::first(1) }),
            (PLACED, no()),
            (WRITTEN, no()),
            (ROLE_WRONG, if kind == EventKind::SetRole { Classes::first(2) } else { no() }),
            (NOT_A_MEMBER, if kind == EventKind::SetRole { Classes::first(2) } else { yes() }),
            (DEFAULT_ORG_WRONG, if kind == EventKind::Settings { Classes::first(2) } else { no() }),
        ];
        for (variable, classes) in fixed {
            let set = self.of_followed(variable, &classes)?;
            all = self.both(all, set)?;
        }
        let role = self.rules.roles.attribute.as_deref().filter(|_| kind == EventKind::SetRole);
        // A role that is true or false is carried where the text says so, and else counts as absent.
        let truth = role.and_then(|role| self.rules.attributes.get(role)).is_some_and(|rule| rule.boolean);
        let names = self.attributes();
        for name in &names {
            let may = |carried: Carried| match carried {
                Carried::Absent => role != Some(*name) || truth,
                // An assertion has no way to say null.
                Carried::Null => carries && kind != EventKind::SignIn,
                Carried::Value { .. } => carries || role == Some(*name),
            };
            if self.follows(name, 0) {
                let set = self.carrying(name, may)?;
                all = self.both(all, set)?;
            }
        }
        if let Some(role) = role.filter(|role| !truth && self.follows(role, 0) && self.followed.variables.contains(ROLE_WRONG)) {
            let carried = self.carrying(role, Carried::is_wrong)?;
            let by_hand = self.sets.of(ROLE_WRONG, &yes())?;
            let (both, neither) = (self.both(carried, by_hand)?, self.either(carried, by_hand)?);
            let neither = self.without(Set::ALL, neither)?;
            let same = self.either(both, neither)?;
            all = self.both(all, same)?;
        }
        // Of somebody who is not there nothing is held.
        let known = self.sets.of(USER, &those(|person| named && person.known.is_some() && person.present != Presence::Gone))?;
        let mut unknown = self.sets.of(USER, &those(|person| person.known.is_none() && person.present == Presence::Gone))?;
        for (variable, classes) in [(HOME, no()), (NOT_A_MEMBER, yes())] {
            let set = self.of_followed(variable, &classes)?;
            unknown = self.both(unknown, set)?;
        }
        for name in &names {
            if self.follows(name, HELD) {
                let set = self.holding(name, |held| held == Held::Unset)?;
                unknown = self.both(unknown, set)?;
            }
        }
        let persons = self.either(known, unknown)?;
        self.both(all, persons)
    }

    /// Whether one of the variables of an attribute is followed.
    fn follows(&self, name: &str, variable: usize) -> bool {
        self.attribute(name).is_some_and(|(first, _)| self.followed.variables.contains(first + variable))
    }

    /// Situations in which an earlier row wrote something.
    pub fn written(&mut self) -> Sets {
        if !self.followed.variables.contains(WRITTEN) {
            return Ok(Set::EMPTY);
        }
        self.sets.of(WRITTEN, &yes())
    }

    /// Situations in which a row that sets a role by hand sets one that is not allowed.
    pub fn wrong_by_hand(&mut self) -> Sets {
        self.sets.of(ROLE_WRONG, &yes())
    }

    /// Situations in which a row that writes an attribute writes a value that is wrong.
    pub fn wrong(&mut self, name: &str) -> Sets {
        let carried = self.carrying(name, Carried::is_wrong)?;
        let present = self.present()?;
        self.both(carried, present)
    }

    fn present(&mut self) -> Sets {
        self.sets.of(USER, &those(|person| person.present != Presence::Gone))
    }
}

fn groups(test: GroupsTest) -> Classes {
    match test {
        GroupsTest::Absent => [NO_GROUPS].into_iter().collect(),
        GroupsTest::Some => some_groups(|_, _| true),
        GroupsTest::Malformed => some_groups(|malformed, _| malformed),
        GroupsTest::Mapped => some_groups(|_, mapped| mapped),
    }
}
