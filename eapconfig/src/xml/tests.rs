use super::names::UNDECLARED;
use super::*;
use crate::read::MAX_ATTRIBUTES;

/// Reads all tokens.
fn scan(document: &[u8]) -> Result<(), Fault> {
    let mut scanner = Scanner::new(document, 4 << 20)?;
    while !matches!(scanner.next()?, Token::End) {
        scanner.check_name()?;
    }
    Ok(())
}

/// What is said of a malformed document.
fn why(document: &str) -> &'static str {
    scan(document.as_bytes()).err().map_or("", |fault| fault.why)
}

fn kind(document: impl AsRef<[u8]>) -> Option<Kind> {
    scan(document.as_ref()).err().map(|fault| fault.kind)
}

// spec: eapconfig 2
#[test]
fn well_formed_documents_pass() {
    for document in [
        "<a/>",
        "\u{FEFF}<?xml version='1.0'?><a/>",
        "<?xml version=\"1.0\" encoding=\"US-ASCII\" standalone='yes' ?>\r\n<!-- c --><?p i?><a></a >\n<!--d--><?p?>",
        "<a b='>' c = \"'\" />",
        "<a>&lt;&gt;&amp;&apos;&quot;&#9;&#x10FFFF;&#0065;]] ></a>",
        "<a><![CDATA[<&]]]]><![CDATA[>]]></a>",
        "<p:a xmlns:p='u' p:b='' b=''><p:c xmlns:p='v'/><p:d/></p:a>",
        "<a xmlns='u'><b xmlns=''/></a>",
        "<a xml:lang='nl' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
        "<é-1·ö><_/></é-1·ö>",
        "<a b='&lt;&#10;'/>",
        "<a><!----></a>",
    ] {
        assert_eq!(scan(document.as_bytes()), Ok(()), "{document}");
    }
}

// spec: eapconfig 2
#[test]
fn what_is_not_well_formed_is_malformed() {
    for document in [
        "a",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "x<a/>",
        "&#32;<a/>",
        "<a/><![CDATA[]]>",
        "<![CDATA[ ]]><a/>",
        "<!-- only a comment -->",
        " <?xml version='1.0'?><a/>",
        "<?xml version='1.0'?><?xml version='1.0'?><a/>",
        "<?xml?><a/>",
        "<?xml encoding='UTF-8'?><a/>",
        "<?xml version='2.0'?><a/>",
        "<?xml version='1.0' standalone='maybe'?><a/>",
        "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>",
        "<?XML version='1.0'?><a/>",
        "<a><?xml version='1.0'?></a>",
        "<??><a/>",
        "<a>&</a>",
        "<a>& amp;</a>",
        "<a>&amp</a>",
        "<a>&nbsp;</a>",
        "<a>&#0;</a>",
        "<a>&#x;</a>",
        "<a>&#X41;</a>",
        "<a>&#xD800;</a>",
        "<a>&#xFFFE;</a>",
        "<a>&#99999999999999999999;</a>",
        "<a>&#+65;</a>",
        "<a>]]></a>",
        "<a>\u{1}</a>",
        "<a>\u{FFFF}</a>",
        "<a b='\u{0}'/>",
        "<!-- \u{8} --><a/>",
        "<!-- a -- b --><a/>",
        "<!-- a ---><a/>",
        "<!--><a/>",
        "<!---><a/>",
        "<!ELEMENT a ANY><a/>",
        "<a b/>",
        "<a b=c/>",
        "<a b='c/>",
        "<a b='<'/>",
        "<a b='&'/>",
        "<a b='&x;'/>",
        "<a b='1'c='2'/>",
        "<a b='1' b='2'/>",
        "<a ='1'/>",
        "<a 1='1'/>",
        "<1/>",
        "<-a/>",
        "< a/>",
        "<a/ >",
        "<a / >",
        "<></>",
        "<p:a/>",
        "<a p:b=''/>",
        "<a:b:c xmlns:a='u'/>",
        "<:a/>",
        "<a:/>",
        "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>",
        "<a xmlns:p='u' xmlns:p='v'/>",
        "<a xmlns='u' xmlns='v'/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xml='u'/>",
        "<a xmlns:xmlns='u'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        "<xmlns:a/>",
        "<a><p:b xmlns:p='u'/><p:c/></a>",
        "\u{FEFF}\u{FEFF}<a/>",
        "<a></a b='1'>",
    ] {
        assert_eq!(kind(document), Some(Kind::Malformed), "{document}");
        assert_ne!(why(document), "", "{document}");
    }
}

#[test]
fn what_is_malformed_is_said() {
    for (document, reason) in [
        ("<a><b></a>", "the end tag is not that of the element that is open"),
        ("<a><b>", "the document ends within an element"),
        ("<a/><b/>", "there is a second element after the root"),
        ("<a/>x", OUTSIDE),
        ("<a>&nbsp;</a>", "a reference that XML itself does not have"),
        (
            "<a><b c=\"1\"d=\"2\"/></a>",
            "attributes must be written as name=\"value\", with a blank before each and no `<` within",
        ),
        ("<a><b c=\"1\" c=\"2\"/></a>", "an attribute occurs twice"),
        ("<a>\u{1}</a>", "a character that XML does not allow"),
        ("<a><p:b/></a>", UNDECLARED),
    ] {
        assert_eq!(why(document), reason, "{document}");
    }
}

// spec: eapconfig 2
#[test]
fn a_tag_within_another_is_judged_like_the_first() {
    for tag in
        ["<a b=\"c\">", "<a  b=\"1>2\"\tc=\"\" >", "<a b=\"'\">", "<a b='\"' c=\"/\">", "<a b=\"é&lt;\">"]
    {
        assert_eq!(kind(format!("<r>{tag}</a></r>")), None, "{tag}");
    }
    for tag in [
        "<a b=\"c>",
        "<a b=\"<\">",
        "<a b=\"1\"c=\"2\">",
        "<a b=\"1\" b=\"2\">",
        "<a b=\"&x;\">",
        "<a b=\"\u{1}\">",
        "<a b>",
        "<a =\"\">",
        "<a p:b=\"\">",
        "<a b=\"\" / >",
        "<a 1=\"\">",
    ] {
        assert_eq!(kind(format!("<r>{tag}</a></r>")), Some(Kind::Malformed), "{tag}");
    }
}

// spec: eapconfig 2
#[test]
fn octets_are_judged_before_the_text() {
    for document in [&b""[..], b" \t\r\n", b"\xEF\xBB\xBF", b"\xEF\xBB\xBF\n"] {
        assert_eq!(kind(document), Some(Kind::Empty), "{document:?}");
    }
    for document in [
        &b"\xFF\xFE<\0a\0"[..],
        b"\xFE\xFF\0<",
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>",
        b"<?xml version='1.0' encoding='UTF-16'?><a/>",
    ] {
        assert_eq!(kind(document), Some(Kind::UnsupportedEncoding), "{document:?}");
    }
    assert_eq!(scan(b"<a>\xE9</a>"), Err(Fault::of(Kind::NotUtf8, 3)));
    assert_eq!(scan(b"\xEF\xBB\xBF<a>\xED\xA0\x80</a>"), Err(Fault::of(Kind::NotUtf8, 6)));
}

// spec: eapconfig 2, 10
#[test]
fn document_types_are_refused_whatever_they_hold() {
    for document in [
        "<!DOCTYPE a><a/>",
        "<!doctype html><html><p>",
        "<?xml version='1.0'?><!-- c --><!DOCTYPE a SYSTEM 'http://example.org/x'><a/>",
        "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a>&c;</a>",
        "<a><!DOCTYPE a></a>",
        "<!DOCTYPE a [\u{1}]><a/>",
        "<!DOCTYPE a [",
        "<!DOCTYPE a [<!ENTITY b 'bb'><a/>",
        "<a><!doctype",
    ] {
        assert_eq!(kind(document), Some(Kind::Doctype), "{document}");
    }
}

// spec: eapconfig 2
#[test]
#[cfg_attr(miri, ignore = "too long for an interpreter")]
fn limits_hold_to_the_last_one() {
    let nested = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
    assert_eq!(kind(nested(MAX_DEPTH)), None);
    assert_eq!(kind(nested(MAX_DEPTH + 1)), Some(Kind::TooDeep));
    let wide = |n: usize| format!("<a>{}</a>", "<b/>".repeat(n - 1));
    assert_eq!(kind(wide(MAX_ELEMENTS)), None);
    assert_eq!(kind(wide(MAX_ELEMENTS + 1)), Some(Kind::TooManyElements));
    let attributes = |n: usize| {
        let list: String = (0..n).map(|i| format!(" a{i}=''")).collect();
        format!("<a{list}/>")
    };
    assert_eq!(kind(attributes(MAX_ATTRIBUTES)), None);
    assert_eq!(kind(attributes(MAX_ATTRIBUTES + 1)), Some(Kind::TooManyAttributes));
    let text = |n: usize| format!("<a>{}<b/>{}</a>", "x".repeat(n / 2), "x".repeat(n - n / 2));
    assert_eq!(kind(text(MAX_TEXT_LEN)), None);
    assert_eq!(kind(text(MAX_TEXT_LEN + 1)), Some(Kind::TextTooLong));
    assert_eq!(Scanner::new(b"<a/>", 4).err(), None);
    assert_eq!(Scanner::new(b"<a/> ", 4).err(), Some(Fault::of(Kind::TooLarge, 4)));
}

#[test]
fn text_is_normalised_and_attributes_too() {
    let mut scanner =
        Scanner::new(b"<a b='x&#10;\r\n\ty' p:b='2' xmlns:p='u'>1\r\n2\r3&#13;</a>", 99).unwrap();
    assert!(matches!(scanner.next(), Ok(Token::Open(tag)) if tag.local == "a"));
    assert_eq!(scanner.attribute("b").as_deref(), Some("x\n  y"));
    assert_eq!(scanner.attribute("c"), None);
    let mut text = String::new();
    while let Ok(Token::Text(piece)) = scanner.next() {
        text.push_str(&piece);
    }
    assert_eq!(text, "1\n2\n3\r");
}
