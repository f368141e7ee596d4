//! What `cargo xtask demo --loop` does: a crowd shops, its orders say which hero sells, the next release draws that one more often, and
//! the crowd shops again. Every figure of the page that it writes is one of this run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use minijinja::context;
use minijinja::value::{Serde, Value as Rendered};
use serde::Serialize;
use serde_json::Value;

use crate::crowd::{Crowd, OPTIONS, SLOT, release, shop};
use crate::origin::Origin;
use crate::{CATALOG, POLICY, goods};

/// Visits before each release.
const VISITS: u64 = 30_000;

/// Rounds: a crowd, a reading, shares, a release.
const ROUNDS: u64 = 3;

/// Where the page lies in the shop.
const PAGE: &str = "loop";

/// What the rules say of the hero.
const EXPERIMENT: &str = "
# What the hero shows is tried, and learned from orders.
[[experiment]]
id = \"hero\"
unit = \"visit\"
arms = [{ name = \"plain\", weight = 1 }, { name = \"kitchen\", weight = 1 }, { name = \"season\", weight = 1 }]
read = [\"orders\", \"revenue\"]
cap = 60.0
";

/// A round, as the page shows it.
#[derive(Debug, Serialize)]
struct Round {
    number: u64,
    epoch: u64,
    visits: String,
    tiles: String,
    ruled: String,
    taken: String,
    orders: String,
    revenue: String,
    rate: String,
    options: Vec<Choice>,
    verdict: Option<String>,
    learned_bytes: usize,
}

/// An option in a round.
#[derive(Debug, Serialize)]
struct Choice {
    name: &'static str,
    truth: String,
    share: String,
    /// Length of the share's bar, of 320.
    length: f64,
    orders: u64,
    lift: Option<String>,
    between: Option<String>,
    /// Places of interval, estimate and truth, of 320.
    low: f64,
    high: f64,
    mean: f64,
    true_at: f64,
}

/// Runs the loop on the shop that was built, and returns the page.
///
/// # Errors
/// If the shop was not built, or a step of it fails.
pub fn learn(origin: &Origin<'_>) -> Result<PathBuf> {
    let folder = origin.folder;
    ensure!(
        folder.model().join("model.swm").exists(),
        "there is no shop to learn from: run `cargo xtask demo --no-serve` first"
    );
    let page = folder.site().join(PAGE);
    fs::create_dir_all(&page).with_context(|| format!("could not make {}", page.display()))?;
    let policy = fs::read_to_string(origin.root.join(POLICY))?;
    origin.rule(&format!("{policy}{EXPERIMENT}"))?;
    origin.state_facts()?;
    origin.publish()?;
    let products = goods::read(&origin.root.join(CATALOG))?;
    let products: Vec<_> = products.into_iter().filter(|product| !product.sensitive).collect();
    let mut state = State::new(origin, page)?;
    let mut rounds = Vec::new();
    for number in 1..=ROUNDS {
        let loaded = release(&folder.live(), &folder.public_keys()?, now_ms()?)?;
        let crowd = shop(&loaded, &products, VISITS, state.from_ms, number)?;
        state.from_ms = crowd.last_ms + 1;
        println!(
            "\nRound {number}: {} visits, {} orders. The release draws {}.",
            crowd.visits,
            crowd.all_orders(),
            said(&crowd.shares)
        );
        rounds.push(state.round(number, loaded.release.record.epoch, &crowd)?);
    }
    let first = rounds.first().map(|round| round.rate.clone());
    let last = rounds.last().map(|round| round.rate.clone());
    let truth: Vec<String> = OPTIONS
        .iter()
        .map(|(name, effect)| format!("{name} × {effect}"))
        .collect();
    let html = shelfwise_page::render(
        include_str!("learning.html"),
        include_str!("learning.css"),
        context! { rounds => Rendered::from(Serde(&rounds)), first, last, truth => truth.join(", ") },
    )?;
    let path = state.page.join("index.html");
    fs::write(&path, html).with_context(|| format!("could not write {}", path.display()))?;
    Ok(path)
}

/// What the rounds leave for each other.
struct State<'o> {
    origin: &'o Origin<'o>,
    page: PathBuf,
    /// Where orders and shares lie.
    store: PathBuf,
    from_ms: i64,
}

impl<'o> State<'o> {
    fn new(origin: &'o Origin<'o>, page: PathBuf) -> Result<Self> {
        let store = origin.folder.path().join("loop");
        if store.exists() {
            fs::remove_dir_all(&store).with_context(|| format!("could not empty {}", store.display()))?;
        }
        fs::create_dir_all(&store).with_context(|| format!("could not make {}", store.display()))?;
        Ok(Self {
            origin,
            page,
            store,
            from_ms: now_ms()? as i64,
        })
    }

    fn orders(&self, number: u64) -> PathBuf {
        self.store.join(format!("orders-{number}.csv"))
    }

    fn shares(&self, number: u64) -> PathBuf {
        self.store.join(format!("hero-{number}.sws"))
    }

    /// Reads the orders, learns from all of them, and publishes what was learned.
    fn round(&self, number: u64, epoch: u64, crowd: &Crowd) -> Result<Round> {
        fs::write(self.orders(number), &crowd.table)?;
        let rules = self.origin.folder.rules().join("policy.toml");
        // Under learned shares the orders are another version of the experiment: `read` is for those of the declared one.
        let report = (number == 1).then(|| self.read(&rules)).transpose()?;
        let files: Vec<PathBuf> = (1..=number).map(|number| self.orders(number)).collect();
        let mut words: Vec<&Path> = vec![
            Path::new("learn"),
            &rules,
            Path::new("--slot"),
            Path::new(SLOT),
            Path::new("--orders"),
        ];
        words.extend(files.iter().map(PathBuf::as_path));
        let earlier: Vec<PathBuf> = (1..number).map(|number| self.shares(number)).collect();
        if !earlier.is_empty() {
            words.push(Path::new("--earlier"));
            words.extend(earlier.iter().map(PathBuf::as_path));
        }
        let out = self.shares(number);
        words.extend([Path::new("--out"), &out]);
        let words: Vec<&dyn AsRef<std::ffi::OsStr>> = words.iter().map(|word| word as _).collect();
        self.origin.shelfwise("experiment", &words)?;
        self.origin.publish_with(Some(&out))?;
        let lifts = report.as_ref().map(|report| &report["report"]["experiments"][0]);
        Ok(Round {
            number,
            epoch,
            visits: thousands(crowd.visits),
            tiles: thousands(crowd.tiles),
            ruled: thousands(crowd.ruled),
            taken: thousands(crowd.taken),
            orders: thousands(crowd.all_orders()),
            revenue: thousands(crowd.cents / 100),
            rate: format!("{:.2} %", 100.0 * crowd.rate()),
            options: (0..OPTIONS.len()).map(|at| choice(at, crowd, lifts)).collect(),
            verdict: lifts.and_then(|own| Some(own["decision"]["text"].as_str()?.to_owned())),
            learned_bytes: fs::read(&out)?.len(),
        })
    }

    /// What an analyst does: the report as a page, and as figures.
    fn read(&self, rules: &Path) -> Result<Value> {
        let mut command = Command::new(&self.origin.shelfwise);
        command
            .args(["experiment", "read", "--json"])
            .arg(rules)
            .arg("--orders")
            .arg(self.orders(1))
            .arg("--html")
            .arg(self.page.join("report.html"));
        let output = command.output().context("could not run shelfwise")?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "the orders could not be read: {said}");
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

fn choice(at: usize, crowd: &Crowd, report: Option<&Value>) -> Choice {
    let (name, effect) = OPTIONS[at];
    let lifts = report.and_then(|report| report["lifts"].as_array());
    let own = lifts.and_then(|lifts| lifts.iter().find(|lift| lift["arm"] == name));
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    let [low, high, mean] = own.map_or([0.0; 3], |own| {
        [
            number(&own["interval"]["low"]),
            number(&own["interval"]["high"]),
            number(&own["lift"]),
        ]
    });
    Choice {
        name,
        truth: signed(effect - 1.0),
        share: format!("{:.1} %", 100.0 * crowd.shares[at]),
        length: (crowd.shares[at] * 3_200.0).round() / 10.0,
        orders: crowd.orders[at],
        lift: own.map(|_| signed(mean)),
        between: own.map(|_| format!("{} to {}", signed(low), signed(high))),
        low: place(low),
        high: place(high),
        mean: place(mean),
        true_at: place(effect - 1.0),
    }
}

/// Returns the place of a lift on a scale of ±60 %, of 320.
fn place(lift: f64) -> f64 {
    (160.0 + (lift / 0.6).clamp(-1.0, 1.0) * 152.0).round()
}

fn signed(lift: f64) -> String {
    shelfwise_page::words::signed_percent(lift)
}

fn thousands(count: u64) -> String {
    shelfwise_page::words::thousands(count)
}

fn said(shares: &[f64]) -> String {
    let said = OPTIONS
        .iter()
        .zip(shares)
        .map(|((name, _), share)| format!("{name} {:.1} %", 100.0 * share));
    said.collect::<Vec<_>>().join(", ")
}

fn now_ms() -> Result<u64> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970: set it")?;
    Ok(u64::try_from(since.as_millis())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_loop_declare_what_the_crowd_knows() {
        for (name, _) in OPTIONS {
            assert!(EXPERIMENT.contains(&format!("name = \"{name}\"")), "{name}");
        }
        assert!(EXPERIMENT.contains(&format!("id = \"{SLOT}\"")));
    }

    #[test]
    fn lifts_beyond_the_picture_end_at_its_border() {
        assert_eq!([place(0.0), place(0.6), place(-9.0)], [160.0, 312.0, 8.0]);
    }
}
