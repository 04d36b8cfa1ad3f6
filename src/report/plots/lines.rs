//! Curves: the idle limit, the Pareto front, quota over time.

use super::bars::below;
use super::canvas::{
    AMBER, Area, BLUE, FINE, INK, RED, RULE, Result, SOFT, coarse, legend, line, style, text, title,
};
use crate::report::html::Report;
use crate::report::terminal::grouped;
use crate::units::{Instant, Money};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// The first and the last limit \[min\].
const LIMITS: (f64, f64) = (15.0, 4_320.0);
const TICKS: [(f64, &str); 8] = [
    (15.0, "15 min"),
    (30.0, "30 min"),
    (60.0, "1 h"),
    (120.0, "2 h"),
    (240.0, "4 h"),
    (480.0, "8 h"),
    (1_440.0, "24 h"),
    (4_320.0, "72 h"),
];

fn dollars(money: Money) -> f64 {
    money.micros() as f64 / 1e6
}

/// A whole number for an axis.
fn whole(value: &f64) -> String {
    let text = format!("{value:.0}");
    match text.strip_prefix('-') {
        Some(digits) => format!("-{}", grouped(digits)),
        None => grouped(&text),
    }
}

/// Money and waiting over every idle limit under the first plan's schedules.
pub(super) fn idle_limit<D: DrawingBackend>(area: &Area<D>, report: &Report<'_>) -> Result<D> {
    let Some(detail) = report.details.first() else { return Ok(()) };
    let currency = &report.provenance.currency;
    let limited = detail.sweep.points.iter().filter_map(|p| p.limit.map(|l| (l, p)));
    let points: Vec<(f64, f64, f64)> = limited
        .map(|(l, p)| {
            (f64::from(l.minutes()), dollars(p.compute), p.counts.wait_s as f64 / 3_600.0)
        })
        .collect();
    let all = points.len();
    let points = thinned(&points);
    let drawn = format!(
        "schedules of {}; drawn at {} of the {} limits",
        detail.name,
        points.len(),
        grouped(&all.to_string())
    );
    title(area, "What an idle limit would do", &below(report, &drawn))?;
    let compute = format!("compute, {currency} (left)");
    legend(area, 100, &[(BLUE, compute.as_str()), (AMBER, "hours people wait (right)")])?;
    let most =
        |of: fn(&(f64, f64, f64)) -> f64| points.iter().map(of).fold(0.0, f64::max).max(1.0) * 1.08;
    let mut chart = ChartBuilder::on(area)
        .margin_top(120 * FINE)
        .margin_right(30 * FINE)
        .margin_left(20 * FINE)
        .margin_bottom(20 * FINE)
        .x_label_area_size(44 * FINE)
        .y_label_area_size(80 * FINE)
        .right_y_label_area_size(70 * FINE)
        .build_cartesian_2d((LIMITS.0..LIMITS.1).log_scale(), 0.0..most(|p| p.1))?
        .set_secondary_coord((LIMITS.0..LIMITS.1).log_scale(), 0.0..most(|p| p.2));
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .light_line_style(WHITE)
        .bold_line_style(RULE)
        .axis_style(SOFT)
        .label_style(style(15, SOFT, HPos::Left))
        .y_label_formatter(&whole)
        .draw()?;
    chart
        .configure_secondary_axes()
        .axis_style(SOFT)
        .label_style(style(15, SOFT, HPos::Left))
        .y_label_formatter(&whole)
        .draw()?;
    chart.draw_series(LineSeries::new(points.iter().map(|p| (p.0, p.1)), BLUE.stroke_width(6)))?;
    chart.draw_secondary_series(LineSeries::new(
        points.iter().map(|p| (p.0, p.2)),
        AMBER.stroke_width(6),
    ))?;
    let (_, rows) = chart.plotting_area().get_pixel_range();
    let (_, bottom) = coarse((0, rows.end));
    for (minutes, name) in TICKS {
        let (x, _) = coarse(chart.plotting_area().map_coordinate(&(minutes, 0.0)));
        line(area, (x, bottom), (x, bottom + 6), SOFT)?;
        text(area, name, (x, bottom + 20), &style(15, SOFT, HPos::Center))?;
    }
    Ok(())
}

/// Points far enough apart to be seen apart on the logarithmic axis: more only roughen the line.
fn thinned(points: &[(f64, f64, f64)]) -> Vec<(f64, f64, f64)> {
    let step = (LIMITS.1 / LIMITS.0).ln() / 220.0;
    let mut kept: Vec<(f64, f64, f64)> = Vec::new();
    for point in points {
        let apart = kept.last().is_none_or(|last| (point.0 / last.0).ln() >= step);
        if apart || point.0 >= LIMITS.1 {
            kept.push(*point);
        }
    }
    kept
}

/// Total over hours waited.
pub(super) fn pareto<D: DrawingBackend>(area: &Area<D>, report: &Report<'_>) -> Result<D> {
    let mut points = report.advice.map(super::super::html::Advice::pareto).unwrap_or_default();
    points.sort_by_key(|p| (p.wait_s, p.total));
    let currency = &report.provenance.currency;
    title(area, "Money or waiting", &below(report, "the best plans for each value of waiting"))?;
    let at: Vec<(f64, f64)> =
        points.iter().map(|p| (p.wait_s as f64 / 3_600.0, dollars(p.total))).collect();
    let (x, y) = (padded(at.iter().map(|p| p.0)), padded(at.iter().map(|p| p.1)));
    let mut chart = ChartBuilder::on(area)
        .margin(30 * FINE)
        .margin_top(90 * FINE)
        .x_label_area_size(60 * FINE)
        .y_label_area_size(100 * FINE)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(RULE)
        .axis_style(SOFT)
        .label_style(style(15, SOFT, HPos::Left))
        .axis_desc_style(style(16, SOFT, HPos::Center))
        .x_desc("hours waited")
        .y_desc(format!("total, {currency}"))
        .x_label_formatter(&whole)
        .y_label_formatter(&whole)
        .draw()?;
    chart.draw_series(LineSeries::new(at.iter().copied(), BLUE.stroke_width(6)))?;
    for (point, place) in points.iter().zip(&at) {
        let (size, colour) = if point.knee { (18, AMBER) } else { (10, BLUE) };
        chart.draw_series([Circle::new(*place, size, colour.filled())])?;
        if point.knee {
            let (x, y) = coarse(chart.plotting_area().map_coordinate(place));
            let said = format!("knee: an hour of waiting is worth {} {currency}", point.value);
            text(area, &said, (x + 16, y - 14), &style(16, INK, HPos::Left))?;
        }
    }
    Ok(())
}

fn padded(values: impl Iterator<Item = f64>) -> std::ops::Range<f64> {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return 0.0..1.0;
    }
    let room = ((high - low) * 0.08).max(high.abs() * 0.01).max(0.5);
    (low - room).max(0.0)..high + room
}

/// One limit and how much of it is held.
pub(super) struct QuotaLine {
    region: String,
    name: String,
    limit: Option<i64>,
    start: Instant,
    end: Instant,
    held: Vec<(Instant, i64)>,
}

impl QuotaLine {
    /// Every limit of which something is held.
    pub(super) fn all(report: &Report<'_>) -> Vec<Self> {
        let horizon = report.case.trace.horizon;
        let mut lines: Vec<Self> = Vec::new();
        let usage = report.quota.map_or(&[][..], |settled| &settled.quota.usage);
        for used in usage {
            let name = used.limit_name.to_string();
            let known = lines.iter_mut().find(|l| l.region == used.region && l.name == name);
            let point = (used.at, used.used);
            match known {
                Some(line) => line.held.push(point),
                None => lines.push(Self {
                    region: used.region.clone(),
                    name,
                    limit: used.limit,
                    start: horizon.start,
                    end: horizon.end,
                    held: vec![point],
                }),
            }
        }
        lines.retain(|line| line.held.iter().any(|(_, used)| *used > 0));
        lines
    }

    pub(super) fn file_stem(&self) -> String {
        let name = format!("quota-{}-{}", self.region, self.name).to_lowercase();
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
    }
}

pub(super) fn quota<D: DrawingBackend>(area: &Area<D>, quota: &QuotaLine) -> Result<D> {
    let unit = if quota.name == "computes" { "computes" } else { "cores" };
    let may =
        quota.limit.map_or("no limit of its own".to_owned(), |n| format!("may hold {n} {unit}"));
    title(area, &format!("Quota: {}, {}", quota.region, quota.name), &may)?;
    legend(area, 100, &[(BLUE, &*format!("{unit} held")), (RED, "limit")])?;
    let days = |at: Instant| at.since(quota.start) as f64 / 86_400.0;
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for (at, used) in &quota.held {
        if let Some((_, before)) = steps.last().copied() {
            steps.push((days(*at), before));
        }
        steps.push((days(*at), *used as f64));
    }
    let last = steps.last().map_or(0.0, |step| step.1);
    steps.push((days(quota.end), last));
    let held = quota.held.iter().map(|(_, used)| *used).max().unwrap_or(0);
    let most = held.max(quota.limit.unwrap_or(0)).max(1) as f64 * 1.1;
    let mut chart = ChartBuilder::on(area)
        .margin(30 * FINE)
        .margin_right(60 * FINE)
        .margin_top(120 * FINE)
        .x_label_area_size(44 * FINE)
        .y_label_area_size(80 * FINE)
        .build_cartesian_2d(0.0..days(quota.end).max(1.0), 0.0..most)?;
    let date = |day: &f64| {
        let at = quota.start.plus((*day * 86_400.0) as i64);
        at.civil().format("%Y-%m-%d").to_string()
    };
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(RULE)
        .axis_style(SOFT)
        .label_style(style(15, SOFT, HPos::Left))
        .x_labels(8)
        .x_label_formatter(&date)
        .y_label_formatter(&whole)
        .draw()?;
    chart.draw_series(LineSeries::new(steps, BLUE.stroke_width(6)))?;
    if let Some(limit) = quota.limit {
        let level = [(0.0, limit as f64), (days(quota.end), limit as f64)];
        chart.draw_series(LineSeries::new(level, RED.stroke_width(4)))?;
    }
    Ok(())
}
