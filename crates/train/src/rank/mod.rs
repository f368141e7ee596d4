//! The learned ranker: boosted trees that learn, from sessions which the tables have not counted, to put the next
//! item first.
//!
//! LambdaMART (Burges 2010) with histograms and leaf-wise growth, as LightGBM has it, made for one purpose: few
//! features, two labels, integers where sums are taken, so that the same log gives the same trees on every machine
//! and any number of cores. Why it is ours and not a library's: `docs/decisions/ranker-training.md`.

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

/// Predictions that are learned from at the most; more cost time and change nothing that can be measured.
pub const MOST_QUERIES: usize = 20_000;

/// With fewer predictions that the candidates hold, trees learn noise.
const FEWEST_QUERIES: usize = 1_000;

/// Share of the queries, the last ones, by which the number of trees is chosen.
const VALIDATION: f64 = 0.1;

/// Most trees.
const TREES: usize = 100;

/// The number of trees is chosen among multiples of this: finer steps follow the noise of the validation.
const STEP: usize = 20;

/// What each tree adds, as a share of its best guess.
const LEARNING_RATE: f64 = 0.08;

/// The trees must beat the tables' order by this share of MRR on the validation, or they are not shipped.
const MARGIN: f64 = 0.005;

/// What learning came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RankReport {
    /// Predictions that were learned from.
    pub queries: usize,
    /// Later predictions by which the number of trees was chosen.
    pub validation: usize,
    /// MRR on these, of those in which the candidates hold the next item, in the tables' order.
    pub mrr_tables: f64,
    /// The same in the order of the trees.
    pub mrr_trees: f64,
    /// Trees that are shipped; 0 where they were no better than the tables.
    pub trees: usize,
    /// Share of the total gain by feature, largest first.
    pub gain: Vec<(String, f64)>,
}

/// Learns a ranker over a snapshot whose tables have not counted `log`; `None` where there is too little to learn
/// from or nothing is gained.
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

/// Trees in the making.
struct Boosting<'a> {
    data: &'a Dataset,
    binned: &'a Binned,
    /// Queries that are learned from; the others are only scored.
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

/// The trees as a snapshot holds them: only the thresholds that are used, leaves in 16 bits.
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
