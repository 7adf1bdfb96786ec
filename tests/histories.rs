//! Laws of histories, for every policy that ships, under random events and random options.

use proptest::prelude::*;
use rolewright::Policy;
use rolewright::policy::{AttributeKind, Loader};
use rolewright::provision::{Event, Outcome, SettingsChange, SignIn, State, Subject, Switch, User};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

const USERS: [&str; 3] = ["ada@acme.example", "Bo@acme.example", "cem@acme.example"];
const ORGS: [&str; 4] = ["acme", "moby", "whale", "nowhere"];
const TEAMS: [&str; 4] = ["company", "platform", "qa", "release"];
const GROUPS: [&str; 7] = ["acme:qa", "moby:developers", " whale : x ", "nowhere:y", "no mapping", "a:b:c", "acme"];

/// The policies of the folder, with organizations of their own to be wrong about.
static POLICIES: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    let load = |path: &std::path::PathBuf| {
        let loader = Loader::new().resolve(|asking, wanted| {
            let path = Path::new(asking).parent().unwrap().join(wanted);
            Ok((path.display().to_string(), std::fs::read_to_string(&path).map_err(|error| error.to_string())?))
        });
        let loader = loader.set("connection.default_org", "acme").set("connection.orgs", "{acme: [company], moby: [], whale: null}");
        loader.load(&path.display().to_string(), &std::fs::read_to_string(path).unwrap()).unwrap()
    };
    files.iter().map(load).collect()
});

/// An event before a policy says what its attributes are.
#[derive(Debug, Clone)]
struct Draft {
    kind: usize,
    user: usize,
    upper: bool,
    /// For each attribute of the target, in order: carried or not, and which value.
    values: Vec<Option<usize>>,
    groups: Option<Vec<usize>>,
    members: Vec<usize>,
    pick: [usize; 3],
}

/// How often each kind of event comes; those that name one user come first. What ends things comes seldom, so that
/// histories grow.
const WEIGHTS: [u32; 11] = [8, 8, 2, 3, 1, 10, 4, 1, 6, 1, 1];
const ONE_USER: usize = 8;
const KINDS: usize = 11;

fn draft(kinds: usize) -> impl Strategy<Value = Draft> {
    let kind = proptest::strategy::Union::new_weighted((0..kinds).map(|kind| (WEIGHTS[kind], Just(kind))).collect());
    (
        kind,
        0..USERS.len(),
        any::<bool>(),
        proptest::collection::vec(proptest::option::of(prop_oneof![40 => 0..3usize, 1 => 3..8usize]), 12),
        proptest::option::of(proptest::collection::vec(0..GROUPS.len(), 0..4)),
        proptest::collection::vec(0..USERS.len() + 1, 0..4),
        proptest::array::uniform3(0..4usize),
    )
        .prop_map(|(kind, user, upper, values, groups, members, pick)| Draft { kind, user, upper, values, groups, members, pick })
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    proptest::collection::vec(draft(KINDS), 0..40)
}

/// A value for an attribute: allowed, wrong, null, empty, and of a wrong type.
fn value(policy: &Policy, attribute: usize, pick: usize) -> Json {
    let attribute = &policy.attributes()[attribute];
    match (pick, attribute.kind) {
        (5, _) => json!(""),
        (6, _) => Json::Null,
        (7, _) => json!(["a", 1]),
        (_, AttributeKind::Active) => [json!(true), json!(false), json!("True"), json!("FALSE"), json!("maybe")][pick].clone(),
        (4, _) => json!("wrong"),
        (_, AttributeKind::Organization) => json!(ORGS[pick]),
        (_, AttributeKind::Team) => json!(TEAMS[pick]),
        _ => attribute.one_of.get(pick).cloned().unwrap_or_else(|| json!(format!("value {pick}"))),
    }
}

impl Draft {
    fn event(&self, policy: &Policy) -> Event {
        let name = USERS[self.user];
        let user = if self.upper { name.to_uppercase() } else { name.to_owned() };
        let mut attributes = Map::new();
        for (at, pick) in self.values.iter().enumerate().take(policy.attributes().len()) {
            let attribute = &policy.attributes()[at];
            if let (Some(pick), true) = (pick, attribute.kind != AttributeKind::UserName) {
                let name = if attribute.kind == AttributeKind::Active { "active" } else { &attribute.name };
                attributes.insert(name.to_owned(), value(policy, at, *pick));
            }
        }
        let subject = || Subject { user: user.clone(), attributes: attributes.clone() };
        let bare = || Subject { user: user.clone(), attributes: Map::new() };
        let [one, two, three] = self.pick;
        let switch = |pick: usize| [None, Some(Switch::Enabled), Some(Switch::Disabled), None][pick];
        let group = GROUPS[one + usize::from(self.upper)].to_owned();
        match self.kind {
            0 => Event::ScimCreate(subject()),
            1 => Event::ScimUpdate(subject()),
            2 => Event::ScimDeactivate(bare()),
            3 => Event::ScimReactivate(bare()),
            4 => Event::ScimDelete(bare()),
            5 => {
                let groups = self.groups.as_ref().map(|groups| groups.iter().map(|at| GROUPS[*at].to_owned()).collect());
                Event::SignIn(SignIn { user, attributes, groups })
            }
            6 => {
                let role = policy.attributes().iter().position(|attribute| attribute.kind == AttributeKind::Role);
                let role = role.map_or_else(|| json!("none"), |role| value(policy, role, two));
                Event::SetRole { user, org: ORGS[one].to_owned(), role: role.as_str().unwrap_or("wrong").to_owned() }
            }
            7 => Event::Remove(bare()),
            8 => {
                let members = self.members.iter().map(|at| USERS.get(*at).copied().unwrap_or("nobody@acme.example").to_owned());
                Event::GroupPush { group, members: members.collect() }
            }
            9 => Event::GroupDelete { group },
            _ => Event::Settings(SettingsChange {
                default_org: (two == 0).then(|| ORGS[one].to_owned()),
                default_team: (two == 1).then(|| TEAMS[one].to_owned()),
                scim: switch(two),
                jit: switch(three),
            }),
        }
    }
}

/// Every policy with options as the numbers choose them.
fn policies(choice: &[usize]) -> impl Iterator<Item = Policy> {
    POLICIES.iter().map(|policy| {
        let chosen = policy.options().iter().zip(choice.iter().cycle());
        let chosen: BTreeMap<String, String> =
            chosen.map(|((name, option), pick)| (name.clone(), option.one_of[pick % option.one_of.len()].clone())).collect();
        policy.with_options(&chosen).unwrap()
    })
}

fn choices() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..2usize, 16)
}

/// The state after events; refused ones change nothing.
fn after(policy: &Policy, mut state: State, drafts: &[Draft]) -> State {
    for draft in drafts {
        if let Ok(outcome) = policy.apply(&state, &draft.event(policy)) {
            state.accept(outcome);
        }
    }
    state
}

fn json_of(state: &State) -> String {
    serde_json::to_string(state).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_refused_event_leaves_the_state(choice in choices(), drafts in drafts()) {
        for policy in policies(&choice) {
            let mut state = policy.initial_state();
            for (at, draft) in drafts.iter().enumerate() {
                let before = state.clone();
                let step = policy.replay().step(&mut state, at + 1, &draft.event(&policy));
                if step.refusal.is_some() {
                    prop_assert!(step.changes.is_empty() && step.warnings.is_empty());
                    prop_assert_eq!(&state, &before);
                }
            }
        }
    }

    #[test]
    fn a_prefix_and_the_rest_are_the_whole(choice in choices(), drafts in drafts(), cut in 0..30usize) {
        let (first, rest) = drafts.split_at(cut.min(drafts.len()));
        for policy in policies(&choice) {
            let whole = after(&policy, policy.initial_state(), &drafts);
            let stored = json_of(&after(&policy, policy.initial_state(), first));
            let resumed = after(&policy, serde_json::from_str(&stored).unwrap(), rest);
            prop_assert_eq!(json_of(&resumed), json_of(&whole));
        }
    }

    #[test]
    fn events_of_two_users_commute(choice in choices(), drafts in drafts(), one in draft(ONE_USER), other in draft(ONE_USER)) {
        prop_assume!(one.user != other.user);
        for policy in policies(&choice) {
            let state = after(&policy, policy.initial_state(), &drafts);
            let (one, other) = ([one.clone()], [other.clone()]);
            let forth = after(&policy, after(&policy, state.clone(), &one), &other);
            let back = after(&policy, after(&policy, state, &other), &one);
            prop_assert_eq!(json_of(&forth), json_of(&back));
        }
    }

    #[test]
    fn reactivation_undoes_deactivation(choice in choices(), drafts in drafts()) {
        for policy in policies(&choice) {
            let mut state = after(&policy, policy.initial_state(), &drafts);
            let active: Vec<User> = state.users.values().filter(|user| user.active).cloned().collect();
            for before in active {
            let key = User::key(&before.user);
            let held = policy.memberships(&before, &state);
            let subject = Subject { user: key.clone(), ..Subject::default() };
            // A user whom SCIM may manage: neither is SCIM off, nor is the user somebody else's.
            let Ok(off) = policy.apply(&state, &Event::ScimDeactivate(subject.clone())) else { continue };
            if !off.warnings.is_empty() {
                continue;
            }
            state.accept(off);
            prop_assert!(!state.users[&key].active);
            state.accept(policy.apply(&state, &Event::ScimReactivate(subject)).unwrap());
            prop_assert_eq!(policy.memberships(&state.users[&key], &state), held);
            // A policy may let SCIM take the user over; what memberships follow from stays.
                let (now, kept) = (&state.users[&key], &before);
                prop_assert_eq!((&now.attributes, &now.placement, &now.home), (&kept.attributes, &kept.placement, &kept.home));
                prop_assert_eq!((&now.pushed_groups, &now.hand_roles), (&kept.pushed_groups, &kept.hand_roles));
            }
        }
    }

    #[test]
    fn no_role_stands_outside_of_the_list(choice in choices(), drafts in drafts()) {
        for policy in policies(&choice) {
            let Some(role) = policy.attributes().iter().find(|attribute| attribute.kind == AttributeKind::Role) else { continue };
            let mut state = policy.initial_state();
            for draft in &drafts {
                let Ok(outcome) = policy.apply(&state, &draft.event(&policy)) else { continue };
                let written = serde_json::to_string(&outcome).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Outcome>(&written).unwrap(), &outcome);
                state.accept(outcome);
                prop_assert_eq!(&serde_json::from_str::<State>(&json_of(&state)).unwrap(), &state);
                for user in state.users.values() {
                    for membership in policy.memberships(user, &state).values() {
                        let known = role.one_of.is_empty() || role.one_of.contains(&Json::from(membership.role.as_str()));
                        prop_assert!(known, "{} is {}", user.user, membership.role);
                    }
                }
            }
        }
    }

    /// What a person is shown accounts for all that is different: each change of a membership names a row, and from one
    /// event to the next nothing is lost.
    #[test]
    fn changes_account_for_every_difference(choice in choices(), drafts in drafts()) {
        use rolewright::provision::Change;
        for policy in policies(&choice) {
            let mut state = policy.initial_state();
            for draft in &drafts {
                let Ok(outcome) = policy.apply(&state, &draft.event(&policy)) else { continue };
                let shown = |state: &State| -> BTreeMap<(String, String), _> {
                    let active = state.users.values().filter(|user| user.active);
                    let of = |user: &User| policy.memberships(user, state).into_iter().map(|(org, it)| ((user.user.clone(), org), it)).collect::<Vec<_>>();
                    active.flat_map(of).collect()
                };
                let mut expected = shown(&state);
                for change in &outcome.changes {
                    prop_assert!(!change.rows().is_empty(), "{}", change.describe());
                    prop_assert!(change.rows().iter().all(|row| outcome.rows.contains(row)));
                    if let Change::Membership { user, org, before, after, .. } = change {
                        let key = (user.clone(), org.clone());
                        prop_assert_eq!(expected.get(&key), before.as_ref());
                        match after {
                            Some(after) => drop(expected.insert(key, after.clone())),
                            None => drop(expected.remove(&key)),
                        }
                    }
                }
                state.accept(outcome);
                prop_assert_eq!(expected, shown(&state));
            }
        }
    }
}
