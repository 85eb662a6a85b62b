//! Estimate against actual, per estimator.

use std::collections::BTreeMap;

use serde::Serialize;

use super::evidence::{mean, three};
use super::state::{State, Target};
use crate::programme::{Criterion, Estimate, Id, Status};

/// How one estimator's estimates compare with what came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimator {
    /// Who; `None` for estimates that nobody signed.
    pub by: Option<String>,
    /// How many efforts are compared.
    pub efforts: usize,
    /// Efforts that came out, over their estimates, as the median: 1.2 means that work took a fifth more. `None` without any.
    pub effort_ratio: Option<f64>,
    /// How many benefits are compared.
    pub benefits: usize,
    /// Benefits that came out less their estimates, as the mean share of the scale: below zero where less came out.
    pub benefit_gap: Option<f64>,
    /// How many estimates had a spread, and how many of these contained what came out.
    pub with_spread: usize,
    /// See `with_spread`.
    pub within: usize,
    /// Each comparison.
    pub lines: Vec<Comparison>,
}

/// One estimate beside what came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The initiative.
    pub code: Id,
    /// The criterion.
    pub criterion: Id,
    /// Low, likely, high, as estimated, without what was observed since.
    pub estimate: [f64; 3],
    /// The mean of the estimate.
    pub expected: f64,
    /// What came out.
    pub actual: f64,
    /// The mean of what customers say since, weighted by answers; `None` if nothing was observed.
    pub observed: Option<f64>,
}

impl State {
    /// The estimates of what is done beside what came out, by who estimated, in the order of the names; unsigned ones first.
    pub fn estimators(&self) -> Vec<Estimator> {
        let mut by: BTreeMap<Option<String>, Vec<(Comparison, &Criterion)>> = BTreeMap::new();
        let mut done: Vec<u32> = self.codes.values().copied().collect();
        done.retain(|&i| self.spec.initiatives[i as usize].status == Status::Done);
        for i in done {
            let initiative = &self.spec.initiatives[i as usize];
            let Some(actual) = &initiative.actual else { continue };
            for (c, criterion) in (0u32..).zip(&self.spec.criteria) {
                let stream = self.streams.get(&(Target::Initiative(i), c));
                let (estimated, came) = if criterion.is_benefit() {
                    let prior = stream.map(|s| &s.prior).or_else(|| initiative.benefits.get(&criterion.id));
                    (prior, actual.benefits.get(&criterion.id))
                } else {
                    (initiative.efforts.get(&criterion.id), actual.efforts.get(&criterion.id))
                };
                let number = |e: Option<&Estimate>| mean(e?, criterion, self.judge.spread());
                let three = estimated.and_then(|e| three(e, criterion));
                let (Some(estimate), Some(expected), Some(actual)) = (three, number(estimated), number(came))
                else {
                    continue;
                };
                let answers: f64 = stream.map_or(0.0, |s| s.seen.iter().map(|x| x.count as f64).sum());
                let observed = stream
                    .filter(|_| answers > 0.0)
                    .map(|s| s.seen.iter().map(|x| x.value * x.count as f64).sum::<f64>() / answers);
                let line = Comparison {
                    code: initiative.code.clone(),
                    criterion: criterion.id.clone(),
                    estimate,
                    expected,
                    actual,
                    observed,
                };
                let who = estimated.and_then(|e| e.detailed()).and_then(|d| d.by.clone());
                by.entry(who).or_default().push((line, criterion));
            }
        }
        by.into_iter().map(|(by, lines)| summary(by, lines)).collect()
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let low = *values.get(values.len().checked_sub(1)? / 2)?;
    Some(f64::midpoint(low, values[values.len() / 2]))
}

fn summary(by: Option<String>, lines: Vec<(Comparison, &Criterion)>) -> Estimator {
    let average =
        |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    let span = |c: &Criterion| {
        let greatest = c.levels.values().copied().reduce(f64::max);
        c.full.or(greatest).unwrap_or(1.0) - c.none.unwrap_or(0.0)
    };
    let efforts: Vec<f64> = lines
        .iter()
        .filter(|(line, c)| !c.is_benefit() && line.expected > 0.0 && line.actual >= 0.0)
        .map(|(line, _)| line.actual / line.expected)
        .collect();
    let benefits: Vec<f64> = lines
        .iter()
        .filter(|(_, c)| c.is_benefit())
        .map(|(line, c)| (line.actual - line.expected) / span(c))
        .collect();
    let spread = lines.iter().map(|(line, _)| line).filter(|line| line.estimate[0] < line.estimate[2]);
    Estimator {
        by,
        efforts: efforts.len(),
        effort_ratio: median(efforts),
        benefits: benefits.len(),
        benefit_gap: average(benefits),
        with_spread: spread.clone().count(),
        within: spread.filter(|l| l.estimate[0] <= l.actual && l.actual <= l.estimate[2]).count(),
        lines: lines.into_iter().map(|(line, _)| line).collect(),
    }
}
