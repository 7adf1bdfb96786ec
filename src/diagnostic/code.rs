use serde::Serialize;
use std::fmt;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It would surprise, and nothing is kept from working.
    Warning,
    /// It cannot be used so.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// What a test suite calls a kind of error (`expect_error`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The text does not belong to the language.
    Parse,
    /// A function that the dialect does not have.
    UnknownFunction,
    /// An attribute that the schema does not have, where that is an error.
    UnknownAttribute,
    /// Too few or too many arguments, or a required one left out.
    WrongArgumentCount,
    /// The text shows that a value of the wrong type stands there.
    TypeMismatch,
    /// A wrong value of the right type.
    Evaluation,
    /// The policy file is not one, or not complete.
    Policy,
    /// A document of users or of the application cannot be read.
    Document,
    /// It cannot be said in another language.
    Translation,
    /// It works and is likely not meant.
    Lint,
}

impl Class {
    /// The word of the suites.
    pub fn word(self) -> &'static str {
        match self {
            Class::Parse => "parse",
            Class::UnknownFunction => "unknown-function",
            Class::UnknownAttribute => "unknown-attribute",
            Class::WrongArgumentCount => "wrong-argument-count",
            Class::TypeMismatch => "type-mismatch",
            Class::Evaluation => "evaluation",
            Class::Policy => "policy",
            Class::Document => "document",
            Class::Translation => "translation",
            Class::Lint => "lint",
        }
    }
}

macro_rules! codes {
    ($($name:ident $word:literal $class:ident $severity:ident $doc:literal;)*) => {
        /// The kinds of findings. A code is stable: suppressions, annotations and tests rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $doc] $name,)* }

        impl Code {
            /// Every code, in the order of this table.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The stable word, such as `switch-missing-default`.
            pub fn word(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }

            /// The class, by which test suites compare.
            pub fn class(self) -> Class {
                match self { $(Code::$name => Class::$class,)* }
            }

            /// How grave.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$name => $doc,)* }
            }
        }
    };
}

codes! {
    // The language
    EmptyExpression "empty-expression" Parse Error "An expression holds nothing but white space.";
    ExpressionTooLong "expression-too-long" Parse Error "An expression has more characters than the provider accepts.";
    NestingTooDeep "nesting-too-deep" Parse Error "Calls are nested deeper than the limit.";
    UnclosedText "unclosed-text" Parse Error "A constant lacks its closing quotation mark.";
    UnclosedBracket "unclosed-bracket" Parse Error "An attribute reference lacks its closing bracket.";
    UnclosedParenthesis "unclosed-parenthesis" Parse Error "A call lacks its closing parenthesis.";
    EmptyAttribute "empty-attribute" Parse Error "Brackets hold no attribute name.";
    WrongQuotes "wrong-quotes" Parse Error "Text stands in typographic or single quotation marks.";
    LogicalOperator "logical-operator" Parse Error "AND and OR are not part of the language.";
    BareWord "bare-word" Parse Error "A word is neither constant, attribute nor call.";
    MissingComma "missing-comma" Parse Error "Two arguments have no comma between them.";
    TextAfterEnd "text-after-end" Parse Error "Text follows the end of the expression.";
    InvalidNumber "invalid-number" Parse Error "A number is too large to be represented.";
    UnexpectedText "unexpected-text" Parse Error "The language has no such construct.";
    // Names and arguments
    UnknownFunction "unknown-function" UnknownFunction Error "The dialect has no function of that name.";
    UnknownReference "unknown-reference" UnknownAttribute Error "An expression of Okta reads an attribute that is in no schema.";
    SwitchMissingDefault "switch-missing-default" WrongArgumentCount Error "A Switch has an odd number of arguments: its default was forgotten.";
    TooFewArguments "too-few-arguments" WrongArgumentCount Error "A call has fewer arguments than the function needs.";
    TooManyArguments "too-many-arguments" WrongArgumentCount Error "A call has more arguments than the function takes.";
    MissingArgument "missing-argument" WrongArgumentCount Error "A required argument is left out between its commas.";
    TypeMismatch "type-mismatch" TypeMismatch Error "A constant or call of the wrong type stands there.";
    AppRolesOnly "app-roles-only" TypeMismatch Error "The function reads the attribute appRoleAssignments and nothing else.";
    UniqueValueNested "unique-value-nested" TypeMismatch Error "SelectUniqueValue stands below the top level.";
    // Values
    InvalidPattern "invalid-pattern" Evaluation Error "A regular expression is not valid in the dialect's flavour.";
    PatternTooSlow "pattern-too-slow" Evaluation Error "A pattern took more steps than the limit on a text.";
    InvalidDate "invalid-date" Evaluation Error "A text is no date in the expected format.";
    InvalidDateFormat "invalid-date-format" Evaluation Error "A date format is not valid.";
    InvalidInterval "invalid-interval" Evaluation Error "A date interval is none of yyyy, m, d, ww, h, n, s.";
    InvalidCulture "invalid-culture" Evaluation Error "A culture is no language tag.";
    InvalidNumberText "not-a-number" Evaluation Error "A text is no number where one is wanted.";
    InvalidLength "invalid-length" Evaluation Error "A length, position or count is out of its range.";
    DividedByZero "divided-by-zero" Evaluation Error "A number is divided by zero.";
    UnknownZone "unknown-zone" Evaluation Error "A time zone is none that is known.";
    UnknownCountry "unknown-country" Evaluation Error "A text is no country or code of ISO 3166.";
    IndexOutOfRange "index-out-of-range" Evaluation Error "An index names no item of the list.";
    WrongValueType "wrong-value-type" Evaluation Error "A value is of another type than the function needs.";
    NoUniqueValue "no-unique-value" Evaluation Error "Every candidate for a unique value is taken.";
    NoDefaultDomain "no-default-domain" Evaluation Error "The default domain of the tenant is not given.";
    RaisedError "raised-error" Evaluation Error "An expression says by Error that something is wrong.";
    InvalidEncoding "invalid-encoding" Evaluation Error "A text is not in base 64, or its bytes are no text in the encoding.";
    NoRandom "no-random-source" Evaluation Error "No source of random values is given.";
    ValueTooLarge "value-too-large" Evaluation Error "A text or list grew past the limit.";
    ScriptFailed "script-failed" Evaluation Error "A script failed or passed one of its limits.";
    MultipleAppRoles "multiple-app-roles" Evaluation Warning "A user has several app roles where one is read; the first counts.";
    // Lints
    DuplicateSwitchKey "duplicate-switch-key" Lint Warning "A key stands twice in a Switch; the second never hits.";
    NullCheckInSwitchSource "null-check-in-switch-source" Lint Warning "The source of a Switch is a null check, which Entra does not support.";
    NullCheckInIif "null-check-in-iif" Lint Warning "An IIF checks for null, which Entra does not support.";
    UnknownAttribute "unknown-attribute" Lint Warning "An attribute is neither known to the provider nor declared.";
    // Scoping filters
    UnknownOperator "unknown-operator" Parse Error "A clause has an operator that the provider does not know.";
    MissingValue "missing-value" Parse Error "A clause lacks the value that its operator needs.";
    NotAnInteger "not-an-integer" TypeMismatch Error "A clause compares integers and its value is none.";
    NotSingleValued "not-single-valued" TypeMismatch Error "A clause reads an attribute that is a list.";
    // Policy files
    YamlSyntax "yaml-syntax" Policy Error "The file is not YAML.";
    YamlLimit "yaml-limit" Policy Error "The file is larger, deeper or more repetitive than the limits allow.";
    UnknownKey "unknown-key" Policy Error "A key that the format does not have.";
    DuplicateKey "duplicate-key" Policy Error "A key stands twice in one map.";
    InvalidPolicyValue "invalid-policy-value" Policy Error "A value of the wrong shape stands in the policy.";
    UnsupportedVersion "unsupported-version" Policy Error "The file is of a version of the format that this release does not read.";
    ExtendsFailed "extends-failed" Policy Error "The policy that this one builds on cannot be read.";
    InvalidSetting "invalid-setting" Policy Error "A --set does not name a place of the policy.";
    FileUnreadable "file-unreadable" Policy Error "A file cannot be read.";
    ValueNotAllowed "value-not-allowed" Policy Error "A value that the target attribute does not allow.";
    UnknownTarget "unknown-target-attribute" Policy Error "A name is no declared target attribute.";
    MissingMapping "missing-mapping" Policy Error "A required target attribute has no mapping.";
    InvalidMapping "invalid-mapping" Policy Error "A mapping has none or several of its kinds.";
    DialectNotBuilt "dialect-not-built" Policy Error "A mapping's dialect is not built into this program.";
    UnknownCondition "unknown-condition" Policy Error "A row asks for something that is neither setting, option nor attribute.";
    UnknownConditionValue "unknown-condition-value" Policy Error "A row asks for a value that can never hold.";
    ValueOfOtherType "value-of-other-type" Policy Error "A value that stands in the policy is not of the type of its attribute.";
    BareValue "bare-value" Policy Error "A row of an event asks for a value, and not whether the event carries it or the user has it.";
    CheckIncomplete "check-incomplete" Policy Warning "A table tells too many situations apart to be checked whole.";
    UnknownCheck "unknown-check" Policy Error "A row names shared rows that the policy does not have.";
    UnknownEvent "unknown-event" Policy Error "The policy gives rules for an event that does not exist.";
    PlacementGap "placement-gap" Policy Error "No row of the placement table hits for some values.";
    RowNeverHits "row-never-hits" Policy Error "A row can never hit: earlier ones cover it.";
    EventRowNeverHits "event-row-never-hits" Policy Warning "A row of an event can never hit: earlier ones end the event.";
    NoAnswer "no-answer" Policy Warning "An event leaves an attribute without an answer.";
    RefusalAfterWrite "refusal-after-write" Policy Warning "A row refuses after an earlier one wrote.";
    UnusedOption "unused-option" Policy Warning "An option or one of its values decides nothing.";
    InvalidGroupPattern "invalid-group-pattern" Policy Error "A group pattern does not name the organization.";
    UnknownOrganization "unknown-organization" Policy Error "The connection's default organization is not among those it lists.";
    Advice "advice" Policy Warning "A mapping does otherwise than the application's documentation advises.";
    // Documents
    UnknownShape "unknown-shape" Document Error "A document has none of the known shapes.";
    AmbiguousShape "ambiguous-shape" Document Error "A document has several of the known shapes.";
    InvalidDocument "invalid-document" Document Error "A document is damaged.";
    InvalidRow "invalid-row" Document Error "A row of a document cannot be read.";
    UserNotFound "user-not-found" Document Error "No document has the user asked for.";
    NoUsers "no-users" Document Error "No document holds users.";
    ExportIncomplete "export-incomplete" Document Warning "The export has further pages that are not among the documents.";
    InvalidEvent "invalid-event" Document Error "An event is not one.";
    EventValueUnknown "event-value-unknown" Document Warning "An event carries an attribute or value that the policy does not know; the rules decide.";
    RenameNotSupported "rename-not-supported" Document Error "A PATCH changes userName.";
    NameIdNotEmail "name-id-not-email" Document Error "The subject of a sign-in is no e-mail address.";
    // Translation
    NotTranslatable "not-translatable" Translation Error "The other vendor's language cannot say it with the same meaning.";
    NoPartner "no-partner-attribute" Translation Error "An attribute has no partner with the other vendor.";
    CharactersCounted "characters-counted" Translation Warning "Characters beyond U+FFFF count once here and twice there.";
    // Generated code
    NotGenerated "not-generated" Policy Error "A policy cannot be written as Rust.";
    // Suites
    InvalidSuite "invalid-suite" Policy Error "A suite file is not one.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
