//! Users through `rolewright eval`, beside a program that was written by hand for the same policy.
//!
//! `cargo bench --bench bulk` runs both in turn and prints medians, ratios and peak memory; `-- USERS ROUNDS` changes how
//! much. Rates of one thread are compared by the time of the processor, which other work on the machine changes least. `cargo bench --bench bulk -- generate USERS ndjson` (or
//! `graph`, `csv`) writes made-up users, as Microsoft Graph prints them one a line, in a list, and as a table.

mod typed;
mod users;

use std::fs::File;
use std::io::{BufReader, BufWriter, Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use users::Form;

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolewright");
const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/docker.yaml");

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |word: &str| word.parse::<u64>().map_err(|_| Error::other(format!("{word} is no number")));
    match words.as_slice() {
        ["generate", count, form] => users::write(number(count)?, form_of(form)?, &mut BufWriter::new(std::io::stdout().lock())),
        ["typed", principal, form] => typed::run(
            &std::fs::read_to_string(principal)?,
            *form == "ndjson",
            BufReader::with_capacity(1 << 18, std::io::stdin().lock()),
            BufWriter::with_capacity(1 << 18, std::io::stdout().lock()),
        ),
        [] => compare(200_000, 5),
        [count] => compare(number(count)?, 5),
        [count, rounds] => compare(number(count)?, number(rounds)?),
        _ => Err(Error::other("give how many users and how many rounds, or generate USERS FORM")),
    }
}

fn form_of(word: &str) -> Result<Form> {
    match word {
        "ndjson" => Ok(Form::Ndjson),
        "graph" => Ok(Form::Graph),
        "csv" => Ok(Form::Csv),
        _ => Err(Error::other("the forms are ndjson, graph and csv")),
    }
}

/// What is measured.
struct Candidate {
    name: &'static str,
    /// The form of the users.
    form: &'static str,
    /// Of `eval`; without any it is the typed program.
    arguments: Option<&'static [&'static str]>,
    /// The rate is compared with that of this one.
    against: Option<&'static str>,
}

const ONE: &[&str] = &["--format", "ndjson", "--threads", "1"];
const TWO: &[&str] = &["--format", "ndjson", "--threads", "2"];

const CANDIDATES: [Candidate; 8] = [
    Candidate { name: "typed program, lines", form: "ndjson", arguments: None, against: None },
    Candidate { name: "eval of lines, 1 thread", form: "ndjson", arguments: Some(ONE), against: Some("typed program, lines") },
    Candidate { name: "eval of lines, 2 threads", form: "ndjson", arguments: Some(TWO), against: Some("eval of lines, 1 thread") },
    Candidate { name: "typed program, a list", form: "graph", arguments: None, against: None },
    Candidate { name: "eval of a list, 1 thread", form: "graph", arguments: Some(ONE), against: Some("typed program, a list") },
    Candidate { name: "eval of a list, 2 threads", form: "graph", arguments: Some(TWO), against: Some("eval of a list, 1 thread") },
    Candidate { name: "eval of csv, 2 threads", form: "csv", arguments: Some(&["--format", "csv", "--threads", "2"]), against: None },
    Candidate { name: "eval of lines as table, 2 threads", form: "ndjson", arguments: Some(&["--threads", "2"]), against: None },
];

fn compare(count: u64, rounds: u64) -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bulk");
    std::fs::create_dir_all(&folder)?;
    for form in ["ndjson", "graph", "csv"] {
        users::write(count, form_of(form)?, &mut BufWriter::new(File::create(document(&folder, form))?))?;
    }
    users::principal(&mut File::create(folder.join(PRINCIPAL))?)?;
    same_output(&folder)?;
    let mut times: Vec<Vec<Duration>> = CANDIDATES.iter().map(|_| Vec::new()).collect();
    let mut works: Vec<Vec<Duration>> = times.clone();
    let mut peaks = [0; CANDIDATES.len()];
    // In turn, so that whatever else the machine does meets all of them.
    for _ in 0..rounds.max(1) {
        for (at, candidate) in CANDIDATES.iter().enumerate() {
            let began = Instant::now();
            let (peak, work) = run(command(candidate, &folder)?.stdout(Stdio::null()))?;
            times[at].push(began.elapsed());
            works[at].push(work);
            peaks[at] = peak.max(peaks[at]);
        }
    }
    println!("{count} users, {rounds} rounds in turn, medians\n");
    println!("| program | seconds | users a second | rate | seconds of processors | rate by them | peak memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let [medians, works] = [times, works].map(|all| all.into_iter().map(median).collect::<Vec<f64>>());
    for (at, candidate) in CANDIDATES.iter().enumerate() {
        let against = |all: &[f64]| {
            let (name, other) = candidate.against.and_then(|name| Some((name, CANDIDATES.iter().position(|other| other.name == name)?)))?;
            Some(format!("{:.2} of {name}", all[other] / all[at]))
        };
        let [rate, by_work] = [&medians, &works].map(|all| against(all).unwrap_or_default());
        let (seconds, each, work) = (medians[at], count as f64 / medians[at], works[at]);
        println!("| {} | {seconds:.2} | {each:.0} | {rate} | {work:.2} | {by_work} | {} MB |", candidate.name, peaks[at] / 1000);
    }
    Ok(())
}

/// All that read the same users write the same, or the comparison is none.
fn same_output(folder: &Path) -> Result<()> {
    let mut outputs = Vec::new();
    for candidate in &CANDIDATES[..6] {
        let path = folder.join("out.ndjson");
        run(command(candidate, folder)?.stdout(File::create(&path)?))?;
        outputs.push(std::fs::read(path)?);
    }
    if outputs.windows(2).all(|two| two[0] == two[1]) { Ok(()) } else { Err(Error::other("the programs write different decisions")) }
}

/// The application's service principal, whatever the form of the users.
const PRINCIPAL: &str = "service-principal.json";

fn document(folder: &Path, form: &str) -> PathBuf {
    folder.join(format!("users.{form}"))
}

fn command(candidate: &Candidate, folder: &Path) -> Result<Command> {
    let (users, principal) = (document(folder, candidate.form), folder.join(PRINCIPAL));
    let mut command;
    match candidate.arguments {
        Some(arguments) => {
            command = Command::new(PROGRAM);
            command.args(["eval", POLICY]).arg(users).arg(principal);
            command.args(arguments).stderr(Stdio::null());
        }
        None => {
            command = Command::new(std::env::current_exe()?);
            command.arg("typed").arg(principal).arg(candidate.form).stdin(File::open(users)?);
        }
    }
    Ok(command)
}

/// Runs to the end, and gives the peak of the memory that the system had lent, in kB, and the time of the processors.
/// Both are what Linux tells; elsewhere they stay 0.
fn run(command: &mut Command) -> Result<(u64, Duration)> {
    let mut child = command.spawn()?;
    let about = |what: &str| std::fs::read_to_string(format!("/proc/{}/{what}", child.id())).unwrap_or_default();
    let (mut peak, mut work) = (0, Duration::ZERO);
    loop {
        let status = about("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        // A process that has ended is told until somebody waits for it. The fields are counted from its name's bracket.
        let stat = about("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        work = work.max(Duration::from_millis(10 * (ticks(11) + ticks(12))));
        if matches!(fields.first(), None | Some(&"Z")) {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait()?;
    Ok((peak, work))
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
}
