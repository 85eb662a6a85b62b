use crate::score::{Score, Term};

/// The terms of `a`'s score less `b`'s; both are scored by one model.
pub(super) fn gap_terms(a: Score<'_>, b: Score<'_>) -> Vec<Term> {
    let ratio = match (a.is_ratio(), a.benefit(), b.benefit(), a.effort(), b.effort()) {
        (true, Some(b1), Some(b2), Some(e1), Some(e2)) => Some((b1, b2, e1, e2)),
        _ => None,
    };
    let Some((b1, b2, e1, e2)) = ratio else {
        return difference(a.terms(), b.terms(), 1.0);
    };
    // Terms of a ratio are points · per / effort: take the effort out, and put the mean of both reciprocals in.
    let points = |score: Score<'_>, effort: f64| {
        let mut terms = score.terms();
        terms.iter_mut().for_each(|term| term.amount *= effort);
        terms
    };
    let mut terms = difference(points(a, e1), points(b, e2), (e1 + e2) / (2.0 * e1 * e2));
    let per = a.per();
    terms.extend(difference(b.effort_terms(), a.effort_terms(), (b1 + b2) / (2.0 * e1 * e2) * per));
    terms
}

/// `factor · (a − b)`, term by term; both lists have the same criteria in the same order.
fn difference(a: Vec<Term>, b: Vec<Term>, factor: f64) -> Vec<Term> {
    debug_assert!(a.iter().map(|t| &t.criterion).eq(b.iter().map(|t| &t.criterion)));
    a.into_iter()
        .zip(b)
        .map(|(a, b)| Term { criterion: a.criterion, amount: (a.amount - b.amount) * factor + 0.0 })
        .collect()
}
