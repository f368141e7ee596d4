//! `shelfwise train`: a log, and a catalog if there is one, become a snapshot.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Args, ValueEnum};
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use serde::Serialize;
use shelfwise_core::Snapshot;
use shelfwise_core::snapshot::layout::MAX_NEIGHBOURS;
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{CatalogReport, ColumnMap, IdOverlap, KindNames, LogOptions, LogReport, read_products};
#[cfg(feature = "parquet")]
use shelfwise_train::counts::Counts;
use shelfwise_train::train::{Choice, Links, NEIGHBOURS, Order, Publish, TrainOptions, TrainReport, Trained, train};

use crate::train::input::{InputArguments, READING};

use crate::bars::Bars;
use crate::{event_weights, files, output, time};

mod explain;
pub mod input;
pub mod report;

/// File name of the snapshot in the output folder.
const SNAPSHOT: &str = "model.swm";

/// File name of the report in the output folder.
const REPORT: &str = "report.json";

/// Train a snapshot from a log, and a catalog if there is one.
///
/// Logs are CSV, TSV, JSON or Parquet, plain, .gz or .zst, known by their content. Their shape is known by their
/// columns: exports of GA4 (BigQuery), Segment, RudderStack, PostHog, Snowplow, Matomo and Algolia Insights; orders of
/// Shopify, WooCommerce and Magento; `SessionId ItemId Time`; events with a name, an item, a time and a session or
/// person; or the lines of invoices and baskets. Name columns with --map where that fails; those of a list as
/// item=products[].sku.
#[derive(Args)]
#[command(after_help = "\
Examples:
  shelfwise train --events clicks.csv --out model
  shelfwise train --events 'logs/2026-*.jsonl.gz' --catalog products.csv --out model
  shelfwise train --events orders.parquet --map basket=order_no --map item=sku --out model
  shelfwise train --counts counts --links none --out model")]
#[command(group(ArgGroup::new("counted").required(true).args(["events", "counts"])))]
pub struct Train {
    #[command(flatten)]
    input: InputArguments,
    /// Counts of another engine instead of a log: the folder with the results of `shelfwise sql`.
    #[arg(long, value_name = "DIR", conflicts_with_all = READING)]
    counts: Option<PathBuf>,
    /// Say how the files are read and what met what, and train nothing.
    #[arg(long)]
    explain: bool,
    /// Folder for model.swm and report.json.
    #[arg(long, value_name = "DIR", required_unless_present = "explain")]
    out: Option<PathBuf>,
    /// A pair of items needs this many supporters: people where the log has them, else sessions. `auto` takes the
    /// strictest from 2 to 10 that costs at most 2 % of the hit rate. 1 is for comparison with the literature only.
    #[arg(long, value_name = "auto|N", default_value = "auto", value_parser = parse_floor)]
    min_support: Choice,
    /// The most pairs that one session contributes, nearest first. `auto` takes the tightest bound that costs less
    /// than 1 %; `all` takes all pairs within 30 events.
    #[arg(long, value_name = "auto|all|N", default_value = "all")]
    pairs_per_session: Bound,
    /// Neighbours kept of each item, 1 to 63.
    #[arg(long, default_value_t = NEIGHBOURS)]
    neighbours: usize,
    /// What an event says, where a view says 1: for instance add_to_cart=2. 0 takes the event out. Repeat for more.
    #[arg(long, value_name = "EVENT=VIEWS")]
    event_weight: Vec<String>,
    /// Who puts the best candidates in their order: boosted trees learned on the log, or the tables alone.
    #[arg(long, value_enum, default_value_t = OrderArgument::Learned)]
    order: OrderArgument,
    /// The last snapshot: items keep their indexes, so that the difference between the two stays small.
    #[arg(long, value_name = "SNAPSHOT")]
    previous: Option<PathBuf>,
    /// Which changes since --previous are published: those that as many new people as the support floor asks for stand
    /// behind, or all of them. See docs/privacy-of-models.md.
    #[arg(long, value_enum, default_value_t = PublishArgument::Supported)]
    changes: PublishArgument,
    /// Whether items that few people saw get indirect links: where the hold-out shows that they are worth their bytes, or
    /// not at all.
    #[arg(long, value_enum, default_value_t = LinksArgument::Measured)]
    links: LinksArgument,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

/// How a log is read: shared by `train` and `evaluate`.
#[derive(Args)]
pub struct LogArguments {
    /// Logs, patterns such as 'logs/*.csv.gz', or - for standard input.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    events: Vec<String>,
    #[command(flatten)]
    reading: ReadingArguments,
}

/// What the columns of a log mean: shared with `publish`, which can do without a log.
#[derive(Args)]
pub struct ReadingArguments {
    /// Which column of the log means what: session, person, item, time, event, quantity, basket,
    /// device, language, country, status (of an order), cancelled, test, payment. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN")]
    map: Vec<String>,
    /// What an event name of the log means, for instance click=view_item. Repeat for more.
    #[arg(long, value_name = "NAME=EVENT")]
    map_event: Vec<String>,
    /// Count variants as their product, as this catalog says: for logs of variants beside a model of products.
    #[arg(long, value_name = "CATALOG")]
    products: Option<PathBuf>,
    /// Minutes of silence that end a visit, where the log has no session key.
    #[arg(long, value_name = "MINUTES", default_value_t = 30)]
    session_gap: u32,
    /// Where the shop is, such as Europe/Berlin or +02:00: the clock by which visits begin in the evening.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = parse_zone)]
    time_zone: TimeZone,
    /// The zone of times in the log that name none, such as Europe/Berlin or +02:00.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = parse_zone)]
    zone: TimeZone,
    /// How the log writes its times, as strftime has it, for instance '%d/%m/%Y %H:%M'. Needed only where the day or the
    /// month could come first, or for rare writings.
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    time_format: Option<String>,
    /// The first day or time of the log that counts, for instance 2026-03-01 or 2026-03-01T10:00:00Z. Days begin by --zone.
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// The first day or time of the log that counts no more: `--until 2026-03-31` keeps that day out.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Share of bad rows, in percent, past which reading stops.
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
    bad_rows: f64,
}

impl LogArguments {
    /// As the intake reads them.
    pub fn options(&self) -> Result<LogOptions> {
        self.reading.options(self.events.clone())
    }
}

impl ReadingArguments {
    /// Of these logs, as the intake reads them.
    pub fn options(&self, events: Vec<String>) -> Result<LogOptions> {
        if !(0.0..=100.0).contains(&self.bad_rows) {
            bail!("--bad-rows {}: give a percentage from 0 to 100", self.bad_rows);
        }
        let mut options = LogOptions::new(events);
        options.map = ColumnMap::parse(&self.map)?;
        options.kinds = KindNames::parse(&self.map_event)?;
        options.session_gap_ms = i64::from(self.session_gap) * 60_000;
        options.time_zone = self.time_zone.clone();
        options.times.format.clone_from(&self.time_format);
        options.times.zone = self.zone.clone();
        let limit = |name: &str, text: &Option<String>| {
            let read = |text: &String| time::parse_in(text, &self.zone).with_context(|| format!("{name} {text}"));
            text.as_ref().map(read).transpose()
        };
        options.since_ms = limit("--since", &self.since)?;
        options.until_ms = limit("--until", &self.until)?;
        if let (Some(since), Some(until)) = (&self.since, &self.until)
            && options.since_ms >= options.until_ms
        {
            bail!("no time is from --since {since} on and before --until {until}: give a later --until");
        }
        options.bad_row_share = self.bad_rows / 100.0;
        if let Some(catalog) = &self.products {
            let products = read_products(catalog, &ColumnMap::default(), options.bad_row_share, &Silent);
            options.parents = products.context("--products")?.parents;
        }
        Ok(options)
    }
}

/// `--order`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OrderArgument {
    Tables,
    Learned,
}

impl From<OrderArgument> for Order {
    fn from(argument: OrderArgument) -> Self {
        match argument {
            OrderArgument::Tables => Self::Tables,
            OrderArgument::Learned => Self::Learned,
        }
    }
}

/// `--changes`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PublishArgument {
    Supported,
    All,
}

impl From<PublishArgument> for Publish {
    fn from(argument: PublishArgument) -> Self {
        match argument {
            PublishArgument::Supported => Self::Supported,
            PublishArgument::All => Self::All,
        }
    }
}

/// `--links`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LinksArgument {
    Measured,
    None,
}

impl From<LinksArgument> for Links {
    fn from(argument: LinksArgument) -> Self {
        match argument {
            LinksArgument::Measured => Self::Measured,
            LinksArgument::None => Self::None,
        }
    }
}

/// A bound on the pairs of a session.
#[derive(Clone, Copy, Debug)]
pub struct Bound(Option<Choice>);

impl Bound {
    /// Returns the choice; `None` for all pairs within the window.
    pub const fn choice(self) -> Option<Choice> {
        self.0
    }
}

impl FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self(None)),
            "auto" => Ok(Self(Some(Choice::Auto))),
            _ => match text.parse() {
                Ok(bound) if bound > 0 => Ok(Self(Some(Choice::Fixed(bound)))),
                _ => Err("give `auto`, `all`, or a number from 1".into()),
            },
        }
    }
}

fn parse_zone(text: &str) -> Result<TimeZone, String> {
    let hint = |error: jiff::Error| format!("{error}: give a name such as Europe/Berlin, or an offset such as +02:00");
    DateTimeParser::new().parse_time_zone(text).map_err(hint)
}

/// A format that can write a time can read one.
fn parse_format(text: &str) -> Result<String, String> {
    let hint = |error: jiff::Error| format!("{error}: write for instance %d.%m.%Y %H:%M:%S");
    jiff::fmt::strtime::format(text, &jiff::Zoned::default()).map_err(hint)?;
    Ok(text.to_owned())
}

/// Reads a support floor.
pub fn parse_floor(text: &str) -> Result<Choice, String> {
    match text.parse() {
        _ if text == "auto" => Ok(Choice::Auto),
        Ok(floor) if floor > 0 => Ok(Choice::Fixed(floor)),
        _ => Err("give `auto` or a number from 1".into()),
    }
}

/// Everything that `--json` prints and `report.json` keeps.
#[derive(Serialize)]
pub struct Report {
    /// Absent if another engine counted the log.
    log: Option<LogReport>,
    catalog: Option<CatalogReport>,
    /// Whether the ids of the log and of the catalog meet.
    meeting: Option<IdOverlap>,
    model: TrainReport,
}

impl Train {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        if !(1..=MAX_NEIGHBOURS).contains(&self.neighbours) {
            bail!(
                "--neighbours {}: give a number from 1 to {MAX_NEIGHBOURS}",
                self.neighbours
            );
        }
        if let Some(out) = &self.out {
            // An hour of training is not to end at a folder that cannot be written.
            files::check_writable(out)?;
        }
        let bars = Bars::default();
        let previous = self
            .previous
            .as_deref()
            .map(files::read_snapshot)
            .transpose()
            .context("--previous")?;
        let options = TrainOptions {
            min_support: self.min_support,
            pairs_per_session: self.pairs_per_session.choice(),
            neighbours: self.neighbours,
            event_weights: event_weights::parse(&self.event_weight)?,
            order: self.order.into(),
            changes: self.changes.into(),
            links: self.links.into(),
        };
        if let Some(folder) = &self.counts {
            return self.train_counts(folder, previous.as_ref(), &options, &bars);
        }
        let read = self.input.read(&bars)?;
        report::warn(&read.log_report, read.catalog_report.as_ref(), read.meeting.as_ref());
        if self.explain {
            explain::print(&read.log_report, read.catalog_report.as_ref(), read.meeting.as_ref());
            return Ok(());
        }
        let trained = train(&read.log, &read.catalog, previous.as_ref(), &options, &bars)?;
        self.write(
            trained,
            Report {
                log: Some(read.log_report),
                catalog: read.catalog_report,
                meeting: read.meeting,
                model: TrainReport::default(),
            },
        )
    }

    #[cfg(feature = "parquet")]
    fn train_counts(
        &self,
        folder: &Path,
        previous: Option<&Snapshot<Vec<u8>>>,
        options: &TrainOptions,
        bars: &Bars,
    ) -> Result<()> {
        if self.explain {
            bail!("--explain: there is no file of the log to explain: give --events");
        }
        #[cfg(feature = "cloud")]
        let folder = &crate::remote::counts(folder)?;
        let counts = Counts::read(folder)?;
        if let Err(problem) = counts.admit(options, previous) {
            bail!("--counts {}: {problem}", folder.display());
        }
        let (catalog, catalog_report, _) = self.input.read_catalog(bars)?;
        let trained = train(&counts, &catalog, previous, options, bars)?;
        self.write(
            trained,
            Report {
                log: None,
                catalog: catalog_report,
                meeting: None,
                model: TrainReport::default(),
            },
        )
    }

    #[cfg(not(feature = "parquet"))]
    fn train_counts(&self, folder: &Path, _: Option<&Snapshot<Vec<u8>>>, _: &TrainOptions, _: &Bars) -> Result<()> {
        bail!("--counts {}: build with the feature `parquet`", folder.display())
    }

    fn write(&self, trained: Trained, report: Report) -> Result<()> {
        let Some(out) = &self.out else { return Ok(()) };
        let report = Report {
            model: trained.report,
            ..report
        };
        let json = serde_json::to_string_pretty(&report)?;
        files::write(&out.join(SNAPSHOT), &trained.snapshot)?;
        files::write(&out.join(REPORT), json.as_bytes())?;
        if self.json {
            return output::json(&report);
        }
        report::print(&report, &out.join(SNAPSHOT));
        Ok(())
    }
}
