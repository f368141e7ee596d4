//! `shelfwise evaluate --breadth`: how widely a model spreads, and whether it narrows.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use shelfwise_core::{CurrentItem, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::{ColumnMap, read_catalog};
use shelfwise_simulate::Shop;
use shelfwise_simulate::breadth::{Breadth, Kind};
use shelfwise_simulate::generations::{Generation, GenerationOptions, generations};
use shelfwise_simulate::request::{Asks, Shelf};
use shelfwise_simulate::spread::{ShownShares, Spread, SpreadInput, spread};
use shelfwise_train::evaluate::{PLACEMENT, policy};

use crate::bars::Bars;
use crate::output::printable;
use crate::table::{percent, table};
use crate::{catalog, print_line};

/// Places in a slate: what is looked at, whatever length hit rates are of.
const PLACES: usize = 10;
/// The most visits that are replayed.
const VISITS: usize = 10_000;
/// The share of the catalog's rows that may be bad, as in training.
const BAD_ROWS: f64 = 0.01;

/// What is measured beside accuracy.
#[derive(Args)]
pub struct BreadthArguments {
    /// Also measure how widely the first ten places spread: coverage, concentration, long tail, calibration to the visit, variety
    /// within a slate, and shares by category, brand and price beside those of the catalog and of what shoppers choose.
    #[arg(long)]
    breadth: bool,
    /// Also train so many generations anew, each on the visits of the one before with half of their choices taken from slates, and
    /// measure whether they narrow. Trains on the first four fifths of the events, by tables alone, and takes minutes.
    #[arg(long, value_name = "N")]
    generations: Option<usize>,
    /// The catalog, for brands and prices; without it, what the snapshot knows.
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Which column of the catalog means what, for instance title=product_name. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN", requires = "catalog")]
    map_catalog: Vec<String>,
}

/// What was measured.
#[derive(Serialize)]
pub struct BreadthReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    breadth: Option<Spread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generations: Option<Vec<Generation>>,
}

impl BreadthArguments {
    /// Measures what was asked for.
    pub fn measure(
        &self,
        snapshot: &Snapshot<Vec<u8>>,
        log: &Log,
        current_item: CurrentItem,
        bars: &Bars,
    ) -> Result<BreadthReport> {
        let goods = self.goods(bars)?;
        let breadth = self.breadth.then(|| {
            let shop = Shop::new(&goods, snapshot, &[]);
            let input = SpreadInput {
                log,
                shop: &shop,
                snapshot: snapshot.as_bytes(),
                facts: None,
                policy: &policy(log.order, current_item),
                shelf: &Shelf {
                    placement: PLACEMENT.into(),
                    asks: Asks::Catalog,
                },
                places: PLACES,
                visits: VISITS,
            };
            spread(&input, bars)
        });
        let generations = self.generations.map(|count| {
            let options = GenerationOptions {
                count,
                places: PLACES,
                visits: VISITS,
            };
            generations(log, &goods, &options, bars)
        });
        Ok(BreadthReport {
            breadth: breadth.transpose()?,
            generations: generations.transpose()?,
        })
    }

    fn goods(&self, bars: &Bars) -> Result<Catalog> {
        let Some(path) = &self.catalog else {
            return Ok(Catalog::default());
        };
        let (goods, report) = read_catalog(path, &ColumnMap::parse(&self.map_catalog)?, BAD_ROWS, bars)?;
        catalog::warn(&report);
        Ok(goods)
    }
}

impl BreadthReport {
    /// Prints what was measured.
    pub fn print(&self) {
        if let Some(spread) = &self.breadth {
            print_spread(spread);
        }
        if let Some(generations) = &self.generations {
            print_generations(generations);
        }
    }
}

fn print_spread(spread: &Spread) {
    let mut rows = table(&["breadth of the first ten places", "value"]);
    for (name, value) in named(&spread.breadth) {
        rows.add_row([name.to_owned(), value]);
    }
    print_line!("{rows}");
    spread.shares.iter().for_each(print_shares);
}

fn named(breadth: &Breadth) -> [(&'static str, String); 6] {
    [
        ("items shown at least once", percent(breadth.coverage)),
        ("Gini of exposure", format!("{:.3}", breadth.gini)),
        ("long tail", percent(breadth.long_tail)),
        (
            "popularity of shown over chosen",
            format!("{:.2}", breadth.popularity_lift),
        ),
        (
            "divergence from the visit's categories",
            format!("{:.2}", breadth.calibration),
        ),
        ("variety within a slate", format!("{:.3}", breadth.diversity)),
    ]
}

fn print_shares(shares: &ShownShares) {
    let kind = match shares.by {
        Kind::Category => "category",
        Kind::Brand => "brand",
        Kind::Price => "price",
    };
    let mut rows = table(&[kind, "of items", "of choices", "of places"]);
    for group in &shares.groups {
        let name = if group.name.is_empty() {
            "all others"
        } else {
            &group.name
        };
        rows.add_row([
            printable(name),
            percent(group.catalog),
            percent(group.clicks),
            percent(group.shown),
        ]);
    }
    print_line!("{rows}");
}

fn print_generations(generations: &[Generation]) {
    let mut rows = table(&[
        "generation",
        "HR@10",
        "coverage",
        "Gini",
        "long tail",
        "popularity",
        "calibration",
        "variety",
    ]);
    for generation in generations {
        let mut row = vec![generation.number.to_string(), percent(generation.hit_rate)];
        row.extend(named(&generation.breadth).map(|(_, value)| value));
        rows.add_row(row);
    }
    print_line!("{rows}");
}
