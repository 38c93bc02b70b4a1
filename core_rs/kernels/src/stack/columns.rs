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

use crate::ability::{Belief, caution};
use crate::logistic::sigmoid;
use crate::stack::catalogue::Asked;
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
    /// The chance of a right answer that the beliefs alone give.
    pub chance: f64,
    /// How far doubt pulls it towards 0.
    pub caution: f64,
    pub dense: Dense,
}

/// ln(1 + n) for the counts that occur, made once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Logs([f64; LOGS]);

/// A power of two.
const LOGS: usize = 1024;

impl Logs {
    pub(crate) fn new() -> Self {
        let mut logs = [0.0; LOGS];
        for (log, n) in logs.iter_mut().zip(0_u32..) {
            *log = f64::from(n).ln_1p();
        }
        Self(logs)
    }

    /// Those of several counts: that one is beyond the table is looked for once.
    #[inline]
    fn of<const N: usize>(&self, counts: [u32; N]) -> [f64; N] {
        if counts.iter().fold(0, |all, count| all | count) as usize >= LOGS {
            return counts.map(|count| f64::from(count).ln_1p());
        }
        counts.map(|count| self.0[count as usize % LOGS])
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

impl Before {
    /// Nothing yet.
    pub(crate) const EMPTY: Self = Self { chance: 0.5, caution: 1.0, dense: [0.0; WIDTH] };

    /// What is known of `who` before an answer to what is `asked`, which is `easiness` easy, at
    /// `time_s`. Columns that `extras` do not fill stay as they are.
    pub(crate) fn fill(
        &mut self,
        (extras, logs): (Extras, &Logs),
        who: &Learner,
        (asked, easiness): (&Asked<'_>, f64),
        time_s: f64,
    ) {
        let share = asked.share;
        let (mut offset, mut variance) = (0.0, who.ability.variance);
        let (mut slow, mut quick, mut wrong_run) = (0.0, 0.0, 0.0);
        let (mut wins, mut misses, mut new, mut gap, mut same) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for skill in asked.skills {
            let own = &who.skills[*skill];
            let Belief { mean, variance: doubt } = own.offset();
            offset += share * mean;
            variance += share * share * doubt;
            slow += share * (2.0 * own.slow() - 1.0);
            quick += share * (2.0 * own.quick() - 1.0);
            let is_new = own.attempts == 0;
            let since = if is_new { 0 } else { who.answers - own.last };
            let wrong = own.attempts - own.right;
            let counts = [u32::from(own.wrong_run), own.right, wrong, since];
            let logs = logs.of(counts).map(|log| share * log);
            wrong_run += logs[0];
            wins += logs[1];
            misses += logs[2];
            gap += logs[3];
            new += if is_new { share } else { 0.0 };
            same += if !is_new && since == 0 { share } else { 0.0 };
        }
        let k = caution(variance);
        let seen = who.seen[asked.item];
        let last = |result: u8| f64::from(u8::from(seen > 0 && seen % 2 == result));
        let order = [
            1.0,
            k * who.ability.mean,
            k * offset,
            slow,
            quick,
            wrong_run,
            2.0 * who.overall - 1.0,
            who.surprise,
            logs.of([who.wrong_run])[0],
            last(1),
            last(0),
            wins,
            misses,
            new,
            gap,
            same,
        ];
        self.dense[..ORDER_WIDTH].copy_from_slice(&order);
        if extras != Extras::default() {
            self.fill_extras(extras, who, asked, time_s);
        }
        self.caution = k;
        // Last: what is known so far need not be kept aside while exp is at work.
        self.chance = sigmoid(k * (who.ability.mean + offset + easiness));
    }

    fn fill_extras(&mut self, extras: Extras, who: &Learner, asked: &Asked<'_>, time_s: f64) {
        let hints = |skill: &usize| asked.share * who.skills[*skill].hints();
        let hints = asked.skills.iter().map(hints).sum();
        let paces_and_hints = [who.pace, who.fast_wrong, who.hinted, who.hints, hints];
        self.dense[PACE_AT..TIMES_AT].copy_from_slice(&paces_and_hints);
        if extras.has_times {
            fill_times(&mut self.dense[TIMES_AT..], who, asked, time_s);
        }
    }
}

/// Time windows and absences in hours, as logarithms.
fn fill_times(into: &mut [f64], who: &Learner, asked: &Asked<'_>, time_s: f64) {
    let share = asked.share;
    into.fill(0.0);
    let hours = |since_s: f64| ((time_s - since_s).max(0.0) / 3600.0).ln_1p();
    for skill in asked.skills {
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
