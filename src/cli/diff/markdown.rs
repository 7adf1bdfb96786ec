//! The report of `diff` for the description of a pull request: harmless Markdown that code hosts take.

use super::super::output::plural;
use crate::analyze::{Difference, Privilege};
use crate::diagnostic::one_line;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Code hosts take descriptions and comments below 65,536 characters; who puts the report into one has something to say,
/// too. A character counts as often as UTF-16 has units for it.
const MOST: usize = 60_000;

/// More users than these are first counted by what changes for them.
const USERS: usize = 100;

/// So much is shown of a name, and of what there is to say about it.
const NAME: usize = 120;
const WORDS: usize = 300;

/// A report of differences, each with its cause.
pub(super) fn report(summary: &str, found: &[(&Difference, &str)]) -> String {
    let mut report = Report(format!("### What the policy changes\n\n{summary}.\n"));
    if found.len() > USERS {
        report.table(&["users", "privileged", "change", "cause"], &counts(found), MOST * 2 / 3);
    }
    let users: Vec<Vec<String>> = found
        .iter()
        .map(|(difference, cause)| {
            vec![cell(&difference.user, NAME), privileged(difference), cell(&difference.summary, WORDS), cell(cause, WORDS)]
        })
        .collect();
    report.table(&["user", "privileged", "change", "cause"], &users, MOST);
    report.0
}

/// How many users something changes for, and why, in the order of the differences: privileged roles first.
fn counts(found: &[(&Difference, &str)]) -> Vec<Vec<String>> {
    let mut counts: BTreeMap<(Privilege, &str, &str), usize> = BTreeMap::new();
    for (difference, cause) in found {
        *counts.entry((difference.privilege, &difference.summary, cause)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((privilege, ..), count)| (*privilege, std::cmp::Reverse(*count)));
    let row = |((privilege, summary, cause), count): ((Privilege, &str, &str), usize)| {
        vec![count.to_string(), word(privilege).to_owned(), cell(summary, WORDS), cell(cause, WORDS)]
    };
    counts.into_iter().map(row).collect()
}

fn privileged(difference: &Difference) -> String {
    word(difference.privilege).to_owned()
}

fn word(privilege: Privilege) -> &'static str {
    match privilege {
        Privilege::Gained => "**gained**",
        Privilege::Lost => "lost",
        Privilege::Unchanged => "",
    }
}

/// Text with tables, as long as there is room.
struct Report(String);

impl Report {
    /// Rows until the report has so much, and how many are left out.
    fn table(&mut self, headers: &[&str], rows: &[Vec<String>], most: usize) {
        if rows.is_empty() {
            return;
        }
        let mut used = length(&self.0);
        let lines = rows.iter().map(|row| format!("| {} |\n", row.join(" | "))).take_while(|line| {
            used += length(line);
            used < most
        });
        let lines: Vec<String> = lines.collect();
        let _ = write!(self.0, "\n| {} |\n|{}\n{}", headers.join(" | "), " --- |".repeat(headers.len()), lines.concat());
        if lines.len() < rows.len() {
            let _ = writeln!(self.0, "\n{} more; `--format json` has all.", plural(rows.len() - lines.len(), "row"));
        }
    }
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A value in a cell of a table: seen as it is, and nothing of it a link, an image, a mention, code or the end of the cell.
fn cell(text: &str, most: usize) -> String {
    let text = one_line(text);
    let mut characters: Vec<char> = text.chars().take(most + 1).collect();
    if characters.len() > most {
        characters[most] = '…';
    }
    let mut cell = String::new();
    for (at, character) in characters.iter().copied().enumerate() {
        let before = at.checked_sub(1).map_or(' ', |at| characters[at]);
        let next = characters.get(at + 1).copied().unwrap_or(' ');
        match character {
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '&' => cell.push_str("&amp;"),
            // Hosts look for these once Markdown has been read, so that no backslash helps: a space without width does.
            '@' if !is_word(before) => cell.push_str("@&#8203;"),
            '#' if next.is_ascii_digit() => cell.push_str("#&#8203;"),
            ':' if next == '/' => cell.push_str(":&#8203;"),
            '.' if at >= 3 && characters[at - 3..at].iter().all(|c| c.eq_ignore_ascii_case(&'w')) => cell.push_str("&#46;"),
            '_' if before.is_alphanumeric() && next.is_alphanumeric() => cell.push('_'),
            '(' if before != ']' => cell.push('('),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | '!' | '|' | '~' | '$' => cell.extend(['\\', character]),
            other => cell.push(other),
        }
    }
    cell
}

/// Whether a character is one of a word, for those who look for mentions and emphasis.
fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_text_and_nothing_else() {
        for (value, shown) in [
            ("ada.nowak_2@acme.example", "ada.nowak_2@acme.example"),
            ("loses owner in acme (company)", "loses owner in acme (company)"),
            ("![x](https://tracker.example/p.png)", r"\!\[x\]\(https:&#8203;//tracker.example/p.png)"),
            ("[x](javascript:alert)", r"\[x\]\(javascript:alert)"),
            ("@octocat, (@acme/team) é@b", "@&#8203;octocat, (@&#8203;acme/team) é@&#8203;b"),
            ("`code` ```", r"\`code\` \`\`\`"),
            ("www.evil.example WWW.x", "www&#46;evil.example WWW&#46;x"),
            ("<img src=x> &amp; a|b", r"&lt;img src=x&gt; &amp;amp; a\|b"),
            ("**b** __b__ ~~s~~ $x$ \\", r"\*\*b\*\* \_\_b\_\_ \~\~s\~\~ \$x\$ \\"),
            ("#12 #a acme/repo#3", "#&#8203;12 #a acme/repo#&#8203;3"),
            ("a\n| b\u{1b}[2J", r"a \| b?\[2J"),
        ] {
            assert_eq!(cell(value, NAME), shown);
        }
        assert_eq!(cell("abcdef", 3), "abc…");
    }

    #[test]
    fn a_report_of_any_length_is_taken() {
        let difference = |at: usize, summary: &str| Difference {
            user: format!("{}{at}@acme.example", "@|".repeat(200)),
            org: "acme".into(),
            before: None,
            after: None,
            privilege: if at % 10 == 0 { Privilege::Gained } else { Privilege::Unchanged },
            summary: summary.to_owned(),
        };
        let same: Vec<Difference> = (0..5_000).map(|at| difference(at, "in acme: member becomes owner")).collect();
        let rows: Vec<(&Difference, &str)> = same.iter().map(|difference| (difference, "role by new.yaml:14")).collect();
        let text = report("5000 users looked at", &rows);
        assert!(length(&text) < 65_536, "{}", length(&text));
        assert!(text.contains("| 500 | **gained** | in acme: member becomes owner | role by new.yaml:14 |"), "{}", &text[..600]);
        assert!(text.contains(" rows more; `--format json`"), "{}", &text[text.len() - 200..]);
        let all: Vec<Difference> = (0..5_000).map(|at| difference(at, &format!("{at}{}", "💥@".repeat(5_000)))).collect();
        let rows: Vec<(&Difference, &str)> = all.iter().map(|difference| (difference, "")).collect();
        assert!(length(&report("5000 users", &rows)) < 65_536);
    }
}
