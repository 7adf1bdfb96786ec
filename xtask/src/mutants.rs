//! Shows that the law of the engine fails where the engine is wrong: mistakes are made one at a time in a copy of the
//! repository, and the law must find each.

use crate::cargo::cargo;
use crate::mutations::{MUTATIONS, Mutation};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

/// The law, over as many policies as find what is wrong soon. The program is not built.
const LAW: [&str; 7] = ["test", "--locked", "--package", "rolewright", "--no-default-features", "--test", "law"];
const POLICIES: (&str, &str) = ("PROPTEST_CASES", "400");

/// Makes the mistakes, all or those of these names; whether each of them is found.
///
/// # Errors
/// The repository cannot be copied, or the law fails without any mistake.
pub fn run(root: &Path, names: &[&str]) -> Result<bool, String> {
    if let Some(unknown) = names.iter().find(|name| !MUTATIONS.iter().any(|mutation| mutation.name == **name)) {
        let known: Vec<&str> = MUTATIONS.iter().map(|mutation| mutation.name).collect();
        return Err(format!("there is no mutation {unknown}; there are {}", known.join(", ")));
    }
    let copy = Tree::copy(root)?;
    print_line("without any", "");
    let law = copy.law()?;
    if !law.passed() {
        return Err(format!("the law fails without any mistake, so that it finds none:\n{}", law.told));
    }
    let mut all = true;
    for mutation in MUTATIONS.iter().filter(|mutation| names.is_empty() || names.contains(&mutation.name)) {
        let start = Instant::now();
        let verdict = copy.with(mutation)?;
        let seconds = start.elapsed().as_secs();
        all &= matches!(verdict, Verdict::Found(_));
        print_line(mutation.name, &format!("{}  ({seconds} s)", verdict.words(mutation)));
    }
    Ok(all)
}

fn print_line(name: &str, text: &str) {
    println!("{name:36} {text}");
}

/// What became of a mistake.
enum Verdict {
    /// The law found it, by these tests.
    Found(Vec<String>),
    Survived,
    /// The text to change stands so often in the file.
    Places(usize),
    /// The changed engine does not compile: what is told.
    NotBuilt(String),
}

impl Verdict {
    fn words(&self, mutation: &Mutation) -> String {
        match self {
            Verdict::Found(tests) => format!("found by {}", tests.join(", ")),
            Verdict::Survived => "SURVIVED: the law passes".to_owned(),
            Verdict::Places(count) => format!("NOT MADE: {} has the text {count} times", mutation.file),
            Verdict::NotBuilt(why) => format!("NOT BUILT:\n{why}"),
        }
    }
}

/// How a run of the law ended.
struct Law {
    built: bool,
    /// The tests that failed.
    failed: Vec<String>,
    told: String,
}

impl Law {
    fn passed(&self) -> bool {
        self.built && self.failed.is_empty()
    }
}

/// A copy of the repository. What is built of it stands beside what is built of the repository: both need the same crates.
struct Tree {
    root: PathBuf,
    target: PathBuf,
}

impl Tree {
    /// Copies every file that git knows. One that is the same already is left, so that cargo does not build it anew.
    fn copy(root: &Path) -> Result<Tree, String> {
        let tree = Tree { root: root.join("target/mutants/tree"), target: root.join("target") };
        let list = Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root).output();
        let list = list.map_err(|error| format!("git: {error}"))?;
        for name in String::from_utf8_lossy(&list.stdout).split('\0').filter(|name| !name.is_empty()) {
            let (from, to) = (root.join(name), tree.root.join(name));
            let Ok(bytes) = std::fs::read(&from) else { continue }; // deleted, and git does not know yet
            if std::fs::read(&to).is_ok_and(|old| old == bytes) {
                continue;
            }
            let parent = to.parent().unwrap_or(&tree.root);
            let copied = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&to, bytes));
            copied.map_err(|error| format!("{}: {error}", to.display()))?;
        }
        Ok(tree)
    }

    /// Makes a mistake, asks the law, and undoes the mistake.
    fn with(&self, mutation: &Mutation) -> Result<Verdict, String> {
        let path = self.root.join(mutation.file);
        let fail = |error: std::io::Error| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(fail)?;
        match text.matches(mutation.find).count() {
            1 => {}
            count => return Ok(Verdict::Places(count)),
        }
        std::fs::write(&path, text.replace(mutation.find, mutation.put)).map_err(fail)?;
        let law = self.law();
        std::fs::write(&path, text).map_err(fail)?;
        let law = law?;
        Ok(match law {
            Law { built: false, told, .. } => Verdict::NotBuilt(told),
            Law { failed, .. } if failed.is_empty() => Verdict::Survived,
            Law { failed, .. } => Verdict::Found(failed),
        })
    }

    fn law(&self) -> Result<Law, String> {
        let built = self.cargo(&["--no-run"])?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if !built.status.success() {
            return Ok(Law { built: false, failed: Vec::new(), told: text(&built.stderr) });
        }
        let run = self.cargo(&[])?;
        let told = text(&run.stdout);
        let failed = |line: &str| line.strip_prefix("test ")?.strip_suffix(" ... FAILED").map(str::to_owned);
        let mut failed: Vec<String> = told.lines().filter_map(failed).collect();
        if failed.is_empty() && !run.status.success() {
            failed.push("its end".to_owned()); // such as an overflow of the stack
        }
        Ok(Law { built: true, failed, told })
    }

    fn cargo(&self, more: &[&str]) -> Result<Output, String> {
        let mut command = Command::new(cargo());
        command.args(LAW).args(more).env(POLICIES.0, POLICIES.1).env("CARGO_TARGET_DIR", &self.target).env("RUST_BACKTRACE", "0");
        command.current_dir(&self.root).output().map_err(|error| format!("cargo: {error}"))
    }
}
