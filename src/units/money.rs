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
    #[must_use]
    pub const fn seconds(self) -> i128 {
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

/// A rate as a reduced fraction, for pricing many quantities.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pricer {
    rate: Rate,
    /// Micro-dollars in `divisor` seconds; 0 over 0 when the fraction does not fit.
    micros: i64,
    divisor: i64,
    period: Option<usize>,
}

/// Longest period worth knowing: prices with up to six decimals have one that divides it.
const LONGEST_PERIOD: u128 = 120;

impl Pricer {
    /// The fraction of this rate.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let fraction = || {
            let divisor =
                10_i128.checked_pow(rate.usd.scale())?.checked_mul(rate.unit.seconds())?;
            let micros = rate.usd.mantissa().checked_mul(i128::from(MICRO))?;
            let common = greatest_common_divisor(micros.unsigned_abs(), divisor.unsigned_abs());
            let common = i128::try_from(common).ok()?;
            let reduced = |n: i128| n.checked_div(common).and_then(|n| i64::try_from(n).ok());
            // Twice the rest must fit too.
            Some((reduced(micros)?, reduced(divisor).filter(|d| *d <= i64::MAX / 4)?))
        };
        let (micros, divisor) = fraction().unwrap_or((0, 0));
        // An even number of micro-dollars, because halves go to even ones.
        let minute = u128::from(micros.unsigned_abs()).saturating_mul(60);
        let two = u128::from(divisor.unsigned_abs()).saturating_mul(2);
        let period = two.checked_div(greatest_common_divisor(minute, two));
        let period = period.filter(|p| (1..=LONGEST_PERIOD).contains(p));
        Self { rate, micros, divisor, period: period.and_then(|p| usize::try_from(p).ok()) }
    }

    /// After how many steps of whole minutes the fractions of costs that are rounded off come
    /// again, so that amounts so many steps apart always differ by the same; `None` if that takes
    /// long.
    #[must_use]
    pub const fn period(&self) -> Option<usize> {
        self.period
    }

    /// What `first_s`, `first_s + step_s`, ... seconds cost, `count` amounts in order: each is
    /// [`Rate::cost`], exactly, but found from the one before without a division (LEDG-3).
    ///
    /// # Errors
    /// [`MoneyOverflow`] when an amount exceeds what [`Money`] holds; `each` may have been called
    /// for earlier ones.
    #[inline]
    pub fn costs(
        &self,
        first_s: i64,
        step_s: i64,
        count: usize,
        mut each: impl FnMut(Money),
    ) -> Result<(), MoneyOverflow> {
        let (Some(first), Some(step)) = (self.pairs(first_s, true), self.pairs(step_s, false))
        else {
            return self.costs_one_by_one((first_s, step_s, count), each);
        };
        let last = i64::try_from(count).ok().and_then(|n| n.checked_mul(step.0));
        last.and_then(|n| first.0.checked_add(n)).ok_or(MoneyOverflow)?;
        let pair = self.divisor.wrapping_mul(2);
        let middle = self.divisor.wrapping_sub(self.divisor & 1);
        let cost = |at: (i64, i64)| Money(at.0.wrapping_add(i64::from(at.1 > middle)));
        let plus = |a: (i64, i64), b: (i64, i64)| {
            let rest = a.1.wrapping_add(b.1);
            let over = rest >= pair;
            let whole = a.0.wrapping_add(b.0).wrapping_add(if over { 2 } else { 0 });
            (whole, rest.wrapping_sub(if over { pair } else { 0 }))
        };
        // Every other amount is a progression of its own: two that do not wait for each other.
        let (mut even, mut odd, two) = (first, plus(first, step), plus(step, step));
        for _ in 0..count.wrapping_shr(1) {
            each(cost(even));
            each(cost(odd));
            even = plus(even, two);
            odd = plus(odd, two);
        }
        if count & 1 == 1 {
            each(cost(even));
        }
        Ok(())
    }

    /// What `seconds` cost as an even number of micro-dollars and a rest in parts of `divisor`,
    /// below twice that.
    ///
    /// With `rounding` the rest is moved so that the cost rounded half to even is the even number,
    /// plus one where the rest exceeds `middle`: of two micro-dollars, `[0, 1/2]` rounds to 0,
    /// `(1/2, 3/2)` to 1 and `[3/2, 2)` to 2, so moving by 1/2 leaves one bound inside.
    #[inline]
    fn pairs(&self, seconds: i64, rounding: bool) -> Option<(i64, i64)> {
        let pair = self.divisor.checked_mul(2).filter(|pair| *pair > 0)?;
        let half = if rounding { self.divisor.wrapping_shr(1) } else { 0 };
        let product = self.micros.checked_mul(seconds)?.checked_add(half)?;
        let whole = product.checked_div_euclid(pair)?.checked_mul(2)?;
        Some((whole, product.checked_rem_euclid(pair)?))
    }

    fn costs_one_by_one(
        &self,
        (first_s, step_s, count): (i64, i64, usize),
        mut each: impl FnMut(Money),
    ) -> Result<(), MoneyOverflow> {
        let mut seconds = first_s;
        for _ in 0..count {
            each(self.rate.cost(seconds)?);
            seconds = seconds.saturating_add(step_s);
        }
        Ok(())
    }
}

const fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while let Some(rest) = a.checked_rem(b) {
        a = b;
        b = rest;
    }
    a
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

    /// LEDG-3: a pricer says what the rate says, whatever the fraction and the step.
    #[test]
    fn a_pricer_equals_its_rate() {
        let rates = [
            ("0.293", RateUnit::Hour),
            ("0.0018", RateUnit::Hour),
            ("0.000000000001", RateUnit::Hour),
            ("30.123456789012", RateUnit::Hour),
            ("19.71", RateUnit::Month),
            ("0", RateUnit::Hour),
            ("-1.5", RateUnit::Hour),
            ("7922816.251426433759354", RateUnit::Hour),
        ];
        for (usd, unit) in rates {
            let rate = Rate { usd: Decimal::from_str(usd).unwrap(), unit };
            let pricer = Pricer::new(rate);
            for (first, step) in [(0, 0), (0, 1), (1, 2), (59, 60), (2_678_400, -60), (7, 86_399)] {
                let mut got = Vec::new();
                pricer.costs(first, step, 3_000, |cost| got.push(cost)).unwrap();
                let want = (0..3_000).map(|i| rate.cost(first + i * step).unwrap());
                assert!(got.into_iter().eq(want), "{usd} from {first} by {step}");
            }
        }
        let rate = Rate { usd: Decimal::MAX, unit: RateUnit::Hour };
        assert!(Pricer::new(rate).costs(3_600, 0, 1, |_| ()).is_err());
    }

    #[test]
    fn amounts_print_with_six_decimals_or_as_many_as_asked() {
        assert_eq!(Money::from_micros(-1_500_000).to_string(), "-1.500000");
        assert_eq!(format!("{:.2}", Money::from_micros(1_005_000)), "1.00");
        assert_eq!(format!("{:.2}", Money::from_micros(1_015_000)), "1.02");
    }
}
