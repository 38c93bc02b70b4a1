//! Who answered what: a log in columns, checked once, and put in order of skill and learner.
//!
//! One row is one question; its skills stand between `offsets[row]` and `offsets[row + 1]`, or
//! there is one a row. Each skill sees the row once, so a question on two skills is two
//! opportunities to learn but stays one row to predict (rows written twice would tell the
//! second prediction the answer).
//!
//! Cost: O(answers + learners + skills), two counting sorts. Do not use it for logs beyond
//! 2^32 - 1 answers, which are refused.

use crate::error::{Error, known, within};

/// Skills that a log may name; a million is a thousand curricula.
const MAX_SKILLS: usize = 1_000_000;

/// The columns as they come.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Who answered, one a row; any numbers.
    pub learners: Vec<usize>,
    /// The skills of the questions, below `n_skills`.
    pub skills: Vec<usize>,
    /// Whether the answer was right, one a row.
    pub rights: Vec<bool>,
    /// Where each row's skills start in `skills`, and their end; `None` for one skill a row.
    pub offsets: Option<Vec<usize>>,
    /// The item of each row, for a guess and a slip of its own.
    pub items: Option<Vec<usize>>,
    /// What each row was practised with, for its own learning and forgetting.
    pub resources: Option<Vec<usize>>,
    /// The group of the learner, for its own prior; the first row of a skill decides.
    pub groups: Option<Vec<usize>>,
    /// Skills are below this number.
    pub n_skills: usize,
    /// Items are below this number, resources and groups below the next two.
    pub n_places: [usize; 3],
}

/// A checked log.
#[derive(Clone, Debug)]
pub struct Answers {
    pub(super) columns: Columns,
    pub(super) n_learners: usize,
}

/// The same answers skill by skill, in each learner by learner, each in the log's order.
#[derive(Clone, Debug)]
pub(super) struct Sorted {
    /// The row that each answer comes from.
    pub rows: Vec<u32>,
    /// Whether each answer was right.
    pub rights: Vec<bool>,
    /// Where each sequence (a learner's answers on a skill) starts, and the end.
    pub sequences: Vec<usize>,
    /// Where each skill's sequences start in `sequences`, and the end.
    pub skills: Vec<usize>,
}

impl Answers {
    /// The log, checked; learners get consecutive numbers where theirs are far apart.
    ///
    /// # Errors
    /// `Size` for columns of different lengths, offsets that do not grow from 0 to the end, a
    /// skill twice in one row or too many answers; `Unknown` for a skill beyond `n_skills`.
    pub fn new(mut columns: Columns) -> Result<Self, Error> {
        #[expect(clippy::cast_precision_loss, reason = "a message may round")]
        within("n_skills", columns.n_skills as f64, (0.0, 1e6), "0 to 1000000")?;
        debug_assert!(columns.n_skills <= MAX_SKILLS);
        check_lengths(&columns)?;
        check_offsets(&columns)?;
        all_known("skill", &columns.skills, columns.n_skills)?;
        let places = [
            ("item", &columns.items),
            ("resource", &columns.resources),
            ("group", &columns.groups),
        ];
        for ((field, column), below) in places.into_iter().zip(columns.n_places) {
            all_known(field, column.as_deref().unwrap_or_default(), below)?;
        }
        let n_learners = numbered(&mut columns.learners);
        Ok(Self { columns, n_learners })
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.rights.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.rights.is_empty()
    }

    /// How many answers the skills see: rows, each counted once for each of its skills.
    #[must_use]
    pub fn n_opportunities(&self) -> usize {
        self.columns.skills.len()
    }

    /// How many skills the log may name.
    #[must_use]
    pub fn n_skills(&self) -> usize {
        self.columns.n_skills
    }

    /// The places in the column of skills that belong to `row`.
    pub(super) fn places(&self, row: usize) -> std::ops::Range<usize> {
        match &self.columns.offsets {
            Some(offsets) => offsets[row]..offsets[row + 1],
            None => row..row + 1,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "rows fit 32 bits: checked")]
    pub(super) fn sorted(&self) -> Sorted {
        let columns = &self.columns;
        let by_learner =
            counted(columns.rights.len(), self.n_learners, |row| columns.learners[row]);
        let mut starts = vec![0_usize; columns.n_skills + 1];
        for skill in &columns.skills {
            starts[skill + 1] += 1;
        }
        for skill in 0..columns.n_skills {
            starts[skill + 1] += starts[skill];
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; columns.skills.len()];
        for row in by_learner {
            for place in self.places(row) {
                let to = &mut next[columns.skills[place]];
                rows[*to] = row as u32;
                *to += 1;
            }
        }
        let rights = rows.iter().map(|row| columns.rights[*row as usize]).collect();
        self.split(rows, rights, &starts)
    }

    /// Cuts each skill's answers where the learner changes.
    fn split(&self, rows: Vec<u32>, rights: Vec<bool>, starts: &[usize]) -> Sorted {
        let (mut sequences, mut skills) = (vec![], vec![0]);
        for pair in starts.windows(2) {
            let mut last = usize::MAX;
            for (at, row) in (pair[0]..pair[1]).zip(&rows[pair[0]..pair[1]]) {
                let learner = self.columns.learners[*row as usize];
                if learner != last {
                    sequences.push(at);
                    last = learner;
                }
            }
            skills.push(sequences.len());
        }
        sequences.push(rows.len());
        Sorted { rows, rights, sequences, skills }
    }
}

fn all_known(field: &'static str, column: &[usize], below: usize) -> Result<(), Error> {
    let most = column.iter().copied().fold(0, usize::max);
    if column.is_empty() { Ok(()) } else { known(field, most, below).map(drop) }
}

fn check_lengths(columns: &Columns) -> Result<(), Error> {
    let n = columns.rights.len();
    let optional = |column: &Option<Vec<usize>>| column.as_ref().map_or(n, Vec::len);
    let lengths = [
        ("learners", columns.learners.len(), n),
        (
            "skills",
            columns.skills.len(),
            columns.offsets.as_ref().map_or(n, |_| columns.skills.len()),
        ),
        ("offsets", columns.offsets.as_ref().map_or(n + 1, Vec::len), n + 1),
        ("items", optional(&columns.items), n),
        ("resources", optional(&columns.resources), n),
        ("groups", optional(&columns.groups), n),
    ];
    for (field, value, wanted) in lengths {
        if value != wanted {
            return Err(Error::Size { field, value, allowed: wanted.to_string() });
        }
    }
    let most = u32::MAX as usize;
    for (field, value) in [("rights", n), ("skills", columns.skills.len())] {
        if value >= most {
            return Err(Error::Size { field, value, allowed: format!("below {most}") });
        }
    }
    Ok(())
}

fn check_offsets(columns: &Columns) -> Result<(), Error> {
    let Some(offsets) = &columns.offsets else { return Ok(()) };
    let refuse = |value: usize, allowed: &str| Error::Size {
        field: "offsets",
        value,
        allowed: allowed.to_owned(),
    };
    let is_whole = offsets.first() == Some(&0) && offsets.last() == Some(&columns.skills.len());
    if !is_whole || offsets.windows(2).any(|pair| pair[0] > pair[1]) {
        return Err(refuse(offsets.len(), "starts that grow from 0 to the number of skills"));
    }
    for pair in offsets.windows(2) {
        let skills = &columns.skills[pair[0]..pair[1]];
        let is_twice = |(at, skill): (usize, &usize)| skills[..at].contains(skill);
        if skills.iter().enumerate().any(is_twice) {
            return Err(refuse(skills.len(), "rows that name each skill once"));
        }
    }
    Ok(())
}

/// How many learners there are, renumbered from 0 where the numbers leave large gaps.
fn numbered(learners: &mut [usize]) -> usize {
    let most = learners.iter().copied().fold(0, usize::max);
    let beyond = if learners.is_empty() { 0 } else { most.saturating_add(1) };
    if beyond <= 4 * learners.len() + 1024 {
        return beyond;
    }
    let mut distinct = learners.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    for learner in learners.iter_mut() {
        *learner = distinct.partition_point(|other| other < learner);
    }
    distinct.len()
}

/// `0..n` ordered by a key below `n_keys`, equal keys in their order.
fn counted(n: usize, n_keys: usize, key: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut next = vec![0_usize; n_keys + 1];
    for at in 0..n {
        next[key(at) + 1] += 1;
    }
    for at in 0..n_keys {
        next[at + 1] += next[at];
    }
    let mut order = vec![0; n];
    for at in 0..n {
        let to = &mut next[key(at)];
        order[*to] = at;
        *to += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        Columns {
            learners: vec![7, 3, 7, usize::MAX],
            skills: vec![1, 0, 1, 0, 1],
            rights: vec![true, false, true, false],
            offsets: Some(vec![0, 2, 3, 4, 5]),
            n_skills: 3,
            ..Columns::default()
        }
    }

    #[test]
    fn answers_stand_by_skill_and_learner_in_their_order() {
        let sorted = Answers::new(columns()).unwrap().sorted();
        assert_eq!(sorted.rows, [0, 2, 1, 0, 3]);
        assert_eq!(sorted.sequences, [0, 2, 3, 4, 5]);
        assert_eq!(sorted.skills, [0, 1, 4, 4]);
        assert_eq!(sorted.rights, [true, true, false, true, false]);
    }

    #[test]
    fn places_without_a_name_are_refused() {
        let refused = Columns { groups: Some(vec![0, 1, 0, 2]), ..columns() };
        assert!(Answers::new(Columns { n_places: [9, 9, 2], ..refused.clone() }).is_err());
        assert!(Answers::new(Columns { n_places: [0, 0, 3], ..refused }).is_ok());
    }

    #[test]
    fn columns_that_do_not_fit_each_other_are_refused() {
        let broken: [fn(&mut Columns); 7] = [
            |c| c.learners.truncate(1),
            |c| c.skills[0] = 3,
            |c| c.skills[0] = 0,
            |c| c.offsets = Some(vec![0, 3, 2, 4, 5]),
            |c| c.offsets = Some(vec![]),
            |c| c.items = Some(vec![1]),
            |c| c.n_skills = usize::MAX,
        ];
        for (case, breaks) in broken.iter().enumerate() {
            let mut columns = columns();
            breaks(&mut columns);
            assert!(Answers::new(columns).is_err(), "case {case}");
        }
        let none = Answers::new(Columns::default()).unwrap();
        assert!(none.is_empty() && none.sorted().sequences == [0]);
    }
}
