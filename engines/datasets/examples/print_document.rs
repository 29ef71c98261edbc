//! Prints `docs/formats/dataset.md` as the catalogue has it.

fn main() {
    print!("{}", datasets::document());
}
