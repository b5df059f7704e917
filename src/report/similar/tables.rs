//! The tables of the cases like a patient.

use super::SimilarPage;
use crate::document::numbers::{exact_interval, rate};
use crate::document::{Block, Cell, CellValue, Doubt, Role, Table};
use crate::likeness::{Likeness, SimilarCase, SimilarDrug};
use crate::report::publication_line;
use crate::stats::proportion::ProportionEstimate;

/// Alterations that are listed.
const ALTERATIONS: usize = 6;

/// How the sources of a case are named.
pub(super) enum Sources {
    /// By their keys, with how far each was read, and where.
    Keys,
    /// By numbers in a list of references that holds these keys.
    Numbers(Vec<String>),
}

/// Columns of a list of cases.
const CASES: [(&str, Role); 6] = [
    ("case", Role::Case),
    ("similarity", Role::Interval(None)),
    ("on what", Role::Text),
    ("course", Role::Text),
    ("not known", Role::Text),
    ("sources", Role::Text),
];

impl SimilarPage<'_> {
    /// Numbers for the sources of all cases shown, in order.
    pub(super) fn numbered(&self) -> Sources {
        let cases = self.found.cases.iter().chain(&self.found.not_counted);
        let mut keys: Vec<String> = Vec::new();
        for source in cases.flat_map(|case| &case.profile.sources) {
            if !keys.contains(&source.key) {
                keys.push(source.key.clone());
            }
        }
        Sources::Numbers(keys)
    }

    /// Every source in full, by its number.
    pub(super) fn references(&self, sources: &Sources) -> Vec<String> {
        let Sources::Numbers(keys) = sources else {
            return Vec::new();
        };
        let line = |(at, key): (usize, &String)| {
            let known = self.study.publications.get(key);
            let line = known.map_or_else(|| key.clone(), publication_line);
            format!("[{}] {line}", at + 1)
        };
        keys.iter().enumerate().map(line).collect()
    }

    /// The counted cases: those that went on to another drug, and the others.
    pub(super) fn cases(&self, sources: &Sources) -> Vec<Table> {
        let mut tables = Vec::new();
        if self.found.went_on > 0 {
            let caption = format!(
                "Went on to another drug after {}, the most alike first ({} of {})",
                self.failures(),
                self.found
                    .cases
                    .iter()
                    .filter(|case| case.next.is_some())
                    .count(),
                self.found.went_on
            );
            let went_on = self.found.cases.iter().filter(|case| case.next.is_some());
            tables.push(self.list(caption, went_on, sources));
        }
        let rest = self.rest(sources);
        if !rest.is_empty() {
            tables.push(rest);
        }
        tables
    }

    /// The counted cases that are not known to have gone on.
    pub(super) fn rest(&self, sources: &Sources) -> Table {
        let caption = if self.found.went_on > 0 {
            "Other cases, the most alike first"
        } else {
            "Cases, the most alike first"
        };
        let rest = self.found.cases.iter().filter(|case| case.next.is_none());
        self.list(caption.to_owned(), rest, sources)
    }

    fn list<'c>(
        &self,
        caption: String,
        cases: impl Iterator<Item = &'c SimilarCase>,
        sources: &Sources,
    ) -> Table {
        let mut table = Table::new(caption, &CASES);
        for case in cases {
            table.rows.push(self.row(case, sources));
        }
        table
    }

    fn row(&self, case: &SimilarCase, sources: &Sources) -> Vec<Cell> {
        let (lower, upper) = (Some(case.least), Some(case.most));
        vec![
            Cell::key(&case.profile.case, &case.profile.case),
            Cell::of(similarity(case), CellValue::Interval { lower, upper }),
            Cell::lines(&on_what(case)),
            Cell::lines(&self.course(case)),
            self.not_known(case).join(", ").into(),
            self.sources(case, sources),
        ]
    }

    /// The cases that do not count, with the reason.
    pub(super) fn not_counted(&self, sources: &Sources) -> Option<Table> {
        let mut table = Table::new("Not counted", &CASES);
        "why not".clone_into(&mut table.columns[4].heading);
        table.faint = true;
        for case in &self.found.not_counted {
            let mut row = self.row(case, sources);
            let reason = case.profile.excluded.as_deref();
            row[4] = reason.unwrap_or("in no cohort that counts").into();
            table.rows.push(row);
        }
        (!table.is_empty()).then_some(table)
    }

    /// All cases in one table, for programs.
    pub(super) fn all_cases(&self) -> Table {
        let mut table = self.list(String::new(), self.found.cases.iter(), &Sources::Keys);
        let lists = self.found.cases.iter().map(|case| match case.next {
            Some(_) => "went on to another drug",
            None => "counted",
        });
        let mut lists: Vec<&str> = lists.collect();
        if let Some(others) = self.not_counted(&Sources::Keys) {
            for (mut row, case) in others.rows.into_iter().zip(&self.found.not_counted) {
                row[4] = self.not_known(case).join(", ").into();
                table.rows.push(row);
                lists.push("not counted");
            }
        }
        let heading = crate::document::Column::new("list", Role::Text);
        table.columns.insert(1, heading);
        for (row, list) in table.rows.iter_mut().zip(lists) {
            row.insert(1, list.into());
        }
        table
    }

    /// What was tried next, or that nothing is known to have been; else the responses among the cases listed.
    pub(super) fn responses(&self) -> Vec<Block> {
        let failed = self.failures();
        let found = self.found;
        if failed.is_empty() {
            let listed = found.cases.len();
            let caption = format!("Best overall response among the {listed} counted cases listed");
            return Block::tables(rates(self, caption, &found.drugs));
        }
        if found.next.is_empty() {
            let mut blocks = vec![
                Block::Caution(format!(
                    "No counted case with this likeness is stated to have gone on to another drug after {failed}: what follows is what the cases listed had instead."
                )),
                Block::Blank,
            ];
            let caption = "Best overall response among the cases listed, to other drugs";
            blocks.extend(Block::tables(rates(self, caption.to_owned(), &found.drugs)));
            return blocks;
        }
        let caption = format!(
            "What was tried next after {failed}, and the best overall response to it: {} counted cases",
            found.went_on
        );
        Block::tables(rates(self, caption, &found.next))
    }

    /// Alterations that were met.
    pub(super) fn alterations(&self) -> Option<Table> {
        let mut table = Table::new(
            "Alterations met",
            &[
                ("alteration", Role::Group),
                ("when", Role::Text),
                ("cases", Role::Count),
                ("which", Role::Text),
            ],
        );
        let all = &self.found.alterations;
        for met in all.iter().take(ALTERATIONS) {
            let gene = met.gene.as_deref().map(|gene| self.label(gene));
            let what = [gene, Some(met.alteration.as_str())];
            let mut what = what.into_iter().flatten().collect::<Vec<_>>().join(" ");
            if met.asked {
                what.push_str(", which the patient has");
            }
            let timing: Vec<&str> = met.timing.iter().map(String::as_str).collect();
            let which = met.cases.iter().map(|(case, counted)| {
                if *counted {
                    case.clone()
                } else {
                    format!("{case} (not counted)")
                }
            });
            table.rows.push(vec![
                what.into(),
                timing.join("; ").into(),
                Cell::count(met.cases.len()),
                which.collect::<Vec<_>>().join(", ").into(),
            ]);
        }
        if !self.failures().is_empty() {
            let drugs = self.patient.lines().iter().filter(|line| line.is_spent());
            let drugs: Vec<&str> = drugs.map(|line| self.label(&line.drug)).collect();
            table.caption = format!("Alterations found in cases that had {}", drugs.join(" or "));
        }
        if all.len() > ALTERATIONS {
            table.caption = format!(
                "{}: {ALTERATIONS} of {}, those that the patient has first, then those of the gene that the fusion makes active",
                table.caption,
                all.len()
            );
        }
        (!table.is_empty()).then_some(table)
    }

    /// Adverse events that ended a treatment, or that none is known.
    pub(super) fn events(&self) -> Vec<Block> {
        let mut table = Table::new(
            "Adverse events that stopped one of these drugs, or were fatal, in any counted case",
            &[
                ("drug", Role::Group),
                ("adverse event", Role::Text),
                ("what it led to", Role::Text),
                ("cases", Role::Count),
                ("which", Role::Text),
            ],
        );
        for event in &self.found.events {
            let name = event.event.as_deref().map(|event| self.label(event));
            let cases: Vec<&str> = event.cases.iter().map(String::as_str).collect();
            table.rows.push(vec![
                self.label(&event.drug).into(),
                name.unwrap_or("not named").into(),
                event.consequence.words().into(),
                Cell::count(cases.len()),
                cases.join(", ").into(),
            ]);
        }
        if table.is_empty() {
            let none = "No adverse event is reported to have stopped one of these drugs. That none is reported does not mean that there was none.";
            return vec![Block::Note(none.to_owned()), Block::Blank];
        }
        Block::tables([table])
    }

    /// What is asked for and not known of the case, and outcomes that are not known.
    pub(super) fn not_known(&self, case: &SimilarCase) -> Vec<String> {
        let unknown = case.items.iter().filter(|own| own.is_unknown());
        let words = |own: &Likeness| {
            if own.value == "not known" {
                own.item.to_owned()
            } else {
                format!("{} ({})", own.item, own.value)
            }
        };
        let mut missing: Vec<String> = unknown.map(words).collect();
        let profile = &case.profile;
        // Whether what it had besides came after the failure decides whether it was an option then.
        let spent = |drug: &&str| self.patient.has_spent(drug, &self.study.concepts);
        let drugs = profile.drugs();
        let both = drugs.iter().any(&spent) && !drugs.iter().all(spent);
        if both && case.next.is_none() && !profile.is_ordered() {
            missing.push("which drug came first".to_owned());
        }
        if profile.status.is_none() && profile.months.is_none() {
            missing.push("follow-up".to_owned());
        }
        missing
    }

    fn sources(&self, case: &SimilarCase, sources: &Sources) -> Cell {
        let keys = match sources {
            Sources::Keys => return Cell::lines(&self.source_words(case)),
            Sources::Numbers(keys) => keys,
        };
        let number = |key: &String| keys.iter().position(|known| known == key);
        let numbers = case.profile.sources.iter();
        let numbers = numbers.filter_map(|source| number(&source.key));
        let numbers: Vec<String> = numbers.map(|at| format!("[{}]", at + 1)).collect();
        numbers.join(" ").into()
    }

    /// Each source with its year, how it was read, and where.
    fn source_words(&self, case: &SimilarCase) -> Vec<String> {
        let source = |source: &crate::likeness::Source| {
            let known = self.study.publications.get(&source.key);
            let year = known.and_then(|p| p.year).map(|year| format!("{year}"));
            let read = known
                .and_then(|p| p.read)
                .map(|read| read.word().to_owned());
            let about: Vec<String> = year.into_iter().chain(read).collect();
            let places = source.locators.join("; ");
            let places = if places.is_empty() {
                places
            } else {
                format!(": {places}")
            };
            format!("{} ({}){places}", source.key, about.join(", "))
        };
        case.profile.sources.iter().map(source).collect()
    }
}

/// The responses to drugs, or nothing if none had any.
fn rates(page: &SimilarPage<'_>, caption: String, drugs: &[SimilarDrug]) -> Option<Table> {
    let mut table = Table::new(
        caption,
        &[
            ("drug", Role::Group),
            ("cases that had it", Role::Count),
            ("objective response", Role::Estimate),
            ("disease control", Role::Estimate),
            ("objective response, words as they stand", Role::Estimate),
            ("left out of the first two", Role::Text),
        ],
    );
    for drug in drugs {
        let exclusions = drug.ledger.exclusions();
        let left_out = exclusions
            .iter()
            .map(|e| format!("{} ({}): {}", e.reason, e.units.len(), e.units.join(", ")));
        let overall = &drug.rates.overall;
        table.push([
            page.label(&drug.drug).into(),
            Cell::count(overall.units),
            with_interval(overall.objective.as_ref()),
            with_interval(overall.control.as_ref()),
            with_interval(overall.objective_with_words.as_ref()),
            Cell::lines(&left_out.collect::<Vec<_>>()),
        ]);
    }
    (!table.is_empty()).then_some(table)
}

/// The similarity, or how low and how high it could be.
fn similarity(case: &SimilarCase) -> String {
    range(case.least, case.most)
}

fn range(least: f64, most: f64) -> String {
    let (least, most) = (format!("{least:.2}"), format!("{most:.2}"));
    if least == most {
        least
    } else {
        format!("{least}–{most}")
    }
}

fn on_what(case: &SimilarCase) -> Vec<String> {
    let known = case.items.iter().filter(|own| !own.is_unknown());
    let words = known.map(|own| {
        let range = range(own.least, own.most);
        let inferred = own.item == "partner" && case.profile.inferred_partner;
        match own.item {
            // What it had and what was found stand in its course.
            "prior" | "alteration" => format!("{}: {range}", own.item),
            item => {
                let value = Doubt::Inferred.mark_if(inferred, &own.value);
                format!("{item}: {value} ({range})")
            }
        }
    });
    words.collect()
}

/// `5/7 = 71.4 % (29.0–96.3)`: no rate without its counts and interval.
fn with_interval(estimate: Option<&ProportionEstimate>) -> Cell {
    let text = match estimate {
        Some(_) => format!("{} ({})", rate(estimate), exact_interval(estimate)),
        None => "0/0, not evaluable".to_owned(),
    };
    Cell::rate_as(estimate, text)
}
