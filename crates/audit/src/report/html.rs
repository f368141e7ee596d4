//! The report for people who do not read code: claim, verdict, what was tried, what was found, what is left.

use anyhow::{Context as _, Result};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;

use super::{Outcome, Report, Step, picture};

/// What no audit of a build can prove, in plain words.
const RESIDUAL: &[&str] = &[
    "Whoever serves these files can serve others tomorrow. An audit is about the files of its date; repeat it with every release.",
    "The shop's own requests, cookies and logs, and every other script on its pages, are not part of the claim.",
    "The shop sees which pages are opened and which pictures are loaded, as every shop does.",
    "Browser extensions, developer tools, and people with the device in their hands see what the browser sees.",
    "The static steps read scripts without running them: a name that a script computes while it runs is seen by the browser steps alone.",
    "The browser steps run the package on pages of their own, with shoppers that are made up and a clock that is moved: your pages, and what else is on them, were not run.",
    "What an edge worker writes into its store and its logs cannot be seen from outside: its answers alone were looked at.",
    "How long something takes, and in which order requests of one moment arrive, is not compared: it differs from run to run.",
    "Whether processing on the device needs consent is a question of law. This report says what happens, not whether it is allowed.",
];

/// What no audit of a model can prove, in plain words.
const RESIDUAL_OF_MODELS: &[&str] = &[
    "A floor of people is not differential privacy: it bounds what the model publishes, not what somebody can conclude who knows the others.",
    "With a floor of k, somebody who can act as k - 1 people learns whether one more person did the same.",
    "Who is one person, and what is one visit, was read by the same code that training uses: a person with two keys counts as two.",
    "Where the log has no person's key, sessions are counted: one person with two sessions is two.",
    "Learned trees, factors of scoring, the hit curve and the scale of weights cannot be traced to people; what one person changes of them was measured on some people only.",
    "Levels of popularity follow a public formula: where few saw an item, its level is that of their exact number, which is never below the floor.",
    "The log itself, and who can read it in the shop, is not part of this audit.",
];

#[derive(Serialize)]
struct Row<'a> {
    step: &'a Step,
    words: &'static str,
    class: &'static str,
}

/// Returns one page without scripts and without anything that is loaded.
///
/// # Errors
/// If the template and the report do not fit, which is a defect of this crate.
pub fn html(report: &Report) -> Result<String> {
    let mut environment = Environment::new();
    environment
        .add_template("report.html", include_str!("report.html"))
        .context("the report's template cannot be parsed")?;
    let rows: Vec<_> = report.steps.iter().map(row).collect();
    let colours = ["load", "ask", "keep", "out"].map(|arrow| (arrow, picture::colour(report, arrow)));
    let colours: std::collections::BTreeMap<_, _> = colours.into_iter().collect();
    let template = environment.get_template("report.html")?;
    let page = template.render(context! {
        report => Value::from(Serde(report)),
        rows => Value::from(Serde(&rows)),
        verdict => report.verdict(),
        failed => report.has_failed(),
        colours => Value::from(Serde(&colours)),
        is_model => report.is_of_model(),
        residual => Value::from(Serde(if report.is_of_model() { RESIDUAL_OF_MODELS } else { RESIDUAL })),
    });
    page.context("the report cannot be written as a page")
}

fn row(step: &Step) -> Row<'_> {
    let (words, class) = match step.outcome {
        Outcome::Passed => ("holds", "passed"),
        Outcome::Failed => ("does not hold", "failed"),
        Outcome::NotApplicable => ("not applicable", "absent"),
        Outcome::NotProved => ("not proved", "open"),
    };
    Row { step, words, class }
}
