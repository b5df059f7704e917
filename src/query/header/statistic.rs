//! Which statistic a saved query asks for, and which of its columns the statistic reads.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Choices of method by name, such as `band: log`; what they may be, the statistic knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Options(pub BTreeMap<String, Value>);

impl Options {
    /// A choice that is a value of a column: its name, the column and the value.
    fn word<'a>(
        &'a self,
        name: &'static str,
        column: &'a str,
    ) -> Option<(&'static str, &'a str, &'a str)> {
        let value = self.0.get(name).and_then(Value::as_str)?;
        Some((name, column, value))
    }

    /// Takes a choice as it is written on a command line: a number, `true` or `false`, several
    /// values between commas, or a word. A name may have dashes, as an argument has.
    pub fn set(&mut self, name: &str, text: &str) {
        let one = |text: &str| match text.trim() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => match text.parse::<serde_json::Number>() {
                Ok(number) => Value::Number(number),
                Err(_) => Value::String(text.to_owned()),
            },
        };
        let value = if text.contains(',') {
            Value::Array(text.split(',').map(one).collect())
        } else {
            one(text)
        };
        self.0.insert(name.replace('-', "_"), value);
    }
}

/// The statistic that the rows of a query go into.
///
/// In a header: `statistic: {kind: response, success: [CR, PR], by: partner}`, `kind` first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Statistic {
    /// The rows as they are.
    Table(Table),
    /// Objective response and disease control rates.
    Response(Response),
    /// A table of counts, two columns against each other.
    Contingency(Contingency),
    /// Time to event.
    Survival(Survival),
    /// A proportion, by group.
    Proportion(Proportion),
    /// Regression of the hazard on covariates.
    Cox(Cox),
    /// Time to the first of several events.
    CompetingRisks(CompetingRisks),
    /// A proportion pooled over reports.
    Pooled(Pooled),
    /// A measurement compared between groups by ranks.
    Ranks(Ranks),
    /// Adverse events among the cases.
    Incidence(Incidence),
    /// One lane per case, one bar per episode.
    Swimmer(Swimmer),
    /// Terms that a set of genes has more often than chance.
    Enrichment(Enrichment),
    /// Best change of tumor size, one bar per case.
    Waterfall(Waterfall),
    /// What followed what, as lines of therapy.
    Sequence(Sequence),
    /// Cases counted in each cell of two columns.
    Matrix(Matrix),
    /// How much of what could be known is known.
    Completeness(Completeness),
}

macro_rules! settings {
    ($($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_about])* pub $field: $kind,)*
        }
    )*};
}

settings! {
    /// Settings of a plain table.
    Table {
        /// Column that identifies the unit, when the rows have one.
        #[serde(default)] case: Option<String>,
    }
    /// Settings of response rates.
    Response {
        /// Codes that count as objective response.
        success: Vec<String>,
        /// Codes that count as disease control.
        control: Vec<String>,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column of the best overall response.
        #[serde(default = "response")] response: String,
        /// Column that says whether that response is derived, not stated.
        #[serde(default)] derived: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a contingency table.
    Contingency {
        /// Column whose values are the rows.
        rows: String,
        /// Column whose values are the columns.
        columns: String,
        /// The value of `columns` that is the event.
        #[serde(default)] event: Option<String>,
        /// Column of the stratum.
        #[serde(default)] strata: Option<String>,
        /// Column of the number of cases in the row, where a row is not one case.
        #[serde(default)] count: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
        /// Choices of method.
        #[serde(default)] options: Options,
    }
    /// Settings of a survival analysis.
    Survival {
        /// Column of the time at which observation begins, where that is not 0.
        #[serde(default)] start: Option<String>,
        /// Column of the time, in months.
        #[serde(default = "months")] time: String,
        /// Column that says whether the event came (true) or the case was censored (false).
        #[serde(default = "event")] event: String,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column of the time at which a case came into its group, where that may be after time 0;
        /// empty for those who never did.
        #[serde(default)] begins: Option<String>,
        /// Column of the stratum within which groups are compared.
        #[serde(default)] strata: Option<String>,
        /// Column of the number of cases in the row, where a row is not one case.
        #[serde(default)] count: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
        /// Choices of method.
        #[serde(default)] options: Options,
    }
    /// Settings of a proportion.
    Proportion {
        /// Column of the outcome.
        #[serde(default = "event")] event: String,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column of the number of cases in the row, where a row is not one case.
        #[serde(default)] count: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
        /// Choices of method.
        #[serde(default)] options: Options,
    }
    /// Settings of a Cox regression.
    Cox {
        /// Column of the time at which observation begins, where that is not 0.
        #[serde(default)] start: Option<String>,
        /// Column of the time, in months.
        #[serde(default = "months")] time: String,
        /// Column that says whether the event came (true) or the case was censored (false).
        #[serde(default = "event")] event: String,
        /// Columns of the covariates.
        covariates: Vec<String>,
        /// Column of the stratum; each has its own baseline hazard.
        #[serde(default)] strata: Option<String>,
        /// Column of the cluster within which cases are not independent.
        #[serde(default)] cluster: Option<String>,
        /// Column of the number of cases in the row, where a row is not one case.
        #[serde(default)] count: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
        /// Choices of method.
        #[serde(default)] options: Options,
    }
    /// Settings of an analysis of competing risks.
    CompetingRisks {
        /// Column of the time, in months.
        #[serde(default = "months")] time: String,
        /// Column that says which event came first.
        #[serde(default = "event")] event: String,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column of the stratum within which groups are compared.
        #[serde(default)] strata: Option<String>,
        /// Column of the number of cases in the row, where a row is not one case.
        #[serde(default)] count: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
        /// Choices of method.
        #[serde(default)] options: Options,
    }
    /// Settings of a pooled proportion.
    Pooled {
        /// Column of the outcome of a case, or of the number of events in a row.
        #[serde(default = "event")] event: String,
        /// Column of the number of cases in the row, where a row is not one case.
        #[serde(default)] count: Option<String>,
        /// Column of the report that the case is from.
        #[serde(default = "report")] report: String,
        /// Column of the subgroup whose rates are shrunk towards each other.
        #[serde(default)] by: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
        /// Choices of method.
        #[serde(default)] options: Options,
    }
    /// Settings of a comparison by ranks.
    Ranks {
        /// Column of the measurement.
        #[serde(default = "value")] value: String,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column of the number of cases in the row, where a row is not one case.
        #[serde(default)] count: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
        /// Choices of method.
        #[serde(default)] options: Options,
    }
    /// Settings of the incidence of adverse events.
    Incidence {
        /// Column of the event term.
        #[serde(default = "term")] term: String,
        /// Column of the grade.
        #[serde(default)] grade: Option<String>,
        /// Column of the time that the case was exposed, in months.
        #[serde(default)] exposure: Option<String>,
        /// Column that tells whether any statement on adverse events is known of the case; else any
        /// term is one.
        #[serde(default)] informed: Option<String>,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a swimmer plot.
    Swimmer {
        /// Column of the place of an episode among those of its case, empty where it is not known.
        #[serde(default)] position: Option<String>,
        /// Column of the start of an episode, in months.
        #[serde(default = "start")] start: String,
        /// Column of its length, in months.
        #[serde(default = "duration")] duration: String,
        /// Column of what is written on the bar.
        #[serde(default = "label")] label: String,
        /// Column of the months from the start of the episode to the response, marked on the bar.
        #[serde(default)] to_response: Option<String>,
        /// Column of the months from the start of the episode to progression on it, marked likewise.
        #[serde(default)] progression: Option<String>,
        /// Column of the kind of episode, which sets the colour.
        #[serde(default)] episode: Option<String>,
        /// Column of the best overall response, marked on the bar.
        #[serde(default)] response: Option<String>,
        /// Column that says whether the episode went on when it was last reported.
        #[serde(default)] ongoing: Option<String>,
        /// Column of the last known status, told at the end of the lane.
        #[serde(default)] status: Option<String>,
        /// Column that says whether the patient died.
        #[serde(default)] died: Option<String>,
        /// Column of the months to that status.
        #[serde(default)] months: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of an enrichment. A row is one of these: a gene and a term that it has; a gene and
    /// its name in the set (`member`); a term and its parent; a term and its label.
    Enrichment {
        /// Column of the annotated gene.
        #[serde(default = "gene")] gene: String,
        /// Column of the name of a gene of the set.
        #[serde(default = "member")] member: String,
        /// Column of the term.
        #[serde(default = "term")] term: String,
        /// Column of a term that the term lies within.
        #[serde(default = "parent")] parent: String,
        /// Column of the name of the term.
        #[serde(default = "label")] label: String,
    }
    /// Settings of a waterfall plot.
    Waterfall {
        /// Column of the change from baseline, in percent; negative is smaller.
        #[serde(default = "change")] change: String,
        /// Column of the best overall response, which sets the colour.
        #[serde(default)] response: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a sequence.
    Sequence {
        /// Column of what came first.
        #[serde(default = "from")] from: String,
        /// Column of what was found between the two.
        #[serde(default)] through: Option<String>,
        /// Column of what came next.
        #[serde(default = "to")] to: String,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a matrix of counts.
    Matrix {
        /// Column whose values are the rows.
        rows: String,
        /// Column whose values are the columns.
        columns: String,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a completeness table.
    Completeness {
        /// Column that names the item.
        #[serde(default = "field")] field: String,
        /// Column that says whether it is known.
        #[serde(default = "known")] known: String,
        /// Column that says why it is not.
        #[serde(default)] reason: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
}

macro_rules! default_columns {
    ($($name:ident)*) => {$(
        fn $name() -> String {
            stringify!($name).to_owned()
        }
    )*};
}

default_columns! { case response months event term start duration label from to field known report value change gene member parent }

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Table,
    Response,
    Contingency,
    Survival,
    Proportion,
    Cox,
    CompetingRisks,
    Pooled,
    Ranks,
    Incidence,
    Swimmer,
    Enrichment,
    Waterfall,
    Sequence,
    Matrix,
    Completeness,
}

impl Statistic {
    /// The word after `kind:`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "table",
            Self::Response(_) => "response",
            Self::Contingency(_) => "contingency",
            Self::Survival(_) => "survival",
            Self::Proportion(_) => "proportion",
            Self::Cox(_) => "cox",
            Self::CompetingRisks(_) => "competing-risks",
            Self::Pooled(_) => "pooled",
            Self::Ranks(_) => "ranks",
            Self::Incidence(_) => "incidence",
            Self::Swimmer(_) => "swimmer",
            Self::Enrichment(_) => "enrichment",
            Self::Waterfall(_) => "waterfall",
            Self::Sequence(_) => "sequence",
            Self::Matrix(_) => "matrix",
            Self::Completeness(_) => "completeness",
        }
    }

    /// The column that identifies the unit; none for a table whose rows are not units.
    #[must_use]
    pub fn case(&self) -> Option<&str> {
        match self {
            Self::Table(s) => s.case.as_deref(),
            Self::Response(s) => Some(&s.case),
            Self::Contingency(s) => Some(&s.case),
            Self::Survival(s) => Some(&s.case),
            Self::Proportion(s) => Some(&s.case),
            Self::Cox(s) => Some(&s.case),
            Self::CompetingRisks(s) => Some(&s.case),
            Self::Pooled(s) => Some(&s.case),
            Self::Ranks(s) => Some(&s.case),
            Self::Incidence(s) => Some(&s.case),
            Self::Swimmer(s) => Some(&s.case),
            Self::Enrichment(s) => Some(&s.member),
            Self::Waterfall(s) => Some(&s.case),
            Self::Sequence(s) => Some(&s.case),
            Self::Matrix(s) => Some(&s.case),
            Self::Completeness(s) => Some(&s.case),
        }
    }

    /// Each column that the statistic reads, after the key that names it.
    #[must_use]
    pub fn columns(&self) -> Vec<(&'static str, &str)> {
        let own = match self {
            Self::Table(_) => vec![],
            Self::Response(s) => vec![
                ("response", Some(&s.response)),
                ("derived", s.derived.as_ref()),
                ("by", s.by.as_ref()),
            ],
            Self::Contingency(s) => vec![
                ("rows", Some(&s.rows)),
                ("columns", Some(&s.columns)),
                ("strata", s.strata.as_ref()),
                ("count", s.count.as_ref()),
            ],
            Self::Survival(s) => vec![
                ("start", s.start.as_ref()),
                ("time", Some(&s.time)),
                ("event", Some(&s.event)),
                ("by", s.by.as_ref()),
                ("begins", s.begins.as_ref()),
                ("strata", s.strata.as_ref()),
                ("count", s.count.as_ref()),
            ],
            Self::Proportion(s) => vec![
                ("event", Some(&s.event)),
                ("by", s.by.as_ref()),
                ("count", s.count.as_ref()),
            ],
            Self::Cox(s) => {
                let mut columns = vec![
                    ("start", s.start.as_ref()),
                    ("time", Some(&s.time)),
                    ("event", Some(&s.event)),
                    ("strata", s.strata.as_ref()),
                    ("cluster", s.cluster.as_ref()),
                    ("count", s.count.as_ref()),
                ];
                columns.extend(s.covariates.iter().map(|name| ("covariates", Some(name))));
                columns
            }
            Self::CompetingRisks(s) => vec![
                ("time", Some(&s.time)),
                ("event", Some(&s.event)),
                ("by", s.by.as_ref()),
                ("strata", s.strata.as_ref()),
                ("count", s.count.as_ref()),
            ],
            Self::Pooled(s) => vec![
                ("event", Some(&s.event)),
                ("count", s.count.as_ref()),
                ("report", Some(&s.report)),
                ("by", s.by.as_ref()),
            ],
            Self::Ranks(s) => vec![
                ("value", Some(&s.value)),
                ("by", s.by.as_ref()),
                ("count", s.count.as_ref()),
            ],
            Self::Incidence(s) => {
                vec![
                    ("term", Some(&s.term)),
                    ("grade", s.grade.as_ref()),
                    ("exposure", s.exposure.as_ref()),
                    ("by", s.by.as_ref()),
                ]
            }
            Self::Swimmer(s) => vec![
                ("start", Some(&s.start)),
                ("duration", Some(&s.duration)),
                ("label", Some(&s.label)),
                ("to_response", s.to_response.as_ref()),
                ("progression", s.progression.as_ref()),
                ("episode", s.episode.as_ref()),
                ("response", s.response.as_ref()),
                ("ongoing", s.ongoing.as_ref()),
                ("status", s.status.as_ref()),
                ("died", s.died.as_ref()),
                ("months", s.months.as_ref()),
            ],
            Self::Enrichment(s) => vec![
                ("gene", Some(&s.gene)),
                ("term", Some(&s.term)),
                ("parent", Some(&s.parent)),
                ("label", Some(&s.label)),
            ],
            Self::Waterfall(s) => vec![
                ("change", Some(&s.change)),
                ("response", s.response.as_ref()),
            ],
            Self::Sequence(s) => vec![
                ("from", Some(&s.from)),
                ("through", s.through.as_ref()),
                ("to", Some(&s.to)),
            ],
            Self::Matrix(s) => vec![("rows", Some(&s.rows)), ("columns", Some(&s.columns))],
            Self::Completeness(s) => {
                vec![
                    ("field", Some(&s.field)),
                    ("known", Some(&s.known)),
                    ("reason", s.reason.as_ref()),
                ]
            }
        };
        let own = own
            .into_iter()
            .filter_map(|(key, column)| column.map(|column| (key, column.as_str())));
        self.case()
            .map(|case| ("case", case))
            .into_iter()
            .chain(own)
            .collect()
    }
}

impl Statistic {
    /// The values that the statistic looks for in its columns: key, column and value.
    #[must_use]
    pub fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        match self {
            Self::Response(s) => {
                let column = s.response.as_str();
                let success = s.success.iter().map(|code| ("success", code));
                let control = s.control.iter().map(|code| ("control", code));
                let codes = success.chain(control);
                codes
                    .map(|(key, code)| (key, column, code.as_str()))
                    .collect()
            }
            Self::Contingency(s) => {
                let event = s.event.as_deref();
                let event = event.map(|code| ("event", s.columns.as_str(), code));
                let exposed = s.options.word("exposed", &s.rows);
                event.into_iter().chain(exposed).collect()
            }
            Self::CompetingRisks(s) => s.options.word("censored", &s.event).into_iter().collect(),
            Self::Survival(s) => s
                .options
                .word("event_value", &s.event)
                .into_iter()
                .collect(),
            Self::Proportion(s) => {
                let event = s.options.word("event_value", &s.event);
                let reference =
                    s.by.as_deref()
                        .and_then(|by| s.options.word("reference", by));
                event.into_iter().chain(reference).collect()
            }
            Self::Cox(s) => s
                .options
                .word("event_value", &s.event)
                .into_iter()
                .collect(),
            Self::Pooled(s) => s
                .options
                .word("event_value", &s.event)
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The choices of method, where the kind has any.
    pub fn options_mut(&mut self) -> Option<&mut Options> {
        match self {
            Self::Contingency(s) => Some(&mut s.options),
            Self::Survival(s) => Some(&mut s.options),
            Self::Proportion(s) => Some(&mut s.options),
            Self::Cox(s) => Some(&mut s.options),
            Self::CompetingRisks(s) => Some(&mut s.options),
            Self::Pooled(s) => Some(&mut s.options),
            Self::Ranks(s) => Some(&mut s.options),
            _ => None,
        }
    }
}

impl Default for Statistic {
    fn default() -> Self {
        Self::Table(Table { case: None })
    }
}

// Not derived: serde's tagged enums read their content twice, which loses line numbers and turns the code NO into false.
impl<'de> Deserialize<'de> for Statistic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StatisticVisitor)
    }
}

struct StatisticVisitor;

impl<'de> Visitor<'de> for StatisticVisitor {
    type Value = Statistic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a statistic, as {kind: table}")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Statistic, M::Error> {
        match map.next_key::<String>()? {
            Some(key) if key == "kind" => {}
            Some(key) => {
                return Err(M::Error::custom(format!(
                    "'kind' comes first in a statistic, before '{key}'"
                )));
            }
            None => return Err(M::Error::missing_field("kind")),
        }
        let kind = map.next_value::<Kind>()?;
        let rest = MapAccessDeserializer::new(map);
        match kind {
            Kind::Table => Table::deserialize(rest).map(Statistic::Table),
            Kind::Response => Response::deserialize(rest).map(Statistic::Response),
            Kind::Contingency => Contingency::deserialize(rest).map(Statistic::Contingency),
            Kind::Survival => Survival::deserialize(rest).map(Statistic::Survival),
            Kind::Proportion => Proportion::deserialize(rest).map(Statistic::Proportion),
            Kind::Cox => Cox::deserialize(rest).map(Statistic::Cox),
            Kind::CompetingRisks => {
                CompetingRisks::deserialize(rest).map(Statistic::CompetingRisks)
            }
            Kind::Pooled => Pooled::deserialize(rest).map(Statistic::Pooled),
            Kind::Ranks => Ranks::deserialize(rest).map(Statistic::Ranks),
            Kind::Incidence => Incidence::deserialize(rest).map(Statistic::Incidence),
            Kind::Enrichment => Enrichment::deserialize(rest).map(Statistic::Enrichment),
            Kind::Waterfall => Waterfall::deserialize(rest).map(Statistic::Waterfall),
            Kind::Swimmer => Swimmer::deserialize(rest).map(Statistic::Swimmer),
            Kind::Sequence => Sequence::deserialize(rest).map(Statistic::Sequence),
            Kind::Matrix => Matrix::deserialize(rest).map(Statistic::Matrix),
            Kind::Completeness => Completeness::deserialize(rest).map(Statistic::Completeness),
        }
    }
}
