//! What the tests inside policies reach: a part of `rolewright test`.

use super::files;
use super::input::{self, read_text};
use super::output::{self, Lines, fail, styled};
use super::test::{Args, load};
use super::{CouldNotRun, Exit};
use crate::analyze::{Coverage, coverage};
use crate::diagnostic::{one_line, render};
use crate::policy::Policy;
use crate::suite::Suite;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Shows the coverage of each policy among the files, if it is asked for.
pub(super) fn report(args: &Args) -> Result<Exit, CouldNotRun> {
    if !args.coverage && args.min_coverage.is_none() && args.lcov.is_none() {
        return Ok(Exit::Fine);
    }
    let world = input::world(None)?;
    let mut exit = Exit::Fine;
    let mut lines: BTreeMap<String, BTreeMap<usize, bool>> = BTreeMap::new();
    for path in &args.files {
        let text = read_text(path).map_err(|why| fail(&format!("{}: {why}", path.display())))?;
        if Suite::is_suite(&text) {
            continue;
        }
        let policy = load(args, path)?;
        let found = coverage(&policy, &world);
        output::data(&show(&policy, &found))?;
        let figure = format!("{}: {:.1} % covered, {} of {}", path.display(), found.percent(), found.reached, found.total);
        output::line(&figure)?;
        if let Some(least) = args.min_coverage.filter(|least| found.percent() < *least) {
            output::note(&format!("{}: less than the {least} % that are asked for", path.display()));
            exit = Exit::Findings;
        }
        for (file, line, hit) in found.lines {
            *lines.entry(file).or_default().entry(line).or_insert(true) &= hit;
        }
    }
    if let Some(path) = &args.lcov {
        files::write("--lcov", path, &lcov(&lines))?;
    }
    Ok(exit)
}

fn show(policy: &Policy, found: &Coverage) -> Lines {
    let mut text = Lines::default();
    for uncovered in &found.uncovered {
        let (source, span) = uncovered.at;
        text.drawn(&render::note(&format!("no test reaches {}", uncovered.what), source, span, policy.texts(), true));
        if !uncovered.stub.trim_start().starts_with('#') {
            let _ = writeln!(text, "{}", styled("  a test to paste under `tests`:", "2"));
        }
        uncovered.stub.lines().for_each(|line| text.line(line));
        text.line("");
    }
    text
}

fn lcov(lines: &BTreeMap<String, BTreeMap<usize, bool>>) -> String {
    let mut text = String::new();
    for (file, lines) in lines {
        let _ = writeln!(text, "TN:\nSF:{}", one_line(file));
        for (line, hit) in lines {
            let _ = writeln!(text, "DA:{line},{}", u8::from(*hit));
        }
        let _ = writeln!(text, "LF:{}\nLH:{}\nend_of_record", lines.len(), lines.values().filter(|hit| **hit).count());
    }
    text
}
