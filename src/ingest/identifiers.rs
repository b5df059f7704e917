//! Keys and identifiers: of what form they are, and what spreadsheets make of them.

/// The longest key, bytes: it stands in addresses and in names of files.
const LONGEST_KEY: usize = 100;

/// Why a key cannot stand in an IRI and in an address as it is, if it cannot.
pub(super) fn unfit_key(key: &str) -> Option<String> {
    let fit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    if key.is_empty() || !key.bytes().all(fit) {
        return Some("is no key: use letters, digits, - _ . ~ only".to_owned());
    }
    if key.len() > LONGEST_KEY {
        let bytes = key.len();
        return Some(format!(
            "has {bytes} characters, and a key has at most {LONGEST_KEY}: shorten it"
        ));
    }
    // In an address these stand for the folder itself and the one above.
    (key == "." || key == "..")
        .then(|| "cannot be reached as an address: use a letter or a digit too".to_owned())
}

/// Why a text is no DOI, if it is none. Old ones hold nearly any character, angle brackets too.
pub(super) fn no_doi(text: &str) -> Option<&'static str> {
    let Some(rest) = text.strip_prefix("10.") else {
        return Some("is no DOI: it starts with 10. and has no resolver before it");
    };
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Some("is no DOI: it has a blank or a line end inside, remove it");
    }
    let (registrant, suffix) = rest.split_once('/').unwrap_or((rest, ""));
    let of_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !registrant.split('.').all(of_digits) || registrant.len() < 4 || suffix.is_empty() {
        return Some(
            "is no DOI: 10., a number of four digits or more, a slash and a name, as in 10.3389/fonc.2021.684865",
        );
    }
    let is_tag = |at: usize| {
        let next = suffix[at + 1..].chars().next();
        next.is_none_or(|c| c.is_alphabetic() || c == '/' || c == '!')
    };
    if text.contains(['"', '\\', '`']) || suffix.match_indices('<').any(|(at, _)| is_tag(at)) {
        return Some("is no DOI: it holds markup or a quotation mark, remove it");
    }
    None
}

/// Why a text is no identifier of PubMed, if it is none.
pub(super) fn no_pmid(text: &str) -> Option<&'static str> {
    let fit = text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    (!fit).then_some("is no PubMed identifier: a number, such as 27874193")
}

/// Why a text is no identifier of PubMed Central, if it is none.
pub(super) fn no_pmcid(text: &str) -> Option<&'static str> {
    let number = text.strip_prefix("PMC").unwrap_or_default();
    let fit = !number.is_empty() && number.len() <= 9 && number.bytes().all(|b| b.is_ascii_digit());
    (!fit).then_some("is no identifier of PubMed Central: PMC and a number, such as PMC5337428")
}

/// Genes that spreadsheets take for dates: the month, what symbols begin with, and what they are called today.
const DATED: [(&str, &str, &str); 4] = [
    ("mar", "MARCH", "MARCHF"),
    ("sep", "SEPT", "SEPTIN"),
    ("dec", "DEC", "DELEC"),
    ("oct", "OCT", "POU5F"),
];
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// What is to be said of a cell for a gene that holds a date or a number, as spreadsheets make of some symbols.
pub(super) fn no_symbol(text: &str) -> Option<String> {
    let parts: Vec<&str> = text
        .split(['-', '/', '.', ' ', ','])
        .filter(|part| !part.is_empty())
        .collect();
    let number = |part: &&str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    let month = |part: &&str| {
        let part = part.to_lowercase();
        let mut known = MONTHS.iter();
        known.find(|month| {
            part.starts_with(**month)
                && part.chars().all(char::is_alphabetic)
                && is_month(&part, month)
        })
    };
    let of_month = parts.iter().find_map(month);
    let numbers = parts.iter().filter(|part| number(part)).count();
    if let Some(month) = of_month
        && (1..=2).contains(&numbers)
        && numbers + 1 == parts.len()
    {
        let day = parts
            .iter()
            .find(|part| number(part))
            .map_or("", |day| day.trim_start_matches('0'));
        let gene = DATED.iter().find(|(known, ..)| known == month);
        let gene = gene.map_or(String::new(), |(_, old, new)| {
            format!(" ({old}{day}, today {new}{day}?)")
        });
        return Some(format!(
            "is a date, which a spreadsheet made of a symbol{gene}: write the symbol, and format the column as text"
        ));
    }
    if parts.len() == 3 && numbers == 3 {
        return Some("is a date, which a spreadsheet made of a symbol: write the symbol, and format the column as text".to_owned());
    }
    let scientific =
        text.contains(['E', 'e']) && text.contains(['+', '.']) && text.parse::<f64>().is_ok();
    if scientific || (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())) {
        return Some(
            "is a number and no symbol of a gene: write the symbol, and format the column as text"
                .to_owned(),
        );
    }
    None
}

/// The symbol that a spreadsheet made a date of, as ISO 8601 writes it, with its name today: of 2 September SEPT2.
#[must_use]
pub fn symbol_of_date(date: &str) -> Option<String> {
    let mut parts = date.get(..10)?.split('-').skip(1);
    let month: usize = parts.next()?.parse().ok()?;
    let day = parts.next()?.trim_start_matches('0').to_owned();
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let (_, old, new) = DATED.iter().find(|(known, ..)| known == month)?;
    Some(format!("{old}{day}, today {new}{day}"))
}

/// Whether a word is the name of a month, or its beginning of three or four letters.
pub(super) fn is_month(word: &str, short: &str) -> bool {
    let names = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = names.iter().find(|name| name.starts_with(short));
    name.is_some_and(|name| name.starts_with(word) && (word.len() <= 4 || word == *name))
}

/// The symbol today of a gene whose former one spreadsheets take for a date.
pub(super) fn symbol_today(text: &str) -> Option<String> {
    let upper = text.to_uppercase();
    DATED
        .iter()
        .filter(|(_, old, _)| *old != "OCT")
        .find_map(|(_, old, new)| {
            let number = upper.strip_prefix(old)?;
            let fit = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
            fit.then(|| format!("{new}{number}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_can_be_reached_as_addresses() {
        for good in ["a", "example-1", "a.b~c_d", "...", ".a", &"x".repeat(100)] {
            assert_eq!(unfit_key(good), None, "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "a b",
            "a/b",
            "é",
            "a\u{1b}",
            &"x".repeat(101),
        ] {
            assert!(unfit_key(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn identifiers_have_the_form_of_their_registry() {
        for good in [
            "10.3389/fonc.2021.684865",
            "10.1158/1541-7786.MCR-18-1075",
            "10.1002/(SICI)1097-0142(19960501)77:9<1831::AID-CNCR13>3.0.CO;2-#",
            "10.1000.10/123",
            "10.12345/日本",
        ] {
            assert_eq!(no_doi(good), None, "{good}");
        }
        for bad in [
            "11.1/a",
            "https://doi.org/10.1002/a",
            "doi:10.1002/a",
            "10.1002",
            "10.1002/",
            "10.1/a",
            "10.x002/a",
            "10.1002/a b",
            "10.1002/a\nb",
            "10.1002/a\u{a0}b",
            "10.1002/<b>a",
            "10.1002/a</i>",
            "10.1002/a<",
            "10.1002/\"a",
            "javascript:alert(1)",
        ] {
            assert!(no_doi(bad).is_some(), "{bad}");
        }
        assert!(no_pmid("27874193").is_none() && no_pmcid("PMC5337428").is_none());
        for bad in [
            "javascript:alert(1)",
            "PMC1",
            " 1",
            "1 2",
            "0",
            "12345678901",
            "<b>1",
        ] {
            assert!(no_pmid(bad).is_some(), "{bad}");
        }
        for bad in [
            "12345",
            "PMC",
            "PMC12 3",
            "pmc123",
            "PMC<i>",
            "javascript:alert(1)",
        ] {
            assert!(no_pmcid(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn dates_are_no_genes() {
        for date in [
            "Sep-02",
            "2-Sep",
            "02-Sep",
            "Mar-01",
            "1-Mar",
            "Dec-01",
            "1-Dec",
            "Oct-04",
            "September-2",
            "2-Sep-2019",
            "Sep 2",
            "2 Sept",
            "2002-09-02",
            "9/2/2002",
            "02.09.2002",
            "37500",
            "2.31E+13",
            "1E+05",
        ] {
            assert!(no_symbol(date).is_some(), "{date}");
        }
        assert!(no_symbol("Sep-02").is_some_and(|told| told.contains("SEPT2, today SEPTIN2")));
        for gene in [
            "ALK", "SEPTIN2", "SEPT2", "MARCHF1", "MARCH1", "DEC1", "NKX2-1", "HLA-A", "H2-K1",
            "MAR1", "SEP15", "MT-ND1", "1-8D", "APR-1", "ABL1", "KRT-8", "C7orf10", "MAY-X", "5S",
            "A-1",
        ] {
            let told = no_symbol(gene);
            assert_eq!(told.is_some(), gene == "APR-1", "{gene}: {told:?}");
        }
        assert_eq!(symbol_today("sept9").as_deref(), Some("SEPTIN9"));
        assert_eq!(symbol_today("DEC1").as_deref(), Some("DELEC1"));
        assert_eq!(symbol_today("DECR1"), None);
    }
}
