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
