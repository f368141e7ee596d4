//! The adjust stage of a request that is ranked again and again, as reasons are found.

use alloc::vec::Vec;

use super::adjust::adjust;
use super::admit::PolicyContext;
use super::candidate::{Candidate, Zone};
use super::pool::Pool;
use super::rule_numbers::RuleNumbers;
use crate::explain::score_trace::ScoreTrace;
use crate::rank::ranking::Scored;

/// What the rules say of a candidate is asked once, however often it is ranked: it does not depend on the score.
pub struct AdjustStage<'q, 'c> {
    rules: &'q PolicyContext<'q, 'q>,
    /// Returns the candidate of a ranked place.
    describe: &'q dyn Fn(Scored) -> Option<Candidate<'c>>,
    pool: Pool<'q, 'c>,
    /// Of every ranked place.
    met: Vec<Met>,
}

#[derive(Clone, Copy, Default)]
enum Met {
    /// It was not ranked yet.
    #[default]
    Never,
    /// It may not be shown.
    LeftOut,
    /// Its row in the pool.
    Row(u32),
}

impl<'q, 'c> AdjustStage<'q, 'c> {
    /// Returns the stage of a catalog, or a list, of so many places, before any ranking.
    pub fn new(
        rules: &'q PolicyContext<'q, 'q>,
        describe: &'q dyn Fn(Scored) -> Option<Candidate<'c>>,
        places: usize,
    ) -> Self {
        Self {
            rules,
            describe,
            pool: Pool::new(rules),
            met: alloc::vec![Met::Never; places],
        }
    }

    /// Returns the ranked candidates that may be shown, in the order behind the stage.
    pub fn order(&mut self, ranked: &mut dyn Iterator<Item = Scored>) -> impl Iterator<Item = &Candidate<'c>> {
        let ranked: Vec<Scored> = ranked.collect();
        let new = self.pool.len();
        self.meet(&ranked);
        let mut order = Vec::with_capacity(ranked.len());
        for next in ranked {
            let Some(met) = self.met.get_mut(next.place as usize) else {
                continue;
            };
            let Met::Row(row) = *met else { continue };
            let row = row as usize;
            if row >= new && self.pool.verdict(row).is_some() {
                *met = Met::LeftOut;
                continue;
            }
            if let Some(item) = self.pool.item_mut(row) {
                (item.score, item.zone, item.rules) = (next.score, Zone::Middle, RuleNumbers::default());
            }
            order.push(row);
        }
        // As the slate was made, which told its trace already: one copy of the code serves both.
        let order = adjust(self.rules, &mut self.pool, order, &mut None::<ScoreTrace>);
        order.into_iter().filter_map(|row| self.pool.item(row))
    }

    /// Reads the candidates that were not ranked before, and asks the rules about them.
    fn meet(&mut self, ranked: &[Scored]) {
        let (describe, met) = (self.describe, &mut self.met);
        let mut rows = self.pool.len() as u32..;
        let mut new = ranked.iter().filter_map(|next| {
            let met = met.get_mut(next.place as usize)?;
            let candidate = matches!(met, Met::Never).then(|| describe(*next))??;
            *met = Met::Row(rows.next()?);
            Some(candidate)
        });
        self.pool.read(&mut new, usize::MAX);
    }
}
