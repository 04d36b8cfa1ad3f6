//! Model parameters: the numbers a replay needs and nobody at Azure publishes exactly, each with a
//! documented default (SPEC STATE-1, DEM-8, IDLE-7, SCHED-7).

use crate::units::{Problem, nearest};
use rust_decimal::Decimal;
use std::str::FromStr;

/// A probability as a threshold: an event happens when a uniform 64-bit draw is below it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chance(u128);

impl Chance {
    /// Never.
    pub const NEVER: Self = Self(0);
    /// Always.
    pub const ALWAYS: Self = Self(1 << 64);

    /// Reads a decimal number from 0 to 1 with at most nine decimals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let p = Decimal::from_str(text).ok()?.normalize();
        if p < Decimal::ZERO || p > Decimal::ONE || p.scale() > 9 {
            return None;
        }
        let scaled = u128::try_from(p.mantissa()).ok()?.checked_shl(64)?;
        scaled.checked_div(10_u128.checked_pow(p.scale())?).map(Self)
    }

    /// Whether the event happens for this draw.
    #[must_use]
    pub const fn happens(self, draw: u64) -> bool {
        (draw as u128) < self.0
    }
}

/// What the owner of an interrupted activity does (DEM-8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AfterInterruption {
    /// Waits for the instance and goes on.
    Restart,
    /// Goes away.
    GiveUp,
}

impl AfterInterruption {
    /// The spelling in `--set`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::GiveUp => "give_up",
        }
    }
}

/// The numbers of the model. All durations in seconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelParams {
    /// STATE-1: length of `creating` \[s\]. Source: product page, "approximately 5 minutes".
    pub create_latency: i64,
    /// STATE-1: length of `starting` \[s\].
    pub start_latency: i64,
    /// STATE-1: length of `stopping` \[s\].
    pub stop_latency: i64,
    /// STATE-1: length of `restarting` \[s\].
    pub restart_latency: i64,
    /// IDLE-7: spacing of idle checks \[s\], 0 = the exact instant.
    pub idle_check_interval: i64,
    /// SCHED-7: chance that a present person dismisses a scheduled stop.
    pub dismiss_attended: Chance,
    /// SCHED-7: the same when only runs are present.
    pub dismiss_unattended: Chance,
    /// DEM-8: attended demand after an interruption by idle or schedule.
    pub after_attended: AfterInterruption,
    /// DEM-8: unattended demand after an interruption by idle or schedule.
    pub after_unattended: AfterInterruption,
    /// LEDG-2: instances that share one load balancer.
    pub instances_per_load_balancer: u32,
    /// As written, for the record: every parameter with its value, in the order of [`KEYS`].
    written: [String; KEYS.len()],
}

/// Names of the parameters, as `--set NAME=VALUE` takes them.
pub const KEYS: [&str; 10] = [
    "create_latency",
    "start_latency",
    "stop_latency",
    "restart_latency",
    "idle_check_interval",
    "dismiss.attended",
    "dismiss.unattended",
    "after_interruption.attended",
    "after_interruption.unattended",
    "instances_per_load_balancer",
];

const DEFAULTS: [&str; KEYS.len()] =
    ["300", "240", "60", "180", "0", "1.0", "0.0", "restart", "give_up", "1"];

impl Default for ModelParams {
    fn default() -> Self {
        let mut params = Self {
            create_latency: 0,
            start_latency: 0,
            stop_latency: 0,
            restart_latency: 0,
            idle_check_interval: 0,
            dismiss_attended: Chance::NEVER,
            dismiss_unattended: Chance::NEVER,
            after_attended: AfterInterruption::Restart,
            after_unattended: AfterInterruption::Restart,
            instances_per_load_balancer: 1,
            written: DEFAULTS.map(String::from),
        };
        for (key, value) in KEYS.iter().zip(DEFAULTS) {
            debug_assert!(params.set(key, value).is_ok(), "default of {key}");
            let _ = params.set(key, value);
        }
        params
    }
}

/// Longest latency taken \[s\]: a week.
const LATENCY_MAX_S: i64 = 7 * 86_400;

impl ModelParams {
    /// Sets one parameter by name.
    ///
    /// # Errors
    /// A problem naming the parameter, the value and what is taken: unknown name (`E0501`), value
    /// out of range or not of the right form (`E0502`).
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), Problem> {
        let Some(index) = KEYS.iter().position(|k| *k == key) else {
            let near = nearest(key, KEYS);
            let hint = if near.is_empty() { KEYS.join(", ") } else { near.join(", ") };
            let message = format!("unknown model parameter `{key}`");
            return Err(Problem::error("E0501", message).hint(hint));
        };
        let bad = |takes: &str| {
            Problem::error("E0502", format!("`{value}` is not a value for {key}"))
                .hint(format!("it takes {takes}"))
        };
        let seconds = || {
            let parsed = value.parse::<i64>().ok().filter(|s| (0..=LATENCY_MAX_S).contains(s));
            parsed.ok_or_else(|| bad("whole seconds from 0 to 604800"))
        };
        let chance =
            || Chance::parse(value).ok_or_else(|| bad("a probability from 0 to 1, such as 0.25"));
        let after = || match value {
            "restart" => Ok(AfterInterruption::Restart),
            "give_up" => Ok(AfterInterruption::GiveUp),
            _ => Err(bad("restart or give_up")),
        };
        match index {
            0 => self.create_latency = seconds()?,
            1 => self.start_latency = seconds()?,
            2 => self.stop_latency = seconds()?,
            3 => self.restart_latency = seconds()?,
            4 => self.idle_check_interval = seconds()?,
            5 => self.dismiss_attended = chance()?,
            6 => self.dismiss_unattended = chance()?,
            7 => self.after_attended = after()?,
            8 => self.after_unattended = after()?,
            _ => {
                let parsed = value.parse::<u32>().ok().filter(|n| (1..=1000).contains(n));
                self.instances_per_load_balancer =
                    parsed.ok_or_else(|| bad("a whole number from 1 to 1000"))?;
            }
        }
        if let Some(slot) = self.written.get_mut(index) {
            value.clone_into(slot);
        }
        Ok(())
    }

    /// Every parameter with its value as written.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &str)> {
        KEYS.into_iter().zip(self.written.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_exact_at_both_ends() {
        assert_eq!(Chance::parse("1.0"), Some(Chance::ALWAYS));
        assert_eq!(Chance::parse("0"), Some(Chance::NEVER));
        assert!(Chance::ALWAYS.happens(u64::MAX) && !Chance::NEVER.happens(0));
        let half = Chance::parse("0.5").unwrap();
        assert!(half.happens((1 << 63) - 1) && !half.happens(1 << 63));
        assert_eq!([Chance::parse("1.1"), Chance::parse("-0.1"), Chance::parse("x")], [None; 3]);
    }

    /// STATE-1, DEM-8, IDLE-7, SCHED-7: the documented defaults.
    #[test]
    fn defaults_are_those_of_the_specification() {
        let p = ModelParams::default();
        let latencies = [p.create_latency, p.start_latency, p.stop_latency, p.restart_latency];
        assert_eq!(latencies, [300, 240, 60, 180]);
        assert_eq!((p.dismiss_attended, p.dismiss_unattended), (Chance::ALWAYS, Chance::NEVER));
        assert_eq!(p.after_attended, AfterInterruption::Restart);
        assert_eq!(p.after_unattended, AfterInterruption::GiveUp);
        assert_eq!(p.idle_check_interval, 0);
    }

    #[test]
    fn unknown_parameters_get_the_nearest_name() {
        let problem = ModelParams::default().set("start_latancy", "1").unwrap_err();
        assert!(problem.hint.starts_with("start_latency, "), "{}", problem.hint);
    }
}
