//! `shelfwise inspect`: a snapshot section by section, or one item in it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use shelfwise_core::snapshot::{Meta, Neighbours};
use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_train::size::{SectionSize, brotli_bytes, section_sizes};

use crate::output::printable;
use crate::table::{count, date, table};
use crate::titles::{TitleArguments, Titles};
use crate::{files, output, print_line};

/// Show a snapshot section by section, or the neighbours of an item.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  shelfwise inspect model/model.swm\n  shelfwise inspect model/model.swm --item 1022843"
)]
pub struct Inspect {
    /// The snapshot.
    snapshot: PathBuf,
    /// Show popularity, category, brand and neighbours of this item.
    #[arg(long)]
    item: Option<String>,
    #[command(flatten)]
    titles: TitleArguments,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// Facts of a snapshot, as `--json` prints them.
#[derive(Serialize)]
struct Overview<'a> {
    items: usize,
    bytes: usize,
    brotli_bytes: usize,
    #[serde(flatten)]
    meta: &'a Meta,
    neighbours: usize,
    bridges: usize,
    alike: usize,
    categories: usize,
    brands: usize,
    sections: Vec<SectionSize>,
}

/// Facts of an item, as `--json` prints them.
#[derive(Serialize)]
struct ItemView {
    item_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    index: u32,
    popularity: f32,
    category: Option<String>,
    brand: Option<String>,
    together: Vec<NeighbourView>,
    bridges: Vec<NeighbourView>,
    alike: Vec<NeighbourView>,
}

#[derive(Serialize)]
struct NeighbourView {
    item_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    weight: f32,
}

impl Inspect {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let snapshot = files::read_snapshot(&self.snapshot)?;
        match &self.item {
            Some(id) => {
                let titles = self.titles.read()?;
                let view = item_view(&snapshot, id, &titles)
                    .with_context(|| format!("{} knows no item `{id}`", self.snapshot.display()))?;
                if self.json {
                    output::json(&view)
                } else {
                    print_item(&view)
                }
            }
            None => {
                let overview = overview(&snapshot);
                if self.json {
                    output::json(&overview)
                } else {
                    print_overview(&overview)
                }
            }
        }
    }
}

fn overview(snapshot: &Snapshot<Vec<u8>>) -> Overview<'_> {
    let attributes = snapshot.attributes();
    let entries = |table: Neighbours<'_>| {
        (0..snapshot.items() as u32)
            .map(|item| table.of(ItemIndex(item)).count())
            .sum()
    };
    Overview {
        items: snapshot.items(),
        bytes: snapshot.as_bytes().len(),
        brotli_bytes: brotli_bytes(snapshot.as_bytes()),
        meta: snapshot.meta(),
        neighbours: entries(snapshot.together()),
        bridges: entries(snapshot.bridges()),
        alike: entries(snapshot.alike()),
        categories: attributes.categories().count(),
        brands: attributes.brands().count(),
        sections: section_sizes(snapshot),
    }
}

fn print_overview(overview: &Overview<'_>) -> Result<()> {
    let meta = overview.meta;
    print_line!(
        "{} items, trained until {}, support floor {} {}{}",
        count(overview.items),
        date(meta.trained_until_ms),
        meta.min_support,
        match meta.support {
            shelfwise_core::snapshot::Support::People => "people",
            shelfwise_core::snapshot::Support::Sessions => "sessions",
        },
        if meta.min_support < 2 {
            " (for comparison with the literature only: do not ship)"
        } else {
            ""
        },
    );
    print_line!(
        "{} neighbours by co-occurrence, {} by indirect links, {} by similarity, {} categories, {} brands",
        count(overview.neighbours),
        count(overview.bridges),
        count(overview.alike),
        count(overview.categories),
        count(overview.brands)
    );
    print_line!("{}", sizes(&overview.sections, overview.bytes, overview.brotli_bytes));
    Ok(())
}

/// Returns a table of sections with their sizes.
pub fn sizes(sections: &[SectionSize], bytes: usize, brotli_bytes: usize) -> comfy_table::Table {
    let mut rows = table(&["section", "bytes", "brotli"]);
    for section in sections {
        rows.add_row([section.name.clone(), count(section.bytes), count(section.brotli_bytes)]);
    }
    rows.add_row(["whole file".to_owned(), count(bytes), count(brotli_bytes)]);
    rows
}

fn item_view(snapshot: &Snapshot<Vec<u8>>, id: &str, titles: &Titles) -> Option<ItemView> {
    let index = snapshot.ids().index_of(id)?;
    let (category, brand) = snapshot.attributes().names_of(index);
    Some(ItemView {
        item_id: id.to_owned(),
        title: titles.title(id),
        index: index.0,
        popularity: snapshot.popularity().of(index),
        category: category.map(String::from),
        brand: brand.map(String::from),
        together: neighbours(snapshot, &snapshot.together(), index, titles),
        bridges: neighbours(snapshot, &snapshot.bridges(), index, titles),
        alike: neighbours(snapshot, &snapshot.alike(), index, titles),
    })
}

fn neighbours(
    snapshot: &Snapshot<Vec<u8>>,
    table: &Neighbours<'_>,
    item: ItemIndex,
    titles: &Titles,
) -> Vec<NeighbourView> {
    let id = |item| {
        snapshot
            .ids()
            .id_of(item)
            .and_then(|id| id.as_str().map(String::from))
            .unwrap_or_default()
    };
    let view = |neighbour: shelfwise_core::snapshot::Neighbour| {
        let item_id = id(neighbour.item);
        NeighbourView {
            title: titles.title(&item_id),
            item_id,
            weight: neighbour.weight,
        }
    };
    let mut neighbours: Vec<NeighbourView> = table.of(item).map(view).collect();
    neighbours.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    neighbours
}

/// Returns an id for people, with its title if there is one.
fn named(id: &str, title: Option<&str>) -> String {
    title.map_or_else(
        || printable(id),
        |title| format!("{} ({})", printable(id), printable(title)),
    )
}

fn print_item(view: &ItemView) -> Result<()> {
    let or_none = |name: &Option<String>| name.as_deref().map_or_else(|| "none".into(), printable);
    print_line!(
        "item {} (index {}), popularity {:.2}",
        named(&view.item_id, view.title.as_deref()),
        view.index,
        view.popularity
    );
    print_line!("category {}, brand {}", or_none(&view.category), or_none(&view.brand));
    let tables = [
        ("co-occurrence", &view.together),
        ("indirect links", &view.bridges),
        ("similar", &view.alike),
    ];
    for (name, neighbours) in tables {
        let mut rows = table(&[name, "weight"]);
        for neighbour in neighbours {
            rows.add_row([
                named(&neighbour.item_id, neighbour.title.as_deref()),
                format!("{:.4}", neighbour.weight),
            ]);
        }
        print_line!("{rows}");
    }
    Ok(())
}
