//! Every figure of an instance or of many, by the name that result tables give it.

use crate::engine::{Counters, Waste};
use crate::ledger::Totals;
use crate::search::Outcome;
use crate::units::Money;

/// Figures of money.
const MONEY: [&str; 7] = [
    "total_usd",
    "compute_usd",
    "os_disk_usd",
    "public_ip_usd",
    "load_balancer_usd",
    "standing_usd",
    "waste_usd",
];

/// Figures of waste, and counts summed over causes.
const DERIVED: [&str; 7] = [
    "waste_s",
    "waste_idle_s",
    "waste_schedule_s",
    "waste_neither_s",
    "starts",
    "stops",
    "interruptions",
];

/// How many figures there are.
const COUNT: usize = MONEY.len() + Counters::COLUMNS.len() + DERIVED.len();

/// Names of all figures: money, the counted columns, waste, and counts summed over causes.
pub const METRICS: [&str; COUNT] = {
    let mut all = [""; COUNT];
    let mut at = 0;
    while at < COUNT {
        let counted = at.wrapping_sub(MONEY.len());
        all[at] = if at < MONEY.len() {
            MONEY[at]
        } else if counted < Counters::COLUMNS.len() {
            Counters::COLUMNS[counted]
        } else {
            DERIVED[counted - Counters::COLUMNS.len()]
        };
        at += 1;
    }
    all
};

/// What a figure is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// Money \[micro-USD\].
    Usd,
    /// Time \[s\].
    Seconds,
    /// How often.
    Count,
}

/// What the figure of this name is counted in: its ending says so.
#[must_use]
pub fn measure(metric: &str) -> Measure {
    if metric.ends_with("_usd") {
        Measure::Usd
    } else if metric.ends_with("_s") {
        Measure::Seconds
    } else {
        Measure::Count
    }
}

/// The figure spelt `name`, exactly.
#[must_use]
pub fn metric(name: &str) -> Option<&'static str> {
    METRICS.into_iter().find(|known| *known == name)
}

/// All figures of one instance, or their sums. Money in micro-USD, time in seconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figures([i64; METRICS.len()]);

impl Default for Figures {
    fn default() -> Self {
        Self([0; METRICS.len()])
    }
}

impl Figures {
    /// What an outcome says.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let money = Totals::of(&outcome.lines);
        let counted = outcome.counters.columns().map(|(_, value)| value);
        Self::from_parts(&counted, outcome.counters.waste, money, outcome.waste_usd())
    }

    /// From the counted columns (in the order of [`Counters::COLUMNS`]), waste and money.
    #[must_use]
    pub fn from_parts(
        counted: &[i64; Counters::COLUMNS.len()],
        waste: Waste,
        money: Totals,
        waste_usd: Money,
    ) -> Self {
        let mut figures = Self::default();
        for (name, value) in Counters::COLUMNS.into_iter().zip(counted) {
            figures.set(name, *value);
            // starts_demand and its like: one sum over all causes each.
            for sum in ["starts", "stops", "interruptions"] {
                if name.strip_prefix(sum).is_some_and(|rest| rest.starts_with('_')) {
                    figures.set(sum, figures.get(sum).saturating_add(*value));
                }
            }
        }
        for (name, seconds) in [
            ("waste_s", waste.total_s()),
            ("waste_idle_s", waste.idle_s),
            ("waste_schedule_s", waste.schedule_s),
            ("waste_neither_s", waste.neither_s),
        ] {
            figures.set(name, seconds);
        }
        for (name, amount) in [
            ("total_usd", money.total()),
            ("compute_usd", money.compute),
            ("os_disk_usd", money.os_disk),
            ("public_ip_usd", money.public_ip),
            ("load_balancer_usd", money.load_balancer),
            ("standing_usd", money.standing()),
            ("waste_usd", waste_usd),
        ] {
            figures.set(name, amount.micros());
        }
        figures
    }

    /// The sums.
    pub fn sum<'f>(all: impl IntoIterator<Item = &'f Self>) -> Self {
        let mut sum = Self::default();
        for figures in all {
            for (total, value) in sum.0.iter_mut().zip(figures.0) {
                *total = total.saturating_add(value);
            }
        }
        sum
    }

    /// The figure of this name; 0 for a name that is not in [`METRICS`].
    #[must_use]
    pub fn get(&self, name: &str) -> i64 {
        METRICS.iter().position(|known| *known == name).map_or(0, |at| self.0[at])
    }

    fn set(&mut self, name: &str, value: i64) {
        if let Some(at) = METRICS.iter().position(|known| *known == name) {
            self.0[at] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counted_column_is_a_figure_and_causes_add_up() {
        assert!(Counters::COLUMNS.into_iter().all(|name| metric(name).is_some()));
        let counted = std::array::from_fn(|at| i64::try_from(at).unwrap() + 1);
        let usd = Money::from_micros;
        let money =
            Totals { compute: usd(1), os_disk: usd(2), public_ip: usd(3), load_balancer: usd(4) };
        let waste = Waste { idle_s: 5, schedule_s: 6, neither_s: 7 };
        let figures = Figures::from_parts(&counted, waste, money, usd(8));
        let of = |causes: [&str; 3]| causes.map(|c| figures.get(c)).iter().sum::<i64>();
        let starts = of(["starts_demand", "starts_schedule", "starts_operation"]);
        let stops = of(["stops_idle", "stops_schedule", "stops_operation"]);
        let cuts = of(["interruptions_idle", "interruptions_schedule", "interruptions_operation"]);
        let sums = ["starts", "stops", "interruptions"].map(|name| figures.get(name));
        assert_eq!(sums, [starts, stops, cuts]);
        assert_eq!(["total_usd", "standing_usd", "waste_s"].map(|n| figures.get(n)), [10, 9, 18]);
        assert_eq!(Figures::sum([&figures, &figures]).get("total_usd"), 20);
    }
}
