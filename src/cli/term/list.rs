use anyhow::{Result, ensure};
use clap::Args;

use crate::cli::Exit;
use crate::cli::check::object;
use crate::cli::session::Place;
use crate::cli::shown::Shown;
use crate::document::{Cell, Plain, Role, Table};
use crate::ontology::{Ontology, nearest};

/// List the vocabularies, or every word of one
#[derive(Debug, Args)]
pub(super) struct ListTerms {
    /// A vocabulary, such as histology; without one, which there are
    #[arg(value_name = "VOCABULARY")]
    vocabulary: Option<String>,
    /// Only terms at or under this one
    #[arg(long, value_name = "TERM", requires = "vocabulary")]
    under: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

impl ListTerms {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let project = place.find()?;
        let ontology = Ontology::read(project.vocabularies())?;
        let table = match &self.vocabulary {
            Some(scheme) => terms(&ontology, scheme, self.under.as_deref())?,
            None => schemes(&ontology),
        };
        let json = table.rows.iter().map(|row| object(&table, row)).collect();
        let title = self.vocabulary.as_deref().unwrap_or("Vocabularies");
        let document = Plain::of_table(title, table.clone(), json);
        self.shown.show(&document, place.printer())?;
        Ok(Exit::Done)
    }
}

fn schemes(ontology: &Ontology) -> Table {
    let columns = [("vocabulary", Role::Text), ("terms", Role::Count)];
    let mut table = Table::new("Vocabularies", &columns);
    for scheme in ontology.schemes() {
        let terms = ontology.vocabulary(scheme).concepts().count();
        table.push([scheme.into(), Cell::count(terms)]);
    }
    table
}

fn terms(ontology: &Ontology, scheme: &str, under: Option<&str>) -> Result<Table> {
    let known: Vec<&str> = ontology.schemes().collect();
    ensure!(
        known.contains(&scheme),
        "{scheme:?} is no vocabulary: there are {}{}",
        known.join(", "),
        near(&nearest(scheme, known.iter().copied()))
    );
    let vocabulary = ontology.vocabulary(scheme);
    let top = match under {
        Some(word) => {
            let slug = vocabulary.slug(word);
            let nearest = || near(&vocabulary.nearest(word));
            ensure!(slug.is_some(), "{word:?} is no {scheme}{}", nearest());
            slug
        }
        None => None,
    };
    let columns = [
        ("term", Role::Text),
        ("code", Role::Text),
        ("other words", Role::Text),
        ("under", Role::Text),
        ("name", Role::Text),
    ];
    let mut table = Table::new(scheme, &columns);
    for (slug, concept) in vocabulary.concepts() {
        if top.is_some_and(|top| !vocabulary.covers(top, slug)) {
            continue;
        }
        let code = concept.notation.as_deref().unwrap_or_default();
        let named = [concept.label.as_str(), code, slug];
        let others = vocabulary
            .words_for(slug)
            .filter(|word| !named.iter().any(|name| name.eq_ignore_ascii_case(word)));
        let others: Vec<&str> = others.collect();
        let label = |slug: &String| {
            let concept = vocabulary.concept(slug);
            concept.map_or_else(|| slug.clone(), |concept| concept.display().to_owned())
        };
        let above: Vec<String> = concept.broader.iter().map(label).collect();
        table.push([
            concept.label.clone(),
            code.to_owned(),
            others.join("; "),
            above.join("; "),
            format!("{scheme}:{slug}"),
        ]);
    }
    Ok(table)
}

fn near(words: &[&str]) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!("; nearest: {}", words.join(", "))
    }
}
