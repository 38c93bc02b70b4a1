//! Numbers as a locale writes them: what a dot, a comma and a space between digits mean.
//!
//! `٫` always begins the decimals and `٬`, an apostrophe and a no-break space always part
//! groups; a dot and a comma mean what the reading says. Groups have three digits, or in the
//! Indian way two and last three (12,34,567). A sign that would part groups but does not stand
//! where groups part is taken for what else it may be. Cost: O(digits). Do not use it for
//! numbers in words.

use super::fault::{Fault, Reason};
use super::rational::Rational;
use super::signs::{digit, is_number_space};
use super::tree::Shape;

/// Digits of the longest number that is read.
const MOST_DIGITS: usize = 30;

/// What a dot or a comma between digits means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The decimals begin.
    Decimal,
    /// A group ends.
    Group,
    /// The number ends.
    Separator,
}

/// One way to read numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What `.` means.
    pub dot: Role,
    /// What `,` means.
    pub comma: Role,
}

impl Reading {
    /// `3.5`, no groups, commas between numbers.
    pub const PLAIN: Self = Self { dot: Role::Decimal, comma: Role::Separator };

    /// How a locale with these signs writes.
    #[must_use]
    pub fn of(decimal: char, group: Option<char>) -> Self {
        let role = |sign: char, otherwise: Role| {
            if decimal == sign {
                Role::Decimal
            } else if group == Some(sign) {
                Role::Group
            } else {
                otherwise
            }
        };
        Self { dot: role('.', Role::Decimal), comma: role(',', Role::Separator) }
    }

    /// Every other way in which someone may have meant the signs.
    pub fn others(self) -> impl Iterator<Item = Self> {
        let all = [
            (Role::Decimal, Role::Group),
            (Role::Decimal, Role::Separator),
            (Role::Decimal, Role::Decimal),
            (Role::Group, Role::Decimal),
        ];
        all.into_iter().map(|(dot, comma)| Self { dot, comma }).filter(move |it| *it != self)
    }
}

/// A number that was read, and how many signs it took.
#[derive(Clone, Debug)]
pub struct Read {
    /// The number.
    pub shape: Shape,
    /// Signs that belong to it.
    pub length: usize,
}

/// The number at the head of `signs`; nothing where none begins.
///
/// # Errors
/// `TooLarge` for more digits than are read.
#[must_use]
pub fn number(signs: &[(char, usize)], reading: Reading) -> Option<Result<Read, Fault>> {
    let (first, at) = *signs.first()?;
    let opens = digit(first).is_some()
        || (role(first, reading) == Some(Role::Decimal) && is_digit(signs, 1));
    opens.then(|| scanned(signs, reading).map_err(|reason| Fault::new(reason, at)))
}

fn scanned(signs: &[(char, usize)], reading: Reading) -> Result<Read, Reason> {
    let mut length = run(signs, 0);
    length = groups(signs, length, reading).unwrap_or(length);
    let mut read = more(signs, 0, length, (0, 0));
    let sign = signs.get(length).map(|(sign, _)| *sign);
    let mut places = None;
    if sign.is_some_and(|sign| begins_decimals(sign, signs, length, reading)) {
        let decimals = run(signs, length + 1);
        if decimals > 0 || length + 1 == signs.len() {
            read = more(signs, length + 1, length + 1 + decimals, read);
            places = (decimals > 0).then_some(decimals);
            length += 1 + decimals;
        }
    }
    let shape = literal(read, places)?;
    Ok(Read { shape, length })
}

/// Whether the sign after the whole part begins its decimals.
fn begins_decimals(sign: char, signs: &[(char, usize)], at: usize, reading: Reading) -> bool {
    match role(sign, reading) {
        Some(Role::Decimal) => true,
        // It parted no group, and a dot can mean nothing else.
        Some(Role::Group) => sign == '.' && is_digit(signs, at + 1),
        _ => false,
    }
}

fn role(sign: char, reading: Reading) -> Option<Role> {
    match sign {
        '٫' => Some(Role::Decimal),
        '.' => Some(reading.dot),
        ',' => Some(reading.comma),
        '٬' | '\'' | ' ' => Some(Role::Group),
        _ => is_number_space(sign).then_some(Role::Group),
    }
}

/// Where the groups that begin with the first `head` digits end; nothing without groups.
fn groups(signs: &[(char, usize)], head: usize, reading: Reading) -> Option<usize> {
    let sign = signs.get(head)?.0;
    if role(sign, reading) != Some(Role::Group) || digit(signs.first()?.0) == Some(0) {
        return None;
    }
    let mut lengths = vec![head];
    let mut end = head;
    while signs.get(end).is_some_and(|(each, _)| *each == sign) && is_digit(signs, end + 1) {
        let next = run(signs, end + 1);
        lengths.push(next);
        end += 1 + next;
    }
    let (first, rest) = lengths.split_first()?;
    let (last, middle) = rest.split_last()?;
    let western = (1..=3).contains(first) && rest.iter().all(|length| *length == 3);
    let indian = (1..=2).contains(first) && middle.iter().all(|length| *length == 2);
    let is_grouped = western || (indian && *last == 3 && sign != ' ');
    // `1 234/1000` is a mixed number, not 1234 thousandths.
    let is_mixed = sign == ' ' && signs.get(end).is_some_and(|(next, _)| *next == '/');
    (is_grouped && !is_mixed).then_some(end)
}

/// Whether a comma stands between digits, or a dot that may part thousands: one that means the
/// decimals to some people and groups to others.
#[must_use]
pub fn has_doubtful_mark(signs: &[(char, usize)]) -> bool {
    let is_doubtful = |(at, (sign, _)): (usize, &(char, usize))| match sign {
        ',' => at > 0 && is_digit(signs, at - 1) && is_digit(signs, at + 1),
        '.' => at > 0 && is_digit(signs, at - 1) && run(signs, at + 1) == 3,
        _ => false,
    };
    signs.iter().enumerate().any(is_doubtful)
}

/// How many digits stand from `from` on.
fn run(signs: &[(char, usize)], from: usize) -> usize {
    signs.iter().skip(from).take_while(|(sign, _)| digit(*sign).is_some()).count()
}

fn is_digit(signs: &[(char, usize)], at: usize) -> bool {
    signs.get(at).is_some_and(|(sign, _)| digit(*sign).is_some())
}

/// A number with the digits that follow: its value, and how many digits it has. A value of
/// more digits than are read means nothing.
fn more(
    signs: &[(char, usize)],
    from: usize,
    to: usize,
    before: (i128, usize),
) -> (i128, usize) {
    let between = signs.get(from..to).unwrap_or_default();
    let digits = between.iter().filter_map(|(sign, _)| digit(*sign));
    digits.fold(before, |(value, count), digit| {
        (value.wrapping_mul(10).wrapping_add(i128::from(digit)), count + 1)
    })
}

fn literal((whole, digits): (i128, usize), places: Option<usize>) -> Result<Shape, Reason> {
    if digits > MOST_DIGITS {
        return Err(Reason::TooLarge);
    }
    let places = places.map(u32::try_from).transpose().map_err(|_| Reason::TooLarge)?;
    let value = Rational::new(whole, 10_i128.pow(places.unwrap_or(0)))?;
    Ok(Shape::Number { value, places })
}
