use super::*;

fn read(text: &str) -> Result<Element, XmlError> {
    parse(text.as_bytes(), &Limits::ALERT)
}

#[test]
fn texts_references_and_line_ends_are_read() {
    let root = read("<a k='x&amp;y'>1 &lt; 2 &#x4e2d;\r\n<![CDATA[<&>]]><!-- no --></a>").unwrap();
    assert_eq!(root.text(), "1 < 2 \u{4e2d}\n<&>");
    assert_eq!(root.attributes, [("k".to_owned(), "x&y".to_owned())]);
}

#[test]
fn encodings_follow_mark_and_declaration() {
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>";
    assert_eq!(parse(latin, &Limits::ALERT).unwrap().text(), "\u{e9}");
    let wide = |big: bool| -> Vec<u8> {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>\u{1f300}</a>";
        text.encode_utf16()
            .flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() })
            .collect()
    };
    for big in [false, true] {
        let mut bytes = wide(big);
        assert_eq!(parse(&bytes, &Limits::ALERT).unwrap().text(), "\u{1f300}");
        bytes.pop();
        let want = XmlError::NotText { encoding: "UTF-16", line: 1 };
        assert_eq!(parse(&bytes, &Limits::ALERT), Err(want));
    }
    let refused = read("<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><a/>");
    assert_eq!(refused, Err(XmlError::Encoding("EBCDIC-CP-US".to_owned())));
    let refused = parse(b"<a>\n\xff</a>", &Limits::ALERT);
    assert_eq!(refused, Err(XmlError::NotText { encoding: "UTF-8", line: 2 }));
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let cases: &[(&str, &str)] = &[
        ("", "there is no XML element in the document"),
        ("<a>\n<b>", "line 2: the document is cut off inside the element b"),
        ("<a>\n&nbsp;</a>", "line 2: the entity &nbsp; is not defined"),
        ("<a>&#7;</a>", "line 1: the character U+0007 is not allowed in XML"),
        ("<a k='&#7;'/>", "line 1: the character U+0007 is not allowed in XML"),
        ("\n<x:a/>", "line 2: the prefix \"x\" stands for no namespace"),
        ("<a/><b/>", "line 1: not well-formed XML (a second root element)"),
        ("<a/>x", "line 1: not well-formed XML (text outside the root)"),
        ("<!DOCTYPE a><a/>", "line 1: a document type declaration (DTD) is not allowed"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text).unwrap_err().to_string(), *want, "{text}");
    }
    for text in ["<a></b>", "</a>", "<a k='1' k='2'/>", "<a k=1/>", "<a>&</a>", "x<a/>", "<a"] {
        assert!(read(text).is_err(), "{text}");
    }
}
