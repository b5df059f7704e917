//! How a figure is to look: the same choices on a command line and in an address.

use clap::{Args, Command, FromArgMatches, ValueEnum};

use super::plot::{Look, LookError, Palette};

/// Choices in how a figure looks.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub struct FigureOptions {
    /// Width of a figure, such as 180mm, 8.5cm, 3.5in or 255pt [default: 7.5in]
    #[arg(long, value_name = "LENGTH", value_parser = length, help_heading = HEADING)]
    pub width: Option<f64>,
    /// Height of a figure; where it has more rows than fit, the least height is said [default: as it needs]
    #[arg(long, value_name = "LENGTH", value_parser = length, help_heading = HEADING)]
    pub height: Option<f64>,
    /// Size of the letters of a figure in points [default: 10.5, or what a narrow figure has room for]
    #[arg(long, value_name = "POINTS", value_parser = points, help_heading = HEADING)]
    pub font_size: Option<f64>,
    /// Colours of a figure
    #[arg(long, value_name = "NAME", value_enum, default_value_t, help_heading = HEADING)]
    pub palette: PaletteName,
    /// Title drawn in a figure; an empty one leaves it out
    #[arg(long, value_name = "TEXT", help_heading = HEADING)]
    pub title: Option<String>,
    /// Leave the numbers at risk below survival curves out
    #[arg(long, help_heading = HEADING)]
    pub no_risk_table: bool,
}

const HEADING: &str = "Figures";

/// The colours of a figure, by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum PaletteName {
    /// Told apart by people with any kind of colour vision
    #[default]
    Colour,
    /// Shades of grey, for print
    Grey,
}

/// A length in user units of 1/96 inch.
fn length(text: &str) -> Result<f64, String> {
    let units = [
        ("mm", 96.0 / 25.4),
        ("cm", 96.0 / 2.54),
        ("in", 96.0),
        ("pt", 96.0 / 72.0),
        ("px", 1.0),
    ];
    let text = text.trim();
    let found = units.into_iter().find_map(|(unit, size)| {
        let number = text.strip_suffix(unit)?.trim_end();
        Some(number.parse::<f64>().ok()? * size)
    });
    match found {
        // From 1 to 80 inches.
        Some(length) if (96.0..=7_680.0).contains(&length) => Ok(length),
        Some(_) => Err("from 1in (25.4mm) to 80in".to_owned()),
        None => Err("a number with mm, cm, in, pt or px, such as 180mm".to_owned()),
    }
}

fn points(text: &str) -> Result<f64, String> {
    let points = text.trim().trim_end_matches("pt").parse::<f64>().ok();
    let sound = points.filter(|points| (4.0..=48.0).contains(points));
    sound.ok_or_else(|| "a number of points from 4 to 48".to_owned())
}

impl FigureOptions {
    /// The flag that leaves the numbers at risk out.
    pub const NO_RISK_TABLE: &str = "no-risk-table";

    /// The names of the choices, as they stand in an address.
    pub const NAMES: [&str; 6] = [
        "width",
        "height",
        "font-size",
        "palette",
        "title",
        Self::NO_RISK_TABLE,
    ];

    /// The choices that names and values make.
    ///
    /// # Errors
    /// The name that is wrong, and what it takes.
    pub fn of(pairs: &[(String, String)]) -> Result<Self, (String, String)> {
        let grammar = Self::augment_args(Command::new("figure").no_binary_name(true));
        let mut found = Self::default();
        for (name, value) in pairs {
            let argument = match (name.as_str(), value.as_str()) {
                (Self::NO_RISK_TABLE, "false") => continue,
                (Self::NO_RISK_TABLE, "true") => format!("--{name}"),
                _ => format!("--{name}={value}"),
            };
            let wrong = || (name.clone(), Self::takes(name));
            let mut matches = grammar
                .clone()
                .try_get_matches_from([argument])
                .map_err(|_| wrong())?;
            // Only what this name sets.
            let one = Self::from_arg_matches_mut(&mut matches).map_err(|_| wrong())?;
            found = found.or(one);
        }
        Ok(found)
    }

    /// Each choice: its name, what it is, and whether it is but made or not.
    #[must_use]
    pub fn described() -> Vec<(String, String, bool)> {
        let grammar = Self::augment_args(Command::new("figure"));
        let described = grammar.get_arguments().filter_map(|argument| {
            Some((
                argument.get_long()?.to_owned(),
                argument.get_help()?.to_string(),
                !argument.get_action().takes_values(),
            ))
        });
        described.collect()
    }

    /// What a choice takes, in words.
    fn takes(name: &str) -> String {
        let takes = match name {
            "width" | "height" => "a length from 1in to 80in with mm, cm, in, pt or px",
            "font-size" => "a number of points from 4 to 48",
            "palette" => "colour or grey",
            Self::NO_RISK_TABLE => "true or false",
            _ => "a text",
        };
        takes.to_owned()
    }

    /// These choices, and those of another where it makes one.
    fn or(self, other: Self) -> Self {
        Self {
            width: other.width.or(self.width),
            height: other.height.or(self.height),
            font_size: other.font_size.or(self.font_size),
            palette: match other.palette {
                PaletteName::Colour => self.palette,
                PaletteName::Grey => PaletteName::Grey,
            },
            title: other.title.or(self.title),
            no_risk_table: other.no_risk_table || self.no_risk_table,
        }
    }

    /// Whether anything is chosen.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        *self != Self::default()
    }

    /// The look of a figure, whose height comes after.
    ///
    /// # Errors
    /// The letters are too large for the width.
    pub(super) fn look(&self) -> Result<Look, LookError> {
        Ok(Look {
            palette: match self.palette {
                PaletteName::Colour => Palette::Colour,
                PaletteName::Grey => Palette::Grey,
            },
            title: self.title.clone(),
            risk_table: !self.no_risk_table,
            ..Look::sized(self.width, self.font_size)?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<FigureOptions, (String, String)> {
        let owned = pairs.iter();
        let owned: Vec<_> = owned
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        FigureOptions::of(&owned)
    }

    #[test]
    fn an_address_makes_the_same_choices_as_a_command_line() {
        let chosen = of(&[
            ("width", "25.4mm"),
            ("font-size", "8"),
            ("palette", "grey"),
            ("title", "--x"),
            ("no-risk-table", "true"),
        ]);
        let expected = FigureOptions {
            width: Some(96.0),
            font_size: Some(8.0),
            palette: PaletteName::Grey,
            title: Some("--x".to_owned()),
            no_risk_table: true,
            ..FigureOptions::default()
        };
        assert_eq!(chosen, Ok(expected));
        assert!(of(&[("no-risk-table", "false")]).is_ok_and(|none| !none.is_chosen()));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_it_takes() {
        for (name, value) in [
            ("width", "180"),
            ("width", "1e9mm"),
            ("width", "-3in"),
            ("height", "NaNmm"),
            ("font-size", "200"),
            ("palette", "rainbow"),
            ("no-risk-table", "maybe"),
            ("no-risk-table", ""),
        ] {
            let (named, takes) = of(&[(name, value)]).expect_err(value);
            assert!(named == name && !takes.is_empty(), "{named}: {takes}");
        }
    }

    #[test]
    fn every_choice_has_its_name() {
        let described = FigureOptions::described();
        let names: Vec<&str> = described.iter().map(|(name, _, _)| name.as_str()).collect();
        assert_eq!(names, FigureOptions::NAMES);
    }
}
