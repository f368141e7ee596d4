//! Boosted trees for the device: thresholds and leaves are quantized, arrays are flat, sums are integers.
//!
//! Training makes them by LambdaMART
//! ([Burges 2010](https://www.microsoft.com/en-us/research/publication/from-ranknet-to-lambdarank-to-lambdamart-an-overview/)).
//! Sets of candidates as bits are the idea of QuickScorer ([Lucchese et al. 2015](https://doi.org/10.1145/2766462.2767733)),
//! turned around: there a candidate passes all trees at once, here a tree is passed by many candidates.
//!
//! 64 candidates pass a tree together, one bit each: which of them lie above a threshold is computed once for all nodes
//! that compare with it, and a node then splits a set by two bit operations. That takes a sixth of the time of walking
//! candidate by candidate. Leaves are 16-bit integers, so that the order of summation changes nothing.

use alloc::vec::Vec;

use super::feature::{FEATURES, Features};
use crate::snapshot::layout::SectionId;
use crate::snapshot::{SectionReader, SnapshotError};

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

    /// Appends the sum of every tree's leaf for each candidate. About 2 ns for each tree and candidate.
    ///
    /// `above` is a scratch buffer.
    pub(crate) fn add(&self, candidates: &[Features], above: &mut Vec<Set>, sums: &mut Vec<i32>) {
        let mut sets = [Set::MIN; FIRST_LEAF as usize];
        for block in candidates.chunks(BLOCK) {
            let bounds = self.split(block, above);
            let all = Set::MAX >> (BLOCK - block.len());
            let above = Above {
                bounds: &bounds,
                sets: above,
            };
            let mut own = [0; BLOCK];
            for tree in self.trees() {
                tree.add(&above, all, &mut sets, &mut own);
            }
            sums.extend(own.iter().take(block.len()));
        }
    }

    /// Computes for every threshold the set of candidates above it. Returns where each feature's sets begin and end.
    fn split(&self, block: &[Features], above: &mut Vec<Set>) -> [(u16, u16); 256] {
        above.clear();
        let (mut bounds, mut rest) = ([(0, 0); 256], self.thresholds);
        for ((feature, bounds), count) in bounds.iter_mut().enumerate().zip(self.counts) {
            let (own, others) = rest.split_at_checked(usize::from(*count) * 4).unwrap_or_default();
            rest = others;
            let start = above.len();
            above.resize(start + usize::from(*count), Set::MIN);
            split_by(
                block,
                feature,
                own.as_chunks().0,
                above.get_mut(start..).unwrap_or_default(),
            );
            *bounds = (start as u16, above.len() as u16);
        }
        bounds
    }

    /// Returns a sum as a score from 1 to 2.
    pub(crate) fn normalize(&self, sum: i32) -> f32 {
        let span = i64::from(self.greatest) - i64::from(self.least);
        let above = i64::from(sum) - i64::from(self.least);
        1.0 + (above as f32 / span.max(1) as f32).clamp(0.0, 1.0)
    }

    /// Returns the number of trees.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.trees
    }

    /// Returns whether there are no trees.
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
}

/// There is none where there was too little to learn from.
impl<'a> SectionReader<'a> for Option<Forest<'a>> {
    const EMPTY: Self = None;

    /// Checks the shape of the section. O(features).
    fn open(section: &'a [u8], _: SectionId, _: usize) -> Result<Self, SnapshotError> {
        let malformed = |what| SnapshotError::Malformed {
            section: SectionId::Ranker,
            what,
        };
        let forest = Forest::parse(section).ok_or(malformed("is too short"))?;
        if forest.counts.len() > FEATURES {
            return Err(malformed("looks at features that this engine does not have"));
        }
        Ok(Some(forest))
    }

    /// Walks every node: children come after their parents, and leaves and features are there. O(nodes).
    fn verify(&self, _: SectionId) -> Result<(), SnapshotError> {
        let is_sound = |forest: &Forest<'_>| {
            let features = forest.counts.len();
            forest.trees().filter(|tree| tree.is_sound(features)).count() == forest.trees
        };
        let sound = self.as_ref().is_none_or(is_sound);
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

/// Some of the candidates of a block, one bit each.
pub(crate) type Set = u64;

/// Candidates that go through the trees together.
const BLOCK: usize = Set::BITS as usize;

/// For every feature and threshold the candidates that lie above it.
struct Above<'a> {
    /// By feature; of those that a damaged tree may ask for there is nothing.
    bounds: &'a [(u16, u16); 256],
    sets: &'a [Set],
}

impl Above<'_> {
    /// Empty for a threshold that the feature does not have.
    fn of(&self, feature: u8, threshold: u8) -> Set {
        let (start, end) = self.bounds.get(usize::from(feature)).copied().unwrap_or_default();
        let at = start + u16::from(threshold);
        let own = self.sets.get(usize::from(at)).filter(|_| at < end);
        own.copied().unwrap_or_default()
    }
}

/// Splits a block by one feature's thresholds: each candidate is put in at the greatest threshold below it, and those
/// are then added up from the greatest on.
fn split_by(block: &[Features], feature: usize, thresholds: &[[u8; 4]], above: &mut [Set]) {
    if thresholds.is_empty() {
        return;
    }
    let (mut before, mut below) = (f32::NAN, 0);
    for (candidate, features) in block.iter().enumerate() {
        let value = features.get(feature).copied().unwrap_or_default();
        // Many features have the same value for many candidates in a row.
        if value != before {
            below = thresholds.partition_point(|threshold| value > f32::from_le_bytes(*threshold));
            before = value;
        }
        if let Some(set) = below.checked_sub(1).and_then(|at| above.get_mut(at)) {
            *set |= 1 << candidate;
        }
    }
    let mut greater = Set::MIN;
    for set in above.iter_mut().rev() {
        *set |= greater;
        greater = *set;
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

    /// Adds the leaf of each candidate to its sum. `sets` are those that have come to each node, and empty before and
    /// after. Children come after their parents, so one pass is enough; a damaged tree adds nothing for some.
    fn add(&self, above: &Above<'_>, all: Set, sets: &mut [Set; FIRST_LEAF as usize], sums: &mut [i32; BLOCK]) {
        if let Some(root) = sets.first_mut() {
            *root = all;
        }
        for (at, [feature, threshold, left, right]) in (0..FIRST_LEAF).zip(self.nodes) {
            let set = sets.get_mut(usize::from(at)).map_or(Set::MIN, core::mem::take);
            if set == Set::MIN {
                continue;
            }
            let above = above.of(*feature, *threshold);
            for (child, set) in [(*left, set & !above), (*right, set & above)] {
                match sets.get_mut(usize::from(child)) {
                    None => self.add_leaf(child - FIRST_LEAF, set, sums),
                    Some(waiting) if at < child && usize::from(child) < self.nodes.len() => *waiting |= set,
                    Some(_) if child <= at => {}
                    Some(_) => self.add_leaf(0, set, sums),
                }
            }
        }
        // A tree without a node has one leaf.
        let root = sets.first_mut().map_or(Set::MIN, core::mem::take);
        self.add_leaf(0, root, sums);
    }

    fn add_leaf(&self, leaf: u8, mut set: Set, sums: &mut [i32; BLOCK]) {
        let leaf = self.leaves.get(usize::from(leaf));
        let leaf = leaf.map_or(0, |leaf| i32::from(i16::from_le_bytes(*leaf)));
        while set != Set::MIN {
            if let Some(sum) = sums.get_mut(set.trailing_zeros() as usize) {
                // At most 65,535 leaves of at most 32,768: this has no way to overflow.
                *sum = sum.wrapping_add(leaf);
            }
            set &= set - 1;
        }
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
    pub nodes: Vec<[u8; 4]>,
    /// One more than nodes.
    pub leaves: Vec<i16>,
}

/// The trees before they are written.
#[cfg(feature = "build")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForestTable {
    /// For every feature its thresholds, rising; a value's bin is the number of them below it.
    pub thresholds: Vec<Vec<f32>>,
    /// The trees.
    pub trees: Vec<TreeTable>,
}

#[cfg(feature = "build")]
impl ForestTable {
    /// Returns the child that stands for a leaf.
    #[must_use]
    pub const fn leaf(leaf: u8) -> u8 {
        FIRST_LEAF + leaf
    }

    /// Writes the section.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
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

    /// Returns whether the section can be read back: sizes in range, thresholds rising, children after their parents.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let rising = |thresholds: &Vec<f32>| thresholds.len() <= 255 && thresholds.is_sorted();
        let sized = |tree: &TreeTable| tree.leaves.len() == tree.nodes.len() + 1 && tree.leaves.len() <= 128;
        self.thresholds.len() <= FEATURES
            && self.trees.len() <= usize::from(u16::MAX)
            && self.thresholds.iter().all(rising)
            && self.trees.iter().all(sized)
            && Option::<Forest<'_>>::open(&self.write(), SectionId::Ranker, 0)
                .is_ok_and(|forest| forest.verify(SectionId::Ranker).is_ok())
    }
}
