//! Which statistic a saved query asks for, and which of its columns the statistic reads.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The statistic that the rows of a query go into.
///
/// In a header: `statistic: {kind: response, success: [CR, PR], by: partner}`, `kind` first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
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
    /// Adverse events among the cases.
    Incidence(Incidence),
    /// One lane per case, one bar per episode.
    Swimmer(Swimmer),
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
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a survival analysis.
    Survival {
        /// Column of the time, in months.
        #[serde(default = "months")] time: String,
        /// Column that says whether the event came (true) or the case was censored (false).
        #[serde(default = "event")] event: String,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of the incidence of adverse events.
    Incidence {
        /// Column of the event term.
        #[serde(default = "term")] term: String,
        /// Column of the grade.
        #[serde(default)] grade: Option<String>,
        /// Column to group by.
        #[serde(default)] by: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a swimmer plot.
    Swimmer {
        /// Column of the start of an episode, in months.
        #[serde(default = "start")] start: String,
        /// Column of its length, in months.
        #[serde(default = "duration")] duration: String,
        /// Column of what is written on the bar.
        #[serde(default = "label")] label: String,
        /// Column of the kind of episode, which sets the colour.
        #[serde(default)] episode: Option<String>,
        /// Column of the best overall response, marked on the bar.
        #[serde(default)] response: Option<String>,
        /// Column of the last known status, marked at the end of the lane.
        #[serde(default)] status: Option<String>,
        /// Column of the months to that status.
        #[serde(default)] months: Option<String>,
        /// Column that identifies the unit.
        #[serde(default = "case")] case: String,
    }
    /// Settings of a sequence.
    Sequence {
        /// Column of what came first.
        #[serde(default = "from")] from: String,
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

default_columns! { case response months event term start duration label from to field known }

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Table,
    Response,
    Contingency,
    Survival,
    Incidence,
    Swimmer,
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
            Self::Incidence(_) => "incidence",
            Self::Swimmer(_) => "swimmer",
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
            Self::Incidence(s) => Some(&s.case),
            Self::Swimmer(s) => Some(&s.case),
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
            Self::Response(s) => vec![("response", Some(&s.response)), ("by", s.by.as_ref())],
            Self::Contingency(s) => vec![("rows", Some(&s.rows)), ("columns", Some(&s.columns))],
            Self::Survival(s) => vec![
                ("time", Some(&s.time)),
                ("event", Some(&s.event)),
                ("by", s.by.as_ref()),
            ],
            Self::Incidence(s) => {
                vec![
                    ("term", Some(&s.term)),
                    ("grade", s.grade.as_ref()),
                    ("by", s.by.as_ref()),
                ]
            }
            Self::Swimmer(s) => vec![
                ("start", Some(&s.start)),
                ("duration", Some(&s.duration)),
                ("label", Some(&s.label)),
                ("episode", s.episode.as_ref()),
                ("response", s.response.as_ref()),
                ("status", s.status.as_ref()),
                ("months", s.months.as_ref()),
            ],
            Self::Sequence(s) => vec![("from", Some(&s.from)), ("to", Some(&s.to))],
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
            Kind::Incidence => Incidence::deserialize(rest).map(Statistic::Incidence),
            Kind::Swimmer => Swimmer::deserialize(rest).map(Statistic::Swimmer),
            Kind::Sequence => Sequence::deserialize(rest).map(Statistic::Sequence),
            Kind::Matrix => Matrix::deserialize(rest).map(Statistic::Matrix),
            Kind::Completeness => Completeness::deserialize(rest).map(Statistic::Completeness),
        }
    }
}
