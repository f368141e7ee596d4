//! The report as one page for people who decide: no scripts, nothing that is loaded.

mod scale;
mod trail;
mod view;
mod words;

use anyhow::{Context as _, Result};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};

use crate::declaration::Experiments;
use crate::read::Report;
use view::View;

/// The look that all reports share.
const SHARED: &str = include_str!("../../../simulate/src/html/report.css");

/// Returns the page.
///
/// # Errors
/// If the template and the report do not fit, which is a defect of this crate.
pub fn html(report: &Report, experiments: &Experiments) -> Result<String> {
    let mut environment = Environment::new();
    environment
        .add_template("report.html", include_str!("report.html"))
        .context("the report's template cannot be parsed")?;
    let template = environment.get_template("report.html")?;
    let styles = format!("{SHARED}{}", include_str!("report.css"));
    let page = template.render(context! {
        view => Value::from(Serde(&View::of(report, experiments))),
        styles => Value::from_safe_string(styles),
    });
    page.context("the report cannot be written as a page")
}
