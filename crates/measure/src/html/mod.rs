//! The report as one page for people who decide.

mod curves;
mod scale;
mod trail;
mod view;
mod words;

use anyhow::Result;
use minijinja::context;
use minijinja::value::{Serde, Value};

use crate::declaration::Experiments;
use crate::read::Report;
use view::View;

/// Returns the page.
///
/// # Errors
/// If the template and the report do not fit, which is a defect of this crate.
pub fn html(report: &Report, experiments: &Experiments) -> Result<String> {
    let values = context! { view => Value::from(Serde(&View::of(report, experiments))) };
    shelfwise_page::render(include_str!("report.html"), include_str!("report.css"), values)
}
