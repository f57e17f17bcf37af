//! Lists that deviate from their format in ways no recorded case has: what section 4 to 6 make of them.

use discovery::document::{DecodeError, Document};

/// A list of format 1 with one institution, which has these members besides its profiles.
fn institution(members: &str) -> Document {
    with_profile(members, r#""id":"p""#)
}

/// A list of format 1 with one institution and one profile of these members.
fn with_profile(members: &str, profile: &str) -> Document {
    let list = format!(r#"{{"version":1,"seq":1,"instances":[{{{members},"profiles":[{{{profile}}}]}}]}}"#);
    Document::parse(list.as_bytes()).expect("a list")
}

fn warnings(document: &Document) -> Vec<String> {
    document.warnings().iter().map(ToString::to_string).collect()
}

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

// spec: discovery 6
#[test]
fn an_institution_without_id_is_named_after_its_number_in_every_format() {
    for (format, list) in [(2, "institutions"), (3, "providers")] {
        let document = marked(format, list).expect("a list");
        let found = document.find("cat_70").expect("the institution");
        assert_eq!(found.cat_idp(), Some(70));
        assert_eq!(warnings(&document), ["synthetic_id@0"]);
    }
}

// spec: discovery 6
#[test]
fn names_are_trimmed_and_countries_are_not() {
    let document = institution(r#""id":"i","name":" N ","country":" NL ""#);
    let found = document.institution(0).expect("the institution");
    assert_eq!(found.names().iter().map(|name| name.text).collect::<Vec<_>>(), ["N"]);
    assert_eq!(found.country(), " NL ");
}

// spec: discovery 6
#[test]
fn integers_may_have_a_zero_fraction_everywhere() {
    let document = with_profile(
        r#""id":"i","name":"N","cat_idp":7088.0"#,
        r#""id":"p","default":1.0,"oauth":0.00,"eapconfig_endpoint":"https://a.example/""#,
    );
    let found = document.institution(0).expect("the institution");
    let profile = found.profiles().next().expect("the profile");
    assert_eq!((found.cat_idp(), profile.is_default(), profile.oauth()), (Some(7088), true, Some(false)));
    assert_eq!(warnings(&document), [""; 0]);

    let document = with_profile(r#""id":"i","name":"N","cat_idp":7088.5"#, r#""id":"p","default":1.5"#);
    assert_eq!(warnings(&document), ["type:cat_idp@0", "type:profile.default@0"]);
}

// spec: discovery 6
#[test]
fn a_member_that_is_null_leaves_its_other_spelling_to_count() {
    let document = institution(
        r#""id":"i","name":"N","geo":[{"lat":1,"lon":null,"long":2},{"lat":3,"lng":4,"long":null}]"#,
    );
    let sites = document.institution(0).expect("the institution").sites();
    assert_eq!(sites.iter().map(|site| (site.lat, site.lon)).collect::<Vec<_>>(), [(1.0, 2.0), (3.0, 4.0)]);
    assert_eq!(warnings(&document), [""; 0]);
}
