//! The MoSCoW guard.

use crate::score::input::{Assessment, InputError, InputFault, collect, expect_some};

/// How needed something is for the coming delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moscow {
    /// Without it there is no point in delivering.
    Must,
    /// Important, with a painful way around.
    Should,
    /// Wanted; the contingency.
    Could,
    /// Not this time. In no total.
    Wont,
}

/// One item of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoscowItem {
    /// How needed it is.
    pub category: Moscow,
    /// Its effort as a whole number of the programme's resolution.
    pub effort: Option<i64>,
}

/// The MoSCoW guard: what is a Must may take at most 60 % of all planned effort.
///
/// # Formula
///
/// `effort of Must / effort of Must, Should and Could ≤ 60 %`, decided in whole numbers (5 · Must ≤ 3 · planned). Won't is not planned.
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `category` | Must, Should, Could, Won't | |
/// | `effort` | whole number of the programme's resolution | ≥ 0; a Won't needs none |
///
/// # When not to use it
///
/// - It checks a plan and orders nothing: within Must there is no order at all.
/// - The handbook's other number, a Could pool of about 20 %, is a habit and not a limit: [`MoscowShares`] shows it and does not judge.
/// - The 60 % is experience with fixed dates and estimates made early; with a funded plan and a spread on efforts use the spread.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Moscow, MoscowGuard, MoscowItem};
///
/// let plan = [(Moscow::Must, 62), (Moscow::Should, 18), (Moscow::Could, 20), (Moscow::Wont, 50)]
///     .map(|(category, effort)| MoscowItem { category, effort: Some(effort) });
/// let shares = MoscowGuard { items: plan.to_vec() }.check()?.scored().unwrap();
/// assert_eq!(shares.must_share(), 0.62);
/// assert!(!shares.holds());
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// DSDM Consortium (2014), The DSDM Agile Project Framework Handbook, chapter 10, MoSCoW Prioritisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoscowGuard {
    /// What is planned, and what is not.
    pub items: Vec<MoscowItem>,
}

/// The efforts of a plan by category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoscowShares {
    /// Effort of everything that must be.
    pub must: i128,
    /// Effort of everything that should be.
    pub should: i128,
    /// Effort of everything that could be.
    pub could: i128,
}

impl MoscowShares {
    /// All planned effort.
    pub fn planned(&self) -> i128 {
        self.must + self.should + self.could
    }

    /// Whether Must is at most 60 % of the plan, exactly.
    pub fn holds(&self) -> bool {
        5 * self.must <= 3 * self.planned()
    }

    /// The share of Must, from 0 to 1, for showing.
    pub fn must_share(&self) -> f64 {
        self.must as f64 / self.planned() as f64
    }

    /// The share of Could, from 0 to 1, for showing.
    pub fn could_share(&self) -> f64 {
        self.could as f64 / self.planned() as f64
    }

    /// How much effort has to leave Must, the plan staying as large, for the guard to hold: 0 if it does.
    pub fn excess(&self) -> i128 {
        (5 * self.must - 3 * self.planned() + 4).div_euclid(5).max(0)
    }
}

impl MoscowGuard {
    /// The efforts by category, or the items whose effort is missing.
    ///
    /// # Errors
    ///
    /// An empty list, every negative effort, a plan without effort.
    ///
    /// # Complexity
    ///
    /// O(n) time. No overflow: a list holds fewer than 2⁵⁹ items of 24 bytes, so the sums stay below 2¹²² and five times them below 2¹²⁵.
    pub fn check(&self) -> Result<Assessment<MoscowShares>, InputError> {
        expect_some("items", self.items.len())?;
        let mut shares = MoscowShares { must: 0, should: 0, could: 0 };
        let mut missing = Vec::new();
        collect(self.items.iter().enumerate().map(|(i, item)| {
            let total = match item.category {
                Moscow::Must => &mut shares.must,
                Moscow::Should => &mut shares.should,
                Moscow::Could => &mut shares.could,
                Moscow::Wont => return Ok(()),
            };
            let path = format!("items[{i}].effort");
            match item.effort {
                Some(effort @ 0..) => *total += i128::from(effort),
                Some(effort) => {
                    let expected = "a whole number from 0";
                    return Err(InputFault::OutOfRange { found: effort as f64, expected }.at(path).into());
                }
                None => missing.push(path),
            }
            Ok(())
        }))?;
        if !missing.is_empty() {
            return Ok(Assessment::Unscored { missing });
        }
        if shares.planned() == 0 {
            return Err(InputFault::NonPositiveDenominator { found: 0.0 }.at("planned effort").into());
        }
        Ok(Assessment::Scored(shares))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Moscow::{Could, Must, Should, Wont};

    fn check(items: &[(Moscow, i64)]) -> MoscowShares {
        let items =
            items.iter().map(|&(category, effort)| MoscowItem { category, effort: Some(effort) }).collect();
        MoscowGuard { items }.check().unwrap().scored().unwrap()
    }

    /// The rule of the DSDM Agile Project Framework Handbook (2014), 10.4, on made-up efforts.
    #[test]
    fn published_rule() {
        let shares = check(&[(Must, 62), (Should, 18), (Could, 20)]);
        assert!((shares.must_share() - 0.62).abs() < 1e-12 && (shares.could_share() - 0.2).abs() < 1e-12);
        assert!(!shares.holds());
        assert_eq!(shares.excess(), 2);
    }

    #[test]
    fn sixty_percent_holds_and_one_more_does_not() {
        assert!(check(&[(Must, 60), (Should, 40)]).holds());
        assert!(!check(&[(Must, 61), (Should, 40)]).holds());
        assert_eq!(check(&[(Must, 61), (Should, 40)]).excess(), 1);
        let most = check(&[(Must, i64::MAX), (Must, i64::MAX), (Could, i64::MAX)]);
        assert!(!most.holds() && most.excess() > 0);
    }

    #[test]
    fn excess_is_what_repairs_the_plan() {
        for must in 0..40 {
            for rest in i64::from(must == 0)..40 {
                let shares = check(&[(Must, must), (Should, rest)]);
                let excess = i64::try_from(shares.excess()).unwrap();
                assert!(check(&[(Must, must - excess), (Should, rest + excess)]).holds());
                assert!(
                    excess == 0 || !check(&[(Must, must - excess + 1), (Should, rest + excess - 1)]).holds()
                );
            }
        }
    }

    #[test]
    fn wont_is_not_planned_and_needs_no_effort() {
        let items = vec![
            MoscowItem { category: Must, effort: Some(1) },
            MoscowItem { category: Should, effort: Some(1) },
            MoscowItem { category: Wont, effort: None },
        ];
        assert_eq!(MoscowGuard { items }.check().unwrap().scored().unwrap().planned(), 2);
    }

    #[test]
    fn missing_negative_and_nothing() {
        let item = |effort| MoscowItem { category: Must, effort };
        let check = |items: &[MoscowItem]| MoscowGuard { items: items.to_vec() }.check();
        assert_eq!(check(&[item(Some(1)), item(None)]).unwrap().missing(), ["items[1].effort"]);
        let error = check(&[item(Some(-1)), item(None), item(Some(-2))]).unwrap_err();
        assert_eq!(error.paths(), ["items[0].effort", "items[2].effort"]);
        assert_eq!(check(&[]).unwrap_err().codes(), ["score.empty"]);
        assert_eq!(check(&[item(Some(0))]).unwrap_err().codes(), ["score.non-positive-denominator"]);
    }
}
