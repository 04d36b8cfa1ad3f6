//! LEDG-5: re-derives from the lines what the timeline counted, and fails loudly.

use crate::engine::Counters;
use crate::ledger::Line;
use crate::units::{Meter, Money};

/// Lines and timeline disagree: a defect of this program, never of the input.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AuditError {
    /// Compute lines do not cover the billed seconds exactly.
    #[error("compute lines hold {lines} s, the timeline billed {timeline} s")]
    Billed {
        /// Sum over compute lines \[s\].
        lines: i64,
        /// Seconds in billed states \[s\].
        timeline: i64,
    },
    /// A standing meter does not cover existence exactly.
    #[error("{meter} lines hold {lines} s, the instance existed {timeline} s")]
    Standing {
        /// The meter.
        meter: &'static str,
        /// Sum over its lines \[s\].
        lines: i64,
        /// Seconds of existence \[s\].
        timeline: i64,
    },
    /// A line's cost is not its quantity times its rate.
    #[error("a {meter} line costs {cost}, its quantity at its rate {expected}")]
    Cost {
        /// The meter.
        meter: &'static str,
        /// What the line says.
        cost: Money,
        /// What it should say.
        expected: Money,
    },
    /// The states do not tile the horizon (STATE-2).
    #[error("states cover {states} s of a horizon of {horizon} s")]
    Tiling {
        /// Sum over all states \[s\].
        states: i64,
        /// Length of the horizon \[s\].
        horizon: i64,
    },
}

/// Checks one instance: states tile the horizon (STATE-2), every billed second is in exactly one
/// compute line (LEDG-5), standing lines cover existence (LEDG-1), each cost is exact (LEDG-3).
///
/// # Errors
/// The first disagreement found.
pub fn audit(counters: &Counters, lines: &[Line], horizon_s: i64) -> Result<(), AuditError> {
    let states: i64 = counters.state_s.iter().sum();
    if states != horizon_s {
        return Err(AuditError::Tiling { states, horizon: horizon_s });
    }
    let held = |meter| lines.iter().filter(|l| l.meter == meter).map(|l| l.quantity_s).sum();
    let (billed, exists) = (counters.billed_s(), counters.exists_s());
    let compute: i64 = held(Meter::Compute);
    if compute != billed {
        return Err(AuditError::Billed { lines: compute, timeline: billed });
    }
    for meter in [Meter::OsDisk, Meter::PublicIp, Meter::LoadBalancer] {
        let seconds: i64 = held(meter);
        let optional = meter != Meter::OsDisk && seconds == 0;
        if seconds != exists && !optional {
            let meter = meter.as_str();
            return Err(AuditError::Standing { meter, lines: seconds, timeline: exists });
        }
    }
    for line in lines {
        let expected = line.rate.cost(line.quantity_s).unwrap_or(Money::ZERO);
        if expected != line.cost {
            let (meter, cost) = (line.meter.as_str(), line.cost);
            return Err(AuditError::Cost { meter, cost, expected });
        }
    }
    Ok(())
}
