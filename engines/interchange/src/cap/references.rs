//! What a message says about earlier ones.

use serde::{Deserialize, Serialize};

use super::faults::fault;
use super::{Alert, CapTime, Fault, FaultCode};

/// One earlier message. Source: CAP 1.2, 3.2.1, `references`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// Who sent it.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was sent.
    pub sent: CapTime,
}

/// What is known here about a message that another one refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// It stands, updated or not.
    Standing,
    /// It was cancelled.
    Cancelled,
    /// It never came in here.
    NotHeld,
}

impl Alert {
    /// The messages it refers to, and the parts of `references` that cannot be read.
    pub fn reference_list(&self) -> (Vec<Reference>, Vec<String>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for part in self.references.as_deref().unwrap_or_default().split_whitespace() {
            let mut fields = part.splitn(3, ',');
            let found = match (fields.next(), fields.next(), fields.next()) {
                (Some(sender), Some(identifier), Some(sent))
                    if !sender.is_empty() && !identifier.is_empty() =>
                {
                    CapTime::from_text(sent).map(|sent| Reference {
                        sender: sender.to_owned(),
                        identifier: identifier.to_owned(),
                        sent,
                    })
                }
                _ => None,
            };
            match found {
                Some(reference) => good.push(reference),
                None => bad.push(part.chars().take(200).collect()),
            }
        }
        (good, bad)
    }

    /// How a later message refers to this one.
    pub fn as_reference(&self) -> Reference {
        Reference {
            sender: self.sender.clone(),
            identifier: self.identifier.clone(),
            sent: self.sent.clone(),
        }
    }
}

/// Faults of the references against what is held here: messages that were cancelled, and ones
/// that never came in. The caller knows its alerts, this does not.
pub fn check_references(alert: &Alert, known: impl Fn(&Reference) -> Known) -> Vec<Fault> {
    let (list, _) = alert.reference_list();
    list.iter()
        .filter_map(|reference| {
            let code = match known(reference) {
                Known::Standing => return None,
                Known::Cancelled => FaultCode::CancelledReference,
                Known::NotHeld => FaultCode::UnknownReference,
            };
            let detail = format!("{},{}", reference.sender, reference.identifier);
            Some(fault(code, "references", detail))
        })
        .collect()
}
