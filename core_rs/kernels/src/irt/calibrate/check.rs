//! What a calibration refuses before it starts.
//!
//! Answers are named by row and column, items and groups by number. Groups are on one scale
//! when they hang together by items that learners of both answered, or by anchors.
//!
//! Cost: O(answers). Do not use it twice: behind it everything is trusted.

use super::{Anchor, Model, Options, Responses};
use crate::error::{Error, known, within};

/// Refuses options that cannot be.
pub fn options(options: &Options) -> Result<(), Error> {
    counted("nodes", options.nodes, (5, 1001), "5 to 1001")?;
    counted("threads", options.threads, (1, 64), "1 to 64")?;
    counted("max_cycles", options.max_cycles, (1, 1_000_000), "1 to 1000000")?;
    within("tolerance", options.tolerance, (1e-12, 0.1), "1e-12 to 0.1")?;
    if options.has_free_variance && options.model != Model::Rasch {
        // A free slope and a free spread are one number too many.
        let (field, allowed) = ("free_variance", "0, except with model rasch");
        return Err(Error::OutOfRange { field, value: 1.0, allowed });
    }
    let priors = options.priors;
    for (mean, sd) in [priors.ln_slope, priors.intercept].into_iter().flatten() {
        within("prior mean", mean, (-10.0, 10.0), "-10 to 10")?;
        within("prior sd", sd, (0.01, 100.0), "0.01 to 100")?;
    }
    if let Some((alpha, beta)) = priors.guess {
        within("prior alpha", alpha, (1.0 + 1e-9, 1e6), "above 1, at most 1e6")?;
        within("prior beta", beta, (1.0 + 1e-9, 1e6), "above 1, at most 1e6")?;
    }
    Ok(())
}

/// Refuses answers that are none, and lists that do not fit each other.
pub fn responses(responses: &Responses<'_>) -> Result<(), Error> {
    let Responses { answers, n_items, groups, n_groups } = *responses;
    let sized = |field, value, allowed: String| Err(Error::Size { field, value, allowed });
    if n_items == 0 || answers.is_empty() {
        return sized("answers", 0, "at least one row of at least one item".to_owned());
    }
    if answers.len() % n_items != 0 {
        return sized("answers", answers.len(), format!("a multiple of {n_items} items"));
    }
    if groups.len() != answers.len() / n_items {
        return sized("groups", groups.len(), (answers.len() / n_items).to_string());
    }
    for group in groups {
        known("group", *group, n_groups)?;
    }
    for (place, answer) in answers.iter().enumerate() {
        if !(-1..=1).contains(answer) {
            return Err(Error::Cell {
                field: "answers",
                row: place / n_items,
                column: place % n_items,
                value: f64::from(*answer),
                allowed: "0, 1 or -1 (missing)",
            });
        }
    }
    if answers.iter().all(|answer| *answer < 0) {
        return sized("answers", 0, "at least one that is not missing".to_owned());
    }
    Ok(())
}

/// Refuses anchors that are no items, or given twice, or out of range.
pub fn anchors(anchors: &[Anchor], n_items: usize) -> Result<(), Error> {
    let mut seen = vec![false; n_items];
    for anchor in anchors {
        known("anchor", anchor.item, n_items)?;
        if std::mem::replace(&mut seen[anchor.item], true) {
            let allowed = format!("item {} once", anchor.item);
            return Err(Error::Size { field: "anchors", value: anchors.len(), allowed });
        }
        within("anchor a", anchor.a, (1e-6, 20.0), "above 0, at most 20")?;
        within("anchor b", anchor.b, (-20.0, 20.0), "-20 to 20")?;
        within("anchor c", anchor.c, (0.0, 0.9), "0 to 0.9")?;
    }
    Ok(())
}

/// Refuses groups that nothing ties to the scale.
pub fn scale(responses: &Responses<'_>, anchors: &[Anchor]) -> Result<(), Error> {
    let tied = tied_groups(responses, anchors);
    match tied.iter().position(|is_tied| !is_tied) {
        None => Ok(()),
        Some(group) => Err(Error::Size {
            field: "groups",
            value: responses.n_groups,
            allowed: format!("groups on one scale; no answered item ties group {group} to it"),
        }),
    }
}

/// Which groups hang together with the first, or with an anchor.
fn tied_groups(responses: &Responses<'_>, anchors: &[Anchor]) -> Vec<bool> {
    let n_items = responses.n_items;
    let mut answered = vec![false; responses.n_groups * n_items];
    for (said, group) in responses.answers.chunks_exact(n_items).zip(responses.groups) {
        for (item, answer) in said.iter().enumerate() {
            answered[group * n_items + item] |= *answer >= 0;
        }
    }
    let mut tied_items = vec![false; n_items];
    let mut tied = vec![false; responses.n_groups];
    for anchor in anchors {
        tied_items[anchor.item] = true;
    }
    if let (true, Some(first)) = (anchors.is_empty(), tied.first_mut()) {
        *first = answered[..n_items].contains(&true);
        for (item, is_tied) in tied_items.iter_mut().enumerate() {
            *is_tied = answered[item];
        }
    }
    for _ in 0..responses.n_groups {
        for (group, said) in answered.chunks_exact(n_items).enumerate() {
            let shares = said.iter().zip(&tied_items).any(|(said, tied)| *said && *tied);
            if shares {
                tied[group] = true;
                for (tied, said) in tied_items.iter_mut().zip(said) {
                    *tied |= said;
                }
            }
        }
    }
    tied
}

fn counted(
    field: &'static str,
    value: usize,
    (low, high): (usize, usize),
    allowed: &'static str,
) -> Result<(), Error> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    #[expect(clippy::cast_precision_loss, reason = "only to be shown")]
    let value = value as f64;
    Err(Error::OutOfRange { field, value, allowed })
}
