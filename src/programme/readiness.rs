use serde::{Deserialize, Serialize};

use super::Date;

/// What is recorded of one point of the programme's own readiness: evidence at a date, or why the point is left out.
///
/// It names a step of leading change or a characteristic of the engagement, one of the two. Records are never averaged into a score;
/// what has none is missing. In a file: `{"step": "urgency", "date": "2026-02-03", "evidence": "Board minutes"}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["date"])))]
#[serde(default, deny_unknown_fields)]
pub struct Readiness {
    /// The step that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// The characteristic that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characteristic: Option<Characteristic>,
    /// When this was so; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// What shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Why it is left out, in place of evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

impl Readiness {
    /// Evidence of a step.
    pub fn step(step: Step, date: Date, evidence: impl Into<String>) -> Self {
        let (date, evidence) = (Some(date), Some(evidence.into()));
        Readiness { step: Some(step), date, evidence, ..Readiness::default() }
    }

    /// Evidence of a characteristic.
    pub fn characteristic(characteristic: Characteristic, date: Date, evidence: impl Into<String>) -> Self {
        let (date, evidence) = (Some(date), Some(evidence.into()));
        Readiness { characteristic: Some(characteristic), date, evidence, ..Readiness::default() }
    }

    /// What no two records share.
    pub(super) fn key(&self) -> (Option<Step>, Option<Characteristic>, Option<Date>) {
        (self.step, self.characteristic, self.date)
    }
}

/// A step of leading change.
///
/// # References
///
/// Kotter (1996), *Leading Change*, Harvard Business School Press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// People see why it must be now.
    Urgency,
    /// Those who can carry it have come together.
    GuidingCoalition,
    /// Where it leads is plain.
    Vision,
    /// Everybody has heard it, often.
    Communication,
    /// What stands in the way is taken out of it.
    Empowerment,
    /// Something visible works already.
    ShortTermWins,
    /// Each win leads to the next.
    NeverLettingUp,
    /// It is how things are done here.
    MakingItStick,
}

impl Step {
    /// All steps, in their order.
    pub const ALL: [Step; 8] = [
        Step::Urgency,
        Step::GuidingCoalition,
        Step::Vision,
        Step::Communication,
        Step::Empowerment,
        Step::ShortTermWins,
        Step::NeverLettingUp,
        Step::MakingItStick,
    ];

    /// The name in words.
    pub fn name(self) -> &'static str {
        match self {
            Step::Urgency => "urgency",
            Step::GuidingCoalition => "guiding coalition",
            Step::Vision => "vision",
            Step::Communication => "communication",
            Step::Empowerment => "empowerment",
            Step::ShortTermWins => "short-term wins",
            Step::NeverLettingUp => "never letting up",
            Step::MakingItStick => "making it stick",
        }
    }
}

/// A characteristic of an engagement that succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Characteristic {
    /// People see why it must be now.
    Urgency,
    /// Those with power, knowledge and credit stand behind it.
    SupportingCoalition,
    /// Where it leads is plain.
    ClearVision,
    /// Those who answer for something may decide it.
    AuthorityToAct,
    /// Plans change when facts do.
    Agility,
    /// Everybody can see what goes on.
    Transparency,
    /// Units work with one another.
    Collaboration,
    /// What is asked is answered.
    Responsiveness,
    /// New ways are tried.
    Creativity,
}

impl Characteristic {
    /// All characteristics.
    pub const ALL: [Characteristic; 9] = [
        Characteristic::Urgency,
        Characteristic::SupportingCoalition,
        Characteristic::ClearVision,
        Characteristic::AuthorityToAct,
        Characteristic::Agility,
        Characteristic::Transparency,
        Characteristic::Collaboration,
        Characteristic::Responsiveness,
        Characteristic::Creativity,
    ];

    /// The name in words.
    pub fn name(self) -> &'static str {
        match self {
            Characteristic::Urgency => "urgency",
            Characteristic::SupportingCoalition => "supporting coalition",
            Characteristic::ClearVision => "clear vision",
            Characteristic::AuthorityToAct => "authority to act",
            Characteristic::Agility => "agility",
            Characteristic::Transparency => "transparency",
            Characteristic::Collaboration => "collaboration",
            Characteristic::Responsiveness => "responsiveness",
            Characteristic::Creativity => "creativity",
        }
    }
}
