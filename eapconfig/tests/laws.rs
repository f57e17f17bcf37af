//! Laws that hold for every input.

use eapconfig::{
    Applicability, AuthenticationMethod, Certificate, Client, ClientCertificate, ClientSideCredential,
    ConsortiumOid, EapConfig, EapType, Helpdesk, IdentityProvider, InnerMethod, LocalizedText, Location,
    Logo, Network, NonEapType, Pkcs12, ProviderInfo, Secret, ServerSideCredential, WiredNetwork,
    check_username, format_date_time, judge, lint, map, parse_date_time, read, write,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

/// Characters XML allows, the awkward ones often.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => proptest::char::range(' ', '~'),
        2 => proptest::sample::select(vec!['&', '<', '>', '"', '\'', ']', '\t', '\n', '\r', '@', '\u{FFFD}', '\u{85}']),
        1 => proptest::char::range('\u{A0}', '\u{D7FF}'),
        1 => proptest::char::range('\u{10000}', '\u{10FFFF}'),
    ]
}

fn any_text(len: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(character(), len).prop_map(String::from_iter)
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

fn text() -> impl Strategy<Value = String> {
    any_text(1..12).prop_map(|t| trim(&t).to_owned()).prop_filter("not empty", |t| !t.is_empty())
}

fn secret() -> impl Strategy<Value = Secret> {
    any_text(1..12).prop_map(Secret::new)
}

fn certificate() -> impl Strategy<Value = Certificate> {
    vec(any::<u8>(), 0..90).prop_map(|content| {
        let len = u8::try_from(content.len()).unwrap_or_default();
        Certificate::from_der([&[0x30, len], content.as_slice()].concat())
            .expect("one SEQUENCE of less than 128 octets")
    })
}

fn certificates() -> impl Strategy<Value = Vec<Certificate>> {
    proptest::collection::btree_set(certificate(), 0..3).prop_map(|c| c.into_iter().collect())
}

fn container() -> impl Strategy<Value = ClientCertificate> {
    vec(any::<u8>(), 0..90).prop_map(|rest| {
        let len = u8::try_from(rest.len() + 3).unwrap_or_default();
        let container = Pkcs12::new(&[&[0x30, len, 2, 1, 3], rest.as_slice()].concat());
        ClientCertificate::Pkcs12(container.expect("a SEQUENCE with INTEGER 3"))
    })
}

fn server() -> impl Strategy<Value = ServerSideCredential> {
    let names = proptest::collection::btree_set("[a-z][a-z0-9]{0,5}(\\.[a-z]{2,4}){0,2}", 0..3);
    (certificates(), names).prop_map(|(authorities, names)| ServerSideCredential {
        authorities,
        server_ids: names.into_iter().collect(),
    })
}

fn client() -> impl Strategy<Value = ClientSideCredential> {
    let suffix =
        of(prop_oneof![Just(String::new()), text().prop_filter("no at sign", |t| !t.starts_with('@'))]);
    let identities = (of(text()), of(text()), suffix, of(any::<bool>()), of(text()));
    let secrets = (of(secret()), of(container()), certificates(), of(secret()));
    (of(any::<bool>()), identities, secrets, of(text()), of(any::<bool>())).prop_map(
        |(allow_save, identities, secrets, pac, provision_pac)| {
            let (
                outer_identity,
                inner_identity_prefix,
                inner_identity_suffix,
                inner_identity_hint,
                user_name,
            ) = identities;
            let (password, client_certificate, intermediate_certificates, passphrase) = secrets;
            ClientSideCredential {
                allow_save,
                outer_identity,
                inner_identity_prefix,
                inner_identity_suffix,
                inner_identity_hint,
                user_name,
                password,
                client_certificate,
                intermediate_certificates,
                passphrase,
                pac: pac.map(Secret::new),
                provision_pac,
            }
        },
    )
}

fn number() -> impl Strategy<Value = i32> {
    prop_oneof![4 => proptest::sample::select(vec![1, 2, 3, 6, 13, 21, 25, 26, 43, 52]), 1 => -999_999_999..=999_999_999]
}

fn method() -> impl Strategy<Value = AuthenticationMethod> {
    let inner =
        (of(number()), of(number()), server(), client()).prop_map(|(eap, non_eap, server, client)| {
            InnerMethod { eap: eap.map(EapType), non_eap: non_eap.map(NonEapType), server, client }
        });
    (number(), server(), client(), vec(inner, 0..3)).prop_map(|(eap, server, client, inner)| {
        AuthenticationMethod { eap: Some(EapType(eap)), server, client, inner }
    })
}

fn localized() -> impl Strategy<Value = Vec<LocalizedText>> {
    vec((of(any_text(0..5)), text()).prop_map(|(lang, text)| LocalizedText { lang, text }), 0..3)
}

fn info() -> impl Strategy<Value = ProviderInfo> {
    let location =
        (-180.0..=180.0, -90.0..=90.0).prop_map(|(lon, lat)| Location::new(lon, lat).expect("within range"));
    let logo =
        (of(any_text(0..9)), vec(any::<u8>(), 1..50)).prop_map(|(mime, octets)| Logo::new(mime, &octets));
    let helpdesk = (localized(), localized(), localized()).prop_map(|(email, web, phones)| Helpdesk {
        email_addresses: email,
        web_addresses: web,
        phones,
    });
    (localized(), localized(), vec(location, 0..3), of(logo), localized(), helpdesk).prop_map(
        |(display_names, descriptions, locations, logo, terms_of_use, helpdesk)| ProviderInfo {
            display_names,
            descriptions,
            locations,
            logo,
            terms_of_use,
            helpdesk,
        },
    )
}

fn network() -> impl Strategy<Value = Network> {
    // A line break at the end of a name would be taken for an editor's.
    let ssid = any_text(1..8).prop_filter("a name", |t| t.len() <= 32 && !t.contains(['\n', '\r']));
    let oid = "([0-9a-f]{6}|[0-9a-f]{10})".prop_map(|t| ConsortiumOid::parse(&t).expect("six or ten digits"));
    (of(ssid), of(oid))
        .prop_filter("a condition", |(ssid, oid)| ssid.is_some() || oid.is_some())
        .prop_map(|(ssid, consortium_oid)| Network { ssid, consortium_oid, ..Network::default() })
}

fn provider() -> impl Strategy<Value = IdentityProvider> {
    let attributes = (of(any_text(0..9)), of(any_text(0..9)), of(number()), of(any_text(1..5)));
    let wired = of(text()).prop_map(|network_id| WiredNetwork { network_id });
    let applicability = (vec(network(), 0..3), vec(wired, 0..2))
        .prop_map(|(networks, wired)| Applicability { networks, wired });
    let until = of(-62_135_596_800_i64..=253_402_300_799);
    (attributes, until, vec(method(), 1..3), applicability, info()).prop_map(
        |((id, namespace, version, lang), valid_until, methods, applicability, info)| IdentityProvider {
            id,
            namespace,
            version,
            lang,
            valid_until,
            methods,
            applicability: Some(applicability),
            info,
        },
    )
}

/// A recorded document with some octets replaced, cut out or repeated.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    const DOCUMENTS: [&[u8]; 3] = [
        include_bytes!("../../tests/vectors/eapconfig/valid/v003.xml"),
        include_bytes!("../../tests/vectors/eapconfig/valid/v075.xml"),
        include_bytes!("../../tests/vectors/eapconfig/valid/v087.xml"),
    ];
    let piece = prop_oneof![
        vec(any::<u8>(), 0..4),
        "[<>/&;='\" a-z\\]\\[!?-]{0,6}".prop_map(String::into_bytes),
        proptest::sample::select(vec![
            "<CA>",
            "</CA>",
            "<![CDATA[",
            "]]>",
            "&amp;",
            "<!--",
            "<a:b>",
            " xmlns='u'",
            "TKIP"
        ])
        .prop_map(|t| t.as_bytes().to_vec()),
    ];
    let change = (any::<proptest::sample::Index>(), 0..40_usize, piece);
    (0..DOCUMENTS.len(), vec(change, 1..4)).prop_map(|(which, changes)| {
        let mut document = DOCUMENTS[which].to_vec();
        for (at, cut, piece) in changes {
            let at = at.index(document.len());
            let end = (at + cut).min(document.len());
            document.splice(at..end, piece);
            if document.is_empty() {
                document.push(b' ');
            }
        }
        document
    })
}

/// Whatever is read can be judged, mapped and, if it is complete, written so that it reads back the same.
fn holds_for(document: &[u8]) -> Result<(), TestCaseError> {
    let client = Client::new(0);
    let problems = lint(document, &client);
    prop_assert!(problems.is_sorted_by_key(|p| p.place.offset));
    prop_assert!(
        problems.iter().all(|p| p.place.offset <= document.len() && p.place.line > 0 && p.place.column > 0)
    );
    let parsed = match read(document) {
        Ok(parsed) => parsed,
        Err(error) => {
            prop_assert!(problems.iter().any(|p| p.code == error.kind.code() && p.place == error.place));
            return Ok(());
        }
    };
    for warning in &parsed.warnings {
        prop_assert!(problems.iter().any(|p| p.code == warning.to_string() && p.place == warning.place));
    }
    let verdict = judge(&parsed.config, &client);
    if let Some((provider, method)) = verdict.choice() {
        prop_assert!(map(&parsed.config.providers[provider], method, &Default::default()).is_some());
    }
    if let Ok(text) = write(&parsed.config) {
        let again = read(text.expose().as_bytes()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(again.warnings.is_empty(), "{:?}", again.warnings);
        prop_assert_eq!(&again.config, &parsed.config);
        prop_assert_eq!(write(&again.config), Ok(text));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    // spec: eapconfig 8
    #[test]
    fn a_model_that_is_written_is_read_the_same(providers in vec(provider(), 1..3)) {
        let config = EapConfig { providers };
        let text = write(&config).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let parsed = read(text.expose().as_bytes()).unwrap();
        prop_assert_eq!(&parsed.warnings, &[]);
        prop_assert_eq!(&parsed.config, &config);
    }

    #[test]
    fn any_octets_are_read_or_refused(document in vec(any::<u8>(), 0..300)) {
        holds_for(&document)?;
    }

    #[test]
    fn any_markup_is_read_or_refused(document in "(<[/!?]?[a-c:]{0,3}( x(mlns)?(:p)?='[u&;]?')?[/?]?>|[a&;<>\\]-]{1,3}|<!--|-->){0,12}") {
        holds_for(document.as_bytes())?;
    }

    #[test]
    fn damaged_documents_are_read_or_refused(document in damaged()) {
        holds_for(&document)?;
    }

    // spec: eapconfig 2
    #[test]
    fn where_base64_is_broken_into_lines_does_not_matter(at in vec(any::<proptest::sample::Index>(), 0..20)) {
        let document = include_str!("../../tests/vectors/eapconfig/valid/v002.xml");
        let begin = document.find("<ClientCertificate").and_then(|i| Some(i + document[i..].find('>')? + 1)).unwrap();
        let end = document.find("</ClientCertificate>").unwrap();
        let mut broken = document.to_owned();
        for at in at {
            broken.insert_str(begin + at.index(end - begin), "\r\n\t ");
        }
        prop_assert_eq!(read(broken.as_bytes()).unwrap().config, read(document.as_bytes()).unwrap().config);
    }

    // spec: eapconfig 2
    #[test]
    fn times_are_written_as_they_are_read(seconds in any::<i64>(), near in -70_000_000_000_i64..300_000_000_000) {
        for seconds in [seconds, near] {
            if let Some(text) = format_date_time(seconds) {
                prop_assert_eq!(parse_date_time(&text), Some(seconds));
            }
        }
    }

    // spec: eapconfig 6
    #[test]
    fn accepted_user_names_obey_the_rule(input in "[ab@. ]{0,8}", suffix in "[ab.]{0,4}", hint in any::<bool>()) {
        match check_username(&input, Some(&suffix), hint) {
            Ok(name) => {
                prop_assert!(name.starts_with(&input));
                let (local, realm) = name.split_once('@').unwrap();
                prop_assert!(!local.is_empty() && !realm.contains(['@', ' ']));
                prop_assert!(realm.ends_with(&suffix));
                prop_assert!(!hint || suffix.is_empty() || realm == suffix);
                prop_assert_eq!(check_username(&name, Some(&suffix), hint).unwrap(), &*name);
            }
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
        prop_assert_eq!(check_username(&input, None, hint).is_ok(), !input.is_empty());
    }
}
