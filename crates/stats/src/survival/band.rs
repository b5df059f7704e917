//! Pointwise confidence bands of a survival curve.

use crate::choice::choices;
use crate::estimate::{Interval, IntervalMethod, Level};

choices! {
    /// The scale on which a survival band is symmetric.
    ///
    /// With S the survival and e its standard error divided by S, all bands use the normal
    /// approximation, which is poor while few are at risk. None exists where S is 0. Before the
    /// first event the plain and log bands have no width, and the others do not exist.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum Band {
        /// S^exp(±z e / ln S). Stays within 0 and 1 by itself; good coverage in small samples.
        /// Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. 1980.
        #[default]
        LogLog = "log-log",
        /// S exp(±z e), cut at 1. The default of R's survival.
        Log = "log",
        /// S ± z e S, cut at 0 and 1. For comparison with old reports; poor near 0 and 1.
        Plain = "plain",
        /// Symmetric in ln(S / (1 − S)).
        Logit = "logit",
        /// Symmetric in arcsin √S, cut at 0 and 1. Nair VN. Technometrics 1984;26:265-75.
        ArcSine = "arcsine",
    }
}

choices! {
    /// What a band has where survival is 0 or 1.
    #[derive(Default)]
    pub enum BandEnds {
        /// No limits there.
        #[default]
        Missing = "missing",
        /// Both limits equal to survival. Claims a certainty that nobody has, and lets the upper
        /// limit of a median exist that the data do not bound.
        Collapsed = "collapsed",
    }
}

impl BandEnds {
    /// The interval of `survival`, of which the band has `interval`.
    pub(super) fn interval(
        self,
        survival: f64,
        interval: Option<Interval>,
        level: Level,
        method: IntervalMethod,
    ) -> Option<Interval> {
        let at_an_end = survival <= 0.0 || survival >= 1.0;
        interval.or_else(|| {
            (self == Self::Collapsed && at_an_end).then_some(Interval {
                lower: survival,
                upper: survival,
                level,
                method,
            })
        })
    }
}

impl Band {
    /// The method that intervals of this band carry.
    #[must_use]
    pub fn method(self) -> IntervalMethod {
        match self {
            Self::LogLog => IntervalMethod::LogLog,
            Self::Log => IntervalMethod::Log,
            Self::Plain => IntervalMethod::Plain,
            Self::Logit => IntervalMethod::Logit,
            Self::ArcSine => IntervalMethod::ArcSine,
        }
    }

    /// The band at survival `s` with standard error `relative_error` × `s`, where it exists; `z` is
    /// the normal quantile of `level`.
    pub(crate) fn interval(
        self,
        s: f64,
        relative_error: f64,
        level: Level,
        z: f64,
    ) -> Option<Interval> {
        let flat = matches!(self, Self::Plain | Self::Log);
        if s <= 0.0 || (s >= 1.0 && !flat) {
            return None;
        }
        let ze = z * relative_error;
        let (lower, upper) = match self {
            Self::LogLog => {
                // ln S is negative, so dividing by it swaps the ends.
                let log = s.ln();
                let power = (ze / log).exp();
                ((log / power).exp(), (log * power).exp())
            }
            Self::Log => (s * (-ze).exp(), (s * ze.exp()).min(1.0)),
            Self::Plain => ((s - ze * s).max(0.0), (s + ze * s).min(1.0)),
            Self::Logit => {
                let (odds, shift) = (s / (1.0 - s), ze / (1.0 - s));
                let survival = |odds: f64| odds / (1.0 + odds);
                (
                    survival(odds * (-shift).exp()),
                    1.0 - 1.0 / (1.0 + odds * shift.exp()),
                )
            }
            Self::ArcSine => {
                let (angle, shift) = (s.sqrt().asin(), 0.5 * ze * (s / (1.0 - s)).sqrt());
                let square_of_sine = |angle: f64| angle.sin().powi(2);
                (
                    square_of_sine((angle - shift).max(0.0)),
                    square_of_sine((angle + shift).min(std::f64::consts::FRAC_PI_2)),
                )
            }
        };
        Some(Interval {
            lower,
            upper,
            level,
            method: self.method(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At S = 1/2 and e = 1/z every band has a closed form.
    #[test]
    fn bands_by_hand() {
        let e = std::f64::consts::E;
        let error = 1.0 / Level::P95.z();
        let wanted = [
            (
                Band::LogLog,
                0.5_f64.powf((1.0 / 2_f64.ln()).exp()),
                0.5_f64.powf((-1.0 / 2_f64.ln()).exp()),
            ),
            (Band::Log, 0.5 / e, 1.0),
            (Band::Plain, 0.0, 1.0),
            (Band::Logit, 1.0 / (1.0 + e * e), e * e / (1.0 + e * e)),
            (
                Band::ArcSine,
                (1.0 - 1_f64.sin()) / 2.0,
                f64::midpoint(1.0, 1_f64.sin()),
            ),
        ];
        for (band, lower, upper) in wanted {
            let found = band
                .interval(0.5, error, Level::P95, Level::P95.z())
                .expect("exists inside 0 and 1");
            assert!(
                (found.lower - lower).abs() < 1e-14 && (found.upper - upper).abs() < 1e-14,
                "{band:?} {found:?}"
            );
        }
    }

    #[test]
    fn no_band_at_zero_and_only_flat_ones_at_one() {
        for band in Band::ALL.iter().copied() {
            assert_eq!(band.interval(0.0, 1.0, Level::P95, Level::P95.z()), None);
            let at_one = band
                .interval(1.0, 0.0, Level::P95, Level::P95.z())
                .map(|interval| (interval.lower, interval.upper));
            let flat = matches!(band, Band::Plain | Band::Log);
            assert_eq!(at_one, flat.then_some((1.0, 1.0)), "{band:?}");
        }
    }

    #[test]
    fn a_huge_error_stays_within_bounds() {
        for band in Band::ALL.iter().copied() {
            for s in [1e-9, 0.3, 1.0 - 1e-9] {
                let interval = band
                    .interval(s, 1e6, Level::P95, Level::P95.z())
                    .expect("exists");
                assert!(
                    interval.contains(s) && interval.lower >= 0.0 && interval.upper <= 1.0,
                    "{band:?} {interval:?}"
                );
            }
        }
    }
}
