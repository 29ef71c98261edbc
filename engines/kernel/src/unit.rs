//! Quantities that carry their unit in the type.

use serde::{Deserialize, Serialize};

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            Default,
        )]
        pub struct $name(pub i64);
    };
}

unit!(/// A length or depth in metres.
    Metres);
unit!(/// A number of people.
    Persons);
unit!(/// Money in fen (1/100 yuan).
    Fen);
unit!(/// A duration in milliseconds.
    Millis);
