//! Envelopes of EDXL-DE 1.0, read for the alerts inside.
//!
//! Of the envelope only what says who sent it and in which state is read; targets, keywords and
//! contents that are no alert are passed over. Nothing is written in this form.
//!
//! Source: OASIS EDXL Distribution Element 1.0.

use serde::{Deserialize, Serialize};

use crate::cap::{self, CapError, CapTime, Received};
use crate::xml::{self, Element, Limits};

#[cfg(test)]
mod tests;

/// The namespace of EDXL-DE 1.0.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:EDXL:DE:1.0";

/// An envelope with the alerts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// Its identifier, unique with the sender.
    pub distribution_id: String,
    /// Who sent it.
    pub sender_id: String,
    /// When it was sent; `None` where the text is no time.
    pub date_time_sent: Option<CapTime>,
    /// Actual, Exercise, System or Test, as written.
    pub distribution_status: String,
    /// Report, Update, Cancel and so on, as written.
    pub distribution_type: String,
    /// Each content that is an alert, or why it could not be taken in; in order.
    pub alerts: Vec<Result<Received, CapError>>,
    /// Contents that are no alert.
    pub other_contents: usize,
}

/// What a document of either form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One CAP alert.
    Cap,
    /// An EDXL-DE envelope.
    Edxl,
}

/// The alerts of a document that is either a CAP alert or an EDXL-DE envelope.
///
/// # Errors
/// A document that is neither, or an alert of its own that cannot be taken in. One bad alert in
/// an envelope does not keep the others out: it is an `Err` in the list.
pub fn alerts(bytes: &[u8]) -> Result<(Form, Vec<Result<Received, CapError>>), CapError> {
    let root = xml::parse(bytes, &Limits::ALERT)?;
    if root.name == "EDXLDistribution" {
        Ok((Form::Edxl, distribution(&root)?.alerts))
    } else {
        Ok((Form::Cap, vec![Ok(cap::parse_element(&root)?)]))
    }
}

/// An envelope from the bytes of an EDXL-DE 1.0 document.
///
/// # Errors
/// Bytes that are no XML within limits, another root or namespace, a missing mandatory element.
pub fn parse(bytes: &[u8]) -> Result<Distribution, CapError> {
    distribution(&xml::parse(bytes, &Limits::ALERT)?)
}

fn distribution(root: &Element) -> Result<Distribution, CapError> {
    if root.name != "EDXLDistribution" {
        return Err(CapError::NotAnAlert { root: root.name.chars().take(80).collect() });
    }
    if !root.is(NAMESPACE, "EDXLDistribution") {
        let namespace = root.namespace.as_deref().unwrap_or_default();
        return Err(CapError::Namespace { namespace: namespace.chars().take(80).collect() });
    }
    let text = |name: &'static str| {
        root.elements()
            .find(|child| child.is(NAMESPACE, name))
            .map(|child| child.text().trim().to_owned())
            .filter(|text| !text.is_empty())
            .ok_or_else(|| CapError::Missing { element: name, within: root.name.clone() })
    };
    let mut alerts = Vec::new();
    let mut other_contents = 0;
    for content in root.elements().filter(|child| child.is(NAMESPACE, "contentObject")) {
        let before = alerts.len();
        find_alerts(content, &mut alerts);
        other_contents += usize::from(alerts.len() == before);
    }
    Ok(Distribution {
        distribution_id: text("distributionID")?,
        sender_id: text("senderID")?,
        date_time_sent: CapTime::from_text(&text("dateTimeSent")?),
        distribution_status: text("distributionStatus")?,
        distribution_type: text("distributionType")?,
        alerts,
        other_contents,
    })
}

/// Any `alert` below counts, of whatever version, so that a wrong one is refused by name.
fn find_alerts(element: &Element, alerts: &mut Vec<Result<Received, CapError>>) {
    for child in element.elements() {
        if child.name == "alert" {
            alerts.push(cap::parse_element(child));
        } else {
            find_alerts(child, alerts);
        }
    }
}
