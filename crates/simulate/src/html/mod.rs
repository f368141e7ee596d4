//! The report as one page for people who set rules: no scripts, nothing that is loaded.

mod example;
mod view;
pub mod words;

use anyhow::{Context as _, Result};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};

use crate::report::Report;
use view::View;

/// The look of the reports.
pub const STYLES: &str = include_str!("report.css");

/// Returns the page.
///
/// # Errors
/// If the template and the report do not fit, which is a defect of this crate.
pub fn html(report: &Report) -> Result<String> {
    let mut environment = Environment::new();
    environment
        .add_template("report.html", include_str!("report.html"))
        .context("the report's template cannot be parsed")?;
    let template = environment.get_template("report.html")?;
    let page = template.render(context! {
        report => Value::from(Serde(report)),
        view => Value::from(Serde(&View::of(report))),
        styles => Value::from_safe_string(STYLES.to_owned()),
        sha256 => report.sha256()?,
    });
    page.context("the report cannot be written as a page")
}
