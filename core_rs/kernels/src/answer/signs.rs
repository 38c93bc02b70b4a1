//! Which sign means what: the digits of every script, vulgar fractions, small raised digits.
//!
//! Digits are those of Unicode 15 (general category Nd), as the first code point of each run of
//! ten; the fractions are those whose compatibility form is a fraction. Cost: O(log runs) for a
//! digit that is not ASCII. Do not use it for numerals without place value (Chinese, Roman).

/// Where each run of ten digits begins.
const ZEROS: [u32; 68] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
    0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60,
    0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0,
    0x1e950, 0x1fbf0,
];

/// The value of a digit of any script.
#[must_use]
pub fn digit(sign: char) -> Option<u8> {
    if sign.is_ascii() {
        return sign.to_digit(10).and_then(|value| u8::try_from(value).ok());
    }
    let code = u32::from(sign);
    let run = ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?;
    let value = u8::try_from(code - ZEROS.get(run)?).ok()?;
    (value < 10).then_some(value)
}

/// Numerator and denominator of a fraction that is one sign.
#[must_use]
pub fn vulgar(sign: char) -> Option<(i32, i32)> {
    Some(match sign {
        '¼' => (1, 4),
        '½' => (1, 2),
        '¾' => (3, 4),
        '⅐' => (1, 7),
        '⅑' => (1, 9),
        '⅒' => (1, 10),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        '↉' => (0, 3),
        _ => return None,
    })
}

/// The value of a small raised digit.
#[must_use]
pub fn raised(sign: char) -> Option<i32> {
    Some(match sign {
        '⁰' => 0,
        '¹' => 1,
        '²' => 2,
        '³' => 3,
        '⁴' => 4,
        '⁵' => 5,
        '⁶' => 6,
        '⁷' => 7,
        '⁸' => 8,
        '⁹' => 9,
        _ => return None,
    })
}

/// The value of a small lowered digit, as the base of a logarithm has.
#[must_use]
pub fn lowered(sign: char) -> Option<i32> {
    let value = u32::from(sign).checked_sub(u32::from('₀'))?;
    i32::try_from(value).ok().filter(|value| *value < 10)
}

/// The plain sign for one that only looks different: full-width forms, dashes, crosses, dots.
#[must_use]
pub fn plain(sign: char) -> char {
    if sign.is_ascii() {
        return sign;
    }
    match sign {
        '−' | '–' | '—' | '‐' | '‑' | '﹣' | '－' | '⁃' | '˗' => '-',
        '×' | '·' | '⋅' | '∙' | '•' | '✕' | '✖' | '⨯' | '∗' | '⁎' | '＊' | '٭' => {
            '*'
        }
        '÷' | '⁄' | '∕' | '⧸' => '/',
        '∶' | '꞉' => ':',
        '٪' | '﹪' => '%',
        '∣' | '｜' => '|',
        '〈' | '⟨' => '⟨',
        '〉' | '⟩' => '⟩',
        '、' | '،' | '؛' => ';',
        '’' | '‘' | 'ʼ' => '\'',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(sign) - 0xff01 + 0x21).unwrap_or(sign)
        }
        _ => sign,
    }
}

/// Whether the sign only steers the direction or joining of letters.
#[must_use]
pub fn is_unseen(sign: char) -> bool {
    matches!(
        sign,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{61c}' | '\u{feff}' | '\u{ad}'
    )
}

/// Whether the sign is a space that does not end a number: no-break, narrow, thin, figure.
#[must_use]
pub fn is_number_space(sign: char) -> bool {
    matches!(sign, '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_gives_its_ten_digits_and_no_more() {
        for zero in ZEROS {
            for value in 0..10 {
                let sign = char::from_u32(zero + u32::from(value)).unwrap();
                assert_eq!(digit(sign), Some(value), "{sign}");
            }
        }
        assert!(ZEROS.is_sorted());
        assert_eq!((digit('²'), digit('a'), digit('一'), digit('٪')), (None, None, None, None));
    }

    #[test]
    fn signs_that_look_alike_read_alike() {
        assert_eq!((plain('＋'), plain('−'), plain('×'), plain('⁄')), ('+', '-', '*', '/'));
        assert_eq!((vulgar('¾'), raised('²'), lowered('₂')), (Some((3, 4)), Some(2), Some(2)));
        assert_eq!((lowered('a'), lowered('₊')), (None, None));
    }
}
