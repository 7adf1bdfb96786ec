//! Regular expressions of .NET and of Java.
//!
//! A flavour is translated into a [`Translation`] for the engines of Rust; everything here works on that. The linear engine
//! takes whatever it can. Look-around, references back and atomic groups need one that backtracks. What both do on a text
//! is bounded as a whole, however many matches it has.

use super::dotnet_groups::Groups;
use super::dotnet_translate::{END, Needs, Translation, translate};
use super::java_translate;
use super::pattern_work::{Metered, Work, overruns};
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::program::{Fault, Halt};
use std::borrow::Cow;
use std::sync::OnceLock;

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    engine: Engine,
    /// `$` also matches before a last line end; only texts that have one pay for it.
    before_line_end: Option<Variant>,
    groups: Groups,
    /// Most steps over a text.
    steps: usize,
}

#[derive(Debug)]
struct Variant {
    translated: String,
    needs: Needs,
    engine: OnceLock<Result<Engine, PatternError>>,
}

#[derive(Debug)]
enum Engine {
    /// With whether a search may run on behind its match, which is found out where it matters.
    Linear(regex::Regex, OnceLock<bool>),
    /// With the longest text that it is tried on.
    Backtracking(fancy_regex::Regex, usize),
}

/// What is wrong with a pattern, or with trying it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct PatternError {
    /// `InvalidPattern`, `PatternTooSlow` or `ValueTooLarge`.
    pub code: Code,
    /// In words.
    pub message: String,
}

impl PatternError {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        PatternError { code: Code::InvalidPattern, message: message.into() }
    }

    /// As the fault of an argument.
    pub fn at(self, argument: usize) -> Halt {
        Fault::of(argument, self.code, self.message)
    }
}

/// One match: where it stands, and where its groups do, by the numbers of the engine.
pub(crate) struct Found(Vec<Option<(usize, usize)>>);

impl Found {
    /// Where the whole match stands.
    pub fn whole(&self) -> (usize, usize) {
        self.0.first().copied().flatten().unwrap_or_default()
    }

    /// Where a group stands that took part. One name may stand at several places; the last that matched counts.
    pub fn group(&self, places: &[usize]) -> Option<(usize, usize)> {
        places.iter().filter_map(|place| self.0.get(*place).copied().flatten()).max()
    }
}

impl Pattern {
    /// Compiles a pattern of .NET.
    pub(crate) fn new(text: &str, limits: &Limits) -> Result<Pattern, PatternError> {
        Pattern::of(translate(text, limits)?, limits)
    }

    /// Compiles a pattern of Java that must match the whole of a text.
    pub(crate) fn java(text: &str, limits: &Limits) -> Result<Pattern, PatternError> {
        let mut translation = java_translate::translate(text, limits)?;
        translation.translated = format!(r"\A(?:{})\z", translation.translated);
        Pattern::of(translation, limits)
    }

    fn of(translation: Translation, limits: &Limits) -> Result<Pattern, PatternError> {
        let Translation { translated, groups, needs } = translation;
        let steps = limits.pattern_steps;
        let engine = Engine::new(&translated.replace(END, r"\z"), needs, steps)?;
        let before_line_end = translated.contains(END).then(|| Variant {
            translated: translated.replace(END, r"(?=\n?\z)"),
            needs: Needs { backtracking: true, ..needs },
            engine: OnceLock::new(),
        });
        Ok(Pattern { engine, before_line_end, groups, steps })
    }

    /// Its groups.
    pub(crate) fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Whether it matches anywhere in a text.
    pub(crate) fn is_match(&self, text: &str) -> Result<bool, PatternError> {
        match self.engine_for(text)? {
            Engine::Linear(regex, _) => Ok(regex.is_match(text)),
            Engine::Backtracking(regex, longest) if text.len() <= *longest => regex.is_match(text).map_err(|_| slow()),
            Engine::Backtracking(..) => Err(slow()),
        }
    }

    /// The first match that begins at a byte or after it.
    pub(crate) fn find_at(&self, text: &str, from: usize) -> Result<Option<Found>, PatternError> {
        self.search(text, from, &mut Work::default())
    }

    /// The same as a part of what is done on a text.
    fn search(&self, text: &str, from: usize, work: &mut Work) -> Result<Option<Found>, PatternError> {
        if work.steps() > self.steps {
            return Err(slow());
        }
        Ok(match self.engine_for(text)? {
            Engine::Linear(regex, runs_on) => {
                let captures = regex.captures_at(text, from);
                if captures.is_some() && Work::counts(text) && *runs_on.get_or_init(|| overruns(regex.as_str())) {
                    work.read(text.len() - from);
                }
                captures.map(|captures| Found(captures.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect()))
            }
            Engine::Backtracking(regex, longest) if text.len() <= *longest => {
                let metered = Metered::new(text);
                let captures = regex.captures_from_pos(&metered, from).map_err(|_| slow())?;
                let found = captures.map(|captures| Found(captures.iter().collect()));
                work.take(&metered);
                found
            }
            Engine::Backtracking(..) => return Err(slow()),
        })
    }

    /// Writes something else in place of every match; without a match the text is given back as it is.
    pub(crate) fn replace<'t>(
        &self,
        text: Cow<'t, str>,
        limits: &Limits,
        mut write: impl FnMut(&Found, &str, &mut String),
    ) -> Result<Cow<'t, str>, PatternError> {
        let mut written: Option<String> = None;
        let (mut copied, mut from, mut work) = (0, 0, Work::default());
        while let Some(found) = self.search(&text, from, &mut work)? {
            let (start, end) = found.whole();
            let result = written.get_or_insert_with(|| String::with_capacity(text.len()));
            result.push_str(&text[copied..start]);
            write(&found, &text, result);
            if result.len() > limits.text_bytes {
                let message = format!("the text with its replacements is longer than {} bytes", limits.text_bytes);
                return Err(PatternError { code: Code::ValueTooLarge, message });
            }
            copied = end;
            // .NET looks for an empty match right behind a match too, and then one character further on.
            from = match text[end..].chars().next() {
                _ if end > start => end,
                Some(next) => end + next.len_utf8(),
                None => break,
            };
        }
        Ok(match written {
            Some(mut written) => {
                written.push_str(&text[copied..]);
                Cow::Owned(written)
            }
            None => text,
        })
    }

    fn engine_for(&self, text: &str) -> Result<&Engine, PatternError> {
        match &self.before_line_end {
            Some(variant) if text.ends_with('\n') => {
                let engine = variant.engine.get_or_init(|| Engine::new(&variant.translated, variant.needs, self.steps));
                engine.as_ref().map_err(Clone::clone)
            }
            _ => Ok(&self.engine),
        }
    }
}

impl Engine {
    fn new(translated: &str, needs: Needs, steps: usize) -> Result<Engine, PatternError> {
        if !needs.backtracking {
            let regex = regex::Regex::new(translated).map_err(|error| PatternError::invalid(reason(&error.to_string())));
            return Ok(Engine::Linear(regex?, OnceLock::new()));
        }
        // Looking back over any length reads as much in a step.
        let (steps, longest) = if needs.endless_look_behind { (steps / 100, LOOK_BEHIND) } else { (steps, usize::MAX) };
        // What it would look for first, to skip places, it would look for without counting.
        let regex = fancy_regex::RegexBuilder::new(translated).backtrack_limit(steps).seek(false).build();
        regex.map(|regex| Engine::Backtracking(regex, longest)).map_err(|error| PatternError::invalid(reason(&error.to_string())))
    }
}

/// The longest text, in bytes, that is looked back over from each place.
const LOOK_BEHIND: usize = 4096;

fn slow() -> PatternError {
    PatternError { code: Code::PatternTooSlow, message: "the pattern takes too many steps on this text".into() }
}

/// The engines draw the translated pattern and count in it, and nobody wrote that; the end of the last line says what is
/// wrong.
fn reason(message: &str) -> String {
    if message.contains("size limit") || message.contains("building NFA") {
        return "the pattern is too large".into();
    }
    let last = message.lines().last().unwrap_or(message);
    let last = last.rsplit(": ").next().unwrap_or(last).trim();
    format!("the pattern is not valid: {last}")
}

#[cfg(test)]
mod tests {
    use super::super::replacement::Replacement;
    use super::*;

    fn replaced(text: &str, pattern: &str, replacement: &str) -> String {
        let limits = Limits::DEFAULT;
        let pattern = Pattern::new(pattern, &limits).unwrap();
        let replacement = Replacement::new(replacement, pattern.groups());
        let write = |found: &Found, text: &str, written: &mut String| replacement.write(found, text, limits.text_bytes, written);
        pattern.replace(Cow::Borrowed(text), &limits, write).unwrap().into_owned()
    }

    #[test]
    fn patterns_mean_what_dotnet_means() {
        for (text, pattern, replacement, expected) in [
            // groups: those without a name are numbered first
            ("abc", "(?<x>a)(b)(c)", "$1$2$3", "bca"),
            ("abc", "(?'x'a)", "<${x}>$2${y}$$", "<a>$2${y}$bc"),
            ("a1", "(?:(?<d>[a-z])|(?<d>[0-9]))", "[${d}]", "[a][1]"),
            ("abc", "(?n)(a)(?<k>b)", "$1", "bc"),
            ("xaay", "(a)\\1", "-", "x-y"),
            ("xaay", "(?<q>a)\\k<q>", "-", "x-y"),
            ("abc", "b", "[$`|$&|$'|$_|$+]", "a[a|b|c|abc|b]c"),
            // empty matches, also right behind a match
            ("abc72", "[a-z]*", "x", "xx7x2x"),
            ("äö", "", "-", "-ä-ö-"),
            // classes
            ("hello world", "[a-z-[aeiou]]", "", "eo o"),
            ("h1e", "[^a-z-[1]]", "x", "h1e"),
            ("a]b[c&&d~~e", "[]\\[&~]", "", "abcde"),
            ("a-b", "[a\\-]", "", "b"),
            ("<a>", "\\<a\\>", "b", "b"),
            ("a{b}{1", "\\w{b}", "x", "x{1"),
            ("x{,2}", "x{,2}", "y", "y"),
            ("٣3", "\\d", "n", "nn"),
            ("Łód٣", "\\p{IsLatinExtended-A}|\\P{L}", "", "ód"),
            ("a\u{1F600}b", "\\uD83D\\uDE00", "-", "a-b"),
            // ends and lines
            ("a.\n", "\\.$", "", "a\n"),
            ("a.\n", "\\.\\z", "", "a.\n"),
            ("a\nb", "(?m)^", "> ", "> a\n> b"),
            ("a\nb", "a.b|(?s:a.b)", "x", "x"),
            // options, comments, blanks
            ("AbaB", "(?i)ab(?-i)b|B", "x", "Abax"),
            ("abAB", "(?i:a)b", "x", "xAB"),
            ("ab", "(?x) a  b # both", "x", "x"),
            ("aab", "a(?#twice){2}", "x", "xb"),
            ("aBAc", "(?=.)a(?i)b|a", "x", "xxc"),
            // what backtracks
            ("ab1", "^(?=.*\\d)(\\w+)$", "ok:$1", "ok:ab1"),
            ("price: 5", "(?<=: )\\d", "6", "price: 6"),
            ("aaa", "(?>a+)a|a", "x", "xxx"),
            ("(a) b", "(\\()?[ab](?(1)\\))", "x", "x x"),
            ("tab\tx", "\\x09\\cI?\\e?\\011?", "", "tabx"),
        ] {
            assert_eq!(replaced(text, pattern, replacement), expected, "{pattern} on {text:?}");
        }
    }

    #[test]
    fn invalid_patterns_are_refused() {
        for pattern in [
            "(",
            ")",
            "[",
            "[a",
            "*",
            "a**",
            "a++",
            "a{2}{3}",
            "(?<1a>b)",
            "(?<a-b>c)",
            "\\y",
            "\\",
            "[z-a]",
            "[a-\\d]",
            "(?z)",
            "(?",
            "(?#",
            "\\k<no>",
            "\\2(a)",
            "\\p{Nope}",
            "\\u12",
            "\\uD83D",
            "a{3,2}",
            "[a-z-[b]c]",
            "(?(no)a)",
            "(a{1000}){1000}{1000}",
        ] {
            let error = Pattern::new(pattern, &Limits::DEFAULT).err().map(|error| error.code);
            assert_eq!(error, Some(Code::InvalidPattern), "{pattern}");
        }
        let nested = "[a-".repeat(100_000);
        assert!(Pattern::new(&nested, &Limits::DEFAULT).is_err());
        assert!(Pattern::new(&"(".repeat(100_000), &Limits::DEFAULT).is_err());
        assert!(Pattern::new(&format!("{}{}", "(".repeat(50_000), ")".repeat(50_000)), &Limits::DEFAULT).is_err());
    }

    #[test]
    fn patterns_mean_what_java_means() {
        for (text, pattern, matches) in [
            ("California-North-Sales", "California-[a-zA-Z]+-Sales", true),
            ("California-North-Sales-West", "California-[a-zA-Z]+-Sales", false),
            ("ENGINEER", "(?i)engineer", true),
            ("Senior Engineer", "(?i)engineer", false),
            // ASCII only, unless (?u) says otherwise
            ("ÉA", "(?i)éa", false),
            ("ÉA", "(?iu)éa", true),
            ("\u{212A}", "(?i)[j-l]", false),
            ("B", "(?i)[a-c&&[^a]]", true),
            ("A", "(?i)[a-c&&[^aA]]", false),
            ("٣", "\\d", false),
            ("é", "\\w", false),
            ("é", "\\p{L}", true),
            ("é", "\\p{Alpha}", false),
            ("é", "\\p{IsAlphabetic}", true),
            ("a.b", "\\Qa.b\\E", true),
            ("axb", "\\Qa.b\\E", false),
            ("aaa", "a++a", false),
            ("aaab", "a{2,3}+b", true),
            ("abab", "(?<x>ab)\\k<x>", true),
            ("abab", "(ab)\\1", true),
            ("a\r", "a.", false),
            ("a\r", "(?s)a.", true),
            ("a\n", "a$", false),
            ("a\n", "a$\\n", true),
            ("ab1", "(?=.*\\d)\\w+", true),
            ("a b", "(?x) a \\ b # blanks", true),
            ("tab\t\u{e9}", "tab\\x09\\u00e9", true),
            ("a b", "a\\hb", true),
            ("-]", "[\\]-]+", true),
            ("b", "[a-c[x-z]&&[b-y]]", true),
            ("", "", true),
        ] {
            let pattern_of = Pattern::java(pattern, &Limits::DEFAULT).unwrap();
            assert_eq!(pattern_of.is_match(text), Ok(matches), "{pattern} on {text:?}");
        }
        for pattern in
            ["(", ")", "[", "[a", "*", "a**", "a{", "\\y", "\\", "[z-a]", "\\k<no>", "\\2(a)", "(?z)", "\\p{Nope}", "[]", "(?<1>a)"]
        {
            let error = Pattern::java(pattern, &Limits::DEFAULT).err().map(|error| error.code);
            assert_eq!(error, Some(Code::InvalidPattern), "{pattern}");
        }
        for hostile in ["(".repeat(100_000), "[".repeat(100_000), "[a&&".repeat(100_000)] {
            assert!(Pattern::java(&hostile, &Limits::DEFAULT).is_err());
        }
    }

    #[test]
    fn steps_are_bounded() {
        let pattern = Pattern::new(r"^(?:(a|aa)\1?)+$", &Limits::DEFAULT).unwrap();
        assert_eq!(pattern.is_match(&("a".repeat(40) + "b")).err().map(|error| error.code), Some(Code::PatternTooSlow));
        assert_eq!(pattern.is_match("aaa"), Ok(true));
    }

    /// What a pattern takes grows with the square of a text or worse, in one search or over many: it ends.
    #[test]
    fn steps_are_bounded_over_a_whole_text() {
        let long = |text: &str| text.repeat(200_000 / text.len());
        for (text, pattern) in [
            (long("a") + "!", r"(?=(a+))\1b"),
            (long("a") + "!", r"(?=(a+))\1?b"),
            (long("a"), r"(?:(?=(a+))a)*b"),
            (long("a"), r"(?:(?=(?:(?=(a+))a)*)a)*"),
            (long("a"), r"a(?=.*b)|a(?!.*b)"),
            (long("ab"), r"a(?!.*c)"),
            (long("a"), r"(?<=a+)b"),
            (long("a"), r"(?<!a+)c|(?<!b+)d"),
            (long("a"), r"(?>a*)b"),
            (long("a "), r"\w+\s(?=(\w+\s)*x)|\w"),
            (long("a\n"), r"a$|(?m)a.*\n(?=(?s:.*)b)"),
            (long("A"), ".*[^A-Z]|[A-Z]"),
            (long("A"), "A(?:.*b)?"),
            ("(".repeat(100_000), r"(\()?[ab](?(1)\))*|(?=(.*))\2c"),
        ] {
            let start = std::time::Instant::now();
            let pattern_of = Pattern::new(pattern, &Limits::DEFAULT).unwrap();
            let replaced = pattern_of.replace(Cow::Borrowed(&text), &Limits::DEFAULT, |_, _, written| written.push('x'));
            assert_eq!(replaced.err().map(|error| error.code), Some(Code::PatternTooSlow), "{pattern}");
            assert!(start.elapsed() < std::time::Duration::from_secs(20), "{pattern} took {:?}", start.elapsed());
        }
        let java = Pattern::java(r"(?:(?=(a+))a)*b", &Limits::DEFAULT).unwrap();
        assert_eq!(java.is_match(&long("a")).err().map(|error| error.code), Some(Code::PatternTooSlow));
    }

    /// Steps that are counted change no match: random patterns find what they find without them. (Of a group that can be
    /// empty within a repetition the engines keep different runs, with or without steps.)
    #[test]
    fn counting_changes_no_match() {
        let mut seed = 7_u64;
        let mut draw = |many: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % many
        };
        let atoms =
            ["a", "b", "[ab]", "(a|b)", "(?:ab|a)", "(?=a)", "(?!b)", "(?<=a)", "(?<!ab)", r"(?:\1)", "(?>a|ab)", "(a+)", "(?:a?b)", "."];
        let quantifiers = ["", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?", "{1,3}?"];
        let mut compared = 0;
        for _ in 0..3_000 {
            // The reference back has its group, and makes the pattern backtrack.
            let mut pattern = String::from(r"(?=(b?))");
            for _ in 0..1 + draw(4) {
                let (atom, quantifier) = (atoms[draw(atoms.len())], quantifiers[draw(quantifiers.len())]);
                let within = format!("{atom}{quantifier}");
                pattern.push_str(&if draw(4) == 0 { format!("(?:{within}){}", quantifiers[draw(quantifiers.len())]) } else { within });
            }
            let (Ok(counted), Ok(plain)) = (Pattern::new(&pattern, &Limits::DEFAULT), fancy_regex::Regex::new(&pattern)) else { continue };
            for text in ["", "a", "b", "ab", "aabb", "babab", "abaabaaab"] {
                let Ok(expected) = plain.captures(text) else { continue };
                let expected = expected.map(|found| found.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect());
                let Ok(found) = counted.find_at(text, 0) else { continue };
                assert_eq!(found.map(|found| found.0), expected, "{pattern} on {text:?}");
                compared += 1;
            }
        }
        assert!(compared > 10_000, "{compared}");
    }

    /// What takes as long as the text is long is done, on long texts, too.
    #[test]
    fn long_texts_are_no_reason_to_stop() {
        let long = |text: &str| text.repeat(200_000 / text.len());
        for (text, pattern, count) in [
            (long("a"), "a", 200_000),
            (long("ab "), r"\s+|-+", 66_666),
            (long("ab"), "(?<=a)b", 100_000),
            (long("aab"), r"(a)\1", 66_666),
            (long("ab"), r"a(?=b)", 100_000),
            (long("abc "), r"\b\w+\b(?! x)", 50_000),
            (long("ab"), "x.*y", 0),
        ] {
            let pattern_of = Pattern::new(pattern, &Limits::DEFAULT).unwrap();
            let mut matches = 0;
            let replaced = pattern_of.replace(Cow::Borrowed(&text), &Limits::DEFAULT, |_, _, _| matches += 1);
            assert!(replaced.is_ok(), "{pattern}: {:?}", replaced.err());
            assert_eq!(matches, count, "{pattern}");
        }
    }
}
