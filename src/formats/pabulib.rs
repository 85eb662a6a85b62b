//! Pabulib `.pb`: participatory-budgeting elections of cities.
//!
//! A file has the sections `META` (keys and values), `PROJECTS` and `VOTES` (tables with a header), in this order, with fields separated by
//! semicolons. Quoted fields, a byte-order mark and either line ending are understood; text is UTF-8. Ballots are handed to a callback
//! one by one, so that memory does not grow with the number of voters.
//!
//! # References
//!
//! Faliszewski et al. (2023), *Participatory budgeting: data, tools and analysis*, IJCAI; <https://pabulib.org/format>.

mod index;
mod problem;
mod profile;
mod reader;

use std::io::Read;

use super::record;

pub use self::problem::{Problem, ProblemKind, ReadError};
pub use self::profile::{CityRule, Profile, Tally, Utility};

/// How a voter voted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteType {
    /// Any number of projects, all alike.
    Approval,
    /// One project.
    ChooseOne,
    /// Points from a common sum.
    Cumulative,
    /// A score for each project.
    Scoring,
    /// Projects from best to worst.
    Ordinal,
}

impl VoteType {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "approval" => Self::Approval,
            "choose-1" => Self::ChooseOne,
            "cumulative" => Self::Cumulative,
            "scoring" => Self::Scoring,
            "ordinal" => Self::Ordinal,
            _ => return None,
        })
    }

    /// Whether ballots must come with points.
    pub fn has_points(self) -> bool {
        matches!(self, Self::Cumulative | Self::Scoring)
    }
}

/// One project; numbers in units of 1/[`RESOLUTION`](super::RESOLUTION).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The project's id.
    pub id: String,
    /// Its name, empty if the file has none.
    pub name: String,
    /// Its cost, not negative.
    pub cost: i64,
    /// How many voters supported it, as the city says.
    pub votes: Option<i64>,
    /// The sum of its points, as the city says.
    pub score: Option<i64>,
    /// Whether the city funded it: 0 no, 1 yes, 2 and more by an extra rule.
    pub selected: Option<u8>,
    /// The line on which it stands.
    pub line: u64,
}

/// An election without its ballots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Election {
    /// Section `META`: keys and values in the order of the file.
    pub meta: Vec<(String, String)>,
    /// The budget, in units of 1/[`RESOLUTION`](super::RESOLUTION).
    pub budget: i64,
    /// How voters voted.
    pub vote_type: VoteType,
    /// The projects, by id as text: the index of a project in ballots is its place here.
    pub projects: Vec<Project>,
    /// The number of ballots read.
    pub ballots: u64,
    /// What is odd about the file and does not stop anybody from using it.
    pub warnings: Vec<Problem>,
}

impl Election {
    /// The value of a key in `META`; the last, if there are several.
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.meta.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }
}

/// One ballot as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct Ballot<'a> {
    /// The voter's id.
    pub voter: &'a str,
    /// The projects, in the order of the file.
    pub projects: &'a [u32],
    /// A number for each of the projects, in units of 1/[`RESOLUTION`](super::RESOLUTION), or empty if the ballot has none.
    pub points: &'a [i64],
    /// The line on which it stands.
    pub line: u64,
}

/// What a reader may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one record. A record is one line, unless it holds line breaks within quotes.
    pub record: usize,
    /// Bytes of `META` and `PROJECTS` together, which are kept.
    pub tables: usize,
    /// Problems that are listed, and warnings; reading ends at the last problem.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record: 1 << 20, tables: 1 << 26, problems: 100 }
    }
}

/// Reads an election and hands each ballot to `on_ballot`, beside the election as known by then: all but its number of ballots.
///
/// Fields that say `none` count as empty. A comma in a number is a decimal comma.
///
/// # Errors
///
/// [`ReadError`] with every problem, up to [`Limits::problems`]. After a problem no more ballots are handed over.
///
/// # Complexity
///
/// Linear in the length of the file; memory for [`Limits::record`], [`Limits::tables`] and [`Limits::problems`], whatever the number of ballots.
///
/// # Examples
///
/// ```
/// use cxrank::formats::pabulib::{Limits, Tally, read};
///
/// let file = "META\nkey;value\nbudget;100\nvote_type;approval\nnum_projects;2\nnum_votes;2\n\
///             PROJECTS\nproject_id;cost\nb;40\na;70\n\
///             VOTES\nvoter_id;vote\n1;a,b\n2;b\n";
/// let mut tally = Tally::default();
/// let election = read(file.as_bytes(), &Limits::default(), |_, ballot| tally.add(ballot))?;
/// assert_eq!(election.projects[1].id, "b");
/// assert_eq!(tally.supporters(), [1, 2]);
///
/// let wrong = file.replace("2;b", "2;c");
/// let error = read(wrong.as_bytes(), &Limits::default(), |_, _| ()).unwrap_err();
/// assert_eq!(error.to_string(), "line 14, column 3: there is no project \"c\"");
/// # Ok::<(), cxrank::formats::pabulib::ReadError>(())
/// ```
pub fn read<R: Read>(
    input: R,
    limits: &Limits,
    on_ballot: impl FnMut(&Election, &Ballot<'_>),
) -> Result<Election, ReadError> {
    reader::run(input, limits, on_ballot)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "META\nkey;value\nbudget;100.5\nvote_type;cumulative\nnum_projects;2\nnum_votes;2\n\
                        PROJECTS\nproject_id;name;cost;selected\np2;\"a; \"\"b\"\"\nc\";40;1\np10;d;70,25;2\n\
                        VOTES\nvoter_id;age;vote;points\nx;7;p2,p10;1,2.5\ny;8; p10 ;3\n";

    type Ballots = Vec<(String, Vec<u32>, Vec<i64>, u64)>;

    fn parse(text: &[u8]) -> Result<(Election, Ballots), ReadError> {
        let mut ballots = Vec::new();
        let election = read(text, &Limits::default(), |_, b| {
            ballots.push((b.voter.to_owned(), b.projects.to_vec(), b.points.to_vec(), b.line));
        })?;
        Ok((election, ballots))
    }

    /// The problems of a file, one per line.
    fn problems(text: &str) -> String {
        parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_a_file_says() {
        let (election, ballots) = parse(FILE.as_bytes()).unwrap();
        assert_eq!(election.warnings, []);
        assert_eq!((election.budget, election.meta("num_votes")), (100_500_000, Some("2")));
        let ids: Vec<_> =
            election.projects.iter().map(|p| (p.id.as_str(), p.cost, p.selected, p.line)).collect();
        assert_eq!(ids, [("p10", 70_250_000, Some(2), 11), ("p2", 40_000_000, Some(1), 9)]);
        assert_eq!(election.projects[1].name, "a; \"b\"\nc");
        assert_eq!(ballots[0], ("x".into(), vec![1, 0], vec![1_000_000, 2_500_000], 14));
        assert_eq!(ballots[1], ("y".into(), vec![0], vec![3_000_000], 15));
    }

    #[test]
    fn line_ends_marks_and_blank_lines_do_not_matter() {
        let plain = parse(FILE.as_bytes()).unwrap();
        let crlf = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
        let (election, ballots) = parse(crlf.as_bytes()).unwrap();
        assert_eq!((election.meta, &ballots), (plain.0.meta.clone(), &plain.1));
        let short = parse(FILE.trim_end().as_bytes()).unwrap();
        assert_eq!(short, plain);
        let blank = FILE.replace("VOTES\n", "\n  \nVOTES;;\n\n");
        let (election, ballots) = parse(blank.as_bytes()).unwrap();
        assert_eq!((election.projects, ballots.len()), (plain.0.projects, 2));
    }

    #[test]
    fn all_problems_at_once() {
        let wrong = FILE
            .replace("100.5", "lots")
            .replace("cumulative", "acclaim")
            .replace("p10;d;70,25", "p2;d;-7")
            .replace("p10;1,2.5", "p10,ż,q;1");
        assert_eq!(
            problems(&wrong),
            "line 3, column 8: `budget` is not a number in range: \"lots\"\n\
             line 4, column 11: vote_type is \"acclaim\"; expected approval, choose-1, cumulative, scoring or ordinal\n\
             line 11, column 6: `cost` is negative\n\
             line 11, column 1: a second project has the id \"p2\"\n\
             line 14, column 8: there is no project \"p10\"\n\
             line 15, column 6: there is no project \"p10\""
        );
        assert_eq!(
            problems(&FILE.replace("1,2.5", "1,2,3")),
            "line 14, column 12: 3 numbers of points for 2 projects"
        );
        assert_eq!(
            problems(&FILE.replace("1,2.5", "1,x")),
            "line 14, column 12: `points` is not a number in range: \"x\""
        );
        assert_eq!(problems(&FILE.replace("p2,p10", "ż,p9")), "line 14, column 5: there is no project \"ż\"");
        assert_eq!(problems(&FILE.replace("p2,p10", "p2,ż")), "line 14, column 8: there is no project \"ż\"");
    }

    #[test]
    fn tables_that_are_not_there() {
        assert_eq!(
            problems(""),
            "line 1, column 1: the section META is missing before this place\n\
             line 1, column 1: the section PROJECTS is missing before this place\n\
             line 1, column 1: the section VOTES is missing before this place"
        );
        assert_eq!(problems(&format!("hello\n{FILE}")), "line 1, column 1: expected the section META first");
        let (head, votes) = FILE.split_once("VOTES").unwrap();
        assert_eq!(problems(head), "line 12, column 1: the section VOTES is missing before this place");
        let (meta, projects) = head.split_once("PROJECTS").unwrap();
        assert_eq!(
            problems(&format!("{meta}VOTES{votes}PROJECTS{projects}")),
            "line 7, column 1: the section PROJECTS is missing before this place\n\
             line 11, column 1: the section PROJECTS comes a second time\nreading stopped here"
        );
        assert_eq!(
            problems(&FILE.replace("budget;100.5\n", "").replace(";cost", ";price")),
            "line 6, column 1: `budget` is missing\nline 7, column 1: `cost` is missing"
        );
        assert_eq!(
            problems(&FILE.replace("points\n", "points?\n")),
            "line 13, column 1: `points` is missing"
        );
        assert_eq!(problems(&FILE.replace(";40;", ";;")), "line 10, column 4: `cost` is empty");
        assert_eq!(
            problems(&FILE.replace("p10;d", ";d")),
            "line 11, column 1: `project_id` is empty\nline 14, column 8: there is no project \"p10\"\nline 15, column 6: there is no project \"p10\""
        );
    }

    #[test]
    fn what_only_warrants_a_warning() {
        let odd = FILE
            .replace("num_projects;2", "num_projects;3")
            .replace("num_votes;2", "num_votes;many")
            .replace("100.5", "100.1234567")
            .replace("x;7;p2,p10;1,2.5", "x;7;p2,p10,p2;1,2.5,9")
            .replace(" p10 ;3", "p2;;;;");
        let (election, ballots) = parse(odd.as_bytes()).unwrap();
        let warnings: Vec<String> = election.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            [
                "line 3, column 8: `budget` was rounded to six decimal places",
                "line 12, column 1: num_projects is \"3\", but there are 2",
                "line 14, column 12: the ballot names the project \"p2\" twice; the first counts",
                "line 15, column 9: more fields than the header has",
                "line 15, column 8: 0 numbers of points for 1 projects",
                "line 16, column 1: num_votes is \"many\", but there are 2",
            ]
        );
        assert_eq!(ballots[0].1, [1, 0]);
        assert_eq!(ballots[0].2, [1_000_000, 2_500_000]);
        assert_eq!((&ballots[1].1, &ballots[1].2), (&vec![], &vec![]));
    }

    #[test]
    fn bytes_that_are_not_text() {
        let mut latin = FILE.as_bytes().to_vec();
        let at = FILE.find("d;70").unwrap();
        latin[at] = 0xB3;
        assert_eq!(
            parse(&latin).unwrap_err().problems[0].to_string(),
            "line 11, column 5: not UTF-8; the file may be in Latin-1 or Windows-1250"
        );
        let open = FILE.replace("p10;d", "p10;\"d");
        assert_eq!(
            problems(&open),
            "line 11, column 5: the quoted field that starts here does not end\nreading stopped here"
        );
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { record: 1000, tables: 5000, problems: 3 };
        let codes = |text: &mut dyn Read| -> Vec<&str> {
            let e = read(text, &limits, |_, _| ()).unwrap_err();
            assert!(e.stopped);
            e.problems.iter().map(|p| p.kind.code()).collect()
        };
        assert_eq!(codes(&mut std::io::repeat(b'x')), ["pabulib.record-too-long"]);
        assert_eq!(codes(&mut b"META\n\"".chain(std::io::repeat(b'\n'))), ["pabulib.record-too-long"]);
        assert_eq!(
            codes(&mut format!("META\n{}", "a;b\n".repeat(1000)).as_bytes()),
            ["pabulib.tables-too-long"]
        );
        let many = FILE.replace("y;8", &"y;8;z;1\n".repeat(5));
        assert_eq!(codes(&mut many.as_bytes()), ["pabulib.unknown-project"; 3]);
    }
}
