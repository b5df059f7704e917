//! A bar a case, from growth to shrinkage.

use super::Drawn;
use crate::kinds::waterfall::Waterfall;
use casegraph_plot::{Drawing, Frame, waterfall};

/// The thresholds of RECIST 1.1 for the sum of diameters, in percent.
const RECIST: [f64; 2] = [20.0, -30.0];
/// Responses in the order of the legend.
const RESPONSES: [&str; 7] = [
    "CR",
    "PR",
    "SD",
    "PD",
    "responded",
    NO_RESPONSE,
    "no-response",
];
/// What stands for a response that is not known.
const NO_RESPONSE: &str = "response not reported";
/// One bar per case, in the colour of its response; nothing if no change is known.
pub(super) fn draw(frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    let found: &Waterfall = drawn.finding.get()?;
    // A response has the same colour in every figure.
    let mut groups: Vec<String> = RESPONSES.map(str::to_owned).to_vec();
    let mut bars = Vec::new();
    for case in &found.cases {
        let group = case.response.as_deref().unwrap_or(NO_RESPONSE);
        let known = groups.iter().position(|known| known == group);
        let group = known.unwrap_or_else(|| {
            groups.push(group.to_owned());
            groups.len() - 1
        });
        bars.push(waterfall::Bar {
            label: case.case.clone(),
            percent: case.percent,
            group,
        });
    }
    (!bars.is_empty()).then(|| {
        waterfall::draw(&waterfall::Figure {
            frame,
            axis_label: "Best change of tumor size".to_owned(),
            groups,
            bars,
            thresholds: RECIST.to_vec(),
        })
    })
}
