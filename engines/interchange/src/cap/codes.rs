//! The closed code lists of CAP 1.2, spelled as the standard spells them.

use serde::{Deserialize, Serialize};

macro_rules! code_list {
    ($(#[$doc:meta])* $name:ident, $element:literal,
     { $($(#[$vdoc:meta])* $variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// The element that carries it.
            pub const ELEMENT: &'static str = $element;
            /// Every value, in the order of the standard.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The value as CAP writes it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => stringify!($variant),)* }
            }

            /// The value with this spelling; case counts.
            pub fn from_code(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

code_list!(/// How the alert is to be handled. Source: CAP 1.2, 3.2.1.
Status, "status", {
    /// To act upon.
    Actual,
    /// Only for those who take part in an exercise.
    Exercise,
    /// For the working of the alert network itself.
    System,
    /// Technical test, to be disregarded.
    Test,
    /// Not in force.
    Draft,
});

code_list!(/// What kind of message it is. Source: CAP 1.2, 3.2.1.
MsgType, "msgType", {
    /// First information.
    Alert,
    /// Replaces the messages it refers to.
    Update,
    /// Ends the messages it refers to.
    Cancel,
    /// Says that the messages it refers to were received.
    Ack,
    /// Says that the messages it refers to were rejected.
    Error,
});

code_list!(/// Who may see it. Source: CAP 1.2, 3.2.1.
Scope, "scope", {
    /// Everybody.
    Public,
    /// Those that `restriction` describes.
    Restricted,
    /// Those that `addresses` lists.
    Private,
});

code_list!(/// The field of the event. Source: CAP 1.2, 3.2.2.
Category, "category", {
    /// Geophysical, landslides among them.
    Geo,
    /// Meteorological, floods among them.
    Met,
    /// General emergency and public safety.
    Safety,
    /// Law enforcement, military, private security.
    Security,
    /// Rescue and recovery.
    Rescue,
    /// Fire suppression and rescue.
    Fire,
    /// Medical and public health.
    Health,
    /// Pollution and other environmental.
    Env,
    /// Public and private transport.
    Transport,
    /// Utilities and other infrastructure.
    Infra,
    /// Chemical, biological, radiological, nuclear, explosive.
    CBRNE,
    /// Anything else.
    Other,
});

code_list!(/// What the public is advised to do. Source: CAP 1.2, 3.2.2.
ResponseType, "responseType", {
    /// Take shelter in place.
    Shelter,
    /// Leave.
    Evacuate,
    /// Make ready.
    Prepare,
    /// Do what was planned.
    Execute,
    /// Keep away.
    Avoid,
    /// Follow the information.
    Monitor,
    /// Evaluate the information.
    Assess,
    /// The danger is over.
    AllClear,
    /// Nothing is advised.
    None,
});

code_list!(/// How soon to act. Source: CAP 1.2, 3.2.2.
Urgency, "urgency", {
    /// At once.
    Immediate,
    /// Within the next hour.
    Expected,
    /// In the near future.
    Future,
    /// No longer needed.
    Past,
    /// Not known.
    Unknown,
});

code_list!(/// How bad. Source: CAP 1.2, 3.2.2.
Severity, "severity", {
    /// Extraordinary threat to life or property.
    Extreme,
    /// Significant threat.
    Severe,
    /// Possible threat.
    Moderate,
    /// Minimal threat.
    Minor,
    /// Not known.
    Unknown,
});

code_list!(/// How sure. Source: CAP 1.2, 3.2.2.
Certainty, "certainty", {
    /// Happened or going on.
    Observed,
    /// More likely than not.
    Likely,
    /// Possible, not likely.
    Possible,
    /// Not expected.
    Unlikely,
    /// Not known.
    Unknown,
});
