//! What a search comes to for a fleet: one [`Pick`] per instance, beside what it has today.

use super::careful::Advised;
use super::choice::{Choice, Entry, WeekDays};
use super::family::Family;
use super::holdout::Held;
use super::objective::{Objective, Score};
use super::solve::{Solved, StopReason};
use super::verdict::Verdict;
use crate::units::{Horizon, Money};
use std::fmt;

/// A score and what it comes to in the objective.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Valued {
    /// What the objective weighs.
    pub score: Score,
    /// What it comes to.
    pub objective: Money,
}

impl Valued {
    /// A score, valued. An amount beyond 9.2 trillion USD is clamped.
    #[must_use]
    pub fn new(score: Score, objective: &Objective) -> Self {
        let clamped = Money::from_micros(i64::MAX);
        Self { score, objective: objective.of(&score).unwrap_or(clamped) }
    }

    /// The sums of both.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            score: self.score.plus(&other.score),
            objective: self.objective.plus(other.objective),
        }
    }

    /// The sum of some: a fleet's objective is the sum of its instances'.
    pub fn sum<'v>(all: impl IntoIterator<Item = &'v Self>) -> Self {
        all.into_iter().fold(Self::default(), |sum, one| sum.plus(one))
    }
}

/// What is recommended for one instance.
#[derive(Clone, PartialEq, Debug)]
pub struct Pick {
    /// The settings; `None`: today's plan stays, nothing found is better.
    pub choice: Option<Choice>,
    /// What it leads to over the whole trace.
    pub then: Valued,
    /// What today's plan leads to.
    pub today: Valued,
    /// Which family of advice it is, where that was rehearsed.
    pub family: Option<Family>,
    /// The objective of the best settings found for the whole trace, which care may not advise.
    pub best: Money,
    /// No settings of the space lead to less than this.
    pub lower_bound: Money,
    /// Replays and sweeps done.
    pub evaluations: u64,
    /// Why the search ended.
    pub stop_reason: StopReason,
    /// Whether to do it.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
}

impl Pick {
    /// What was found, or today's plan where that is no worse and inside the bound. A plan of today
    /// below the bound is none of the space: it is kept by the verdict, not called the answer.
    #[must_use]
    pub fn new(found: Solved, today: Valued) -> Self {
        let found_value = Valued { score: found.score, objective: found.objective };
        let keeps = today.objective <= found.objective && today.objective >= found.lower_bound;
        let then = if keeps { today } else { found_value };
        let (verdict, reason) = untested(then, today);
        Self {
            choice: (!keeps).then_some(found.choice),
            then,
            today,
            family: None,
            best: then.objective,
            lower_bound: found.lower_bound,
            evaluations: found.evaluations,
            stop_reason: found.stop_reason,
            verdict,
            reason,
        }
    }

    /// What was found under limits. Today's plan stays only where it is as cheap and keeps them.
    #[must_use]
    pub fn constrained(found: Solved, today: Valued, today_keeps: bool) -> Self {
        let found = Solved { objective: found.score.total, ..found };
        if today_keeps {
            return Self::new(found, today);
        }
        let reason = "today's plan does not keep the limits".to_owned();
        Self {
            then: Valued { score: found.score, objective: found.objective },
            choice: Some(found.choice),
            today,
            family: None,
            best: found.objective,
            lower_bound: found.lower_bound,
            evaluations: found.evaluations,
            stop_reason: found.stop_reason,
            verdict: Verdict::ApplyWithCare,
            reason,
        }
    }

    /// Advises with care instead of the best found.
    #[must_use]
    pub fn with_care(self, advised: Advised, objective: &Objective) -> Self {
        let then = Valued::new(advised.chosen.score, objective);
        let (verdict, reason) = untested(then, self.today);
        let choice = advised.chosen.choice.filter(|_| then != self.today);
        let family = choice.as_ref().map_or(Family::Today, |_| advised.family);
        Self { choice, then, family: Some(family), verdict, reason, ..self }
    }

    /// Takes the verdict of a hold-out test, on what is better than today.
    pub fn take_verdict(&mut self, held: &Held) {
        if self.then.objective < self.today.objective {
            self.verdict = held.verdict;
            self.reason.clone_from(&held.reason);
        }
    }

    /// What to expect if verdicts are followed: the recommendation, or how things are today.
    #[must_use]
    pub const fn followed(&self) -> &Valued {
        match self.verdict {
            Verdict::DoNotApply => &self.today,
            Verdict::Apply | Verdict::ApplyWithCare => &self.then,
        }
    }

    /// How far what is advised is from the bound: see [`gap`]. Below 0 where today's plan stays
    /// that is no choice of the space, and better than all of them.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        gap(self.then.objective, self.lower_bound)
    }

    /// How far the best found is from the bound.
    #[must_use]
    pub fn best_gap(&self) -> Option<f64> {
        gap(self.best, self.lower_bound)
    }
}

/// The verdict on what no other weeks have tested.
fn untested(then: Valued, today: Valued) -> (Verdict, String) {
    if then.objective < today.objective {
        let reason = "not tested on weeks it was not chosen on";
        (Verdict::ApplyWithCare, reason.to_owned())
    } else {
        (Verdict::DoNotApply, "nothing found is better than today's plan".to_owned())
    }
}

/// `(objective - bound) / bound`: 0 when both are nothing, `None` when only the bound is.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a share to read, of amounts below 2^53 micro-USD")]
pub fn gap(objective: Money, bound: Money) -> Option<f64> {
    let above = objective.minus(bound).micros();
    match (above, bound.micros()) {
        (0, _) => Some(0.0),
        (_, 0) => None,
        (above, bound) => Some(above as f64 / bound as f64),
    }
}

/// An amount over a horizon as an amount per month of 730 hours, rounded down \[USD/month\].
#[must_use]
pub fn per_month(amount: Money, horizon: Horizon) -> Money {
    let seconds = i128::from(horizon.seconds().max(1));
    let micros = (i128::from(amount.micros()) * (730 * 3_600)).div_euclid(seconds);
    Money::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// `start 07:45 Mon-Fri`.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = (self.minute / 60, self.minute % 60);
        write!(f, "{} {hour:02}:{minute:02} {}", self.action.as_str(), self.days)
    }
}

/// `Mon-Fri`, `Sat,Sun`, `daily`: Monday first, runs of three or more as ranges.
impl fmt::Display for WeekDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        if *self == Self::ALL {
            return f.write_str("daily");
        }
        // Bit 0 is Sunday; here Sunday comes last.
        let holds = |day: usize| self.holds(u8::try_from((day + 1) % 7).unwrap_or(0));
        let (mut day, mut pieces) = (0, Vec::new());
        while day < 7 {
            let end = (day..7).find(|d| !holds(*d)).unwrap_or(7);
            match end - day {
                0 => {}
                n @ 1..=2 => pieces.extend(NAMES[day..day + n].iter().map(|s| (*s).to_owned())),
                _ => pieces.push(format!("{}-{}", NAMES[day], NAMES[end - 1])),
            }
            day = end.max(day + 1);
        }
        f.write_str(&pieces.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Action, Instant};
    use crate::world::zones::Zone;

    fn usd(n: i64) -> Money {
        Money::from_micros(n * 1_000_000)
    }

    #[test]
    fn entries_read_like_a_calendar() {
        let days = |bits| WeekDays::from_bits(bits).unwrap().to_string();
        assert_eq!(days(0x3e), "Mon-Fri");
        assert_eq!(days(0x41), "Sat,Sun");
        assert_eq!(days(0x7f), "daily");
        assert_eq!(days(0x5e), "Mon-Thu,Sat");
        let entry = Entry { action: Action::Start, minute: 465, days: WeekDays::WORK };
        assert_eq!(entry.to_string(), "start 07:45 Mon-Fri");
    }

    #[test]
    fn today_stays_where_it_is_no_worse_and_inside_the_bound() {
        let solved = |objective: i64, bound: i64| Solved {
            choice: Choice { idle: None, entries: Vec::new(), zone: Zone::utc() },
            score: Score::default(),
            objective: usd(objective),
            lower_bound: usd(bound),
            evaluations: 1,
            stop_reason: StopReason::Optimal,
        };
        let pick = |objective, bound, today| {
            let today = Valued { score: Score::default(), objective: usd(today) };
            Pick::new(solved(objective, bound), today)
        };
        let told = |pick: &Pick| (pick.choice.is_some(), pick.then.objective, pick.verdict);
        let no = Verdict::DoNotApply;
        assert_eq!(told(&pick(10, 9, 10)), (false, usd(10), no), "a tie");
        assert_eq!(told(&pick(10, 8, 9)), (false, usd(9), no), "missed by the search");
        assert_eq!(told(&pick(10, 10, 9)), (true, usd(10), no), "outside the space");
        assert_eq!(told(&pick(10, 9, 20)), (true, usd(10), Verdict::ApplyWithCare));
        assert_eq!(pick(10, 10, 9).followed().objective, usd(9));
        assert_eq!(pick(10, 8, 20).gap(), Some(0.25));
        assert_eq!(gap(usd(0), usd(0)), Some(0.0));
        assert_eq!(gap(usd(1), usd(0)), None);
    }

    #[test]
    fn a_month_has_730_hours() {
        let horizon = Horizon { start: Instant::from_unix(0), end: Instant::from_unix(73 * 3_600) };
        assert_eq!(per_month(usd(3), horizon), usd(30));
    }
}
