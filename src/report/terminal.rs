//! The summary a person reads after a run: what was spent on what, what of it was waste, how long
//! people waited, and what was interrupted.

use crate::engine::{Counters, RefusalCause, Waste};
use crate::ledger::Totals;
use crate::report::{Column, Sheet};
use crate::search::{Outcome, Settlement};
use crate::units::Money;
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write as _;

/// Sums over all instances of one plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanTotals {
    /// The plan.
    pub name: String,
    /// How many instances.
    pub instances: usize,
    /// Every counted column of `instances`, summed.
    pub counts: Vec<(&'static str, i64)>,
    /// Money by meter.
    pub money: Totals,
    /// Waste (LEDG-6).
    pub waste: Waste,
    /// What the waste cost.
    pub waste_usd: Money,
    /// Operations refused before any replay, by cause.
    pub refused: Vec<(RefusalCause, usize)>,
}

impl PlanTotals {
    /// Sums over no outcome yet, and what was settled before them.
    #[must_use]
    pub fn new(name: &str, settled: &Settlement) -> Self {
        Self {
            name: name.to_owned(),
            instances: 0,
            counts: Counters::COLUMNS.into_iter().map(|name| (name, 0)).collect(),
            money: Totals::default(),
            waste: Waste::default(),
            waste_usd: Money::ZERO,
            refused: RefusalCause::ALL.into_iter().map(|c| (c, settled.refused_by(c))).collect(),
        }
    }

    /// Adds the outcomes of some instances.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            for (sum, (_, value)) in self.counts.iter_mut().zip(outcome.counters.columns()) {
                sum.1 += value;
            }
            let waste = outcome.counters.waste;
            self.waste.idle_s += waste.idle_s;
            self.waste.schedule_s += waste.schedule_s;
            self.waste.neither_s += waste.neither_s;
            self.waste_usd = self.waste_usd.plus(outcome.waste_usd());
        }
        self.instances += outcomes.len();
        self.money = self.money.plus(Totals::of(outcomes.iter().flat_map(|o| &o.lines)));
    }

    /// How many operations were refused.
    #[must_use]
    pub fn refused_count(&self) -> usize {
        self.refused.iter().map(|(_, count)| count).sum()
    }

    /// One summed column of `instances`.
    #[must_use]
    pub fn count(&self, column: &str) -> i64 {
        self.counts.iter().find(|(name, _)| *name == column).map_or(0, |(_, value)| *value)
    }
}

const LEGEND: &str = "\
Standing: OS disk, public IP and load balancer; stopping never saves it. Wasted: running
with nobody there. Waited: people before a machine that was not running. Queued: runs, likewise.
";

/// The summary, with a line that says how to read it. Changes are against `baseline` where a plan
/// has that name, else against the first; that plan stands first.
#[must_use]
pub fn terminal_summary(plans: &[PlanTotals], baseline: &str, currency: &str) -> String {
    let mut plans: Vec<&PlanTotals> = plans.iter().collect();
    plans.sort_by_key(|p| p.name != baseline);
    let plans = plans.as_slice();
    let mut text = String::new();
    let _ = writeln!(text, "{}", money_table(plans, currency));
    let _ = writeln!(text, "{}", hours_table(plans));
    let _ = writeln!(text, "{}", events_table(plans));
    text.push_str(LEGEND);
    text
}

pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(header);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn money_table(plans: &[&PlanTotals], currency: &str) -> Table {
    let total = format!("Total {currency}");
    let mut table = table(&["Plan", "Compute", "Standing", &total, "of it wasted", "Change"]);
    let first = plans.first().map_or(Money::ZERO, |p| p.money.total());
    for plan in plans {
        let total = plan.money.total();
        table.add_row([
            plan.name.clone(),
            amount(plan.money.compute),
            amount(plan.money.standing()),
            amount(total),
            amount(plan.waste_usd),
            change(first, total),
        ]);
    }
    table
}

/// Any sheet as a table to read; numbers to the right.
#[must_use]
pub fn sheet_text(sheet: &Sheet) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(sheet.columns.iter().map(|c| c.0));
    for (column, (_, values)) in table.column_iter_mut().zip(&sheet.columns) {
        if matches!(values, Column::Integer(_) | Column::Usd(_) | Column::Price(_)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in 0..sheet.rows() {
        table.add_row(sheet.columns.iter().map(|(_, values)| values.text(row)));
    }
    format!("{table}\n")
}

/// Hours of service, then how often things happened and to whom.
fn hours_table(plans: &[&PlanTotals]) -> Table {
    let mut table =
        table(&["Plan, hours", "Billed", "In use", "Wasted", "Waited", "Queued", "Lost runs"]);
    for plan in plans {
        let of = |c: &str| plan.count(c);
        table.add_row([
            plan.name.clone(),
            hours(of("billed_s")),
            hours(of("running_s") - plan.waste.total_s()),
            hours(plan.waste.total_s()),
            hours(of("wait_s")),
            hours(of("queue_s")),
            hours(of("lost_run_s")),
        ]);
    }
    table
}

fn events_table(plans: &[&PlanTotals]) -> Table {
    let mut table = table(&[
        "Plan, times",
        "Starts: people",
        "schedule",
        "Stops: idle",
        "schedule",
        "Dismissed",
        "Work cut",
    ]);
    for plan in plans {
        let count = |c: &str| grouped(&plan.count(c).to_string());
        let cut = ["interruptions_idle", "interruptions_schedule", "interruptions_operation"];
        table.add_row([
            plan.name.clone(),
            count("starts_demand"),
            count("starts_schedule"),
            count("stops_idle"),
            count("stops_schedule"),
            count("dismissed_stops"),
            grouped(&cut.iter().map(|c| plan.count(c)).sum::<i64>().to_string()),
        ]);
    }
    table
}

/// Two decimals, thousands separated.
pub(super) fn amount(money: Money) -> String {
    let text = format!("{money:.2}");
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    format!("{sign}{}.{cents}", grouped(digits))
}

pub(super) fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Hours with one decimal, without the unit.
pub(super) fn hours(seconds: i64) -> String {
    let tenths = (seconds + 180).div_euclid(360);
    format!("{}.{}", grouped(&(tenths / 10).to_string()), tenths % 10)
}

/// The change from the first plan's total, in per cent with one decimal.
pub(super) fn change(first: Money, total: Money) -> String {
    percent(first.micros(), total.micros())
}

/// The change between two figures of one kind, in per cent with one decimal.
pub(super) fn percent(first: i64, now: i64) -> String {
    let tenths = tenths_of_change(first, now);
    if first == now || first == 0 {
        return "-".to_owned();
    }
    let sign = if tenths < 0 { "-" } else { "+" };
    format!("{sign}{}.{} %", tenths.abs() / 10, tenths.abs() % 10)
}

/// The change between two figures of one kind, in tenths of a per cent; 0 where there is no base.
pub(super) fn tenths_of_change(first: i64, now: i64) -> i64 {
    let difference = i128::from(now) - i128::from(first);
    let base = i128::from(first);
    if base == 0 {
        return 0;
    }
    let tenths = difference.signum() * ((difference.abs() * 2_000 + base) / (2 * base));
    i64::try_from(tenths).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_hours_and_changes_are_rounded_for_reading() {
        assert_eq!(amount(Money::from_micros(1_234_567_890_000)), "1,234,567.89");
        assert_eq!(amount(Money::from_micros(-12_345_000)), "-12.34");
        assert_eq!(hours(3_600 * 1_234 + 1_800), "1,234.5");
        let usd = |n: i64| Money::from_micros(n * 1_000_000);
        assert_eq!(change(usd(200), usd(100)), "-50.0 %");
        assert_eq!(change(usd(300), usd(301)), "+0.3 %");
        assert_eq!(change(usd(300), usd(300)), "-");
    }
}
