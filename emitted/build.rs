//! Makes modules of all policies and of all cases, by what every build script calls.

use made::{policy, yaml};
use rolewright::build::policy_as;
use rolewright::policy::Loader;
use rolewright::provision::Source;
use rolewright::suite::Suite;
use rolewright::{Dialect, Expression, Limits, Policy};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[allow(dead_code)] // jobs.rs knows them
#[path = "../benches/by_hand.rs"]
mod by_hand;
#[allow(dead_code)] // the bench has all of them
#[path = "../benches/jobs.rs"]
mod jobs;

#[path = "../tests/law/made.rs"]
mod made;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=build.rs");
    policies()?;
    cases()?;
    let jobs = [("switch", jobs::SWITCH.to_owned()), ("long_switch", jobs::long_switch()), ("text_work", jobs::TEXT.to_owned())];
    let jobs = jobs.iter().map(|(name, text)| Ok(Expression::compile(Dialect::Entra, text)?.emit_rust(name)));
    std::fs::write(out()?.join("jobs.rs"), jobs.collect::<Outcome<String>>()?)?;
    Ok(())
}

/// A policy that becomes a module.
struct Made {
    module: String,
    path: String,
    settings: Vec<(&'static str, &'static str)>,
}

fn policies() -> Outcome<()> {
    let mut all = Vec::new();
    for path in yaml_files("../policies")?.into_iter().chain(yaml_files("policies")?) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        let mut add = |suffix: &str, settings: &[(&'static str, &'static str)]| {
            let settings = settings.to_vec();
            all.push(Made { module: format!("{stem}{suffix}"), path: path.display().to_string(), settings });
        };
        add("", &[]);
        if path.starts_with("../policies") {
            add("_with_orgs", &[("connection.default_org", "acme"), ("connection.orgs", "{acme: [company], moby: []}")]);
        }
        if stem == "docker" {
            add("_strict", &[("options.unknown_role_at_login", "refuse"), ("options.org_without_team", "default_team")]);
            let orgs = ("connection.orgs", "{acme: [company], moby: null}");
            add("_lenient", &[orgs, ("options.unknown_org", "not_set"), ("sources.jit.mappings.userName", "{direct: nickname}")]);
        }
    }
    let folder = out()?.join("written");
    std::fs::create_dir_all(&folder)?;
    // Policies are built on others below their own folder alone.
    std::fs::copy("../policies/docker.yaml", folder.join("docker.yaml"))?;
    for (at, text) in page()?.into_iter().enumerate() {
        let path = folder.join(format!("page-{at}.yaml"));
        std::fs::write(&path, text)?;
        all.push(Made { module: format!("page_{at}"), path: path.display().to_string(), settings: Vec::new() });
    }
    for (id, text) in scopes()? {
        let path = folder.join(format!("{id}.yaml"));
        std::fs::write(&path, &text)?;
        if Policy::from_yaml(&text).is_ok() {
            all.push(Made { module: id.replace('-', "_"), path: path.display().to_string(), settings: Vec::new() });
        }
    }
    all.extend(law(&folder)?);
    let mut modules = String::new();
    let mut table = String::from("/// Every policy.\npub const POLICIES: &[Emitted] = &[\n");
    for made in &all {
        let policy = load(made)?;
        match made.module.starts_with("law_") {
            // What is odd about these nobody needs to be told.
            true => std::fs::write(
                out()?.join(format!("{}.rs", made.module)),
                policy.emit_rust(&made.path).map_err(|found| found.to_string())?,
            )?,
            false => policy_as(&made.module, &made.path, loader(made))?,
        }
        writeln!(modules, "#[allow(missing_docs)]\npub mod {0} {{\n    rolewright::include_policy!({0:?});\n}}", made.module)?;
        let decide = |source: Source| match policy.mappings(source).is_empty() {
            true => "None".to_owned(),
            false => {
                format!("Some(|record, assigned, world| {}::{}::decide(record, assigned, world).to_owned())", made.module, source.word())
            }
        };
        writeln!(
            table,
            "    Emitted {{ name: {:?}, path: {:?}, settings: &{:?}, scim: {}, jit: {} }},",
            made.module,
            made.path,
            made.settings,
            decide(Source::Scim),
            decide(Source::Jit)
        )?;
    }
    std::fs::write(out()?.join("policies.rs"), modules + &table + "];\n")?;
    Ok(())
}

fn load(made: &Made) -> Outcome<Policy> {
    let loader = loader(made).resolve(|asking, wanted| {
        let path = Path::new(asking).with_file_name(wanted);
        Ok((path.display().to_string(), std::fs::read_to_string(&path).map_err(|error| error.to_string())?))
    });
    Ok(loader.load(&made.path, &std::fs::read_to_string(&made.path)?)?)
}

fn loader(made: &Made) -> Loader<'static> {
    made.settings.iter().fold(Loader::new(), |loader, (path, yaml)| loader.set(*path, *yaml))
}

/// Policies of the law by their seeds: few at the desk, since each takes its time to compile.
fn law(folder: &Path) -> Outcome<Vec<Made>> {
    println!("cargo::rerun-if-env-changed=ROLEWRIGHT_COMPILED");
    println!("cargo::rerun-if-changed=../tests/law");
    let wanted = std::env::var("ROLEWRIGHT_COMPILED").ok().and_then(|count| count.parse().ok()).unwrap_or(3);
    let mut all = Vec::new();
    for seed in 0.. {
        if all.len() == wanted {
            break;
        }
        let text = yaml::policy(&policy::Made::new(seed).file);
        // Some are refused, and of some the rules tell too many values apart; those that tell the most take the longest.
        let Some(module) = Policy::from_yaml(&text).ok().and_then(|policy| policy.emit_rust("law").ok()) else { continue };
        if module.len() > LONGEST {
            continue;
        }
        let path = folder.join(format!("law-{seed}.yaml"));
        std::fs::write(&path, text)?;
        all.push(Made { module: format!("law_{seed}"), path: path.display().to_string(), settings: Vec::new() });
    }
    Ok(all)
}

/// The bytes of a module of the law at most.
const LONGEST: usize = 100_000;

/// Each case of expressions as a function.
fn cases() -> Outcome<()> {
    let mut modules = String::new();
    let mut table = String::from("/// Every case whose expression is one.\npub const CASES: &[(&str, Evaluate)] = &[\n");
    for path in yaml_files("../tests/conformance")? {
        println!("cargo::rerun-if-changed={}", path.display());
        let suite = Suite::parse(&std::fs::read_to_string(&path)?, &Limits::DEFAULT).map_err(|found| found.to_string())?;
        for case in &suite.cases {
            let Some(Ok(expression)) = suite.posed(case).map(|posed| posed.expression) else { continue };
            let module = case.id.replace('-', "_");
            modules += &expression.emit_rust(&module);
            writeln!(table, "    ({:?}, {module}::evaluate::<Map<String, Json>>),", case.id)?;
        }
    }
    std::fs::write(out()?.join("cases.rs"), modules + &table + "];\n")?;
    Ok(())
}

/// A policy for each case of scoping filters.
fn scopes() -> Outcome<Vec<(String, String)>> {
    let path = "../tests/conformance/entra-scoping.yaml";
    let suite = Suite::parse(&std::fs::read_to_string(path)?, &Limits::DEFAULT).map_err(|found| found.to_string())?;
    let template = std::fs::read_to_string("src/scope.yaml")?;
    let filters = suite
        .cases
        .iter()
        .filter_map(|case| Some((case.id.clone(), template.replace("[SCOPE]", &case.fields.get("filters")?.to_string()))));
    Ok(filters.collect())
}

/// The policies of the page's examples, as its script writes them. One has a mistake on purpose.
fn page() -> Outcome<Vec<String>> {
    let path = "../wasm/web/src/examples.ts";
    println!("cargo::rerun-if-changed={path}");
    let script = std::fs::read_to_string(path)?;
    let between = |text: &str, start: &str, end: &str| -> Option<String> {
        let from = text.find(start)? + start.len();
        Some(text[from..].split_once(end)?.0.to_owned())
    };
    let whole = between(&script, "const short = ", "`;\n").and_then(|short| Some(short.split_once('`')?.1.to_owned()));
    let mapping = between(&script, "const expression = ", "`;\n").and_then(|mapping| Some(mapping.split_once('`')?.1.to_owned()));
    let (whole, mapping) = whole.zip(mapping).ok_or("the page's examples are not written as before")?;
    let mut policies = Vec::new();
    for example in script.split("policy: short(\"").skip(1) {
        let written = example.split("),\n    documents").next().unwrap_or_default();
        let name = written.split('"').next().unwrap_or_default();
        let text = written.splitn(4, '"').nth(3).unwrap_or_default();
        let mut mappings = String::new();
        if let Some(expression) = between(text, "expression('", "')") {
            mappings += &mapping.replace("${text}", &expression);
        }
        if let Some(rest) = text.split_once('`') {
            let rest = rest.1.trim_end_matches('`');
            let rest = rest.split_once("')}").map_or(rest, |(_, rest)| rest);
            mappings += rest;
        }
        let policy = whole.replace("${name}", name).replace("${why}", "An example.").replace("${mapping}", mappings.trim_end());
        policies.push(policy);
    }
    let broken = policies.iter().position(|policy| policy.contains(r#"[appRoleAssignments]), "My Corp"#)).ok_or("no example is broken")?;
    policies.remove(broken);
    if policies.len() < 3 {
        return Err(format!("the page has {} examples of its own", policies.len()).into());
    }
    Ok(policies)
}

fn out() -> Outcome<PathBuf> {
    Ok(std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or("no OUT_DIR")?)
}

fn yaml_files(folder: &str) -> Outcome<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    Ok(files)
}
