use super::*;
use crate::shared;

#[test]
fn the_bushfire_envelope_gives_seven_alerts() {
    let Some(bytes) = shared::file("cap/google/bushfire_valid.edxlde") else { return };
    let envelope = parse(&bytes).unwrap();
    assert_eq!(envelope.distribution_id, "RFSuniqueID12345");
    assert_eq!(envelope.distribution_status, "Actual");
    assert_eq!((envelope.alerts.len(), envelope.other_contents), (7, 0));
    for received in &envelope.alerts {
        let received = received.as_ref().unwrap();
        let written = cap::write(&received.alert).unwrap();
        assert_eq!(cap::parse(&written).unwrap().alert, received.alert);
        let info = &received.alert.info[0];
        assert_eq!(info.parameter("FireDangerClass"), Some("1"));
        assert!(info.description.as_deref().unwrap().contains("<br />"));
    }
    let (form, list) = alerts(&bytes).unwrap();
    assert_eq!((form, list.len()), (Form::Edxl, 7));
}

#[test]
fn one_bad_alert_keeps_no_other_out() {
    let Some(bytes) = shared::file("cap/google/bushfire_valid.edxlde") else { return };
    let text = String::from_utf8(bytes).unwrap();
    let bad = text.replacen("<cap:scope>Public</cap:scope>", "", 1);
    let envelope = parse(bad.as_bytes()).unwrap();
    assert_eq!(envelope.alerts.iter().filter(|alert| alert.is_ok()).count(), 6);
    assert!(matches!(envelope.alerts[0], Err(CapError::Missing { element: "scope", .. })));
}

#[test]
fn another_root_or_namespace_is_refused_by_name() {
    let refused = alerts(b"<EDXLDistribution xmlns=\"urn:x\"/>").unwrap_err();
    assert_eq!(refused, CapError::Namespace { namespace: "urn:x".to_owned() });
    let refused = parse(b"<feed/>").unwrap_err();
    assert_eq!(refused, CapError::NotAnAlert { root: "feed".to_owned() });
}
