use super::output::{self, fail};
use super::{CouldNotRun, Exit, Outcome};
use crate::diagnostic::one_line;
use clap::ValueEnum;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

/// Writes a first policy with its tests; asks for what the flags leave out
#[derive(clap::Args)]
#[command(
    after_help = "Example: rolewright new --application \"Harbor Wiki\" --provider entra --roles reader,author,admin harbor-wiki.yaml"
)]
pub(super) struct Args {
    /// The file to write, or `-` for standard output; an existing one is never overwritten. The application's name makes one where it is left out.
    file: Option<PathBuf>,
    /// The target application's name.
    #[arg(long)]
    application: Option<String>,
    /// Where the users come from.
    #[arg(long)]
    provider: Option<Provider>,
    /// The application's roles, the least powerful first: it is the default, and the last is privileged.
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',')]
    roles: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Provider {
    /// Microsoft Entra.
    Entra,
}

pub(super) fn run(args: &Args) -> Outcome {
    let application = answer(args.application.clone(), "What is the application's name?", "--application")?;
    if args.provider.is_none() {
        output::note("Provider: Microsoft Entra");
    }
    let roles = match args.roles.is_empty() {
        false => args.roles.clone(),
        true => answer(None, "Which roles does it have, the least powerful first? (such as reader,author,admin)", "--roles")?
            .split(',')
            .map(str::to_owned)
            .collect(),
    };
    let roles: Vec<String> = roles.iter().map(|role| role.trim().to_owned()).filter(|role| !role.is_empty()).collect();
    let (Some(least), Some(most)) = (roles.first(), roles.last()) else { return Err(fail("a policy needs at least one role")) };
    if let Some(twice) = roles.iter().enumerate().find(|(at, role)| roles[..*at].contains(role)) {
        return Err(fail(&format!("the role {} is named twice", twice.1)));
    }
    let name = slug(&application);
    if name.is_empty() {
        return Err(fail("the application's name has no letter or digit of which a policy's name could be made"));
    }
    let path = args.file.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.yaml")));
    let text = policy(&name, &application, &roles, least, most);
    if path.as_os_str() == "-" {
        output::source(&text)?;
        return Ok(Exit::Fine);
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => fail(&format!("{} exists; it is not overwritten", path.display())),
        _ => fail(&format!("{}: {error}", path.display())),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| fail(&format!("{}: {error}", path.display())))?;
    output::note(&format!("{} is written. Next: rolewright test {0}", path.display()));
    Ok(Exit::Fine)
}

/// What a flag says, or what a person at a terminal answers.
fn answer(flag: Option<String>, question: &str, name: &str) -> Result<String, CouldNotRun> {
    if let Some(given) = flag {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        return Err(fail(&format!("{name} is not given, and nobody is there to ask")));
    }
    output::note(question);
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| fail(&error.to_string()))?;
    match line.trim() {
        "" => Err(fail(&format!("{name} is needed"))),
        text => Ok(text.to_owned()),
    }
}

fn slug(name: &str) -> String {
    let parts: Vec<String> =
        name.to_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    parts.join("-")
}

/// A text as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A name as it is, unless YAML would read it as something else than a text, as `null` or `007`.
fn named(text: &str) -> String {
    match serde_yaml::from_str(text) {
        Ok(serde_yaml::Value::String(read)) if read == text && text.starts_with(char::is_alphabetic) => text.to_owned(),
        _ => quoted(text),
    }
}

fn policy(name: &str, application: &str, roles: &[String], least: &str, most: &str) -> String {
    let title = one_line(&application.split_whitespace().collect::<Vec<_>>().join(" "));
    let name = named(name);
    let list: Vec<String> = roles.iter().map(|role| quoted(role)).collect();
    let cases: Vec<String> = roles.iter().skip(1).map(|role| format!(", {0}, {0}", quoted(role))).collect();
    let expression = format!("Switch(SingleAppRoleAssignment([appRoleAssignments]), {}{})", quoted(least), cases.concat());
    format!(
        r#"# {title}, provisioned from Microsoft Entra: app roles named as the application's roles are.
rolewright: 1
policy: {name}

target:
  application: {app}
  attributes:
    userName: {{ type: string, kind: user_name, required: true, unique: true }}
    active:   {{ type: boolean, kind: active }}
    role:     {{ type: string, kind: role, one_of: [{list}], default: {least}, privileged: [{most}] }}

connection: {{ default_org: {name}, scim: enabled, jit: enabled }}

sources:
  scim:
    dialect: entra
    assigned: required   # Entra's scope "sync only assigned users and groups"; `any` is "sync all"
    mappings:
      userName: {{ direct: userPrincipalName, matching: 1 }}
      active:   {{ direct: accountEnabled }}
      role:
        expression: >-
          {expression}
  jit:
    mappings:
      role: {{ direct: role, apply: on_create }}

placement:
  - {{ id: default, when: {{}}, org: default_org, team: none }}

events:
  scim.create:
    - {{ id: off,       when: {{ scim: disabled }}, ignore: scim-disabled }}
    - {{ id: duplicate, when: {{ user: known }}, refuse: duplicate-user }}
    - {{ id: wrong,     when: {{ role: wrong }}, refuse: invalid-role }}
    - {{ id: write,     own: scim, active: carried or true, write: carried, by: scim, place: always }}
  scim.update:
    - {{ id: off,       when: {{ scim: disabled }}, ignore: scim-disabled }}
    - {{ id: stranger,  when: {{ user: unknown }}, refuse: unknown-user }}
    - {{ id: wrong,     when: {{ role: wrong }}, refuse: invalid-role }}
    - {{ id: write,     active: carried, write: carried, by: scim, place: always }}
  scim.deactivate: [{{ id: stranger, when: {{ user: unknown }}, refuse: unknown-user }}, {{ id: off, active: false }}]
  scim.reactivate: [{{ id: stranger, when: {{ user: unknown }}, refuse: unknown-user }}, {{ id: on, active: true }}]
  scim.delete:     [{{ id: stranger, when: {{ user: unknown }}, refuse: unknown-user }}, {{ id: gone, remove: user }}]
  sso.login:
    - {{ id: stranger,  when: {{ jit: disabled, user: unknown }}, refuse: unknown-user }}
    - {{ id: inactive,  when: {{ user: inactive }}, refuse: user-inactive }}
    - {{ id: off,       when: {{ jit: disabled }}, stop: true }}
    - {{ id: wrong,     when: {{ role: wrong }}, refuse: invalid-role }}
    - {{ id: first,     when: {{ user: unknown }}, own: jit }}
    - {{ id: write,     overwrite: carried, by: jit }}
    - {{ id: place,     when: {{ user: unknown }}, place: always }}

tests:
  - name: an app role gives its role
    user: {{ userPrincipalName: ada@example.org, accountEnabled: true, appRoleAssignments: [{most}] }}
    expect: {{ attributes: {{ role: {most} }} }}
  - name: without an app role the role is the least
    user: {{ userPrincipalName: bo@example.org, accountEnabled: true }}
    expect: {{ attributes: {{ role: {least} }} }}
"#,
        app = quoted(application),
        list = list.join(", "),
        least = quoted(least),
        most = quoted(most),
    )
}
