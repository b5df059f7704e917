use super::*;

/// The rows as cells, or what is wrong.
fn read(text: &[u8]) -> Result<Vec<Vec<String>>, Refused> {
    let mut reader = Reader::new(text, b',')?;
    let mut rows = Vec::new();
    for record in reader.by_ref() {
        let record = record.map_err(Refused::Form)?;
        rows.push(record.cells.iter().map(ToString::to_string).collect());
    }
    match reader.swallowed().first() {
        Some(fault) => Err(Refused::Form(fault.clone())),
        None => Ok(rows),
    }
}

/// What is wrong with a text that is not read.
fn fault(text: &[u8]) -> String {
    match read(text).expect_err("a fault") {
        Refused::Separated(other) => format!("separated by {other:?}"),
        Refused::Form(fault) => fault.to_string(),
    }
}

#[test]
fn addresses_are_those_of_a_spreadsheet() {
    assert_eq!(address(0, 1), "A1");
    assert_eq!(address(25, 10), "Z10");
    assert_eq!(address(26, 3), "AA3");
    assert_eq!(address(701, 3), "ZZ3");
    assert_eq!(address(702, 3), "AAA3");
}

#[test]
fn rows_of_rfc_4180_are_read() {
    for (text, rows) in [
        (&b"a,b\n1,2\n"[..], vec![vec!["1", "2"]]),
        (b"a,b\r\n1,2\r\n3,4", vec![vec!["1", "2"], vec!["3", "4"]]),
        (b"a,b\r1,2\r3,4\r", vec![vec!["1", "2"], vec!["3", "4"]]),
        (b"a,b\n1,2\r\n3,4\n", vec![vec!["1", "2"], vec!["3", "4"]]),
        (b"\xEF\xBB\xBFa,b\n\n,\n", vec![vec!["", ""]]),
        (
            b"a,b\n\"x \"\"y\"\", z\",\"\"\n",
            vec![vec!["x \"y\", z", ""]],
        ),
        (b"a\n1\n\n3\n\n\n", vec![vec!["1"], vec![""], vec!["3"]]),
        (b"a,b\n", vec![]),
    ] {
        let found = read(text);
        assert_eq!(
            found,
            Ok(rows
                .iter()
                .map(|row| row.iter().map(|c| (*c).to_owned()).collect())
                .collect())
        );
    }
}

/// Text between marks is the text, line breaks included.
#[test]
fn free_text_may_have_several_lines() {
    for text in [
        "id,note\n1,\"first line\nsecond line\"\n2,x y\n",
        "id,note\n1,\"first line\r\nsecond, third\"\r\n2,x y\r\n",
        "id,age,note\n1,34,\"lung, liver\nlater bone, brain\nthen dead, at 9\"\n2,50,none of them\n",
        "id,age,note\n1,34,\"a\n\nb\"\n2,50,\"c\nd\"\n",
        "note\n\"one\ntwo\"\nthree four\n",
    ] {
        let rows = read(text.as_bytes());
        assert!(rows.as_ref().is_ok_and(|rows| rows.len() >= 2), "{rows:?}");
    }
}

/// What a mark too many does, and where it stands.
#[test]
fn no_mark_swallows_a_row() {
    for (text, words) in [
        (
            "a,b,c\n1,2,\"x\n2,3,y\n3,4,z\n",
            "line 2 (C2): \"\\\"x\" begins with a quotation mark that nothing closes",
        ),
        (
            "a,b,c\n1,2,\"x\n2,3,y\n3,4,z\" w\n",
            "line 2 (C2): \"\\\"x\" begins with a quotation mark, and the next",
        ),
        ("a,b,c\n1,2,\"x\n2,3,y\n3,4,z\"\n4,5,w\n", "line 2 (C2)"),
        (
            "a,b,c\n1,2,\"x\n3,4,z\"\n4,5,w\n",
            "line 3 looks like a row",
        ),
        ("a,b,c\n1,\"2,x\n2,3,y\n3,4\",z\n4,5,w\n", "line 2 (B2)"),
        (
            "a,b,c\n1,2,\"x\n2,3\",y\n",
            "line 2 (D2): the row has 4 cells",
        ),
        ("a,b,c\n1,2,\"x\n2,\"3,y\n", "has text behind it"),
        (
            "a,b,c,d,e\n1,2,3,4,\"x\n2,3,NR,5,y\n3,4,5,6,z\"\n4,5,6,7,w\n",
            "line 2 (E2): \"\\\"x\" begins a cell that goes over several lines, of which line 3 looks",
        ),
        (
            "a,b\n1,5\" wide\n",
            "line 2 (B2): \"5\\\" wide\" has a quotation mark inside",
        ),
        (
            "a,b\n1, \"x, y\"\n",
            "has a blank before its quotation mark",
        ),
        (
            "a,b\n1,\"x\" y\n",
            "line 2 (B2): \"\\\"x\\\" y\" has text behind",
        ),
        ("event\nyes\nno\n\"yes\nno\nyes\"\nno\n", "line 4 (A4)"),
        (
            "\"a,b\n1,2\"\n2,3\n",
            "line 1 (A1): \"a,b\" begins a heading",
        ),
        (
            "\"a,b\n1,2\n",
            "line 1 (A1): \"\\\"a,b\" begins with a quotation mark that nothing closes",
        ),
    ] {
        let found = fault(text.as_bytes());
        assert!(found.contains(words), "{text:?}\n{found}\n{words}");
        let windows = text.replace('\n', "\r\n");
        let found = fault(windows.as_bytes());
        assert!(found.contains(words), "{windows:?}\n{found}\n{words}");
    }
}

#[test]
fn what_is_no_table_is_refused_once() {
    for (bytes, words) in [
        (&b""[..], "is empty"),
        (b" \n\n", "is empty"),
        (b"\xFF\xFEa\0,\0b\0", "UTF-16"),
        (b"a\0,\0b\0\n\x001\x00,\x002\x00\n\x00", "UTF-16"),
        (b"PK\x03\x04\x14\0\x06\0", "is a workbook"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1", "old workbook"),
        (b"\x1F\x8B\x08", "gzip"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"a;b\n1;2\n", "separated by ';'"),
        (b"a;b\n1,5;2,5\n", "separated by ';'"),
        (b"a\tb\n1\t2\n", "separated by '\\t'"),
        (b"sep=,\na,b\n1,2\n", "for Excel"),
        (
            b"a,b\n1,2,3\n",
            "line 2 (C2): the row has 3 cells and the headings have 2: a comma",
        ),
        (b"a,b\n1\n", "line 2 (B2): the row has 1 cells"),
        (b"a,b\n1,x\0y\n", "line 2 (B2): the cell holds a NUL byte"),
        (b"a,b\n1,M\xFCller\n", "is not UTF-8 (byte 0xFC"),
        (
            b"a,b\n1,x\ry\n2,3\n",
            "line 2 (B2): \"x\" is followed by a carriage return",
        ),
        (b"a,b\r\r\n1,2\r\r\n", "carriage return"),
    ] {
        let found = fault(bytes);
        assert!(found.contains(words), "{bytes:?}\n{found}\n{words}");
    }
}

/// A wrong row ends on its own line: those below it are read.
#[test]
fn rows_below_a_wrong_one_are_read() {
    let mut reader = Reader::new(b"a,b\n1,\"x\n2,y\n3,z\"\" w\n4,5\n", b',').expect("headings");
    let rows: Vec<_> = reader.by_ref().map(|row| row.map(|row| row.line)).collect();
    assert!(
        rows[0].is_err() && rows[1] == Ok(3) && rows[2].is_err() && rows[3] == Ok(5),
        "{rows:?}"
    );
}

#[test]
fn blanks_that_nobody_sees_are_trimmed() {
    assert_eq!(trimmed("\u{A0}x y\u{200B}\u{FEFF} \t"), "x y");
}
