//! Courses that reports follow for different lengths of time.
//!
//! Alive at 12 months in one paper and dead at 30 in a later one are no conflict: the second knows
//! more of the same course. So how a course stood and when are taken together, from one report: the
//! latest that it tells of, if both count from the same moment. What ends a course (death,
//! progression, the end of a treatment) comes once: after it nothing else is true, and two times of
//! it contradict each other.

mod clash;
mod observed;
mod report;
mod taken;

use super::reports::Reports;
use super::{Difference, Settled};
use crate::case::schema::{FactSheet, KnownSheet};
use observed::Follower;

/// The word for a treatment that goes on.
const ONGOING: &str = "ongoing";

/// The columns that report one course.
struct Course {
    state: usize,
    time: usize,
    /// From when the time is counted; `None` where it is the start of the episode for all.
    moment: Option<usize>,
    /// Whether a time without a state says nothing of a state without a time, even if nothing else
    /// is known.
    strict: bool,
}

/// The courses that a sheet reports.
fn courses(sheet: FactSheet) -> Vec<Course> {
    let course = |state, time, moment: Option<&str>, strict| {
        Some(Course {
            state: sheet.column(state)?,
            time: sheet.column(time)?,
            moment: moment.and_then(|name| sheet.column(name)),
            strict,
        })
    };
    let courses = match sheet.known() {
        Some(KnownSheet::FollowUp) => vec![course("status", "months", Some("counted_from"), true)],
        Some(KnownSheet::Treatments) => vec![
            course("progressed", "pfs_months", None, true),
            course("stop_reason", "duration_months", None, false),
        ],
        _ => Vec::new(),
    };
    courses.into_iter().flatten().collect()
}

impl Reports<'_> {
    /// Settles the courses of the thing, whose columns have been settled one by one.
    pub fn follow(&self, settled: &mut [Settled], differences: &mut Vec<Difference>) {
        for course in courses(self.thing.sheet) {
            let columns = [Some(course.state), Some(course.time), course.moment];
            let follower = Follower::new(self, &course, settled);
            let Some(taken) = follower.taken() else {
                continue;
            };
            differences.retain(|found| {
                found.thing != *self.thing || !columns.contains(&Some(found.column))
            });
            follower.report(&taken, settled, differences);
        }
    }
}
