//! The report as one page for people who run a shop.

mod context_view;
mod view;

use anyhow::Result;
use minijinja::context;
use minijinja::value::{Serde, Value};

use crate::report::Report;
use view::View;

/// Returns the page.
///
/// # Errors
/// If the template and the report do not fit, which is a defect of this crate.
pub fn html(report: &Report) -> Result<String> {
    let values = context! {
        report => Value::from(Serde(report)),
        view => Value::from(Serde(&View::of(report))),
    };
    shelfwise_page::render(include_str!("doctor.html"), include_str!("doctor.css"), values)
}
