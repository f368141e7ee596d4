//! The candidates of a request as rows, each with what the rules say of it. Later stages move the numbers of rows alone.

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

use super::admit::PolicyContext;
use super::block::{BLOCK, Block};
use super::candidate::Candidate;
use crate::explain::trace::{RuledOut, Trace};

/// Candidates that were read, and which rules in force mean them: a bit for each, in blocks of 64.
pub struct Pool<'c, 'a> {
    context: &'c PolicyContext<'c, 'c>,
    items: Vec<Candidate<'a>>,
    /// Block by block, a word for each rule in force, and one with all that are left out.
    words: Vec<u64>,
}

impl<'c, 'a> Pool<'c, 'a> {
    /// Returns a pool without candidates, with room for a slate and what rules pin.
    pub fn new(context: &'c PolicyContext<'c, 'c>) -> Self {
        Self {
            context,
            items: Vec::with_capacity(context.limit.min(1024) + context.words()),
            words: Vec::new(),
        }
    }

    /// Reads so many candidates, asks the rules about them, and returns their rows.
    pub fn read(&mut self, candidates: &mut dyn Iterator<Item = Candidate<'a>>, most: usize) -> Range<usize> {
        let first = self.items.len();
        self.items.extend(candidates.take(most));
        let rows = first..self.items.len();
        let mut next = first;
        while next < rows.end {
            next += self.ask(next);
        }
        rows
    }

    /// Asks the rules about the candidates from a row on, as far as the block of this row goes; returns how many they are.
    fn ask(&mut self, row: usize) -> usize {
        let (begun, words) = (row % BLOCK, self.context.words());
        let before = row / BLOCK * words;
        self.words.resize(before + words, 0);
        let rest = self.items.get(row..).unwrap_or_default();
        let mut block = Block::new(rest.get(..BLOCK - begun).unwrap_or(rest));
        if let Some(words) = self.words.get_mut(before..) {
            self.context.ask(&mut block, begun, words);
        }
        block.items.len()
    }

    /// Returns the candidate of a row.
    pub fn item(&self, row: usize) -> Option<&Candidate<'a>> {
        self.items.get(row)
    }

    /// The same, to be changed.
    pub fn item_mut(&mut self, row: usize) -> Option<&mut Candidate<'a>> {
        self.items.get_mut(row)
    }

    /// Returns how many candidates were read.
    pub const fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns the words of each block, in the order of the rules in force.
    pub fn blocks(&self) -> impl Iterator<Item = &[u64]> {
        self.words.chunks(self.context.words())
    }

    /// Returns whether the rule in force of that place means the candidate, or leaves it out.
    #[inline(never)]
    pub fn means(&self, place: usize, row: usize) -> bool {
        let word = self.words.get(row / BLOCK * self.context.words() + place);
        word.is_some_and(|word| word >> (row % BLOCK) & 1 == 1)
    }

    /// Returns why a candidate may not be shown, if it may not.
    pub fn verdict(&self, row: usize) -> Option<RuledOut> {
        let by_shopper = self.context.shopper_verdict(self.item(row)?);
        if by_shopper.is_some() || !self.means(self.context.words() - 1, row) {
            return by_shopper;
        }
        let mut guardrails = self.context.guardrails().iter().enumerate();
        let (_, (rule, _)) = guardrails.find(|(place, _)| self.means(*place, row))?;
        Some(RuledOut::Rule(*rule))
    }

    /// Returns whether a candidate may be shown, and tells if it may not.
    #[inline(never)]
    pub fn admits(&self, row: usize, trace: &mut dyn Trace) -> bool {
        let Some(why) = self.verdict(row) else { return true };
        if let Some(item) = self.item(row) {
            trace.ruled_out(&item.id, why);
        }
        false
    }

    /// Returns the candidates of some rows, in their order.
    pub fn take(mut self, rows: &[usize]) -> Vec<Candidate<'a>> {
        let mut taken = Vec::with_capacity(rows.len());
        taken.extend(rows.iter().filter_map(|row| self.items.get_mut(*row).map(mem::take)));
        taken
    }
}
