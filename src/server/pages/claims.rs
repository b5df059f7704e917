//! What reviews say against what the cases say.

use maud::html;

use super::Page;
use crate::report::{CLAIM_VERDICTS, claims_tables, table_html};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::response::Response;
use crate::study::{CLAIMS, checked_claims};

/// Answers `/claims`.
pub fn page(site: &Site) -> Result<Response, Problem> {
    let reading = site
        .catalogue
        .find(CLAIMS)
        .map_err(|_| Problem::not_found("this study has no analysis that reads claims"))?;
    let checked = checked_claims(&site.session, reading, &site.catalogue)?;
    let link = site.case_link()?;
    let page = Page {
        site,
        title: "Claims",
        part: "/claims",
        scripts: &[],
    };
    Ok(page.response(&html! {
        h1 { "Claims of reviews" }
        p { "Each pooled number that a review prints, against the other numbers of the review, and against the cases of this study." }
        p { (checked.summary()) }
        p { (CLAIM_VERDICTS) }
        @for table in claims_tables(&checked, true) { (table_html(&table, &link)) }
    }))
}
