//! Exact judgements of points of a space, counted, remembered, and the best of them kept: for one
//! instance, or for some that are to have the same settings.

use super::choice::{Choice, Entry, Space, WeekDays};
use super::clock::Clock;
use super::field::{Field, too_much};
use super::lean::Lean;
use super::objective::{Objective, Score, Weigher};
use super::proof::Proof;
use super::solve::StopReason;
use crate::engine::limit_at;
use crate::plan::Firing;
use crate::units::{Money, Problem};
use crate::world::zones::Zone;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Limits up to which a replay each is cheaper than a sweep.
const FEW_LIMITS: usize = 8;

/// Why a search cannot go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// Asked to stop, or out of evaluations.
    Stop(StopReason),
    /// An error.
    Failed(Vec<Problem>),
}

/// A judged point.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Judged {
    /// Position of the idle limit.
    pub(super) limit: usize,
    pub(super) entries: Vec<Entry>,
    pub(super) score: Score,
    pub(super) objective: Money,
}

/// An instance that is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) instance: usize,
    /// No choice is known to cost it less than this; better known means fewer replays.
    pub(super) floor: Money,
}

impl Member {
    /// Of this instance nothing is known.
    pub(super) const fn new(instance: usize) -> Self {
        Self { instance, floor: Money::ZERO }
    }
}

/// Judges the points of a space for some instances together.
pub(super) struct Judge<'f, 'c> {
    field: &'f Field<'c>,
    members: Vec<Member>,
    zone: Zone,
    pub(super) clock: Arc<Clock>,
    pub(super) space: &'f Space,
    weigher: Weigher,
    lean: Lean,
    /// By position in the space's list of limits.
    sums: Vec<Money>,
    seen: BTreeMap<(usize, Vec<Entry>), Money>,
    evaluations: u64,
    allowed: u64,
    interrupted: &'f (dyn Fn() -> bool + Sync),
    best: Option<Judged>,
}

impl<'f, 'c> Judge<'f, 'c> {
    pub(super) fn new(
        field: &'f Field<'c>,
        (members, zone): (Vec<Member>, Zone),
        space: &'f Space,
        objective: &Objective,
        allowed: u64,
        interrupted: &'f (dyn Fn() -> bool + Sync),
    ) -> Self {
        Self {
            field,
            members,
            zone,
            clock: field.clock(zone),
            space,
            weigher: Weigher::new(*objective),
            lean: Lean::new(field.case().trace.horizon),
            sums: Vec::new(),
            seen: BTreeMap::new(),
            evaluations: 0,
            allowed,
            interrupted,
            best: None,
        }
    }

    /// Replays and sweeps done.
    pub(super) const fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// The best point so far.
    pub(super) const fn best(&self) -> Option<&Judged> {
        self.best.as_ref()
    }

    /// Whether the best point is proved to be this close to the best possible.
    pub(super) fn is_proved(&self, proof: &mut Proof, gap: f64, rounds: u64) -> bool {
        self.best.as_ref().is_some_and(|best| {
            let bound = proof.raise((best.objective, gap), rounds, self.interrupted);
            best.objective.micros() as f64 <= bound.micros() as f64 * (1.0 + gap)
        })
    }

    /// How many more evaluations are allowed.
    pub(super) const fn left(&self) -> u64 {
        self.allowed.saturating_sub(self.evaluations)
    }

    /// The best point as a choice.
    pub(super) fn choice(&self) -> Option<Choice> {
        let best = self.best.as_ref()?;
        let entries = best.entries.clone();
        Some(Choice { idle: limit_at(best.limit), entries, zone: self.zone })
    }

    /// The objective at one limit; of a point that is no better than the best, perhaps only a bound
    /// that says so.
    pub(super) fn one(&mut self, limit: usize, entries: &[Entry]) -> Result<Money, Halt> {
        let key = (limit, entries.to_vec());
        if let Some(known) = self.seen.get(&key) {
            return Ok(*known);
        }
        let firings = self.clock.firings(entries);
        let objective = self.replay(limit, entries, &firings)?;
        self.seen.insert(key, objective);
        Ok(objective)
    }

    /// The best limit and the objective there.
    pub(super) fn all(&mut self, entries: &[Entry]) -> Result<(usize, Money), Halt> {
        let mut least: Option<(Money, usize)> = None;
        if self.space.limits.len() <= FEW_LIMITS {
            for limit in &self.space.limits {
                let found = (self.one(*limit, entries)?, *limit);
                least = Some(least.map_or(found, |l| l.min(found)));
            }
            return Ok(least.map_or((0, Money::from_micros(i64::MAX)), |(cost, at)| (at, cost)));
        }
        let firings = self.clock.firings(entries);
        self.sweep(&firings)?;
        for found in self.sums.iter().copied().zip(self.space.limits.iter().copied()) {
            least = Some(least.map_or(found, |l| l.min(found)));
        }
        let (objective, limit) = least.ok_or_else(|| Halt::Failed(vec![too_much()]))?;
        if self.is_better(objective) {
            self.replay(limit, entries, &firings)?;
        }
        Ok((limit, objective))
    }

    /// Sums the objective of every limit of the space.
    fn sweep(&mut self, firings: &[Firing]) -> Result<(), Halt> {
        self.sums.clear();
        self.sums.resize(self.space.limits.len(), Money::ZERO);
        for at in 0..self.members.len() {
            self.count()?;
            let (mut weigher, mut overflow) = (self.weigher, false);
            let mut sums = self.space.limits.iter().zip(&mut self.sums).peekable();
            let swept = self.field.swept(self.members[at].instance, firings, |at, score| {
                let Some((_, sum)) = sums.next_if(|(limit, _)| **limit == at) else { return };
                match weigher.of(&score) {
                    Ok(objective) => *sum = sum.plus(objective),
                    Err(_) => overflow = true,
                }
            });
            swept.map_err(Halt::Failed)?;
            if overflow {
                return Err(Halt::Failed(vec![too_much()]));
            }
        }
        Ok(())
    }

    fn replay(
        &mut self,
        limit: usize,
        entries: &[Entry],
        firings: &[Firing],
    ) -> Result<Money, Halt> {
        let mut rest: Money = self.members.iter().map(|member| member.floor).sum();
        let (mut sum, mut sum_score) = (Money::ZERO, Score::default());
        for at in 0..self.members.len() {
            if at > 0 && !self.is_better(sum.plus(rest)) {
                return Ok(sum.plus(rest));
            }
            self.count()?;
            let Member { instance, floor } = self.members[at];
            let setting = (limit_at(limit), firings);
            let score = self.field.replayed(instance, setting, &mut self.lean);
            let score = score.map_err(Halt::Failed)?;
            let weighed = self.weigher.of(&score);
            let objective = weighed.map_err(|_| Halt::Failed(vec![too_much()]))?;
            (sum, sum_score) = (sum.plus(objective), sum_score.plus(&score));
            rest = rest.minus(floor);
        }
        if self.is_better(sum) {
            let entries = entries.to_vec();
            self.best = Some(Judged { limit, entries, score: sum_score, objective: sum });
        }
        Ok(sum)
    }

    fn is_better(&self, objective: Money) -> bool {
        self.best.as_ref().is_none_or(|best| objective < best.objective)
    }

    fn count(&mut self) -> Result<(), Halt> {
        if (self.interrupted)() && self.best.is_some() {
            return Err(Halt::Stop(StopReason::Interrupted));
        }
        if self.evaluations >= self.allowed && self.best.is_some() {
            return Err(Halt::Stop(StopReason::EvaluationsUsed));
        }
        self.evaluations += 1;
        Ok(())
    }
}

/// Sorted, with entries of one action and time put together: two firings of one action at one
/// instant do what one does.
pub(super) fn normal(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable();
    entries.dedup_by(|next, last| {
        let same = (next.action, next.minute) == (last.action, last.minute);
        if same && let Some(days) = WeekDays::from_bits(next.days.bits() | last.days.bits()) {
            last.days = days;
        }
        same
    });
    entries
}
