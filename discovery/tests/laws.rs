//! Laws that hold for any input.

use discovery::document::{Document, MAX_WARNINGS};
use discovery::flow::Flow;
use discovery::name::Languages;
use discovery::oauth::callback::{Callback, Expected, MAX_DESCRIPTION};
use discovery::oauth::request::{AuthorizationRequest, State, Verifier};
use discovery::oauth::token::TokenReply;
use discovery::search::{Narrowing, SearchIndex};
use discovery::sequence::{self, Position, Verdict};
use discovery::url::{Options, UrlKind, verify};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Any JSON, with the members and texts of lists in it more often than chance would put them there.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |f| f.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((member(), inner), 0..8).prop_map(|m| m.into_iter().collect()),
        ]
    })
}

fn member() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(vec![
            "id", "cat_idp", "name", "country", "geo", "lat", "lon", "profiles", "default", "oauth", "redirect",
            "eapconfig_endpoint", "token_endpoint", "authorization_endpoint", "type", "letswifi_endpoint",
            "webview_endpoint", "display", "lang", "any", "", "seq", "version", "instances", "providers",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            " ",
            "cat_1",
            "Université",
            "https://a.example/x",
            "http://b.example",
            "www.c.example",
            "52.1",
            "true",
            "letswifi",
            "eap-config",
            "webview",
            "javascript:alert(1)",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ]
}

/// A list of any format with any entries.
fn any_list() -> impl Strategy<Value = Value> {
    (0u8..3, vec(any_json(), 0..5), any::<u64>()).prop_map(|(format, entries, seq)| match format {
        0 => json!({"version": 1, "seq": seq, "instances": entries}),
        1 => json!({"http://letswifi.app/discovery#v2": {"seq": seq, "institutions": entries}}),
        _ => json!({"http://letswifi.app/discovery#v3": {"seq": seq, "providers": entries}}),
    })
}

/// Names as lists have them, of few words so that queries meet them.
fn named_list() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "Sur",
        "Surrey",
        "université",
        "of",
        "Łódź",
        "O'Reilly",
        "大学",
        "Straße",
        "(UFV)",
        "ΟΔΟΣ",
        "a",
        "-",
        "İzmir",
        "x\u{301}\u{323}",
        "सूर",
        "ﬁn",
        "Institute",
        "Technology",
    ]);
    let name = vec(word, 1..5).prop_map(|words| words.join(" "));
    vec(vec(name, 1..3), 1..12).prop_map(|institutions| {
        let entry = |(at, names): (usize, Vec<String>)| {
            let names: Value = names
                .iter()
                .enumerate()
                .map(|(i, n)| json!({"display": n, "lang": if i == 0 { "" } else { "en" }}))
                .collect();
            json!({"id": format!("i{at}"), "name": names, "profiles": [{"id": "p"}]})
        };
        let entries: Value = institutions.into_iter().enumerate().map(entry).collect();
        json!({"http://letswifi.app/discovery#v3": {"seq": 1, "providers": entries}})
    })
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,4}",
        prop::sample::select(vec![
            "sur",
            "university",
            "s of",
            "o'r",
            "大",
            "lodz",
            "strasse",
            "(",
            "οδος",
            "it",
            "u o s",
            "istitute",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ]
}

fn parse(value: &Value) -> Document {
    Document::parse(value.to_string().as_bytes()).expect("a list")
}

proptest! {
    #[test]
    fn any_octets_are_read_or_refused(octets in vec(any::<u8>(), 0..200)) {
        let _ = Document::parse(&octets);
        let _ = TokenReply::parse(200, &octets, 0);
        let _ = discovery::fetch::service_document(&octets, Options::default());
        let _ = discovery::fetch::BodyKind::of(&octets);
    }

    /// What serde_json takes as JSON is never `bad_json` here, and the other way round.
    #[test]
    fn json_is_what_the_library_says_it_is(text in r#"[\[\]{}",:0-9eE.+\-truefalsn\\u ]{0,24}"#) {
        let refused = matches!(
            Document::parse(text.as_bytes()),
            Err(discovery::document::DecodeError::BadJson { .. })
        );
        prop_assert_eq!(refused, serde_json::from_str::<&serde_json::value::RawValue>(&text).is_err());
    }

    // spec: discovery 6
    #[test]
    fn bad_entries_cost_only_themselves(list in any_list()) {
        let document = parse(&list);
        let entries = list.as_object().unwrap().values().find_map(Value::as_array);
        let inner = list.as_object().unwrap().values().find_map(|v| v.as_object()?.values().find_map(Value::as_array));
        prop_assert!(document.len() <= entries.or(inner).map_or(0, Vec::len));
        prop_assert!(document.warnings().len() <= MAX_WARNINGS);
        prop_assert!(document.warnings().len() as u64 <= document.warning_count());
        for institution in document.institutions() {
            prop_assert!(institution.profiles().len() > 0);
            prop_assert!(institution.names().iter().all(|n| !n.text.trim().is_empty() || !institution.is_named()));
            prop_assert_eq!(document.find(institution.id()).unwrap().id(), institution.id());
            prop_assert!(institution.sites().iter().all(|s| s.lat.abs() <= 90.0 && s.lon.abs() <= 180.0));
            for profile in institution.profiles() {
                if let Some(url) = profile.decision().flow.ok().as_ref().and_then(Flow::url) {
                    prop_assert!(url.is_https());
                }
            }
        }
    }

    /// White space and escapes in the spelling of a list change nothing.
    #[test]
    fn spelling_does_not_matter(list in any_list()) {
        let compact = parse(&list);
        let spaced = Document::parse(serde_json::to_string_pretty(&list).unwrap().as_bytes()).unwrap();
        let escape = |c: char| {
            let units = c.encode_utf16(&mut [0; 2]).iter().map(|u| format!("\\u{u:04x}")).collect::<String>();
            if c.is_ascii() { c.to_string() } else { units }
        };
        let escaped: String = list.to_string().chars().map(escape).collect();
        let escaped = Document::parse(escaped.as_bytes()).unwrap();
        for other in [spaced, escaped] {
            prop_assert_eq!(compact.warnings(), other.warnings());
            let print = |document: &Document| document.institutions().map(|i| format!("{i:?}")).collect::<Vec<_>>();
            prop_assert_eq!(print(&compact), print(&other));
        }
    }

    // spec: discovery 8
    #[test]
    fn a_verified_url_is_safe_and_stable(text in prop_oneof!["\\PC{0,40}", "https?://[a-zé.:@/?#%\\\\\\[\\]0-9]{0,30}"]) {
        for kind in [UrlKind::Redirect, UrlKind::Endpoint] {
            if let Ok(url) = verify(&text, kind) {
                let text = url.as_str();
                prop_assert!(text.starts_with("https://") && text.is_ascii());
                prop_assert!(!text.contains(|c: char| c.is_control() || c == ' ' || c == '\\' || c == '"' || c == '<'));
                prop_assert!(kind == UrlKind::Redirect || !text.contains('#'));
                let again = verify(text, kind).unwrap();
                prop_assert_eq!(again.as_str(), text);
                prop_assert!(!again.is_rewritten());
            }
        }
    }

    #[test]
    fn redirections_stay_on_https(location in "\\PC{0,30}") {
        let base = verify("https://a.example/b/c", UrlKind::Endpoint).unwrap();
        if let Ok(url) = base.redirected(&location, Options::default()) {
            prop_assert!(url.is_https());
        }
    }

    // spec: discovery 10
    #[test]
    fn ranked_search_finds_what_the_seed_finds(list in named_list(), query in query()) {
        let document = parse(&list);
        let index = SearchIndex::new(&document, &Languages::default());
        let hits = index.search(&query);
        let found: BTreeSet<usize> = hits.iter().map(|h| h.institution).collect();
        prop_assert_eq!(found.len(), hits.len(), "each once");
        prop_assert!(hits.is_sorted_by_key(|h| h.tier));
        for position in index.filter_contains(&query) {
            prop_assert!(found.contains(&position));
        }
        // The seed's rule itself, without any index.
        let blanks: &[char] = &[' ', '\t', '\r', '\n', '\x0C'];
        let wanted = query.trim_matches(blanks).to_lowercase();
        let plain = document.institutions().enumerate().filter(|(_, i)| {
            i.names().iter().any(|n| n.text.to_lowercase().contains(&wanted))
        });
        prop_assert_eq!(index.filter_contains(&query), plain.map(|(at, _)| at).collect::<Vec<_>>());
    }

    #[test]
    fn names_find_themselves(list in named_list()) {
        let document = parse(&list);
        let index = SearchIndex::new(&document, &Languages::default());
        for (position, institution) in document.institutions().enumerate() {
            for name in institution.names().iter() {
                prop_assert!(index.search(name.text).iter().any(|h| h.institution == position), "{}", name.text);
            }
        }
    }

    #[test]
    fn typing_letter_by_letter_changes_nothing(list in named_list(), queries in vec(query(), 1..4)) {
        let document = parse(&list);
        let index = SearchIndex::new(&document, &Languages::default());
        let mut typing = Narrowing::new(&index);
        let typed = queries.join(" ");
        for end in typed.char_indices().map(|(at, c)| at + c.len_utf8()) {
            prop_assert_eq!(typing.search(&typed[..end]), index.search(&typed[..end]), "{}", &typed[..end]);
        }
    }

    // spec: discovery 11.3, 11.4
    #[test]
    fn a_callback_with_our_state_and_only_that_gives_the_code(
        code in "[!-~]{1,40}", state in any::<[u8; 32]>(), wrong in "\\PC{0,50}", own in "[a-z=&%+]{0,20}",
    ) {
        let state = State::from_random(&state);
        let endpoint = verify(&format!("https://a.example/?{own}"), UrlKind::Endpoint).unwrap();
        let verifier = Verifier::from_random(&[0; 32]);
        let request = AuthorizationRequest {
            endpoint: &endpoint, client_id: &code, redirect_uri: "http://127.0.0.1:1/", state: &state, verifier: &verifier,
            scope: "eap-metadata",
        };
        // What a server that copies `state` and sends a code gives back.
        let url = request.url();
        let copied = url.split(['?', '&']).filter(|pair| pair.starts_with("state=")).collect::<Vec<_>>();
        prop_assert_eq!(copied.len(), 1);
        let escaped: String = code.bytes().map(|o| format!("%{o:02x}")).collect();
        let expected = Expected { path: "/", state: &state, custom_scheme: None };
        let callback = Callback::parse(expected, "GET", &format!("/?code={escaped}&{}", copied[0]));
        let Callback::Code(got) = callback else { panic!("{callback:?}") };
        prop_assert_eq!(got.expose(), code);
        let guess = Callback::parse(expected, "GET", &format!("/?code=x&state={wrong}"));
        prop_assert!(matches!(guess, Callback::Error(_)));
    }

    #[test]
    fn any_target_is_judged(method in "[A-Z]{0,7}", target in "\\PC{0,60}") {
        let state = State::from_text("s");
        let expected = Expected { path: "/", state: &state, custom_scheme: None };
        let callback = Callback::parse(expected, &method, &target);
        prop_assert!([200, 400, 404, 405, 414].contains(&callback.status()));
        if let Callback::ServerError(said) = &callback {
            prop_assert!(said.description.as_ref().is_none_or(|d| d.chars().count() <= MAX_DESCRIPTION));
        }
        let page = callback.page(None);
        prop_assert!(target.len() < 8 || !page.body.contains(&target));
    }

    // spec: discovery 5
    #[test]
    fn the_highest_number_never_falls(numbers in vec(0u64..20, 1..20)) {
        let mut position = Position::default();
        for number in numbers {
            let before = position.high;
            if let Verdict::Accept { high, .. } = sequence::judge(position, number, false, 0) {
                prop_assert!(Some(number) >= before);
                position = Position { high, active: Some(number) };
            }
            prop_assert!(position.high >= before);
        }
    }

    #[test]
    fn published_numbers_always_grow(today in 20_150_101u32..21_991_231, previous in any::<u64>()) {
        let next = sequence::next(today, Some(previous));
        prop_assert!(next > previous || previous == u64::MAX);
    }
}
