//! The report as one page for people who run a shop: no scripts, nothing that is loaded.

mod view;

use anyhow::{Context as _, Result};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use shelfwise_simulate::html::STYLES;

use crate::report::Report;
use view::View;

/// Returns the page.
///
/// # Errors
/// If the template and the report do not fit, which is a defect of this crate.
pub fn html(report: &Report) -> Result<String> {
    let mut environment = Environment::new();
    environment
        .add_template("doctor.html", include_str!("doctor.html"))
        .context("the report's template cannot be parsed")?;
    let page = environment.get_template("doctor.html")?.render(context! {
        report => Value::from(Serde(report)),
        view => Value::from(Serde(&View::of(report))),
        styles => Value::from_safe_string(format!("{STYLES}{}", include_str!("doctor.css"))),
    });
    page.context("the report cannot be written as a page")
}
