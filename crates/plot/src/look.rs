//! How large a figure is, and how it looks.

use thiserror::Error;

use super::palette::Palette;
use super::sizes::{TEXT, WIDTH};

/// User units in a point: 96 are an inch, and so are 72 points.
const POINT: f64 = 96.0 / 72.0;
/// The least width, in user units, in which words and numbers have room beside each other.
pub const LEAST: f64 = 480.0;

/// How large a figure is, and how it looks. A figure is laid out in user units, in which text is [`TEXT`] high, and then
/// made larger or smaller as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Width of the layout in user units.
    pub width: f64,
    /// What is added to the height of the plot, in user units, where a figure has one whose height is free.
    pub stretch: f64,
    /// How much larger than a user unit of 1/96 inch a unit is drawn.
    pub scale: f64,
    /// The colours.
    pub palette: Palette,
    /// Whether survival curves have the table of numbers at risk below.
    pub risk_table: bool,
    /// The title, if it is not that of the frame; an empty one is not drawn.
    pub title: Option<String>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: WIDTH,
            stretch: 0.0,
            scale: 1.0,
            palette: Palette::default(),
            risk_table: true,
            title: None,
        }
    }
}

/// That a figure cannot be as it is asked for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum LookError {
    /// Text so large has no room in this width.
    #[error(
        "letters of {asked:.1} points are too large for this width: at most {most:.1} points have room"
    )]
    Letters {
        /// The size asked for, in points.
        asked: f64,
        /// The largest that has room, in points.
        most: f64,
    },
    /// So low it cannot be.
    #[error(
        "the figure cannot be so low: in this width and with these letters it needs {least:.0} mm"
    )]
    Low {
        /// The least height, in millimetres.
        least: f64,
    },
}

impl Look {
    /// The look of a figure of this width, in user units of 1/96 inch, with text of this size, in points. Without a size,
    /// text is as large as it usually is, and smaller where the width has no room for it.
    ///
    /// # Errors
    /// The text is too large for the width.
    pub fn sized(width: Option<f64>, points: Option<f64>) -> Result<Self, LookError> {
        let wide = width.unwrap_or(WIDTH);
        let most = wide / LEAST;
        let scale = match points {
            None => most.min(1.0),
            Some(points) => points * POINT / TEXT,
        };
        if scale > most * 1.0001 {
            return Err(LookError::Letters {
                asked: scale * TEXT / POINT,
                most: most * TEXT / POINT,
            });
        }
        Ok(Self {
            width: wide / scale,
            scale,
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_a_journal_has_smaller_letters_and_the_width_asked_for() {
        assert_eq!(Look::sized(None, None), Ok(Look::default()));
        // 85 mm.
        let column = Look::sized(Some(321.26), None).expect("a look");
        assert!((column.width - LEAST).abs() < 1e-9);
        assert!((column.width * column.scale - 321.26).abs() < 1e-9);
        let wide = Look::sized(Some(960.0), Some(8.0)).expect("a look");
        assert!((wide.width * wide.scale - 960.0).abs() < 1e-9 && wide.width > 1200.0);
        let large = Look::sized(Some(321.26), Some(12.0));
        assert!(
            matches!(large, Err(LookError::Letters { most, .. }) if (most - 7.03).abs() < 0.01)
        );
    }
}
