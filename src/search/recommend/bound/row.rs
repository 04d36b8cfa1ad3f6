//! Sums over dates, as functions of when the next firing comes.

/// What happens after one firing, until the next one `k` slots later.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Length of a slot \[s\].
    slot_s: i64,
    /// How many slots.
    slots: usize,
    /// First and second differences of the common part.
    steps: Vec<f64>,
    slopes: Vec<f64>,
    /// What is added if the next firing is a stop: as it is, and as first differences.
    stop: Vec<f64>,
    stop_steps: Vec<f64>,
}

impl Row {
    pub(super) fn new(slot_s: i64, slots: usize) -> Self {
        let zero = || vec![0.0; slots + 2];
        let (steps, slopes, stop) = (zero(), zero(), zero());
        Self { slot_s, slots, steps, slopes, stop, stop_steps: zero() }
    }

    pub(super) fn clear(&mut self) {
        for part in [&mut self.steps, &mut self.slopes, &mut self.stop, &mut self.stop_steps] {
            part.fill(0.0);
        }
    }

    /// Length of a slot \[s\].
    pub(super) const fn slot_s(&self) -> i64 {
        self.slot_s
    }

    /// The first slot after this many seconds; at most one too many.
    pub(super) fn after(&self, seconds: i64) -> usize {
        let slot = usize::try_from(seconds.max(0) / self.slot_s + 1).unwrap_or(usize::MAX);
        slot.min(self.slots + 1)
    }

    fn at(&self, slot: usize) -> i64 {
        slot as i64 * self.slot_s
    }

    /// A cost at this time: it falls to whoever fires later.
    pub(super) fn point(&mut self, seconds: i64, cost: f64) {
        let slot = self.after(seconds);
        self.steps[slot] += cost;
    }

    /// A cost at this rate over a stretch of time.
    pub(super) fn stretch(&mut self, from: i64, to: i64, rate: f64) {
        let to = to.min(self.at(self.slots) + 1);
        if to <= from {
            return;
        }
        let first = self.after(from);
        let beyond = self.after(to);
        if first == beyond {
            self.steps[first] += rate * (to - from) as f64;
            return;
        }
        let last = beyond - 1;
        self.steps[first] += rate * (self.at(first) - from) as f64;
        self.steps[beyond] += rate * (to - self.at(last)) as f64;
        let step = rate * self.slot_s as f64;
        self.slopes[first + 1] += step;
        self.slopes[beyond] -= step;
    }

    /// Slots inside `[from, to)`, as far as the row goes.
    pub(super) fn inside(&self, from: i64, to: i64) -> std::ops::Range<usize> {
        let first = if from <= 0 { 1 } else { self.after(from - 1) };
        first..self.after(to - 1).max(first).min(self.slots + 1)
    }

    /// A cost that a stop in this slot brings.
    pub(super) fn stop_at(&mut self, slot: usize, cost: f64) {
        self.stop[slot] += cost;
    }

    /// A cost that a stop in any of these slots brings.
    pub(super) fn stop_in(&mut self, slots: std::ops::Range<usize>, cost: f64) {
        if slots.start < slots.end {
            self.stop_steps[slots.start] += cost;
            self.stop_steps[slots.end] -= cost;
        }
    }

    /// The sums if the next firing is a stop, and if it is a start, `k` slots later; rounded down.
    pub(super) fn sums(&self, stop: &mut [f32], start: &mut [f32]) {
        let (mut sum, mut slope, mut extra) = (0.0, 0.0, 0.0);
        for slot in 0..=self.slots {
            slope += self.slopes[slot];
            sum += self.steps[slot] + slope;
            extra += self.stop_steps[slot];
            stop[slot] = down(sum + extra + self.stop[slot]);
            start[slot] = down(sum);
        }
    }
}

/// The largest single that is no larger.
pub(super) fn down(x: f64) -> f32 {
    let near = x as f32;
    if f64::from(near) > x { near.next_down() } else { near }
}
