//! The most changed slates, as the page shows them.

use serde::Serialize;

use crate::changes::{Cause, Example, Tile};
use crate::rules::Deed;
use shelfwise_page::words::percent;

/// A slate before and after, as the page shows it.
#[derive(Serialize)]
pub struct ExampleView {
    placement: String,
    visit: usize,
    done: usize,
    events: Vec<String>,
    next: String,
    next_id: String,
    alike: String,
    before: Vec<TileView>,
    after: Vec<TileView>,
}

#[derive(Serialize)]
struct TileView {
    id: String,
    title: String,
    class: &'static str,
    moved: String,
    causes: Vec<String>,
    is_next: bool,
}

/// Returns the texts of a slate before and after.
pub fn example(example: &Example) -> ExampleView {
    ExampleView {
        placement: example.placement.clone(),
        visit: example.visit,
        done: example.done,
        events: example.events.iter().map(|done| done.item.title.clone()).collect(),
        next: example.next.title.clone(),
        next_id: example.next.id.clone(),
        alike: percent(example.overlap),
        before: tiles(&example.before, &example.next.id, "left"),
        after: tiles(&example.after, &example.next.id, "new"),
    }
}

fn tiles(tiles: &[Tile], next: &str, alone: &'static str) -> Vec<TileView> {
    let tile = |(at, tile): (usize, &Tile)| {
        let place = at + 1;
        let (class, moved) = match tile.other_place {
            None if alone == "new" => ("new", "new".to_owned()),
            None => ("left", "gone".to_owned()),
            Some(other) if other == place => ("same", String::new()),
            // Places are told in the list behind; the one before only marks what leaves.
            Some(_) if alone == "left" => ("same", String::new()),
            Some(other) if other > place => ("up", format!("↑ {}", other - place)),
            Some(other) => ("down", format!("↓ {}", place - other)),
        };
        TileView {
            id: tile.item.id.clone(),
            title: tile.item.title.clone(),
            class,
            moved,
            causes: if class == "same" {
                Vec::new()
            } else {
                tile.causes.iter().map(cause).collect()
            },
            is_next: tile.item.id == next,
        }
    };
    tiles.iter().enumerate().map(tile).collect()
}

fn cause(cause: &Cause) -> String {
    let deed = match cause.deed {
        Deed::RuledOut => "takes it out".to_owned(),
        Deed::Moved(by) if by < 0 => format!("moves it up {}", -by),
        Deed::Moved(by) => format!("moves it down {by}"),
        Deed::Placed => "places it".to_owned(),
        Deed::HeldBack => "holds it back".to_owned(),
    };
    let when = if cause.is_new { "" } else { ", no more" };
    format!("{} {deed}{when}", cause.rule)
}
