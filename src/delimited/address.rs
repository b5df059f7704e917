//! Addresses of cells in A1 style.

/// The address of a cell in A1 style; columns count from 0, rows from 1.
#[must_use]
pub fn address(column: usize, row: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{row}")
}

/// The column, counted from 0, and the row of an [`address`] such as `C4`; `None` if the text is none.
#[must_use]
pub fn place_of(address: &str) -> Option<(usize, usize)> {
    let digits = address.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = address.split_at(digits);
    let column = letters.bytes().try_fold(0_usize, |column, byte| {
        let letter = byte.checked_sub(b'A').filter(|letter| *letter < 26)?;
        column.checked_mul(26)?.checked_add(usize::from(letter) + 1)
    })?;
    Some((column.checked_sub(1)?, row.parse().ok()?))
}
