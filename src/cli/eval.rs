mod progress;
mod rows;
mod sink;
mod tally;

use super::in_order::in_order;
use super::input::{self, DocumentArgs, PolicyArgs};
use super::output::{self, fail};
use super::people;
use super::{CouldNotRun, Exit, Outcome};
use crate::diagnostic::{Code, Diagnostic, Sources};
use crate::document::{Documents, Piece, User, Wanted};
use crate::policy::{Compiled, Decision};
use crate::program::FixedWorld;
use crate::program::record::KNOWN_AS;
use crate::provision::{Event, Source};
use clap::ValueEnum;
use progress::Progress;
use sink::{Form, Sink, Text};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use tally::Tally;

/// Shows what the target application gives each user of the documents
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright eval policies/docker.yaml examples/graph/*.json")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    documents: DocumentArgs,
    /// Whose mappings are applied.
    #[arg(long, default_value = "scim")]
    source: SourceArg,
    /// How the result is written.
    #[arg(long, default_value = "table")]
    format: Format,
    /// CSV for a spreadsheet: with a byte order mark, and an apostrophe before what would be a formula.
    #[arg(long)]
    spreadsheet: bool,
    /// Stops at the first row that cannot be read.
    #[arg(long)]
    strict: bool,
    /// How many threads decide; without it, one for each core.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// The time that expressions read, in place of the clock.
    #[arg(long, value_name = "DATE")]
    now: Option<String>,
}

/// A source that has mappings.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum SourceArg {
    /// SCIM provisioning.
    Scim,
    /// Just-in-time provisioning at sign-in.
    Jit,
}

impl From<SourceArg> for Source {
    fn from(source: SourceArg) -> Source {
        match source {
            SourceArg::Scim => Source::Scim,
            SourceArg::Jit => Source::Jit,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Ndjson,
    Csv,
}

pub(super) fn run(args: &Args) -> Outcome {
    if args.spreadsheet && args.format != Format::Csv {
        return Err(fail("--spreadsheet is for --format csv"));
    }
    let policy = args.policy.load()?;
    named(&args.documents)?;
    let (documents, mut pieces) = args.documents.stream(threads(args.threads))?;
    let world = input::world(args.now.as_deref())?;
    // A sign-in is a user of this source as it stands: what it carries needs no record of a directory.
    let (sign_ins, unread) = match args.source {
        SourceArg::Jit => people::sign_ins(&policy, &documents, &world),
        SourceArg::Scim => (Vec::new(), Exit::Fine),
    };
    if !documents.has_users() && sign_ins.is_empty() && unread == Exit::Fine {
        return Err(no_users());
    }
    let compiled = policy.compile(args.source.into());
    let desk = Desk {
        documents: &documents,
        strict: args.strict,
        form: Form::new(args.format, args.spreadsheet, &policy),
        wanted: wanted(&compiled),
        compiled,
    };
    let mut counter = Counter { sink: desk.form.sink()?, tally: Tally::default(), progress: Progress::of(pieces.bytes()), outcome: Ok(()) };
    // Random values differ from piece to piece, and do not depend on who decides it.
    let worlds = world.clone();
    // A long row is decided about while no other is, so that many threads need not hold many of them.
    let (most, alone) = (pieces.most(), Mutex::new(()));
    let decide = |(piece, world): (Piece, FixedWorld)| {
        let _alone = (piece.bytes() > most).then(|| alone.lock().unwrap_or_else(PoisonError::into_inner));
        desk.decide(&piece, &world)
    };
    let work = pieces.by_ref().map(move |piece| (piece, worlds.split()));
    in_order(threads(args.threads), work, decide, |done| counter.take(done, args.strict));
    counter.progress.finish();
    let Counter { mut sink, mut tally, outcome, .. } = counter;
    let mut text = desk.form.text(0);
    if outcome.is_ok() {
        output::diagnostics(&pieces.warnings(&documents), &Sources::default());
        for sign_in in sign_ins {
            let decision = policy.decide_event(&Event::SignIn(sign_in));
            tally.owned(&decision);
            desk.form.owned(&mut text, &decision)?;
        }
    }
    let end = text.len();
    sink.write(&mut text, 0, end)?;
    sink.finish()?;
    tally.summary().iter().for_each(|line| output::note(line));
    outcome?;
    if args.strict && tally.unread > 0 {
        output::note("stopped at a row that cannot be read (--strict)");
        return Ok(Exit::Findings);
    }
    Ok(if tally.refused + tally.unread > 0 { Exit::Findings } else { unread })
}

fn threads(wanted: Option<NonZeroUsize>) -> usize {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    wanted.unwrap_or_else(cores).get().min(MOST_THREADS)
}

/// Each thread holds a piece and what comes of it.
const MOST_THREADS: usize = 32;

/// What decides pieces.
struct Desk<'d> {
    documents: &'d Documents,
    strict: bool,
    form: Form,
    compiled: Compiled,
    wanted: Option<Wanted>,
}

/// What the policy reads of users; of Okta's users all is read: a plain row stands for a user as a whole.
fn wanted(compiled: &Compiled) -> Option<Wanted> {
    let names: Vec<&str> = compiled.attributes().iter().map(AsRef::as_ref).collect();
    (!compiled.policy.is_of_okta(compiled.from)).then(|| Wanted::new(&names, &KNOWN_AS))
}

/// A piece that is decided.
struct Done {
    text: Text,
    /// What is told, each before what stands at that place of the text.
    found: Vec<(usize, Diagnostic)>,
    tally: Tally,
    bytes: usize,
}

impl Desk<'_> {
    fn decide(&self, piece: &Piece, world: &FixedWorld) -> Result<Done, CouldNotRun> {
        let mut done = Done { text: self.form.text(piece.bytes()), found: Vec::new(), tally: Tally::default(), bytes: piece.bytes() };
        let mut outcome = Ok(());
        self.documents.users_in(piece, self.wanted.as_ref(), &mut |user| {
            let written = match user {
                Ok(User::Plain(plain)) => self.take(&mut done, &self.compiled.decide(plain, plain.assigned(), world)),
                Ok(User::Person(person)) => {
                    let record = self.compiled.bind(&person.record, person.kind);
                    self.take(&mut done, &self.compiled.decide(&record, person.assigned, world))
                }
                Err(bad) => {
                    done.tally.unread += usize::from(bad.code != Code::FileUnreadable);
                    done.found.push((done.text.len(), bad));
                    return if self.strict { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
                }
            };
            outcome = written;
            if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        outcome.map(|()| done)
    }

    fn take(&self, done: &mut Done, decision: &Decision<'_>) -> Result<(), CouldNotRun> {
        done.tally.count(decision);
        self.form.add(&mut done.text, decision)
    }
}

/// What takes decided pieces, in their order.
struct Counter {
    sink: Sink,
    tally: Tally,
    progress: Progress,
    outcome: Result<(), CouldNotRun>,
}

impl Counter {
    fn take(&mut self, done: Result<Done, CouldNotRun>, strict: bool) -> ControlFlow<()> {
        self.outcome = done.and_then(|done| self.write(done));
        if self.outcome.is_err() || (strict && self.tally.unread > 0) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn write(&mut self, mut done: Done) -> Result<(), CouldNotRun> {
        let mut from = 0;
        for (place, bad) in &done.found {
            self.sink.write(&mut done.text, from, *place)?;
            from = *place;
            self.progress.suspend(|| output::diagnostic(bad, &Sources::default()));
        }
        let end = done.text.len();
        self.sink.write(&mut done.text, from, end)?;
        self.tally.join(&done.tally);
        self.progress.advance(done.bytes, self.tally.users);
        // Of a document that broke off, the users who are missing are not known.
        if done.found.iter().any(|(_, bad)| bad.code == Code::FileUnreadable) { Err(CouldNotRun) } else { Ok(()) }
    }
}

/// The documents; without any that holds users there is nothing to do.
pub(super) fn open(args: &DocumentArgs) -> Result<Documents, super::CouldNotRun> {
    named(args)?;
    let documents = args.open()?;
    if documents.has_users() { Ok(documents) } else { Err(no_users()) }
}

fn no_users() -> super::CouldNotRun {
    fail("none of the documents holds users")
}

fn named(args: &DocumentArgs) -> Result<(), super::CouldNotRun> {
    if args.documents.is_empty() {
        return Err(fail("no documents are given; name files with users, or - for standard input"));
    }
    Ok(())
}
