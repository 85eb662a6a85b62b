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
    insta::assert_snapshot!(refused("", "code,efforts.cash,teams.it,duration\nA,\"1,234\",x,1.5\nB,€ 5,1..2,-1\nC,-5,1e999,\"  1 2\"\n"), @r#"
        2:3 initiatives["efforts.cash"]: found "1,234", expected `decimal` in the mapping: "." if this is 1234, "," if it is 1.234 [csv.ambiguous-number]
        2:11 initiatives["teams.it"]: found "x", expected a number [csv.not-a-number]
        2:13 initiatives.duration: found "1.5", expected a whole number, zero or more [csv.not-whole]
        3:3 initiatives["efforts.cash"]: found "€ 5", expected a number, or in the mapping's `units` what "€" is worth [csv.unit]
        3:7 initiatives["teams.it"]: found "1..2", expected a number [csv.not-a-number]
        3:12 initiatives.duration: found "-1", expected a whole number, zero or more [csv.not-whole]
        4:3 initiatives["efforts.cash"]: found -5, expected zero or more [programme.negative]
        4:6 initiatives["teams.it"]: found "1e999", expected a number [csv.not-a-number]
        4:12 initiatives.duration: found "1 2", expected a number [csv.not-a-number]
        "#);
    insta::assert_snapshot!(refused(r#""columns": {"Cost": {"field": "efforts.cash", "units": {"€": 1, "k€": 1000}}}"#, "code,Cost\nA,€ 5\nB,5\nC,5 $\nD,\"k€ 1,234\"\n"), @r#"
        3:3 initiatives.Cost: found "5", expected one of the units "k€", "€", or in `units` what "" is worth [csv.unit]
        4:3 initiatives.Cost: found "5 $", expected one of the units "k€", "€" [csv.unit]
        5:3 initiatives.Cost: found "k€ 1,234", expected `decimal` in the mapping: "." if this is 1234, "," if it is 1.234 [csv.ambiguous-number]
        "#);
    insta::assert_snapshot!(refused(r#""decimal": ",""#, "code;efforts.cash\nA;1.23\nB;1,234.5\n"), @r#"
        2:3 initiatives["efforts.cash"]: found "1.23", expected a number with "," before the decimals [csv.not-a-number]
        3:3 initiatives["efforts.cash"]: found "1,234.5", expected a number with "," before the decimals [csv.not-a-number]
        "#);
    insta::assert_snapshot!(refused("", "code,benefits.trust,benefits.ease\nA,11,mid\nB,80 %,0.5\n"), @r#"
        2:3 initiatives["benefits.trust"]: found 11, expected a value from 0 to 10, the declared scale of `trust` [programme.outside-scale]
        2:6 initiatives["benefits.ease"]: found "mid", expected a level of the criterion's scale [programme.unknown-level]
        3:3 initiatives["benefits.trust"]: found "80 %", expected a number, or in the mapping's `units` what "%" is worth [csv.unit]
        3:8 initiatives["benefits.ease"]: found 0.5, expected a level of `ease`: high (1), low (0) [programme.wrong-type]
        "#);
    insta::assert_snapshot!(refused("", "code,efforts.cash.low,efforts.cash,efforts.cash.high\nA,5,4,6\nB,1,,2\n"), @r#"
        2:5 initiatives["efforts.cash"]: found low 5, likely 4, high 6, expected low ≤ likely ≤ high, all three or likely alone [programme.unordered-estimate]
        3:3 initiatives["efforts.cash.low"]: found low 1, likely nothing, high 2, expected low ≤ likely ≤ high, all three or likely alone [programme.unordered-estimate]
        "#);
    insta::assert_snapshot!(refused("", "code,efforts.cash,efforts.cash.likely\nA,5,4\n"), @r#"2:5 initiatives["efforts.cash.likely"]: found a likely value besides the value, expected one of them [csv.contradiction]"#);
}

#[test]
fn dates_and_words() {
    insta::assert_snapshot!(refused("", "code,deadline,status,owner_has_authority\nA,03/04/2026,soon,maybe\nB,2026-02-30,,\nC,46112,,\n"), @r#"
        2:3 initiatives.deadline: found "03/04/2026", expected `dates` in the mapping: "dmy" if this is 2026-04-03, "mdy" if it is 2026-03-04 [csv.ambiguous-date]
        2:14 initiatives.status: found "soon", expected one of proposed, qualified, planned, under-way, done, cancelled, not-doing, or in the mapping's `values` what it means [csv.not-a-word]
        2:19 initiatives.owner_has_authority: found "maybe", expected one of yes, no, true, false, or in the mapping's `values` what it means [csv.not-a-word]
        3:3 initiatives.deadline: found "2026-02-30", expected a date that exists, as 2027-09-30, or in the order that `dates` in the mapping names [csv.not-a-date]
        4:3 initiatives.deadline: found "46112", expected a date that exists, as 2027-09-30, or in the order that `dates` in the mapping names [csv.not-a-date]
        "#);
    insta::assert_snapshot!(refused(r#""dates": "mdy""#, "code,deadline\nA,31/03/2026\n"), @r#"2:3 initiatives.deadline: found "31/03/2026", expected a date that exists, as 2027-09-30, or in the order that `dates` in the mapping names [csv.not-a-date]"#);
}

#[test]
fn columns() {
    insta::assert_snapshot!(refused("", "code,nmae,Remark,name,name,benefits.trsut\nA,,,,,\n"), @r#"
        1:6 initiatives.nmae: found column "nmae", expected `name`? or in the mapping's `columns` what it holds (null for nothing), or `rest`: "ignore" [csv.unknown-column]
        1:11 initiatives.Remark: found column "Remark", expected in the mapping's `columns` what it holds (null for nothing), or `rest`: "ignore" [csv.unknown-column]
        1:23 initiatives.name: found a second column for `name`, expected only "name" [csv.duplicate-column]
        1:28 initiatives["benefits.trsut"]: found "trsut", expected the id of a criterion of this kind (`trust`?) [programme.unknown-criterion]
        "#);
    insta::assert_snapshot!(refused(r#""columns": {"Kosten": "efforts.cash", "gone": {"field": "name", "optional": true}}"#, "Code,kostn\nA,1\n"), @r#"
        1:1 initiatives.Code: found column "Code", expected `code`? or in the mapping's `columns` what it holds (null for nothing), or `rest`: "ignore" [csv.unknown-column]
        1:1 initiatives: found no such column, expected "Kosten" ("kostn"?) [csv.missing-column]
        1:1 initiatives: found no such column, expected "code" ("Code"?) [csv.missing-column]
        1:6 initiatives.kostn: found column "kostn", expected in the mapping's `columns` what it holds (null for nothing), or `rest`: "ignore" [csv.unknown-column]
        "#);
    insta::assert_snapshot!(refused("", "code,name\nA,b,c\n"), @r#"2:5 initiatives: found "c" beyond the last column, expected nothing [csv.extra-cell]"#);
    insta::assert_snapshot!(refused("", "name,efforts.cash\nA,1\n"), @r#"1:1 initiatives: found no such column, expected a column "code" [csv.missing-column]"#);
}

#[test]
fn links() {
    insta::assert_snapshot!(refused("", "code,requires,requires,blocks\nA,B;X,\"\"\"B\",\nB,,A,Y\nA,A,,\n"), @r#"
        2:3 initiatives.requires: found a circle: A needs B needs A, expected prerequisites that come to an end [sequence.cycle]
        2:3 initiatives.requires: found "X", expected the code of an initiative [programme.unknown-initiative]
        2:7 initiatives.requires: found "\"B", expected quotes around the whole name, and closed [csv.list]
        3:6 initiatives.blocks: found "Y", expected the code of an initiative of the table, or `unknown_links` in the mapping [csv.unknown-link]
        4:1 initiatives.code: found "A", expected an id of its own: line 2 has this one [programme.duplicate-id]
        4:3 initiatives.requires: found "A" among its own prerequisites, expected other initiatives [programme.self-requirement]
        "#);
}

#[test]
fn text_that_is_no_table() {
    insta::assert_snapshot!(refused("", ""), @r#"1:1 initiatives: found no header, expected a row of headers [csv.no-header]"#);
    insta::assert_snapshot!(refused("", "code\n"), @r#"initiatives: found nothing, expected at least one initiative [programme.missing-field]"#);
    insta::assert_snapshot!(refused("\"header_rows\": 3", "code\nA\n"), @r#"3:1 initiatives: found no header, expected a row of headers [csv.no-header]"#);
    insta::assert_snapshot!(refused("", "code,name\nA,\"b\nc\n"), @r#"2:3 initiatives: found a quote that nothing closes, expected a second one [csv.open-quote]"#);
    insta::assert_snapshot!(refused("", "code,name\nA, \"b\"\nB,\"b\" c\nC,5\" pipe\n,no code\n"), @r#"
        2:4 initiatives: found a quote after blanks, or text after a quoted cell, expected quotes around the whole cell, and quotes inside it doubled [csv.stray-quote]
        3:7 initiatives: found a quote after blanks, or text after a quoted cell, expected quotes around the whole cell, and quotes inside it doubled [csv.stray-quote]
        5:1 initiatives.code: found nothing, expected an id that nothing else has [programme.missing-field]
        "#);
    insta::assert_snapshot!(refused("", "code,name;domain\n"), @r#"1:1 initiatives: found two separators that are equally frequent in the header, expected the `separator` in the mapping [csv.no-separator]"#);
}

#[test]
fn lines_that_end_as_on_old_machines() {
    insta::assert_snapshot!(refused("", "code,name\rA,x\r"), @r#"1:6 initiatives: found lines that end in a carriage return alone, expected line feeds: save the table as "CSV UTF-8" [csv.line-end]"#);
}

#[test]
fn bytes_that_are_no_text() {
    let mapping = cxrank::formats::csv::Mapping::from_json(&MAPPING.replace("{MORE}", "{}")).unwrap();
    let limits = cxrank::formats::csv::Limits { row: 30, columns: 3, rows: 2, problems: 2 };
    let refused = |table: &[u8]| mapping.read(&mut &*table, None, &limits).unwrap_err().to_string();
    insta::assert_snapshot!(refused(b"code,name\nA,caf\xe9 cr\xe8me\n"), @r#"2:6 initiatives: found the byte 0xE9, expected UTF-8: save the table as "CSV UTF-8"; this may be Windows-1252 or Latin-1 [csv.encoding]"#);
    insta::assert_snapshot!(refused("code,name\nÄ,é\u{301}".as_bytes().iter().copied().chain(*b"\xff\n").collect::<Vec<_>>().as_slice()), @r#"2:5 initiatives: found the byte 0xFF, expected UTF-8: save the table as "CSV UTF-8"; this may be Windows-1252 or Latin-1 [csv.encoding]"#);
    insta::assert_snapshot!(refused(b"\xff\xfec\0o\0"), @r#"1:1 initiatives: found the byte 0xFF of a mark of UTF-16, expected UTF-8: save the table as "CSV UTF-8" [csv.encoding]"#);
    insta::assert_snapshot!(refused(format!("code,name\nA,\"{}\n", "x\n".repeat(40)).as_bytes()), @r#"2:3 initiatives: found a quote that nothing closes, expected a second one [csv.open-quote]"#);
    insta::assert_snapshot!(refused(b"code,name,owner,domain\n"), @r#"1:17 initiatives: found more than 3 columns, expected at most so many [csv.too-many]"#);
    insta::assert_snapshot!(refused(b"code\nA\nB\nC\n"), @r#"4:1 initiatives.code: found more than 2 rows, expected at most so many [csv.too-many]"#);
    insta::assert_snapshot!(refused(b"code,lasts\nA,x\nB,y\nC,z\n"), @r#"
        2:3 initiatives.lasts: found "x", expected a number [csv.not-a-number]
        3:3 initiatives.lasts: found "y", expected a number [csv.not-a-number]
        4:1 initiatives.code: found more than 2 problems, expected at most so many [csv.too-many]
        "#);
}

#[test]
fn ballots_by_places() {
    insta::assert_snapshot!(ballots("", "stakeholder,1,2\nx,A,D\ny,A = B,A\nz,\"A \"\"B\"\"\",\nx,C,\n"), @r#"
        2:5 ballots.2: found "D", expected the code of an initiative [ballot.unknown-initiative]
        3:9 ballots.2: found "A", expected every initiative at most once [ballot.duplicate-initiative]
        4:3 ballots.1: found "A \"B\"", expected the code of an initiative [ballot.unknown-initiative]
        "#);
    insta::assert_snapshot!(ballots("", "stakeholder,weight,date,unranked,1,points.A\nx,0,03/04/2026,maybe,A,2\ny,-1,,,,-2\n"), @r#"
        2:3 ballots.weight: found 0, expected more than zero [programme.not-positive]
        2:5 ballots.date: found "03/04/2026", expected `dates` in the mapping: "dmy" if this is 2026-04-03, "mdy" if it is 2026-03-04 [csv.ambiguous-date]
        2:16 ballots.unranked: found "maybe", expected one of last, ignored [csv.not-a-word]
        2:24 ballots["points.A"]: found two ways to rank in one row, expected places, a ranking, ranks or points: one of them [csv.contradiction]
        3:3 ballots.weight: found -1, expected more than zero [programme.not-positive]
        3:9 ballots["points.A"]: found -2, expected zero or more [programme.negative]
        "#);
    insta::assert_snapshot!(ballots("", "who,first\nx,A\n"), @r#"
        1:1 ballots.who: found column "who", expected in the mapping's `columns` what it holds (null for nothing), or `rest`: "ignore" [csv.unknown-column]
        1:1 ballots: found no such column, expected a column "stakeholder" [csv.missing-column]
        1:5 ballots.first: found column "first", expected in the mapping's `columns` what it holds (null for nothing), or `rest`: "ignore" [csv.unknown-column]
        "#);
    insta::assert_snapshot!(ballots("", "1,2\nA,B\n"), @r#"1:1 ballots: found no such column, expected a column "stakeholder" [csv.missing-column]"#);
    insta::assert_snapshot!(ballots("", "stakeholder,weight,1\nx,2,A\nx,3,B\n"), @r#"
        3:1 ballots.stakeholder: found "x", expected an id of its own: line 2 has this one [programme.duplicate-id]
        3:3 ballots.weight: found a weight of 3 besides one of 2, expected one weight for each stakeholder [csv.contradiction]
        "#);
}

#[test]
fn ballots_by_ranks() {
    insta::assert_snapshot!(ballots(r#""form": "ranks""#, "stakeholder,A,B,D\nx,0,first,\n"), @r#"
        1:17 ballots.D: found "D", expected the code of an initiative [ballot.unknown-initiative]
        2:3 ballots.A: found 0, expected more than zero [programme.not-positive]
        2:5 ballots.B: found "first", expected a number [csv.not-a-number]
        "#);
    insta::assert_snapshot!(ballots(r#""form": "points""#, "stakeholder,A,A\nx,-1,\n"), @r#"
        1:15 ballots.A: found a second column for `points.A`, expected only "A" [csv.duplicate-column]
        2:3 ballots.A: found -1, expected zero or more [programme.negative]
        "#);
    insta::assert_snapshot!(ballots(r#""form": "ranks", "transposed": true"#, "code,x,x\nA,1,y\nA,1,\nD,1,\n"), @r#"
        2:5 ballots.x: found "y", expected a number [csv.not-a-number]
        3:1 ballots.code: found "A", expected every initiative at most once [ballot.duplicate-initiative]
        4:1 ballots.code: found "D", expected the code of an initiative [ballot.unknown-initiative]
        "#);
}

#[test]
fn turned_tables_hold_ballots_and_nothing_else() {
    let turned = r#""transposed": true, "form": "ranks""#;
    let refused = |more: &str| ballots(&format!("{turned}, {more}"), "code,Ops,IT,Total\nA,1,2,1\n");
    insta::assert_snapshot!(refused(r#""rest": "ignore", "columns": {"Totl": null, "Ops": "weight", "gone": "date", "Code": null}"#), @r#"
        1:1 ballots.code: found "Code" left out, expected of a transposed table the first column for codes, null for what is left out, and all others for ballots [csv.transposed]
        1:1 ballots: found no such column, expected "Totl" ("Total"?) [csv.missing-column]
        1:1 ballots.code: found "gone" as `date`, expected of a transposed table the first column for codes, null for what is left out, and all others for ballots [csv.transposed]
        1:1 ballots.code: found `rest`: "ignore", expected of a transposed table the first column for codes, null for what is left out, and all others for ballots [csv.transposed]
        1:6 ballots.Ops: found "Ops" as `weight`, expected of a transposed table the first column for codes, null for what is left out, and all others for ballots [csv.transposed]
        "#);
    insta::assert_snapshot!(refused(r#""columns": {"total": null, "TOTAL": null}"#), @r#"9:73 ballots.columns.total: found "total" besides "TOTAL" on line 9, expected one of them: blanks and case of headers do not matter [csv.mapping-duplicate-header]"#);
    let limits = cxrank::formats::csv::Limits { rows: 2, ..Default::default() };
    let table = cxrank::formats::csv::BallotTable { transposed: true, ..Default::default() };
    let refused =
        |text: &str| table.each(text.as_bytes(), &["A", "B", "C"], &limits, |_| ()).unwrap_err().to_string();
    insta::assert_snapshot!(refused(",x\nA,1\nB,1\nC,1\n"), @r#"4:1 ballots: found more than 2 rows, expected at most so many [csv.too-many]"#);
    let voters = (0..20).map(|i| format!(",v{i}")).collect::<Vec<_>>().concat();
    let ones = ",1".repeat(20);
    insta::assert_snapshot!(refused(&format!("{voters}\nA{ones}\nB{ones}\n")), @r#"3:27 ballots.v12: found more than 32 cells, expected at most so many [csv.too-many]"#);
}

#[test]
fn headers_that_a_mapping_names_twice() {
    let columns =
        "\"columns\": {\n    \"Cost\": \"efforts.cash\",\n    \"Note\": null,\n    \" COST\": null}";
    insta::assert_snapshot!(refused(columns, "code,cost\nA,1\n"), @r#"10:13 initiatives.columns.Cost: found "Cost" besides " COST" on line 12, expected one of them: blanks and case of headers do not matter [csv.mapping-duplicate-header]"#);
    insta::assert_snapshot!(ballots(r#""columns": {"who": "stakeholder", "Who": "weight"}"#, "who,1\nx,A\n"), @r#"9:34 ballots.columns.who: found "who" besides "Who" on line 9, expected one of them: blanks and case of headers do not matter [csv.mapping-duplicate-header]"#);
    // A mapping that was not read from a file.
    let column = |field: &str| cxrank::formats::csv::Column::new(field.parse().unwrap());
    let table = cxrank::formats::csv::InitiativeTable::default()
        .column("cost", column("name"))
        .column("Cost", column("owner"));
    let mapping = cxrank::formats::csv::Mapping::default().initiatives(table);
    let refused = |text: &str| {
        mapping
            .read(&mut text.as_bytes(), None, &cxrank::formats::csv::Limits::default())
            .unwrap_err()
            .problems()[0]
            .to_string()
    };
    insta::assert_snapshot!(refused("code,COST\nA,1\n"), @r#"1:6 initiatives.COST: found "cost" besides "Cost", expected one of them: blanks and case of headers do not matter [csv.mapping-duplicate-header]"#);
}

#[test]
fn stakeholders_that_are_listed() {
    let mapping = r#"{"programme": {
  "criteria": [{"id": "e", "kind": "benefit", "weight": 1, "full": 1}, {"id": "w", "kind": "effort"}],
  "stakeholders": [{"id": "coo", "weight": 2}]}}"#;
    let table = "stakeholder,weight,1\ncoo,3,A\ncio,1,A\n";
    insta::assert_snapshot!(read(mapping, "code\nA\n", Some(table)).unwrap_err(), @r#"
        2:5 ballots.weight: found a weight of 3 besides one of 2, expected one weight for each stakeholder [csv.contradiction]
        3:1 ballots.stakeholder: found "cio", expected the id of a stakeholder (`coo`?) [programme.unknown-stakeholder]
        "#);
}

#[test]
fn mappings() {
    let refused = |text: &str| read(text, "code\nA\n", None).expect_err("should be refused").to_string();
    insta::assert_snapshot!(refused("{\n  \"initiatives\": {\n"), @r#"3:1 found the end of the file inside an object, expected what closes it: a bracket or a quote [csv.mapping-syntax]"#);
    insta::assert_snapshot!(refused("{\n  \"initiativs\": {},\n  \"ballots\": {\"form\": \"rank\"}\n}"), @r#"
        2:17 initiativs: found field "initiativs", expected `initiatives`? [csv.mapping-unknown-field]
        3:23 ballots.form: found "rank", expected one of `places`, `ranks`, `points` (`ranks`?) [csv.mapping-wrong-type]
        "#);
    insta::assert_snapshot!(refused("{\"initiatives\": {\"separator\": \"x\", \"decimal\": \"'\", \"dates\": \"myd\",\n \"columns\": {\"a\": \"eforts.cash\", \"b\": {\"field\": \"code\", \"unit\": 1}, \"c\": 3}}}"), @r#"
        1:31 initiatives.separator: found "x", expected one of `,`, `;`, `tab`, `|` [csv.mapping-wrong-type]
        1:47 initiatives.decimal: found "'", expected `.` or `,` [csv.mapping-wrong-type]
        1:61 initiatives.dates: found "myd", expected one of `dmy`, `mdy`, `ymd` (`mdy`?) [csv.mapping-wrong-type]
        2:19 initiatives.columns.a: found string "eforts.cash", expected `efforts`? [csv.mapping-wrong-type]
        2:65 initiatives.columns.b.unit: found field "unit", expected `units`? [csv.mapping-unknown-field]
        2:74 initiatives.columns.c: found integer `3`, expected a field, an object with a field and its rules, or null [csv.mapping-wrong-type]
        "#);
    insta::assert_snapshot!(refused("{\"programme\": {\n  \"criteria\": [{\"id\": \"e\", \"kind\": \"benefit\", \"weight\": -1, \"full\": 1}],\n  \"strategy\": {\"constraints\": {\"mandatory\": [\"B\"]}}}}"), @r#"
        2:15 programme.criteria: found no benefit criterion with a weight above zero, expected at least one [programme.weights-sum-to-zero]
        2:15 programme.criteria: found nothing, expected at least one effort criterion [programme.missing-field]
        2:57 programme.criteria[0].weight: found -1, expected zero or more [programme.negative]
        3:46 programme.strategy.constraints.mandatory[0]: found "B", expected the code of an initiative [programme.unknown-initiative]
        "#);
    insta::assert_snapshot!(refused("{\"programme\": {\"initiatives\": [{\"code\": \"A\"}]}}"), @r#"
        2:1 initiatives.code: found "A", expected an id of its own: programme.initiatives[0] has this one [programme.duplicate-id]
        1:15 programme.criteria: found no benefit criterion with a weight above zero, expected at least one [programme.weights-sum-to-zero]
        1:15 programme.criteria: found nothing, expected at least one effort criterion [programme.missing-field]
        "#);
}

#[test]
fn problems_of_both_tables_and_of_the_mapping_come_at_once() {
    let mapping =
        MAPPING.replace("{MORE}", "{}").replace("\"weight\": 1, \"full\"", "\"weight\": -1, \"full\"");
    let error = read(&mapping, "code,efforts.cash\nA,x\n", Some("stakeholder,1\ncoo,B\n")).unwrap_err();
    insta::assert_snapshot!(error, @r#"
        2:3 initiatives["efforts.cash"]: found "x", expected a number [csv.not-a-number]
        2:5 ballots.1: found "B", expected the code of an initiative [ballot.unknown-initiative]
        4:52 programme.criteria[0].weight: found -1, expected zero or more [programme.negative]
        "#);
}
