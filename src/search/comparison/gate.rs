//! Gates: conditions such as `total_usd > +5%` that no side may meet.

use super::figures::{Figures, METRICS, Measure, measure, metric};
use crate::units::{Problem, nearest};
use rust_decimal::Decimal;
use std::str::FromStr;

/// A condition over one figure. It holds for a side whose figure is beyond the bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gate {
    /// As written.
    pub text: String,
    /// The figure, one of [`METRICS`].
    pub metric: &'static str,
    relation: Relation,
    bound: Bound,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Relation {
    Above,
    AtLeast,
    Below,
    AtMost,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bound {
    /// The figure itself.
    Absolute(Decimal),
    /// Beyond the baseline's figure.
    Change(Decimal),
    /// Beyond the baseline's figure, in per cent of it.
    Percent(Decimal),
}

/// What a gate says of one side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The gate as written.
    pub gate: String,
    /// The figure.
    pub metric: &'static str,
    /// Position in [`Comparison::sides`](super::Comparison::sides).
    pub side: usize,
    /// The side's figure \[micro-USD, s or count\].
    pub value: i64,
    /// What it was held against, in the same unit.
    pub limit: Decimal,
    /// Whether the condition holds, that is: the gate fails.
    pub holds: bool,
}

/// Longest first.
const RELATIONS: [(&str, Relation); 4] = [
    (">=", Relation::AtLeast),
    ("<=", Relation::AtMost),
    (">", Relation::Above),
    ("<", Relation::Below),
];

/// Farther from zero no bound may be \[USD, s, count, per cent\]: sums then fit.
const BOUND_MAX: i64 = 1_000_000_000_000_000;

impl Gate {
    /// Reads `METRIC RELATION BOUND`: a relation is `>`, `>=`, `<` or `<=`; a bound is a number
    /// (USD, seconds or a count, as the metric's name ends), `+N` or `-N` from the baseline, or
    /// `+N%` or `-N%` of it.
    ///
    /// # Errors
    /// `E1001` for a metric that does not exist, `E1002` for anything else.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let bad = |why: &str| {
            Problem::error("E1002", format!("`{text}` is not a condition: {why}"))
                .hint("write METRIC > BOUND, such as `total_usd > +5%` or `wait_s > 36000`")
        };
        let found = RELATIONS.iter().filter_map(|(sign, r)| Some((text.find(sign)?, *sign, *r)));
        let first = found.min_by_key(|(at, sign, _)| (*at, std::cmp::Reverse(sign.len())));
        let (at, sign, relation) = first.ok_or_else(|| bad("it has none of > >= < <="))?;
        let (name, number) = (text[..at].trim(), text[at + sign.len()..].trim());
        let metric = metric(name).ok_or_else(|| unknown(name))?;
        let (plain, percent) = match number.strip_suffix('%') {
            Some(plain) => (plain.trim_end(), true),
            None => (number, false),
        };
        let parsed = Decimal::from_str(plain).ok().filter(|n| n.abs() <= Decimal::from(BOUND_MAX));
        let amount = parsed.ok_or_else(|| bad("the bound is no number"))?;
        let bound = match (plain.starts_with(['+', '-']), percent) {
            (true, true) => Bound::Percent(amount),
            (true, false) => Bound::Change(amount),
            (false, false) => Bound::Absolute(amount),
            (false, true) => return Err(bad("say whether it is up or down: +5% or -5%")),
        };
        Ok(Self { text: text.to_owned(), metric, relation, bound })
    }

    /// Holds a side's figures against the baseline's. Exact: no binary floating point.
    #[must_use]
    pub fn judge(&self, side: usize, baseline: &Figures, figures: &Figures) -> Verdict {
        let (base, value) = (baseline.get(self.metric), figures.get(self.metric));
        let unit = match measure(self.metric) {
            Measure::Usd => Decimal::from(1_000_000),
            Measure::Seconds | Measure::Count => Decimal::ONE,
        };
        let base = Decimal::from(base);
        let limit = match self.bound {
            Bound::Absolute(amount) => amount.saturating_mul(unit),
            Bound::Change(amount) => base.saturating_add(amount.saturating_mul(unit)),
            Bound::Percent(percent) => {
                let part = base.saturating_mul(percent) / Decimal::ONE_HUNDRED;
                base.saturating_add(part)
            }
        };
        let shown = Decimal::from(value);
        let holds = match self.relation {
            Relation::Above => shown > limit,
            Relation::AtLeast => shown >= limit,
            Relation::Below => shown < limit,
            Relation::AtMost => shown <= limit,
        };
        Verdict { gate: self.text.clone(), metric: self.metric, side, value, limit, holds }
    }
}

fn unknown(name: &str) -> Problem {
    let near = nearest(name, METRICS);
    let hint = if near.is_empty() {
        format!("figures are {}", METRICS.join(", "))
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Problem::error("E1001", format!("no figure is called `{name}`")).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Waste;
    use crate::ledger::Totals;
    use crate::units::Money;

    fn costing(usd: i64) -> Figures {
        let money = Totals { compute: Money::from_micros(usd * 1_000_000), ..Totals::default() };
        let mut counted = [0; 23];
        counted[9] = usd; // wait_s
        Figures::from_parts(&counted, Waste::default(), money, Money::ZERO)
    }

    fn holds(text: &str, base: i64, value: i64) -> bool {
        Gate::parse(text).unwrap().judge(1, &costing(base), &costing(value)).holds
    }

    #[test]
    fn bounds_are_absolute_or_from_the_baseline() {
        assert!(!holds("total_usd > +5%", 100, 105) && holds("total_usd >= +5%", 100, 105));
        assert!(holds("total_usd > +4.999999%", 100, 105));
        assert!(holds("total_usd > 104", 100, 105) && !holds("total_usd > 105", 100, 105));
        assert!(holds("total_usd > +4", 100, 105) && !holds("total_usd>+5", 100, 105));
        // It must fall by a tenth.
        assert!(holds("wait_s > -10%", 100, 91) && !holds("wait_s > -10%", 100, 90));
        assert!(holds("wait_s < -10", 100, 89) && holds("wait_s <= 90", 100, 90));
        // From nothing, anything is more.
        assert!(holds("total_usd > +50%", 0, 1) && !holds("total_usd > +50%", 0, 0));
    }

    #[test]
    fn a_wrong_gate_is_told_with_the_way_out() {
        let told = |text: &str| Gate::parse(text).unwrap_err();
        let typo = told("totl_usd > 5");
        assert_eq!(typo.code, "E1001");
        assert!(typo.hint.contains("total_usd"), "{typo}");
        for text in ["total_usd", "total_usd > lots", "total_usd > 5%", "total_usd = 5", "> 5 > 6"]
        {
            let problem = told(text);
            assert!(["E1001", "E1002"].contains(&problem.code), "{problem}");
        }
        assert_eq!(told("total_usd > 1e400").code, "E1002");
    }
}
