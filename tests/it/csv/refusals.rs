//! Every refusal by its code, with line and column.

use super::files::read;

const MAPPING: &str = r#"{
  "programme": {
    "criteria": [
      {"id": "trust", "kind": "benefit", "weight": 1, "full": 10},
      {"id": "ease", "kind": "benefit", "weight": 1, "levels": {"low": 0, "high": 1}},
      {"id": "cash", "kind": "effort"}
    ]
  },
  "initiatives": {MORE}
}"#;

/// The problems of a table of initiatives, with a mapping of which `more` is the part for it.
fn refused(more: &str, table: &str) -> String {
    let mapping = MAPPING.replace("{MORE}", &format!("{{{more}}}"));
    read(&mapping, table, None).expect_err("should be refused").to_string()
}

fn ballots(more: &str, table: &str) -> String {
    let mapping = MAPPING.replace("\"initiatives\": {MORE}", &format!("\"ballots\": {{{more}}}"));
    read(&mapping, "code\nA\nB\nC\n", Some(table)).expect_err("should be refused").to_string()
}

#[test]
fn numbers() {
    insta::assert_snapshot!(refused("", "code,efforts.cash,teams.it,duration\nA,\"1,234\",x,1.5\nB,€ 5,1..2,-1\nC,-5,1e999,\"  1 2\"\n"), @"");
    insta::assert_snapshot!(refused(r#""columns": {"Cost": {"field": "efforts.cash", "units": {"€": 1, "k€": 1000}}}"#, "code,Cost\nA,€ 5\nB,5\nC,5 $\nD,\"k€ 1,234\"\n"), @"");
    insta::assert_snapshot!(refused(r#""decimal": ",""#, "code;efforts.cash\nA;1.23\nB;1,234.5\n"), @"");
    insta::assert_snapshot!(refused("", "code,benefits.trust,benefits.ease\nA,11,mid\nB,80 %,0.5\n"), @"");
    insta::assert_snapshot!(refused("", "code,efforts.cash.low,efforts.cash,efforts.cash.high\nA,5,4,6\nB,1,,2\n"), @"");
    insta::assert_snapshot!(refused("", "code,efforts.cash,efforts.cash.likely\nA,5,4\n"), @"");
}

#[test]
fn dates_and_words() {
    insta::assert_snapshot!(refused("", "code,deadline,status,owner_has_authority\nA,03/04/2026,soon,maybe\nB,2026-02-30,,\nC,46112,,\n"), @"");
    insta::assert_snapshot!(refused(r#""dates": "mdy""#, "code,deadline\nA,31/03/2026\n"), @"");
}

#[test]
fn columns() {
    insta::assert_snapshot!(refused("", "code,nmae,Remark,name,name,benefits.trsut\nA,,,,,\n"), @"");
    insta::assert_snapshot!(refused(r#""columns": {"Kosten": "efforts.cash", "gone": {"field": "name", "optional": true}}"#, "Code,kostn\nA,1\n"), @"");
    insta::assert_snapshot!(refused("", "code,name\nA,b,c\n"), @"");
    insta::assert_snapshot!(refused("", "name,efforts.cash\nA,1\n"), @"");
}

#[test]
fn links() {
    insta::assert_snapshot!(refused("", "code,requires,requires,blocks\nA,B;X,\"\"\"B\",\nB,,A,Y\nA,A,,\n"), @"");
}

#[test]
fn text_that_is_no_table() {
    insta::assert_snapshot!(refused("", ""), @"");
    insta::assert_snapshot!(refused("", "code\n"), @"");
    insta::assert_snapshot!(refused("\"header_rows\": 3", "code\nA\n"), @"");
    insta::assert_snapshot!(refused("", "code,name\nA,\"b\nc\n"), @"");
    insta::assert_snapshot!(refused("", "code,name\nA, \"b\"\nB,\"b\" c\nC,5\" pipe\n,no code\n"), @"");
    insta::assert_snapshot!(refused("", "code,name;domain\n"), @"");
}

#[test]
fn bytes_that_are_no_text() {
    let mapping = cxrank::formats::csv::Mapping::from_json(&MAPPING.replace("{MORE}", "{}")).unwrap();
    let limits = cxrank::formats::csv::Limits { row: 30, columns: 3, rows: 2, problems: 2 };
    let refused = |table: &[u8]| mapping.read(&mut &*table, None, &limits).unwrap_err().to_string();
    insta::assert_snapshot!(refused(b"code,name\nA,caf\xe9 cr\xe8me\n"), @"");
    insta::assert_snapshot!(refused("code,name\nÄ,é\u{301}".as_bytes().iter().copied().chain(*b"\xff\n").collect::<Vec<_>>().as_slice()), @"");
    insta::assert_snapshot!(refused(b"\xff\xfec\0o\0"), @"");
    insta::assert_snapshot!(refused(format!("code,name\nA,\"{}\n", "x\n".repeat(40)).as_bytes()), @"");
    insta::assert_snapshot!(refused(b"code,name,owner,domain\n"), @"");
    insta::assert_snapshot!(refused(b"code\nA\nB\nC\n"), @"");
    insta::assert_snapshot!(refused(b"code,lasts\nA,x\nB,y\nC,z\n"), @"");
}

#[test]
fn ballots_by_places() {
    insta::assert_snapshot!(ballots("", "stakeholder,1,2\nx,A,D\ny,A = B,A\nz,\"A \"\"B\"\"\",\nx,C,\n"), @"");
    insta::assert_snapshot!(ballots("", "stakeholder,weight,date,unranked,1,points.A\nx,0,03/04/2026,maybe,A,2\ny,-1,,,,-2\n"), @"");
    insta::assert_snapshot!(ballots("", "who,first\nx,A\n"), @"");
    insta::assert_snapshot!(ballots("", "1,2\nA,B\n"), @"");
    insta::assert_snapshot!(ballots("", "stakeholder,weight,1\nx,2,A\nx,3,B\n"), @"");
}

#[test]
fn ballots_by_ranks() {
    insta::assert_snapshot!(ballots(r#""form": "ranks""#, "stakeholder,A,B,D\nx,0,first,\n"), @"");
    insta::assert_snapshot!(ballots(r#""form": "points""#, "stakeholder,A,A\nx,-1,\n"), @"");
    insta::assert_snapshot!(ballots(r#""form": "ranks", "transposed": true"#, "code,x,x\nA,1,y\nA,1,\nD,1,\n"), @"");
}

#[test]
fn stakeholders_that_are_listed() {
    let mapping = r#"{"programme": {
  "criteria": [{"id": "e", "kind": "benefit", "weight": 1, "full": 1}, {"id": "w", "kind": "effort"}],
  "stakeholders": [{"id": "coo", "weight": 2}]}}"#;
    let table = "stakeholder,weight,1\ncoo,3,A\ncio,1,A\n";
    insta::assert_snapshot!(read(mapping, "code\nA\n", Some(table)).unwrap_err(), @"");
}

#[test]
fn mappings() {
    let refused = |text: &str| read(text, "code\nA\n", None).expect_err("should be refused").to_string();
    insta::assert_snapshot!(refused("{\n  \"initiatives\": {\n"), @"");
    insta::assert_snapshot!(refused("{\n  \"initiativs\": {},\n  \"ballots\": {\"form\": \"rank\"}\n}"), @"");
    insta::assert_snapshot!(refused("{\"initiatives\": {\"separator\": \"x\", \"decimal\": \"'\", \"dates\": \"myd\",\n \"columns\": {\"a\": \"eforts.cash\", \"b\": {\"field\": \"code\", \"unit\": 1}, \"c\": 3}}}"), @"");
    insta::assert_snapshot!(refused("{\"programme\": {\n  \"criteria\": [{\"id\": \"e\", \"kind\": \"benefit\", \"weight\": -1, \"full\": 1}],\n  \"strategy\": {\"constraints\": {\"mandatory\": [\"B\"]}}}}"), @"");
    insta::assert_snapshot!(refused("{\"programme\": {\"initiatives\": [{\"code\": \"A\"}]}}"), @"");
}

#[test]
fn problems_of_both_tables_and_of_the_mapping_come_at_once() {
    let mapping =
        MAPPING.replace("{MORE}", "{}").replace("\"weight\": 1, \"full\"", "\"weight\": -1, \"full\"");
    let error = read(&mapping, "code,efforts.cash\nA,x\n", Some("stakeholder,1\ncoo,B\n")).unwrap_err();
    insta::assert_snapshot!(error, @"");
}
