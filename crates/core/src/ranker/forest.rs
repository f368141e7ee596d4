//! Boosted trees made for the device: thresholds and leaves are quantized, arrays are flat, sums are integers.
//!
//! A value becomes the number of its feature's thresholds that lie below it, once for each candidate; a node then
//! compares two bytes. Leaves are 16-bit integers, so that the order of summation changes nothing.

use super::features::{FEATURES, Features};
use crate::snapshot::SnapshotError;
use crate::snapshot::layout::SectionId;

/// Bytes of the head: features, trees, and the least and greatest sum.
const HEAD_BYTES: usize = 12;

/// Bytes of a node: feature, threshold, left child, right child.
const NODE_BYTES: usize = 4;

/// A child from here on is a leaf: its number less this.
const FIRST_LEAF: u8 = 128;

/// The ranker section, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Forest<'a> {
    trees: usize,
    least: i32,
    greatest: i32,
    /// Number of thresholds of each feature.
    counts: &'a [u8],
    thresholds: &'a [u8],
    nodes: &'a [u8],
}

impl<'a> Forest<'a> {
    /// Checks the shape of the section. O(features).
    pub(crate) fn open(section: &'a [u8]) -> Result<Self, SnapshotError> {
        let malformed = |what| SnapshotError::Malformed {
            section: SectionId::Ranker,
            what,
        };
        let forest = Self::parse(section).ok_or(malformed("is too short"))?;
        if forest.counts.len() > FEATURES {
            return Err(malformed("looks at features that this engine does not have"));
        }
        Ok(forest)
    }

    fn parse(section: &'a [u8]) -> Option<Self> {
        let (head, rest) = section.split_at_checked(HEAD_BYTES)?;
        let (&[features_low, features_high, trees_low, trees_high], bounds) = head.split_first_chunk::<4>()?;
        let (least, greatest) = bounds.split_first_chunk::<4>()?;
        let (counts, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([features_low, features_high])))?;
        let thresholds = counts.iter().map(|count| usize::from(*count)).sum::<usize>();
        let (thresholds, nodes) = rest.split_at_checked(thresholds * 4)?;
        Some(Self {
            trees: usize::from(u16::from_le_bytes([trees_low, trees_high])),
            least: i32::from_le_bytes(*least),
            greatest: i32::from_le_bytes(*greatest.first_chunk()?),
            counts,
            thresholds,
            nodes,
        })
    }

    /// For each feature the number of its thresholds that lie below the value.
    pub(crate) fn bins(&self, features: &Features) -> [u8; FEATURES] {
        let mut bins = [0; FEATURES];
        let mut rest = self.thresholds;
        for ((bin, value), count) in bins.iter_mut().zip(features).zip(self.counts) {
            let (own, others) = rest.split_at_checked(usize::from(*count) * 4).unwrap_or_default();
            let (own, _) = own.as_chunks::<4>();
            *bin = own.partition_point(|threshold| *value > f32::from_le_bytes(*threshold)) as u8;
            rest = others;
        }
        bins
    }

    /// Adds every tree's leaf to the sum of each candidate. About 10 ns for each tree and candidate.
    pub(crate) fn add(&self, candidates: &[[u8; FEATURES]], sums: &mut [i32]) {
        for tree in self.trees() {
            for (bins, sum) in candidates.iter().zip(sums.iter_mut()) {
                *sum = sum.saturating_add(i32::from(tree.leaf(bins)));
            }
        }
    }

    /// A sum as a score from 1 to 2.
    pub(crate) fn normalize(&self, sum: i32) -> f32 {
        let span = i64::from(self.greatest) - i64::from(self.least);
        let above = i64::from(sum) - i64::from(self.least);
        1.0 + (above as f32 / span.max(1) as f32).clamp(0.0, 1.0)
    }

    /// Number of trees.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.trees
    }

    /// Whether there are no trees.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.trees == 0
    }

    fn trees(&self) -> impl Iterator<Item = Tree<'a>> + use<'a> {
        let mut rest = self.nodes;
        (0..self.trees).map_while(move |_| {
            let (tree, after) = Tree::parse(rest)?;
            rest = after;
            Some(tree)
        })
    }

    /// Walks every node: children come after their parents, and leaves and features are there. O(nodes).
    pub(crate) fn verify(&self) -> Result<(), SnapshotError> {
        let features = self.counts.len();
        let sound = self.trees().filter(|tree| tree.is_sound(features)).count() == self.trees;
        let what = "has a tree that cannot be read";
        if sound {
            Ok(())
        } else {
            Err(SnapshotError::Malformed {
                section: SectionId::Ranker,
                what,
            })
        }
    }
}

/// One tree: its nodes, the root first, and its leaves.
struct Tree<'a> {
    nodes: &'a [[u8; NODE_BYTES]],
    leaves: &'a [[u8; 2]],
}

impl<'a> Tree<'a> {
    fn parse(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (nodes, rest) = bytes.split_first()?;
        let (inner, rest) = rest.split_at_checked(usize::from(*nodes) * NODE_BYTES)?;
        let (leaves, rest) = rest.split_at_checked((usize::from(*nodes) + 1) * 2)?;
        let tree = Self {
            nodes: inner.as_chunks().0,
            leaves: leaves.as_chunks().0,
        };
        Some((tree, rest))
    }

    /// The leaf that the bins lead to. Children come after their parents, so this ends; a damaged tree says 0.
    fn leaf(&self, bins: &[u8; FEATURES]) -> i16 {
        let mut at = 0_u8;
        while let Some([feature, threshold, left, right]) = self.nodes.get(usize::from(at)) {
            let bin = bins.get(usize::from(*feature)).copied().unwrap_or_default();
            let next = if bin <= *threshold { *left } else { *right };
            if next >= FIRST_LEAF {
                return self.leaf_at(next - FIRST_LEAF);
            }
            if next <= at {
                return 0;
            }
            at = next;
        }
        self.leaf_at(0)
    }

    fn leaf_at(&self, leaf: u8) -> i16 {
        self.leaves
            .get(usize::from(leaf))
            .map_or(0, |leaf| i16::from_le_bytes(*leaf))
    }

    fn is_sound(&self, features: usize) -> bool {
        let known = |at: usize, child: u8| match child.checked_sub(FIRST_LEAF) {
            Some(leaf) => usize::from(leaf) < self.leaves.len(),
            None => usize::from(child) > at && usize::from(child) < self.nodes.len(),
        };
        self.nodes.iter().enumerate().all(|(at, [feature, _, left, right])| {
            usize::from(*feature) < features && known(at, *left) && known(at, *right)
        })
    }
}

/// A tree before it is written: at most 128 leaves.
#[cfg(feature = "build")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeTable {
    /// `[feature, threshold, left, right]`: to the left where the value's bin is at most `threshold`. Children
    /// below 128 are nodes that come later, others leaves.
    pub nodes: alloc::vec::Vec<[u8; 4]>,
    /// One more than nodes.
    pub leaves: alloc::vec::Vec<i16>,
}

/// The trees before they are written.
#[cfg(feature = "build")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForestTable {
    /// For every feature its thresholds, rising; a value's bin is the number of them below it.
    pub thresholds: alloc::vec::Vec<alloc::vec::Vec<f32>>,
    /// The trees.
    pub trees: alloc::vec::Vec<TreeTable>,
}

#[cfg(feature = "build")]
impl ForestTable {
    /// The child that stands for a leaf.
    #[must_use]
    pub const fn leaf(leaf: u8) -> u8 {
        FIRST_LEAF + leaf
    }

    /// Writes the section.
    #[must_use]
    pub fn write(&self) -> alloc::vec::Vec<u8> {
        use alloc::vec::Vec;
        let sum = |pick: fn(&[i16]) -> i16| self.trees.iter().map(|tree| i32::from(pick(&tree.leaves))).sum::<i32>();
        let least = sum(|leaves| leaves.iter().copied().min().unwrap_or_default());
        let greatest = sum(|leaves| leaves.iter().copied().max().unwrap_or_default());
        let mut section = Vec::from((self.thresholds.len() as u16).to_le_bytes());
        section.extend((self.trees.len() as u16).to_le_bytes());
        section.extend(least.to_le_bytes());
        section.extend(greatest.to_le_bytes());
        section.extend(self.thresholds.iter().map(|thresholds| thresholds.len() as u8));
        section.extend(
            self.thresholds
                .iter()
                .flatten()
                .flat_map(|threshold| threshold.to_le_bytes()),
        );
        for tree in &self.trees {
            section.push(tree.nodes.len() as u8);
            section.extend(tree.nodes.iter().flatten());
            section.extend(tree.leaves.iter().flat_map(|leaf| leaf.to_le_bytes()));
        }
        section
    }

    /// Whether the section can be read back: sizes in range, thresholds rising, children after their parents.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let rising = |thresholds: &alloc::vec::Vec<f32>| thresholds.len() <= 255 && thresholds.is_sorted();
        let sized = |tree: &TreeTable| tree.leaves.len() == tree.nodes.len() + 1 && tree.leaves.len() <= 128;
        self.thresholds.len() <= FEATURES
            && self.trees.len() <= usize::from(u16::MAX)
            && self.thresholds.iter().all(rising)
            && self.trees.iter().all(sized)
            && Forest::open(&self.write()).is_ok_and(|forest| forest.verify().is_ok())
    }
}
