//! Whether the conditions of a row hold while an event goes on.

use super::apply::{About, Draft};
use super::event::Event;
use super::rules::{ActiveTest, AttributeRule, AttributeTest, Condition, GroupsTest, UserTest};
use super::standing::Standing;
use super::state::{Settings, Source};
use crate::domain::{Given, Word};
use serde_json::Value as Json;

impl<'e> Draft<'e> {
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let settings = &self.state.settings;
        match condition {
            Condition::Scim(switch) => settings.scim == *switch,
            Condition::Jit(switch) => settings.jit == *switch,
            Condition::Option { holds, .. } => *holds,
            Condition::User(tests) => tests.iter().any(|test| self.user_is(*test)),
            Condition::Groups(tests) => tests.iter().any(|test| self.groups_are(*test)),
            Condition::Unplaced => !self.user.iter().any(|user| self.is_placed_by_attributes(user)),
            Condition::PlacedInNewOrganization => self.newly_placed,
            Condition::Home { set } => self.user.as_ref().is_some_and(|user| user.home.is_some()) == *set,
            Condition::Active(tests) => tests.iter().any(|test| match test {
                ActiveTest::Absent => self.active().is_none(),
                ActiveTest::Carried => self.active().is_some(),
                ActiveTest::Is(value) => self.active() == Some(*value),
            }),
            Condition::Attribute { name, tests } => tests.iter().any(|test| self.attribute_is(name, test)),
            Condition::RoleWrong => match (self.incoming.event, &self.rules.roles.attribute) {
                (Some(Event::SetRole { role, .. }), Some(attribute)) => self.is_wrong(attribute, Given::Text(role)),
                _ => false,
            },
            Condition::OrgNotAMember => match (self.incoming.event, &self.user) {
                (Some(Event::SetRole { org, .. }), Some(user)) => !user.active || !self.kept(user).contains_key(&Word::Text(org)),
                _ => true,
            },
            Condition::DefaultOrgWrong => match self.incoming.event {
                Some(Event::Settings(change)) => change.default_org.as_ref().is_some_and(|org| !settings.has_org(org)),
                _ => false,
            },
        }
    }

    /// The attribute that a row asks for, with its value: what a refusal is about.
    pub(super) fn subject_of(&self, when: &'e [Condition]) -> Option<About<'e>> {
        when.iter().find_map(|condition| match (condition, self.incoming.event) {
            (Condition::Attribute { name, .. }, _) => {
                let value = self.incoming.carried.get(name.as_str()).and_then(|value| value.word());
                let name = Word::Text(name);
                Some(value.map_or_else(|| vec![name], |value| vec![name, Word::Text(" "), value]))
            }
            (Condition::RoleWrong, Some(Event::SetRole { role, .. })) => Some(vec![Word::Text(role)]),
            (Condition::OrgNotAMember, Some(Event::SetRole { org, .. })) => Some(vec![Word::Text(org)]),
            (Condition::DefaultOrgWrong, Some(Event::Settings(change))) => Some(vec![Word::Text(change.default_org.as_ref()?)]),
            _ => None,
        })
    }

    fn is_placed_by_attributes(&self, user: &Standing<'e>) -> bool {
        user.attributes.keys().any(|name| self.rules.attributes.get(*name).is_some_and(|rule| rule.places))
    }

    fn user_is(&self, test: UserTest) -> bool {
        match test {
            UserTest::Unknown => self.before.is_none(),
            UserTest::Known => self.before.is_some(),
            UserTest::Inactive => self.user.as_ref().is_some_and(|user| !user.active),
            UserTest::Outside => self.user.as_ref().is_none_or(|user| self.kept(user).is_empty()),
            UserTest::Foreign => self.before.is_some_and(|user| user.managed_by != Source::Scim),
        }
    }

    fn groups_are(&self, test: GroupsTest) -> bool {
        let Some(groups) = self.incoming.groups else { return test == GroupsTest::Absent };
        let split = |group: &'e str| self.rules.groups.as_ref()?.pattern.split(group).map(|(org, _)| org);
        match test {
            GroupsTest::Absent => false,
            GroupsTest::Some => !groups.is_empty(),
            GroupsTest::Malformed => groups.iter().any(|group| split(group).is_none()),
            GroupsTest::Mapped => groups.iter().any(|group| split(group).is_some_and(|org| self.state.settings.has_org(org))),
        }
    }

    fn attribute_is(&self, name: &str, test: &AttributeTest) -> bool {
        let carried = self.incoming.carried.get(name).copied();
        let held = self.user.as_ref().and_then(|user| user.held(name));
        match test {
            AttributeTest::Absent => carried.is_none(),
            AttributeTest::Carried => carried.is_some(),
            AttributeTest::Wrong => carried.is_some_and(|value| self.is_wrong(name, value)),
            AttributeTest::Other => {
                let default = self.rules.attributes.get(name).and_then(|rule| rule.default.as_ref());
                let present = held.or(default.map(Given::Known));
                carried.is_some_and(|value| !value.is_null() && !present.is_some_and(|present| present.equals(value)))
            }
            AttributeTest::Set => held.is_some(),
            AttributeTest::Unset => held.is_none(),
            AttributeTest::Carries(value) => carried.is_some_and(|carried| carried.is(value)),
            AttributeTest::Holds(value) => held.is_some_and(|held| held.is(value)),
        }
    }

    fn is_wrong(&self, name: &str, value: Given<'_>) -> bool {
        self.rules.attributes.get(name).is_some_and(|rule| !rule.allows(value, &self.state.settings))
    }

    /// `active` as the event carries it; providers send it as a text, too.
    pub(super) fn active(&self) -> Option<bool> {
        match self.incoming.carried.get("active")? {
            Given::Known(Json::Bool(active)) => Some(*active),
            Given::Known(Json::String(text)) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }
}

impl AttributeRule {
    /// Whether a value is none that the attribute does not allow: one of the list where there is one, and an organization
    /// that exists where it names one. Null is no value.
    pub(crate) fn allows(&self, value: Given<'_>, settings: &Settings) -> bool {
        match value {
            Given::Any { allowed, .. } => allowed,
            value if value.is_null() => true,
            value => {
                let listed = self.one_of.is_empty() || self.one_of.iter().any(|one| value.is(one));
                let exists = || value.word().and_then(Word::text).is_some_and(|org| settings.has_org(org));
                listed && (!self.organization || exists())
            }
        }
    }
}
