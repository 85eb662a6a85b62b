//! What holds for every picture, whatever it is given.

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::*;

/// Names as nobody wants them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Z]{2}-[0-9]{2}",
        1 => "(?s).{0,40}",
        1 => prop::sample::select(vec![
            "<script>alert(1)</script>".to_owned(),
            "]]> &amp; \" ' <!-- -->".to_owned(),
            "x".repeat(10_000),
            "\u{301}".repeat(10_000),
            "\u{0}\u{1}\u{b}\u{1b}\u{7f}\u{85}\u{fffe}\u{ffff}\u{fdd0}".to_owned(),
            "\u{202e}טסעט\u{2066} مرحبا 123".to_owned(),
            "👩‍👩‍👧‍👦🇳🇱👍🏽".to_owned(),
            " \n\t".to_owned(),
        ]),
    ]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..100.0, 2 => -1e3..1e3, 1 => any::<f64>(), 1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, -0.0, 1e300])]
}

fn spread() -> impl Strategy<Value = Spread> {
    (number(), number(), number()).prop_map(|(low, mean, high)| Spread { low, mean, high })
}

fn map() -> impl Strategy<Value = Map> {
    let quadrant = prop::sample::select(vec![
        None,
        Some(Quadrant::QuickWin),
        Some(Quadrant::BigBet),
        Some(Quadrant::FillIn),
        Some(Quadrant::TimeSink),
    ]);
    let point = (name(), name(), spread(), spread(), quadrant)
        .prop_map(|(code, name, benefit, effort, quadrant)| Point { code, name, benefit, effort, quadrant });
    let split = prop::option::of((number(), number()));
    (name(), split, [name(), name(), name(), name()], prop::collection::vec(point, 0..130), 0usize..3)
        .prop_map(|(unit, split, quadrants, points, missing)| Map {
            benefit_unit: unit.clone(),
            effort_unit: unit,
            split,
            quadrants,
            points,
            missing,
        })
}

fn frontier() -> impl Strategy<Value = Frontier> {
    let step = (1usize..2000, prop::collection::vec(name(), 0..6), number(), number())
        .prop_map(|(number, initiatives, benefit, effort)| Step { number, initiatives, benefit, effort });
    (name(), prop::collection::vec(step, 0..40), prop::option::of(number())).prop_map(
        |(unit, steps, budget)| Frontier { benefit_unit: unit.clone(), effort_unit: unit, steps, budget },
    )
}

fn grid() -> impl Strategy<Value = Grid> {
    let values = prop::collection::vec(prop::collection::vec(prop::option::of(number()), 0..70), 0..70);
    let names = || prop::collection::vec(prop_oneof![name(), (0u32..99).prop_map(|n| n.to_string())], 0..70);
    let scale = prop::sample::select(vec![Scale::Diverging, Scale::Share]);
    (name(), names(), names(), values, scale, any::<bool>()).prop_map(
        |(name, rows, columns, values, scale, same)| {
            let columns = if same { rows.clone() } else { columns };
            Grid {
                title: name.clone(),
                measure: name.clone(),
                rows,
                columns,
                values,
                scale,
                axes: (name.clone(), name),
            }
        },
    )
}

fn gantt() -> impl Strategy<Value = Gantt> {
    let period = || prop_oneof![8 => 0u32..14, 1 => any::<u32>()];
    let bar = (name(), name(), prop::option::of(name()), period(), period(), any::<bool>()).prop_map(
        |(code, name, owner, start, end, under_way)| Bar { code, name, owner, start, end, under_way },
    );
    let load = (name(), prop::collection::vec(prop::option::of(prop_oneof![0.0..1.3, number()]), 0..14))
        .prop_map(|(team, used)| Load { team, used });
    (
        prop_oneof![4 => prop::collection::vec(name(), 0..14), 1 => prop::collection::vec("[0-9]{1,4}", 200..300)],
        prop::collection::vec((name(), period()), 0..5),
        prop::collection::vec((name(), prop::collection::vec(bar, 0..20)), 0..9),
        prop::collection::vec(load, 0..25),
    )
        .prop_map(|(periods, horizons, domains, loads)| Gantt { periods, horizons, domains, loads })
}

fn slope() -> impl Strategy<Value = Slope> {
    let rank = || prop::option::weighted(0.9, prop_oneof![9 => 1u32..90, 1 => any::<u32>()]);
    let line = (name(), name(), rank(), rank(), prop::option::of(name()))
        .prop_map(|(code, name, old, new, cause)| SlopeLine { code, name, old, new, cause });
    ((name(), name()), prop::collection::vec(line, 0..90)).prop_map(|(sides, lines)| Slope { sides, lines })
}

fn picture() -> impl Strategy<Value = Picture> {
    prop_oneof![
        map().prop_map(Picture::Map),
        frontier().prop_map(Picture::Frontier),
        grid().prop_map(Picture::Grid),
        gantt().prop_map(Picture::Gantt),
        slope().prop_map(Picture::Slope),
    ]
}

/// What is drawn as text.
fn texts<'a>(document: &'a Document) -> impl Iterator<Item = String> + 'a {
    let own = |node: Node| -> String {
        node.descendants()
            .filter(|n| n.is_text() && n.parent().is_some_and(|p| !p.has_tag_name((SVG, "title"))))
            .filter_map(|n| n.text().map(str::to_owned))
            .collect()
    };
    document.descendants().filter(|node| node.has_tag_name((SVG, "text"))).map(own)
}

const SVG: &str = "http://www.w3.org/2000/svg";

/// That a picture is a file that a reader of XML accepts, safe, finite, and all of it in view.
fn check(picture: &Picture) -> Result<(), TestCaseError> {
    let svg = picture.svg();
    let document = Document::parse(&svg).map_err(|e| TestCaseError::fail(format!("{e}: {svg}")))?;
    let root = document.root_element();
    prop_assert_eq!(root.attribute("role"), Some("img"));
    for id in root.attribute("aria-labelledby").unwrap().split(' ') {
        prop_assert!(root.children().any(|node| node.attribute("id") == Some(id)));
    }
    let view: Vec<f64> =
        root.attribute("viewBox").unwrap().split(' ').map(|number| number.parse().unwrap()).collect();
    prop_assert!(view[2] <= 760.0, "{view:?}");
    let across = view[0]..=view[0] + view[2];
    let down = view[1]..=view[1] + view[3];
    for node in document.descendants().filter(Node::is_element) {
        prop_assert!(
            ["svg", "title", "desc", "style", "g", "text", "tspan", "rect", "circle", "path"]
                .contains(&node.tag_name().name())
        );
        for attribute in node.attributes() {
            let value = attribute.value();
            let number = || value.parse::<f64>().unwrap_or(f64::NAN);
            let fine = match attribute.name() {
                "x" | "cx" => across.contains(&number()),
                "y" | "cy" => down.contains(&number()),
                "width" | "height" | "r" | "rx" | "stroke-width" => (0.0..1e5).contains(&number()),
                "d" => value.chars().all(|c| "MLHVhvlz-. 0123456789".contains(c)),
                "transform" => value.starts_with("translate("),
                "class" => value.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-'),
                name => ["id", "role", "aria-labelledby", "viewBox"].contains(&name),
            };
            prop_assert!(fine, "{}={value} in <{}>", attribute.name(), node.tag_name().name());
        }
    }
    prop_assert!(svg.len() < 400_000, "{} bytes", svg.len());
    let about = picture.describe();
    prop_assert!(about.ends_with('.') && about.len() < 6_000, "{about}");
    prop_assert_eq!(picture.clone().svg(), svg);
    // In a page the ids are the page's, and the style is not repeated.
    let inline = picture.markup("p7").into_string();
    let inline = Document::parse(&inline).unwrap();
    prop_assert!(inline.descendants().all(|n| n.attribute("id").is_none_or(|id| id.starts_with("p7-"))));
    prop_assert!(inline.descendants().all(|n| !n.has_tag_name((SVG, "style"))));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_picture_is_a_well_formed_safe_file(picture in picture()) {
        check(&picture)?;
    }

    #[test]
    fn every_initiative_is_labelled_on_the_map_or_counted(map in map(), n in 0usize..130) {
        let mut map = map;
        map.points.truncate(n);
        // Codes that are told apart, and from all else in the picture.
        map.points.iter_mut().enumerate().for_each(|(i, point)| {
            point.code = format!("#{i:03}#");
            point.name = String::new();
        });
        let all = map.points.len();
        let svg = Picture::Map(map.clone()).svg();
        let document = Document::parse(&svg).unwrap();
        let drawn: Vec<String> = texts(&document).collect();
        let labelled = (0..all).filter(|i| drawn.iter().any(|text| *text == format!("#{i:03}#"))).count();
        let said = Picture::Map(map.clone()).describe();
        let counted = |before: &str, after: &str| -> usize {
            let end = said.find(after).unwrap_or(0);
            let start = said[..end].rfind(before).map_or(end, |at| at + before.len());
            said[start..end].split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
        };
        let unlabelled = counted(". ", " are not labelled");
        let missing = counted("Not on the map: ", " without benefit or effort");
        let finite = map.points.iter().filter(|p| p.benefit.mean.is_finite() && p.effort.mean.is_finite()).count();
        if finite > 0 {
            prop_assert_eq!(labelled + unlabelled, finite, "{}", said);
            prop_assert_eq!(missing, all - finite + map.missing, "{}", said);
        } else {
            prop_assert!(said.starts_with("There is nothing to show"), "{}", said);
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_show(gantt in gantt(), slope in slope(), turn in 0usize..20) {
        let (mut gantt, mut slope) = (gantt, slope);
        let bars = gantt.domains.iter_mut().flat_map(|(_, bars)| bars);
        bars.enumerate().for_each(|(i, bar)| bar.code = format!("B-{i}"));
        slope.lines.iter_mut().enumerate().for_each(|(i, line)| line.code = format!("S-{i}"));
        let (mut turned_gantt, mut turned_slope) = (gantt.clone(), slope.clone());
        for (_, bars) in &mut turned_gantt.domains {
            let by = turn % bars.len().max(1);
            bars.rotate_left(by);
        }
        let by = turn % turned_slope.lines.len().max(1);
        turned_slope.lines.rotate_left(by);
        prop_assert_eq!(Picture::Gantt(gantt).svg(), Picture::Gantt(turned_gantt).svg());
        prop_assert_eq!(Picture::Slope(slope).svg(), Picture::Slope(turned_slope).svg());
    }
}

/// A programme of `n`, made up without chance.
fn programme(n: usize) -> [Picture; 5] {
    let code = |i: usize| format!("CX-{i:04}");
    let share = |i: usize, of: usize| (i * 7919 % of) as f64 / of as f64;
    let point = |i: usize| {
        let (benefit, effort) = (10.0 + 90.0 * share(i, 997), 1e4 * (1.0 + 200.0 * share(i, 1009).powi(4)));
        Point {
            code: code(i),
            name: format!("What number {i} does for the customer"),
            benefit: Spread { low: benefit * 0.8, mean: benefit, high: benefit * 1.3 },
            effort: Spread { low: effort * 0.9, mean: effort, high: effort * 1.6 },
            quadrant: Some(match (benefit >= 50.0, effort <= 50_000.0) {
                (true, true) => Quadrant::QuickWin,
                (true, false) => Quadrant::BigBet,
                (false, true) => Quadrant::FillIn,
                (false, false) => Quadrant::TimeSink,
            }),
        }
    };
    let map = Map {
        benefit_unit: "points".to_owned(),
        effort_unit: "EUR".to_owned(),
        split: Some((50_000.0, 50.0)),
        quadrants: ["Quick wins", "Big bets", "Fill-ins", "Money pits"].map(str::to_owned),
        points: (0..n).map(point).collect(),
        missing: 0,
    };
    let step = |i: usize| Step {
        number: i + 1,
        initiatives: vec![code(i)],
        benefit: 100.0 - 90.0 * i as f64 / n as f64,
        effort: 10_000.0,
    };
    let frontier = Frontier {
        benefit_unit: "points".to_owned(),
        effort_unit: "EUR".to_owned(),
        steps: (0..n).map(step).collect(),
        budget: Some(4_000.0 * n as f64),
    };
    let grid = Grid {
        title: "How likely each rank is".to_owned(),
        measure: "share of draws".to_owned(),
        rows: (0..n).map(code).collect(),
        columns: (1..=n).map(|i| i.to_string()).collect(),
        values: (0..n)
            .map(|i| (0..n).map(|j| Some(if i.abs_diff(j) < 5 { 0.1 } else { 0.0 })).collect())
            .collect(),
        scale: Scale::Share,
        axes: ("initiative".to_owned(), "rank".to_owned()),
    };
    let bar = |i: usize| Bar {
        code: code(i),
        name: format!("What number {i} does for the customer"),
        owner: Some("it".to_owned()),
        start: 1 + (i * 31 % 12) as u32,
        end: 2 + (i * 31 % 12) as u32,
        under_way: i.is_multiple_of(9),
    };
    let gantt = Gantt {
        periods: (1..=12).map(|i| format!("Q{i}")).collect(),
        horizons: vec![("Now".to_owned(), 4), ("Later".to_owned(), 12)],
        domains: (0..6).map(|d| (format!("domain {d}"), (d..n).step_by(6).map(bar).collect())).collect(),
        loads: vec![Load {
            team: "it".to_owned(),
            used: (0..12).map(|i| Some(f64::from(i) / 10.0)).collect(),
        }],
    };
    let line = |i: usize| SlopeLine {
        code: code(i),
        name: format!("What number {i} does for the customer"),
        old: Some(i as u32 + 1),
        new: Some((i ^ 5) as u32 + 1),
        cause: Some("effort".to_owned()),
    };
    let slope = Slope { sides: ("March".to_owned(), "June".to_owned()), lines: (0..n).map(line).collect() };
    [
        Picture::Map(map),
        Picture::Frontier(frontier),
        Picture::Grid(grid),
        Picture::Gantt(gantt),
        Picture::Slope(slope),
    ]
}

#[test]
fn three_hundred_initiatives_are_drawn_and_are_small() {
    let pictures = programme(300);
    pictures.iter().for_each(|picture| check(picture).unwrap());
    let bytes: usize = pictures.iter().map(|picture| picture.svg().len()).sum();
    assert!(bytes < 400_000, "{bytes} bytes");
}

#[test]
fn of_five_thousand_the_pictures_summarise_and_say_so() {
    let pictures = programme(5_000);
    pictures.iter().for_each(|picture| check(picture).unwrap());
    let said: String =
        pictures.iter().map(|picture| picture.describe().replace('\u{202f}', "") + "\n").collect();
    for sentence in [
        "Of 5000 initiatives the first 60 have dots; hexagons count the others",
        "batches stand too close for a mark of their own",
        "Shown are the first 50 of 5000 rows and the first 50 of 5000 columns",
        "5000 initiatives in 6 domains are too many for bars: the cells count those at work in each period",
        "Shown are 40 of 5000: the first 10, the farthest movers",
    ] {
        assert!(said.contains(sentence), "{sentence} is not in\n{said}");
    }
    let bytes: usize = pictures.iter().map(|picture| picture.svg().len()).sum();
    assert!(bytes < 300_000, "{bytes} bytes");
}

#[test]
fn of_nothing_the_pictures_say_that_there_is_nothing() {
    for picture in programme(0) {
        check(&picture).unwrap();
        assert!(picture.describe().starts_with("There is nothing to show"), "{}", picture.describe());
    }
}

#[test]
fn a_small_picture_reads_well() {
    let step = |number, code: &str, benefit, effort| Step {
        number,
        initiatives: vec![code.to_owned()],
        benefit,
        effort,
    };
    let picture = Picture::Frontier(Frontier {
        benefit_unit: "points".to_owned(),
        effort_unit: "EUR".to_owned(),
        steps: vec![step(1, "A & B", 30.0, 40_000.0), step(2, "C", 10.0, 60_000.0)],
        budget: Some(70_000.0),
    });
    insta::assert_snapshot!(picture.markup("p").into_string().replace("><", ">\n<").replace('\u{202f}', " "), @r#"
    <svg xmlns="http://www.w3.org/2000/svg" class="cx-p" viewBox="-4 -4 728 466" role="img" aria-labelledby="p-title p-about">
    <title id="p-title">Benefit reached, batch by batch</title>
    <desc id="p-about">2 batches reach 40 points for 100 000 EUR. A budget of 70 000 EUR pays for 1 of them in full, with 75 % of the benefit.</desc>
    <path class="wash" d="M56 408L313.9 139.1L313.9 408z">
    </path>
    <path class="line" d="M56 408H720M56 318.4H720M56 228.8H720M56 139.1H720M56 49.5H720">
    </path>
    <path class="axis" d="M56 408H720M56 408v5M184.9 408v5M313.9 408v5M442.8 408v5M571.7 408v5M700.7 408v5">
    </path>
    <g class="s">
    <text class="k e" x="48" y="412">0</text>
    <text class="k e" x="48" y="322.4">10</text>
    <text class="k e" x="48" y="232.8">20</text>
    <text class="k e" x="48" y="143.1">30</text>
    <text class="k e" x="48" y="53.5">40</text>
    <text class="k m" x="56" y="427">0</text>
    <text class="k m" x="184.9" y="427">20 000</text>
    <text class="k m" x="313.9" y="427">40 000</text>
    <text class="k m" x="442.8" y="427">60 000</text>
    <text class="k m" x="571.7" y="427">80 000</text>
    <text class="k m" x="695.3" y="427">100 000</text>
    </g>
    <text class="b" x="0" y="15">Benefit reached, points</text>
    <text class="b e" x="720" y="448">Effort spent, EUR</text>
    <path class="down" d="M507.3 28V408">
    </path>
    <text class="halo b d" x="513.3" y="397">Budget 70 000 EUR</text>
    <path class="up" d="M56 408L313.9 139.1">
    </path>
    <path class="dash" stroke-width="2" d="M313.9 139.1L700.7 49.5">
    </path>
    <g>
    <circle class="dot" cx="313.9" cy="139.1" r="4.5">
    <title>Batch 1: A &amp; B; 30 points for 40 000 EUR by its end</title>
    </circle>
    <circle class="ring" cx="700.7" cy="49.5" r="4.5">
    <title>Batch 2: C; 40 points for 100 000 EUR by its end</title>
    </circle>
    </g>
    <g>
    <text class="halo k e" x="305.9" y="142.6">1: A &amp; B</text>
    <text class="halo k s m" x="700.7" y="68">2: C</text>
    </g>
    </svg>
    "#);
}
