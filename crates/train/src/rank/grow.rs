//! Grows one tree leaf-wise: always splits the leaf with the greatest gain, up to the maximum number of leaves.

use rayon::prelude::*;
use shelfwise_core::ranker::ForestTable;

use super::bins::{BINS, Binned};
use super::lambda::{Gradient, UNIT};

/// Maximum number of leaves of a tree.
const LEAVES: usize = 31;

/// Minimum number of rows on each side of a split.
const LEAST_ROWS: usize = 200;

/// L2 regularization of leaf values: added to the curvature.
const SHRINKAGE: f64 = 10.0;

/// A split of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The feature.
    pub feature: u8,
    /// Rows of this bin and below go to the left.
    pub bin: u8,
    /// Reduction of the loss.
    pub gain: f64,
    left: Child,
    right: Child,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Child {
    Node(u8),
    Leaf(u8),
}

/// A tree: the root is the first node, and parents precede their children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// The splits.
    pub nodes: Vec<Node>,
    /// Leaf values.
    pub leaves: Vec<f64>,
}

impl Node {
    /// Encodes a split as in a snapshot: bins are numbered among those in use.
    pub fn encode(&self, used: &[Vec<u8>]) -> [u8; 4] {
        let bin = used[usize::from(self.feature)].partition_point(|bin| *bin < self.bin) as u8;
        let child = |child: Child| match child {
            Child::Node(node) => node,
            Child::Leaf(leaf) => ForestTable::leaf(leaf),
        };
        [self.feature, bin, child(self.left), child(self.right)]
    }
}

impl Tree {
    /// Returns the tree's value for a row.
    pub fn leaf_of(&self, binned: &Binned, row: usize) -> f64 {
        let mut child = if self.nodes.is_empty() {
            Child::Leaf(0)
        } else {
            Child::Node(0)
        };
        loop {
            match child {
                Child::Leaf(leaf) => return self.leaves[usize::from(leaf)],
                Child::Node(node) => {
                    let node = &self.nodes[usize::from(node)];
                    let left = binned.columns[usize::from(node.feature)][row] <= node.bin;
                    child = if left { node.left } else { node.right };
                }
            }
        }
    }
}

/// Sums of gradients over rows.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    slope: i64,
    curvature: i64,
    rows: usize,
}

impl Sum {
    fn less(self, other: Self) -> Self {
        Self {
            slope: self.slope - other.slope,
            curvature: self.curvature - other.curvature,
            rows: self.rows - other.rows,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            slope: self.slope + other.slope,
            curvature: self.curvature + other.curvature,
            rows: self.rows + other.rows,
        }
    }

    /// Returns twice the reduction of the loss by the best constant value for these rows.
    fn gain(self) -> f64 {
        let slope = self.slope as f64 / UNIT;
        slope * slope / (self.curvature as f64 / UNIT + SHRINKAGE)
    }

    fn best_value(self) -> f64 {
        -(self.slope as f64 / UNIT) / (self.curvature as f64 / UNIT + SHRINKAGE)
    }
}

type Histogram = Vec<[Sum; BINS]>;

#[derive(Clone, Copy, Debug)]
struct Split {
    gain: f64,
    feature: usize,
    bin: u8,
}

/// A leaf that can still be split.
struct Open {
    rows: Vec<u32>,
    sum: Sum,
    histogram: Histogram,
    split: Option<Split>,
    /// Its parent node and side; the root has none.
    parent: Option<(usize, Side)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Grows a tree over the rows that have a gradient.
pub fn grow(binned: &Binned, gradients: &[Gradient]) -> Tree {
    let rows: Vec<u32> = (0..gradients.len().min(binned.rows) as u32).collect();
    let histogram = histogram(binned, gradients, &rows);
    let sum = histogram[0].iter().fold(Sum::default(), |all, bin| all.plus(*bin));
    let split = best_split(binned, &histogram, sum);
    let mut open = vec![Open {
        rows,
        sum,
        histogram,
        split,
        parent: None,
    }];
    let mut tree = Tree::default();
    while open.len() < LEAVES {
        let gains = open.iter().map(|leaf| leaf.split.map_or(0.0, |split| split.gain));
        let best = gains.enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a });
        let Some((at, _)) = best.filter(|(_, gain)| *gain > 0.0) else {
            break;
        };
        let leaf = open.swap_remove(at);
        open.extend(divide(&mut tree, binned, gradients, leaf));
    }
    for (number, leaf) in open.iter().enumerate() {
        attach(&mut tree, leaf.parent, Child::Leaf(number as u8));
        tree.leaves.push(leaf.sum.best_value());
    }
    tree
}

fn divide(tree: &mut Tree, binned: &Binned, gradients: &[Gradient], leaf: Open) -> Vec<Open> {
    let Some(split) = leaf.split else { return vec![leaf] };
    let node = tree.nodes.len();
    attach(tree, leaf.parent, Child::Node(node as u8));
    let (left, right) = (Child::Leaf(0), Child::Leaf(0));
    tree.nodes.push(Node {
        feature: split.feature as u8,
        bin: split.bin,
        gain: split.gain,
        left,
        right,
    });
    let column = &binned.columns[split.feature];
    let (left, right): (Vec<u32>, Vec<u32>) = leaf.rows.iter().partition(|row| column[**row as usize] <= split.bin);
    let (small, large) = if left.len() <= right.len() {
        (&left, &right)
    } else {
        (&right, &left)
    };
    let small_histogram = histogram(binned, gradients, small);
    // Rows outside the smaller side are in the larger one: subtraction saves half of the counting.
    let large_histogram = subtract(leaf.histogram, &small_histogram);
    debug_assert_eq!(
        large_histogram[0].iter().map(|bin| bin.rows).sum::<usize>(),
        large.len()
    );
    let small_is_left = left.len() <= right.len();
    let (left_histogram, right_histogram) = if small_is_left {
        (small_histogram, large_histogram)
    } else {
        (large_histogram, small_histogram)
    };
    let side = |rows, histogram: Histogram, side| {
        let sum = histogram[0].iter().fold(Sum::default(), |all, bin| all.plus(*bin));
        let split = best_split(binned, &histogram, sum);
        Open {
            rows,
            sum,
            histogram,
            split,
            parent: Some((node, side)),
        }
    };
    vec![
        side(left, left_histogram, Side::Left),
        side(right, right_histogram, Side::Right),
    ]
}

fn attach(tree: &mut Tree, parent: Option<(usize, Side)>, child: Child) {
    match parent {
        Some((node, Side::Left)) => tree.nodes[node].left = child,
        Some((node, Side::Right)) => tree.nodes[node].right = child,
        None => {}
    }
}

/// Rows counted by one task: enough to be worth a task, few enough to keep all cores busy.
const TASK_ROWS: usize = 16_384;

/// Rows that pass through all features while their gradients are in the L1 cache.
const BLOCK_ROWS: usize = 1_024;

/// Sums gradients by feature and bin. Sums are integers, so the histogram does not depend on how rows are divided.
fn histogram(binned: &Binned, gradients: &[Gradient], rows: &[u32]) -> Histogram {
    let count = |rows: &[u32]| {
        let mut histogram = vec![[Sum::default(); BINS]; binned.columns.len()];
        for block in rows.chunks(BLOCK_ROWS) {
            count_block(binned, gradients, block, &mut histogram);
        }
        histogram
    };
    let parts = rows.par_chunks(TASK_ROWS).map(count);
    parts.reduce_with(add).unwrap_or_else(|| count(&[]))
}

fn count_block(binned: &Binned, gradients: &[Gradient], rows: &[u32], histogram: &mut Histogram) {
    for (column, sums) in binned.columns.iter().zip(histogram) {
        for row in rows {
            let gradient = gradients[*row as usize];
            let sum = &mut sums[usize::from(column[*row as usize])];
            sum.slope += gradient.slope;
            sum.curvature += gradient.curvature;
            sum.rows += 1;
        }
    }
}

fn add(mut all: Histogram, part: Histogram) -> Histogram {
    for (sums, parts) in all.iter_mut().zip(part) {
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum = sum.plus(part);
        }
    }
    all
}

fn subtract(mut all: Histogram, part: &Histogram) -> Histogram {
    for (sums, parts) in all.iter_mut().zip(part) {
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum = sum.less(*part);
        }
    }
    all
}

/// Returns the split with the greatest gain; of equal ones that of the first feature and the lowest bin.
fn best_split(binned: &Binned, histogram: &Histogram, all: Sum) -> Option<Split> {
    let mut best: Option<Split> = None;
    for (feature, sums) in histogram.iter().enumerate() {
        let mut left = Sum::default();
        for (bin, sum) in sums.iter().enumerate().take(binned.bins(feature) - 1) {
            left = left.plus(*sum);
            let right = all.less(left);
            if left.rows < LEAST_ROWS || right.rows < LEAST_ROWS {
                continue;
            }
            let gain = left.gain() + right.gain() - all.gain();
            if gain > best.map_or(0.0, |best| best.gain) {
                best = Some(Split {
                    gain,
                    feature,
                    bin: bin as u8,
                });
            }
        }
    }
    best
}
