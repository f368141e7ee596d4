//! The chart: hit rate and reciprocal rank by size, one panel for each log, as plain SVG for light and dark pages.

mod axis;
mod panel;

use std::fmt::Write as _;

use crate::curve::Curve;
use panel::Panel;

/// Width of the chart in pixels.
const WIDTH: f64 = 960.0;
/// Margin around the chart and between panels.
const GAP: f64 = 16.0;
/// Height of title and legend.
const HEAD: f64 = 92.0;
/// Height of a panel.
const PANEL_HEIGHT: f64 = 416.0;

/// Colours by role; the second set is for dark mode.
const STYLE: &str = "
  svg { --page:#ffffff; --card:#f6f8fa; --line:#d8dee4; --ink:#1f2328; --soft:#59636e; --floor:#0b66c2; --near:#b35900; --peer:#6e7781 }
  @media (prefers-color-scheme: dark) {
    svg { --page:#0d1117; --card:#161b22; --line:#30363d; --ink:#e6edf3; --soft:#9198a1; --floor:#58a6ff; --near:#f0883e; --peer:#8b949e }
  }
  text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; font-size: 11px; fill: var(--soft) }
  .page { fill: var(--page) } .card { fill: var(--card); stroke: var(--line) }
  .title { font-size: 17px; font-weight: 650; fill: var(--ink) } .name { font-size: 14px; font-weight: 650; fill: var(--ink) }
  .grid { stroke: var(--line); stroke-width: 1 } .peer { stroke: var(--peer); stroke-width: 1.5; stroke-dasharray: 5 4 }
  .floor, .near { fill: none; stroke-width: 2; stroke-linejoin: round }
  .floor { stroke: var(--floor) } .near { stroke: var(--near) }
  .dot-floor { fill: var(--floor); stroke: var(--card) } .dot-near { fill: var(--near); stroke: var(--card) }
  .label { font-size: 10px; paint-order: stroke; stroke: var(--card); stroke-width: 3px }
  .label-floor { fill: var(--floor) } .label-near { fill: var(--near) } .end { text-anchor: end } .mid { text-anchor: middle }
";

/// Draws the curves, two panels a row.
#[must_use]
pub fn draw(curves: &[Curve]) -> String {
    let columns = curves.len().clamp(1, 2);
    let rows = curves.len().div_ceil(columns);
    let width = (WIDTH - GAP * (columns + 1) as f64) / columns as f64;
    let height = HEAD + rows as f64 * (PANEL_HEIGHT + GAP);
    let mut svg = head(height);
    for (at, curve) in curves.iter().enumerate() {
        let (column, row) = ((at % columns) as f64, (at / columns) as f64);
        let panel = Panel {
            x: GAP + column * (width + GAP),
            y: HEAD + row * (PANEL_HEIGHT + GAP),
            width,
            height: PANEL_HEIGHT,
        };
        panel.draw(curve, &mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

fn head(height: f64) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">Quality per kilobyte</title>\n\
         <desc id=\"description\">HR@20 and MRR@20 against brotli bytes per item, one panel a log: along one line the \
         support floor rises, along the other the number of neighbours. The numbers are in quality.md.</desc>\n\
         <style>{STYLE}</style>\n\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
         <text class=\"title\" x=\"{GAP}\" y=\"32\">Quality per kilobyte: what each byte of a snapshot buys</text>\n"
    );
    legend(&mut svg);
    svg
}

/// Draws the legend: the three kinds of lines, with their labels.
fn legend(svg: &mut String) {
    let entries = [
        ("floor", 16.0, "support floor, labelled; 30 neighbours an item"),
        ("near", 318.0, "neighbours an item, labelled; support floor 2"),
        ("peer", 640.0, "VMIS-kNN (whole sessions), better setting"),
    ];
    for (class, x, words) in entries {
        let (end, text) = (x + 28.0, x + 36.0);
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x}\" y1=\"54\" x2=\"{end}\" y2=\"54\"/>"
        );
        let _ = writeln!(svg, "<text x=\"{text}\" y=\"58\">{words}</text>");
    }
    let note = "The whole snapshot after brotli, by the number of its items; up and to the left is better.";
    let _ = writeln!(svg, "<text x=\"{GAP}\" y=\"79\">{note}</text>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Point;

    fn curve(log: &str) -> Curve {
        let point = |setting: u32, bytes_per_item: f64| Point {
            setting,
            bytes_per_item,
            hr: 50.0 + bytes_per_item / 10.0,
            mrr: 15.0,
        };
        Curve {
            log: log.into(),
            floors: vec![point(1, 40.0), point(2, 20.0)],
            neighbours: vec![point(5, 8.0), point(30, 20.0)],
            reference: (51.0, 16.0),
        }
    }

    #[test]
    fn chart_has_a_panel_for_every_log_and_two_dots_for_every_point() {
        let svg = draw(&[curve("one & only"), curve("two"), curve("three")]);
        assert_eq!(svg.matches("class=\"card\"").count(), 3);
        assert_eq!(svg.matches("<circle").count(), 3 * 4 * 2);
        assert!(svg.contains("one &amp; only"), "names are escaped");
    }

    #[test]
    fn chart_coordinates_are_finite() {
        let svg = draw(&[curve("shop")]);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
