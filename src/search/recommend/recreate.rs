//! Delete instead of stop: where standing cost exceeds creating anew when needed.
//!
//! A stopped instance pays for disk, address and load balancer (LEDG-4). Through a long unused
//! stretch that is more than what a new one costs its user: setting it up, and waiting for
//! `create_latency` where a stopped one takes `start_latency`. This looks back: it says what would
//! have been saved by who knew how long each stretch would be. What is on the OS disk is lost.
//!
//! A stretch counts from the second an instance is `stopped` to the second it leaves that state, or
//! to the horizon's end, where creating it anew is counted too: somebody may need it. The time
//! before an instance runs for the first time counts only if it never does: until then it may not
//! have been there.

use super::objective::Objective;
use super::replays::{Change, Replays, too_much};
use crate::engine::{Event, Load, Recorder, State};
use crate::plan::Plan;
use crate::units::{Money, Problem};
use rayon::prelude::*;

/// An instance that is cheaper deleted through its long unused stretches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recreate {
    /// Position of the instance.
    pub instance: usize,
    /// Stretches in which it would not exist.
    pub stretches: usize,
    /// Their length \[s\].
    pub unused_s: i64,
    /// How long a stretch must be to pay \[s\].
    pub break_even_s: i64,
    /// Standing cost over those stretches.
    pub standing: Money,
    /// What creating it anew costs, once for each stretch.
    pub recreate: Money,
    /// The difference.
    pub saving: Money,
}

/// What setting up a new instance costs its user by default \[USD\].
pub const SET_UP_COST: Money = Money::from_micros(20_000_000);

/// Instances with stopped stretches whose standing cost exceeds that of creating anew, the largest
/// saving first.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn recreate(
    replays: &Replays<'_>,
    objective: &Objective,
    plans: &[Plan],
    set_up: Money,
) -> Result<Vec<Recreate>, Vec<Problem>> {
    let model = replays.case().model;
    let longer = (model.create_latency - model.start_latency).max(0);
    let waited = objective.value_of_waiting.cost(longer).map_err(too_much)?;
    let anew = set_up.plus(waited);
    let one = |(instance, plan)| of_instance(replays, (instance, plan), anew);
    let found: Vec<Option<Recreate>> =
        plans.par_iter().enumerate().map(one).collect::<Result<_, _>>()?;
    let mut found: Vec<Recreate> = found.into_iter().flatten().collect();
    found.sort_by_key(|r| (std::cmp::Reverse(r.saving), r.instance));
    Ok(found)
}

fn of_instance(
    replays: &Replays<'_>,
    (instance, plan): (usize, &Plan),
    anew: Money,
) -> Result<Option<Recreate>, Vec<Problem>> {
    let mut unused = Unused::default();
    replays.replay(instance, plan, Change::default(), &mut unused)?;
    let rates = replays.rates(instance);
    let standing = |seconds| rates.standing(seconds).map_err(too_much);
    let mut sum = Recreate {
        instance,
        stretches: 0,
        unused_s: 0,
        break_even_s: 0,
        standing: Money::ZERO,
        recreate: Money::ZERO,
        saving: Money::ZERO,
    };
    for (from, to) in unused.counted() {
        let cost = standing(to - from)?;
        if cost > anew {
            sum.stretches += 1;
            sum.unused_s += to - from;
            sum.standing = sum.standing.plus(cost);
            sum.recreate = sum.recreate.plus(anew);
        }
    }
    if sum.stretches == 0 {
        return Ok(None);
    }
    sum.saving = sum.standing.minus(sum.recreate);
    let (mut low, mut high) = (0, sum.unused_s);
    while low < high {
        let middle = low + (high - low) / 2;
        if standing(middle)? > anew { high = middle } else { low = middle + 1 }
    }
    sum.break_even_s = low;
    Ok(Some(sum))
}

/// The recorder of stretches in `stopped`.
#[derive(Default)]
struct Unused {
    stretches: Vec<(i64, i64)>,
    /// Stretches before it first ran.
    before: usize,
    ran: bool,
}

impl Unused {
    fn counted(&self) -> &[(i64, i64)] {
        &self.stretches[if self.ran { self.before } else { 0 }..]
    }
}

impl Recorder for Unused {
    fn span(&mut self, from: i64, to: i64, state: State, _load: Load) {
        if state == State::Running && !self.ran {
            (self.ran, self.before) = (true, self.stretches.len());
        }
        if state != State::Stopped {
            return;
        }
        match self.stretches.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => self.stretches.push((from, to)),
        }
    }

    fn event(&mut self, _at: i64, _event: Event) {}
}
