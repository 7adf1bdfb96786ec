//! Expressions that nobody wrote: whatever of them translates, gives the same.

use super::cases::Source;
use super::fate;
use rolewright::{Dialect, Expression, Scope};

/// SplitMix64, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % count as u64).expect("fits")
    }

    /// A form in which `#T`, `#N`, `#C`, `#L` and `#B` stand for a text, number, condition, list and boolean, and `#K` for a
    /// small number, written out to a depth.
    fn written(&mut self, grammar: &Grammar, kind: char, depth: usize) -> String {
        let (leaves, forms) = match kind {
            'T' => (grammar.text_leaves, grammar.texts),
            'N' => (grammar.number_leaves, grammar.numbers),
            'C' => (grammar.condition_leaves, grammar.conditions),
            'L' => (grammar.list_leaves, grammar.lists),
            _ => (grammar.boolean_leaves, grammar.conditions),
        };
        let choices = if depth == 0 || self.below(5) == 0 { leaves } else { forms };
        let form = choices[self.below(choices.len())];
        let mut text = String::new();
        for (nth, part) in form.split('#').enumerate() {
            match part.chars().next().filter(|_| nth > 0) {
                Some('K') => text += &self.below(5).to_string(),
                Some(kind) => text += &self.written(grammar, kind, depth.saturating_sub(1)),
                None => {}
            }
            text += part.get(usize::from(nth > 0)..).unwrap_or_default();
        }
        text
    }
}

struct Grammar {
    text_leaves: &'static [&'static str],
    texts: &'static [&'static str],
    number_leaves: &'static [&'static str],
    numbers: &'static [&'static str],
    condition_leaves: &'static [&'static str],
    conditions: &'static [&'static str],
    list_leaves: &'static [&'static str],
    lists: &'static [&'static str],
    boolean_leaves: &'static [&'static str],
}

const ENTRA: Grammar = Grammar {
    text_leaves: &["[surname]", "[mail]", "[givenName]", "\"a\"", "\"\"", "\"True\"", "\", \"", "\"ab é\""],
    texts: &[
        "Append(#T, #T)",
        "Join(\", \", #T, #T, #T)",
        "Join(\"\", #T, #T)",
        "Join(\"-\", #T, #N)",
        "IIF(#C, #T, #T)",
        "IIF(#C, #T, #N)",
        "Switch(#T, #T, \"a\", #T, \"\", #T)",
        "Switch(#N, #T, \"2\", #T)",
        "Switch(#B, , \"True\", #T, \"\", #T)",
        "Coalesce(#T, #T)",
        "Coalesce(#T, #T, #T)",
        "Left(#T, #K)",
        "Mid(#T, 1, #K)",
        "Mid(#T, 2, #K)",
        "Replace(#T, \"a\", , , #T, , )",
        "Replace(#T, #T, , , \"x\", , )",
        "Replace(#T, \"x\", , , , , \"axb\")",
        "ToLower(#T)",
        "ToUpper(#T)",
        "StripSpaces(#T)",
        "CStr(#N)",
        "CStr(#B)",
        "Item(#L, 1)",
    ],
    number_leaves: &["[n]", "0", "2", "-1"],
    numbers: &["Len(#T)", "InStr(#T, #T)", "Count(#L)", "Len(Mid(#T, #K, 1))", "IIF(#C, #N, #N)", "Coalesce(#N, #N)", "[n]"],
    condition_leaves: &["[surname] = \"a\"", "[b]", "[n] > 1"],
    conditions: &[
        "#T = #T",
        "#T <> #T",
        "#T < \"b\"",
        "#T >= \"a\"",
        "#N = #N",
        "#N < #N",
        "#N <> #K",
        "#N = \"2\"",
        "#B = \"True\"",
        "IsNull(#T)",
        "IsNullOrEmpty(#T)",
        "IsPresent(#T)",
        "IsNullOrEmpty(#L)",
        "IsPresent(#N)",
        "Not(#C)",
        "Not(#T)",
        "Not(#N)",
        "InStr(#T, #T) > 0",
        "InStr(#T, \"a\") = 0",
        "ToLower(#T) = \"a\"",
        "ToUpper(#T) <> \"AB\"",
        "IsString(#T)",
        "CBool(#C)",
    ],
    list_leaves: &["[l]"],
    lists: &["[l]", "Split(#T, \",\")"],
    boolean_leaves: &["[b]"],
};

const OKTA: Grammar = Grammar {
    text_leaves: &["user.lastName", "user.email", "user.firstName", "\"a\"", "\"\"", "\"true\"", "\", \"", "\"ab é\""],
    texts: &[
        "String.append(#T, #T)",
        "String.join(\", \", #T, #T)",
        "String.join(\"\", #T, #N)",
        "(#T + #T)",
        "(#T + \"-\" + #T)",
        "(#T + #N)",
        "(#C ? #T : #T)",
        "(#C ? #T : #N)",
        "(#T ?: #T)",
        "String.stringSwitch(#T, #T, \"a\", #T, \"b\", #T)",
        "String.substring(#T, 0, #K)",
        "String.substring(#T, 1, 3)",
        "String.substringBefore(#T, \"a\")",
        "String.substringAfter(#T, \"@\")",
        "String.replace(#T, \"a\", #T)",
        "String.replaceFirst(#T, \"a\", \"$1x\")",
        "String.toLowerCase(#T)",
        "String.toUpperCase(#T)",
        "String.removeSpaces(#T)",
        "Arrays.get(#L, 0)",
        "(#B + #T)",
    ],
    number_leaves: &["user.n", "0", "2"],
    numbers: &["String.len(#T)", "Arrays.size(#L)", "(#C ? #N : #N)", "(#N ?: #N)", "user.n"],
    condition_leaves: &["user.lastName == \"a\"", "user.b", "user.n > 1"],
    conditions: &[
        "#T == #T",
        "#T != #T",
        "#T < \"b\"",
        "#T >= \"a\"",
        "#N == #N",
        "#N <= #K",
        "#N > 2",
        "#T == null",
        "#T != null",
        "#N == null",
        "#N == #T",
        "#B == true",
        "(#C AND #C)",
        "(#C OR #C)",
        "!(#C)",
        "String.startsWith(#T, #T)",
        "String.stringContains(#T, #T)",
        "Arrays.isEmpty(#L)",
        "#T matches \"[a-z]+\"",
        "String.toLowerCase(#T) == \"a\"",
        "#B",
        "(#C)",
    ],
    list_leaves: &["user.l"],
    lists: &["user.l"],
    boolean_leaves: &["user.b"],
};

/// How many of the expressions translate, all of them the same.
fn translated(dialect: Dialect, to: Dialect, grammar: &Grammar, seed: u64) -> usize {
    let mut random = Random(seed);
    let mut count = 0;
    for round in 0..600 {
        let kind = ['T', 'C', 'N', 'T'][round % 4];
        let text = random.written(grammar, kind, 1 + round % 4);
        let declared = ["n", "b", "l", "user.n", "user.b", "user.l"].map(str::to_owned);
        if Expression::compile_in(dialect, &text, &Scope { attributes: Some(&declared), ..Scope::default() }).is_err() {
            continue;
        }
        let partners = ["n=user.n:number", "b=user.b:boolean", "l=user.l:list"].map(str::to_owned).to_vec();
        count += usize::from(fate(&Source { dialect, text, partners }, to).outcome.is_ok());
    }
    count
}

#[test]
fn of_entra() {
    let found = translated(Dialect::Entra, Dialect::Okta, &ENTRA, 1);
    assert!(found > 150, "{found}");
}

#[test]
fn of_entra_for_identity_engine() {
    let found = translated(Dialect::Entra, Dialect::OktaIdentityEngine, &ENTRA, 2);
    assert!(found > 150, "{found}");
}

#[test]
fn of_okta() {
    let found = translated(Dialect::Okta, Dialect::Entra, &OKTA, 3);
    assert!(found > 150, "{found}");
}
