//! What the reports for people share: one page without scripts that loads nothing, its look, and numbers in words.
#![forbid(unsafe_code)]

pub mod words;

use anyhow::{Context as _, Result};
use minijinja::value::Value;
use minijinja::{Environment, context};

/// The look of all reports.
const STYLES: &str = include_str!("page.css");

/// Returns the page of a report.
///
/// `template` extends `page.html` with the blocks `title`, `part` (which report it is), `head` and `content`. `styles` are its own,
/// behind those that all reports have.
///
/// ```
/// use minijinja::context;
///
/// let template = r#"{% extends "page.html" %}{% block content %}{{ word }}{% endblock %}"#;
/// let page = shelfwise_page::render(template, "", context! { word => "a < b" })?;
/// assert!(page.contains("a &lt; b") && page.contains(".brand {"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the template and the values do not fit, which is a defect of the caller.
pub fn render(template: &str, styles: &str, values: Value) -> Result<String> {
    let mut environment = Environment::new();
    environment.add_template("page.html", include_str!("page.html"))?;
    environment
        .add_template("report.html", template)
        .context("the report's template cannot be parsed")?;
    let styles = Value::from_safe_string(format!("{STYLES}{styles}"));
    let page = environment
        .get_template("report.html")?
        .render(context! { styles, ..values });
    page.context("the report cannot be written as a page")
}
