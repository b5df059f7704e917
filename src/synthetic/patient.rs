//! An invented patient before the first dose.

use super::draw::Draw;
use super::scenario::Scenario;

/// Who the patient is and what the tumour; indices point into the scenario's lists.
#[derive(Debug, Clone)]
pub(super) struct Patient {
    pub age: i32,
    pub female: bool,
    pub histology: usize,
    pub site: usize,
    pub stage: &'static str,
    pub metastases: Vec<usize>,
    pub partner: usize,
    /// Whether the partner was identified; it has its effect all the same.
    pub identified: bool,
    pub second_partner: Option<usize>,
    /// Exons of the partner and of the gene.
    pub breakpoint: (i32, i32),
    pub method: usize,
    pub multifocal: bool,
    /// A gene altered beside the fusion.
    pub altered: Option<usize>,
}

impl Patient {
    pub fn draw(scenario: &Scenario, draw: &mut Draw) -> Self {
        let lists = &scenario.words_for;
        let age = if draw.chance(0.3) {
            draw.between(1, 17)
        } else {
            draw.between(18, 80)
        };
        let metastatic = draw.chance(0.6);
        let stage = match (metastatic, draw.unit()) {
            (true, _) => "metastatic",
            (false, u) if u < 0.5 => "localized",
            (false, u) if u < 0.8 => "recurrent",
            (false, _) => "locally-advanced",
        };
        let number = if metastatic { 1 + draw.index(2) } else { 0 };
        let mut metastases: Vec<usize> = (0..lists.metastases.len()).collect();
        draw.shuffle(&mut metastases);
        metastases.truncate(number);
        let partner = draw.weighted(scenario.partners.iter().map(|partner| partner.share));
        let second = draw.chance(scenario.second_partner);
        let other = draw.index(scenario.partners.len() - 1);
        let identified = !draw.chance(scenario.unknown_partner);
        Self {
            age,
            female: draw.chance(0.5),
            histology: draw.weighted(scenario.histologies.iter().map(|h| h.share)),
            // The first of a list are the more frequent.
            site: draw.weighted((1..=lists.sites.len()).map(|rank| 1.0 / rank as f64)),
            stage,
            metastases,
            partner,
            identified,
            second_partner: (second && identified).then_some(if other < partner {
                other
            } else {
                other + 1
            }),
            breakpoint: (draw.between(2, 30), draw.between(18, 20)),
            method: draw.index(lists.methods.len()),
            multifocal: draw.chance(0.15),
            altered: draw.chance(0.15).then(|| draw.index(lists.genes.len())),
        }
    }

    /// Takes over what makes two patients look alike; the course of disease stays its own.
    pub fn resemble(&mut self, other: &Self, draw: &mut Draw) {
        self.age = (other.age + draw.between(-2, 2)).max(0);
        self.female = other.female;
        self.histology = other.histology;
        self.partner = other.partner;
        self.identified = other.identified;
        self.second_partner = other.second_partner;
        if draw.chance(0.7) {
            self.site = other.site;
        }
    }
}
