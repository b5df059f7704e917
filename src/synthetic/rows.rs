//! Rows of the sheets: what one publication states of one case.

use std::borrow::Cow;

use super::SyntheticError;
use super::account::Account;
use super::course::{Episode, Event, Kind};
use super::draw::months;
use super::scenario::Scenario;
use super::sheets::{Cell, Sheets};
use super::words::Words;

/// What every row of a sheet of facts begins with.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub case: String,
    pub source: String,
    pub locator: String,
    /// Read in full: what is not said is known not to be said.
    pub full: bool,
}

impl Stated {
    fn row<'a>(&'a self, item: Option<usize>) -> Vec<Cell<'a>> {
        let mut cells: Vec<Cell<'a>> = Vec::with_capacity(20);
        cells.push(("case", (&self.case).into()));
        cells.extend(item.map(|item| ("item", item.to_string().into())));
        cells.push(("source", (&self.source).into()));
        cells.push(("locator", (&self.locator).into()));
        cells.push(("certainty", "stated".into()));
        cells
    }

    /// A value if the publication says it.
    fn value<'a>(&self, says: bool, value: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        match (says, self.full) {
            (true, _) => value.into(),
            (false, true) => "NR".into(),
            (false, false) => "".into(),
        }
    }
}

/// Writes accounts as rows.
pub(super) struct Rows<'a> {
    pub scenario: &'a Scenario,
    pub words: &'a Words,
    pub sheets: Sheets,
}

impl Rows<'_> {
    /// Everything that a first report states.
    pub fn first_report(
        &mut self,
        stated: &Stated,
        account: &Account,
    ) -> Result<(), SyntheticError> {
        self.case(stated, account, true)?;
        self.fusions(stated, account)?;
        for (index, episode) in account.course.episodes.iter().enumerate() {
            self.episode(stated, account, index, episode, true)?;
        }
        self.alterations(stated, account)?;
        self.events(stated, account)?;
        self.follow_up(stated, account)
    }

    /// What a second report takes up: patient, first dose and follow-up.
    pub fn second_report(
        &mut self,
        stated: &Stated,
        account: &Account,
    ) -> Result<(), SyntheticError> {
        self.case(stated, account, false)?;
        if let Some((index, episode)) = account.course.first_dose() {
            self.episode(stated, account, index, episode, false)?;
        }
        self.follow_up(stated, account)
    }

    fn case(
        &mut self,
        stated: &Stated,
        account: &Account,
        whole: bool,
    ) -> Result<(), SyntheticError> {
        let patient = &account.patient;
        let mut row = stated.row(None);
        let age = account.says("age");
        let sex = if patient.female { "female" } else { "male" };
        // A source that gives no age may still say whether it was a child.
        let group = if patient.age < 18 {
            "pediatric"
        } else {
            "adult"
        };
        let told = !age && patient.age % 2 == 0;
        row.extend([
            ("age_years", stated.value(age, patient.age.to_string())),
            ("age_group", if told { group.into() } else { "".into() }),
            ("sex", stated.value(account.says("sex"), sex)),
            ("histology", account.histology.as_str().into()),
        ]);
        if whole {
            let words = self.words;
            let site = words.sites[patient.site].label.as_str();
            let metastases: Vec<&str> = patient
                .metastases
                .iter()
                .map(|&site| words.metastases[site].label.as_str())
                .collect();
            let metastases = if metastases.is_empty() {
                "NA".to_owned()
            } else {
                metastases.join("; ")
            };
            let stage = account.says("stage");
            row.extend([
                ("histology_verbatim", account.histology.as_str().into()),
                ("primary_site", stated.value(account.says("site"), site)),
                ("stage", stated.value(stage, patient.stage)),
                ("metastatic_sites", stated.value(stage, metastases)),
                (
                    "multifocal",
                    if patient.multifocal { "yes" } else { "" }.into(),
                ),
            ]);
        }
        self.sheets.row("cases", &row)
    }

    fn fusions(&mut self, stated: &Stated, account: &Account) -> Result<(), SyntheticError> {
        let (patient, words) = (&account.patient, self.words);
        let partners = [
            patient.identified.then_some(patient.partner),
            patient.second_partner,
        ];
        let known: Vec<usize> = partners.into_iter().flatten().collect();
        for item in 1..=known.len().max(1) {
            let mut row = stated.row(Some(item));
            row.push(("three_prime", words.gene.as_str().into()));
            row.push((
                "method",
                words.methods[patient.method].label.as_str().into(),
            ));
            match known.get(item - 1) {
                None => row.push(("partner_status", "unknown".into())),
                Some(&partner) => {
                    let name = words.partners[partner].as_str();
                    let (five, three) = patient.breakpoint;
                    let at = format!("{name} exon {five} :: {} exon {three}", words.gene);
                    row.extend([
                        ("five_prime", name.into()),
                        ("partner_status", "known".into()),
                        ("breakpoint", stated.value(account.says("breakpoint"), at)),
                        ("observed_or_inferred", "observed".into()),
                    ]);
                }
            }
            self.sheets.row("fusions", &row)?;
        }
        Ok(())
    }

    fn episode(
        &mut self,
        stated: &Stated,
        account: &Account,
        index: usize,
        episode: &Episode,
        whole: bool,
    ) -> Result<(), SyntheticError> {
        let (words, item) = (self.words, index + 1);
        let mut row = stated.row(Some(item));
        let (kind, agent) = match episode.kind {
            Kind::Drug(drug) => ("drug", words.drugs[drug].label.as_str()),
            Kind::Chemotherapy(drug) => ("chemotherapy", words.chemotherapies[drug].label.as_str()),
            Kind::Resection => ("surgery", "resection of the primary"),
            Kind::LaterSurgery => ("surgery", "resection after the first dose"),
        };
        row.extend([("kind", kind.into()), ("agent", agent.into())]);
        if let Some(response) = episode.response {
            let told = match (account.in_words, response.objective()) {
                (false, _) => words.code(response.code()),
                (true, true) => words.code("responded"),
                (true, false) => words.code("no-response"),
            };
            row.push((
                "best_response",
                stated.value(account.says("response"), told),
            ));
        }
        if let Some(free) = episode.free {
            row.push((
                "pfs_months",
                stated.value(account.says("pfs"), months(free)),
            ));
            row.push((
                "progressed",
                if episode.progressed { "yes" } else { "no" }.into(),
            ));
        }
        if whole {
            row.push(("order", item.to_string().into()));
            row.extend(episode.line.map(|line| ("line", line.to_string().into())));
            if account.course.drug.is_some() {
                row.push(("start_months", months(episode.start).into()));
            }
            if let (Kind::Drug(drug), Some(free)) = (episode.kind, episode.free) {
                row.push(("dose", self.scenario.drugs[drug].dose.as_str().into()));
                row.push((
                    "duration_months",
                    stated.value(account.says("pfs"), months(free)),
                ));
            }
            if let Some(time) = episode.to_response.filter(|_| account.says("response")) {
                row.push(("time_to_response_months", months(time).into()));
            }
            if let Some(change) = episode.size_change.filter(|_| account.says("response")) {
                row.push(("size_change_percent", change.to_string().into()));
            }
            if !episode.stop.is_empty() {
                row.push(("stop_reason", episode.stop.into()));
            }
        }
        self.sheets.row("treatments", &row)
    }

    fn alterations(&mut self, stated: &Stated, account: &Account) -> Result<(), SyntheticError> {
        let words = self.words;
        let mut found: Vec<[Cow<'_, str>; 3]> = Vec::new();
        if let Some(gene) = account.patient.altered {
            let gene = words.genes[gene].as_str();
            found.push([gene.into(), "mutation".into(), "baseline".into()]);
        }
        for episode in &account.course.episodes {
            if let (Kind::Drug(drug), Some(change)) = (episode.kind, episode.resistance) {
                let timing = format!("at progression on {}", words.drugs[drug].label);
                let change = self.scenario.words_for.resistance[change].as_str();
                found.push([words.gene.as_str().into(), change.into(), timing.into()]);
            }
        }
        for (index, [gene, alteration, timing]) in found.into_iter().enumerate() {
            let mut row = stated.row(Some(index + 1));
            row.extend([
                ("gene", gene),
                ("alteration", alteration),
                ("timing", timing),
            ]);
            self.sheets.row("alterations", &row)?;
        }
        Ok(())
    }

    fn events(&mut self, stated: &Stated, account: &Account) -> Result<(), SyntheticError> {
        let words = self.words;
        let course = &account.course;
        if let (Some(drug), true) = (course.drug, course.events.is_empty()) {
            let mut row = stated.row(Some(1));
            row.push(("agent", words.drugs[drug].label.as_str().into()));
            row.push(("term", words.code("none").into()));
            return self.sheets.row("adverse_events", &row);
        }
        for (index, event) in course.events.iter().enumerate() {
            let mut row = stated.row(Some(index + 1));
            let Event { drug, term, grade } = *event;
            let action = match grade {
                1 => "none",
                2 | 3 if index % 2 == 0 => "dose-reduced",
                2 | 3 => "interrupted",
                _ => "stopped",
            };
            // A fatal event says its grade by being fatal.
            let graded = account.says("grade") || grade == 5;
            row.extend([
                ("agent", words.drugs[drug].label.as_str().into()),
                ("term", words.events[term].label.as_str().into()),
                ("grade", stated.value(graded, grade.to_string())),
                ("action", action.into()),
            ]);
            if grade >= 4 {
                row.push(("serious", "yes".into()));
            }
            if grade == 5 {
                row.push(("fatal", "yes".into()));
            }
            self.sheets.row("adverse_events", &row)?;
        }
        Ok(())
    }

    fn follow_up(&mut self, stated: &Stated, account: &Account) -> Result<(), SyntheticError> {
        let course = &account.course;
        let zero = course.drug.map_or_else(
            || "diagnosis".to_owned(),
            |drug| format!("first dose of {}", self.words.drugs[drug].label),
        );
        let says = account.says("months");
        let mut row = stated.row(None);
        row.extend([
            (
                "status",
                stated.value(account.says("status"), self.words.code(course.status)),
            ),
            ("months", stated.value(says, months(course.months))),
            ("counted_from", if says { zero.into() } else { "".into() }),
        ]);
        self.sheets.row("follow_up", &row)
    }
}
