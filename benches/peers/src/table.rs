//! The figures as tables in Markdown.

use crate::engines::{ENGINES, Engine, Kind};
use crate::measure::{Figure, ROUNDS};
use crate::versions;
use std::fmt::Write;

/// How far ahead of an engine that interprets Rolewright is to be.
const GOAL: f64 = 5.0;

const BEGIN: &str = "<!-- peers -->\n";
const END: &str = "<!-- /peers -->";

/// What came of one job in one engine: figures, or why there are none.
pub type Cell = Result<Figure, &'static str>;

/// A job and its results in the order of the engines.
pub type Row = (&'static str, Vec<Cell>);

/// A table for each job, and one that tells how far ahead Rolewright is.
pub fn tables(rows: &[Row], date: &str) -> String {
    let mut text = format!("On {date}; of {ROUNDS} rounds the median; times are nanoseconds per user.\n");
    for (title, cells) in rows {
        text.push_str(&job(title, cells));
    }
    text.push_str(&summary(rows));
    text
}

fn of(kind: Kind) -> impl Iterator<Item = (usize, &'static Engine)> {
    ENGINES.iter().enumerate().filter(move |(_, engine)| engine.kind == kind)
}

/// A line of a table.
fn line(cells: impl IntoIterator<Item = String>) -> String {
    cells.into_iter().fold("|".to_owned(), |line, cell| format!("{line} {cell} |")) + "\n"
}

fn job(title: &str, cells: &[Cell]) -> String {
    let own: Vec<_> = of(Kind::Rolewright).collect();
    let head = ["engine", "version", "time"].map(str::to_owned).into_iter();
    let ratios = own.iter().map(|(_, engine)| format!("of {}", engine.name));
    let mut text = format!("\n**{title}**\n\n{}", line(head.chain(ratios).chain(["allocations".to_owned()])));
    text += &line(["---", "---"].into_iter().chain(std::iter::repeat_n("---:", own.len() + 2)).map(str::to_owned));
    for (engine, cell) in ENGINES.iter().zip(cells) {
        let start = [engine.name.to_owned(), versions::of(engine.package).to_owned()].into_iter();
        text += &match cell {
            Err(why) => line(start.chain([format!("cannot: {why}")]).chain(std::iter::repeat_n(String::new(), own.len() + 1))),
            Ok(figure) => {
                let ratios = own.iter().map(|(at, _)| ratio(figure, &cells[*at]).map_or_else(String::new, |ratio| format!("{ratio:.2}")));
                line(start.chain([format!("{:.0}", figure.nanoseconds)]).chain(ratios).chain([format!("{:.1}", figure.allocations)]))
            }
        };
    }
    text
}

fn ratio(figure: &Figure, own: &Cell) -> Option<f64> {
    own.as_ref().ok().map(|own| figure.nanoseconds / own.nanoseconds)
}

fn summary(rows: &[Row]) -> String {
    let peers: Vec<_> = of(Kind::Peer).collect();
    let mut text = format!(
        "\n**How many times Rolewright is ahead of each**; the goal is {GOAL:.0}, and below 1 it is behind\n\n{}",
        line(["job", "by"].into_iter().chain(peers.iter().map(|(_, engine)| engine.name)).chain(["goal"]).map(str::to_owned))
    );
    text += &line(["---", "---"].into_iter().chain(std::iter::repeat_n("---:", peers.len())).chain(["---"]).map(str::to_owned));
    for (title, cells) in rows {
        for (own, engine) in of(Kind::Rolewright) {
            let ahead: Vec<Option<f64>> = peers.iter().map(|(at, _)| ratio(cells[*at].as_ref().ok()?, &cells[own])).collect();
            let shown = ahead.iter().map(|ahead| ahead.map_or_else(|| "-".to_owned(), |ahead| format!("{ahead:.1}")));
            let start = [(*title).to_owned(), engine.name.to_owned()].into_iter();
            text += &line(start.chain(shown).chain([verdict(&ahead)]));
        }
    }
    text
}

/// Whether the goal is met against all who can do the job.
fn verdict(ahead: &[Option<f64>]) -> String {
    let able: Vec<f64> = ahead.iter().flatten().copied().collect();
    let missed = able.iter().filter(|ahead| **ahead < GOAL).count();
    let behind = able.iter().filter(|ahead| **ahead < 1.0).count();
    let mut text = if missed == 0 { "met".to_owned() } else { format!("missed against {missed} of {}", able.len()) };
    if behind > 0 {
        write!(text, ", behind {behind}").expect("a text takes all that is written");
    }
    text
}

/// Puts the tables into a file, in place of those that stand between the two lines.
pub fn write(file: &str, tables: &str) -> Result<(), String> {
    let error = |error: std::io::Error| format!("{file}: {error}");
    let text = std::fs::read_to_string(file).map_err(error)?;
    let place = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = place.ok_or_else(|| format!("{file} has no lines {} and {END}", BEGIN.trim_end()))?;
    std::fs::write(file, format!("{before}{BEGIN}\n{tables}\n{END}{after}")).map_err(error)
}
