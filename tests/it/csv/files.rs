//! The shipped spreadsheet, and mappings as files.

use cxrank::formats::csv::{
    Column, DateOrder, DecimalMark, Form, Import, InitiativeTable, Limits, Mapping, Rest, Value,
};
use cxrank::programme::{Estimate, Programme, Status};
use cxrank::rank::Ranking;

const SPREADSHEET: &str = include_str!("../../../examples/data/spreadsheet.csv");
const BALLOTS: &str = include_str!("../../../examples/data/spreadsheet_ballots.csv");
const MAPPING: &str = include_str!("../../../examples/data/spreadsheet_mapping.json");

pub(super) fn read(mapping: &str, initiatives: &str, ballots: Option<&str>) -> Result<Import, cxrank::Error> {
    let mapping = Mapping::from_json(mapping)?;
    let mut ballots = ballots.map(str::as_bytes);
    mapping.read(
        &mut initiatives.as_bytes(),
        ballots.as_mut().map(|bytes| bytes as &mut dyn std::io::Read),
        &Limits::default(),
    )
}

#[test]
fn the_shipped_spreadsheet_is_a_programme() {
    let import = read(MAPPING, SPREADSHEET, Some(BALLOTS)).unwrap();
    let programme = &import.programme;
    assert_eq!((programme.initiatives().len(), programme.ballots().len()), (12, 5));
    let bill = programme.initiative("P-01").unwrap();
    assert_eq!(bill.status, Status::Planned);
    assert_eq!(bill.efforts.get("cash"), Some(&Estimate::range(120_000.0, 142_000.0, 210_000.0)));
    assert_eq!(bill.efforts.get("work"), Some(&162.0.into()));
    assert_eq!(bill.benefits.get("nps"), Some(&3.5.into()));
    assert_eq!(bill.benefits.get("ease"), Some(&"L".into()));
    assert_eq!(bill.benefits.get("reach"), Some(&0.8.into()));
    assert_eq!(bill.deadline.unwrap().to_string(), "2027-09-30");
    assert_eq!(bill.units, ["Billing office", "Contact centre"]);
    let moving = programme.initiative("P-02").unwrap();
    assert_eq!(moving.efforts.get("cash"), Some(&Estimate::range(60_000.0, 86_500.5, 130_000.0)));
    assert_eq!(moving.benefits.get("reach"), Some(&0.125.into()));
    assert_eq!(moving.requires, ["P-05", "P-07"]);
    // To be determined is missing, and so without a score.
    assert_eq!(programme.initiative("P-12").unwrap().efforts.get("cash"), None);
    let ranking = Ranking::new(programme).unwrap();
    assert_eq!(ranking.unscored().len(), 1);
    // Equal numbers tie.
    let operations = programme.ballots().iter().find(|ballot| ballot.stakeholder == "Operations").unwrap();
    assert_eq!(operations.ranking[0], ["P-02", "P-06"]);
    assert_eq!(Programme::from_json(&programme.to_json()).unwrap(), *programme);
}

#[test]
fn line_ends_marks_and_separators_do_not_matter() {
    let import = read(MAPPING, SPREADSHEET, Some(BALLOTS)).unwrap();
    let plain = SPREADSHEET.replace("\r\n", "\n").replace('\u{feff}', "");
    assert_ne!(plain, SPREADSHEET);
    assert_eq!(read(MAPPING, &plain, Some(BALLOTS)).unwrap(), import);
    let declared = format!("sep=;\r\n{plain}");
    assert_eq!(read(MAPPING, &declared, Some(BALLOTS)).unwrap(), import);
    let tabs = BALLOTS.replace(';', "\t");
    assert_eq!(read(MAPPING, SPREADSHEET, Some(&tabs)).unwrap(), import);
}

#[test]
fn a_table_may_be_turned() {
    let mapping = r#"{"programme": {"criteria": [{"id": "e", "kind": "benefit", "weight": 1, "full": 1}, {"id": "w", "kind": "effort"}]},
        "ballots": {"form": "FORM", "transposed": true, "columns": {"Total": null}}}"#;
    let rows = "code\nA\nB\nC\n";
    let turned = ",Ops,IT,Total\nA,2,,2\nB,1,1,2\nC,2,3,5\n";
    let import = read(&mapping.replace("FORM", "ranks"), rows, Some(turned)).unwrap();
    let ballots = import.programme.ballots();
    assert_eq!(ballots[1].ranking, [vec!["B"], vec!["A", "C"]]);
    assert_eq!(ballots[0].ranking, [["B"], ["C"]]);
    let import = read(&mapping.replace("FORM", "points"), rows, Some(turned)).unwrap();
    assert_eq!(import.programme.ballots()[1].points["C"], 2.0);
    let upright = "who,A,B,C\nOps,2,1,2\nIT,,1,3\n";
    let straight = mapping
        .replace("FORM", "ranks")
        .replace(r#""transposed": true, "columns": {"Total": null}"#, r#""columns": {"who": "stakeholder"}"#);
    assert_eq!(
        read(&straight, rows, Some(upright)).unwrap(),
        read(&mapping.replace("FORM", "ranks"), rows, Some(turned)).unwrap()
    );
}

#[test]
fn rows_may_block_what_the_mapping_lists() {
    let mapping = r#"{"programme": {
        "criteria": [{"id": "e", "kind": "benefit", "weight": 1, "full": 1}, {"id": "w", "kind": "effort"}],
        "initiatives": [{"code": "W"}, {"code": "X", "requires": ["W"]}]}}"#;
    let import = read(mapping, "code,blocks\nA,X\nB,A\n", None).unwrap();
    let requires = |code: &str| import.programme.initiative(code).unwrap().requires.clone();
    assert_eq!((requires("X"), requires("A")), (vec!["A".into(), "W".into()], vec!["B".into()]));
    assert!(import.unknown_links.is_empty());
    let ignoring = mapping.replace("]}}", "]}, \"initiatives\": {\"unknown_links\": \"ignore\"}}");
    assert_eq!(read(&ignoring, "code,blocks\nA,X\nB,A\n", None).unwrap(), import);
    let error = read(mapping, "code,requires,blocks\nA,X,X\n", None).unwrap_err();
    assert_eq!(error.code(), "sequence.cycle");
}

#[test]
fn mappings_are_written_and_read() {
    let mapping = Mapping::from_json(MAPPING).unwrap();
    assert_eq!(Mapping::from_json(&mapping.to_json()).unwrap(), mapping);
    let column = Column::new("efforts.cash".parse().unwrap());
    let column =
        Column { optional: true, decimal: Some(DecimalMark::Point), split: Some("/".into()), ..column };
    let table =
        InitiativeTable { dates: Some(DateOrder::Mdy), rest: Some(Rest::Ignore), ..InitiativeTable::jira() }
            .column("a", column.value("x", Value::Missing).value("y", 2.5.into()).unit("€", 1.0));
    let mut mapping = Mapping::default().initiatives(table);
    mapping.ballots.form = Form::Points;
    assert_eq!(Mapping::from_json(&mapping.to_json()).unwrap(), mapping);
}
