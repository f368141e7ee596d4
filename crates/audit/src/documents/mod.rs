//! Documents for a privacy team, written from a data-flow manifest, so that they cannot say anything else than it:
//! the flows as a page, the text of a data protection impact assessment ([GDPR, Article 35](https://eur-lex.europa.eu/eli/reg/2016/679/oj)),
//! a record of processing activities (Article 30), and the services and their data as a
//! [CycloneDX](https://cyclonedx.org/docs/1.5/json/) document.
//!
//! What only the shop knows is a blank with a question. The generator takes a manifest of any shop; statements about
//! modes, keys, requests and lifetimes come from it alone.

mod cyclonedx;

use anyhow::{Context as _, Result, bail};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value as View};
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;
use serde_json::Value;
use shelfwise_core::Mode;
use shelfwise_page::words::thousands;

use crate::dataflow::SCHEMA;

/// A document: its file name and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// File name, without a folder.
    pub name: &'static str,
    /// Its content.
    pub text: String,
}

/// The folder of this repository's own documents, from its root.
pub const FOLDER: &str = "docs";

/// The documents in Markdown, by file name, with their templates.
const PAGES: [(&str, &str); 3] = [
    ("dataflow.md", include_str!("dataflow.md.jinja")),
    ("dpia.md", include_str!("dpia.md.jinja")),
    ("record-of-processing.md", include_str!("record-of-processing.md.jinja")),
];

/// Returns the documents of a manifest, always in the same order.
///
/// # Errors
/// If the manifest is not of the form that this version knows: the error names the field.
pub fn documents(manifest: &Value) -> Result<Vec<Document>> {
    let schema = manifest.get("schema").and_then(Value::as_str).unwrap_or_default();
    if schema != SCHEMA {
        bail!("the manifest has the schema {schema:?} and not {SCHEMA:?}: use the version of shelfwise that wrote it");
    }
    let environment = environment()?;
    let modes = modes(manifest);
    let page = |(name, _): (&'static str, &str)| {
        let template = environment.get_template(name)?;
        let text = template.render(context! {
            m => View::from(Serde(manifest)),
            modes => View::from(Serde(&modes)),
        });
        let text =
            text.with_context(|| format!("{name} cannot be written: does the manifest have all of its fields?"))?;
        Ok(Document { name, text })
    };
    let mut all = PAGES.into_iter().map(page).collect::<Result<Vec<_>>>()?;
    all.push(Document {
        name: cyclonedx::NAME,
        text: serde_json::to_string_pretty(&cyclonedx::document(manifest))? + "\n",
    });
    Ok(all)
}

fn environment() -> Result<Environment<'static>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    environment.add_filter("text", text);
    environment.add_filter("code", code);
    environment.add_filter("thousands", thousands);
    for (name, source) in PAGES {
        environment
            .add_template(name, source)
            .with_context(|| format!("the template of {name} cannot be parsed"))?;
    }
    Ok(environment)
}

/// What a mode adds to the modes below it.
#[derive(Debug, Serialize)]
struct ModeRow<'a> {
    name: &'a str,
    /// The state that it adds.
    state: Vec<&'a Value>,
}

/// Returns the modes of a manifest from the lowest to the highest: those that this version knows, then others.
fn modes(manifest: &Value) -> Vec<ModeRow<'_>> {
    let state = entries(manifest, "state");
    let mode_of = |row: &'_ Value| row.get("lowest_mode").and_then(Value::as_str).map(str::to_owned);
    let mut names: Vec<&str> = Mode::ALL.iter().map(|mode| mode.name()).collect();
    for name in state.iter().filter_map(|row| row.get("lowest_mode")?.as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let row = |name| ModeRow {
        name,
        state: state
            .iter()
            .filter(|row| mode_of(row).as_deref() == Some(name))
            .collect(),
    };
    names.into_iter().map(row).collect()
}

/// Returns the list at a key; an absent one is empty.
fn entries<'a>(manifest: &'a Value, key: &str) -> &'a [Value] {
    manifest.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Escapes text for a cell of a Markdown table. No HTML and no link of a manifest gets through.
fn text(value: &str) -> String {
    let one_line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line
        .replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace("](", "]\\(")
        .replace('*', "\\*")
}

/// Writes a name as code in a cell of a Markdown table.
fn code(value: &str) -> String {
    format!(
        "`{}`",
        value.replace('`', "'").replace('|', "\\|").replace(['\n', '\r'], " ")
    )
}

#[cfg(test)]
mod tests;
