//! The work that the ranking benches measure: benefit per effort of a matrix of plain numbers.

use cxrank::programme::{Criterion, Estimate, Id, Initiative, ProgrammeSpec};
use cxrank::score::kernel::{Column, Columns, Form, Ratio, Ratios, Resolution, Rows, ratios};

use super::scoring_input::{CRITERIA, SCALES, SplitMix64};

/// Inputs are kept to a millionth of a unit.
const PER_UNIT: f64 = 1e6;

/// How the criteria become integers.
pub(crate) fn resolutions() -> Vec<Resolution> {
    let of =
        |scale: f64| Resolution { per_unit: PER_UNIT, bound: ((scale * PER_UNIT) as i64).cast_unsigned() };
    SCALES.map(of).to_vec()
}

/// The benefit of weights 30, 20 and 15 at the full scale, in hundredths of a point.
fn benefit() -> Form {
    Form { constant: 0, terms: vec![(0, 30), (1, 200), (2, 1500)] }
}

/// The effort, with prices that make the three criteria count alike.
fn effort() -> Form {
    Form { constant: 0, terms: vec![(3, 100), (4, 1), (5, 5000)] }
}

/// Quantises and scores a matrix.
pub(crate) fn score_matrix(matrix: &[f64], resolutions: &[Resolution]) -> Ratios {
    let rows = Rows::new(matrix, resolutions).expect("whole rows");
    ratios(&rows, &benefit(), &effort()).expect("numbers within their scales")
}

/// The columns of a matrix, quantised.
pub(crate) fn quantise(matrix: &[f64]) -> Columns {
    let column = |number: usize| {
        let values = matrix.iter().skip(number).step_by(CRITERIA);
        Column::new(values.map(|value| (value * PER_UNIT).round_ties_even() as i64).collect())
    };
    Columns::new((0..CRITERIA).map(column).collect()).expect("equal lengths")
}

/// Scores quantised columns.
pub(crate) fn score_columns(columns: &Columns) -> Ratios {
    ratios(columns, &benefit(), &effort()).expect("no sum overflows")
}

/// A score such as those of the matrices: both parts below 10¹⁰, most of them of ten digits.
pub(crate) fn random_score(random: &mut SplitMix64) -> Ratio<i64> {
    let mut part = || 100_000_000 + random.below(9_900_000_000).cast_signed();
    Ratio::new(part(), part()).expect("efforts are not negative")
}

/// The same work as a programme: three benefits with the weights above, three efforts with the prices above.
#[allow(dead_code)] // not every bench needs it
pub(crate) fn programme(matrix: &[f64]) -> ProgrammeSpec {
    let ids: [Id; CRITERIA] = ["reach", "ease", "trust", "days", "cash", "risk"].map(Id::from);
    let mut spec = ProgrammeSpec::new("bench");
    for (i, id) in ids.iter().enumerate() {
        let benefit = |weight| Criterion::benefit(id, weight, 0.0, SCALES[i]);
        spec = spec.criterion(match i {
            0 => benefit(30.0),
            1 => benefit(20.0),
            2 => benefit(15.0),
            _ => Criterion::effort(id, [100.0, 1.0, 5000.0][i - 3]),
        });
    }
    spec.initiatives.reserve_exact(matrix.len() / CRITERIA);
    for (number, row) in matrix.chunks_exact(CRITERIA).enumerate() {
        let mut initiative = Initiative::new(format!("I{number:07}"), "");
        for (i, (id, &value)) in ids.iter().zip(row).enumerate() {
            let inputs = if i < 3 { &mut initiative.benefits } else { &mut initiative.efforts };
            inputs.insert(id, Estimate::Number(value));
        }
        spec.initiatives.push(initiative);
    }
    spec
}
