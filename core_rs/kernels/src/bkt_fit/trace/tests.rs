//! A log in pieces, the live model's steps, and rows that are refused.

use super::*;
use crate::bkt::Bkt;
use crate::chance::Chance;

fn model() -> Model {
    let skill = Bkt { prior: 0.4, learn: 0.1, forget: 0.02, guess: 0.2, slip: 0.1 };
    let other = Bkt { prior: 0.2, learn: 0.6, forget: 0.0, guess: 0.3, slip: 0.3 };
    Model { pooled: skill, skills: vec![SkillModel::of(&skill), SkillModel::of(&other)] }
}

/// 200 rows on none to two of the two skills.
fn columns() -> Columns {
    let mut chance = Chance::new(5);
    let mut columns = Columns { n_skills: 2, ..Columns::default() };
    let mut offsets = vec![0];
    for _ in 0..200 {
        columns.learners.push(chance.below(9));
        columns.rights.push(chance.below(3) > 0);
        let named = [vec![], vec![0], vec![1], vec![1, 0]];
        columns.skills.extend(&named[chance.below(4)]);
        offsets.push(columns.skills.len());
    }
    Columns { offsets: Some(offsets), ..columns }
}

fn piece(columns: &Columns, rows: Range<usize>) -> Columns {
    let offsets = columns.offsets.as_ref().unwrap()[rows.start..=rows.end].to_vec();
    Columns {
        learners: columns.learners[rows.clone()].to_vec(),
        rights: columns.rights[rows].to_vec(),
        skills: columns.skills[offsets[0]..*offsets.last().unwrap()].to_vec(),
        offsets: Some(offsets),
        ..Columns::default()
    }
}

#[test]
fn pieces_of_a_log_give_the_bits_of_the_whole() {
    let (model, columns) = (model(), columns());
    let whole = trace(&Answers::new(columns.clone()).unwrap(), &model, true).unwrap();
    // So many learners that the masteries stand in a map.
    for n_learners in [9, usize::MAX] {
        let extent = Extent { n_rows: 200, n_learners, n_skills: 2, n_places: [0; 3] };
        let mut tracing = Tracing::new(&model, extent, true).unwrap();
        let (mut found, mut traced) = (Traced::default(), Traced::default());
        for rows in [0..1, 1..1, 1..130, 130..200] {
            tracing.follow(&piece(&columns, rows), true, &mut traced).unwrap();
            found.chances.extend(&traced.chances);
            found.masteries.extend(&traced.masteries);
        }
        assert_eq!(found, whole);
    }
}

#[test]
fn learners_side_by_side_give_the_bits_of_one_after_the_other() {
    let (model, mut columns) = (model(), columns());
    columns.learners.sort_unstable();
    let side_by_side = trace(&Answers::new(columns.clone()).unwrap(), &model, true).unwrap();
    let extent = Extent { n_rows: 200, n_learners: 9, n_skills: 2, n_places: [0; 3] };
    let mut tracing = Tracing::new(&model, extent, true).unwrap();
    let (mut found, mut traced) = (Traced::default(), Traced::default());
    for row in 0..200 {
        tracing.follow(&piece(&columns, row..row + 1), true, &mut traced).unwrap();
        found.chances.extend(&traced.chances);
        found.masteries.extend(&traced.masteries);
    }
    assert_eq!(found, side_by_side);
}

#[test]
fn lanes_hold_each_row_once_and_share_no_learner() {
    for learners in [vec![], vec![7], vec![3; 9], vec![0, 0, 0, 1, 2, 2, 5, 5], vec![1, 0, 1]] {
        let found = lanes(&learners);
        let rows: Vec<usize> = found.iter().cloned().flatten().collect();
        assert_eq!(rows, (0..learners.len()).collect::<Vec<_>>());
        for pair in found.windows(2).filter(|pair| !pair[0].is_empty() && !pair[1].is_empty()) {
            assert!(learners[pair[0].end - 1] < learners[pair[1].start]);
        }
    }
    assert_eq!(lanes(&[0, 0, 1, 1, 1, 2, 5, 5]), [0..5, 5..8]);
}

#[test]
fn a_step_is_that_of_the_live_model() {
    for skill in [model().pooled, model().skills[1].rates.bkt(0, 0, 0)] {
        for mastery in [0.0, 1e-9, 0.3, 0.95, 1.0] {
            for is_right in [false, true] {
                let (chance, after) = Rule::of(&skill).step::<true>(mastery, is_right);
                let plain = Rule::of(&skill).step::<false>(mastery, is_right).1;
                assert!((chance - skill.predict(mastery)).abs() < 1e-15);
                assert!((after - skill.update(mastery, is_right)).abs() < 1e-15);
                assert!((plain - skill.filter(mastery, is_right)).abs() < 1e-15);
            }
        }
    }
}

#[test]
fn rows_beyond_the_extent_are_refused_and_move_nothing() {
    let (model, columns) = (model(), columns());
    let extent = Extent { n_rows: 200, n_learners: 9, n_skills: 2, n_places: [1, 1, 1] };
    let broken: [fn(&mut Columns); 7] = [
        |c| c.learners[0] = 9,
        |c| c.learners.truncate(1),
        |c| c.skills[0] = 2,
        |c| c.skills.truncate(1),
        |c| c.offsets = Some(vec![0, 2, 1]),
        |c| c.groups = Some(vec![1; 200]),
        |c| (c.skills, c.offsets) = (vec![0; 200], Some(vec![0; 200])),
    ];
    let whole = trace(&Answers::new(columns.clone()).unwrap(), &model, true).unwrap();
    let mut tracing = Tracing::new(&model, extent, true).unwrap();
    let mut traced = Traced::default();
    for (case, breaks) in broken.iter().enumerate() {
        let mut refused = columns.clone();
        breaks(&mut refused);
        assert!(tracing.follow(&refused, true, &mut traced).is_err(), "case {case}");
    }
    tracing.follow(&columns, true, &mut traced).unwrap();
    assert_eq!(traced, whole);
    assert!(Tracing::new(&model, Extent { n_skills: usize::MAX, ..extent }, true).is_err());
}
