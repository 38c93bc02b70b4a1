//! Why an answer cannot be read, and where; and what is missing where the value is right.
//!
//! Reasons are fixed words that a page turns into a sentence in the learner's language. Cost:
//! none. Do not use it for values out of range: those are `error::Error`.

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing stands there.
    Empty,
    /// A word that is no name, function or unit.
    UnknownWord,
    /// A sign or number that cannot stand there.
    Unexpected,
    /// More characters than any answer needs.
    TooLong,
    /// Brackets in brackets in brackets.
    TooDeep,
    /// A number, power or product beyond what is calculated exactly.
    TooLarge,
    /// An operator with nothing beside it, or empty brackets.
    MissingOperand,
    /// A bracket that is never closed.
    NotClosed,
    /// Something over zero, or zero to a power that is not above zero.
    DivisionByZero,
    /// The value fits, its unit is not written.
    UnitMissing,
    /// A unit stands there where only the number is asked.
    UnitUnexpected,
    /// Another unit than the one asked for.
    UnitWrong,
    /// The value fits, but it can be written more simply.
    NotSimplest,
    /// The value fits, but it is no fraction.
    NotFraction,
    /// The value fits, but it is no mixed number.
    NotMixed,
    /// The value fits, but it is no decimal.
    NotDecimal,
    /// The value fits, but it is not written as a whole number.
    NotWhole,
    /// The value fits, but it is no percentage.
    NotPercent,
    /// The value fits, but like terms are left apart.
    NotCollected,
    /// The value fits, but brackets are left.
    NotExpanded,
    /// The value fits, but it is no ratio.
    NotRatio,
    /// The equation fits, but it is not solved.
    NotSolved,
    /// The value fits, but it has more or fewer decimal places than asked for.
    Places,
    /// The entries fit, but their brackets do not.
    Brackets,
    /// The text can be read in two ways, and one of them fits.
    TwoReadings,
}

impl Reason {
    /// Its fixed name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnknownWord => "unknown_word",
            Self::Unexpected => "unexpected",
            Self::TooLong => "too_long",
            Self::TooDeep => "too_deep",
            Self::TooLarge => "too_large",
            Self::MissingOperand => "missing_operand",
            Self::NotClosed => "not_closed",
            Self::DivisionByZero => "division_by_zero",
            Self::UnitMissing => "unit_missing",
            Self::UnitUnexpected => "unit_unexpected",
            Self::UnitWrong => "unit_wrong",
            Self::NotSimplest => "not_simplest",
            Self::NotFraction => "not_fraction",
            Self::NotMixed => "not_mixed",
            Self::NotDecimal => "not_decimal",
            Self::NotWhole => "not_whole",
            Self::NotPercent => "not_percent",
            Self::NotCollected => "not_collected",
            Self::NotExpanded => "not_expanded",
            Self::NotRatio => "not_ratio",
            Self::NotSolved => "not_solved",
            Self::Places => "places",
            Self::Brackets => "brackets",
            Self::TwoReadings => "two_readings",
        }
    }
}

/// What cannot be read, and its place in code points of the text, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub reason: Reason,
    /// Where, counted from 0.
    pub at: Option<usize>,
}

impl Fault {
    /// A fault at a place.
    #[must_use]
    pub fn new(reason: Reason, at: usize) -> Self {
        Self { reason, at: Some(at) }
    }

    /// The same fault, at `at` where it has no place yet.
    #[must_use]
    pub fn near(self, at: usize) -> Self {
        Self { at: self.at.or(Some(at)), ..self }
    }
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self { reason, at: None }
    }
}
