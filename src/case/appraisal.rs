//! How well a report of cases was made, as a reader judged it: one row of `appraisals.csv`.

/// One reader's appraisal of one publication.
///
/// The eight questions in four domains are those of Murad MH, Sultan S, Haffar S, Bazerbachi F
/// (2018) Methodological quality and synthesis of case series and case reports. BMJ Evid Based Med
/// 23:60-63, <https://doi.org/10.1136/bmjebm-2017-110853>. No score is made of them: its authors
/// advise against one. A reader may give an overall judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraisal {
    /// Key of the publication.
    pub publication: String,
    /// Name of who read the source and answered.
    pub appraiser: String,
    /// When, as an ISO 8601 date; empty if not said.
    pub date: String,
    /// The questions that have an answer, with the answer.
    pub answers: Vec<(&'static Question, &'static str)>,
    /// Remarks of the appraiser.
    pub note: String,
}

/// One question that an appraisal answers.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// The heading in the sheet.
    pub name: &'static str,
    /// Domain of the question, such as `selection`.
    pub domain: &'static str,
    /// The question, as the instrument words it.
    pub asks: &'static str,
    /// The words of an answer.
    pub answers: &'static [&'static str],
}

const ANSWERS: &[&str] = &["yes", "no", "unclear", "not-applicable"];

const fn question(name: &'static str, domain: &'static str, asks: &'static str) -> Question {
    Question {
        name,
        domain,
        asks,
        answers: ANSWERS,
    }
}

impl Appraisal {
    /// Every question, in the order of the sheet.
    pub const QUESTIONS: [Question; 9] = [
        question(
            "selection",
            "selection",
            "are these all the patients of the center, and is it said how they were chosen",
        ),
        question(
            "exposure",
            "ascertainment",
            "was the exposure established well enough",
        ),
        question(
            "outcome",
            "ascertainment",
            "was the outcome established well enough",
        ),
        question(
            "alternative_causes",
            "causality",
            "were other causes of the outcome ruled out",
        ),
        question(
            "rechallenge",
            "causality",
            "was the drug stopped and given again",
        ),
        question(
            "dose_response",
            "causality",
            "did the effect follow the dose",
        ),
        question(
            "follow_up",
            "causality",
            "was follow-up long enough for the outcome to come",
        ),
        question(
            "reporting",
            "reporting",
            "is enough told for others to learn from it or repeat it",
        ),
        Question {
            name: "overall",
            domain: "overall",
            asks: "the reader's judgement of the whole",
            answers: &["high", "moderate", "low"],
        },
    ];
}
