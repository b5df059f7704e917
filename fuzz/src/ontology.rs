//! The vocabularies of the shipped study, read once, for targets that read what names their words.

use casegraph::ontology::Ontology;
use casegraph::project::Project;

thread_local! {
    static ONTOLOGY: Ontology = {
        let project = Project::find(None, None).expect("the shipped study");
        Ontology::read(project.vocabularies()).expect("the ontology")
    };
}

pub fn prepare() {
    with(|_| {});
}

pub fn with<T>(act: impl FnOnce(&Ontology) -> T) -> T {
    ONTOLOGY.with(act)
}
