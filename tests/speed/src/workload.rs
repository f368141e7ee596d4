//! The workload: a snapshot, and visits with the lists to rank for them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use shelfwise_core::{Engine, ItemIndex, Policy, Recommend, Session, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Silent;
use shelfwise_quality::data::Split;
use shelfwise_train::evaluate::replay::replay;
use shelfwise_train::train::{Choice, TrainOptions, train};

/// The shipped support floor.
const FLOOR: u32 = 2;
/// Number of visits, spread evenly over the test sessions.
const VISITS: usize = 100;
/// The longest list that is ranked.
pub const LONGEST_LIST: usize = 1000;
/// The file of the snapshot.
const SNAPSHOT: &str = "snapshot.swm";
/// The file of the visits.
const VISITS_FILE: &str = "visits.json";

/// A snapshot with visits.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The snapshot's bytes.
    pub snapshot: Vec<u8>,
    /// The log, and visits of it.
    pub visits: Visits,
}

/// Visits of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visits {
    /// The log's name.
    pub log: String,
    /// Items of the snapshot.
    pub items: usize,
    /// The visits.
    pub visits: Vec<Visit>,
}

/// A visit up to the ranking request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Items viewed, oldest first.
    pub viewed: Vec<String>,
    /// [`LONGEST_LIST`] items, or all there are: those with the highest scores, then the rest of the catalog. Shorter
    /// lists are prefixes of this one, so nearly all of their items pass through the trees: the most expensive lists
    /// possible.
    pub list: Vec<String>,
}

impl Workload {
    /// Trains on a log with the defaults at the lowest floor, and takes visits from its test sessions.
    ///
    /// # Errors
    /// Errors of training.
    pub fn train(split: &Split) -> Result<Self> {
        let options = TrainOptions {
            min_support: Choice::Fixed(FLOOR),
            ..TrainOptions::default()
        };
        let previous = None::<&Snapshot<Vec<u8>>>;
        let trained = train(&split.train, &Catalog::default(), previous, &options, &Silent)?;
        let visits = visits(&trained.snapshot, &split.test)?;
        let items = trained.report.items;
        Ok(Self {
            snapshot: trained.snapshot,
            visits: Visits {
                log: split.name.clone(),
                items,
                visits,
            },
        })
    }

    /// Writes the workload into a folder.
    ///
    /// # Errors
    /// Errors of writing.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
        };
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        put(SNAPSHOT, &self.snapshot)?;
        put(VISITS_FILE, &serde_json::to_vec(&self.visits)?)
    }

    /// Reads the files that [`Self::write`] wrote.
    ///
    /// # Errors
    /// Errors of reading.
    pub fn read(folder: &Path) -> Result<Self> {
        let get = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).with_context(|| format!("cannot read {}: prepare the workload first", path.display()))
        };
        Ok(Self {
            snapshot: get(SNAPSHOT)?,
            visits: serde_json::from_slice(&get(VISITS_FILE)?)?,
        })
    }
}

fn visits(snapshot: &[u8], test: &Log) -> Result<Vec<Visit>> {
    let snapshot = Snapshot::open(snapshot).context("the snapshot that was just trained does not open")?;
    let catalog = catalog(&snapshot);
    let mut engine = Engine::new(snapshot, Policy::default());
    let mut visits = Vec::new();
    replay(test, Some(VISITS), &Silent, |session, _, _| {
        visits.push(Visit {
            viewed: session.events().map(|event| event.item.to_string()).collect(),
            list: list(&mut engine, session, &catalog),
        });
    });
    Ok(visits)
}

/// Returns every id of the snapshot, by index.
fn catalog<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> Vec<String> {
    let ids = snapshot.ids();
    let id = |index| ids.id_of(ItemIndex(index))?.as_str().map(str::to_owned);
    (0..snapshot.items() as u32).filter_map(id).collect()
}

fn list<B: AsRef<[u8]>>(engine: &mut Engine<B>, session: &Session, catalog: &[String]) -> Vec<String> {
    let request = Recommend {
        limit: LONGEST_LIST,
        ..Recommend::default()
    };
    let slate = engine.recommend(session, &request, &mut ());
    let mut list: Vec<String> = slate.items.into_iter().map(|item| item.item_id.into_owned()).collect();
    let known: std::collections::HashSet<_> = list.iter().cloned().collect();
    let rest = catalog.iter().filter(|id| !known.contains(*id));
    list.extend(rest.take(LONGEST_LIST.saturating_sub(known.len())).cloned());
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use shelfwise_quality::data::read;

    #[test]
    fn workload_round_trips_through_its_folder() {
        let visit = Visit {
            viewed: vec!["tent".into()],
            list: vec!["peg".into(), "lamp".into()],
        };
        let workload = Workload {
            snapshot: vec![1, 2, 3],
            visits: Visits {
                log: "campers".into(),
                items: 3,
                visits: vec![visit.clone()],
            },
        };
        let folder = std::env::temp_dir().join(format!("shelfwise-workload-{}", std::process::id()));
        workload.write(&folder).unwrap();
        let again = Workload::read(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((again.snapshot, again.visits.visits), (vec![1, 2, 3], vec![visit]));
    }

    #[test]
    fn list_has_no_item_twice() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/snapshots/v1/good/visits.swm");
        let bytes = fs::read(folder).unwrap();
        let log = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/bol_example")).unwrap();
        let visits = visits(&bytes, &log.test).unwrap();
        assert!(visits.len() >= VISITS / 2 && visits.iter().all(|visit| !visit.viewed.is_empty()));
        let mut list = visits[0].list.clone();
        list.sort();
        list.dedup();
        assert_eq!(list.len(), visits[0].list.len());
    }
}
