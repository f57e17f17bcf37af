//! Lists that deviate from their format in ways no recorded case has: what section 4 to 6 make of them.

use discovery::document::{DecodeError, Document};

/// The list member of a format with one institution that has no id but a number.
fn marked(format: u8, list: &str) -> Result<Document, DecodeError> {
    let marker = format!("http://letswifi.app/discovery#v{format}");
    let entry = r#"{"cat_idp":70,"name":"N","profiles":[{"id":"p"}]}"#;
    Document::parse(format!(r#"{{"{marker}":{{"seq":1,"{list}":[{entry}]}}}}"#).as_bytes())
}

// spec: discovery 3, 6
#[test]
fn each_format_has_its_own_names_of_the_list() {
    for list in ["institutions", "instances", "providers"] {
        assert!(marked(2, list).is_ok(), "{list}");
    }
    assert!(marked(3, "providers").is_ok());
    for list in ["institutions", "instances"] {
        assert_eq!(marked(3, list).err(), Some(DecodeError::NoList), "{list}");
    }
}

// spec: discovery 4
#[test]
fn any_other_integer_is_another_version() {
    let of = |version: &str| {
        let list = format!(r#"{{"version":{version},"seq":1,"instances":[]}}"#);
        Document::parse(list.as_bytes()).map(|document| document.len())
    };
    for same in ["1", "1.0", "\"1\"", "\" 1 \"", "null"] {
        assert_eq!(of(same), Ok(0), "{same}");
    }
    for other in ["0", "2", "2.00", "\"2\"", "18446744073709551616", "\"99999999999999999999999\""] {
        assert_eq!(of(other), Err(DecodeError::UnsupportedVersion), "{other}");
    }
    for none in ["-1", "1.5", "1e0", "true", "[1]", "\"\"", "\"one\""] {
        assert_eq!(of(none), Err(DecodeError::BadVersion), "{none}");
    }
}
