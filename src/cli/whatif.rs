use super::Outcome;
use super::eval::open;
use super::input::{self, DocumentArgs, PolicyArgs};
use super::output::{self, fail};
use super::people;
use super::table::Table;
use crate::analyze::{Scenario, Setting, option_values, scenarios, switches, words};
use crate::provision::User;
use clap::ValueEnum;
use serde_json::json;
use std::collections::BTreeMap;

/// Shows where users are under all settings of SCIM and JIT, or every value of one option, side by side
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright whatif policies/docker.yaml examples/graph/*.json --user bjorn.odegard@acme.example")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    documents: DocumentArgs,
    /// One user only.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Every value of this option, in place of the settings.
    #[arg(long, value_name = "NAME")]
    option: Option<String>,
    /// How the result is written.
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let policy = args.policy.load()?;
    let documents = open(&args.documents)?;
    let world = input::world(None)?;
    let settings = match &args.option {
        Some(name) => option_values(&policy, name).map_err(|why| fail(&why))?,
        None => switches(&policy),
    };
    let settings: Vec<Setting> = settings.iter().map(Setting::new).collect();
    let own = Setting::new(&(String::new(), policy.clone()));
    let (subjects, exit) = people::subjects(&documents);
    let (sign_ins, unread) = people::sign_ins(&policy, &documents, &world);
    let sign_ins: BTreeMap<_, _> = sign_ins.into_iter().map(|sign_in| (User::key(&sign_in.user), sign_in)).collect();
    let mut rows = Vec::new();
    for subject in &subjects {
        let name = own.user(subject, &world);
        if args.user.as_ref().is_some_and(|wanted| User::key(wanted) != User::key(&name)) {
            continue;
        }
        let scenarios = scenarios(&settings, subject, sign_ins.get(&User::key(&name)), &world);
        rows.push((name, scenarios));
    }
    if rows.is_empty() {
        let who = args.user.as_deref().unwrap_or_default();
        return Err(fail(&format!("no document has a user {who}")));
    }
    match args.format {
        Format::Table => {
            let mut table = Table::new(&["USER", "SETTING", "PLACE", "TOLD"]);
            for (name, scenarios) in &rows {
                for scenario in scenarios {
                    table.row(vec![name.clone(), scenario.setting.clone(), place(scenario), scenario.told.join(", ")]);
                }
            }
            output::data(&table.render())?;
        }
        Format::Json => {
            let all: Vec<_> = rows.iter().map(|(name, scenarios)| json!({ "user": name, "scenarios": scenarios })).collect();
            people::json(&all)?;
        }
    }
    Ok(exit.max(unread))
}

fn place(scenario: &Scenario) -> String {
    let places: Vec<String> = scenario.orgs.iter().map(|(org, membership)| words(org, membership)).collect();
    if places.is_empty() { "no membership".to_owned() } else { places.join("; ") }
}
