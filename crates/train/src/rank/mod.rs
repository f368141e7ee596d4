//! The learned ranker: gradient-boosted trees, trained on sessions that the tables have not counted, to rank the next
//! item first.
//!
//! LambdaMART (Burges 2010) with histograms and leaf-wise growth, as in LightGBM, for one purpose: few features, two
//! labels, and integer sums, so that the same log gives the same trees on every machine and any number of cores. Why it
//! is not a library's: `docs/decisions/ranker-training.md`.

mod bins;
mod dataset;
mod grow;
mod lambda;

use rayon::prelude::*;
use serde::Serialize;
use shelfwise_core::Snapshot;
use shelfwise_core::ranker::{FEATURES, Feature, ForestTable, TreeTable};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::{Amount, Progress};

pub use dataset::Dataset;

use bins::Binned;
use grow::Tree;

/// Maximum number of training predictions; more cost time without a measurable effect.
pub const MOST_QUERIES: usize = 20_000;

/// Minimum number of predictions whose candidates contain the next item: with fewer, trees learn noise.
const FEWEST_QUERIES: usize = 1_000;

/// Share of the queries, the last ones, used to choose the number of trees.
const VALIDATION: f64 = 0.1;

/// Maximum number of trees.
const TREES: usize = 100;

/// The number of trees is a multiple of this: finer steps follow the noise of the validation.
const STEP: usize = 20;

/// Learning rate: the share of each tree's leaf values that is added to the scores.
const LEARNING_RATE: f64 = 0.08;

/// Required gain in MRR over the tables' order on the validation, as a share; without it the trees are not shipped.
const MARGIN: f64 = 0.005;

/// Result of training the ranker.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RankReport {
    /// Training predictions.
    pub queries: usize,
    /// Later predictions, used to choose the number of trees.
    pub validation: usize,
    /// MRR on these in the order of the tables, over those whose candidates contain the next item.
    pub mrr_tables: f64,
    /// The same in the order of the trees.
    pub mrr_trees: f64,
    /// Trees that are shipped; 0 if they were not better than the tables.
    pub trees: usize,
    /// Share of the total gain by feature, largest first.
    pub gain: Vec<(String, f64)>,
}

/// Trains a ranker over a snapshot whose tables have not counted `log`; `None` if there are too few predictions or
/// there is no gain.
pub fn learn<B: AsRef<[u8]>>(
    snapshot: Snapshot<B>,
    log: &Log,
    progress: &dyn Progress,
) -> (Option<ForestTable>, RankReport) {
    let data = Dataset::collect(snapshot, log, MOST_QUERIES, progress);
    if data.queries.len() < FEWEST_QUERIES {
        return (
            None,
            RankReport {
                queries: data.queries.len(),
                ..RankReport::default()
            },
        );
    }
    let learning = (data.queries.len() as f64 * (1.0 - VALIDATION)) as usize;
    let binned = Binned::of(&data.rows);
    let mut boosting = Boosting::new(&data, &binned, learning);
    let mrr_tables = data.mrr(learning.., |row| -(row as f64));
    let mut best = (0, mrr_tables * (1.0 + MARGIN));
    progress.start("learning to rank", Amount::Steps(TREES as u64));
    for trees in 1..=TREES {
        boosting.grow_tree();
        progress.advance(1);
        if trees.is_multiple_of(STEP) {
            let mrr = data.mrr(learning.., |row| boosting.scores[row]);
            if mrr > best.1 {
                best = (trees, mrr);
            }
        }
    }
    progress.finish();
    let (trees, mrr_trees) = best;
    boosting.trees.truncate(trees);
    let report = RankReport {
        queries: learning,
        validation: data.queries.len() - learning,
        mrr_tables,
        mrr_trees: if trees == 0 {
            data.mrr(learning.., |row| boosting.scores[row])
        } else {
            mrr_trees
        },
        trees,
        gain: gain_by_feature(&boosting.trees),
    };
    ((trees > 0).then(|| table(&binned, &boosting.trees)), report)
}

/// State of boosting.
struct Boosting<'a> {
    data: &'a Dataset,
    binned: &'a Binned,
    /// Training queries; the others are only scored.
    learning: usize,
    scores: Vec<f64>,
    trees: Vec<Tree>,
}

impl<'a> Boosting<'a> {
    fn new(data: &'a Dataset, binned: &'a Binned, learning: usize) -> Self {
        Self {
            data,
            binned,
            learning,
            scores: vec![0.0; data.rows.len()],
            trees: Vec::new(),
        }
    }

    fn grow_tree(&mut self) {
        let gradients = lambda::gradients(self.data, &self.scores, self.learning);
        let mut tree = grow::grow(self.binned, &gradients);
        tree.leaves.iter_mut().for_each(|leaf| *leaf *= LEARNING_RATE);
        let add = |(row, score): (usize, &mut f64)| *score += tree.leaf_of(self.binned, row);
        self.scores.par_iter_mut().enumerate().for_each(add);
        self.trees.push(tree);
    }
}

fn gain_by_feature(trees: &[Tree]) -> Vec<(String, f64)> {
    let mut gains = vec![0.0; FEATURES];
    for node in trees.iter().flat_map(|tree| &tree.nodes) {
        gains[usize::from(node.feature)] += node.gain;
    }
    let all = gains.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let named = Feature::ALL.iter().zip(gains).filter(|(_, gain)| *gain > 0.0);
    let mut named: Vec<(String, f64)> = named
        .map(|(feature, gain)| (feature.name().to_owned(), gain / all))
        .collect();
    named.sort_by(|a, b| b.1.total_cmp(&a.1));
    named
}

/// Encodes the trees as in a snapshot: only the thresholds in use, and leaves in 16 bits.
fn table(binned: &Binned, trees: &[Tree]) -> ForestTable {
    let mut used = vec![Vec::new(); FEATURES];
    for node in trees.iter().flat_map(|tree| &tree.nodes) {
        used[usize::from(node.feature)].push(node.bin);
    }
    for bins in &mut used {
        bins.sort_unstable();
        bins.dedup();
    }
    let largest = trees
        .iter()
        .flat_map(|tree| &tree.leaves)
        .fold(f64::MIN_POSITIVE, |most, leaf| most.max(leaf.abs()));
    let quantize = |leaf: &f64| libm::round(leaf / largest * f64::from(i16::MAX)) as i16;
    let tree = |tree: &Tree| TreeTable {
        nodes: tree.nodes.iter().map(|node| node.encode(&used)).collect(),
        leaves: tree.leaves.iter().map(quantize).collect(),
    };
    let thresholds =
        |(feature, bins): (usize, &Vec<u8>)| bins.iter().map(|bin| binned.threshold(feature, *bin)).collect();
    ForestTable {
        thresholds: used.iter().enumerate().map(thresholds).collect(),
        trees: trees.iter().map(tree).collect(),
    }
}
