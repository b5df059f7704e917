//! The settings of each kind, described for documents.

use clap::builder::PossibleValue;
use clap::{Arg, Command};

/// A kind of statistic with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The word after `kind:`.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: String,
    /// What its rows are, or what it computes.
    pub more: String,
    /// What stands beside `kind:` in a header.
    pub keys: Vec<Key>,
    /// What may stand in its `options:`.
    pub options: Vec<Key>,
}

/// A setting of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name in a header.
    pub name: String,
    /// Meaning of the option, as `--help` prints it.
    pub help: String,
    /// The column, where the header names none.
    pub default: Option<&'static str>,
    /// The words that it may be, where there are only so many.
    pub values: Vec<String>,
}

/// Describes a kind by the arguments of its settings and of its choices.
pub(super) fn described(
    name: &'static str,
    settings: &Command,
    choices: Option<&Command>,
    defaults: &'static [(&'static str, &'static str)],
) -> Described {
    let is_choice = |arg: &Arg| {
        choices.is_some_and(|choices| {
            choices
                .get_arguments()
                .any(|own| own.get_id() == arg.get_id())
        })
    };
    let key = |arg: &Arg| {
        let name = arg.get_id().as_str();
        // Its field is called otherwise, since `match` is a word of the language.
        let name = if name == "package" { "match" } else { name };
        let default = defaults.iter().find(|(key, _)| *key == name);
        let values = arg.get_possible_values();
        Key {
            name: name.to_owned(),
            help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
            default: default.map(|(_, column)| *column),
            // That a switch is `true` or `false` need not be listed.
            values: if arg.get_action().takes_values() {
                values
                    .iter()
                    .map(PossibleValue::get_name)
                    .map(str::to_owned)
                    .collect()
            } else {
                Vec::new()
            },
        }
    };
    let (options, keys): (Vec<&Arg>, Vec<&Arg>) =
        settings.get_arguments().partition(|arg| is_choice(arg));
    Described {
        name,
        more: more(settings),
        about: settings
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default(),
        keys: keys.into_iter().map(key).collect(),
        options: options.into_iter().map(key).collect(),
    }
}

/// What is said of a command after its first line, without the breaks between lines.
fn more(settings: &Command) -> String {
    let long = settings
        .get_long_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let rest = long.split_once("\n\n").map_or("", |(_, rest)| rest);
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}
