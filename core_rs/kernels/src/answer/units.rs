//! Units of measurement and money: which word is which, and how they convert.
//!
//! A unit is a factor and the powers of its dimensions, so `1 m` is `100 cm` and `36 km/h` is
//! `10 m/s`; different kinds of money, and degrees of different thermometers, do not convert.
//! Factors are exact: those of the metric system by definition (BIPM, SI Brochure 9, 2019), the
//! inch 2.54 cm and the pound 453.59237 g (international yard and pound, 1959), the litre a
//! cubic decimetre. Words stand in English, Swahili and Arabic. Cost: a look into a list. Do
//! not use it for temperatures of two scales.

use super::fault::Reason;
use super::rational::Rational;

/// Length, mass, time, angle, money, temperature.
pub type Dimensions = [i8; 6];

const LENGTH: usize = 0;
const MASS: usize = 1;
const TIME: usize = 2;
const ANGLE: usize = 3;
const MONEY: usize = 4;
const HEAT: usize = 5;

/// A unit: so many of the base unit, in which powers of the dimensions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Base units in one of it: metres, grams, seconds, degrees.
    pub factor: Rational,
    /// The powers of its dimensions.
    pub dimensions: Dimensions,
    /// Which money or thermometer, as the first sign of its name.
    pub kind: char,
}

impl Unit {
    /// No unit.
    pub const NONE: Self = Self { factor: Rational::ONE, dimensions: [0; 6], kind: ' ' };

    /// The unit to a whole power.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn power(self, exponent: i32) -> Result<Self, Reason> {
        let small = i8::try_from(exponent).ok().filter(|it| it.abs() <= 4);
        let small = small.ok_or(Reason::TooLarge)?;
        let dimensions = self.dimensions.map(|power| power.saturating_mul(small));
        Ok(Self { factor: self.factor.power(exponent)?, dimensions, ..self })
    }

    /// The product of two units.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn times(self, other: Self) -> Result<Self, Reason> {
        let mut dimensions = self.dimensions;
        for (power, more) in dimensions.iter_mut().zip(other.dimensions) {
            *power = power.saturating_add(more);
        }
        let kind = if self.kind == ' ' { other.kind } else { self.kind };
        Ok(Self { factor: self.factor.times(other.factor)?, dimensions, kind })
    }

    /// Whether both measure the same.
    #[must_use]
    pub fn is_like(self, other: Self) -> bool {
        self.dimensions == other.dimensions && self.kind == other.kind
    }
}

/// A unit's names, its dimension and power, and its factor over and under.
type Row = (&'static [&'static str], usize, i8, i128, i128);

const ROWS: [Row; 46] = [
    (&["mm", "millimetre", "millimeter", "milimita", "مم", "ملم"], LENGTH, 1, 1, 1_000),
    (&["cm", "centimetre", "centimeter", "sm", "sentimita", "سم"], LENGTH, 1, 1, 100),
    (&["dm", "decimetre", "decimeter", "دسم"], LENGTH, 1, 1, 10),
    (&["m", "metre", "meter", "mita", "م", "متر", "أمتار"], LENGTH, 1, 1, 1),
    (&["km", "kilometre", "kilometer", "kilomita", "كم"], LENGTH, 1, 1_000, 1),
    (&["in", "inch", "inche"], LENGTH, 1, 254, 10_000),
    (&["ft", "foot", "feet"], LENGTH, 1, 3_048, 10_000),
    (&["yd", "yard"], LENGTH, 1, 9_144, 10_000),
    (&["mi", "mile"], LENGTH, 1, 1_609_344, 1_000),
    (&["ha", "hectare"], LENGTH, 2, 10_000, 1),
    (&["ml", "millilitre", "milliliter", "mililita", "مل"], LENGTH, 3, 1, 1_000_000),
    (&["cl", "centilitre", "centiliter"], LENGTH, 3, 1, 100_000),
    (&["dl", "decilitre", "deciliter"], LENGTH, 3, 1, 10_000),
    (&["l", "litre", "liter", "lita", "ل", "لتر"], LENGTH, 3, 1, 1_000),
    (&["kl", "kilolitre", "kiloliter"], LENGTH, 3, 1, 1),
    (&["gal", "gallon"], LENGTH, 3, 3_785_411_784, 1_000_000_000_000),
    (&["mg", "milligram", "miligramu", "ملغ"], MASS, 1, 1, 1_000),
    (&["g", "gram", "gm", "gramu", "غ", "غم", "جم", "غرام", "جرام"], MASS, 1, 1, 1),
    (&["kg", "kilogram", "kilo", "kilogramu", "كغ", "كغم", "كجم"], MASS, 1, 1_000, 1),
    (&["t", "tonne", "tani", "طن"], MASS, 1, 1_000_000, 1),
    (&["lb", "pound"], MASS, 1, 45_359_237, 100_000),
    (&["oz", "ounce"], MASS, 1, 45_359_237, 1_600_000),
    (&["ms", "millisecond"], TIME, 1, 1, 1_000),
    (&["s", "sec", "second", "sekunde", "ث", "ثانية", "ثوان"], TIME, 1, 1, 1),
    (&["min", "minute", "dakika", "د", "دقيقة", "دقائق"], TIME, 1, 60, 1),
    (&["h", "hr", "hour", "saa", "masaa", "س", "ساعة", "ساعات"], TIME, 1, 3_600, 1),
    (&["day", "siku", "يوم", "أيام"], TIME, 1, 86_400, 1),
    (&["week", "wiki", "أسبوع", "أسابيع"], TIME, 1, 604_800, 1),
    // A month and a year have no fixed number of days: they are times of their own.
    (&["month", "mwezi", "miezi", "شهر", "أشهر"], HEAT, 2, 1, 1),
    (&["yr", "year", "mwaka", "miaka", "سنة", "سنوات"], HEAT, 2, 12, 1),
    (&["deg", "degree"], ANGLE, 1, 1, 1),
    (&["$", "usd", "dollar", "dola"], MONEY, 1, 1, 1),
    (&["¢", "cent", "senti"], MONEY, 1, 1, 100),
    (&["€", "eur", "euro"], MONEY, 1, 1, 1),
    (&["£", "gbp"], MONEY, 1, 1, 1),
    (&["ksh", "kshs", "kes"], MONEY, 1, 1, 1),
    (&["tsh", "tshs", "tzs"], MONEY, 1, 1, 1),
    (&["ush", "ushs", "ugx"], MONEY, 1, 1, 1),
    (&["sh", "shs", "shilling", "shilingi"], MONEY, 1, 1, 1),
    (&["₹", "rs", "inr", "rupee"], MONEY, 1, 1, 1),
    (&["₦", "ngn", "naira"], MONEY, 1, 1, 1),
    (&["₵", "ghs", "cedi"], MONEY, 1, 1, 1),
    (&["birr", "etb"], MONEY, 1, 1, 1),
    (&["¥", "yen", "yuan"], MONEY, 1, 1, 1),
    (&["c", "celsius"], HEAT, 1, 1, 1),
    (&["f", "fahrenheit"], HEAT, 1, 1, 1),
];

/// The unit of that name, in the singular or with an s, in small or capital letters.
#[must_use]
pub fn unit(name: &str) -> Option<Unit> {
    let exact = ROWS.iter().find(|row| row.0.contains(&name));
    let row = exact.or_else(|| {
        let lower = name.to_lowercase();
        let is_long = lower.chars().count() > 2;
        let singular = lower.strip_suffix('s').filter(|_| is_long);
        if lower == name && singular.is_none() {
            return None;
        }
        let known = |row: &&Row| {
            row.0.contains(&lower.as_str()) || singular.is_some_and(|it| row.0.contains(&it))
        };
        ROWS.iter().find(known)
    })?;
    let (names, dimension, power, over, under) = *row;
    let mut dimensions = [0; 6];
    *dimensions.get_mut(dimension)? = power;
    let kind = match dimension {
        MONEY if names.contains(&"¢") => '$',
        MONEY | HEAT if power == 1 => kind_of(names.first()?),
        _ => ' ',
    };
    Some(Unit { factor: Rational::new(over, under).ok()?, dimensions, kind })
}

/// One sign for each kind of money and each thermometer.
fn kind_of(name: &str) -> char {
    match name {
        "sh" => 'S',
        "ksh" => 'K',
        _ => name.chars().next().unwrap_or(' '),
    }
}

/// Whether a word before a unit raises it: `square metres`.
#[must_use]
pub fn raising(word: &str) -> Option<i32> {
    match word.to_lowercase().as_str() {
        "sq" | "square" => Some(2),
        "cu" | "cubic" => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_convert_by_exact_factors() {
        let factor = |name: &str| unit(name).unwrap().factor;
        assert_eq!(
            factor("m").times(Rational::whole(100).inverse().unwrap()),
            Ok(factor("cm"))
        );
        assert_eq!(factor("gallons"), Rational::new(3_785_411_784, 1_000_000_000_000).unwrap());
        let cubic = unit("dm").unwrap().power(3).unwrap();
        assert_eq!(cubic, unit("litres").unwrap());
        assert_eq!(unit("x"), None);
    }

    #[test]
    fn kinds_of_money_stay_apart() {
        let kinds = ["$", "€", "£", "KSh", "TSh", "USh", "Rs", "₦", "₵", "birr", "¥", "sh"];
        for one in kinds {
            for other in kinds {
                let is_like = unit(one).unwrap().is_like(unit(other).unwrap());
                assert_eq!(is_like, one == other, "{one} {other}");
            }
        }
        assert!(unit("cents").unwrap().is_like(unit("$").unwrap()));
    }
}
