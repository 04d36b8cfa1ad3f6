//! The break-even idle limit: where staying on costs as much as a cold start.
//!
//! Waiting for the next person is a ski rental: renting is an hour switched on, buying is a stop
//! and the cold start after it. Staying on for as long as a cold start costs is never worse than
//! twice what knowing the future would cost, and no fixed limit does better in the worst case.

use super::objective::Objective;
use super::replays::Replays;
use crate::units::{IdleLimit, Money, Problem};
use std::collections::BTreeMap;

/// The break-even limit of one size in one region.
#[derive(Clone, PartialEq, Debug)]
pub struct BreakEven {
    /// The size.
    pub vm_size: String,
    /// The region.
    pub region: String,
    /// What a cold start costs \[USD\]: a person's wait through `start_latency`, and the billed
    /// seconds of `stop_latency` and `start_latency`.
    pub cold_start: Money,
    /// Idle seconds that cost as much, rounded up \[s\].
    pub idle_s: i64,
    /// The shortest allowed idle limit that is no shorter, three days at most \[min\].
    pub idle_minutes: u16,
    /// The most that this limit can cost, over any idle stretches, as a multiple of what knowing
    /// the future costs: `(limit + cold start) / min(limit, cold start)`, with the limit as money.
    /// 2 at the exact break-even, more where IDLE-1 allows only 15 minutes to three days.
    /// `None`: a cold start costs nothing.
    pub worst_case_ratio: Option<f64>,
}

/// The break-even limit of every (size, region) of the fleet, sorted.
///
/// # Errors
/// `E0999` for a cost that does not fit into an amount of money.
pub fn break_even(
    replays: &Replays<'_>,
    objective: &Objective,
) -> Result<Vec<BreakEven>, Vec<Problem>> {
    let mut found = BTreeMap::new();
    for (index, instance) in replays.case().instances.iter().enumerate() {
        let key = (size(replays, index).to_lowercase(), instance.region.to_lowercase());
        found.entry(key).or_insert(index);
    }
    found.into_values().map(|index| one(replays, objective, index)).collect()
}

fn size<'r>(replays: &Replays<'r>, instance: usize) -> &'r str {
    let own = &replays.case().instances[instance].vm_size;
    replays.plan_today(instance).size.as_ref().unwrap_or(own)
}

/// The break-even limit of one instance.
pub(super) fn one(
    replays: &Replays<'_>,
    objective: &Objective,
    index: usize,
) -> Result<BreakEven, Vec<Problem>> {
    let model = replays.case().model;
    let hourly = replays.rates(index).compute;
    let cost = |seconds| hourly.cost(seconds).map_err(super::replays::too_much);
    let waited = objective.value_of_waiting.cost(model.start_latency);
    let cold_start = waited
        .map_err(super::replays::too_much)?
        .plus(cost(model.start_latency + model.stop_latency)?);
    // Money is monotone in seconds: the first second at which staying on costs as much.
    let most = i64::from(u32::MAX);
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if cost(middle)? >= cold_start { high = middle } else { low = middle + 1 }
    }
    let minutes = low.div_euclid(60) + i64::from(low % 60 > 0);
    let idle_minutes = minutes.clamp(IdleLimit::MIN_MINUTES, IdleLimit::MAX_MINUTES);
    let (rent, buy) = (cost(idle_minutes * 60)?.micros() as f64, cold_start.micros() as f64);
    let least = rent.min(buy);
    Ok(BreakEven {
        vm_size: size(replays, index).to_owned(),
        region: replays.case().instances[index].region.clone(),
        cold_start,
        idle_s: low,
        idle_minutes: u16::try_from(idle_minutes).unwrap_or(u16::MAX),
        worst_case_ratio: (least > 0.0).then(|| (rent + buy) / least),
    })
}
