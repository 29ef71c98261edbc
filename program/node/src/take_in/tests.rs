use kernel::hash;

use super::alerts;

fn alert(identifier: &str, area: &str) -> String {
    format!(
        "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>{identifier}\
         </identifier><sender>a@example.org</sender><sent>2026-06-01T08:00:00+08:00</sent>\
         <status>Exercise</status><msgType>Alert</msgType><scope>Public</scope><info>\
         <category>Met</category><event>test</event><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Likely</certainty><colour>x</colour>\
         <area><areaDesc>x</areaDesc>{area}</area></info></alert>"
    )
}

fn envelope(contents: &[String]) -> Vec<u8> {
    let wrap = |c: &String| {
        format!(
            "<contentObject><xmlContent><embeddedXMLContent>{c}</embeddedXMLContent>\
             </xmlContent></contentObject>"
        )
    };
    format!(
        "<EDXLDistribution xmlns=\"urn:oasis:names:tc:emergency:EDXL:DE:1.0\">\
         <distributionID>d</distributionID><senderID>s@example.org</senderID>\
         <dateTimeSent>2026-06-01T08:00:00+08:00</dateTimeSent>\
         <distributionStatus>Exercise</distributionStatus>\
         <distributionType>Report</distributionType>{}</EDXLDistribution>",
        contents.iter().map(wrap).collect::<String>()
    )
    .into_bytes()
}

const SQUARE: &str = "<polygon>30,104 30,105 31,105 31,104 30,104</polygon>";

#[test]
fn one_bad_alert_in_an_envelope_does_not_keep_the_others_out() {
    let bad = alert("B", "").replace("<scope>Public</scope>", "");
    let old = alert("C", "").replace("cap:1.2", "cap:1.1");
    let bytes = envelope(&[alert("A", ""), bad.clone(), old, alert("D", "")]);
    let read = alerts(&bytes, hash(&bytes)).unwrap();
    let taken: Vec<&str> = read.taken.iter().map(|t| t.identifier.as_str()).collect();
    assert_eq!(taken, ["A", "D"]);
    let numbers: Vec<_> = read.bad.iter().map(|b| b["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 3]);
    assert!(read.bad[0]["why"].as_str().unwrap().contains("scope"), "{:?}", read.bad);
    assert!(read.bad[1]["why"].as_str().unwrap().contains("1.1"), "{:?}", read.bad);
    let only = envelope(&[bad]);
    assert!(alerts(&only, hash(&only)).unwrap_err().to_string().contains("scope"));
    let none = envelope(&["<hello/>".to_owned()]);
    assert!(alerts(&none, hash(&none)).is_err());
}

#[test]
fn an_element_that_is_not_known_is_listed_once() {
    let bytes = alert("A", "").into_bytes();
    let read = alerts(&bytes, hash(&bytes)).unwrap();
    let faults = read.taken[0].faults.iter();
    let colour = faults.filter(|f| f["detail"] == "colour").count();
    assert_eq!(colour, 1, "{:?}", read.taken[0].faults);
}

#[test]
fn without_geometry_the_footprint_is_unknown_and_a_bad_area_leaves_it_incomplete() {
    let of = |area: &str| {
        let bytes = alert("A", area).into_bytes();
        alerts(&bytes, hash(&bytes)).unwrap().taken.remove(0)
    };
    let none = of("");
    assert!(none.footprint.is_none() && !none.footprint_incomplete);
    let whole = of(SQUARE);
    assert!(whole.footprint.is_some() && !whole.footprint_incomplete);
    let part = of(&format!("{SQUARE}<polygon>30,104 here</polygon>"));
    assert!(part.footprint.is_some() && part.footprint_incomplete);
    let lost = of("<circle>30,104</circle>");
    assert!(lost.footprint.is_none() && lost.footprint_incomplete, "unknown, never nowhere");
}

#[test]
fn every_language_area_and_parameter_is_a_field() {
    let parameter = "<parameter><valueName>n</valueName><value>v</value></parameter><area>";
    let text = alert("A", SQUARE).replacen("<area>", parameter, 1);
    let bytes = text.into_bytes();
    let taken = alerts(&bytes, hash(&bytes)).unwrap().taken.remove(0);
    let info = &taken.args["infos"][0];
    assert_eq!(info["parameters"][0]["name"], "n");
    assert_eq!(info["areas"][0]["polygons"][0][0].as_array().unwrap().len(), 5);
    assert_eq!((taken.status.as_str(), taken.message.as_str()), ("Exercise", "Alert"));
}
