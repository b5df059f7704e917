use super::Outcome::{Censored, Event};
use super::*;

/// A group for each case, so that the codes tell the order of the cases.
fn numbered(cases: usize) -> Factor {
    Factor::new((0..cases).map(|case| case.to_string()))
}

#[test]
fn what_is_no_sample_is_refused() {
    let refused = |times: &[f64]| Sample::new(times, &vec![Event; times.len()]).err();
    assert_eq!(refused(&[]), Some(SampleError::Empty));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let wanted = SampleError::NotFinite {
            column: "time",
            case: 1,
        };
        assert_eq!(refused(&[1.0, bad]), Some(wanted));
    }
    let negative = SampleError::Negative {
        column: "time",
        case: 1,
        value: -2.0,
    };
    assert_eq!(refused(&[1.0, -2.0]), Some(negative));
    let short = Sample::new(&[1.0, 2.0], &[Event]).err();
    let wanted = SampleError::Length {
        column: "outcomes",
        found: 1,
        times: 2,
    };
    assert_eq!(short, Some(wanted));
    assert_eq!(
        wanted.to_string(),
        "there are 2 times but 1 outcomes; give one for each case"
    );
    let groups = Factor::new(["a"]);
    let columns = Columns::new(&[1.0, 2.0], &[Event, Event]).grouped(&groups);
    assert!(matches!(
        columns.sample(),
        Err(SampleError::Length {
            column: "groups",
            ..
        })
    ));
}

#[test]
fn entries_come_before_their_times() {
    let truncated = |entries: &[f64], times: &[f64]| {
        let outcomes = vec![Event; times.len()];
        Columns::new(times, &outcomes)
            .entered(entries)
            .sample()
            .map(|_| ())
    };
    assert_eq!(truncated(&[0.0, 1.0], &[1.0, 2.0]), Ok(()));
    let late = |entry, time| {
        Err(SampleError::EntryNotBefore {
            case: 1,
            entry,
            time,
        })
    };
    assert_eq!(truncated(&[0.0, 2.0], &[1.0, 2.0]), late(2.0, 2.0));
    // Before by less than rounding is not before.
    assert_eq!(
        truncated(&[0.0, 0.3], &[1.0, 0.1 + 0.2]),
        late(0.3, 0.1 + 0.2)
    );
    let bad = SampleError::NotFinite {
        column: "entry",
        case: 0,
    };
    assert_eq!(truncated(&[f64::NAN], &[1.0]), Err(bad));
    assert!(truncated(&[-1.0], &[1.0]).is_err());
}

#[test]
fn events_come_first_at_a_time_also_when_it_was_merged() {
    let third = 0.1 + 0.2;
    let times = [third, 0.3, 0.3, 0.1, third];
    let outcomes = [Event, Censored, Event, Censored, Censored];
    let numbers = numbered(5);
    let sample = Columns::new(&times, &outcomes)
        .grouped(&numbers)
        .sample()
        .expect("valid");
    assert_eq!(sample.group_codes(), [3, 0, 2, 1, 4]);
    let timeline = sample.timeline();
    assert_eq!(timeline.times, [0.1, 0.3]);
    assert_eq!(
        (&timeline.starts[..], &timeline.events[..]),
        (&[0, 1, 5][..], &[0, 2][..])
    );
    assert_eq!(
        (timeline.leaving(1), timeline.having_event(1)),
        (1..5, 1..3)
    );
    assert_eq!((timeline.at_risk(0), timeline.at_risk(1)), (5, 4));
    assert_eq!((sample.n(), sample.events()), (5, 2));
}

#[test]
fn many_cases_are_in_the_order_of_few() {
    let times: Vec<f64> = (0..5_000).map(|i| f64::from(i * 7_919 % 211)).collect();
    let outcomes: Vec<Outcome> = (0..5_000).map(|i| (i % 3 == 0).into()).collect();
    let mut wanted: Vec<u32> = (0..5_000).collect();
    wanted.sort_by(|a, b| {
        let key = |case: u32| {
            (
                times[case as usize],
                outcomes[case as usize] == Censored,
                case,
            )
        };
        key(*a).partial_cmp(&key(*b)).expect("numbers")
    });
    let numbers = numbered(5_000);
    let sample = Columns::new(&times, &outcomes)
        .grouped(&numbers)
        .sample()
        .expect("valid");
    assert_eq!(sample.group_codes(), wanted);
    assert_eq!((sample.timeline().len(), sample.events()), (211, 1_667));
}

#[test]
fn negative_zero_is_zero() {
    let sample = Sample::new(&[0.0, -0.0], &[Event, Event]).expect("valid");
    assert_eq!(sample.timeline().times, [0.0]);
}

#[test]
fn near_ties_may_be_kept() {
    let (times, outcomes) = ([0.3, 0.1 + 0.2], [Event, Event]);
    let kept = Columns::new(&times, &outcomes)
        .near_ties(NearTies::Keep)
        .sample()
        .expect("valid");
    assert_eq!((kept.timeline().len(), kept.tolerance()), (2, 0.0));
}

/// Entries 0, 2, 1; times 3, 3, 2: at 2 the first and the third are at risk, at 3 the first two.
#[test]
fn truncated_cases_are_at_risk_after_their_entry() {
    let sample = Columns::new(&[3.0, 3.0, 2.0], &[Event, Censored, Event])
        .entered(&[0.0, 2.0, 1.0])
        .grouped(&numbered(3))
        .sample()
        .expect("valid");
    assert_eq!(sample.group_codes(), [2, 0, 1]);
    assert_eq!(sample.timeline().at_risk, Some(vec![2, 2]));
    let entry = sample.entry().expect("truncated");
    assert_eq!(
        (&entry.from[..], &entry.by_from[..]),
        (&[0, 0, 1][..], &[1, 0, 2][..])
    );
}

#[test]
fn codes_follow_their_cases() {
    let (groups, strata) = (Factor::new(["b", "a", "b"]), Factor::new(["x", "x", "y"]));
    let sample = Columns::new(&[3.0, 1.0, 2.0], &[Event; 3])
        .grouped(&groups)
        .stratified(&strata)
        .sample()
        .expect("valid");
    assert_eq!(
        (sample.groups(), sample.strata()),
        (groups.labels(), strata.labels())
    );
    assert_eq!(sample.group_codes(), [1, 0, 0]);
    assert_eq!(sample.stratum_codes(), [0, 1, 0]);
}
