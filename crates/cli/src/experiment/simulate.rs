//! `shelfwise experiment simulate`: whether the statistics hold what they promise.

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use shelfwise_measure::learn::simulate::{Reports, regret};
use shelfwise_measure::simulate::{Bound, Figure, Size, all};

use crate::table::{count, counted, percent, table};
use crate::{output, print_line};

/// Gives an example.
pub const HELP: &str = "\
All draws come from seeds, so that the same command prints the same figures. It ends with 1 if one is out of its bound.

Example:
  shelfwise experiment simulate --runs 1000";

/// Seeds of the regret, as the published figures have them.
const REGRET_SEEDS: u64 = 20;

/// What is known of a day, and the most regret beside even draws.
const REGRETS: [(&str, Reports, f64); 4] = [
    ("exact counts", Reports::Exact, 0.17),
    ("randomized reports, ε 4", Reports::Randomized { epsilon: 4.0 }, 0.2),
    ("randomized reports, ε 2", Reports::Randomized { epsilon: 2.0 }, 0.35),
    ("randomized reports, ε 1", Reports::Randomized { epsilon: 1.0 }, 0.55),
];

/// Arguments of `experiment simulate`.
#[derive(Args)]
pub struct Simulate {
    /// Runs of each scenario.
    #[arg(long, value_name = "N", default_value_t = Size::FULL.runs)]
    runs: u64,
    /// Orders of each run that asks for errors at all times.
    #[arg(long, value_name = "N", default_value_t = Size::FULL.orders)]
    orders: u64,
    /// Seed of the first run.
    #[arg(long, value_name = "N", default_value_t = Size::FULL.seed)]
    seed: u64,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// A regret, and its bound.
#[derive(Serialize)]
struct Regret {
    reports: &'static str,
    share_of_even_draws: f64,
    at_most: f64,
}

#[derive(Serialize)]
struct View<'f> {
    figures: &'f [Figure],
    regrets: &'f [Regret],
}

impl Simulate {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let figures = all(Size {
            runs: self.runs,
            orders: self.orders,
            seed: self.seed,
        });
        let regrets = REGRETS.map(|(reports, scenario, at_most)| Regret {
            reports,
            share_of_even_draws: regret(scenario, REGRET_SEEDS),
            at_most,
        });
        if self.json {
            output::json(&View {
                figures: &figures,
                regrets: &regrets,
            })?;
        } else {
            print(&figures, &regrets);
        }
        let broken = figures.iter().filter(|figure| !figure.holds()).count();
        let broken = broken
            + regrets
                .iter()
                .filter(|regret| regret.share_of_even_draws > regret.at_most)
                .count();
        if broken > 0 {
            bail!("{} out of bounds", counted(broken, "figure"));
        }
        Ok(())
    }
}

fn print(figures: &[Figure], regrets: &[Regret]) {
    let mut rows = table(&["figure", "runs", "share", "bound"]);
    for figure in figures {
        let bound = match figure.bound {
            Bound::AtMost(most) => format!("at most {}", percent(most)),
            Bound::AtLeast(least) => format!("at least {}", percent(least)),
        };
        let name = format!("{}: {}", figure.name, figure.scenario);
        rows.add_row([name, count(figure.runs), percent(figure.share()), bound]);
    }
    for regret in regrets {
        rows.add_row([
            format!(
                "regret beside even draws: 5 options of 2–4 %, 28 days of 10,000, {}",
                regret.reports
            ),
            count(REGRET_SEEDS),
            percent(regret.share_of_even_draws),
            format!("at most {}", percent(regret.at_most)),
        ]);
    }
    print_line!("{rows}");
}
