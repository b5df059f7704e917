//! What the parts of a package share.

use std::borrow::Cow;

/// The relation to the figure.
pub(super) const PICTURE_ID: &str = "rFigure";

/// Text without the characters that XML cannot hold.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    if text.contains(forbidden) {
        text.replace(forbidden, "\u{FFFD}").into()
    } else {
        text.into()
    }
}
