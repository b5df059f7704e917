//! Terms as sortable keys, and the values of literals as bytes that need no parsing.

use oxrdf::vocab::xsd;
use oxrdf::{
    BaseDirection, BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, TermRef, Triple,
};
use oxsdatatypes::{
    Boolean, Date, DateTime, Decimal, Double, Float, GDay, GMonth, GMonthDay, GYear, GYearMonth,
    Integer, Time,
};
use spareval::ExpressionTerm;

use super::format::VALUE;

/// Kinds of terms, in the order of the dictionary: what can be a subject comes first, what may have a
/// value last.
pub(super) mod kind {
    pub const BLANK: u8 = b'0';
    pub const IRI: u8 = b'1';
    pub const STRING: u8 = b'2';
    pub const LANGUAGE: u8 = b'3';
    pub const DIRECTION: u8 = b'4';
    pub const TRIPLE: u8 = b'5';
    pub const TYPED: u8 = b'6';
}

/// How deep triple terms may stand in each other: as deep as brackets in a query. A key that goes deeper
/// is damaged.
const DEEPEST: usize = 2000;

/// A term as bytes: its kind, then its text; after the language or datatype stands a zero, and so does
/// one after the subject and after the predicate of a triple term.
pub(super) fn encode(term: TermRef<'_>, key: &mut Vec<u8>) {
    key.clear();
    push(term, key);
}

fn push(term: TermRef<'_>, key: &mut Vec<u8>) {
    match term {
        TermRef::BlankNode(node) => {
            key.push(kind::BLANK);
            key.extend(node.as_str().as_bytes());
        }
        TermRef::NamedNode(node) => {
            key.push(kind::IRI);
            key.extend(node.as_str().as_bytes());
        }
        TermRef::Literal(literal) => {
            if let Some(language) = literal.language() {
                let direction = literal.direction();
                key.push(direction.map_or(kind::LANGUAGE, |_| kind::DIRECTION));
                key.extend(language.as_bytes());
                key.extend(direction.map_or(&b""[..], |direction| separated(direction).as_bytes()));
                key.push(0);
            } else if literal.datatype() == xsd::STRING {
                key.push(kind::STRING);
            } else {
                key.push(kind::TYPED);
                key.extend(literal.datatype().as_str().as_bytes());
                key.push(0);
            }
            key.extend(literal.value().as_bytes());
        }
        TermRef::Triple(triple) => {
            key.push(kind::TRIPLE);
            push(triple.subject.as_ref().into(), key);
            key.push(0);
            key.extend(triple.predicate.as_str().as_bytes());
            key.push(0);
            push(triple.object.as_ref(), key);
        }
    }
}

/// A direction as it stands behind a language.
fn separated(direction: BaseDirection) -> &'static str {
    match direction {
        BaseDirection::Ltr => "--ltr",
        BaseDirection::Rtl => "--rtl",
    }
}

/// The term of a key; `None` if the bytes are none.
pub(super) fn decode(key: &[u8]) -> Option<Term> {
    let mut key = std::str::from_utf8(key).ok()?;
    // The triple terms around the term at hand, the outermost first.
    let mut around: Vec<(NamedOrBlankNode, NamedNode)> = Vec::new();
    while let Some(parts) = key.strip_prefix(char::from(kind::TRIPLE)) {
        let (subject, parts) = parts.split_once('\0')?;
        let (predicate, object) = parts.split_once('\0')?;
        let subject = match simple(subject)? {
            Term::NamedNode(node) => node.into(),
            Term::BlankNode(node) => node.into(),
            Term::Literal(_) | Term::Triple(_) => return None,
        };
        around.push((subject, NamedNode::new_unchecked(predicate)));
        if around.len() > DEEPEST {
            return None;
        }
        key = object;
    }
    let innermost = simple(key)?;
    let outwards = around.into_iter().rev();
    Some(outwards.fold(innermost, |object, (subject, predicate)| {
        Triple::new(subject, predicate, object).into()
    }))
}

/// The term of a key that is no triple term.
fn simple(key: &str) -> Option<Term> {
    let (kind, text) = key.split_at_checked(1)?;
    Some(match kind.as_bytes()[0] {
        kind::BLANK => BlankNode::new_unchecked(text).into(),
        kind::IRI => NamedNode::new_unchecked(text).into(),
        kind::STRING => Literal::new_simple_literal(text).into(),
        kind::LANGUAGE => {
            let (language, text) = text.split_once('\0')?;
            Literal::new_language_tagged_literal_unchecked(text, language).into()
        }
        kind::DIRECTION => {
            let (language, text) = text.split_once('\0')?;
            let mut known = [BaseDirection::Ltr, BaseDirection::Rtl].into_iter();
            let (language, direction) =
                known.find_map(|known| Some((language.strip_suffix(separated(known))?, known)))?;
            Literal::new_directional_language_tagged_literal_unchecked(text, language, direction)
                .into()
        }
        kind::TYPED => {
            let (datatype, text) = text.split_once('\0')?;
            Literal::new_typed_literal(text, NamedNode::new_unchecked(datatype)).into()
        }
        _ => return None,
    })
}

/// A term in the form that the store gives back: a number has one spelling, within triple terms too.
#[must_use]
pub fn canonical(term: Term) -> Term {
    match ExpressionTerm::from(term.clone()) {
        ExpressionTerm::OtherTypedLiteral { .. } => term,
        known => known.into(),
    }
}

/// The value of a literal as bytes, of kind 0 if it has none that fits.
pub(super) fn value_of(term: Term) -> [u8; VALUE] {
    let mut bytes = [0; VALUE];
    let mut set = |kind: u8, value: &[u8]| {
        bytes[0] = kind;
        bytes[2..2 + value.len()].copy_from_slice(value);
    };
    match ExpressionTerm::from(term) {
        ExpressionTerm::IntegerLiteral(v) => set(1, &v.to_be_bytes()),
        ExpressionTerm::DecimalLiteral(v) => set(2, &v.to_be_bytes()),
        ExpressionTerm::FloatLiteral(v) => set(3, &v.to_be_bytes()),
        ExpressionTerm::DoubleLiteral(v) => set(4, &v.to_be_bytes()),
        ExpressionTerm::BooleanLiteral(v) => set(5, &[u8::from(bool::from(v))]),
        ExpressionTerm::DateTimeLiteral(v) => set(6, &v.to_be_bytes()),
        ExpressionTerm::DateLiteral(v) => set(7, &v.to_be_bytes()),
        ExpressionTerm::TimeLiteral(v) => set(8, &v.to_be_bytes()),
        ExpressionTerm::GYearLiteral(v) => set(9, &v.to_be_bytes()),
        ExpressionTerm::GYearMonthLiteral(v) => set(10, &v.to_be_bytes()),
        ExpressionTerm::GMonthLiteral(v) => set(11, &v.to_be_bytes()),
        ExpressionTerm::GMonthDayLiteral(v) => set(12, &v.to_be_bytes()),
        ExpressionTerm::GDayLiteral(v) => set(13, &v.to_be_bytes()),
        _ => {}
    }
    bytes
}

/// The value that bytes stand for; `None` if the literal has to be read from its text.
pub(super) fn value(bytes: [u8; VALUE]) -> Option<ExpressionTerm> {
    fn first<const N: usize>(bytes: &[u8; VALUE]) -> [u8; N] {
        std::array::from_fn(|at| bytes[at + 2])
    }
    Some(match bytes[0] {
        1 => ExpressionTerm::IntegerLiteral(Integer::from_be_bytes(first(&bytes))),
        2 => ExpressionTerm::DecimalLiteral(Decimal::from_be_bytes(first(&bytes))),
        3 => ExpressionTerm::FloatLiteral(Float::from_be_bytes(first(&bytes))),
        4 => ExpressionTerm::DoubleLiteral(Double::from_be_bytes(first(&bytes))),
        5 => ExpressionTerm::BooleanLiteral(Boolean::from(bytes[2] == 1)),
        6 => ExpressionTerm::DateTimeLiteral(DateTime::from_be_bytes(first(&bytes))),
        7 => ExpressionTerm::DateLiteral(Date::from_be_bytes(first(&bytes))),
        8 => ExpressionTerm::TimeLiteral(Time::from_be_bytes(first(&bytes))),
        9 => ExpressionTerm::GYearLiteral(GYear::from_be_bytes(first(&bytes))),
        10 => ExpressionTerm::GYearMonthLiteral(GYearMonth::from_be_bytes(first(&bytes))),
        11 => ExpressionTerm::GMonthLiteral(GMonth::from_be_bytes(first(&bytes))),
        12 => ExpressionTerm::GMonthDayLiteral(GMonthDay::from_be_bytes(first(&bytes))),
        13 => ExpressionTerm::GDayLiteral(GDay::from_be_bytes(first(&bytes))),
        _ => return None,
    })
}
