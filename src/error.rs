//! One front door for every refusal: a list of problems, each with a code, a path, what was found and what was expected.

use std::fmt;

use crate::change_board::Fault as ChangeBoardFault;
use crate::consensus::Fault as ConsensusFault;
#[cfg(feature = "formats")]
use crate::formats::ResearchFault;
#[cfg(feature = "csv")]
use crate::formats::csv::Fault as CsvFault;
use crate::portfolio::Fault as PortfolioFault;
use crate::programme::Fault as ProgrammeFault;
use crate::roadmap::Fault as RoadmapFault;
use crate::score::{Fault as ScoreFault, InputError, InputFault};
use crate::sequence::Fault as SequenceFault;
#[cfg(feature = "uncertainty")]
use crate::uncertainty::Fault as UncertaintyFault;

/// Why an input was refused: every problem that it has, at once.
///
/// An `Error` is never empty. It prints one line per problem; callers that want more than text take the
/// [`problems`](Error::problems) apart. The kinds of problem are typed ([`Problem::fault`]) and may grow; codes never change.
///
/// # Examples
///
/// ```
/// use cxrank::programme::{Initiative, ProgrammeSpec, Criterion};
///
/// let error = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 11.0).effort("work", -1.0))
///     .build()
///     .unwrap_err();
/// let codes: Vec<_> = error.problems().iter().map(|p| p.code()).collect();
/// assert_eq!(codes, ["programme.outside-scale", "programme.negative"]);
/// assert_eq!(error.problems()[0].path().to_string(), "initiatives[0].benefits.ease");
/// assert_eq!(error.problems()[0].found(), "11");
/// assert_eq!(error.problems()[0].expected(), "a value from 0 to 10, the declared scale of `ease`");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", Lines(.problems))]
pub struct Error {
    problems: Vec<Problem>,
}

impl Error {
    /// `problems` must not be empty.
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        debug_assert!(!problems.is_empty());
        Error { problems }
    }

    /// The code of the first problem.
    pub fn code(&self) -> &'static str {
        self.problems.first().map_or("", Problem::code)
    }

    /// Every problem, in the order of the input.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether any problem has this code.
    pub fn has(&self, code: &str) -> bool {
        self.problems.iter().any(|p| p.code() == code)
    }
}

struct Lines<'a>(&'a [Problem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong with an input.
///
/// Prints as `line:column path: found …, expected … [code]`; the position only where the input was a file's text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}{}found {}, expected {} [{}]", At(.position.as_ref()), Whither(.path), self.found(), self.expected(), self.code())]
pub struct Problem {
    path: Path,
    position: Option<Position>,
    /// Boxed: the rooms' faults carry data of their own, and results should be small.
    fault: Box<Fault>,
}

impl Problem {
    pub(crate) fn new(path: Path, fault: impl Into<Fault>) -> Self {
        Problem { path, position: None, fault: Box::new(fault.into()) }
    }

    pub(crate) fn at(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }

    /// The stable code: kebab-case, with the room's name before the dot.
    pub fn code(&self) -> &'static str {
        self.fault.parts().0
    }

    /// Where in the input: `initiatives[3].benefits.trust`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Line and column, if the input was text.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// What stands there.
    pub fn found(&self) -> String {
        self.fault.parts().1
    }

    /// What should stand there.
    pub fn expected(&self) -> String {
        self.fault.parts().2
    }

    /// The problem as data.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }
}

struct At<'a>(Option<&'a Position>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |position| write!(f, "{position} "))
    }
}

struct Whither<'a>(&'a Path);

impl fmt::Display for Whither<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.segments().is_empty() { Ok(()) } else { write!(f, "{}: ", self.0) }
    }
}

/// A problem as data, by the room that found it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// In a programme: its fields, ids, numbers, ballots.
    Programme(ProgrammeFault),
    /// In what a scoring model needs of a programme.
    Score(ScoreFault),
    /// In the inputs of a preset or an elicitation.
    Input(InputFault),
    /// In what the ballots must be to give one order.
    Consensus(ConsensusFault),
    /// In a log of events, or in what it says of a programme.
    ChangeBoard(ChangeBoardFault),
    /// In what a roadmap is asked for.
    Roadmap(RoadmapFault),
    /// In what must add up for a sequence.
    Sequence(SequenceFault),
    /// In what a portfolio must keep to.
    Portfolio(PortfolioFault),
    /// In a file of rankings, of a participatory budget or of a release problem.
    #[cfg(feature = "formats")]
    Research(ResearchFault),
    /// In a table, or in the mapping to it.
    #[cfg(feature = "csv")]
    Csv(CsvFault),
    /// In what is asked of the uncertainty of a programme.
    #[cfg(feature = "uncertainty")]
    Uncertainty(UncertaintyFault),
}

impl Fault {
    /// Code, found, expected.
    fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::Programme(fault) => fault.parts(),
            Fault::Score(fault) => fault.parts(),
            Fault::Input(fault) => fault.parts(),
            Fault::Consensus(fault) => fault.parts(),
            Fault::ChangeBoard(fault) => fault.parts(),
            Fault::Roadmap(fault) => fault.parts(),
            Fault::Sequence(fault) => fault.parts(),
            Fault::Portfolio(fault) => fault.parts(),
            #[cfg(feature = "formats")]
            Fault::Research(fault) => fault.parts(),
            #[cfg(feature = "csv")]
            Fault::Csv(fault) => fault.parts(),
            #[cfg(feature = "uncertainty")]
            Fault::Uncertainty(fault) => fault.parts(),
        }
    }
}

impl From<ProgrammeFault> for Fault {
    fn from(fault: ProgrammeFault) -> Self {
        Fault::Programme(fault)
    }
}

impl From<ScoreFault> for Fault {
    fn from(fault: ScoreFault) -> Self {
        Fault::Score(fault)
    }
}

/// So that a caller of presets needs one error type only.
impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        let problem = |p: &crate::score::InputProblem| {
            Problem::new(Path::parse(p.path()), Fault::Input(p.fault().clone()))
        };
        Error::new(error.problems().iter().map(problem).collect())
    }
}

impl From<ConsensusFault> for Fault {
    fn from(fault: ConsensusFault) -> Self {
        Fault::Consensus(fault)
    }
}

impl From<ChangeBoardFault> for Fault {
    fn from(fault: ChangeBoardFault) -> Self {
        Fault::ChangeBoard(fault)
    }
}

impl From<RoadmapFault> for Fault {
    fn from(fault: RoadmapFault) -> Self {
        Fault::Roadmap(fault)
    }
}

impl From<SequenceFault> for Fault {
    fn from(fault: SequenceFault) -> Self {
        Fault::Sequence(fault)
    }
}

impl From<PortfolioFault> for Fault {
    fn from(fault: PortfolioFault) -> Self {
        Fault::Portfolio(fault)
    }
}

#[cfg(feature = "formats")]
impl From<ResearchFault> for Fault {
    fn from(fault: ResearchFault) -> Self {
        Fault::Research(fault)
    }
}

#[cfg(feature = "csv")]
impl From<CsvFault> for Fault {
    fn from(fault: CsvFault) -> Self {
        Fault::Csv(fault)
    }
}

#[cfg(feature = "uncertainty")]
impl From<UncertaintyFault> for Fault {
    fn from(fault: UncertaintyFault) -> Self {
        Fault::Uncertainty(fault)
    }
}

/// A place in a text, counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Into a field or a map's entry.
    Key(String),
    /// Into a list, counted from 0 in the order of the input.
    Index(usize),
}

/// The way from the whole input to a field: `initiatives[3].benefits.trust`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Segment>);

impl Path {
    pub(crate) fn root() -> Self {
        Path::default()
    }

    pub(crate) fn of(list: &str, index: usize) -> Self {
        Path::root().key(list).index(index)
    }

    /// `items[3].benefit` taken apart; what is no such path stands as one key.
    fn parse(text: &str) -> Self {
        let mut path = Path::root();
        for part in text.split('.') {
            let mut pieces = part.split('[');
            path = path.key(pieces.next().unwrap_or_default());
            for piece in pieces {
                match piece.strip_suffix(']').and_then(|index| index.parse().ok()) {
                    Some(index) => path = path.index(index),
                    None => return Path::root().key(text),
                }
            }
        }
        path
    }

    pub(crate) fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(Segment::Key(key.into()));
        self
    }

    pub(crate) fn index(mut self, index: usize) -> Self {
        self.0.push(Segment::Index(index));
        self
    }

    /// The steps.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if is_plain(key) => write!(f, "{}{key}", if i == 0 { "" } else { "." })?,
                Segment::Key(key) => write!(f, "[{}]", quoted(key))?,
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.len() <= 60 && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// The known name nearest to a misspelt one, if any is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // Text of any length comes from users, and the distance is quadratic in it.
    if name.chars().count() > 100 {
        return None;
    }
    let name = name.to_lowercase();
    known
        .into_iter()
        .filter(|k| k.len() <= 200)
        .map(|k| (strsim::osa_distance(&name, &k.to_lowercase()), k))
        // A name of one letter has nothing in common with another.
        .filter(|&(distance, k)| distance <= 1.max(k.chars().count() / 3) && distance < k.chars().count())
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, k)| k.to_owned())
}

/// Text as found, shortened so that a message stays readable.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_print_as_they_are_written() {
        let path = Path::of("initiatives", 3).key("teams").key("contact centre");
        assert_eq!(path.to_string(), "initiatives[3].teams[\"contact centre\"]");
    }

    #[test]
    fn paths_are_parsed_as_they_print() {
        for text in ["items[3].benefit", "rows[1][2]", "weights"] {
            assert_eq!(Path::parse(text).to_string(), text);
        }
        assert_eq!(Path::parse("greatest of [criterion] 0").segments().len(), 1);
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("benefts", ["benefits", "efforts"]), Some("benefits".into()));
        assert_eq!(nearest("Trust", ["trust", "thrust"]), Some("trust".into()));
        assert_eq!(nearest("colour", ["benefits", "efforts"]), None);
        assert_eq!(nearest("X", ["A", "B"]), None);
        assert_eq!(nearest("b", ["A", "B"]), Some("B".into()));
        assert_eq!(nearest(&"x".repeat(5000), ["x"]), None);
    }
}
