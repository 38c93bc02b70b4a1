//! What is right, wrong in form, wrong, ambiguous or unreadable.

use super::*;

fn verdict(given: &str, expected: &str) -> Verdict {
    check(given, expected, &Wanted::default()).unwrap().verdict
}

#[test]
fn ways_to_write_one_value_are_right() {
    for (given, expected) in [
        ("3/4", "0.75"),
        ("1 3/4", "7/4"),
        ("1¾", "7/4"),
        ("٣/٤", "3/4"),
        ("−½", "-0.5"),
        ("75%", "3/4"),
        ("2(x+1)", "2x+2"),
        ("(x+1)(x-1)", "x^2-1"),
        ("√8", "2sqrt(2)"),
        ("1/√2", "sqrt(2)/2"),
        ("(x^2-1)/(x-1)", "x+1"),
        ("4=x", "x=4"),
        ("4", "x=4"),
        ("2x=8", "x=4"),
        ("3>x", "x<3"),
        ("x=±2", "x=2 or x=-2"),
        ("-2, 2", "2, -2"),
        ("(-∞, 3]", "(-∞,3]"),
        ("\\frac{3}{4}", "3/4"),
        ("\\frac{-b\\pm\\sqrt{b^2-4ac}}{2a}", "(-b ± sqrt(b^2-4ac))/(2a)"),
        ("100 cm", "1 m"),
        ("2 h 30 min", "150 min"),
        ("$3.50", "3.5 $"),
        ("log(100)", "2"),
        ("2^(x+1)", "2*2^x"),
        ("|-3|", "3"),
        ("5!", "120"),
        ("X=4", "x=4"),
    ] {
        assert_eq!(verdict(given, expected), Verdict::Right, "{given} for {expected}");
    }
}

#[test]
fn other_values_are_wrong() {
    for (given, expected) in [
        ("3/5", "3/4"),
        ("x+2", "x+1"),
        ("x<3", "x<=3"),
        ("-x<3", "x<-3"),
        ("(3,2)", "(2,3)"),
        ("[2,3]", "(2,3)"),
        ("x=5", "x=4"),
        ("y=4", "x=4"),
        ("1 kg", "1 m"),
        ("sqrt(x^2)", "x"),
        ("€5", "$5"),
    ] {
        assert_eq!(verdict(given, expected), Verdict::Wrong, "{given} for {expected}");
    }
}
