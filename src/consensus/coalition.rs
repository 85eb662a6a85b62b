//! What a guiding coalition covers: position power, expertise, credibility. Three findings, never one score.

use serde::{Deserialize, Serialize};

/// What is declared of a stakeholder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Position power in units of the caller's; `None` where nothing is declared.
    pub power: Option<u32>,
    /// The units that the stakeholder speaks for.
    pub units: Vec<u32>,
    /// Whether people listen to the stakeholder; `None` where nothing is declared.
    pub credible: Option<bool>,
}

/// What a coalition covers, and what it does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The position power of the members.
    pub power: u64,
    /// That of all stakeholders.
    pub power_of_all: u64,
    /// Stakeholders whose position power is not declared, members or not.
    pub power_missing: Vec<usize>,
    /// The units that a member speaks for, in order.
    pub units: Vec<u32>,
    /// The units that no member speaks for.
    pub units_missing: Vec<u32>,
    /// Of the units, those for which a member who is declared credible speaks.
    pub units_with_credible: Vec<u32>,
    /// The members who are declared credible.
    pub credible: Vec<usize>,
    /// The members who are declared not to be.
    pub not_credible: Vec<usize>,
    /// The members of whom nothing is declared.
    pub credibility_missing: Vec<usize>,
}

impl Coverage {
    /// The share of the declared position power that the members hold; `None` where none is declared.
    pub fn power_share(&self) -> Option<f64> {
        (self.power_of_all > 0).then(|| self.power as f64 / self.power_of_all as f64)
    }

    /// The share of the units that a member speaks for; `None` where there are no units.
    pub fn units_share(&self) -> Option<f64> {
        let all = self.units.len() + self.units_missing.len();
        (all > 0).then(|| self.units.len() as f64 / all as f64)
    }
}

/// What the coalition of `members` (indices into `stakeholders`) covers of the units `0..units`.
///
/// Missing is never zero: a stakeholder whose power or credibility is not declared is listed as such.
///
/// # Errors
///
/// The first member that is no stakeholder, or unit that is none of the units.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Standing, coverage};
/// let stakeholders = [
///     Standing { power: Some(3), units: vec![0], credible: Some(true) },
///     Standing { power: Some(1), units: vec![1], credible: None },
/// ];
/// let coverage = coverage(&stakeholders, &[0], 3)?;
/// assert_eq!(coverage.power_share(), Some(0.75));
/// assert_eq!(coverage.units_missing, [1, 2]);
/// # Ok::<(), cxrank::consensus::CoverageError>(())
/// ```
pub fn coverage(stakeholders: &[Standing], members: &[usize], units: u32) -> Result<Coverage, CoverageError> {
    if let Some(&member) = members.iter().find(|&&member| member >= stakeholders.len()) {
        return Err(CoverageError::Member { member });
    }
    if let Some(&unit) = stakeholders.iter().flat_map(|who| &who.units).find(|&&unit| unit >= units) {
        return Err(CoverageError::Unit { unit });
    }
    let mut members = members.to_vec();
    members.sort_unstable();
    members.dedup();
    let declared = |credible| {
        members
            .iter()
            .copied()
            .filter(|&member| stakeholders[member].credible == credible)
            .collect::<Vec<_>>()
    };
    let units_of = |members: &[usize]| {
        let mut spoken_for = vec![false; units as usize];
        for unit in members.iter().flat_map(|&member| &stakeholders[member].units) {
            spoken_for[*unit as usize] = true;
        }
        let (with, without): (Vec<u32>, Vec<u32>) = (0..units).partition(|&unit| spoken_for[unit as usize]);
        (with, without)
    };
    let power = |who: &Standing| who.power.map_or(0, u64::from);
    let credible = declared(Some(true));
    let (units_with_credible, _) = units_of(&credible);
    let (units, units_missing) = units_of(&members);
    Ok(Coverage {
        power: members.iter().map(|&member| power(&stakeholders[member])).sum(),
        power_of_all: stakeholders.iter().map(power).sum(),
        power_missing: (0..stakeholders.len()).filter(|&who| stakeholders[who].power.is_none()).collect(),
        units,
        units_missing,
        units_with_credible,
        credible,
        not_credible: declared(Some(false)),
        credibility_missing: declared(None),
    })
}

/// Why a coalition has no coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoverageError {
    /// A member is no stakeholder.
    Member {
        /// The index found.
        member: usize,
    },
    /// A stakeholder speaks for a unit that there is not.
    Unit {
        /// The index found.
        unit: u32,
    },
}

impl CoverageError {
    /// A stable name for this kind of error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Member { .. } => "coalition.unknown-stakeholder",
            Self::Unit { .. } => "coalition.unknown-unit",
        }
    }
}

impl std::fmt::Display for CoverageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Member { member } => write!(f, "there is no stakeholder {member}"),
            Self::Unit { unit } => write!(f, "there is no unit {unit}"),
        }
    }
}

impl std::error::Error for CoverageError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_declared_is_listed_and_a_member_counts_once() {
        let standing = |power, units: &[u32], credible| Standing { power, units: units.to_vec(), credible };
        let stakeholders = [
            standing(Some(2), &[0, 1], Some(false)),
            standing(None, &[2], Some(true)),
            standing(Some(6), &[], None),
        ];
        let found = coverage(&stakeholders, &[2, 1, 0, 2], 4).unwrap();
        let expected = Coverage {
            power: 8,
            power_of_all: 8,
            power_missing: vec![1],
            units: vec![0, 1, 2],
            units_missing: vec![3],
            units_with_credible: vec![2],
            credible: vec![1],
            not_credible: vec![0],
            credibility_missing: vec![2],
        };
        assert_eq!(found, expected);
        assert_eq!(found.units_share(), Some(0.75));
        let nobody = coverage(&[], &[], 0).unwrap();
        assert_eq!((nobody.power_share(), nobody.units_share()), (None, None));
        assert_eq!(coverage(&stakeholders, &[3], 4).unwrap_err().code(), "coalition.unknown-stakeholder");
        assert_eq!(coverage(&stakeholders, &[0], 2).unwrap_err().code(), "coalition.unknown-unit");
    }
}
