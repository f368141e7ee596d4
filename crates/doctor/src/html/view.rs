//! The report as the page shows it: texts, and lengths for its pictures.

use serde::Serialize;
use shelfwise_page::words::{percent, plural, thousands};

use super::context_view::ContextsView;
use crate::against::{Change, Direction, UNCHANGED};
use crate::days::Days;
use crate::findings::{Finding, Severity};
use crate::report::Report;
use crate::surfaces::{Grade, Surface};

/// Width and height of the pictures of days, in their own units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 56.0;

/// The most bars of a picture: more days are drawn as groups of days.
const MOST_BARS: usize = 92;

/// The page.
#[derive(Serialize)]
pub struct View {
    class: &'static str,
    verdict: String,
    lead: Vec<String>,
    figures: Vec<Figure>,
    surfaces: Vec<SurfaceView>,
    contexts: Option<ContextsView>,
    groups: Vec<Group>,
    pictures: Vec<Picture>,
    bar_days: usize,
    /// Absent if nothing was compared.
    changes: Option<Vec<ChangeView>>,
    unchanged: &'static str,
}

#[derive(Serialize)]
struct Figure {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
struct SurfaceView {
    name: &'static str,
    class: &'static str,
    word: &'static str,
    reason: String,
    /// Length of the gauge, of 100; absent if nothing was measured.
    length: Option<f64>,
    months: Option<String>,
}

#[derive(Serialize)]
struct Group {
    class: &'static str,
    title: &'static str,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
struct FindingView {
    title: String,
    /// `1,234 of 5,678 rows`; empty where a count says nothing.
    counts: String,
    share: String,
    length: f64,
    examples: Vec<String>,
    mend: String,
}

#[derive(Serialize)]
struct Picture {
    kind: &'static str,
    total: String,
    label: String,
    bars: Vec<Bar>,
}

#[derive(Serialize)]
struct Bar {
    x: f64,
    width: f64,
    y: f64,
    height: f64,
    is_empty: bool,
    label: String,
}

#[derive(Serialize)]
struct ChangeView {
    class: &'static str,
    word: &'static str,
    text: String,
}

impl View {
    pub fn of(report: &Report) -> Self {
        let ready = report
            .surfaces
            .iter()
            .filter(|surface| surface.grade == Grade::Ready)
            .count();
        let mend = of_severity(report, Severity::Mend).len();
        let verdict = match (ready, mend) {
            (0, _) => "Not worth it yet".to_owned(),
            (_, 0) => "Ready to train".to_owned(),
            _ => format!("{} to mend first", plural(mend as u64, "thing")),
        };
        let days = report.days.len();
        let bar_days = days.div_ceil(MOST_BARS).max(1);
        Self {
            class: match (ready, mend) {
                (0, _) => "bad",
                (_, 0) => "good",
                _ => "",
            },
            verdict,
            lead: lead(report, ready),
            figures: figures(report),
            surfaces: report
                .surfaces
                .iter()
                .map(|surface| surface_view(surface, report))
                .collect(),
            contexts: report.contexts.as_ref().map(ContextsView::of),
            groups: groups(report),
            pictures: pictures(&report.days, bar_days),
            bar_days,
            changes: report.changes.as_deref().map(changes),
            unchanged: UNCHANGED,
        }
    }
}

fn of_severity(report: &Report, severity: Severity) -> Vec<&Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .collect()
}

fn lead(report: &Report, ready: usize) -> Vec<String> {
    let of_places = format!("{ready} of {} places of the shop are ready.", report.surfaces.len());
    let summary = &report.summary;
    let span = summary.first_day.as_ref().zip(summary.last_day.as_ref());
    let span = span.map(|(first, last)| {
        format!(
            "The log goes from {first} to {last}, {}.",
            plural(report.days.len() as u64, "day")
        )
    });
    std::iter::once(of_places).chain(span).collect()
}

fn figures(report: &Report) -> Vec<Figure> {
    let summary = &report.summary;
    let figure = |name, value: u64| Figure {
        name,
        value: thousands(value),
    };
    let mut figures = vec![
        figure("events that count", summary.events),
        figure("visits", summary.sessions),
    ];
    figures.extend(
        summary
            .sessions_a_month
            .map(|sessions| figure("visits in 30 days", sessions)),
    );
    figures.push(figure("visitors", summary.people));
    figures.push(figure("products in the log", summary.items));
    figures.extend(
        summary
            .catalog_items
            .map(|items| figure("products in the catalog", items)),
    );
    figures
}

fn surface_view(surface: &Surface, report: &Report) -> SurfaceView {
    let (class, word) = match surface.grade {
        Grade::Ready => ("ready", "Ready"),
        Grade::NotYet => ("not-yet", "Not yet"),
        Grade::NotWorthItYet => ("not-worth", "Not worth it yet"),
    };
    let months = surface
        .sessions_needed
        .zip(report.summary.sessions_a_month)
        .map(|(needed, month)| {
            let months = needed.div_ceil(month.max(1));
            format!("{} of visits like today’s", plural(months, "month"))
        });
    SurfaceView {
        name: surface.name,
        class,
        word,
        reason: surface.reason.clone(),
        length: surface.share.map(|share| 100.0 * share),
        months,
    }
}

fn groups(report: &Report) -> Vec<Group> {
    let kinds = [
        (Severity::Mend, "mend", "Mend first"),
        (Severity::Look, "look", "Worth a look"),
        (Severity::Note, "note", "Good to know"),
    ];
    let groups = kinds.map(|(severity, class, title)| Group {
        class,
        title,
        findings: of_severity(report, severity).into_iter().map(finding_view).collect(),
    });
    groups.into_iter().filter(|group| !group.findings.is_empty()).collect()
}

fn finding_view(finding: &Finding) -> FindingView {
    let is_counted = !matches!(finding.unit, "kinds" | "remarks");
    FindingView {
        title: finding.title.clone(),
        counts: if is_counted {
            format!(
                "{} of {} {}",
                thousands(finding.count),
                thousands(finding.of),
                finding.unit
            )
        } else {
            String::new()
        },
        share: if is_counted {
            percent(finding.share())
        } else {
            String::new()
        },
        length: if is_counted {
            (100.0 * finding.share()).max(0.7)
        } else {
            0.0
        },
        examples: finding.examples.clone(),
        mend: finding.mend.clone(),
    }
}

/// Draws the kinds, the most frequent first. Each has a scale of its own, so that rare kinds can be seen.
fn pictures(days: &Days, bar_days: usize) -> Vec<Picture> {
    let mut kinds: Vec<_> = days.kinds.iter().collect();
    kinds.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<u64>()));
    kinds
        .into_iter()
        .map(|(kind, counts)| picture(kind, counts, days, bar_days))
        .collect()
}

fn picture(kind: &'static str, counts: &[u64], days: &Days, bar_days: usize) -> Picture {
    let groups: Vec<u64> = counts.chunks(bar_days).map(|days| days.iter().sum()).collect();
    let most = groups.iter().copied().max().unwrap_or_default().max(1) as f64;
    let slot = WIDTH / groups.len().max(1) as f64;
    let bars = groups.iter().enumerate().map(|(at, &count)| {
        let height = if count == 0 {
            2.0
        } else {
            (HEIGHT * count as f64 / most).max(2.0)
        };
        Bar {
            x: slot * at as f64,
            width: (slot * 0.82).min(24.0),
            y: HEIGHT - height,
            height,
            is_empty: count == 0,
            label: format!("{}: {}", days.date(at * bar_days), thousands(count)),
        }
    });
    let total = counts.iter().sum();
    let silent = counts.iter().filter(|count| **count == 0).count();
    let label = format!(
        "{kind}: {} events, {} without any",
        thousands(total),
        plural(silent as u64, "day")
    );
    Picture {
        kind,
        total: thousands(total),
        label,
        bars: bars.collect(),
    }
}

fn changes(changes: &[Change]) -> Vec<ChangeView> {
    let view = |direction, text: &String| match direction {
        Direction::Worse => ChangeView {
            class: "bad",
            word: "Worse",
            text: text.clone(),
        },
        Direction::Better => ChangeView {
            class: "good",
            word: "Better",
            text: text.clone(),
        },
    };
    changes
        .iter()
        .map(|change| view(change.direction, &change.text))
        .collect()
}
