//! A timeline's billed and existing seconds become lines of money (LEDG-1..6), and an audit
//! re-derives them.
//!
//! A line is one instance, one calendar month (UTC), one meter. Its cost is seconds x rate, exact,
//! rounded once; every total anywhere is a sum of lines.

#![deny(clippy::float_arithmetic)]

mod audit;
mod curve;
mod rates;

pub use audit::{AuditError, audit};
pub use curve::CostCurve;
pub use rates::{Rates, rates_for};

use crate::engine::MonthUse;
use crate::units::{Instant, Meter, Money, MoneyOverflow, Rate};

/// LEDG-3: what one instance cost on one meter in one calendar month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// First instant of the month, or of the horizon in it.
    pub month: Instant,
    /// The meter.
    pub meter: Meter,
    /// Seconds metered \[s\], above 0.
    pub quantity_s: i64,
    /// The rate.
    pub rate: Rate,
    /// Seconds x rate, rounded half to even to a micro-dollar.
    pub cost: Money,
}

/// Posts one instance's months at these rates (LEDG-1, LEDG-2): compute for billed seconds, the
/// standing meters for seconds of existence. Lines of zero seconds are left out.
///
/// # Errors
/// [`MoneyOverflow`] when one line exceeds 9.2 trillion USD.
pub fn post(months: &[MonthUse], rates: &Rates) -> Result<Vec<Line>, MoneyOverflow> {
    let mut lines = Vec::new();
    for month in months {
        for (meter, rate) in rates.by_meter() {
            let quantity_s = if meter == Meter::Compute { month.billed_s } else { month.exists_s };
            if quantity_s > 0 {
                let cost = rate.cost(quantity_s)?;
                lines.push(Line { month: month.start, meter, quantity_s, rate, cost });
            }
        }
    }
    Ok(lines)
}

/// Money by meter; LEDG-4 keeps standing cost apart from compute.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Compute.
    pub compute: Money,
    /// OS disk.
    pub os_disk: Money,
    /// Public IP.
    pub public_ip: Money,
    /// Load balancer.
    pub load_balancer: Money,
}

impl Totals {
    /// The sum of these lines.
    #[must_use]
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Self {
        let mut totals = Self::default();
        for line in lines {
            let slot = match line.meter {
                Meter::Compute => &mut totals.compute,
                Meter::OsDisk => &mut totals.os_disk,
                Meter::PublicIp => &mut totals.public_ip,
                Meter::LoadBalancer => &mut totals.load_balancer,
            };
            *slot = slot.plus(line.cost);
        }
        totals
    }

    /// The sum of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            compute: self.compute.plus(other.compute),
            os_disk: self.os_disk.plus(other.os_disk),
            public_ip: self.public_ip.plus(other.public_ip),
            load_balancer: self.load_balancer.plus(other.load_balancer),
        }
    }

    /// LEDG-4: what stopping can never save.
    #[must_use]
    pub const fn standing(&self) -> Money {
        self.os_disk.plus(self.public_ip).plus(self.load_balancer)
    }

    /// Everything.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.compute.plus(self.standing())
    }
}
