//! The page `docs/quality.md`: the measurements, and everything needed to repeat them.

use crate::gate::{Check, Outcome};
use crate::machine::Machine;
use crate::measure::Row;
use crate::small_logs::{self, SmallLog};
use crate::table;

/// Content of the page.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The table's rows.
    pub rows: &'a [Row],
    /// Small logs compared to bestsellers.
    pub small: &'a [SmallLog],
    /// Checks of the gate.
    pub checks: &'a [Check],
    /// One line per log: sessions, events, items, predictions.
    pub logs: &'a [String],
    /// The machine of the measurement.
    pub machine: Machine,
    /// The date, as year-month-day.
    pub date: String,
}

impl Page<'_> {
    /// Returns the page in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        format!(
            "# Quality for its size\n\n\
             Written by `cargo xtask quality`: do not edit by hand. Quality and size of snapshots, beside baselines \
             trained on the same log and evaluated on the same predictions in the same run.\n\n\
             ![HR@20 and MRR@20 against brotli bytes per item](quality.svg)\n\n\
             {table}\n\
             * **Task.** After every event of a test session but the last, the next item is looked up in the first 20 \
             of all items. HR@20 is the share of predictions that contain it, in percent; MRR@20 the mean of 1 / \
             position.\n\
             * **Current item.** It may be recommended (which changes the hit rate by 8 to 16 points on these logs), \
             unless a baseline's parameters below state otherwise.\n\
             * **Floor.** Every pair of items in the snapshot was seen in at least this many sessions. 1 is for \
             comparison with the literature only; 2 is the lowest that is shipped. All other settings are the \
             defaults of `shelfwise train`.\n\
             * **Bytes per item.** The whole snapshot after brotli at its best quality, divided by its items. \
             Baselines have no snapshot: they keep whole sessions or full tables in memory, which a device must not \
             hold.\n\
             * **Times.** One answer on one thread. The engine returns ids and applies a policy; baselines return \
             bare numbers.\n\n\
             ## Baselines\n\n\
             {peers}\n\
             ## Small logs\n\n\
             Sessions drawn from a log (with replacement if there are not enough), trained with the shipped defaults, \
             beside bestsellers of the current item's category and then of the shop; at most 300 test sessions. The \
             gate fails if HR or MRR is below the bestsellers' by more than the 95 % interval of the paired \
             difference (bootstrap over sessions).\n\n\
             {small}\n\
             ## Gate\n\n\
             {gate}\n\
             ## How it was measured\n\n\
             * Shelfwise {version}, {date}\n\
             * {machine}\n\
             * `cargo xtask quality --data DIR`, with the logs in subfolders of `DIR` as `train.tsv.zst` and \
             `test.tsv.zst`; `cargo xtask quality --gate` measures the committed log alone, small logs of it and of \
             the demo shop's baskets up to 10,000 sessions, and fails if the gate does\n\
             * Time and memory of training on 1 and 10 million events: `cargo run --release -p shelfwise-quality -- \
             scale --data DIR/LOG`\n\
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

    /// Returns each baseline once, with its parameters.
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
                Outcome::Short => "not reached",
            };
            format!("* {outcome}: {}\n", check.what)
        };
        self.checks.iter().map(line).collect()
    }
}
