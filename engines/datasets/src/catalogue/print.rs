//! The catalogue as the page `docs/formats/dataset.md`.

use std::fmt::Write;

use super::{Column, ColumnType, LAYERS, Layer};

const HEAD: &str = include_str!("head.md");

/// The text of `docs/formats/dataset.md`, the same bytes each time.
pub fn document() -> String {
    let mut page = String::from(HEAD);
    for layer in LAYERS {
        print_layer(&mut page, layer);
    }
    page
}

fn print_layer(page: &mut String, layer: &Layer) {
    let _ = write!(page, "\n### {}\n\n{}\n\n", layer.name, layer.meaning);
    page.push_str("| column | type | unit | empty | meaning |\n|---|---|---|---|---|\n");
    for column in layer.columns {
        print_column(page, column);
    }
}

fn print_column(page: &mut String, column: &Column) {
    let kind = match column.column_type {
        ColumnType::Int32 => "Int32",
        ColumnType::Int64 => "Int64",
        ColumnType::Text => "Utf8",
        ColumnType::Line => "line",
        ColumnType::Area => "area",
    };
    let empty = if column.required { "never" } else { "unknown" };
    let mut meaning = column.meaning.to_owned();
    if !column.codes.is_empty() {
        let codes: Vec<String> =
            column.codes.iter().map(|(code, name)| format!("{code} `{name}`")).collect();
        let _ = write!(meaning, " Codes: {}.", codes.join(", "));
    }
    let _ =
        writeln!(page, "| `{}` | {kind} | {} | {empty} | {meaning} |", column.name, column.unit);
}
