//! Looks through XML before a parser sees it, and stops what would cost the parser time or memory out of proportion:
//! entities, elements with very many attributes or namespaces, endless texts and elements nested without end.
//!
//! The parser compares each attribute of an element with all others of it, and looks each name up in all namespaces that
//! are declared around it, so that a file of some megabytes can take hours. What begins where and ends where is told
//! here just as the parser tells it: otherwise something could hide from one of the two.

use std::io::{self, Read};

use thiserror::Error;

/// The longest text, attribute, comment or declaration, bytes: that of Turtle and JSON-LD too.
const LONGEST: u64 = 16 << 20;
/// The most attributes of an element.
const ATTRIBUTES: usize = 256;
/// The most namespaces that are declared on an element and those around it.
const NAMESPACES: usize = 1024;
/// How deep elements may lie in each other.
const DEEPEST: usize = 1024;
/// The longest value of `parseType` that is kept.
const PARSE_TYPE: usize = 16;

/// Why XML is not given to the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct Refused {
    /// The line, from 1.
    pub line: u64,
    /// What is there, and the next step.
    pub what: What,
}

/// What no parser is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum What {
    /// A declared entity.
    #[error(
        "an entity is declared, and entities are not taken: write the file without them (`xmllint --noent`)"
    )]
    Entity,
    /// Too long a piece.
    #[error("a text, tag or comment has more than 16 MB: split it")]
    Long,
    /// An element with more attributes than are taken.
    #[error("an element has more than {ATTRIBUTES} attributes: write them as elements in it")]
    Attributes,
    /// More namespaces at once than are taken.
    #[error("more than {NAMESPACES} namespaces are declared around an element: declare each once")]
    Namespaces,
    /// Elements in elements, deeper than is taken.
    #[error("elements lie more than {DEEPEST} deep in each other: write them one beside the other")]
    Deep,
    /// A piece that no XML has.
    #[error("`<!` begins neither a comment nor CDATA nor DOCTYPE: this is no XML")]
    NoXml,
}

/// Where in the file the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Text,
    /// After `<`.
    Open,
    /// After `<!`.
    Bang,
    Comment,
    Data,
    /// In a declaration of the document's type, and how many `<` are open in it.
    Doctype(u64),
    Instruction,
    /// In a tag, and in which quotation marks.
    Tag(Option<u8>),
}

/// Reads XML and fails at what must not reach a parser.
pub struct Guard<R> {
    inner: R,
    scanner: Scanner,
}

impl<R: Read> Guard<R> {
    /// Guards a parser that reads this.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            scanner: Scanner::default(),
        }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.scanner.see(&buffer[..read]) {
            Ok(()) => Ok(read),
            Err(refused) => Err(io::Error::other(refused)),
        }
    }
}

struct Scanner {
    at: At,
    line: u64,
    /// Bytes of the text, since the last tag.
    text: u64,
    /// Bytes of what is neither text nor passed on yet: a tag, a comment and so on.
    piece: u64,
    /// The last bytes of it.
    last: [u8; 9],
    attributes: usize,
    namespaces: usize,
    /// Whether the tag ends an element.
    end: bool,
    /// Whether the next value is that of `parseType`.
    parse_type: bool,
    /// That value, in its quotation marks.
    value: Option<Vec<u8>>,
    /// Whether what is in the element is one text to RDF.
    is_literal: bool,
    /// How many namespaces each open element declares.
    open: Vec<usize>,
    /// Those of all together.
    declared: usize,
    /// At which depth the element stands that is one text.
    literal: Option<usize>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            at: At::Text,
            line: 1,
            text: 0,
            piece: 0,
            last: [0; 9],
            attributes: 0,
            namespaces: 0,
            end: false,
            parse_type: false,
            value: None,
            is_literal: false,
            open: Vec::new(),
            declared: 0,
            literal: None,
        }
    }
}

impl Scanner {
    fn see(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        for byte in bytes {
            self.byte(*byte).map_err(|what| Refused {
                line: self.line,
                what,
            })?;
            self.line += u64::from(*byte == b'\n');
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> Result<(), What> {
        if self.at == At::Text && byte != b'<' {
            self.text += 1;
            return long(self.text);
        }
        if self.literal.is_some() {
            self.text += 1;
            long(self.text)?;
        }
        self.piece += 1;
        long(self.piece)?;
        self.last.rotate_left(1);
        self.last[8] = byte;
        match self.at {
            At::Text => {
                (self.at, self.piece, self.last) = (At::Open, 0, [0; 9]);
                (self.attributes, self.namespaces) = (0, 0);
                (self.parse_type, self.value) = (false, None);
                (self.is_literal, self.end) = (false, false);
            }
            At::Open => {
                self.at = match byte {
                    b'!' => At::Bang,
                    b'?' => At::Instruction,
                    _ => At::Tag(None),
                };
                self.end = byte == b'/';
                if self.at == At::Tag(None) {
                    return self.tag(byte, None);
                }
            }
            At::Bang => {
                self.at = match byte {
                    b'-' => At::Comment,
                    b'[' => At::Data,
                    b'D' | b'd' => At::Doctype(0),
                    _ => return Err(What::NoXml),
                }
            }
            // Both marks of the beginning and both of the end: `<!-->` is none.
            At::Comment if byte == b'>' && self.piece > 5 && self.ends(b"-->") => self.leave(),
            At::Data => {
                self.text += u64::from(self.literal.is_none());
                long(self.text)?;
                if byte == b'>' && self.ends(b"]]>") {
                    self.leave();
                }
            }
            At::Doctype(open) => match byte {
                b'<' => self.at = At::Doctype(open + 1),
                b'>' if open == 0 => self.leave(),
                b'>' => self.at = At::Doctype(open - 1),
                b'Y' | b'y' if self.last[1..].eq_ignore_ascii_case(b"<!ENTITY") => {
                    return Err(What::Entity);
                }
                _ => {}
            },
            At::Instruction if byte == b'>' && self.ends(b"?>") => self.leave(),
            At::Comment | At::Instruction => {}
            At::Tag(quote) => return self.tag(byte, quote),
        }
        Ok(())
    }

    fn ends(&self, with: &[u8]) -> bool {
        self.last.ends_with(with)
    }

    fn leave(&mut self) {
        self.at = At::Text;
    }

    fn tag(&mut self, byte: u8, quote: Option<u8>) -> Result<(), What> {
        match (byte, quote) {
            (b'>', None) => return self.tag_ends(),
            (b'"' | b'\'', None) => {
                self.at = At::Tag(Some(byte));
                self.value = std::mem::take(&mut self.parse_type).then(Vec::new);
            }
            (_, Some(mark)) if byte == mark => {
                self.at = At::Tag(None);
                let known: [&[u8]; 3] = [b"Resource", b"Collection", b"Triple"];
                self.is_literal |= self.value.take().is_some_and(|v| !known.contains(&&v[..]));
            }
            (_, Some(_)) => {
                if let Some(value) = self.value.as_mut().filter(|v| v.len() < PARSE_TYPE) {
                    value.push(byte);
                }
            }
            (b'=', None) => {
                self.attributes += 1;
                if self.attributes > ATTRIBUTES {
                    return Err(What::Attributes);
                }
            }
            (b's', None) if self.ends(b"xmlns") => self.namespaces += 1,
            (b'e', None) if self.ends(b"parseType") => self.parse_type = true,
            _ => {}
        }
        Ok(())
    }

    fn tag_ends(&mut self) -> Result<(), What> {
        let empty = self.ends(b"/>");
        self.leave();
        if self.literal.is_none() {
            self.text = 0;
        }
        if self.end {
            self.declared -= self.open.pop().unwrap_or(0);
            if self.literal.is_some_and(|depth| self.open.len() < depth) {
                (self.literal, self.text) = (None, 0);
            }
            return Ok(());
        }
        if self.declared + self.namespaces > NAMESPACES {
            return Err(What::Namespaces);
        }
        if empty {
            return Ok(());
        }
        if self.open.len() >= DEEPEST {
            return Err(What::Deep);
        }
        self.open.push(self.namespaces);
        self.declared += self.namespaces;
        if self.is_literal && self.literal.is_none() {
            self.literal = Some(self.open.len());
        }
        Ok(())
    }
}

fn long(bytes: u64) -> Result<(), What> {
    if bytes > LONGEST {
        return Err(What::Long);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is refused of a text, whatever the pieces that it comes in.
    fn refused(text: &str) -> Option<What> {
        let mut found = Vec::new();
        for size in [1, 7, 1 << 20] {
            let mut scanner = Scanner::default();
            let mut parts = text.as_bytes().chunks(size);
            found.push(parts.find_map(|part| scanner.see(part).err()));
        }
        assert!(found.windows(2).all(|two| two[0] == two[1]), "{found:?}");
        found[0].map(|refused| refused.what)
    }

    #[test]
    fn what_costs_out_of_proportion_is_refused() {
        let attributes = |n: usize| {
            let each: String = (0..n).map(|at| format!(" a{at}='x > y'")).collect();
            format!("<a><b{each}/></a>")
        };
        assert_eq!(refused(&attributes(256)), None);
        assert_eq!(refused(&attributes(257)), Some(What::Attributes));
        let namespaces = |n: usize| {
            let each: String = (0..n).map(|at| format!(" xmlns:a{at}=\"u\"")).collect();
            format!("<a{each}><b{each}><c{each}><d{each}><e{each}/></d></c></b></a>")
        };
        assert_eq!(refused(&namespaces(200)), None);
        assert_eq!(refused(&namespaces(205)), Some(What::Namespaces));
        // Those of an element that has ended are forgotten.
        assert_eq!(refused(&namespaces(200).repeat(9)), None);
        assert_eq!(
            refused(&format!("{}{}", "<a>".repeat(1024), "</a>".repeat(1024))),
            None
        );
        assert_eq!(refused(&"<a>".repeat(1025)), Some(What::Deep));
        assert_eq!(
            refused("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
            Some(What::Entity)
        );
        assert_eq!(
            refused("<!doctype a [ <!entity % b SYSTEM 'c'> ]><a/>"),
            Some(What::Entity)
        );
        assert_eq!(
            refused("<!DOCTYPE a SYSTEM 'http://example.org/a.dtd'><a/>"),
            None
        );
        assert_eq!(refused("<!WHAT a><a/>"), Some(What::NoXml));
    }

    #[test]
    fn texts_are_measured_as_the_parser_gathers_them() {
        let half = "x".repeat(9 << 20);
        assert_eq!(refused(&format!("<a>{half}</a><a>{half}</a>")), None);
        for joined in [
            format!("<a>{half}<!-- c -->{half}</a>"),
            format!("<a>{half}<![CDATA[{half}]]></a>"),
            format!("<a b='{half}{half}'/>"),
            format!("<!--{half}{half}-->"),
            format!("<?a {half}{half}?>"),
            format!("<a rdf:parseType='Literal'><b>{half}</b><b>{half}</b></a>"),
            format!("<a rdf:parseType=\"Statement\"><b/>{half}<b/>{half}</a>"),
            format!("<a rdf:parseType='' b='Collection'><b/>{half}<b/>{half}</a>"),
        ] {
            assert_eq!(refused(&joined), Some(What::Long), "{}", &joined[..30]);
        }
        let list = format!("<a rdf:parseType='Collection'><b>{half}</b><b>{half}</b></a>");
        assert_eq!(refused(&list), None);
        let twice = format!("<a rdf:parseType='Literal'>{half}</a>");
        assert_eq!(refused(&twice.repeat(2)), None);
    }

    #[test]
    fn nothing_hides_where_the_parser_sees_it() {
        let bomb: String = (0..300).map(|at| format!(" a{at}=''")).collect();
        let bomb = format!("<a{bomb}/>");
        for before in [
            "<!-- > -->",
            "<!---->",
            "<!--->-->",
            "<?a?>",
            "<?>",
            "<![CDATA[<a]]>",
            "<![]]>",
            "<!DOCTYPE a [ <!ELEMENT a ANY> ]>",
            "<a b='>' c=\"'\">",
            "</a '>' >",
        ] {
            assert_eq!(
                refused(&format!("{before}{bomb}")),
                Some(What::Attributes),
                "{before}"
            );
        }
        for around in [
            "<!-- # -->",
            "<!--># -->",
            "<![CDATA[ # ]]>",
            "<?a # ?>",
            "<a b='#'/>",
        ] {
            assert_eq!(refused(&around.replace('#', &bomb)), None, "{around}");
        }
    }
}
