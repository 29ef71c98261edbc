//! Civil dates and digits as people in China write them.

/// Full-width digits, signs and points as ASCII; other characters stay.
pub(crate) fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match u32::from(c) {
            // The full-width forms lie 0xFEE0 above ASCII. Source: Unicode, block FF00.
            code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
            0x3000 => ' ',
            _ => c,
        })
        .collect()
}

/// A civil date as `2025-07-01`, from `2025-7-1`, `2025/07/01`, `2025.7.1`, `20250701`, or year,
/// month and day with their Chinese characters; full-width digits too. `None` where it is no
/// date of the calendar.
pub fn civil_date(text: &str) -> Option<String> {
    // The characters for year, month and day.
    const MARKS: [char; 3] = ['\u{5e74}', '\u{6708}', '\u{65e5}'];
    let text = narrow(text.trim());
    let (year, month, day) = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        (text[..4].to_owned(), text[4..6].to_owned(), text[6..].to_owned())
    } else if text.contains(MARKS[0]) {
        let (year, rest) = text.split_once(MARKS[0])?;
        let (month, rest) = rest.split_once(MARKS[1])?;
        let (day, rest) = rest.split_once(MARKS[2])?;
        if !rest.trim().is_empty() {
            return None;
        }
        (year.to_owned(), month.to_owned(), day.to_owned())
    } else {
        let mark = ['-', '/', '.'].into_iter().find(|mark| text.contains(*mark))?;
        let parts: Vec<&str> = text.split(mark).collect();
        let [year, month, day] = parts.as_slice() else { return None };
        ((*year).to_owned(), (*month).to_owned(), (*day).to_owned())
    };
    let number = |text: &str, digits: usize| -> Option<u32> {
        let text = text.trim();
        let plain = !text.is_empty() && text.len() <= digits;
        let plain = plain && text.bytes().all(|b| b.is_ascii_digit());
        if plain { text.parse().ok() } else { None }
    };
    if year.trim().len() != 4 {
        return None;
    }
    let (year, month, day) = (number(&year, 4)?, number(&month, 2)?, number(&day, 2)?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    (1..=days).contains(&day).then(|| format!("{year:04}-{month:02}-{day:02}"))
}
