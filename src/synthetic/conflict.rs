//! Second reports that disagree with the first in one value. The first report is the true one.

use super::account::Account;
use super::course::Response;
use super::draw::{Draw, Tenths, months};
use super::truth::PlantedConflict;
use super::words::Words;

/// Changes one value of a second account; `None` if it has none that could be changed.
pub(super) fn disagree(
    account: &mut Account,
    case: &str,
    words: &Words,
    draw: &mut Draw,
) -> Option<PlantedConflict> {
    let columns = [
        "age_years",
        "histology",
        "sex",
        "best_response",
        "pfs_months",
        "status",
    ];
    let column = columns[draw.index(columns.len())];
    let first = account
        .course
        .first_dose()
        .map(|(index, episode)| (index, episode.clone()));
    let (sheet, item, truth, told) = match column {
        "age_years" if account.says("age") => {
            let (age, by) = (account.patient.age, draw.between(4, 9));
            account.patient.age = if age > 40 { age - by } else { age + by };
            ("cases", 1, age.to_string(), account.patient.age.to_string())
        }
        "sex" if account.says("sex") => {
            let name = |female| if female { "female" } else { "male" }.to_owned();
            account.patient.female = !account.patient.female;
            let female = account.patient.female;
            ("cases", 1, name(!female), name(female))
        }
        "histology" => {
            let truth = account.histology.clone();
            let own = &words.histologies[account.patient.histology];
            let others = words.histologies.iter();
            let others: Vec<_> = others.filter(|other| other.contradicts(own)).collect();
            let other = others.get(draw.index(others.len().max(1)))?;
            account.histology.clone_from(&other.label);
            ("cases", 1, truth, account.histology.clone())
        }
        "best_response" if account.says("response") && !account.in_words => {
            let (index, episode) = first?;
            let response = episode.response?;
            let told = if response.objective() {
                Response::Progressive
            } else {
                Response::Partial
            };
            account.course.episodes[index].response = Some(told);
            let code = |response: Response| words.code(response.code()).to_owned();
            ("treatments", index + 1, code(response), code(told))
        }
        "pfs_months" if account.says("pfs") => {
            let (index, episode) = first?;
            // Shorter, so that it still fits into the follow-up; and only where it ended, for a
            // censored time that is shorter is no contradiction.
            let ended = |free: &Tenths| *free >= 10 && episode.progressed;
            let free = episode.free.filter(ended)?;
            account.course.episodes[index].free = Some(free / 2);
            ("treatments", index + 1, months(free), months(free / 2))
        }
        // Of one time: a patient can be alive in one report and dead in another, later one.
        "status"
            if account.says("status")
                && account.says("months")
                && account.course.status != "dead-toxicity" =>
        {
            let truth = account.course.status;
            account.course.status = if account.course.dead() {
                "alive-disease"
            } else {
                "dead-disease"
            };
            let code = |status| words.code(status).to_owned();
            ("follow_up", 1, code(truth), code(account.course.status))
        }
        _ => return None,
    };
    Some(PlantedConflict {
        case: case.to_owned(),
        sheet,
        item,
        column,
        truth,
        told,
        outcome: "",
    })
}
