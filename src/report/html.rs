//! One HTML page that needs nothing else: no network, no script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::picture::STYLE as PICTURES;
use super::table::{isolated, plain, prose};
use super::{Cell, Kind, Report, Section, Table};

const STYLE: &str = include_str!("page.css");

/// Nothing may be loaded, sent or run; the style stands in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A column whose texts have no more characters than the first is kept on one line; one with more than the second gets more room.
const SHORT_LONG: [usize; 2] = [14, 60];

impl Report {
    /// As one HTML page: no network and no script, for a screen of any width, light or dark, and for A4 paper.
    ///
    /// Behind each picture stands the table of its numbers; every initiative is in a table, however many there are. Everything that users
    /// named is escaped, and shown as [`Cell::read`] says.
    pub fn html(&self) -> String {
        let title = plain(&self.title);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    style { (PreEscaped(PICTURES)) (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    header {
                        h1 { bdi { (title) } }
                        p.about { (prose(&self.about)) }
                        @if self.headlines().next().is_some() {
                            dl.headlines {
                                @for headline in self.headlines() {
                                    div {
                                        dt { (headline.label) }
                                        dd.value { (prose(&headline.value)) }
                                        dd.detail { (prose(&headline.detail)) }
                                    }
                                }
                            }
                        }
                    }
                    nav aria-label="Contents" {
                        ul {
                            @for section in &self.sections {
                                li { a href={ "#" (section.id.id()) } { (section.title) } }
                            }
                            @if !self.left_out.is_empty() { li { a href="#left-out" { "Not in this report" } } }
                        }
                    }
                    main id="content" {
                        @for section in &self.sections { (section.html()) }
                        @if !self.left_out.is_empty() {
                            section id="left-out" {
                                h2 { "Not in this report" }
                                ul.notes {
                                    @for left in &self.left_out { li { (left.title) ": " (prose(&left.why)) "." } }
                                }
                            }
                        }
                    }
                }
            }
        };
        page.into_string()
    }
}

impl Section {
    fn html(&self) -> Markup {
        let id = self.id.id();
        // The table behind the picture.
        let (behind, tables) = match (&self.picture, &self.tables[..]) {
            (Some(_), [first, rest @ ..]) => (Some(first), rest),
            (_, tables) => (None, tables),
        };
        html! {
            section id=(id) {
                h2 { (self.title) }
                p.summary { (prose(&self.summary.join(" "))) }
                @if let Some(picture) = &self.picture {
                    figure {
                        figcaption { (plain(picture.title())) }
                        div.wide tabindex="0" role="region" aria-label=(plain(picture.title())) {
                            (picture.markup(&format!("{id}-picture")))
                        }
                    }
                }
                @if let Some(table) = behind {
                    details {
                        summary { "The numbers behind it: " (table.rows().len()) " rows" }
                        (table.html())
                    }
                }
                @for table in tables { (table.html()) }
                @if !self.notes.is_empty() {
                    ul.notes { @for note in &self.notes { li { (prose(note)) } } }
                }
            }
        }
    }
}

impl Table {
    /// As HTML, in a region of its own that can be scrolled.
    fn html(&self) -> Markup {
        let width = |column: usize| {
            let longer = |row: &Vec<Cell>, than: usize| matches!(&row[column], Cell::Text(text) if text.chars().nth(than).is_some());
            let [short, long] = SHORT_LONG.map(|than| !self.rows.iter().any(|row| longer(row, than)));
            if short {
                "s"
            } else if long {
                "t"
            } else {
                "l"
            }
        };
        let classes: Vec<Option<&str>> = self
            .columns
            .iter()
            .enumerate()
            .map(|(k, column)| match column.kind {
                Kind::Name => Some("w"),
                Kind::Code | Kind::Text => Some(width(k)),
                _ => Some("n"),
            })
            .collect();
        let caption = prose(&self.caption);
        html! {
            div.wide.table id={ "table-" (self.id) } tabindex="0" role="region" aria-label=(caption) {
                table {
                    caption { span { (caption) } }
                    thead {
                        tr {
                            @for (column, class) in self.columns.iter().zip(&classes) {
                                // A long unit needs room, too.
                                @let long = column.unit.as_ref().is_some_and(|unit| unit.len() > 12);
                                th scope="col" class=[if long { Some("n u") } else { *class }] {
                                    (plain(&column.title))
                                    @if let Some(unit) = &column.unit { " " small { (plain(unit)) } }
                                }
                            }
                        }
                    }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for ((cell, column), class) in row.iter().zip(&self.columns).zip(&classes) {
                                    (cell.html(column.kind, *class))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Cell {
    fn html(&self, kind: Kind, class: Option<&str>) -> Markup {
        let text = self.read(kind);
        // Isolated only where it can make a difference: most cells of a large table are plain.
        let text = if kind == Kind::Text {
            html! { (isolated(&text)) }
        } else if text.is_ascii() {
            html! { (text) }
        } else {
            html! { bdi { (text) } }
        };
        html! {
            @if kind == Kind::Code { th scope="row" class=[class] { (text) } }
            @else { td class=[class] { (text) } }
        }
    }
}
