use crate::programme::Id;

/// What can keep a model from scoring a programme. Codes are stable.
///
/// | code | what is refused |
/// |---|---|
/// | `score.no-benefit-price` | net benefit without a price of benefit |
/// | `score.no-effort-scale` | weighted sum with an effort criterion without weight or scale |
/// | `score.overflow` | sums beyond 127 bits |
/// | `score.not-finite` | a caller's model that gives NaN or an infinity |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// Net benefit needs a price.
    NoBenefitPrice,
    /// The weighted sum counts efforts as shares of a scale.
    NoEffortScale {
        /// The effort criterion.
        criterion: Id,
    },
    /// A sum is too large to be exact.
    Overflow,
    /// A caller's model gave no number.
    NotFinite {
        /// The model.
        model: String,
        /// The initiative.
        code: Id,
        /// What it gave.
        found: f64,
    },
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::NoBenefitPrice => (
                "score.no-benefit-price",
                "nothing".into(),
                "the price of a point of benefit, which net benefit needs".into(),
            ),
            Fault::NoEffortScale { criterion } => (
                "score.no-effort-scale",
                format!("effort criterion `{criterion}` without weight or `full`"),
                "both, with `full` above `none`, for the weighted sum".into(),
            ),
            Fault::Overflow => (
                "score.overflow",
                "numbers whose sum exceeds 127 bits".into(),
                "smaller numbers, or a coarser `policy.resolution`".into(),
            ),
            Fault::NotFinite { model, code, found } => (
                "score.not-finite",
                format!("{found} for {code} from the model `{model}`"),
                "a finite number, or none".into(),
            ),
        }
    }
}
