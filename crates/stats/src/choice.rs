//! Choices an analyst makes by a word: the same word in a header, on the command line and in a result.

use thiserror::Error;

/// A word that is none of the choices.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{value:?} is not one of {}", choices.join(", "))]
pub struct UnknownChoice {
    /// Word that was given.
    pub value: String,
    /// All words that are known.
    pub choices: Vec<&'static str>,
}

/// Whether two words are one but for capitals, and spaces in the place of hyphens.
#[must_use]
pub fn is_same_word(name: &str, word: &str) -> bool {
    let letters = |text: &str| text.replace(' ', "-").to_lowercase();
    letters(name) == letters(word)
}

/// Declares an enumeration of choices with the word for each, by which it is printed, read and serialised.
///
/// ```
/// casegraph_stats::choices! {
///     /// Which side of a limb.
///     pub enum Side {
///         /// Left.
///         Left = "left",
///         /// Right.
///         Right = "right",
///     }
/// }
/// assert_eq!("Left".parse(), Ok(Side::Left));
/// assert_eq!(Side::Right.to_string(), "right");
/// let error = "middle".parse::<Side>().unwrap_err();
/// assert_eq!(error.to_string(), "\"middle\" is not one of left, right");
/// ```
#[macro_export]
macro_rules! choices {
    ($(#[$about:meta])* pub enum $name:ident {
        $($(#[$meaning:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// Every choice, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::choice::UnknownChoice;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                let same = |name: &str| $crate::choice::is_same_word(name, word);
                Self::ALL
                    .iter()
                    .copied()
                    .find(|choice| same(choice.name()))
                    .ok_or_else(|| $crate::choice::UnknownChoice {
                        value: word.to_owned(),
                        choices: Self::ALL.iter().map(|choice| choice.name()).collect(),
                    })
            }
        }

        impl $crate::choice::serde::Serialize for $name {
            fn serialize<S: $crate::choice::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> $crate::choice::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::choice::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as $crate::choice::serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err($crate::choice::serde::de::Error::custom)
            }
        }
    };
}

pub use crate::choices;
/// For what [`choices!`] writes in other crates.
#[doc(hidden)]
pub use serde;

#[cfg(test)]
mod tests {

    choices! {
        /// For the test.
        #[derive(Default)]
        pub enum Colour {
            /// Like blood.
            #[default]
            Red = "red",
            /// Like nothing.
            InfraRed = "infra-red",
        }
    }

    #[test]
    fn words_go_both_ways() {
        for colour in Colour::ALL {
            assert_eq!(colour.to_string().parse(), Ok(*colour));
        }
        assert_eq!("Infra Red".parse(), Ok(Colour::InfraRed));
        assert_eq!(Colour::default(), Colour::Red);
        let error = "green".parse::<Colour>().expect_err("no colour");
        assert_eq!(error.to_string(), "\"green\" is not one of red, infra-red");
    }
}
