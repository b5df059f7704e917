//! The sheets of facts: which there are, what their columns mean, and which property each becomes.
//!
//! A new column is one line here and one declaration in `ontology/casegraph.ttl`.

/// A vocabulary of `ontology/`, by the name of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Diagnoses, in a hierarchy.
    Histology,
    /// Drugs and drug classes.
    Drug,
    /// Anatomical sites, in a hierarchy.
    Site,
    /// Best overall response: categories, and words without a category.
    Response,
    /// Terms of adverse events.
    Event,
    /// Methods that detect a fusion.
    Method,
    /// Vital and disease status.
    Status,
}

impl Scheme {
    /// Every vocabulary that a column can name.
    pub const ALL: [Self; 7] = [
        Self::Histology,
        Self::Drug,
        Self::Site,
        Self::Response,
        Self::Event,
        Self::Method,
        Self::Status,
    ];

    /// The name in IRIs, prefixes and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Histology => "histology",
            Self::Drug => "drug",
            Self::Site => "site",
            Self::Response => "response",
            Self::Event => "event",
            Self::Method => "method",
            Self::Status => "status",
        }
    }
}

/// What a cell of a column may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Free text.
    Text,
    /// One word of a closed list.
    Code(&'static [&'static str]),
    /// A word of an open list: others are taken, but not misspelt ones of the list.
    Words(&'static [&'static str]),
    /// A whole number between two bounds.
    Integer(i64, i64),
    /// A decimal number between two bounds.
    Decimal(f64, f64),
    /// `yes` or `no`.
    YesNo,
    /// One word of a vocabulary.
    Concept(Scheme),
    /// Words of a vocabulary, separated by `; `. Lists of several sources are united.
    Concepts(Scheme),
    /// Drugs of the vocabulary, separated by `; `; plain words if the episode is not one of drugs.
    Agents,
    /// A gene symbol.
    Gene,
}

/// One column of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// The heading in the sheet.
    pub name: &'static str,
    /// The local name of the property that it becomes.
    pub property: &'static str,
    /// What a cell may hold.
    pub kind: Kind,
    /// What it means, for templates and completeness pages.
    pub meaning: &'static str,
    /// Codes that leave open what other codes say, each with one that it leaves open.
    pub broader: &'static [(&'static str, &'static str)],
    /// Whether each source has its own wording, so that several are no disagreement.
    pub own_words: bool,
}

impl Column {
    const fn broader(self, broader: &'static [(&'static str, &'static str)]) -> Self {
        Self { broader, ..self }
    }

    const fn own_words(self) -> Self {
        Self {
            own_words: true,
            ..self
        }
    }
}

/// A sheet whose rows say what one source states about one thing of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactSheet {
    /// The patient and the tumour.
    Cases,
    /// Gene fusions.
    Fusions,
    /// Other molecular findings.
    Alterations,
    /// Treatment episodes.
    Treatments,
    /// Adverse events.
    AdverseEvents,
    /// Last known status.
    FollowUp,
}

const fn column(
    name: &'static str,
    property: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Column {
    Column {
        name,
        property,
        kind,
        meaning,
        broader: &[],
        own_words: false,
    }
}

/// Words that have an order, from the least to the most: ages, the extent of disease, the change of
/// a tumor.
pub const ORDERS: &[&[&str]] = &[
    &["pediatric", "adult"],
    &["localized", "locally-advanced", "metastatic"],
    &["CR", "PR", "SD", "PD"],
];

/// Months from any start; a negative start lies before the first dose.
const MONTHS: Kind = Kind::Decimal(0.0, 1200.0);

const CASES: &[Column] = &[
    column(
        "age_years",
        "ageYears",
        Kind::Decimal(0.0, 120.0),
        "age in years",
    ),
    column(
        "age_group",
        "ageGroup",
        Kind::Code(&["pediatric", "adult"]),
        "age group, where a source gives no age",
    ),
    column(
        "sex",
        "sex",
        Kind::Code(&["female", "male", "intersex"]),
        "sex",
    ),
    column(
        "histology",
        "histology",
        Kind::Concept(Scheme::Histology),
        "histology",
    ),
    column(
        "histology_verbatim",
        "histologyVerbatim",
        Kind::Text,
        "histology in the source's words",
    )
    .own_words(),
    column(
        "primary_site",
        "primarySite",
        Kind::Concept(Scheme::Site),
        "primary site",
    ),
    column("stage", "stage", Kind::Text, "stage or extent"),
    column(
        "metastatic_sites",
        "metastaticSite",
        Kind::Concepts(Scheme::Site),
        "metastatic sites",
    ),
    column("multifocal", "multifocal", Kind::YesNo, "multifocal"),
];

const FUSIONS: &[Column] = &[
    column("five_prime", "fivePrimeGene", Kind::Gene, "5' partner gene"),
    column(
        "three_prime",
        "threePrimeGene",
        Kind::Gene,
        "3' partner gene",
    ),
    column(
        "partner_status",
        "partnerStatus",
        Kind::Code(&["known", "unknown", "multiple"]),
        "whether the partner is known",
    )
    .broader(&[("unknown", "known"), ("unknown", "multiple")]),
    column("breakpoint", "breakpoint", Kind::Text, "breakpoint"),
    column(
        "method",
        "method",
        Kind::Concepts(Scheme::Method),
        "detection method",
    ),
    column(
        "observed_or_inferred",
        "observation",
        Kind::Code(&["observed", "inferred"]),
        "observed or inferred",
    )
    .broader(&[("inferred", "observed")]),
];

const ALTERATIONS: &[Column] = &[
    column(
        "gene",
        "gene",
        Kind::Gene,
        "gene of another molecular finding",
    ),
    column("alteration", "alteration", Kind::Text, "alteration"),
    column("timing", "timing", Kind::Text, "when it was found"),
];

const TREATMENTS: &[Column] = &[
    column("order", "order", Kind::Integer(1, 99), "order in time"),
    column(
        "kind",
        "kind",
        Kind::Code(&["drug", "chemotherapy", "surgery", "radiation", "procedure"]),
        "kind of treatment",
    )
    .broader(&[("procedure", "surgery"), ("drug", "chemotherapy")]),
    column("agent", "drug", Kind::Agents, "drug, or type of procedure"),
    column("with", "combinedWith", Kind::Agents, "given together with"),
    column("line", "line", Kind::Integer(1, 20), "line of therapy"),
    column("dose", "dose", Kind::Text, "dose"),
    column(
        "start_months",
        "startMonths",
        Kind::Decimal(-1200.0, 1200.0),
        "start, months from the first dose",
    ),
    column(
        "duration_months",
        "durationMonths",
        MONTHS,
        "time on treatment, months",
    ),
    column(
        "best_response",
        "bestResponse",
        Kind::Concept(Scheme::Response),
        "best overall response",
    ),
    column("criterion", "criterion", Kind::Text, "response criterion"),
    column(
        "size_change_percent",
        "bestSizeChangePercent",
        Kind::Decimal(-100.0, 1000.0),
        "best change of tumor size from baseline, percent; negative is smaller",
    ),
    column(
        "time_to_response_months",
        "timeToResponseMonths",
        MONTHS,
        "time to response, months",
    ),
    column(
        "pfs_months",
        "progressionFreeMonths",
        MONTHS,
        "progression-free survival, months",
    ),
    column("progressed", "progressed", Kind::YesNo, "progressed on it"),
    column(
        "stop_reason",
        "stopReason",
        Kind::Words(&[
            "progression",
            "toxicity",
            "remission-or-stable-disease",
            "surgery",
            "patient-choice",
            "completed",
            "death",
            "other",
            "ongoing",
        ]),
        "reason for stopping",
    ),
];

const ADVERSE_EVENTS: &[Column] = &[
    column("agent", "drug", Kind::Agents, "suspected drug"),
    column(
        "term",
        "term",
        Kind::Concept(Scheme::Event),
        "adverse event term",
    ),
    column("grade", "grade", Kind::Integer(1, 5), "CTCAE grade"),
    column("serious", "serious", Kind::YesNo, "serious"),
    column(
        "action",
        "action",
        Kind::Code(&[
            "none",
            "dose-reduced",
            "interrupted",
            "stopped",
            "stopped-or-reduced",
        ]),
        "action taken with the drug",
    )
    .broader(&[
        ("stopped-or-reduced", "stopped"),
        ("stopped-or-reduced", "dose-reduced"),
    ]),
    column("fatal", "fatal", Kind::YesNo, "fatal"),
];

const FOLLOW_UP: &[Column] = &[
    column(
        "status",
        "vitalStatus",
        Kind::Concept(Scheme::Status),
        "last known status",
    ),
    column("months", "months", MONTHS, "follow-up or survival, months"),
    column(
        "counted_from",
        "countedFrom",
        Kind::Text,
        "time zero of the months",
    ),
];

impl FactSheet {
    /// Every sheet of facts, in the order in which a reader expects them.
    pub const ALL: [Self; 6] = [
        Self::Cases,
        Self::Fusions,
        Self::Alterations,
        Self::Treatments,
        Self::AdverseEvents,
        Self::FollowUp,
    ];

    /// The file name without its ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Fusions => "fusions",
            Self::Alterations => "alterations",
            Self::Treatments => "treatments",
            Self::AdverseEvents => "adverse_events",
            Self::FollowUp => "follow_up",
        }
    }

    /// The sheet of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.name() == name)
    }

    /// The columns of values, between `certainty` and `verbatim`.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Cases => CASES,
            Self::Fusions => FUSIONS,
            Self::Alterations => ALTERATIONS,
            Self::Treatments => TREATMENTS,
            Self::AdverseEvents => ADVERSE_EVENTS,
            Self::FollowUp => FOLLOW_UP,
        }
    }

    /// The index of a column by its heading.
    #[must_use]
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }

    /// The columns that say which event a row tells of: a report that gives another drug tells of
    /// another episode.
    #[must_use]
    pub fn identity(self) -> &'static [&'static str] {
        match self {
            Self::Cases | Self::FollowUp => &[],
            Self::Fusions => &["five_prime", "three_prime"],
            Self::Alterations => &["gene", "alteration"],
            Self::Treatments => &["agent"],
            Self::AdverseEvents => &["term"],
        }
    }

    /// Whether rows are numbered by `item`: a case has one follow-up but several treatments.
    #[must_use]
    pub fn numbered(self) -> bool {
        !matches!(self, Self::Cases | Self::FollowUp)
    }

    /// Whether a study may do without the file. The others must exist, if only with their headings.
    #[must_use]
    pub fn optional(self) -> bool {
        self == Self::Alterations
    }

    /// Every heading of the file, in order.
    pub fn headings(self) -> impl Iterator<Item = &'static str> {
        let item = self.numbered().then_some("item");
        std::iter::once("case")
            .chain(item)
            .chain(["source", "locator", "certainty"])
            .chain(self.columns().iter().map(|column| column.name))
            .chain(["verbatim", "note"])
    }
}
