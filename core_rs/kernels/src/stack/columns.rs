//! The dense part of the stack: numbers that shared weights multiply.
//!
//! Means are over the item's skills; k = `caution(V)` pulls beliefs towards 0 while they are in
//! doubt. The first columns need only the order of the answers; pace, hints and clock follow.
//! Each column tells one kind of evidence, its code, and carries the sign that theory gives its
//! weight. The columns are those of Best-LR (Gervet et al. 2020, Journal of Educational Data
//! Mining 12(3):31-54) with recency (Galyardt & Goldin 2015, same journal 7(2):83-108) and time
//! windows (Choffin et al. 2019), the tables of ability replaced by running beliefs.
//!
//! ```
//! use mangotree_kernels::stack::columns::{COLUMNS, ORDER_WIDTH};
//! assert_eq!((COLUMNS[0].name, COLUMNS[0].sign), ("CONSTANT", 0));
//! assert_eq!(COLUMNS[ORDER_WIDTH].name, "PACE_LAST");
//! ```
//!
//! Cost: O(skills of the item). Do not add a column that looks at the answer itself or a later
//! one.

use crate::ability::caution;
use crate::features::share_of;
use crate::stack::catalogue::Catalogue;
use crate::stack::evidence::{Learner, NONE, WINDOWS_S};
use crate::stack::log::Extras;

/// One column: its name, what it tells, and the sign of its weight (0 for either).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in a model file.
    pub name: &'static str,
    /// The code under which its part of the logit is told.
    pub code: Code,
    /// 1 or -1 where theory gives a sign.
    pub sign: i8,
}

/// The kinds of evidence whose parts add up to a logit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Where nothing is known.
    Bias,
    /// How able the learner is.
    Ability,
    /// Better or worse on these skills than on others.
    SkillAbility,
    /// How the latest answers on these skills went.
    RecentSkill,
    /// How the latest answers on anything went.
    RecentAll,
    /// How this item went before.
    ItemBefore,
    /// How much these skills were practised.
    Practice,
    /// How long ago, in answers, and whether for the first time.
    Spacing,
    /// How quickly the latest answers came.
    Pace,
    /// How often hints were taken.
    Hints,
    /// What time did.
    Time,
    /// How easy the item is.
    ItemDifficulty,
    /// How easy its skills are.
    SkillDifficulty,
    /// How much this item tells able learners from others.
    ItemDiscrimination,
    /// What comes before it.
    Sequence,
}

/// How many codes there are.
pub const CODE_COUNT: usize = 15;

/// The codes' names, in the order of [`Code`].
pub const CODES: [&str; CODE_COUNT] = [
    "BIAS",
    "ABILITY",
    "SKILL_ABILITY",
    "RECENT_SKILL",
    "RECENT_ALL",
    "ITEM_BEFORE",
    "PRACTICE",
    "SPACING",
    "PACE",
    "HINTS",
    "TIME",
    "ITEM_DIFFICULTY",
    "SKILL_DIFFICULTY",
    "ITEM_DISCRIMINATION",
    "SEQUENCE",
];

const fn column(name: &'static str, code: Code, sign: i8) -> Column {
    Column { name, code, sign }
}

/// How many columns need only the order of the answers.
pub const ORDER_WIDTH: usize = 16;
const PACE_AT: usize = ORDER_WIDTH;
const HINTS_AT: usize = PACE_AT + 2;
const TIMES_AT: usize = HINTS_AT + 3;
/// How many columns there are.
pub const WIDTH: usize = TIMES_AT + 10;

/// All columns.
pub const COLUMNS: [Column; WIDTH] = [
    column("CONSTANT", Code::Bias, 0),
    column("ABILITY", Code::Ability, 1),
    column("SKILL_OFFSET", Code::SkillAbility, 1),
    column("SKILL_SLOW", Code::RecentSkill, 1),
    column("SKILL_QUICK", Code::RecentSkill, 1),
    column("SKILL_WRONG_RUN", Code::RecentSkill, -1),
    column("ALL", Code::RecentAll, 1),
    column("SURPRISE", Code::RecentAll, 1),
    column("WRONG_RUN", Code::RecentAll, -1),
    column("ITEM_RIGHT", Code::ItemBefore, 1),
    column("ITEM_WRONG", Code::ItemBefore, -1),
    column("WINS", Code::Practice, 1),
    column("MISSES", Code::Practice, 0),
    column("NEW_SKILL", Code::Spacing, -1),
    column("GAP", Code::Spacing, -1),
    column("SAME_SKILL", Code::Spacing, 0),
    column("PACE_LAST", Code::Pace, 0),
    column("FAST_WRONG", Code::Pace, -1),
    column("HINT_LAST", Code::Hints, -1),
    column("HINTS", Code::Hints, -1),
    column("SKILL_HINTS", Code::Hints, -1),
    column("HOUR_RIGHT", Code::Time, 0),
    column("DAY_RIGHT", Code::Time, 0),
    column("WEEK_RIGHT", Code::Time, 0),
    column("MONTH_RIGHT", Code::Time, 0),
    column("HOUR_WRONG", Code::Time, 0),
    column("DAY_WRONG", Code::Time, 0),
    column("WEEK_WRONG", Code::Time, 0),
    column("MONTH_WRONG", Code::Time, 0),
    column("SKILL_AWAY", Code::Time, 0),
    column("AWAY", Code::Time, 0),
];

/// One number for each column.
pub type Dense = [f64; WIDTH];

/// What is known of learner and item before an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// Mean and variance of the logit that the beliefs alone give.
    pub mean: f64,
    /// How far doubt pulls it towards 0.
    pub caution: f64,
    pub dense: Dense,
}

/// ln(1 + n) for the counts that occur, made once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Logs(Vec<f64>);

impl Logs {
    pub(crate) fn new() -> Self {
        Self((0..1024_u32).map(|n| f64::from(n).ln_1p()).collect())
    }

    fn of(&self, count: u32) -> f64 {
        let small = usize::try_from(count).ok().and_then(|at| self.0.get(at));
        small.copied().unwrap_or_else(|| f64::from(count).ln_1p())
    }
}

impl Extras {
    /// Whether a model with these has a number in the column at `place`.
    pub(crate) fn fill(self, place: usize) -> bool {
        match place {
            0..PACE_AT => true,
            PACE_AT..HINTS_AT => self.has_pace,
            HINTS_AT..TIMES_AT => self.has_hints,
            _ => self.has_times,
        }
    }

    /// How many columns a model with these has to look at.
    pub(crate) fn width(self) -> usize {
        if self.has_times {
            WIDTH
        } else if self.has_hints || self.has_pace {
            TIMES_AT
        } else {
            ORDER_WIDTH
        }
    }
}

/// What is known of `who` before an answer to `item`, which is `easiness` easy, at `time_s`.
pub(crate) fn before(
    catalogue: &Catalogue,
    logs: &Logs,
    who: &Learner,
    (item, easiness): (usize, f64),
    time_s: f64,
) -> Before {
    let skills = catalogue.skills_of(item);
    let share = share_of(skills.len());
    let mut dense = [0.0; WIDTH];
    let (mut offset, mut variance) = (0.0, who.ability.variance);
    for skill in skills {
        let own = &who.skills[*skill];
        let belief = own.offset();
        offset += share * belief.mean;
        variance += share * share * belief.variance;
        dense[3] += share * (2.0 * own.slow() - 1.0);
        dense[4] += share * (2.0 * own.quick() - 1.0);
        dense[5] += share * logs.of(u32::from(own.wrong_run));
        dense[11] += share * logs.of(own.right);
        dense[12] += share * logs.of(own.attempts - own.right);
        if own.attempts == 0 {
            dense[13] += share;
        } else {
            dense[14] += share * logs.of(who.answers - own.last);
            dense[15] += share * f64::from(u8::from(own.last == who.answers));
        }
        dense[HINTS_AT + 2] += share * own.hints();
    }
    let k = caution(variance);
    dense[0] = 1.0;
    dense[1] = k * who.ability.mean;
    dense[2] = k * offset;
    dense[6] = 2.0 * who.overall - 1.0;
    dense[7] = who.surprise;
    dense[8] = logs.of(who.wrong_run);
    let seen = who.seen[item];
    dense[9] = f64::from(u8::from(seen > 0 && seen % 2 == 1));
    dense[10] = f64::from(u8::from(seen > 0 && seen % 2 == 0));
    (dense[PACE_AT], dense[PACE_AT + 1]) = (who.pace, who.fast_wrong);
    (dense[HINTS_AT], dense[HINTS_AT + 1]) = (who.hinted, who.hints);
    if !who.windows.is_empty() {
        fill_times(&mut dense[TIMES_AT..], who, skills, time_s);
    }
    Before { mean: who.ability.mean + offset + easiness, caution: k, dense }
}

/// Time windows and absences in hours, as logarithms.
fn fill_times(into: &mut [f64], who: &Learner, skills: &[usize], time_s: f64) {
    let share = share_of(skills.len());
    let hours = |since_s: f64| ((time_s - since_s).max(0.0) / 3600.0).ln_1p();
    for skill in skills {
        let windows = who.windows[*skill].at(time_s);
        for at in 0..WINDOWS_S.len() {
            into[at] += share * windows.right[at].ln_1p();
            into[4 + at] += share * windows.wrong[at].ln_1p();
        }
        if who.skills[*skill].attempts > 0 {
            into[8] += share * hours(who.windows[*skill].time_s);
        }
    }
    if who.sets[0] != NONE {
        into[9] = hours(who.time_s);
    }
}
