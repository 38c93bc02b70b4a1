//! What would come next: a small tree of choices, for a tablet that is out of reach; and what
//! would be predicted if some answers had been given.
//!
//! Each branch answers an item right or wrong, plans, and takes the answer back: the same code
//! as in class, on the same state, bit for bit, trials drawn as they will be. What classmates
//! answer meanwhile is not in it.
//!
//! Cost: O(2^depth (1 + further)) answers and plans. Do not go deep: what a branch foresees
//! holds only until the first real answer came in, and the tree doubles with each level.

use crate::ability::Belief;
use crate::error::{Error, within};
use crate::fitted;
use crate::own_weights::OwnWeights;
use crate::plan::{Choice, Rules};
use crate::practice::{Kept, Learner, Met};
use crate::stated::Stated;
use crate::tracer::{Prediction, Tracer};

/// How deep a tree is where nothing else is said: three items last a tablet some minutes.
pub const DEPTH: u32 = 3;
/// The deepest tree that is grown.
pub const MAX_DEPTH: u32 = 6;
/// The longest line below a tree: an hour of items.
pub const MAX_FURTHER: u32 = 120;

/// More supposed answers than this say nothing that a teacher would wait for.
pub const MOST_SUPPOSED: usize = 100;

/// How far a look ahead goes: a full tree `depth` answers deep, and below each of its leaves
/// a line of `further` answers that all go as predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Answers, right or wrong alike.
    pub depth: u32,
    /// Answers after these, each the likelier one.
    pub further: u32,
}

impl From<u32> for Reach {
    fn from(depth: u32) -> Self {
        Self { depth, further: 0 }
    }
}

impl Reach {
    fn check(self) -> Result<(), Error> {
        let most = f64::from(MAX_DEPTH);
        within("depth", f64::from(self.depth), (0.0, most), "0 to 6")?;
        let longest = f64::from(MAX_FURTHER);
        within("further", f64::from(self.further), (0.0, longest), "0 to 120")?;
        Ok(())
    }

    /// What is left behind one more answer; none where the look ends before it.
    fn after(self, is_likelier: bool) -> Option<Self> {
        if let Some(depth) = self.depth.checked_sub(1) {
            return Some(Self { depth, ..self });
        }
        let further = self.further.checked_sub(1).filter(|_| is_likelier)?;
        Some(Self { depth: 0, further })
    }
}

/// A choice, and the ones that would follow it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ahead {
    /// The item of this node; at the root the one that was given.
    pub choice: Choice,
    /// What would come after a right answer.
    pub if_right: Option<Box<Ahead>>,
    /// What would come after a wrong answer.
    pub if_wrong: Option<Box<Ahead>>,
}

/// All that one answer moves, as it was before.
struct Memo {
    who: Learner,
    item: Belief,
    seen: Met,
    skills: Vec<(Kept, Belief)>,
    stated: Vec<Stated>,
    weights: OwnWeights,
    fitted: Option<fitted::Memo>,
}

impl Tracer {
    /// What would come after `item`, as far as `reach`; the state is as before afterwards.
    ///
    /// # Errors
    /// `Unknown` names the learner or the item, `OutOfRange` the reach, `Size` rules of another
    /// domain.
    pub fn ahead(
        &mut self,
        learner: usize,
        item: usize,
        rules: &Rules,
        reach: impl Into<Reach>,
    ) -> Result<Ahead, Error> {
        let reach = reach.into();
        self.check(learner, item)?;
        self.check_plan(learner, rules)?;
        reach.check()?;
        let given = Choice {
            item,
            skill: self.domain.skills_of(item)[0],
            p: self.predicted(learner, item).p,
            score: 0.0,
            reasons: vec![("GIVEN", 0.0)],
            propensity: 1.0,
            is_review: false,
            is_step_back: false,
            stuck_skill: None,
        };
        Ok(self.grow(learner, given, rules, reach))
    }

    /// The chance of a right answer to `item` after answers to it that went like `rights`; the
    /// state is as before afterwards.
    ///
    /// # Errors
    /// `Unknown` names the learner or the item, `Size` more than [`MOST_SUPPOSED`] answers.
    pub fn suppose(
        &mut self,
        learner: usize,
        item: usize,
        rights: &[bool],
    ) -> Result<Prediction, Error> {
        self.check(learner, item)?;
        if rights.len() > MOST_SUPPOSED {
            let allowed = format!("at most {MOST_SUPPOSED}");
            return Err(Error::Size { field: "rights", value: rights.len(), allowed });
        }
        let memo = self.memo(learner, item);
        for is_right in rights {
            self.learn(learner, item, (*is_right).into());
        }
        let then = self.predicted(learner, item);
        self.take_back(learner, item, memo);
        Ok(then)
    }

    fn grow(&mut self, learner: usize, choice: Choice, rules: &Rules, reach: Reach) -> Ahead {
        let is_likely_right = choice.p >= 0.5;
        let [if_right, if_wrong] = [true, false].map(|is_right| {
            let left = reach.after(is_right == is_likely_right)?;
            self.branch(learner, choice.item, is_right, rules, left)
        });
        Ahead { choice, if_right, if_wrong }
    }

    fn branch(
        &mut self,
        learner: usize,
        item: usize,
        is_right: bool,
        rules: &Rules,
        left: Reach,
    ) -> Option<Box<Ahead>> {
        let memo = self.memo(learner, item);
        self.learn(learner, item, is_right.into());
        let next = self.planned(learner, rules);
        let node = next.map(|choice| Box::new(self.grow(learner, choice, rules, left)));
        self.take_back(learner, item, memo);
        node
    }

    fn memo(&self, learner: usize, item: usize) -> Memo {
        let (row, skills) = (self.row(learner), self.domain.skills_of(item).iter());
        let fitted = self.fitted.as_ref();
        Memo {
            who: self.learners[learner],
            item: self.items[item],
            seen: self.seen[self.seen_at(learner, item)],
            skills: skills.map(|s| (self.practices[row + s], self.skills[*s])).collect(),
            stated: self.stated_of(learner).to_vec(),
            weights: self.weights.clone(),
            fitted: fitted
                .map(|fitted| fitted.memo(learner, item, self.domain.skills_of(item))),
        }
    }

    fn take_back(&mut self, learner: usize, item: usize, memo: Memo) {
        let (row, seen) = (self.row(learner), self.seen_at(learner, item));
        self.learners[learner] = memo.who;
        self.items[item] = memo.item;
        self.seen[seen] = memo.seen;
        self.weights = memo.weights;
        self.restate(learner, &memo.stated);
        for (skill, (practice, belief)) in self.domain.skills_of(item).iter().zip(memo.skills) {
            self.practices[row + skill] = practice;
            self.skills[*skill] = belief;
        }
        if let (Some(fitted), Some(memo)) = (&mut self.fitted, memo.fitted) {
            fitted.take_back(learner, item, self.domain.skills_of(item), memo);
        }
    }
}
