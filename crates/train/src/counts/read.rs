//! Reads the results of counting.

use std::path::Path;
use std::sync::Arc;

use shelfwise_core::{ContextKey, Snapshot};
use shelfwise_intake::log::{Click, Log, SessionSpan};

use super::check::{self, CONTEXTS, ITEMS, PAIRS, SAMPLE, TOTALS, Totals};
use super::table::{Table, read_ids};
use super::{CountsError, Manifest};
use crate::aggregates::contexts::{ContextCounts, FACTS, FEWEST_SESSIONS, KeyCounts};
use crate::aggregates::items::ItemCounts;
use crate::train::{Choice, Links, TrainOptions, new_since};
use crate::tune::hold_out::SURE_PREDICTIONS;

/// Counts of a log, made by another engine: an input of training.
#[derive(Clone, Debug)]
pub struct Counts {
    pub(super) tables: Arc<Tables>,
}

/// What was read.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) manifest: Manifest,
    pub(super) totals: Totals,
    pub(super) ids: Vec<String>,
    /// Of all sessions, and of those before the hold-out.
    pub(super) parts: [PartTables; 2],
    pub(super) pairs: Table<11>,
    /// The hold-out; items are numbered as in `ids`.
    pub(super) sample: Log,
}

/// Counts of items and context keys of a part of the log.
#[derive(Debug)]
pub(super) struct PartTables {
    pub(super) items: Vec<ItemCounts>,
    /// Weight of all pairs, by item.
    pub(super) sums: Vec<u64>,
    pub(super) contexts: Vec<ContextCounts>,
}

impl Counts {
    /// Reads the results in a folder. O(results).
    ///
    /// # Errors
    /// [`CountsError`] with file and row for anything that is missing, out of order, impossible, or does not add up.
    pub fn read(folder: &Path) -> Result<Self, CountsError> {
        let manifest = Manifest::read(folder)?;
        let ids = read_ids(folder)?;
        if ids.len() != manifest.items as usize {
            let problem = format_args!("{} ids, but counts.json has {} items", ids.len(), manifest.items);
            return Err(CountsError::file(&folder.join("ids.parquet"), problem));
        }
        let totals = check::totals(&Table::read(folder, "totals", TOTALS)?, &manifest)?;
        let pairs = Table::read(folder, "pairs", PAIRS)?;
        check::pairs(&pairs, &totals, &manifest)?;
        let items = Table::read(folder, "items", ITEMS)?;
        check::items(&items, &totals, &manifest)?;
        let contexts = Table::read(folder, "contexts", CONTEXTS)?;
        check::contexts(&contexts, &totals, &manifest)?;
        let sample = Table::read(folder, "sample", SAMPLE)?;
        check::sample(&sample, &totals, &manifest)?;
        let part = |early: bool| PartTables {
            items: item_counts(&items, early),
            sums: sums(&items, early),
            contexts: context_counts(&contexts, early, manifest.known()),
        };
        let tables = Tables {
            parts: [part(false), part(true)],
            sample: log(&sample, &manifest),
            manifest,
            totals,
            ids,
            pairs,
        };
        Ok(Self {
            tables: Arc::new(tables),
        })
    }

    /// Returns how the log was counted.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.tables.manifest
    }

    /// Refuses options that these counts do not answer, or not to the byte.
    ///
    /// # Errors
    /// What to do about it.
    pub fn admit<B: AsRef<[u8]>>(&self, options: &TrainOptions, previous: Option<&Snapshot<B>>) -> Result<(), String> {
        let manifest = self.manifest();
        if options.links != Links::None {
            return Err("indirect links need what each person saw, which counts do not have: add --links none".into());
        }
        let since_ms = new_since(self, previous, options);
        if since_ms.is_some() && since_ms != manifest.since_ms {
            let written = match manifest.since_ms {
                Some(_) => "for another --previous",
                None => "without --previous",
            };
            return Err(format!(
                "the tables were written {written}, so people who are new to it were not counted: give `shelfwise export` \
                 the same --previous and count again, or add --changes all"
            ));
        }
        if !manifest.weighs_by(&options.event_weights) {
            return Err("the tables were written with other weights of events: give the same --event-weight".into());
        }
        let bound = manifest.pairs_per_session.map(Choice::Fixed);
        if options.pairs_per_session != bound {
            let own = manifest
                .pairs_per_session
                .map_or_else(|| "all".into(), |bound| bound.to_string());
            return Err(format!(
                "the tables were written with --pairs-per-session {own}: give the same"
            ));
        }
        let floor = self.tables.totals.floor;
        if i64::from(options.min_support.least()) < floor {
            return Err(format!(
                "the SQL has left out what fewer than {floor} support: give --min-support {floor} or more"
            ));
        }
        let predictions = self.tables.sample.predictions();
        if predictions < SURE_PREDICTIONS {
            return Err(format!(
                "the newest sessions hold {predictions} predictions, fewer than {SURE_PREDICTIONS}: a log this small is \
                 measured on all of its sessions. Train with --events"
            ));
        }
        Ok(())
    }
}

fn item_counts(table: &Table<8>, early: bool) -> Vec<ItemCounts> {
    let [supporters, recent, since] = if early { [4, 5, 4] } else { [1, 2, 7] };
    let counts = |row: [i64; 8]| ItemCounts {
        supporters: row[supporters] as u32,
        since: row[since] as u32,
        recent: row[recent] as u64,
    };
    (0..table.rows()).map(|at| counts(table.row(at))).collect()
}

fn sums(table: &Table<8>, early: bool) -> Vec<u64> {
    let column = if early { 6 } else { 3 };
    table.columns[column].iter().map(|sum| *sum as u64).collect()
}

/// Returns the keys with enough visits, with their items; an item without its key is left out with it.
fn context_counts(table: &Table<7>, early: bool, known: ContextKey) -> Vec<ContextCounts> {
    let mut all: Vec<ContextCounts> = FACTS
        .into_iter()
        .map(|(_, chosen)| ContextCounts {
            chosen,
            known: chosen.only(known),
            keys: Vec::new(),
        })
        .collect();
    for at in 0..table.rows() {
        let [facts, key, item, visits, people, early_visits, early_people] = table.row(at);
        let (visits, people) = if early {
            (early_visits, early_people)
        } else {
            (visits, people)
        };
        let keys = &mut all[facts as usize].keys;
        let key = ContextKey::from_bits(key as u32);
        if item < 0 {
            if visits >= i64::from(FEWEST_SESSIONS) {
                let (visits, people) = (visits as u32, people as u32);
                keys.push(KeyCounts {
                    key,
                    visits,
                    people,
                    items: Vec::new(),
                });
            }
        } else if let Some(own) = keys.last_mut().filter(|own| own.key == key) {
            own.items.push((item as u32, people as u32));
        }
    }
    all
}

fn log(table: &Table<6>, manifest: &Manifest) -> Log {
    let mut log = Log {
        items: Vec::new(),
        clicks: Vec::with_capacity(table.rows()),
        sessions: Vec::new(),
        order: manifest.order(),
        support: manifest.support(),
        people: manifest.supporters(),
        nobody: manifest.nobody(),
    };
    for at in 0..table.rows() {
        let [_, line, item, kind, t, cell] = table.row(at);
        let start = log.clicks.len() as u32;
        if line == 0 {
            log.sessions.push(SessionSpan {
                start,
                end: start,
                // Nothing that is measured on a hold-out asks whose session it was.
                person: 0,
                last_ms: t,
                cell: ContextKey::from_bits(cell as u32),
            });
        }
        // The check has refused other kinds.
        let kind = check::kind_of(kind).unwrap_or(shelfwise_core::EventKind::ViewItem);
        log.clicks.push(Click {
            item: item as u32,
            kind,
        });
        if let Some(session) = log.sessions.last_mut() {
            session.end += 1;
        }
    }
    log
}
