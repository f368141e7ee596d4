//! The page `docs/quality.md`: what was measured, with all that is needed to measure it again.

use crate::gate::{Check, Outcome};
use crate::machine::Machine;
use crate::measure::Row;
use crate::small_logs::{self, SmallLog};
use crate::table;

/// Everything that the page states.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The table's rows.
    pub rows: &'a [Row],
    /// Small logs beside bestsellers.
    pub small: &'a [SmallLog],
    /// The gate.
    pub checks: &'a [Check],
    /// Each log in words: how much there is to learn from, and to predict.
    pub logs: &'a [String],
    /// Where it was measured.
    pub machine: Machine,
    /// The day, as year-month-day.
    pub date: String,
}

impl Page<'_> {
    /// The page in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        format!(
            "# Quality for its size\n\n\
             Written by `cargo xtask quality`: do not edit by hand. The quality of a snapshot, with the bytes that bought \
             it, beside peers that learned from the same log and answered the same questions in the same run.\n\n\
             ![HR@20 and MRR@20 against brotli bytes an item](quality.svg)\n\n\
             {table}\n\
             * **Task.** After every event of a test session but the last, the next item is looked for in the first 20 of \
             all items. HR@20 is the share of predictions that found it, in percent; MRR@20 the mean of 1 / place.\n\
             * **Current item.** It may be recommended (moving the hit rate by 8 to 16 points on these logs), except where \
             a peer's parameters below say otherwise.\n\
             * **Floor.** Every pair of items in the snapshot was seen in at least so many sessions. 1 is for comparison \
             with the literature only; 2 is the least to ship. All other settings are the defaults of `shelfwise train`.\n\
             * **Bytes an item.** The whole snapshot after brotli at its best quality, by the items in it. Peers have no \
             snapshot: they keep whole sessions or full tables in memory, which is what a device must not hold.\n\
             * **Times.** One answer on one thread. The engine answers with ids, through its policy; peers with bare numbers.\n\n\
             ## Peers\n\n{peers}\n\
             ## Small logs\n\n\
             Sessions drawn from a log (with putting back where there are not enough), trained on with the shipped defaults, \
             beside bestsellers of the current item's category and then of the shop; at most 300 test sessions. The gate holds \
             that neither HR nor MRR is under the bestsellers' beyond the 95 % interval of the paired difference (bootstrap \
             over sessions).\n\n{small}\n\
             ## Gate\n\n{gate}\n\
             ## How it was measured\n\n\
             * Shelfwise {version}, {date}\n\
             * {machine}\n\
             * `cargo xtask quality --data DIR`, with the logs in subfolders of `DIR` as `train.tsv.zst` and `test.tsv.zst`; \
             `cargo xtask quality --gate` measures the committed log alone, small logs of it and of the demo shop's baskets up to \
             10,000 sessions, and fails where the gate does\n\
             * Time and memory of training on 1 and 10 million events: \
             `cargo run --release -p shelfwise-quality -- scale --data DIR/LOG`\n\
             {logs}\n\
             Diginetica, Yoochoose and Tmall are the public splits of the literature, whose logs may not be copied \
             here; bol_example is in [`tests/data/bol_example`](../tests/data/bol_example/README.md).\n",
            table = table::markdown(self.rows),
            peers = self.peers(),
            small = small_logs::markdown(self.small),
            gate = self.gate(),
            version = env!("CARGO_PKG_VERSION"),
            date = self.date,
            machine = self.machine,
            logs = self.logs.iter().map(|log| format!("* {log}\n")).collect::<String>(),
        )
    }

    /// Each peer once, with its parameters.
    fn peers(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for row in self.rows {
            let line = row
                .parameters
                .as_ref()
                .map(|parameters| format!("* **{}**: {parameters}.\n", row.model));
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
        lines.concat()
    }

    fn gate(&self) -> String {
        let line = |check: &Check| {
            let outcome = match check.outcome {
                Outcome::Held => "held",
                Outcome::Missed => "**missed**",
                Outcome::Short => "not yet",
            };
            format!("* {outcome}: {}\n", check.what)
        };
        self.checks.iter().map(line).collect()
    }
}
