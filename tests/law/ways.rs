//! The ways to the answer: each gives what it tells of a decision, as JSON, in the members of a `Decision`. What a way
//! cannot tell it leaves out. Only this file knows how the engine is asked.

use super::documents::{self, Form};
use super::known::known;
use super::users::User;
use super::yaml;
use rolewright::analyze;
use rolewright::diagnostic::{Code, Diagnostic};
use rolewright::document::{self, Documents, Wanted};
use rolewright::exchange::{self, Assertion};
use rolewright::policy::{Explanation, Loader, Mapping};
use rolewright::provision::{Event, Refusal, SignIn, Source, State};
use rolewright::{Compiled, FixedWorld, Limits, Policy, RecordKind};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// What a way tells of a user.
pub type Answer = Option<Map<String, Json>>;

/// A way to the answers for some users.
pub type Way = fn(&Asked, &[Posed]) -> Vec<Answer>;

/// A user, and how the decision comes about, which several ways start from.
pub struct Posed<'u> {
    pub user: &'u User,
    pub explanation: Explanation,
}

/// The first one is what the others are compared with.
pub const WAYS: [(&str, Way); 18] = [
    ("rows", |asked, posed| each(asked, posed, rows)),
    ("table", |asked, posed| each(asked, posed, table)),
    ("written", |asked, posed| each(asked, posed, written)),
    ("explain", |asked, posed| each(asked, posed, explain)),
    ("known", |asked, posed| each(asked, posed, known)),
    ("event", |asked, posed| each(asked, posed, event)),
    ("replay", |asked, posed| each(asked, posed, replay)),
    ("whatif", |asked, posed| each(asked, posed, whatif)),
    ("test", tested),
    ("lines", |asked, posed| exported(asked, posed, documents::ndjson)),
    ("slots", slots),
    ("table of texts", |asked, posed| exported(asked, posed, documents::csv)),
    ("list", |asked, posed| exported(asked, posed, documents::list)),
    ("graph", graph),
    ("okta", |asked, posed| exported(asked, posed, documents::okta)),
    ("assertion", |asked, posed| each(asked, posed, assertion)),
    ("check", |asked, posed| each(asked, posed, checked)),
    ("scim", resources),
];

/// Of how many users tests are put into the policy: to read it again takes its time.
const TESTED: usize = 50;

/// How many users are written as documents.
const EXPORTED: usize = 50;

/// Warnings of expressions, which no row of a policy tells.
const OF_EXPRESSIONS: [&str; 1] = ["multiple-app-roles"];

/// A policy, asked about users of one of its sources.
pub struct Asked {
    pub policy: Policy,
    pub file: Map<String, Json>,
    source: Source,
    compiled: Compiled,
    /// The same without a table of outcomes.
    walking: Compiled,
    /// The ids of rows that the check of the policy reports as dead.
    pub dead: Vec<String>,
}

impl Asked {
    /// Reads the policy.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(file: &Map<String, Json>, source: &str) -> Result<Asked, String> {
        let text = yaml::policy(file);
        let policy = load(&text, Limits::DEFAULT)?;
        let walking = load(&text, Limits { outcomes: 0, ..Limits::DEFAULT })?;
        let dead = rows_of(policy.warnings(), Code::EventRowNeverHits, &text);
        let source = if source == "jit" { Source::Jit } else { Source::Scim };
        let (compiled, walking) = (policy.compile(source), walking.compile(source));
        Ok(Asked { policy, file: file.clone(), source, compiled, walking, dead })
    }

    /// The source as the file names it.
    pub fn word(&self) -> &'static str {
        if self.source == Source::Jit { "jit" } else { "scim" }
    }

    pub fn pose<'u>(&self, users: &'u [User]) -> Vec<Posed<'u>> {
        let explain = |user: &User| self.compiled.explain(&self.compiled.bind(&user.record, RecordKind::Source), user.assigned, &world());
        users.iter().map(|user| Posed { user, explanation: explain(user) }).collect()
    }

    /// Every way that has an answer, with what it is compared with first.
    pub fn answers(&self, posed: &[Posed]) -> Vec<(&'static str, Vec<Answer>)> {
        WAYS.iter().map(|(name, way)| (*name, way(self, posed))).collect()
    }
}

/// The ids of the rows at which findings of a code point.
pub fn rows_of(found: &[Diagnostic], code: Code, text: &str) -> Vec<String> {
    let places = found.iter().filter(|found| found.code == code).filter_map(|found| text.get(found.labels.first()?.span.start..));
    let id = |row: &str| row.lines().next()?.split_once("{ id: ")?.1.split([',', ' ']).next().map(str::to_owned);
    places.filter_map(id).collect()
}

pub fn load(text: &str, limits: Limits) -> Result<Policy, String> {
    Loader::new().limits(limits).load("policy.yaml", text).map_err(|error| {
        let errors = error.diagnostics.iter().filter(|found| found.is_error());
        errors.map(ToString::to_string).collect::<Vec<_>>().join("\n")
    })
}

pub fn world() -> FixedWorld {
    FixedWorld::new(jiff::civil::date(2026, 1, 1).at(9, 0, 0, 0), 7)
}

fn each(asked: &Asked, posed: &[Posed], way: fn(&Asked, &Posed) -> Answer) -> Vec<Answer> {
    posed.iter().map(|posed| way(asked, posed)).collect()
}

pub fn object<T: serde::Serialize>(value: &T) -> Answer {
    match serde_json::to_value(value) {
        Ok(Json::Object(members)) => Some(members),
        _ => None,
    }
}

/// Rows walked without a table. `told` has the warnings that rows tell, for ways that know no others.
fn rows(asked: &Asked, Posed { user, .. }: &Posed) -> Answer {
    let mut answer = decided(&asked.walking, &user.record, RecordKind::Source, user.assigned)?;
    let of_rows = |warning: &&Json| !OF_EXPRESSIONS.iter().any(|code| warning["code"] == *code);
    let warnings = answer["warnings"].as_array()?.iter().filter(of_rows);
    let told: Vec<Json> = warnings.map(|warning| json!([warning["code"], warning["about"]])).collect();
    let refused = answer.get("error").map(|error| format!("refused: {}", error["code"].as_str().unwrap_or_default()));
    let codes: Json =
        told.iter().map(|told| told[0].clone()).filter(|_| refused.is_none()).chain(refused.clone().map(Json::from)).collect();
    answer.insert("codes".into(), codes);
    answer.insert("told".into(), told.into());
    answer.insert("failed tests".into(), json!([]));
    answer.insert("dead rows that hit".into(), json!([]));
    Some(answer)
}

/// The table of outcomes.
fn table(asked: &Asked, Posed { user, .. }: &Posed) -> Answer {
    decided(&asked.compiled, &user.record, RecordKind::Source, user.assigned)
}

/// A decision written from where its parts stand.
fn written(asked: &Asked, Posed { user, .. }: &Posed) -> Answer {
    let (world, record) = (world(), asked.compiled.bind(&user.record, RecordKind::Source));
    object(&asked.compiled.decide(&record, user.assigned, &world))
}

fn explain(_: &Asked, posed: &Posed) -> Answer {
    object(&posed.explanation.decision)
}

/// The event that the source sends, asked about as one that stands alone.
fn event(asked: &Asked, posed: &Posed) -> Answer {
    let event = posed.explanation.event.as_ref()?;
    // Of the mappings it knows nothing, nor how people know a user who has no name.
    let unknown: &[&str] = if event.user() == Some("") { &["attributes", "warnings", "user"] } else { &["attributes", "warnings"] };
    Some(without(object(&asked.policy.decide_event(event))?, unknown))
}

pub fn with(mut told: Map<String, Json>, member: &str, value: Json) -> Map<String, Json> {
    told.insert(member.to_owned(), value);
    told
}

fn without(mut answer: Map<String, Json>, members: &[&str]) -> Map<String, Json> {
    answer.retain(|name, _| !members.contains(&name.as_str()));
    answer
}

/// The event that the source sends, applied to an empty target: values and no classes of them.
fn replay(asked: &Asked, posed: &Posed) -> Answer {
    Some(applied(&asked.policy, posed.explanation.event.as_ref()?))
}

fn applied(policy: &Policy, event: &Event) -> Map<String, Json> {
    let mut state = policy.initial_state();
    let (active, orgs, mut answer) = match policy.apply(&state, event) {
        Err(refusal) => (false, json!({}), json!({ "error": error(policy, &refusal) })),
        Ok(outcome) => {
            let created: Json = outcome.created_teams.iter().map(|(org, team)| json!(format!("{org}:{team}"))).collect();
            let told: Json = outcome.warnings.iter().map(|notice| json!([notice.code, notice.about])).collect();
            state.accept(outcome);
            let (active, orgs) = standing(policy, &state, event.user().unwrap_or_default());
            (active, orgs, json!({ "created_teams": created, "told": told }))
        }
    };
    answer["active"] = json!(active);
    answer["orgs"] = orgs;
    answer.as_object().cloned().unwrap_or_default()
}

pub fn error(policy: &Policy, refusal: &Refusal) -> Json {
    let mut error = json!({ "code": refusal.code, "message": policy.message(&refusal.code) });
    if let Some(about) = &refusal.about {
        error["about"] = json!(about);
    }
    error
}

/// Whether a user is active, and the memberships that the target shows.
pub fn standing(policy: &Policy, state: &State, name: &str) -> (bool, Json) {
    let user = state.users.get(&rolewright::provision::User::key(name)).filter(|user| user.active);
    (user.is_some(), user.map_or_else(|| json!({}), |user| json!(policy.memberships(user, state))))
}

/// What a change of the policy would do, where nothing is changed. The sign-in that follows is another user's.
fn whatif(asked: &Asked, posed: &Posed) -> Answer {
    let user = posed.user;
    if asked.source != Source::Scim {
        return None;
    }
    let subject = analyze::Subject { record: user.record.clone(), kind: RecordKind::Source, assigned: user.assigned };
    let nobody = SignIn { user: "nobody@acme.example".into(), ..SignIn::default() };
    let same = [analyze::Setting::new(&("the policy".to_owned(), asked.policy.clone()))];
    let scenario = analyze::scenarios(&same, &subject, Some(&nobody), &world()).into_iter().next()?;
    let answer = json!({ "user": same[0].user(&subject, &world()), "orgs": scenario.orgs });
    if posed.explanation.event.is_none() {
        return object(&answer);
    }
    // What the sign-in of the other user tells comes last.
    let after = match asked.policy.apply(&asked.policy.initial_state(), &Event::SignIn(nobody)) {
        Ok(outcome) => outcome.warnings.len(),
        Err(_) => 1,
    };
    let codes = &scenario.told[..scenario.told.len().saturating_sub(after)];
    Some(with(object(&answer)?, "codes", json!(codes)))
}

/// The test inside of the policy that has the user and expects what the table says.
fn tested(asked: &Asked, posed: &[Posed]) -> Vec<Answer> {
    let test = |(at, posed): (usize, &Posed)| {
        let mut expect = table(asked, posed)?;
        let codes: Json = expect["warnings"].as_array()?.iter().map(|warning| warning["code"].clone()).collect();
        expect.insert("warnings".into(), codes);
        Some(json!({ "name": at.to_string(), "source": asked.source, "user": posed.user.record, "expect": expect }))
    };
    let tests: Vec<Json> = posed.iter().take(TESTED).enumerate().filter_map(test).collect();
    let mut file = asked.file.clone();
    file.insert("tests".into(), Json::Array(tests));
    let policy = match load(&yaml::policy(&file), Limits::DEFAULT) {
        Ok(policy) => policy,
        Err(why) => return vec![object(&json!({ "failed tests": why }))],
    };
    let mut answers: Vec<Answer> = posed.iter().map(|_| None).collect();
    for result in rolewright::suite::run_policy(&policy, &world()) {
        let at: usize = result.id.parse().unwrap_or_default();
        answers[at] = object(&json!({ "failed tests": result.differences }));
    }
    answers
}

/// The users of whom documents are written: to read many takes its time.
fn users<'u>(posed: &[Posed<'u>]) -> Vec<&'u User> {
    posed.iter().take(EXPORTED).map(|posed| posed.user).collect()
}

/// The users as documents have them, read and decided about.
fn exported(asked: &Asked, posed: &[Posed], form: Form) -> Vec<Answer> {
    let export = form(&users(posed));
    let mut answers: Vec<Answer> = posed.iter().map(|_| None).collect();
    if export.held.is_empty() {
        return answers;
    }
    let documents = match Documents::open(export.inputs, export.shape, &Limits::DEFAULT) {
        Ok(documents) => documents,
        Err(errors) => return vec![object(&json!({ "documents": format!("{errors:?}") }))],
    };
    let mut held = export.held.into_iter();
    documents.persons(&mut |person| {
        let Some(at) = held.next() else { return ControlFlow::Break(()) };
        let answer = match person {
            Ok(person) => decided(&asked.compiled, &person.record, person.kind, person.assigned),
            Err(bad) => object(&json!({ "documents": bad.to_string() })),
        };
        // Forms differ in what else they say of a user who has no name.
        let named = posed[at].explanation.event.as_ref().and_then(Event::user).is_some_and(|name| !name.is_empty());
        answers[at] = answer.map(|answer| if named { answer } else { without(answer, &["user"]) });
        ControlFlow::Continue(())
    });
    answers
}

/// Graph's assignments lead to whole roles, of which this function gives more than the name.
fn graph(asked: &Asked, posed: &[Posed]) -> Vec<Answer> {
    let whole = Json::Object(asked.file.clone()).to_string().contains("AppRoleAssignmentsComplex");
    if whole { Vec::new() } else { exported(asked, posed, documents::graph) }
}

/// A decision that borrows nothing.
fn decided(compiled: &Compiled, record: &Map<String, Json>, kind: RecordKind, assigned: Option<bool>) -> Answer {
    object(&compiled.decide(&compiled.bind(record, kind), assigned, &world()).to_owned())
}

/// Lines read piece by piece, plain rows straight into the slots of the program.
fn slots(asked: &Asked, posed: &[Posed]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = posed.iter().map(|_| None).collect();
    let input = documents::ndjson(&users(posed)).inputs.remove(0);
    let source = document::Source::new(input.name, Box::new(std::io::Cursor::new(input.bytes)), None).unwrap();
    let (documents, mut pieces) = Documents::stream(vec![source], Some(document::Shape::Ndjson), &Limits::DEFAULT, 1).unwrap();
    let names: Vec<&str> = asked.compiled.attributes().iter().map(AsRef::as_ref).collect();
    let wanted = Wanted::new(&names, &["userPrincipalName"]);
    let world = world();
    let mut at = 0;
    for piece in pieces.by_ref() {
        documents.users_in(&piece, Some(&wanted), &mut |user| {
            answers[at] = match user {
                Ok(document::User::Plain(plain)) => {
                    let decision = asked.compiled.decide(plain, plain.assigned(), &world);
                    let answer = object(&decision);
                    if decision.user().is_empty() { answer.map(|answer| without(answer, &["user"])) } else { answer }
                }
                Ok(document::User::Person(person)) => {
                    decided(&asked.compiled, &person.record, person.kind, person.assigned).map(|answer| without(answer, &["user"]))
                }
                Err(bad) => object(&json!({ "documents": bad.to_string() })),
            };
            at += 1;
            ControlFlow::Continue(())
        });
    }
    answers
}

/// The sign-in whose assertion carries what the mappings read.
fn assertion(asked: &Asked, posed: &Posed) -> Answer {
    let Some(Event::SignIn(sign_in)) = &posed.explanation.event else { return None };
    let own: BTreeSet<&str> = asked.policy.mappings(Source::Jit).iter().flat_map(Mapping::reads).map(AsRef::as_ref).collect();
    let reads: Vec<&str> = own.into_iter().collect();
    let attributes = documents::claims(&posed.user.record, &reads, &asked.file["sources"]["jit"]["claims"]["attributes"])?;
    let assertion = Assertion { name_id: Some(sign_in.user.clone()), attributes };
    // Not every name is one that the claims allow.
    let signed_in = exchange::sign_in(&asked.policy, &assertion, &world()).ok()?;
    Some(without(object(&asked.policy.decide_event(&signed_in.event))?, &["attributes", "warnings"]))
}

/// SCIM resources that carry what the mappings gave.
fn resources(asked: &Asked, posed: &[Posed]) -> Vec<Answer> {
    each(asked, posed, |asked, posed| {
        let event = posed.explanation.event.as_ref()?;
        let mut values = posed.explanation.decision.attributes.clone();
        // Who signs in may be named by the mappings of SCIM.
        values.insert("userName".into(), json!(event.user()));
        let list = json!({ "Resources": [documents::resource(&asked.file["target"], &values)] });
        let input = document::Input { name: "users.scim.json".into(), bytes: list.to_string().into_bytes() };
        let mut answer = None;
        match Documents::open(vec![input], None, &Limits::DEFAULT) {
            Ok(documents) => documents.persons(&mut |person| {
                let person = person.unwrap();
                let unknown: &[&str] =
                    if event.user() == Some("") { &["attributes", "warnings", "user"] } else { &["attributes", "warnings"] };
                answer = decided(&asked.compiled, &person.record, person.kind, person.assigned).map(|answer| without(answer, unknown));
                ControlFlow::Break(())
            }),
            Err(errors) => answer = object(&json!({ "documents": format!("{errors:?}") })),
        }
        answer
    })
}

/// Rows that the check reports as dead and that hit all the same.
fn checked(asked: &Asked, posed: &Posed) -> Answer {
    let dead = hits(asked, posed).0.into_iter().map(|row| row["id"].clone()).filter(|id| asked.dead.iter().any(|dead| id == dead));
    (!asked.dead.is_empty()).then(|| with(Map::new(), "dead rows that hit", dead.collect()))
}

/// The rows of the source's event and of the placement table that hit for a user.
pub fn hits(asked: &Asked, posed: &Posed) -> (Vec<Json>, Option<Json>) {
    let kind = if asked.source == Source::Jit { "sso.login" } else { "scim.create" };
    let rows = super::policy::rows(&asked.file, kind);
    let hit = posed.explanation.rows.iter().map(|row| rows[*row].clone()).collect();
    (hit, posed.explanation.placement.map(|row| asked.file["placement"][row].clone()))
}
