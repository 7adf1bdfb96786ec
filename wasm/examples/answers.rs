//! Answers questions natively, one a line of standard input, as the WebAssembly build answers them: the tests compare
//! the two byte by byte.
//!
//! A line is `["NAME", ARGUMENT, …]`; documents stand in place of users.

use rolewright_wasm::{DocumentText, PolicyText, Settings, Users, questions};
use serde_json::{Value as Json, from_value};
use std::io::{BufRead, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Vec<Json> = serde_json::from_str(&line?)?;
        writeln!(out, "{}", answer(&question)?)?;
    }
    Ok(())
}

fn answer(question: &[Json]) -> Result<Json, Box<dyn std::error::Error>> {
    let at = |at: usize| question.get(at).cloned().unwrap_or_default();
    let text = |at: usize| question.get(at).and_then(Json::as_str).unwrap_or_default();
    let policy = |place: usize| from_value::<PolicyText>(at(place));
    let users = |place: usize| from_value::<Vec<DocumentText>>(at(place)).map(Users::open);
    let settings = |place: usize| from_value::<Settings>(at(place));
    Ok(match text(0) {
        "check" => questions::check(&policy(1)?),
        "evaluate" => questions::evaluate(&policy(1)?, &users(2)?, &settings(3)?),
        "explain" => questions::explain(&policy(1)?, &users(2)?, &at(3), &settings(4)?),
        "expr" => questions::expr(text(1), &users(2)?, &settings(3)?),
        "replay" => questions::replay(&policy(1)?, text(2)),
        "conflicts" => questions::conflicts(&policy(1)?, &users(2)?, &settings(3)?),
        "format" => questions::format(text(1)),
        "functions" => questions::functions(from_value(at(1)).unwrap_or_default()),
        "audit" => questions::audit(&policy(1)?, &users(2)?, &settings(3)?),
        "importConfiguration" => questions::import(from_value(at(1))?),
        "exportEntra" => questions::export_entra(&policy(1)?),
        "mappings" => questions::mappings(&policy(1)?),
        "edgeUsers" => questions::edge_users(&policy(1)?),
        "signIn" => questions::sign_in(&policy(1)?, &at(2), &settings(3)?),
        "tests" => questions::tests(&policy(1)?, &settings(2)?),
        "suite" => questions::suite(text(1), &from_value::<Vec<PolicyText>>(at(2))?),
        other => return Err(format!("there is no question {other}").into()),
    })
}
