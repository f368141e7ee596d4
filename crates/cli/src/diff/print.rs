//! Changes as tables for people; long lists are shortened, with the number of what is left out.

use std::fmt::Write as _;

use comfy_table::Table;

use super::Change;
use super::items::{ItemsChange, Mover};
use super::model::ModelChange;
use super::rules::{Named, RulesChange};
use super::slates::{Page, SlatesChange};
use crate::table::{count, counted, table, text_table};
use crate::titles::Titles;

/// Names shown of a list.
const NAMES: usize = 10;

/// Returns all changes, the model first.
pub(super) fn text(change: &Change, titles: &Titles) -> String {
    let mut text = String::new();
    if let Some(model) = &change.model {
        text += &model_text(model, titles);
    }
    if let Some(rules) = &change.rules {
        text += &rules_text(rules);
    }
    text
}

fn model_text(model: &ModelChange, titles: &Titles) -> String {
    let mut facts = table(&["model", "before", "after"]);
    for fact in &model.facts {
        // Of what did not change only the first four facts are shown.
        if fact.before != fact.after || model.facts.iter().take(4).any(|first| first.name == fact.name) {
            facts.add_row([&fact.name, &fact.before, &fact.after]);
        }
    }
    let mut sizes = table(&["bytes", "before", "after", "change"]);
    for section in &model.sections {
        let change = section.after as i64 - section.before as i64;
        let sign = match change {
            0 => "",
            1.. => "+",
            _ => "-",
        };
        sizes.add_row([
            section.name.clone(),
            count(section.before),
            count(section.after),
            format!("{sign}{}", count(change.unsigned_abs())),
        ]);
    }
    format!(
        "{facts}\n{sizes}\n{}{}",
        items_text(&model.items, titles),
        slates_text(&model.slates, titles)
    )
}

fn items_text(items: &ItemsChange, titles: &Titles) -> String {
    let mut text = String::new();
    for (word, ids) in [("new", &items.new), ("gone", &items.gone)] {
        let _ = writeln!(text, "{} {word}{}", counted(ids.len(), "item"), names(ids, titles));
    }
    for (word, movers) in [("rising", &items.rising), ("falling", &items.falling)] {
        if !movers.is_empty() {
            let _ = writeln!(text, "{}", movers_table(word, movers, titles));
        }
    }
    text
}

fn movers_table(word: &str, movers: &[Mover], titles: &Titles) -> Table {
    let mut rows = table(&[&format!("popularity {word}"), "before", "after"]);
    for mover in movers.iter().take(NAMES) {
        let number = |popularity: f32| format!("{popularity:.2}");
        rows.add_row([titles.name(&mover.item_id), number(mover.before), number(mover.after)]);
    }
    if movers.len() > NAMES {
        rows.add_row([format!("and {} more", count(movers.len() - NAMES))]);
    }
    rows
}

fn slates_text(slates: &SlatesChange, titles: &Titles) -> String {
    let moved: Vec<&Page> = slates.pages.iter().filter(|page| !page.is_same()).collect();
    let mut text = format!(
        "at placement `{}`, {} of {} places on {} pages show another item; {} pages stay as they were\n",
        slates.placement,
        slates.changed,
        slates.places,
        slates.pages.len(),
        slates.pages.len() - moved.len()
    );
    if moved.is_empty() {
        return text;
    }
    let mut rows = text_table(&["page", "comes in", "goes out"]);
    let mut moved = moved;
    // The largest change first; of equal ones the more popular item, as the list has it.
    moved.sort_by_key(|page| std::cmp::Reverse(page.came.len().max(page.went.len())));
    for page in moved {
        let name = page
            .item_id
            .as_deref()
            .map_or_else(|| "front page".to_owned(), |id| titles.name(id));
        let list = |ids: &[String]| ids.iter().map(|id| titles.name(id)).collect::<Vec<_>>().join(", ");
        let (came, went) = match (page.came.is_empty(), page.went.is_empty()) {
            (true, true) => ("the same in another order".into(), String::new()),
            _ => (list(&page.came), list(&page.went)),
        };
        rows.add_row([name, came, went]);
    }
    let _ = writeln!(text, "{rows}");
    text
}

/// Returns what changes of rules, one line for each.
pub fn rules_text(rules: &RulesChange) -> String {
    let mut text = format!(
        "{} before, {} after\n",
        counted(rules.before, "rule"),
        count(rules.after)
    );
    if rules.is_same() {
        text += "the rules are the same\n";
    }
    for change in &rules.changes {
        text += &rule_text(change);
    }
    if rules.reordered {
        text += "rules are in another order: if several hide an item, the first one is reported\n";
    }
    text
}

fn rule_text(change: &Named) -> String {
    let name = &change.name;
    match (&change.before, &change.after) {
        (None, Some(after)) => format!("+ {name}: {after}\n"),
        (Some(before), None) => format!("- {name}: {before}\n"),
        (Some(before), Some(after)) => format!("~ {name}: {before}\n  now: {after}\n"),
        (None, None) => String::new(),
    }
}

/// Returns the first names, and the number of the others.
fn names(ids: &[String], titles: &Titles) -> String {
    let first = ids
        .iter()
        .take(NAMES)
        .map(|id| titles.name(id))
        .collect::<Vec<_>>()
        .join(", ");
    match ids.len() {
        0 => String::new(),
        1..=NAMES => format!(": {first}"),
        more => format!(": {first} and {} more", count(more - NAMES)),
    }
}
