//! The plan of the visits: `--script steps.toml`, or one made of the start page's links.

use std::env;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Deserialize;
use toml::Spanned;

use crate::files;

/// What is done before anything counts, what each shopper does, and the last page, which is the same for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub before: Vec<Action>,
    pub shoppers: Vec<Shopper>,
    pub last: Vec<Action>,
}

/// A shopper with a past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shopper {
    pub name: String,
    pub steps: Vec<Action>,
}

/// One step on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Opens a path of the origin.
    Goto(String),
    /// Clicks an element.
    Click(String),
    /// Types into an element.
    Type { into: String, text: Text },
    /// Waits for an element.
    WaitFor(String),
    /// Waits so many milliseconds.
    Wait(u64),
    /// Presses a key.
    Press(String),
    /// Waits until an expression is true.
    Expect(String),
}

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// This.
    Given(String),
    /// What an environment variable holds: for passwords, which stand in no file.
    Variable(String),
}

/// The longest wait in milliseconds: longer ones are a slip of the pen.
const MOST_WAIT_MS: u64 = 60_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    before: Vec<Spanned<Line>>,
    #[serde(default)]
    shopper: Vec<Spanned<ShopperLine>>,
    #[serde(default)]
    last: Vec<Spanned<Line>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopperLine {
    name: String,
    steps: Vec<Spanned<Line>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    goto: Option<String>,
    click: Option<String>,
    #[serde(rename = "type")]
    text: Option<String>,
    type_from: Option<String>,
    into: Option<String>,
    wait: Option<Wait>,
    press: Option<String>,
    expect: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wait {
    Milliseconds(u64),
    Selector(String),
}

impl Plan {
    /// Reads a script.
    pub fn read(path: &Path) -> Result<Self> {
        let text = String::from_utf8(files::read(path)?).with_context(|| format!("{} is no text", path.display()))?;
        Self::parse(&text).with_context(|| format!("--script {}", path.display()))
    }

    /// Parses a script; errors name the line.
    fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| anyhow!("{}", error.to_string().trim_end()))?;
        let shopper = |line: Spanned<ShopperLine>| {
            let ShopperLine { name, steps } = line.into_inner();
            Ok(Shopper {
                name,
                steps: actions(text, steps)?,
            })
        };
        let plan = Self {
            before: actions(text, file.before)?,
            shoppers: file.shopper.into_iter().map(shopper).collect::<Result<_>>()?,
            last: actions(text, file.last)?,
        };
        if plan.shoppers.len() < 2 {
            bail!(
                "it has {} shoppers: write two [[shopper]] with different steps, which are compared",
                plan.shoppers.len()
            );
        }
        let names: std::collections::BTreeSet<_> = plan.shoppers.iter().map(|shopper| &shopper.name).collect();
        if names.len() < plan.shoppers.len() {
            bail!("two shoppers have one name: give each its own");
        }
        if !plan.last.iter().any(|action| matches!(action, Action::Goto(_))) {
            bail!("[[last]] opens no page: write the page that every shopper opens last, such as goto = \"/\"");
        }
        Ok(plan)
    }

    /// Whether the shoppers do different things before the last page.
    pub fn has_pasts(&self) -> bool {
        let mut pasts = self.shoppers.iter().map(|shopper| &shopper.steps);
        pasts.next().is_some_and(|first| pasts.any(|other| other != first))
    }

    /// Two shoppers who open different ones of the links, and the start page last.
    pub fn of_links(start: &str, links: &[String]) -> Self {
        let steps = |odd: usize| {
            let own = links.iter().skip(odd).step_by(2);
            own.map(|link| Action::Goto(link.clone())).collect()
        };
        let shopper = |name: &str, odd| Shopper {
            name: name.to_owned(),
            steps: steps(odd),
        };
        Self {
            before: Vec::new(),
            shoppers: vec![shopper("first", 0), shopper("second", 1)],
            last: vec![Action::Goto(start.to_owned())],
        }
    }
}

impl Text {
    /// What is typed.
    pub fn get(&self) -> Result<String> {
        match self {
            Self::Given(text) => Ok(text.clone()),
            Self::Variable(name) => {
                env::var(name).with_context(|| format!("type_from: set {name} to what shall be typed"))
            }
        }
    }
}

fn actions(text: &str, lines: Vec<Spanned<Line>>) -> Result<Vec<Action>> {
    let action = |line: Spanned<Line>| {
        let at = text.get(..line.span().start).unwrap_or_default().matches('\n').count() + 1;
        action(line.into_inner()).with_context(|| format!("line {at}"))
    };
    lines.into_iter().map(action).collect()
}

/// The one thing that a step does.
fn action(line: Line) -> Result<Action> {
    let Line {
        goto,
        click,
        text,
        type_from,
        into,
        wait,
        press,
        expect,
    } = line;
    let typed = text
        .map(Text::Given)
        .into_iter()
        .chain(type_from.map(Text::Variable))
        .next();
    let typed = match (typed, into) {
        (Some(text), Some(into)) => Some(Action::Type { into, text }),
        (Some(_), None) => bail!("what is typed needs an element: add into = \"#email\""),
        (None, Some(_)) => {
            bail!("`into` needs what is typed: add type = \"…\", or type_from = \"VARIABLE\" for a password")
        }
        (None, None) => None,
    };
    let waited = wait.map(|wait| match wait {
        Wait::Selector(selector) => Ok(Action::WaitFor(selector)),
        Wait::Milliseconds(time) if time <= MOST_WAIT_MS => Ok(Action::Wait(time)),
        Wait::Milliseconds(time) => bail!("waits {time} ms: wait for an element, or at most {MOST_WAIT_MS} ms"),
    });
    let opened = goto.map(|path| {
        if path.starts_with('/') {
            Ok(Action::Goto(path))
        } else {
            bail!("goto = \"{path}\": begin the path with a slash")
        }
    });
    let all = [
        opened.transpose()?,
        waited.transpose()?,
        click.map(Action::Click),
        typed,
        press.map(Action::Press),
        expect.map(Action::Expect),
    ];
    let mut all = all.into_iter().flatten();
    match (all.next(), all.next()) {
        (Some(action), None) => Ok(action),
        (None, _) => bail!("a step does nothing: write goto, click, type with into, wait, press or expect"),
        (Some(_), Some(_)) => bail!("a step does two things: write two steps"),
    }
}

#[cfg(test)]
mod tests;
