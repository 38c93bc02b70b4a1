//! The commands of LaTeX that stand in answers.
//!
//! Cost: a look into a short list. Do not use it as a LaTeX reader: it knows what tutors and
//! formula editors write into answer boxes, and no more.

use super::tokens::Kind;
use super::tree::Sign;
use super::words::{self, Word};

/// Whether a command only moves or sizes what follows.
#[must_use]
pub fn is_layout(name: &str) -> bool {
    matches!(
        name,
        "left"
            | "right"
            | "big"
            | "Big"
            | "bigg"
            | "Bigg"
            | "displaystyle"
            | "quad"
            | "qquad"
            | "limits"
            | "textstyle"
            | "space"
    )
}

/// The token that a command stands for.
#[must_use]
pub fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" => Kind::Fraction,
        "sqrt" => Kind::Root(2),
        "cdot" | "times" | "ast" | "bullet" => Kind::Times,
        "div" => Kind::Slash,
        "pm" => Kind::PlusMinus,
        "le" | "leq" | "leqslant" => Kind::Sign(Sign::AtMost),
        "ge" | "geq" | "geqslant" => Kind::Sign(Sign::AtLeast),
        "lt" => Kind::Sign(Sign::Less),
        "gt" => Kind::Sign(Sign::More),
        "ne" | "neq" => Kind::Sign(Sign::Unequal),
        "in" => Kind::Sign(Sign::Equal),
        "infty" => Kind::Name('∞'),
        "cup" | "bigcup" => Kind::Union,
        "cap" => Kind::Intersection,
        "lor" | "vee" | "or" => Kind::Or,
        "land" | "wedge" | "and" => Kind::And,
        "degree" | "circ" => Kind::Degree,
        "percent" => Kind::Percent,
        "emptyset" | "varnothing" => Kind::Word(Word::Nothing),
        "mid" | "vert" | "lvert" | "rvert" => Kind::Bar,
        "langle" => Kind::Open('⟨'),
        "rangle" => Kind::Close('⟩'),
        "lbrace" => Kind::Open('{'),
        "rbrace" => Kind::Close('}'),
        "lbrack" => Kind::Open('['),
        "rbrack" => Kind::Close(']'),
        "colon" => Kind::Colon,
        "pounds" => Kind::Currency('£'),
        _ => {
            let function = words::function(name).map(Kind::Function);
            return function.or_else(|| words::greek(name).map(Kind::Name));
        }
    })
}
