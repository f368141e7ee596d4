//! One panel: a log's hit rate above its reciprocal rank, with a common axis of bytes.

use std::fmt::Write as _;

use super::axis::{Axis, Spread};
use crate::curve::{Curve, Point};

/// Margins: for the name above, numbers at the left, numbers and labels below, between the two plots, and at the right.
const ABOVE: f64 = 56.0;
const LEFT: f64 = 46.0;
const BELOW: f64 = 42.0;
const BETWEEN: f64 = 30.0;
const RIGHT: f64 = 18.0;

/// The upper plot's share of the height.
const UPPER: f64 = 0.5;

/// Minimum distance of two labels; of closer ones the second is left out.
const LABEL_WIDTH: f64 = 14.0;

/// Position of a panel in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    /// Left edge.
    pub(super) x: f64,
    /// Upper edge.
    pub(super) y: f64,
    /// Width.
    pub(super) width: f64,
    /// Height.
    pub(super) height: f64,
}

/// One metric of a curve: its name, how to read it from a point, and the value of VMIS-kNN.
struct Measure {
    name: &'static str,
    of: fn(&Point) -> f64,
    reference: f64,
}

/// A plot under construction: its axes and its metric.
struct Plot<'a> {
    across: Axis,
    up: Axis,
    measure: &'a Measure,
}

impl Panel {
    /// Draws the card, its name, and both plots.
    pub(super) fn draw(&self, curve: &Curve, svg: &mut String) {
        let Self { x, y, width, height } = *self;
        let _ = writeln!(
            svg,
            "<rect class=\"card\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n\
             <text class=\"name\" x=\"{}\" y=\"{}\">{}</text>",
            x + 14.0,
            y + 24.0,
            escaped(&curve.log)
        );
        let bytes = curve
            .floors
            .iter()
            .chain(&curve.neighbours)
            .map(|point| point.bytes_per_item);
        let across = Axis::around(bytes, Spread::Logarithmic, (x + LEFT, x + width - RIGHT));
        let (top, bottom) = (y + ABOVE, y + height - BELOW);
        let middle = top + (bottom - top) * UPPER;
        let measures = [
            (
                top,
                middle - BETWEEN / 2.0,
                Measure {
                    name: "HR@20, %",
                    of: |point| point.hr,
                    reference: curve.reference.0,
                },
            ),
            (
                middle + BETWEEN / 2.0,
                bottom,
                Measure {
                    name: "MRR@20, %",
                    of: |point| point.mrr,
                    reference: curve.reference.1,
                },
            ),
        ];
        for (top, bottom, measure) in &measures {
            let points = curve.floors.iter().chain(&curve.neighbours);
            let values = points.map(measure.of).chain([measure.reference]);
            let up = Axis::around(values, Spread::Linear, (*bottom, *top));
            let plot = Plot { across, up, measure };
            self.draw_plot(&plot, curve, svg);
        }
        self.draw_bytes(&across, svg);
    }

    fn draw_plot(&self, plot: &Plot<'_>, curve: &Curve, svg: &mut String) {
        let (left, right) = (self.x + LEFT, self.x + self.width - RIGHT);
        for tick in plot.up.ticks() {
            let y = plot.up.place(tick);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{left:.1}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\"/>\
                 <text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{tick}</text>",
                left - 7.0,
                y + 4.0
            );
        }
        let y = plot.up.place(plot.measure.reference);
        let _ = writeln!(
            svg,
            "<line class=\"peer\" x1=\"{left:.1}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\"/>"
        );
        plot.draw_line(&curve.neighbours, "near", svg);
        plot.draw_line(&curve.floors, "floor", svg);
        let name_y = plot.up.place(plot.measure.top_value(curve)).min(y);
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            left + 2.0,
            name_y - 10.0,
            plot.measure.name
        );
    }

    fn draw_bytes(&self, across: &Axis, svg: &mut String) {
        let bottom = self.y + self.height - BELOW;
        for tick in across.ticks() {
            let x = across.place(tick);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{bottom:.1}\" x2=\"{x:.1}\" y2=\"{:.1}\"/>\
                 <text class=\"mid\" x=\"{x:.1}\" y=\"{:.1}\">{tick}</text>",
                bottom + 5.0,
                bottom + 17.0
            );
        }
        let _ = writeln!(
            svg,
            "<text class=\"mid\" x=\"{:.1}\" y=\"{:.1}\">brotli bytes per item</text>",
            self.x + LEFT + (self.width - LEFT - RIGHT) / 2.0,
            bottom + 33.0
        );
    }
}

impl Measure {
    fn top_value(&self, curve: &Curve) -> f64 {
        let points = curve.floors.iter().chain(&curve.neighbours);
        points.map(self.of).fold(f64::NEG_INFINITY, f64::max)
    }
}

impl Plot<'_> {
    fn draw_line(&self, points: &[Point], class: &str, svg: &mut String) {
        let place = |point: &Point| {
            let y = self.up.place((self.measure.of)(point));
            (self.across.place(point.bytes_per_item), y)
        };
        let line: Vec<String> = points
            .iter()
            .map(|point| {
                let (x, y) = place(point);
                format!("{x:.1},{y:.1}")
            })
            .collect();
        let _ = writeln!(svg, "<polyline class=\"{class}\" points=\"{}\"/>", line.join(" "));
        // Floors are labelled below their line and neighbours above theirs, so that labels do not overlap.
        let shift = if class == "floor" { 15.0 } else { -8.0 };
        let mut labelled = f64::NEG_INFINITY;
        for point in points {
            let (x, y) = place(point);
            let _ = writeln!(
                svg,
                "<circle class=\"dot-{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"
            );
            if (x - labelled).abs() < LABEL_WIDTH {
                continue;
            }
            labelled = x;
            let _ = writeln!(
                svg,
                "<text class=\"label label-{class} mid\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                y + shift,
                point.setting
            );
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
