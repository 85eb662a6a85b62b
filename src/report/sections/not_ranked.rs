//! What has no score with what it lacks, and what is not up for ranking.

use super::{Context, Made, count};
use crate::report::{Column, Part, Section, Table};

pub(super) fn section(context: &Context<'_>) -> Made {
    let (unscored, closed) = (context.ranking.unscored(), context.ranking.not_ranked());
    if unscored.is_empty() && closed.is_empty() {
        return Err("every initiative is ranked".to_owned());
    }
    let columns = || [Column::code("code"), Column::name("name"), Column::text("why")];
    let mut lacking = Table::new("unscored", "Without a score: what is missing", columns());
    for line in &unscored {
        lacking.push([(&line.code).into(), line.name.as_str().into(), line.reason.to_string().into()]);
    }
    let mut done = Table::new("closed", "Not up for ranking", columns());
    for line in &closed {
        done.push([(&line.code).into(), line.name.as_str().into(), line.reason.to_string().into()]);
    }
    let section = Section::of(Part::NotRanked).says(format!(
        "{} without a score: what is missing is listed as missing and never counted as zero.",
        if unscored.len() == 1 {
            "1 initiative is".to_owned()
        } else {
            format!("{} are", count(unscored.len(), "initiative"))
        },
    ));
    let section = if closed.is_empty() {
        section
    } else {
        section.says(format!(
            "{} done, cancelled or not being done.",
            if closed.len() == 1 { "1 is".to_owned() } else { format!("{} are", closed.len()) }
        ))
    };
    Ok(section.table(lacking).table(done))
}
