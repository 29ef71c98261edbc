use super::*;
use crate::shared;
use crate::xml::XmlError;

pub(super) const SOUND: &[&str] = &[
    "sambro/Flood.xml",
    "sambro/Homeland_Sec_Adv.xml",
    "sambro/Maldives-Tsunami-MultiLanguage.xml",
    "sambro/Myanmar-Flood-MultiLanguage.xml",
    "sambro/Philippines-Tsunami.xml",
    "sambro/Severe_Thunderstorm_Warning.xml",
    "sambro/TropicalCyclone20150806.xml",
    "sambro/heavy_rain.xml",
    "google/australia.cap",
    "google/canada_signed.cap",
    "google/earthquake-iso8859-1.cap",
    "google/canada_errors.cap",
];

fn sample(name: &str) -> Option<Received> {
    let bytes = shared::file(&format!("cap/{name}"))?;
    Some(parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn codes(received: &Received) -> Vec<(FaultCode, &str)> {
    received.faults.iter().map(|fault| (fault.code, fault.path.as_str())).collect()
}

/// A small sound alert, with a part replaced.
fn with(from: &str, to: &str) -> Vec<u8> {
    let whole = format!(
        "<alert xmlns=\"{NAMESPACE}\"><identifier>A-1</identifier><sender>a@example.org</sender>\
         <sent>2026-06-01T08:00:00+08:00</sent><status>Exercise</status><msgType>Alert</msgType>\
         <scope>Public</scope><info><category>Met</category><event>test</event>\
         <urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>\
         <area><areaDesc>x</areaDesc></area></info></alert>"
    );
    assert!(whole.contains(from), "{from}");
    whole.replacen(from, to, 1).into_bytes()
}

#[test]
fn every_sound_sample_comes_in_and_goes_out_the_same_field_by_field() {
    for name in SOUND {
        let Some(received) = sample(name) else { return };
        println!("{name}: {:?}", codes(&received));
        let written = write(&received.alert).unwrap();
        let again = parse(&written).unwrap();
        assert_eq!(again.alert, received.alert, "{name}");
        assert_eq!(write(&again.alert).unwrap(), written, "{name}");
    }
}

#[test]
fn languages_areas_circles_and_parameters_are_all_kept() {
    let Some(maldives) = sample("sambro/Maldives-Tsunami-MultiLanguage.xml") else { return };
    let languages: Vec<_> = maldives.alert.info.iter().map(Info::language).collect();
    assert_eq!(languages, ["dv", "en-US"]);
    let Some(tsunami) = sample("sambro/Philippines-Tsunami.xml") else { return };
    let areas: Vec<_> = tsunami.alert.info[0].area.iter().map(|a| a.area_desc.as_str()).collect();
    assert_eq!(areas, ["Surigao", "Eastern Samar"]);
    let Some(australia) = sample("google/australia.cap") else { return };
    assert_eq!(australia.alert.info[0].area[0].circle, ["-35.3888,147.0598 25.0"]);
    assert_eq!(australia.alert.info[0].parameter("FireDangerClass"), Some("1"));
    assert_eq!(australia.alert.info[0].event_code.len(), 2);
    let Some(quake) = sample("google/earthquake-iso8859-1.cap") else { return };
    let headline = quake.alert.info[0].headline.as_deref().unwrap();
    assert!(headline.starts_with("EQ 4.6 Usulut\u{e1}n"), "{headline}");
    assert_eq!(quake.alert.sent.at().to_string(), "2012-10-14T22:53:04Z");
}

#[test]
fn signatures_are_counted_and_not_verified() {
    let Some(signed) = sample("google/canada_signed.cap") else { return };
    assert_eq!(signed.signatures, 2);
    assert!(signed.unknown.is_empty());
    let again = parse(&write(&signed.alert).unwrap()).unwrap();
    assert_eq!(again.signatures, 0);
}

#[test]
fn an_update_without_references_comes_in_with_its_faults() {
    let Some(errors) = sample("google/canada_errors.cap") else { return };
    let found = codes(&errors);
    for want in [
        (FaultCode::MissingReferences, "references"),
        (FaultCode::EmptyElement, "references"),
        (FaultCode::EmptyElement, "restriction"),
        (FaultCode::EmptyElement, "addresses"),
    ] {
        assert!(found.contains(&want), "{want:?} in {found:?}");
    }
}

#[test]
fn what_the_schema_makes_mandatory_is_refused_by_name() {
    if let Some(bytes) = shared::file("cap/google/invalid.cap") {
        let want = CapError::Missing { element: "scope", within: "alert".to_owned() };
        assert_eq!(parse(&bytes), Err(want));
    }
    let refused = parse(&with("<urgency>Immediate</urgency>", "")).unwrap_err();
    assert_eq!(refused.to_string(), "info[0]: the mandatory element urgency is missing");
    let refused = parse(&with("<status>Exercise", "<status>Drill")).unwrap_err();
    assert_eq!(refused.to_string(), "alert: \"Drill\" is no value of the element status");
    let refused = parse(&with("2026-06-01T08:00:00+08:00", "2026-13-01T08:00:00+08:00"));
    assert!(matches!(refused, Err(CapError::Value { element: "sent", .. })));
    let twice = parse(&with("<scope>Public</scope>", "<scope>Public</scope><scope>Public</scope>"));
    assert!(matches!(twice, Err(CapError::Repeated { element: "scope", .. })));
}

#[test]
fn other_versions_and_namespaces_are_refused_by_name() {
    if let Some(bytes) = shared::file("cap/google/earthquake.cap") {
        assert_eq!(parse(&bytes), Err(CapError::Version { version: "1.1".to_owned() }));
    }
    let other = parse(&with(NAMESPACE, "urn:example:alerts"));
    assert_eq!(other, Err(CapError::Namespace { namespace: "urn:example:alerts".to_owned() }));
    let none = parse(b"<alert><identifier>1</identifier></alert>");
    assert_eq!(none, Err(CapError::Namespace { namespace: String::new() }));
    if let Some(bytes) = shared::file("cap/google/amber.atom") {
        assert_eq!(parse(&bytes), Err(CapError::NotAnAlert { root: "feed".to_owned() }));
    }
}

#[test]
fn attacks_are_refused_with_a_typed_error() {
    let attack = |name: &str| shared::file(&format!("badinput/xml/{name}"));
    if shared::folder().is_none() {
        return;
    }
    for name in [
        "entity-expansion",
        "quadratic-blowup",
        "external-dtd",
        "external-entity-file",
        "external-entity-http",
        "parameter-entity",
    ] {
        let refused = parse(&attack(&format!("{name}.xml")).unwrap()).unwrap_err();
        assert!(matches!(refused, CapError::Xml(XmlError::DocumentType { line: 2 })), "{name}");
    }
    let refused = parse(&attack("not-closed.xml").unwrap()).unwrap_err();
    assert!(matches!(refused, CapError::Xml(XmlError::Truncated { .. })), "{refused}");
    let refused = parse(&attack("control-characters.xml").unwrap()).unwrap_err();
    assert!(matches!(refused, CapError::Xml(XmlError::ForbiddenCharacter { .. })), "{refused}");
    let refused = parse(&attack("xinclude.xml").unwrap()).unwrap_err();
    let want = "info[0]: the element include inside description, which holds text only";
    assert_eq!(refused.to_string(), want);
    for (name, text) in [
        ("html-in-text.xml", "<script>alert(1)</script><img src=x onerror=alert(1)>"),
        ("processing-instruction.xml", "plain"),
        ("utf-16.xml", "\u{53cc}\u{5b57}\u{8282} \u{4e2d}\u{6587}"),
    ] {
        let received = parse(&attack(name).unwrap()).unwrap();
        assert_eq!(received.alert.info[0].description.as_deref(), Some(text), "{name}");
    }
}

#[test]
fn nesting_attributes_and_size_have_limits() {
    let deep = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
    let refused = parse(deep.as_bytes());
    assert!(matches!(refused, Err(CapError::Xml(XmlError::TooDeep { limit: 32, .. }))));
    let many: String = (0..100_000).map(|at| format!(" b{at}=\"1\"")).collect();
    let refused = parse(format!("<a{many}/>").as_bytes());
    assert!(matches!(refused, Err(CapError::Xml(XmlError::TooManyAttributes { .. }))));
    let refused = parse(format!("<a>{}</a>", "<b/>".repeat(100_001)).as_bytes());
    assert!(matches!(refused, Err(CapError::Xml(XmlError::TooManyElements { .. }))));
    let refused = parse(&vec![b' '; (8 << 20) + 1]);
    assert!(matches!(refused, Err(CapError::Xml(XmlError::TooLarge { .. }))));
}

#[test]
fn unknown_elements_are_kept_and_listed() {
    let more = "<x:more xmlns:x=\"urn:x\"><x:n k=\"v\">1 &lt; 2</x:n></x:more><scope>Public";
    let received = parse(&with("<scope>Public", more)).unwrap();
    assert_eq!(received.unknown.len(), 1);
    assert_eq!(received.unknown[0].name, "more");
    assert_eq!(received.unknown[0].xml, "<more xmlns=\"urn:x\"><n k=\"v\">1 &lt; 2</n></more>");
    assert_eq!(codes(&received), [(FaultCode::UnknownElement, "")]);
}

#[test]
fn several_pairs_in_one_parameter_all_come_in() {
    let pairs = "<parameter><valueName>a</valueName><value>1</value><valueName>b</valueName>\
                 <value>2</value></parameter><parameter><valueName>c</valueName></parameter><area>";
    let received = parse(&with("<area>", pairs)).unwrap();
    let info = &received.alert.info[0];
    assert_eq!((info.parameter("a"), info.parameter("b")), (Some("1"), Some("2")));
    assert_eq!(
        codes(&received),
        [
            (FaultCode::SeveralPairs, "info[0].parameter[0]"),
            (FaultCode::IncompletePair, "info[0].parameter[1]")
        ]
    );
}

#[test]
fn bad_shapes_are_faults_and_leave_the_footprint_incomplete() {
    let area = |inside: &str| parse(&with("</areaDesc>", &format!("</areaDesc>{inside}"))).unwrap();
    for (text, code) in [
        ("1,1 2,2", FaultCode::BadPolygon),
        ("1,1 2,x 3,1 1,1", FaultCode::BadPolygon),
        ("1,1 2,NaN 3,1 1,1", FaultCode::BadPolygon),
        ("1,1 91,2 3,1 1,1", FaultCode::BadPolygon),
        ("0,0 1,1 0,1 1,0 0,0", FaultCode::PolygonSelfCrossing),
    ] {
        let received = area(&format!("<polygon>{text}</polygon>"));
        assert_eq!(codes(&received), [(code, "info[0].area[0].polygon[0]")], "{text}");
        let found = footprint(&received.alert);
        assert!(found.is_unknown() && found.incomplete);
        assert_eq!(received.alert.info[0].area[0].polygon, [text]);
    }
    let open = area("<polygon>0,0 0,1 1,1</polygon>");
    assert_eq!(codes(&open)[0].0, FaultCode::PolygonNotClosed);
    assert_eq!(footprint(&open.alert).rings[0].len(), 4);
    for text in ["1,1", "1,1 x", "1,1 -2", "1,1 inf", "1,1 9999"] {
        let received = area(&format!("<circle>{text}</circle>"));
        assert_eq!(codes(&received)[0].0, FaultCode::BadCircle, "{text}");
    }
    let point = area("<circle>47.1,9.5 0</circle>");
    assert_eq!(codes(&point)[0].0, FaultCode::CircleWithoutExtent);
    assert!(footprint(&point.alert).is_unknown());
    assert_eq!(footprint(&point.alert).points.len(), 1);
}

#[test]
fn a_circle_becomes_a_ring_at_its_radius() {
    for (centre, km) in [("30.5,104.1", 25.0), ("-35.3888,147.0598", 300.0), ("0,0", 1.0)] {
        let circle = circle_of(&format!("{centre} {km}")).unwrap();
        let ring = circle.ring().unwrap();
        assert_eq!(ring.len(), 65);
        for point in ring {
            let share = kernel::geodesic_mm(circle.centre, point) as f64 / (km * 1e6);
            assert!((0.996..1.006).contains(&share), "{centre} {km}: {share}");
        }
    }
    assert_eq!(circle_of("89.9,0 500").unwrap().ring(), None);
}

#[test]
fn a_cancelled_or_missing_reference_is_named() {
    let bytes = with(
        "<msgType>Alert</msgType><scope>Public</scope>",
        "<msgType>Update</msgType><scope>Public</scope><references>a@x.org,A-0,\
         2026-06-01T07:00:00+08:00 b@x.org,B-7,2026-06-01T07:00:00-00:00 broken</references>",
    );
    let received = parse(&bytes).unwrap();
    assert_eq!(codes(&received), [(FaultCode::BadReference, "references")]);
    let (list, bad) = received.alert.reference_list();
    assert_eq!((list.len(), bad.as_slice()), (2, ["broken".to_owned()].as_slice()));
    let faults = check_references(&received.alert, |reference| match reference.sender.as_str() {
        "a@x.org" => Known::Cancelled,
        _ => Known::NotHeld,
    });
    let found: Vec<_> = faults.iter().map(|f| (f.code, f.detail.as_str())).collect();
    assert_eq!(
        found,
        [
            (FaultCode::CancelledReference, "a@x.org,A-0"),
            (FaultCode::UnknownReference, "b@x.org,B-7")
        ]
    );
}

#[test]
fn colours_follow_severity_unless_the_issuer_names_one() {
    let mut received = parse(&with("A-1", "A-1")).unwrap();
    let info = &mut received.alert.info[0];
    assert_eq!(colour_of(info), Some(Colour::Orange));
    assert_eq!(colour_of(info).unwrap().level(), 2);
    info.severity = Severity::Unknown;
    assert_eq!(colour_of(info), None);
    info.severity = Severity::Minor;
    info.parameter
        .push(NamedValue { value_name: COLOUR_PARAMETER.to_owned(), value: "red".to_owned() });
    assert_eq!(colour_of(info), Some(Colour::Red));
    let again = parse(&write(&received.alert).unwrap()).unwrap();
    assert_eq!(codes(&again)[0].0, FaultCode::ColourDiffers);
}

#[test]
fn times_are_kept_as_written_and_made_with_an_offset() {
    let time = CapTime::from_text("2012-05-02T23:21:04-00:00").unwrap();
    assert_eq!(time.at().to_string(), "2012-05-02T23:21:04Z");
    assert!(time.is_in_form());
    let beijing = CapTime::at_offset(time.at(), 480).unwrap();
    assert_eq!(beijing.text(), "2012-05-03T07:21:04+08:00");
    assert_eq!(beijing.at(), time.at());
    assert_eq!(CapTime::at_offset(time.at(), 0).unwrap().text(), "2012-05-02T23:21:04-00:00");
    let loose = CapTime::from_text("2012-05-02T23:21:04.5Z").unwrap();
    assert!(!loose.is_in_form());
    assert_eq!(loose.to_cap(), "2012-05-02T23:21:04-00:00");
    for bad in ["2012-05-02", "2012-05-02T23:21:04", "yesterday", ""] {
        assert_eq!(CapTime::from_text(bad), None, "{bad}");
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let mut alert = parse(&with("A-1", "A-1")).unwrap().alert;
    alert.info[0].headline = Some("bell \u{7}".to_owned());
    let want = WriteError::Character { element: "headline".to_owned(), code: 7 };
    assert_eq!(write(&alert), Err(want));
    alert.info[0].headline = None;
    alert.info[0].language = Some("not a tag".to_owned());
    assert!(matches!(write(&alert), Err(WriteError::Value { element: "language", .. })));
    alert.info[0].language = None;
    alert.info[0].category.clear();
    assert_eq!(write(&alert), Err(WriteError::Missing { element: "category" }));
}

#[test]
fn the_sample_of_the_guide_is_a_sound_exercise_alert() {
    let received = parse(&shared::own("docs/guide/samples/rhine-flood.cap.xml")).unwrap();
    assert_eq!((received.faults.as_slice(), received.unknown.len()), ([].as_slice(), 0));
    let alert = &received.alert;
    assert_eq!(alert.status, Status::Exercise);
    let languages: Vec<_> = alert.info.iter().map(Info::language).collect();
    assert_eq!(languages, ["de-LI", "zh-CN", "en-GB"]);
    for info in &alert.info {
        assert_eq!(colour_of(info), Some(Colour::Red));
    }
    assert_eq!(hazard_of(alert), Some(kernel::HazardKind::Flood));
    let found = footprint(alert);
    assert!(!found.incomplete);
    assert_eq!(found.rings.len(), 1);
    for point in &found.rings[0] {
        assert!((9.47..=9.56).contains(&point.lon()), "{point:?}");
        assert!((47.05..=47.27).contains(&point.lat()), "{point:?}");
    }
}

#[test]
fn hazard_kinds_are_told_from_code_word_or_not_at_all() {
    use kernel::HazardKind;
    let mut alert = parse(&with("A-1", "A-1")).unwrap().alert;
    assert_eq!(hazard_of(&alert), None);
    alert.info[0].event = "Severe Thunderstorm Warning".to_owned();
    assert_eq!(hazard_of(&alert), Some(HazardKind::Weather));
    let code = |value: &str| NamedValue { value_name: HAZARD_CODE.into(), value: value.into() };
    alert.info[0].event_code.push(code("no such"));
    assert_eq!(hazard_of(&alert), Some(HazardKind::Weather));
    alert.info[0].event_code.push(code("geological"));
    assert_eq!(hazard_of(&alert), Some(HazardKind::Geological));
}

#[test]
fn troublesome_texts_are_kept_or_refused_by_name() {
    let Some(bytes) = shared::file("badinput/blns.json") else { return };
    let texts: Vec<String> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(texts.len(), 515);
    let mut alert = parse(&with("A-1", "A-1")).unwrap().alert;
    let mut kept = 0;
    for text in texts {
        let info = &mut alert.info[0];
        info.description = Some(text.clone());
        info.parameter = vec![NamedValue { value_name: text.clone(), value: text.clone() }];
        match write(&alert) {
            Ok(written) => {
                assert_eq!(parse(&written).unwrap().alert, alert, "{text:?}");
                kept += 1;
            }
            Err(error) => assert!(matches!(error, WriteError::Character { .. }), "{error}"),
        }
    }
    assert_eq!(kept, 509, "the others hold characters that XML forbids");
}
