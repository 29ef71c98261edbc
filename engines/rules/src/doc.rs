//! A TOML file with its lines: typed getters that collect faults instead of stopping at the first.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{FaultCode, Faults, nearest};

/// The largest file that is read as a table or its cases, in bytes.
pub(crate) const FILE_BYTES_MAX: usize = 1 << 20;

/// Parses a file; `None` with a fault added where it is not TOML or too large.
pub(crate) fn parse<'t>(text: &'t str, faults: &mut Faults) -> Option<DeTable<'t>> {
    if text.len() > FILE_BYTES_MAX {
        let why = format!("a table file has up to {FILE_BYTES_MAX} bytes, this has {}", text.len());
        faults.add(1, FaultCode::TooLarge, why, "split it into several tables".into());
        return None;
    }
    match DeTable::parse(text) {
        Ok(table) => Some(table.into_inner()),
        Err(error) => {
            let line = faults.line(error.span().map_or(0, |s| s.start));
            let why = format!("not TOML: {}", error.message());
            faults.add(line, FaultCode::TomlSyntax, why, "mend the text at this line".into());
            None
        }
    }
}

/// One table of the file, named for people.
#[derive(Clone, Copy)]
pub(crate) struct Section<'d, 't> {
    table: &'d DeTable<'t>,
    span_start: usize,
    pub what: &'d str,
}

/// A value with the line it stands on.
pub(crate) struct At<'d, 't> {
    pub value: &'d DeValue<'t>,
    pub line: usize,
}

impl<'d, 't> Section<'d, 't> {
    pub fn whole(table: &'d DeTable<'t>, what: &'d str) -> Self {
        Section { table, span_start: 0, what }
    }

    pub fn line(&self, faults: &Faults) -> usize {
        faults.line(self.span_start)
    }

    /// Refuses keys that the section does not know, naming the nearest that it does.
    pub fn only(&self, keys: &[&str], faults: &mut Faults) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if !keys.contains(&name) {
                let line = faults.line(key.span().start);
                let why = format!("{} has no key {name:?}", self.what);
                let near = nearest(name, keys.iter().copied());
                faults.add(line, FaultCode::UnknownKey, why, format!("did you mean {near:?}?"));
            }
        }
    }

    /// All keys with their values, in the order of the keys.
    pub fn entries(&self, faults: &Faults) -> Vec<(&'d str, At<'d, 't>)> {
        let entry = |(key, value): (&'d Spanned<_>, &'d Spanned<DeValue<'t>>)| {
            let key: &'d std::borrow::Cow<'t, str> = key.get_ref();
            let line = faults.line(value.span().start);
            (key.as_ref(), At { value: value.get_ref(), line })
        };
        self.table.iter().map(entry).collect()
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub fn get(&self, key: &str, faults: &Faults) -> Option<At<'d, 't>> {
        let found = self.table.get(key)?;
        Some(At { value: found.get_ref(), line: faults.line(found.span().start) })
    }

    fn typed<T>(
        &self,
        key: &str,
        expected: &str,
        faults: &mut Faults,
        read: impl FnOnce(&'d DeValue<'t>, Range<usize>) -> Option<T>,
    ) -> Option<T> {
        let found = self.table.get(key)?;
        let span = found.span();
        let line = faults.line(span.start);
        let read = read(found.get_ref(), span);
        if read.is_none() {
            let sort = found.get_ref().type_str();
            let why = format!("{key} of {} is {sort}", self.what);
            faults.add(line, FaultCode::WrongType, why, format!("write {expected}"));
        }
        read
    }

    pub fn text(&self, key: &str, faults: &mut Faults) -> Option<&'d str> {
        self.typed(key, "a text in quotes", faults, |v, _| v.as_str())
    }

    /// A text that must be there and must not be empty.
    pub fn needed_text(&self, key: &str, faults: &mut Faults) -> Option<&'d str> {
        if !self.has(key) {
            self.missing(key, faults);
            return None;
        }
        let text = self.text(key, faults)?;
        if text.trim().is_empty() {
            self.missing(key, faults);
            return None;
        }
        Some(text)
    }

    pub fn missing(&self, key: &str, faults: &mut Faults) {
        let why = format!("{} has no {key}", self.what);
        faults.add(self.line(faults), FaultCode::MissingKey, why, format!("add {key} = ..."));
    }

    pub fn flag(&self, key: &str, faults: &mut Faults) -> bool {
        self.typed(key, "true or false", faults, |v, _| v.as_bool()).unwrap_or(false)
    }

    pub fn whole_number(&self, key: &str, faults: &mut Faults) -> Option<i64> {
        self.typed(key, "a whole number", faults, |v, _| integer(v))
    }

    pub fn texts(&self, key: &str, faults: &mut Faults) -> Vec<String> {
        self.typed(key, "a list of texts", faults, |v, _| {
            v.as_array()?.iter().map(|t| literal(t.get_ref())).collect()
        })
        .unwrap_or_default()
    }

    pub fn section(&self, key: &str, what: &'d str, faults: &mut Faults) -> Option<Self> {
        self.typed(key, "a table", faults, |v, span| {
            Some(Section { table: v.as_table()?, span_start: span.start, what })
        })
    }

    /// An array of tables (`[[row]]`), or of inline tables.
    pub fn sections(&self, key: &str, what: &'d str, faults: &mut Faults) -> Vec<Self> {
        self.typed(key, "a list of tables", faults, |v, _| {
            let section = |item: &'d Spanned<DeValue<'t>>| {
                let span_start = item.span().start;
                Some(Section { table: item.get_ref().as_table()?, span_start, what })
            };
            v.as_array()?.iter().map(section).collect()
        })
        .unwrap_or_default()
    }
}

/// A whole number that fits.
pub(crate) fn integer(value: &DeValue) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

/// A simple value as the text of a condition: `3`, `2.5`, `true`, `>= 3`.
pub(crate) fn literal(value: &DeValue) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(_) => Some(integer(value)?.to_string()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
