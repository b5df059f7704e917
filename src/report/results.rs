//! Results as tables, and as one line for a summary.

use super::grid::Grid;
use super::numbers::{
    both_intervals, exact_interval, months, open_interval, p_value, rate, ratio, wilson_interval,
};
use crate::analysis::{
    Analysis, Comparison, Completeness, Contingency, CrossCounts, Incidence, Outcome,
    ResponseGroup, ResponseRates, SurvivalResult,
};
use crate::graph::namespaces::Prefixes;

/// The tables of an analysis: the result first, then the rows that it was computed from.
#[must_use]
pub fn grids(analysis: &Analysis, prefixes: &Prefixes) -> Vec<Grid> {
    let mut grids = match &analysis.outcome {
        Outcome::Response(rates) => response(rates, analysis.header.unit.word()),
        Outcome::Contingency(found) => contingency(found),
        Outcome::Survival(result) => survival(result),
        Outcome::Incidence(result) => incidence(result),
        Outcome::Sequence(counts) => vec![listed(counts, "What followed what")],
        Outcome::Matrix(counts) => {
            vec![crossed(
                counts,
                &format!("Number of {}s", analysis.header.unit.word()),
            )]
        }
        Outcome::Completeness(result) => vec![completeness(result)],
        Outcome::Table | Outcome::Swimmer(_) => Vec::new(),
    };
    let caption = if grids.is_empty() { "" } else { "Rows" };
    grids.push(Grid {
        caption: caption.to_owned(),
        headings: analysis
            .table
            .columns
            .iter()
            .map(|column| column.replace('_', " "))
            .collect(),
        rows: analysis.table.shown(prefixes),
    });
    grids
}

/// The result in one line.
#[must_use]
pub fn summary(analysis: &Analysis) -> String {
    match &analysis.outcome {
        Outcome::Table if analysis.ledger.eligible() > 0 => "no one can be counted".to_owned(),
        Outcome::Table => format!("{} rows", analysis.table.rows.len()),
        Outcome::Response(rates) => {
            let all = &rates.overall;
            format!(
                "objective response {}, with words as they stand {}",
                rate(all.objective.as_ref()),
                rate(all.objective_with_words.as_ref())
            )
        }
        Outcome::Contingency(found) => match (&found.two_by_two, found.exact_p) {
            (Some(tests), _) => format!("Fisher P {}", p_value(tests.fisher.p_value)),
            (None, Some(p)) => format!("exact P {}", p_value(p)),
            (None, None) => format!("{} cases, no test", found.counts.units),
        },
        Outcome::Survival(result) => {
            let all = &result.overall;
            format!(
                "{} cases, {} events, median {}",
                all.curve.n(),
                all.curve.events(),
                match all.median.time {
                    Some(_) => format!("{} months", months(all.median.time)),
                    None => "not reached".to_owned(),
                }
            )
        }
        Outcome::Incidence(result) => format!(
            "{} kinds of event in {} of {} exposed",
            result.terms.len(),
            result.informed - result.without_event.len(),
            result.exposed
        ),
        Outcome::Sequence(counts) | Outcome::Matrix(counts) => {
            format!("{} {}s", counts.units, analysis.header.unit.word())
        }
        Outcome::Completeness(result) => format!("{} fields", result.fields.len()),
        Outcome::Swimmer(result) => format!("{} cases", result.lanes.len()),
    }
}

fn response(rates: &ResponseRates, unit: &str) -> Vec<Grid> {
    let units = format!("{unit}s");
    let interval = "95 % CI, exact (Wilson)";
    let mut grid = Grid::new(
        "Response rates",
        &[
            "group",
            &units,
            "objective response",
            interval,
            "disease control",
            interval,
            "objective response, words as they stand",
            "disease control, words as they stand",
        ],
    );
    let mut row = |group: &ResponseGroup| {
        grid.push([
            group.label.clone(),
            group.units.to_string(),
            rate(group.objective.as_ref()),
            both_intervals(group.objective.as_ref()),
            rate(group.control.as_ref()),
            both_intervals(group.control.as_ref()),
            rate(group.objective_with_words.as_ref()),
            rate(group.control_with_words.as_ref()),
        ]);
    };
    rates.groups.iter().for_each(&mut row);
    row(&rates.overall);
    let mut counts = Grid::new("Best overall response", &["category or word"]);
    let groups: Vec<&ResponseGroup> = rates.groups.iter().chain([&rates.overall]).collect();
    counts
        .headings
        .extend(groups.iter().map(|group| group.label.clone()));
    for code in rates.overall.counts.keys() {
        let cells = groups
            .iter()
            .map(|g| g.counts.get(code).copied().unwrap_or(0).to_string());
        counts
            .rows
            .push([code.clone()].into_iter().chain(cells).collect());
    }
    let mut grids = vec![grid, counts];
    if let Some(comparison) = &rates.comparison {
        let mut test = Grid::new("Comparison of groups", &["test", "P"]);
        match comparison {
            Comparison::Exact { p_value: p, groups } => {
                let name = if *groups == 2 {
                    "Fisher's exact"
                } else {
                    "Fisher-Freeman-Halton exact"
                };
                test.push([name.to_owned(), p_value(*p)]);
            }
            Comparison::None(why) => test.push([format!("none: {why}"), String::new()]),
        }
        grids.push(test);
    }
    grids
}

fn contingency(found: &Contingency) -> Vec<Grid> {
    let mut grids = vec![crossed(&found.counts, "Number of cases")];
    if !found.proportions.is_empty() {
        let mut grid = Grid::new(
            "Proportion with the event",
            &["group", "rate", "95 % CI (exact)", "95 % CI (Wilson)"],
        );
        for (label, estimate) in &found.proportions {
            let e = estimate.as_ref();
            grid.push([
                label.clone(),
                rate(e),
                exact_interval(e),
                wilson_interval(e),
            ]);
        }
        grids.push(grid);
    }
    let mut tests = Grid::new("Tests", &["test", "statistic", "P"]);
    if let Some(two) = &found.two_by_two {
        let odds = &two.fisher.odds_ratio;
        tests.push([
            "Fisher's exact".to_owned(),
            format!(
                "odds ratio {} ({}–{})",
                ratio(odds.estimate, "infinite"),
                ratio(odds.interval.lower, "0"),
                ratio(odds.interval.upper, "∞")
            ),
            p_value(two.fisher.p_value),
        ]);
        for (name, test) in [
            ("Pearson chi-squared", &two.pearson),
            ("with Yates's correction", &two.yates),
        ] {
            tests.push([
                name.to_owned(),
                format!("{:.2}", test.statistic),
                p_value(test.p_value),
            ]);
        }
    }
    if let Some(p) = found.exact_p {
        tests.push([
            "Fisher-Freeman-Halton exact".to_owned(),
            String::new(),
            p_value(p),
        ]);
    }
    if !tests.rows.is_empty() {
        grids.push(tests);
    }
    grids
}

fn survival(result: &SurvivalResult) -> Vec<Grid> {
    let mut grid = Grid::new(
        "Median",
        &[
            "group",
            "cases",
            "events",
            "censored",
            "median, months",
            "95 % CI",
        ],
    );
    for group in result.groups.iter().chain([&result.overall]) {
        let (n, events) = (group.curve.n(), group.curve.events());
        grid.push([
            group.label.clone(),
            n.to_string(),
            events.to_string(),
            (n - events).to_string(),
            months(group.median.time),
            open_interval(&group.median.interval),
        ]);
    }
    let mut grids = vec![grid];
    if let Some(Ok(test)) = &result.logrank {
        let mut tests = Grid::new("Comparison of groups", &["test", "chi-squared", "df", "P"]);
        tests.push([
            "log-rank".to_owned(),
            format!("{:.2}", test.chi_squared),
            test.degrees_of_freedom.to_string(),
            p_value(test.p_value),
        ]);
        grids.push(tests);
    }
    grids
}

fn incidence(result: &Incidence) -> Vec<Grid> {
    let grouped = result.terms.iter().any(|term| term.group.is_some());
    let mut headings = vec!["event"];
    if grouped {
        headings.push("group");
    }
    headings.extend(["cases", "of exposed", "of informed"]);
    if result.graded {
        headings.push("worst grade");
    }
    headings.push("which");
    let mut grid = Grid::new("Adverse events", &headings);
    for term in &result.terms {
        let mut row = vec![term.term.clone()];
        if grouped {
            row.push(term.group.clone().unwrap_or_default());
        }
        row.extend([
            term.cases.len().to_string(),
            result.exposed.to_string(),
            result.informed.to_string(),
        ]);
        if result.graded {
            let grades: Vec<String> = term
                .worst_grades
                .iter()
                .rev()
                .map(|(grade, count)| match grade {
                    Some(grade) => format!("grade {grade}: {count}"),
                    None => format!("no grade: {count}"),
                })
                .collect();
            row.push(grades.join(", "));
        }
        row.push(term.cases.join(", "));
        grid.rows.push(row);
    }
    vec![grid]
}

fn completeness(result: &Completeness) -> Grid {
    let reasons = result.reasons();
    let mut grid = Grid::new("Known values", &["field", "known", "of", "percent"]);
    grid.headings.extend(reasons.iter().cloned());
    for field in &result.fields {
        let units = field.units();
        #[expect(clippy::cast_precision_loss, reason = "counts of cases are small")]
        let share = field.known as f64 / units.max(1) as f64;
        let start = [
            field.field.clone(),
            field.known.to_string(),
            units.to_string(),
            super::numbers::percent(share),
        ];
        let missing = reasons
            .iter()
            .map(|reason| field.missing.get(reason).map_or(0, Vec::len).to_string());
        grid.rows.push(start.into_iter().chain(missing).collect());
    }
    grid
}

fn crossed(counts: &CrossCounts, caption: &str) -> Grid {
    let corner = format!("{} \\ {}", counts.row_title, counts.column_title);
    let mut grid = Grid::new(caption, &[corner.trim_matches([' ', '\\'])]);
    grid.headings.extend(counts.columns.iter().cloned());
    grid.headings.push("total".to_owned());
    for (label, row) in counts.rows.iter().zip(&counts.counts) {
        let total: usize = row.iter().sum();
        let cells = row.iter().chain([&total]).map(ToString::to_string);
        grid.rows
            .push([label.clone()].into_iter().chain(cells).collect());
    }
    grid
}

fn listed(counts: &CrossCounts, caption: &str) -> Grid {
    let mut grid = Grid::new(caption, &["from", "to", "cases"]);
    for (from, row) in counts.rows.iter().zip(&counts.counts) {
        for (to, count) in counts
            .columns
            .iter()
            .zip(row)
            .filter(|(_, count)| **count > 0)
        {
            grid.push([from.clone(), to.clone(), count.to_string()]);
        }
    }
    grid
}
