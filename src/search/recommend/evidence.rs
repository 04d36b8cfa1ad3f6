//! How sure paired weekly differences are, and what many instances say about one.
//!
//! Alternatives are scored on the same weeks, so what counts is the difference of each week: most
//! of what makes weeks unlike one another cancels. The mean of `n` differences of variance `s^2`
//! has the standard error `s / sqrt(n)`.
//!
//! *One standard error*: something less simple is taken only if it is better by more than that
//! (Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984, section
//! 3.4.3).
//!
//! *Shrinkage*: the mean of one instance is little evidence, that of all is much. With true means
//! `theta_i ~ N(mu, tau^2)` and means found `m_i ~ N(theta_i, v_i)`,
//!
//! ```text
//! E[theta_i | m_i] = (1 - B_i) m_i + B_i mu        B_i = v_i / (tau^2 + v_i)
//! Var[theta_i | m_i] = (1 - B_i) v_i + B_i^2 Var[mu]
//! ```
//!
//! (Efron and Morris, Data analysis using Stein's estimator and its generalizations, JASA 70,
//! 1975; with a term for `mu` being estimated). `mu` is the mean of the `m_i`, `tau^2` by moments
//! their variance less the mean of the `v_i`, not below 0. A few weeks may be alike by chance:
//! `v_i` is not below what the weeks of an average instance would give it.

/// The mean of some values.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Mean {
    /// Of how many.
    pub(super) count: usize,
    pub(super) mean: f64,
    /// Of the mean; infinite for less than two values.
    pub(super) variance: f64,
}

impl Mean {
    pub(super) fn of(values: &[f64]) -> Self {
        let count = values.len();
        let mean = average(values);
        let variance = match count {
            0 | 1 => f64::INFINITY,
            _ => spread(values) / count as f64,
        };
        Self { count, mean, variance }
    }

    /// The mean less its standard error.
    pub(super) fn surely(&self) -> f64 {
        self.mean - self.variance.sqrt()
    }
}

/// What each mean should be taken for, given all of them.
pub(super) fn shrunk(found: &[Mean]) -> Vec<Mean> {
    let known: Vec<&Mean> = found.iter().filter(|m| m.count > 1).collect();
    let over = |of: &dyn Fn(&Mean) -> f64| known.iter().map(|m| of(m)).collect::<Vec<f64>>();
    let means = over(&|m| m.mean);
    let (mu, error) = (average(&means), average(&over(&|m| m.variance)));
    let total = if known.len() > 1 { spread(&means).max(error) } else { error };
    let (between, of_mu) = (total - error, total / known.len() as f64);
    let weekly = average(&over(&|m| m.variance * m.count as f64));
    let one = |m: &Mean| {
        if m.count < 2 {
            return Mean { mean: mu, variance: between + of_mu, ..*m };
        }
        let own = m.variance.max(weekly / m.count as f64);
        let pooled = if own > 0.0 { own / (between + own) } else { 0.0 };
        Mean {
            mean: (1.0 - pooled) * m.mean + pooled * mu,
            variance: (1.0 - pooled) * own + pooled * pooled * of_mu,
            ..*m
        }
    };
    if known.is_empty() { found.to_vec() } else { found.iter().map(one).collect() }
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The sample variance of at least two values.
fn spread(values: &[f64]) -> f64 {
    let mean = average(values);
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    /// 1, 3, 5: mean 3, variance 4, of the mean 4/3.
    #[test]
    fn a_mean_and_its_error() {
        let mean = Mean::of(&[1.0, 3.0, 5.0]);
        close(mean.mean, 3.0);
        close(mean.variance, 4.0 / 3.0);
        close(mean.surely(), 3.0 - (4.0_f64 / 3.0).sqrt());
        assert_eq!(Mean::of(&[7.0]).surely(), f64::NEG_INFINITY);
        assert_eq!(Mean::of(&[]).mean, 0.0);
    }

    /// Means 2 and 10 of variance 2 each: their variance is 32, so 30 lies between instances and
    /// one part in 16 of each is chance.
    #[test]
    fn means_move_towards_each_other() {
        let mean = |mean| Mean { count: 4, mean, variance: 2.0 };
        let found = shrunk(&[mean(2.0), mean(10.0), Mean::of(&[100.0])]);
        close(found[0].mean, 2.0 + 4.0 / 16.0);
        close(found[1].mean, 10.0 - 4.0 / 16.0);
        close(found[0].variance, 15.0 / 16.0 * 2.0 + 16.0 / 256.0);
        close(found[2].mean, 6.0);
        close(found[2].variance, 30.0 + 16.0);
    }

    /// Nothing lies between instances that differ less than chance would have them: they are one.
    /// And a single one stays what it is.
    #[test]
    fn means_that_differ_by_chance_are_one() {
        let mean = |mean| Mean { count: 4, mean, variance: 8.0 };
        for found in shrunk(&[mean(1.0), mean(3.0)]) {
            close(found.mean, 2.0);
            close(found.variance, 4.0);
        }
        assert_eq!(shrunk(&[mean(5.0)]), [mean(5.0)]);
        assert_eq!(shrunk(&[Mean { count: 9, mean: 5.0, variance: 0.0 }])[0].mean, 5.0);
        assert_eq!(shrunk(&[]), []);
    }
}
