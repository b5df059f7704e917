//! Asks the rules of `queries/checks`.

use anyhow::Result;

use crate::cli::next_step;
use crate::cli::printer::Printer;
use crate::cli::session::Session;
use crate::document::{Cell, Role, Table};
use crate::query::{self, Check as Rule, Checks, Level};

/// The rules of the graph and how often each is violated.
pub(in crate::cli) struct Rules {
    /// A row a rule, also those that found nothing.
    pub table: Table,
    /// Whether one of level ERROR is.
    pub violated: bool,
}

/// Asks every rule, and gives what each found that found something.
pub(in crate::cli) fn checked_rules(
    session: &Session,
    printer: Printer,
    mut tell: impl FnMut(&Rule, &query::Table),
) -> Result<Rules> {
    let folder = session.project.queries();
    let (mut rules, mut broken) = (Vec::new(), Vec::new());
    for name in folder.names(".rq")? {
        if !name.starts_with("checks/") {
            continue;
        }
        match folder.text(&name) {
            Ok(text) => rules.extend(text.map(|text| (folder.display(&name), text))),
            Err(error) => broken.push(next_step::line(&error)),
        }
    }
    let profile = folder.text("checks/profile.tsv")?.unwrap_or_default();
    let (checks, errors) = Checks::read(rules, &profile, &session.prefixes);
    broken.extend(errors.iter().map(|error| next_step::line(error)));
    for error in &broken {
        printer.always(&format!("error: {error}"));
    }
    let mut table = Table::new(
        "Rules of the graph",
        &[
            ("level", Role::Text),
            ("rule", Role::Text),
            ("violations", Role::Count),
            ("problem", Role::Text),
        ],
    );
    // A rule that is not asked may be violated.
    let mut violated = !broken.is_empty();
    for check in checks.iter() {
        for unknown in check.unknown_names(&session.graph, &session.prefixes)? {
            let file = folder.display(&format!("checks/{}.rq", check.slug));
            printer.always(&format!(
                "error: {file}: {unknown}: the rule can find nothing"
            ));
            violated = true;
        }
        let found = check.run(&session.graph)?;
        violated |= check.level == Level::Error && !found.is_empty();
        let level = check.level.word();
        table.push([
            level.into(),
            check.slug.as_str().into(),
            Cell::count(found.rows()),
            check.problem.as_str().into(),
        ]);
        if !found.is_empty() {
            tell(check, &found);
        }
    }
    Ok(Rules { table, violated })
}
