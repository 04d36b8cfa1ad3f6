//! Exact money. Amounts are whole micro-dollars; rates are decimal numbers as published; a cost is
//! rounded half to even to a micro-dollar exactly once (LEDG-3).

use rust_decimal::Decimal;
use std::fmt;
use std::iter::Sum;

/// An amount of money \[micro-USD\], exact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Money(i64);

/// Micro-dollars in a dollar.
const MICRO: i64 = 1_000_000;

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// From micro-dollars \[micro-USD\].
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// In micro-dollars \[micro-USD\].
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The sum, clamped at ±9.2 trillion dollars.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, clamped at ±9.2 trillion dollars.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::plus)
    }
}

/// Dollars with exactly six decimals; with a precision (`{:.2}`) rounded half to even to that many.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(digits) = f.precision() {
            let places = u32::try_from(digits).unwrap_or(6).min(6);
            return write!(f, "{:.*}", digits, Decimal::new(self.0, 6).round_dp(places));
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs();
        let unit = MICRO.unsigned_abs();
        let (dollars, rest) = (micros.checked_div(unit), micros.checked_rem(unit));
        write!(f, "{sign}{}.{:06}", dollars.unwrap_or(0), rest.unwrap_or(0))
    }
}

/// What a rate is per.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RateUnit {
    /// Per hour of 3,600 s.
    Hour,
    /// Per month, prorated as 1/730 per hour (LEDG-2).
    Month,
}

impl RateUnit {
    /// `hour` or `month`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Month => "month",
        }
    }

    /// Seconds that one unit of the rate pays for \[s\].
    const fn seconds(self) -> i128 {
        match self {
            Self::Hour => 3_600,
            Self::Month => 730 * 3_600,
        }
    }
}

/// A price per unit of time, exactly as published \[USD per hour or month\].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// The price \[USD\].
    pub usd: Decimal,
    /// What it is per.
    pub unit: RateUnit,
}

/// A cost that does not fit into [`Money`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the cost does not fit into an amount of money (over 9.2 trillion USD)")]
pub struct MoneyOverflow;

impl Rate {
    /// What `seconds` cost at this rate: seconds x rate / seconds per unit, exact, rounded half to
    /// even to a micro-dollar once (LEDG-3).
    ///
    /// # Errors
    /// [`MoneyOverflow`] when the amount exceeds what [`Money`] holds.
    pub fn cost(self, seconds: i64) -> Result<Money, MoneyOverflow> {
        let scale = 10_i128.checked_pow(self.usd.scale()).ok_or(MoneyOverflow)?;
        let divisor = scale.checked_mul(self.unit.seconds()).ok_or(MoneyOverflow)?;
        let product = self
            .usd
            .mantissa()
            .checked_mul(i128::from(seconds))
            .and_then(|p| p.checked_mul(i128::from(MICRO)))
            .ok_or(MoneyOverflow)?;
        let floor = product.div_euclid(divisor);
        let twice_rest = product.rem_euclid(divisor).checked_mul(2).ok_or(MoneyOverflow)?;
        let odd = floor.rem_euclid(2) == 1;
        let up = twice_rest > divisor || (twice_rest == divisor && odd);
        let micros = floor.checked_add(i128::from(up)).ok_or(MoneyOverflow)?;
        i64::try_from(micros).map(Money).map_err(|_| MoneyOverflow)
    }
}

/// The price with no trailing zeros.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.usd.normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn cost(usd: &str, unit: RateUnit, seconds: i64) -> String {
        Rate { usd: Decimal::from_str(usd).unwrap(), unit }.cost(seconds).unwrap().to_string()
    }

    /// LEDG-3: exact, half to even, once.
    #[test]
    fn costs_are_exact_and_round_half_to_even() {
        assert_eq!(cost("0.293", RateUnit::Hour, 3_600), "0.293000");
        assert_eq!(cost("0.0018", RateUnit::Hour, 1), "0.000000", "0.5 micro goes to even 0");
        assert_eq!(cost("0.0018", RateUnit::Hour, 3), "0.000002", "1.5 micro goes to even 2");
        assert_eq!(cost("0.0018", RateUnit::Hour, 5), "0.000002", "2.5 micro goes to even 2");
        assert_eq!(cost("19.71", RateUnit::Month, 730 * 3_600), "19.710000");
        assert_eq!(cost("19.71", RateUnit::Month, 86_400), "0.648000");
    }

    #[test]
    fn amounts_print_with_six_decimals_or_as_many_as_asked() {
        assert_eq!(Money::from_micros(-1_500_000).to_string(), "-1.500000");
        assert_eq!(format!("{:.2}", Money::from_micros(1_005_000)), "1.00");
        assert_eq!(format!("{:.2}", Money::from_micros(1_015_000)), "1.02");
    }
}
