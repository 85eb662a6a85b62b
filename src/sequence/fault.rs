/// What can keep a programme from being put in sequence. Codes are stable.
///
/// | code | what is refused |
/// |---|---|
/// | `sequence.overflow` | benefits or efforts too large, or too finely graded, to be added up exactly |
///
/// A circle of prerequisites (`sequence.cycle`) is refused with the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// In units of their greatest common divisor the numbers add up to 2⁶⁰ or more.
    Overflow,
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(self) -> (&'static str, String, String) {
        match self {
            Fault::Overflow => (
                "sequence.overflow",
                "numbers that add up to 2^60 or more of their common unit".into(),
                "smaller or rounder numbers, or a coarser `policy.resolution`".into(),
            ),
        }
    }
}
