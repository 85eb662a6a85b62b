//! What trackers export.

use cxrank::formats::csv::{Column, InitiativeTable, Limits, Mapping, Rest, Value};
use cxrank::programme::{Criterion, ProgrammeSpec, Status};

use crate::shared::shared;

fn mapping() -> Mapping {
    let frame = ProgrammeSpec::new("Backlog")
        .criterion(Criterion::benefit("value", 100.0, 0.0, 10.0))
        .criterion(Criterion::effort("points", 1.0));
    let table = InitiativeTable::jira()
        .column("Custom field (Story Points)", Column::new("efforts.points".parse().unwrap()))
        .column("Component/s", Column::new("units".parse().unwrap()));
    Mapping::new(frame).initiatives(table)
}

fn read(mapping: &Mapping, text: &str) -> Result<cxrank::formats::csv::Import, cxrank::Error> {
    mapping.read(&mut text.as_bytes(), None, &Limits::default())
}

/// As the export of a tracker, with columns that repeat and cells that hold newlines.
const EXPORT: &str = "Summary,Issue key,Status,Assignee,Component/s,Component/s,Due Date,Outward issue link (Blocks),\
                      Outward issue link (Blocks),Inward issue link (Blocks),Custom field (Story Points)\n\
                      \"Invoice wording,\nletters\",CX-1,To Do,ana,Billing,Letters,2026-03-31,CX-2,CX-3,,3\n\
                      Single view,CX-2,In Progress,,CRM,,,,,CX-1,13\n\
                      Onboarding,CX-3,Done,bo,,Web,2026-09-30 00:00,,,CX-1,8.0\n";

#[test]
fn links_point_the_way_that_the_tracker_means() {
    let import = read(&mapping(), EXPORT).unwrap();
    let programme = &import.programme;
    let requires = |code: &str| programme.initiative(code).unwrap().requires.clone();
    // CX-1 blocks CX-2 and CX-3, so these require it.
    assert_eq!(requires("CX-1"), Vec::<cxrank::programme::Id>::new());
    assert_eq!(requires("CX-2"), ["CX-1"]);
    assert_eq!(requires("CX-3"), ["CX-1"]);
    let first = programme.initiative("CX-1").unwrap();
    assert_eq!(first.name, "Invoice wording,\nletters");
    assert_eq!(first.units, ["Billing", "Letters"]);
    assert_eq!(programme.initiative("CX-2").unwrap().status, Status::UnderWay);
    assert_eq!(programme.initiative("CX-3").unwrap().deadline.unwrap().to_string(), "2026-09-30");
    assert_eq!(import.unread_columns, Vec::<String>::new());
}

#[test]
fn one_direction_is_enough() {
    let outward = EXPORT.replace(",,CX-1,", ",,,");
    let inward = EXPORT.replace(",CX-2,CX-3,", ",,,");
    let whole = read(&mapping(), EXPORT).unwrap();
    assert_eq!(read(&mapping(), &outward).unwrap(), whole);
    assert_eq!(read(&mapping(), &inward).unwrap(), whole);
}

#[test]
fn newer_exports_say_work_item() {
    let newer = EXPORT.replace("Issue key", "Work item key").replace("issue link", "work item link");
    assert_eq!(read(&mapping(), &newer), read(&mapping(), EXPORT));
}

#[test]
fn links_out_of_the_export_are_left_out_and_listed_unless_refused() {
    let text = EXPORT.replace(",CX-2,CX-3,", ",CX-2,CX-99,").replace("CRM,,,,,CX-1", "CRM,,,,,CX-77");
    let import = read(&mapping(), &text).unwrap();
    let links: Vec<String> = import
        .unknown_links
        .iter()
        .map(|link| format!("{} {} needs {}", link.position, link.initiative, link.requires))
        .collect();
    assert_eq!(links, ["3:57 CX-99 needs CX-1", "4:39 CX-2 needs CX-77"]);
    assert_eq!(import.programme.initiative("CX-2").unwrap().requires, ["CX-1"]);

    let mut strict = mapping();
    strict.initiatives.unknown_links = Some(Rest::Refuse);
    assert_eq!(
        read(&strict, &text).unwrap_err().to_string(),
        "3:57 initiatives[\"Outward issue link (Blocks)\"]: found \"CX-99\", expected the code of an initiative of the table, \
         or `unknown_links` in the mapping [csv.unknown-link]\n\
         4:39 initiatives[\"Inward issue link (Blocks)\"]: found \"CX-77\", expected the code of an initiative \
         [programme.unknown-initiative]",
    );
}

#[test]
fn circles_are_found_where_they_are_written() {
    let text =
        EXPORT.replace(",,,8.0", ",CX-1,,8.0").replace("2026-09-30 00:00,,,CX-1", "2026-09-30 00:00,CX-1,,");
    assert_eq!(
        read(&mapping(), &text).unwrap_err().to_string(),
        "5:47 initiatives[\"Outward issue link (Blocks)\"]: found a circle: CX-1 needs CX-3 needs CX-1, \
         expected prerequisites that come to an end [sequence.cycle]",
    );
}

#[test]
fn statuses_of_ones_own_are_declared() {
    let text = EXPORT.replace("To Do", "Parked");
    assert_eq!(
        read(&mapping(), &text).unwrap_err().to_string(),
        "3:15 initiatives.Status: found \"Parked\", expected one of proposed, qualified, planned, under-way, done, cancelled, not-doing, \
         or in the mapping's `values` what it means [csv.not-a-word]",
    );
    let status = Column::new("status".parse().unwrap())
        .value("parked", Value::from("proposed"))
        .value("To Do", "proposed".into())
        .value("In progress", "under-way".into());
    let mut mapping = mapping();
    mapping.initiatives = mapping.initiatives.column("Status", status);
    assert!(read(&mapping, &text).is_ok());
}

#[test]
fn a_whole_export() {
    let Some(folder) = shared() else { return };
    let Ok(text) = std::fs::read(folder.join("data/jira_all_fields_synthetic.csv")) else {
        println!("skipped: no export of a tracker");
        return;
    };
    let import = mapping().read(&mut &text[..], None, &Limits::default()).unwrap();
    let programme = &import.programme;
    let codes: Vec<&str> = programme.initiatives().iter().map(|i| i.code.as_str()).collect();
    assert_eq!(codes, ["CX-1", "CX-2", "CX-3"]);
    assert_eq!(programme.initiative("CX-2").unwrap().requires, ["CX-1"]);
    assert_eq!(programme.initiative("CX-3").unwrap().requires, ["CX-1"]);
    assert_eq!(programme.initiative("CX-3").unwrap().name, "Digital onboarding\n(second phase)");
    assert_eq!(programme.initiative("CX-1").unwrap().efforts.get("points"), Some(&3.0.into()));
    assert_eq!(
        import.unread_columns,
        ["Issue id", "Issue Type", "Project key", "Priority", "Created", "Labels", "Parent"]
    );
}
