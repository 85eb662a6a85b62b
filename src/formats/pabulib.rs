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
mod profile;
mod reader;

use std::io::Read;

use super::record;
use crate::{Error, Problem};

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
#[derive(Clone, Debug, PartialEq)]
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
    /// What is odd about the file and does not stop anybody from using it, up to [`Limits::problems`]: counts that are not those of its
    /// header, numbers that were rounded, projects twice on a ballot.
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
/// Every problem with its line and column, up to [`Limits::problems`]; [`ResearchFault`](super::ResearchFault) lists them. After a problem no
/// more ballots are handed over.
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
/// assert_eq!(error.to_string(), "14:3 found \"c\", expected the id of one of the 2 projects [formats.unknown-id]");
/// # Ok::<(), cxrank::Error>(())
/// ```
pub fn read<R: Read>(
    input: R,
    limits: &Limits,
    on_ballot: impl FnMut(&Election, &Ballot<'_>),
) -> Result<Election, Error> {
    reader::run(input, limits, on_ballot)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "META\nkey;value\nbudget;100.5\nvote_type;cumulative\nnum_projects;2\nnum_votes;2\n\
                        PROJECTS\nproject_id;name;cost;selected\np2;\"a; \"\"b\"\"\nc\";40;1\np10;d;70,25;2\n\
                        VOTES\nvoter_id;age;vote;points\nx;7;p2,p10;1,2.5\ny;8; p10 ;3\n";

    type Ballots = Vec<(String, Vec<u32>, Vec<i64>, u64)>;

    fn parse(text: &[u8]) -> Result<(Election, Ballots), Error> {
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
            "3:8 found \"lots\", expected budget, a number in range [formats.not-a-number]\n\
             4:11 found vote_type \"acclaim\", expected approval, choose-1, cumulative, scoring or ordinal [formats.bad-value]\n\
             11:6 found a negative number, expected `cost`, zero or more [formats.negative]\n\
             11:1 found a second project \"p2\", expected an id that nothing else has [formats.duplicate-id]\n\
             14:8 found \"p10\", expected the id of one of the 2 projects [formats.unknown-id]\n\
             15:6 found \"p10\", expected the id of one of the 2 projects [formats.unknown-id]"
        );
        assert_eq!(
            problems(&FILE.replace("1,2.5", "1,2,3")),
            "14:12 found 3 numbers of points, expected 2, one for each project [formats.points-count]"
        );
        assert_eq!(
            problems(&FILE.replace("1,2.5", "1,x")),
            "14:12 found \"x\", expected points, a number in range [formats.not-a-number]"
        );
        assert_eq!(
            problems(&FILE.replace("p2,p10", "ż,p9")),
            "14:5 found \"ż\", expected the id of one of the 2 projects [formats.unknown-id]"
        );
        assert_eq!(
            problems(&FILE.replace("p2,p10", "p2,ż")),
            "14:8 found \"ż\", expected the id of one of the 2 projects [formats.unknown-id]"
        );
    }

    #[test]
    fn tables_that_are_not_there() {
        assert_eq!(
            problems(""),
            "1:1 found no section META before this place, expected the sections META, PROJECTS and VOTES in this order [formats.missing-section]\n\
             1:1 found no section PROJECTS before this place, expected the sections META, PROJECTS and VOTES in this order [formats.missing-section]\n\
             1:1 found no section VOTES before this place, expected the sections META, PROJECTS and VOTES in this order [formats.missing-section]"
        );
        assert_eq!(
            problems(&format!("hello\n{FILE}")),
            "1:1 found \"hello\", expected the section META first [formats.unexpected]"
        );
        let (head, votes) = FILE.split_once("VOTES").unwrap();
        assert_eq!(
            problems(head),
            "12:1 found no section VOTES before this place, expected the sections META, PROJECTS and VOTES in this order [formats.missing-section]"
        );
        let (meta, projects) = head.split_once("PROJECTS").unwrap();
        assert_eq!(
            problems(&format!("{meta}VOTES{votes}PROJECTS{projects}")),
            "7:1 found no section PROJECTS before this place, expected the sections META, PROJECTS and VOTES in this order [formats.missing-section]\n\
             11:1 found the section PROJECTS a second time, expected every section once [formats.duplicate-section]"
        );
        assert_eq!(
            problems(&FILE.replace("budget;100.5\n", "").replace(";cost", ";price")),
            "6:1 found nothing, expected `budget` [formats.missing-field]\n7:1 found nothing, expected `cost` [formats.missing-field]"
        );
        assert_eq!(
            problems(&FILE.replace("points\n", "points?\n")),
            "13:1 found nothing, expected `points` [formats.missing-field]"
        );
        assert_eq!(
            problems(&FILE.replace(";40;", ";;")),
            "10:4 found nothing, expected a value of `cost` [formats.empty-field]"
        );
        assert_eq!(
            problems(&FILE.replace("p10;d", ";d")),
            "11:1 found nothing, expected a value of `project_id` [formats.empty-field]\n14:8 found \"p10\", expected the id of one of the 2 projects [formats.unknown-id]\n15:6 found \"p10\", expected the id of one of the 2 projects [formats.unknown-id]"
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
                "3:8 found more than six decimal places, expected `budget` to six decimal places; it was rounded [formats.rounded]",
                "12:1 found num_projects \"3\", expected 2, as many as there are [formats.count]",
                "14:12 found the project \"p2\" twice on one ballot, expected everything at most once [formats.repeated]",
                "15:9 found more fields than the header has, expected as many as the header has [formats.extra-fields]",
                "15:8 found 0 numbers of points, expected 1, one for each project [formats.points-count]",
                "16:1 found num_votes \"many\", expected 2, as many as there are [formats.count]",
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
            parse(&latin).unwrap_err().problems()[0].to_string(),
            "11:5 found bytes that are not UTF-8, expected UTF-8: the file may be in Latin-1, Windows-1250 or UTF-16 [formats.encoding]"
        );
        let open = FILE.replace("p10;d", "p10;\"d");
        assert_eq!(
            problems(&open),
            "11:5 found a quoted field that does not end, expected a quote at its end [formats.open-quote]"
        );
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { record: 1000, tables: 5000, problems: 3 };
        let codes = |text: &mut dyn Read| -> Vec<&str> {
            let e = read(text, &limits, |_, _| ()).unwrap_err();
            e.problems().iter().map(crate::Problem::code).collect()
        };
        assert_eq!(codes(&mut std::io::repeat(b'x')), ["formats.limit"]);
        assert_eq!(codes(&mut b"META\n\"".chain(std::io::repeat(b'\n'))), ["formats.limit"]);
        assert_eq!(codes(&mut format!("META\n{}", "a;b\n".repeat(1000)).as_bytes()), ["formats.limit"]);
        let many = FILE.replace("y;8", &"y;8;z;1\n".repeat(5));
        assert_eq!(
            codes(&mut many.as_bytes()),
            ["formats.unknown-id", "formats.unknown-id", "formats.unknown-id", "formats.limit"]
        );
    }
}
