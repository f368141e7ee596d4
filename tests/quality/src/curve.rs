//! The curve: quality by size, for different support floors or numbers of neighbours.

use anyhow::Result;
use shelfwise_train::train::NEIGHBOURS;

use crate::data::Split;
use crate::measure::{Row, engine};

/// Support floors, at the default number of neighbours.
pub const FLOORS: [u32; 6] = [1, 2, 3, 4, 6, 10];

/// Numbers of neighbours, at floor [`SHIPPED_FLOOR`].
pub const NEIGHBOUR_COUNTS: [usize; 5] = [5, 10, 20, 30, 60];

/// The lowest floor that may be shipped.
pub const SHIPPED_FLOOR: u32 = 2;

/// One snapshot of the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The varied setting: the floor, or the number of neighbours.
    pub setting: u32,
    /// Brotli bytes per item.
    pub bytes_per_item: f64,
    /// HR@20 in percent.
    pub hr: f64,
    /// MRR@20 in percent.
    pub mrr: f64,
}

/// Both curves of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The log.
    pub log: String,
    /// By increasing floor.
    pub floors: Vec<Point>,
    /// By increasing number of neighbours.
    pub neighbours: Vec<Point>,
    /// HR@20 and MRR@20 of VMIS-kNN in percent; it stores sessions, so there is no size to compare.
    pub reference: (f64, f64),
}

impl Curve {
    /// Trains and evaluates every point of a log that is not in `rows` already. Calls `done` after each.
    ///
    /// # Errors
    /// Errors of training.
    pub fn measure(split: &Split, rows: &[Row], reference: (f64, f64), mut done: impl FnMut(&Row)) -> Result<Self> {
        let known = |floor: u32| {
            rows.iter()
                .find(|row| row.log == split.name && row.floor == Some(floor))
        };
        let mut point = |floor: u32, neighbours: usize| -> Result<Row> {
            match known(floor).filter(|_| neighbours == NEIGHBOURS) {
                Some(row) => Ok(row.clone()),
                None => engine(split, floor, neighbours).inspect(&mut done),
            }
        };
        let mut floors = Vec::new();
        for floor in FLOORS {
            floors.push(Point::new(floor, &point(floor, NEIGHBOURS)?));
        }
        let mut neighbours = Vec::new();
        for most in NEIGHBOUR_COUNTS {
            neighbours.push(Point::new(most as u32, &point(SHIPPED_FLOOR, most)?));
        }
        Ok(Self {
            log: split.name.clone(),
            floors,
            neighbours,
            reference,
        })
    }
}

impl Point {
    fn new(setting: u32, row: &Row) -> Self {
        Self {
            setting,
            bytes_per_item: row.bytes_per_item.unwrap_or_default(),
            hr: 100.0 * row.measured.places.hr,
            mrr: 100.0 * row.measured.places.mrr,
        }
    }
}
