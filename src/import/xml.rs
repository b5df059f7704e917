//! What both kinds of workbook need of XML.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart};

use super::trouble::Trouble;

/// The value of an attribute.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Trouble> {
    let found = element.try_get_attribute(name).map_err(Trouble::damaged)?;
    let value = found.map(|found| {
        let value = found.normalized_value(XmlVersion::Implicit1_0);
        value.map(std::borrow::Cow::into_owned)
    });
    value.transpose().map_err(Trouble::damaged)
}

/// Whether an attribute says yes.
pub(super) fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true"))
}

/// The characters that a reference stands for. No workbook declares its own.
pub(super) fn referred(reference: &BytesRef<'_>) -> Result<String, Trouble> {
    if let Some(character) = reference.resolve_char_ref().map_err(Trouble::damaged)? {
        return Ok(character.to_string());
    }
    let known = quick_xml::escape::resolve_predefined_entity(reference);
    let unknown = || Trouble::Damaged(format!("it refers to {:?}", reference.as_ref()));
    known.map(str::to_owned).ok_or_else(unknown)
}
