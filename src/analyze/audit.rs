use super::{Subject, is_privileged};
use crate::diagnostic::nearest;
use crate::document::Member;
use crate::policy::{AttributeKind, Policy};
use crate::program::World;
use crate::program::term::{Kind, Term};
use crate::provision::{SignIn, Source, User};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What an administrator signs off before switching on.
#[derive(Debug, Default, Serialize)]
pub struct Audit {
    /// What to look at, gravest first.
    pub findings: Vec<Finding>,
    /// Seats per organization.
    pub seats: BTreeMap<String, Seats>,
    /// How many users were looked at, and how many of them are in scope.
    pub users: usize,
    /// Of them in scope.
    pub in_scope: usize,
}

/// Users of one organization.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Seats {
    /// All of them.
    pub total: usize,
    /// By role.
    pub roles: BTreeMap<String, usize>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Finding {
    /// A user gets a privileged role.
    Privileged {
        /// The user name.
        user: String,
        /// The organization.
        org: String,
        /// The role.
        role: String,
        /// The mapping that gives it, with its place in the policy.
        by: String,
        /// What the member export says that the user has now; `None` where there is none.
        now: Option<String>,
    },
    /// A user has a privileged role in the application and would lose it.
    PrivilegeLost {
        /// The address.
        user: String,
        /// The role that the user has.
        role: String,
        /// The role that the policy gives, if any.
        decided: Option<String>,
    },
    /// An organization would have nobody with a privileged role.
    NobodyPrivileged {
        /// The organization.
        org: String,
    },
    /// A user is refused.
    Refused {
        /// The user name.
        user: String,
        /// The code.
        code: String,
        /// What it is about.
        about: Option<String>,
    },
    /// An app role or value that no case of a mapping covers.
    Uncovered {
        /// The target attribute.
        attribute: String,
        /// The value.
        value: String,
        /// How many users have it.
        users: usize,
    },
    /// An app role of which the policy's advice has something to say.
    AppRole {
        /// What.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The role is the default alone.
    DefaultOnly {
        /// The user names.
        users: Vec<String>,
    },
    /// A group's name maps nowhere.
    GroupNotMapped {
        /// The group.
        group: String,
        /// A name that it is near to.
        meant: Option<String>,
    },
    /// A team would come to be.
    TeamCreated {
        /// `organization:team`
        team: String,
        /// The users who need it.
        users: Vec<String>,
        /// An existing team that it is near to: a typing error, perhaps.
        near: Option<String>,
    },
    /// Somebody is in the application whom the provider does not know.
    Leaver {
        /// The address.
        user: String,
        /// The role in the application.
        role: Option<String>,
    },
}

/// What there is beside the users.
#[derive(Debug, Default)]
pub struct Known<'k> {
    /// Sign-ins.
    pub sign_ins: &'k [SignIn],
    /// Who is in the application already.
    pub members: &'k [Member],
    /// The names of the application's roles.
    pub app_roles: &'k [&'k str],
}

/// Looks at every user.
pub fn audit(policy: &Policy, users: &[Subject], known: &Known<'_>, world: &dyn World) -> Audit {
    let &Known { sign_ins, members, app_roles } = known;
    let mut audit = Audit::default();
    let mut privileged_orgs = BTreeSet::new();
    let mut defaults = Vec::new();
    let mut created: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut uncovered: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut decided: BTreeMap<String, Option<String>> = BTreeMap::new();
    let roles: BTreeMap<String, &Member> = members.iter().map(|member| (User::key(&member.email), member)).collect();
    let compiled = policy.compile(Source::Scim);
    for subject in users {
        audit.users += 1;
        let explanation = compiled.explain(&compiled.bind(&subject.record, subject.kind), subject.assigned, world);
        let decision = &explanation.decision;
        if !decision.is_in_scope() {
            continue;
        }
        audit.in_scope += 1;
        if let Some(error) = &decision.error {
            audit.findings.push(Finding::Refused {
                user: decision.user.clone(),
                code: error.code.to_string(),
                about: error.about.as_ref().map(ToString::to_string),
            });
        }
        let now = roles.get(&User::key(&decision.user)).and_then(|member| member.role.clone());
        let mut role = None;
        for (org, membership) in &decision.orgs {
            let seats = audit.seats.entry(org.clone()).or_default();
            seats.total += 1;
            *seats.roles.entry(membership.role.clone()).or_default() += 1;
            role = Some(membership.role.clone());
            if is_privileged(policy, &membership.role) {
                privileged_orgs.insert(org.clone());
                if now.as_ref() != Some(&membership.role) {
                    audit.findings.push(Finding::Privileged {
                        user: decision.user.clone(),
                        org: org.clone(),
                        role: membership.role.clone(),
                        by: role_mapping(policy, &explanation.attributes),
                        now: now.clone(),
                    });
                }
            }
        }
        decided.insert(User::key(&decision.user), role);
        if decision.error.is_none() && uses_default(policy, subject, world) {
            defaults.push(decision.user.clone());
        }
        for team in &decision.created_teams {
            created.entry(team.clone()).or_default().push(decision.user.clone());
        }
        for key in misses(policy, subject, world) {
            *uncovered.entry(key).or_default() += 1;
        }
    }
    // A role that nobody has yet is asked for as if somebody had it.
    for role in app_roles {
        let record = serde_json::Map::from_iter([(crate::check::APP_ROLES.to_owned(), serde_json::json!([role]))]);
        let subject = Subject { record, kind: crate::program::RecordKind::Source, assigned: Some(true) };
        for key in misses(policy, &subject, world).into_iter().filter(|(_, value)| value == role) {
            uncovered.entry(key).or_default();
        }
    }
    // One that no case covers is told already.
    let others: Vec<&str> = app_roles.iter().copied().filter(|role| !uncovered.keys().any(|(_, value)| value == role)).collect();
    let advice = policy.advice_on_app_roles(&others).into_iter();
    audit.findings.extend(advice.map(|told| Finding::AppRole { message: told.message, help: told.help }));
    // An organization that nobody joins any more is left without, too.
    let known = policy.settings.orgs.iter().flat_map(|orgs| orgs.keys());
    let orgs: BTreeSet<String> = audit.seats.keys().chain(known).filter(|org| !privileged_orgs.contains(*org)).cloned().collect();
    if policy.attributes().iter().any(|attribute| !attribute.privileged.is_empty()) {
        audit.findings.extend(orgs.into_iter().map(|org| Finding::NobodyPrivileged { org }));
    }
    audit.findings.extend(members.iter().filter_map(|member| {
        let role = member.role.clone().filter(|role| is_privileged(policy, role))?;
        let decision = decided.get(&User::key(&member.email))?;
        (decision.as_ref() != Some(&role)).then(|| Finding::PrivilegeLost { user: member.email.clone(), role, decided: decision.clone() })
    }));
    audit.findings.extend(uncovered.into_iter().map(|((attribute, value), users)| Finding::Uncovered { attribute, value, users }));
    if !defaults.is_empty() {
        audit.findings.push(Finding::DefaultOnly { users: defaults });
    }
    audit.findings.extend(groups(policy, sign_ins));
    audit.findings.extend(created.into_iter().map(|(team, users)| Finding::TeamCreated { near: near_team(policy, &team), team, users }));
    let leavers = members.iter().filter(|member| !decided.contains_key(&User::key(&member.email)));
    audit.findings.extend(leavers.map(|member| Finding::Leaver { user: member.email.clone(), role: member.role.clone() }));
    audit.findings.sort_by_key(Finding::rank);
    audit
}

fn role_mapping(policy: &Policy, winners: &[crate::policy::AppliedMapping]) -> String {
    let role = policy.attributes().iter().find(|attribute| attribute.kind == AttributeKind::Role);
    let winner = role.and_then(|role| winners.iter().find(|winner| role.is_named(&winner.target)));
    winner.map_or_else(String::new, |winner| {
        let at = policy.place(winner.at).map_or_else(String::new, |place| format!("{place}: "));
        format!("{at}{}", winner.mapping)
    })
}

/// The values of Switch sources that no key equals, by target attribute.
fn misses(policy: &Policy, subject: &Subject, world: &dyn World) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for mapping in policy.mappings(Source::Scim) {
        let Some(expression) = mapping.expression().filter(|_| subject.kind == crate::program::RecordKind::Source) else { continue };
        let record = policy.readable(Source::Scim, &subject.record, subject.kind);
        let (_, parts) = expression.explain(&*record, world);
        for choice in choices(expression.root()) {
            let Kind::Choice(parts_of) = &choice.kind else { continue };
            let value = |term: &Term| parts.iter().find(|part| part.span == term.span).map(|part| &part.value);
            let hit = parts_of.cases.iter().any(|(_, result)| value(result).is_some());
            let source = value(&parts_of.source).filter(|source| !source.is_null() && source.as_str() != Some(""));
            if let (false, Some(source)) = (hit, source) {
                found.push((mapping.attribute.clone(), source.as_str().map_or_else(|| source.to_string(), str::to_owned)));
            }
        }
    }
    found
}

/// Whether a role mapping fell through to its default, or gave nothing.
fn uses_default(policy: &Policy, subject: &Subject, world: &dyn World) -> bool {
    let Some(role) = policy.attributes().iter().find(|attribute| attribute.kind == AttributeKind::Role) else { return false };
    let Some(mapping) = policy.mappings(Source::Scim).iter().find(|mapping| mapping.attribute == role.name) else { return false };
    let Some(expression) = mapping.expression().filter(|_| subject.kind == crate::program::RecordKind::Source) else { return false };
    let record = policy.readable(Source::Scim, &subject.record, subject.kind);
    let (evaluated, parts) = expression.explain(&*record, world);
    let fell = choices(expression.root()).iter().any(|choice| match &choice.kind {
        Kind::Choice(choice) => {
            let reached = |term: &Term| parts.iter().any(|part| part.span == term.span);
            reached(&choice.source) && !choice.cases.iter().any(|(_, result)| reached(result))
        }
        _ => false,
    });
    let nothing = matches!(evaluated.result, Ok(crate::expression::Flow::Value(value)) if value.is_null_or_empty());
    fell || nothing
}

/// Every choice in an expression, outermost first.
pub(super) fn choices(term: &Term) -> Vec<&Term> {
    let mut found = Vec::new();
    if matches!(term.kind, Kind::Choice(_)) {
        found.push(term);
    }
    for part in term.parts() {
        found.extend(choices(part));
    }
    found
}

fn groups(policy: &Policy, sign_ins: &[SignIn]) -> Vec<Finding> {
    let Some(rule) = &policy.rules.groups else { return Vec::new() };
    let names: BTreeSet<&String> = sign_ins.iter().filter_map(|sign_in| sign_in.groups.as_ref()).flatten().collect();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (org, teams) in policy.settings.orgs.iter().flatten() {
        known.extend(teams.iter().flatten().map(|team| format!("{org}:{team}")));
    }
    known.extend(names.iter().filter(|name| maps(policy, &rule.pattern, name)).map(|name| (*name).clone()));
    let lost = names.iter().filter(|name| !maps(policy, &rule.pattern, name));
    lost.map(|name| Finding::GroupNotMapped {
        group: (*name).clone(),
        meant: nearest(name, known.iter().map(String::as_str))
            .map(str::to_owned)
            .or_else(|| near_organization(policy, &rule.pattern, name))
            .or_else(|| other_separator(policy, &rule.pattern, name)),
    })
    .collect()
}

/// The group with the nearest organization that exists in place of its own.
fn near_organization(policy: &Policy, pattern: &crate::provision::GroupPattern, group: &str) -> Option<String> {
    let (org, _) = pattern.split(group)?;
    let near = nearest(org, policy.settings.orgs.iter().flatten().map(|(org, _)| org.as_str()))?;
    Some(group.replacen(org, near, 1)).filter(|meant| maps(policy, pattern, meant))
}

/// The group that is meant where an organization that exists and a team have something else between them than the
/// pattern has. Of several organizations with which the name begins the longest is meant.
fn other_separator(policy: &Policy, pattern: &crate::provision::GroupPattern, group: &str) -> Option<String> {
    let part = |org: &str| {
        let rest = group.trim().strip_prefix(org)?;
        let team = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        (team.len() < rest.len() && !team.is_empty()).then(|| pattern.name(org, team)).flatten()
    };
    let orgs = policy.settings.orgs.iter().flatten();
    let default = std::iter::once(policy.settings.default_org.as_str()).filter(|org| !org.is_empty());
    let meant = orgs.map(|(org, _)| org.as_str()).chain(default).filter_map(|org| Some((org.len(), part(org)?)));
    meant.max_by_key(|(length, _)| *length).map(|(_, meant)| meant).filter(|meant| maps(policy, pattern, meant))
}

fn maps(policy: &Policy, pattern: &crate::provision::GroupPattern, group: &str) -> bool {
    pattern.split(group).is_some_and(|(org, _)| policy.settings.has_org(org))
}

fn near_team(policy: &Policy, team: &str) -> Option<String> {
    let (org, name) = team.split_once(':')?;
    let teams = policy.settings.orgs.as_ref()?.get(org)?.as_ref()?;
    nearest(name, teams.iter().map(String::as_str)).map(|near| format!("{org}:{near}"))
}

fn count(users: usize) -> String {
    match users {
        0 => "nobody has it".to_owned(),
        1 => "1 user".to_owned(),
        many => format!("{many} users"),
    }
}

impl Finding {
    fn rank(&self) -> u8 {
        match self {
            Finding::Privileged { .. } => 0,
            Finding::PrivilegeLost { .. } => 1,
            Finding::NobodyPrivileged { .. } => 2,
            Finding::Refused { .. } => 3,
            Finding::Leaver { .. } => 4,
            Finding::Uncovered { .. } => 5,
            Finding::AppRole { .. } => 6,
            Finding::DefaultOnly { .. } => 7,
            Finding::GroupNotMapped { .. } => 8,
            Finding::TeamCreated { .. } => 9,
        }
    }

    /// Its kind as a heading, and it in words.
    pub fn describe(&self) -> (&'static str, String) {
        let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_owned());
        match self {
            Finding::Privileged { user, org, role, by, now } => (
                "Gains a privileged role",
                format!("{user}: {role} in {org}{}, by {by}", now.as_ref().map_or_else(String::new, |now| format!(" (is {now} now)"))),
            ),
            Finding::PrivilegeLost { user, role, decided } => {
                ("Loses a privileged role", format!("{user}: is {role}, would be {}", or(decided, "no member")))
            }
            Finding::NobodyPrivileged { org } => ("Nobody with a privileged role", org.clone()),
            Finding::Refused { user, code, about } => ("Refused", format!("{user}: {code} ({})", or(about, "-"))),
            Finding::Uncovered { attribute, value, users } => ("Covered by no case", format!("{attribute}: {value:?}, {}", count(*users))),
            Finding::AppRole { message, help } => {
                ("App roles", format!("{message}{}", help.as_ref().map_or_else(String::new, |help| format!("; {help}"))))
            }
            Finding::DefaultOnly { users } => ("Role by default only", format!("{}: {}", count(users.len()), users.join(", "))),
            Finding::GroupNotMapped { group, meant } => (
                "Group maps nowhere",
                format!("{group}{}", meant.as_ref().map_or_else(String::new, |meant| format!("; did you mean {meant}?"))),
            ),
            Finding::TeamCreated { team, users, near } => (
                "Team would be created",
                format!(
                    "{team}, for {}{}",
                    users.join(", "),
                    near.as_ref().map_or_else(String::new, |near| format!("; {near} exists, is it meant?"))
                ),
            ),
            Finding::Leaver { user, role } => ("In the application, not provisioned", format!("{user} ({})", or(role, "no role"))),
        }
    }
}
