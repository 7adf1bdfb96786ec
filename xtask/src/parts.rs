//! The parts of the test, as a table.

use crate::cargo::{Place, crates};
use crate::{dependencies, fuzz, generate, python, rules, web};
use std::path::Path;

/// How much is run; each includes what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    Quick,
    Usual,
    All,
}

/// A part of the test.
pub struct Part {
    pub name: &'static str,
    /// From which extent on it runs.
    pub from: Extent,
    pub about: &'static str,
    pub steps: &'static [Step],
}

/// What a part does, in order, until a step fails.
pub enum Step {
    /// A component of the toolchain, and the cargo command that it brings.
    Need { component: &'static str, command: &'static str },
    /// A command.
    Run(Run),
    /// What xtask finds itself: one line a finding.
    Find(fn(&Path) -> Result<Vec<String>, String>),
    /// A note for the table.
    Note(fn(&Place) -> Result<String, String>),
}

/// A command of cargo, or of the program.
pub struct Run {
    pub tool: Tool,
    pub words: &'static [&'static str],
    /// Folders whose YAML files are the last arguments.
    pub folders: &'static [&'static str],
    pub variables: &'static [(&'static str, &'static str)],
    /// Whether it runs test cases. Then none at all is a failure.
    pub tests: bool,
}

#[derive(Clone, Copy)]
pub enum Tool {
    Cargo,
    Program,
}

const fn cargo(words: &'static [&'static str]) -> Step {
    Step::Run(Run { tool: Tool::Cargo, words, folders: &[], variables: &[], tests: false })
}

const fn cargo_with(variables: &'static [(&'static str, &'static str)], words: &'static [&'static str], tests: bool) -> Step {
    Step::Run(Run { tool: Tool::Cargo, words, folders: &[], variables, tests })
}

const fn tests(words: &'static [&'static str]) -> Step {
    cargo_with(&[], words, true)
}

const fn program(words: &'static [&'static str], folders: &'static [&'static str], tests: bool) -> Step {
    Step::Run(Run { tool: Tool::Program, words, folders, variables: &[], tests })
}

/// How many inputs the property tests take when there is time: those of proptest, and those that draw bytes of their own.
const LONG: &[(&str, &str)] = &[("PROPTEST_CASES", "20000"), ("ROLEWRIGHT_CASES", "1000000")];

/// How many policies made at random become generated code when there is time.
const COMPILED: &[(&str, &str)] = &[("ROLEWRIGHT_COMPILED", "40")];

/// The package for Python, which is no member of the workspace.
const PYTHON: &str = "python/Cargo.toml";

/// The tests of the page, by what they look at.
const PAGE: &[&str] = &[
    "test/page.test.mjs",
    "test/users.test.mjs",
    "test/provider.test.mjs",
    "test/kept.test.mjs",
    "test/hostile.test.mjs",
    "test/keyboard.test.mjs",
    "test/looks.test.mjs",
    "test/element.test.mjs",
];

/// All that are run, in this order: what fails fastest comes first.
pub const PARTS: &[Part] = &[
    Part {
        name: "format",
        from: Extent::Quick,
        about: "rustfmt changes nothing",
        steps: &[Step::Need { component: "rustfmt", command: "fmt" }, cargo(&["fmt", "--all", "--check"])],
    },
    Part {
        name: "rules",
        from: Extent::Quick,
        about: "the repository's own rules: size of files, no panics, no application's names in the engine",
        steps: &[Step::Find(rules::broken)],
    },
    Part {
        name: "lints",
        from: Extent::Quick,
        about: "clippy finds nothing, with the program and in the library alone",
        steps: &[
            Step::Need { component: "clippy", command: "clippy" },
            cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]),
            cargo(&["clippy", "--package", "rolewright", "--lib", "--no-default-features", "--", "--deny", "warnings"]),
        ],
    },
    Part {
        name: "tests",
        from: Extent::Quick,
        about: "unit, integration and conformance tests",
        // Not --all-targets: that would build benchmarks, too.
        steps: &[tests(&["test", "--workspace", "--lib", "--bins", "--tests", "--examples", "--no-fail-fast"])],
    },
    Part {
        name: "policies",
        from: Extent::Quick,
        about: "the shipped policies have no finding, are formatted, and pass their tests and suites",
        steps: &[
            program(&["check"], &["policies"], false),
            program(&["fmt", "--check"], &["policies"], false),
            program(&["test"], &["policies", "tests/conformance"], true),
        ],
    },
    Part {
        name: "generated",
        from: Extent::Quick,
        about: "files that are made from the program are up to date",
        steps: &[Step::Find(generate::stale)],
    },
    Part {
        name: "doc-tests",
        from: Extent::Usual,
        about: "examples in the documentation",
        steps: &[tests(&["test", "--workspace", "--doc"])],
    },
    Part {
        name: "dependencies",
        from: Extent::All,
        about: "licences, sources, yanked crates and advisories, by cargo-deny, which is installed where it is missing",
        steps: &[Step::Note(dependencies::allowed), Step::Find(dependencies::yanked), Step::Note(dependencies::advisories)],
    },
    Part {
        name: "documentation",
        from: Extent::Usual,
        about: "rustdoc warns of nothing",
        steps: &[cargo_with(&[("RUSTDOCFLAGS", "--deny warnings")], &["doc", "--workspace", "--no-deps"], false)],
    },
    Part {
        name: "feature-rhai",
        from: Extent::Usual,
        about: "clippy and unit tests of the library with mappings written in Rhai",
        steps: &[
            cargo(&["clippy", "--package", "rolewright", "--lib", "--features", "rhai", "--", "--deny", "warnings"]),
            tests(&["test", "--package", "rolewright", "--lib", "--features", "rhai", "--no-fail-fast"]),
        ],
    },
    Part {
        name: "feature-parquet",
        from: Extent::All,
        about: "clippy and the tests of users in Parquet",
        steps: &[
            cargo(&["clippy", "--package", "rolewright", "--lib", "--features", "parquet", "--", "--deny", "warnings"]),
            tests(&["test", "--package", "rolewright", "--features", "parquet", "--test", "parquet"]),
        ],
    },
    Part {
        name: "library-alone",
        from: Extent::Usual,
        about: "unit tests without the program's dependencies, and how many crates the library needs",
        steps: &[tests(&["test", "--package", "rolewright", "--lib", "--no-default-features"]), Step::Note(crates)],
    },
    Part {
        name: "long-properties",
        from: Extent::All,
        about: "property tests over many more inputs (PROPTEST_CASES, ROLEWRIGHT_CASES), optimised",
        steps: &[cargo_with(LONG, &["test", "--release", "--package", "rolewright", "--lib", "--tests", "--no-fail-fast"], true)],
    },
    Part {
        name: "fuzz",
        from: Extent::All,
        about: "a minute of random expressions, policies and documents each, on top of what reached more before",
        steps: &[
            cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]),
            cargo(&[
                "clippy",
                "--manifest-path",
                "fuzz/Cargo.toml",
                "--target-dir",
                fuzz::LINTS,
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ]),
            Step::Find(fuzz::test),
        ],
    },
    Part {
        name: "law-compiled",
        from: Extent::All,
        about: "forty policies made at random, as generated Rust (ROLEWRIGHT_COMPILED)",
        steps: &[cargo_with(COMPILED, &["test", "--package", "rolewright-emitted", "--test", "agreement", "random"], true)],
    },
    Part {
        name: "web-engine",
        from: Extent::All,
        about: "the engine in WebAssembly gives what the native one gives: every case, random expressions, and the law's policies",
        steps: &[
            cargo(&["build", "--package", "rolewright-wasm", "--examples"]),
            Step::Find(|root| web::test(root, &["test/engine.test.mjs", "test/types.test.mjs"])),
        ],
    },
    Part {
        name: "web-page",
        from: Extent::All,
        about: "the page in Chromium: what a person does, what axe-core finds, no request elsewhere",
        steps: &[Step::Find(|root| web::test(root, PAGE))],
    },
    Part {
        name: "web-package",
        from: Extent::All,
        about: "the npm package installed and used in Node and in Chromium",
        steps: &[Step::Find(|root| web::test(root, &["test/package.test.mjs"]))],
    },
    Part {
        name: "web-preview",
        from: Extent::All,
        about: "clippy and tests of the program with the page inside, and it in Chromium",
        steps: &[
            Step::Find(|root| web::build(root, &[]).map(|()| Vec::new())),
            cargo(&["clippy", "--package", "rolewright", "--bins", "--features", "preview", "--", "--deny", "warnings"]),
            tests(&["test", "--package", "rolewright", "--test", "preview", "--features", "preview"]),
            Step::Find(|root| web::test(root, &["test/preview.test.mjs"])),
        ],
    },
    Part {
        name: "peers",
        from: Extent::All,
        about: "nine other engines are built, and give the answers that Rolewright gives; wants Rust 1.95",
        steps: &[cargo(&["run", "--manifest-path", "benches/peers/Cargo.toml", "--", "--quick"])],
    },
    Part {
        name: "python",
        from: Extent::All,
        about: "format, clippy and tests of the package for Python, with the command line and PySpark beside it",
        steps: &[
            Step::Need { component: "rustfmt", command: "fmt" },
            Step::Need { component: "clippy", command: "clippy" },
            cargo(&["fmt", "--manifest-path", PYTHON, "--check"]),
            cargo(&["clippy", "--manifest-path", PYTHON, "--target-dir", python::BUILD, "--", "--deny", "warnings"]),
            // What the rows are compared with: the command line, and the law.
            cargo(&["build", "--package", "rolewright", "--features", "parquet"]),
            cargo(&["build", "--package", "rolewright-wasm", "--example", "law"]),
            Step::Find(python::test),
        ],
    },
    Part { name: "benchmarks", from: Extent::All, about: "benchmarks compile", steps: &[cargo(&["bench", "--workspace", "--no-run"])] },
];
