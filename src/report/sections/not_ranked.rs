//! What has no score with what it lacks, and what is not up for ranking.

use super::{Context, Made, are};
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
    let mut section = Section::of(Part::NotRanked).says(format!(
        "{} without a score: what is missing is listed as missing and never counted as zero.",
        are(unscored.len(), "initiative")
    ));
    if !closed.is_empty() {
        section =
            section.says(format!("{} done, cancelled or not being done.", are(closed.len(), "initiative")));
    }
    Ok(section.table(lacking).table(done))
}
