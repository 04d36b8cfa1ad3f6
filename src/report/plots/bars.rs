//! Costs and waste as stacked bars, one for each plan.

use super::canvas::{
    AMBER, Area, BLUE, GREYS, INK, PURPLE, Result, SOFT, block, cut, legend, scaled, style, text,
    title,
};
use crate::report::PlanTotals;
use crate::report::html::Report;
use crate::report::terminal::{amount, hours};
use plotters::prelude::{DrawingBackend, RGBColor};
use plotters::style::text_anchor::HPos;

/// Bars that fit; a run of more plans shows the first ones.
const BARS: usize = 14;
const LEFT: i32 = 250;
const LENGTH: i32 = 720;

/// One bar: name, parts, what stands behind it.
type Bar = (String, Vec<(RGBColor, i64)>, String);

/// Standing costs first: the floor that compute stands on.
pub(super) fn costs<D: DrawingBackend>(area: &Area<D>, report: &Report<'_>) -> Result<D> {
    let currency = &report.provenance.currency;
    title(area, "What it costs", &below(report, &format!("{currency}, whole period")))?;
    let parts = [
        (GREYS[0], "OS disk"),
        (GREYS[1], "public IP"),
        (GREYS[2], "load balancer"),
        (BLUE, "compute"),
    ];
    legend(area, 100, &parts)?;
    let bar = |plan: &PlanTotals| {
        let m = &plan.money;
        let sizes = [m.os_disk, m.public_ip, m.load_balancer, m.compute];
        let parts = parts.iter().zip(sizes).map(|((c, _), money)| (*c, money.micros()));
        (plan.name.clone(), parts.collect(), amount(m.total()))
    };
    stacked(area, report.plans.iter().map(bar).collect())
}

/// LEDG-6: by what would have removed it.
pub(super) fn waste<D: DrawingBackend>(area: &Area<D>, report: &Report<'_>) -> Result<D> {
    let currency = &report.provenance.currency;
    title(area, "What is wasted", &below(report, "hours running with nobody there"))?;
    let parts = [
        (AMBER, "an idle limit removes"),
        (PURPLE, "another schedule removes"),
        (GREYS[1], "neither removes"),
    ];
    legend(area, 100, &parts)?;
    let bar = |plan: &PlanTotals| {
        let sizes = [plan.waste.idle_s, plan.waste.schedule_s, plan.waste.neither_s];
        let parts = parts.iter().zip(sizes).map(|((c, _), seconds)| (*c, seconds));
        let behind =
            format!("{} h, {} {currency}", hours(plan.waste.total_s()), amount(plan.waste_usd));
        (plan.name.clone(), parts.collect(), behind)
    };
    stacked(area, report.plans.iter().map(bar).collect())
}

/// What every figure says about itself.
pub(super) fn below(report: &Report<'_>, unit: &str) -> String {
    let horizon = report.provenance.horizon;
    let day = |at: crate::units::Instant| at.civil().format("%Y-%m-%d").to_string();
    let instances = report.case.instances.len();
    format!("{instances} instances, {} to {}; {unit}", day(horizon.start), day(horizon.end))
}

fn stacked<D: DrawingBackend>(area: &Area<D>, mut bars: Vec<Bar>) -> Result<D> {
    let left_out = bars.len().saturating_sub(BARS);
    bars.truncate(BARS);
    let count = i32::try_from(bars.len().max(1)).unwrap_or(1);
    let most = bars.iter().map(|bar| bar.1.iter().map(|p| p.1).sum()).max().unwrap_or(0);
    let row = (460 / count).min(115);
    let names = style(17, INK, HPos::Right);
    let values = style(17, INK, HPos::Left);
    for (index, (name, parts, behind)) in (0_i32..).zip(&bars) {
        let middle = 140 + row * index + row / 2;
        let half = (row * 3 / 10).min(28);
        text(area, &cut(name, 26), (LEFT - 14, middle), &names)?;
        let (mut sum, mut x) = (0, LEFT);
        for (colour, value) in parts {
            sum += value;
            let end = LEFT + scaled(sum, most, LENGTH);
            if end > x {
                block(area, (x, middle - half), (end, middle + half), *colour)?;
            }
            x = end;
        }
        text(area, behind, (x + 12, middle), &values)?;
    }
    if left_out > 0 {
        let said = format!("and {left_out} more plans");
        text(area, &said, (28, 622), &style(15, SOFT, HPos::Left))?;
    }
    Ok(())
}
