//! Laws that hold for every model and every octet (spec: passpoint 2, 9.3, 10).

use passpoint::model::{
    Backhaul, Eap, HomeOi, Inner, Method, Model, Network, NetworkId, Partner, PasswordCredential, Policy,
    PortRule, Security, SimCredential, SimEap, Ssid, TlsVersion, TrustRoot,
};
use passpoint::pkcs12::Random;
use passpoint::{Profile, Report, android, apple, nm, onc, windows, wpa, xml};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;
use std::collections::BTreeMap;

const ROOT: &str = include_str!("../../tests/vectors/passpoint/pki/radius-root-ca.pem");
const MIDDLE: &str = include_str!("../../tests/vectors/passpoint/pki/radius-intermediate-ca.pem");
const CONFIG: &[u8] = include_bytes!("../../tests/vectors/passpoint/encode/full-subscription/android.config");
const SIGNED: &[u8] =
    include_bytes!("../../tests/vectors/passpoint/encode/escaping/apple.signed.mobileconfig");

struct Zero;

impl Random for Zero {
    fn fill(&mut self, octets: &mut [u8]) {
        octets.fill(0);
    }
}

/// Failures are kept beside the crate, whatever the folder the tests run in.
fn config(cases: u32) -> ProptestConfig {
    let file =
        FileFailurePersistence::Direct(concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/laws.txt"));
    ProptestConfig { cases, failure_persistence: Some(Box::new(file)), ..ProptestConfig::default() }
}

fn text() -> impl Strategy<Value = String> {
    "[ -~\u{e4}\u{20ac}]{0,12}[!-~\u{e4}]"
}

fn ssid() -> impl Strategy<Value = String> {
    "[!-~\u{e4}]([ -~]{0,10}[!-~])?"
}

fn fqdn() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,5}\\.(example|test)\\.(org|net)"
}

fn oi() -> impl Strategy<Value = String> {
    "[0-9a-f]{6}|[0-9a-f]{8}|[0-9a-f]{10}"
}

fn date() -> impl Strategy<Value = String> {
    (2020..2050, 1..13, 1..29, 0..24)
        .prop_map(|(year, month, day, hour)| format!("{year}-{month:02}-{day:02}T{hour:02}:00:00Z"))
}

fn method() -> impl Strategy<Value = Method> {
    let inner = prop_oneof![
        Just(Inner::Pap),
        Just(Inner::Chap),
        Just(Inner::Mschap),
        Just(Inner::Mschapv2),
        Just(Inner::EapMschapv2)
    ];
    let password = (text(), text(), inner, any::<bool>(), of(any::<bool>()), of(text()));
    let password = password.prop_map(|(username, password, inner, peap, machine_managed, soft_token_app)| {
        Method::Password(PasswordCredential {
            username,
            password: password.into(),
            eap: if peap { Eap::Peap } else { Eap::Ttls },
            inner: if peap { None } else { Some(inner) },
            machine_managed,
            able_to_share: machine_managed,
            soft_token_app,
        })
    });
    let sim = prop_oneof![Just(SimEap::Sim), Just(SimEap::Aka), Just(SimEap::AkaPrime)];
    let sim =
        (sim, "[0-9]{15}|[0-9]{5,14}\\*").prop_map(|(eap, imsi)| Method::Sim(SimCredential { eap, imsi }));
    prop_oneof![4 => password, 1 => sim]
}

fn policy() -> impl Strategy<Value = Policy> {
    let partner = (fqdn(), any::<bool>(), 0..256_i64, vec("[a-z]{2}", 0..3)).prop_map(
        |(fqdn, include_subdomains, priority, countries)| Partner {
            fqdn,
            include_subdomains,
            priority,
            countries,
        },
    );
    let backhaul =
        (any::<bool>(), of(0..100_000_i64), of(0..100_000_i64)).prop_map(|(home, dl_kbps, ul_kbps)| {
            Backhaul { network: if home { Network::Home } else { Network::Roaming }, dl_kbps, ul_kbps }
        });
    let rule =
        (0..256_i64, vec(0..65_536_i64, 1..4)).prop_map(|(protocol, ports)| PortRule { protocol, ports });
    (vec(partner, 0..3), vec(backhaul, 0..3), vec(ssid(), 0..3), vec(rule, 0..3), of(0..256_i64)).prop_map(
        |(preferred_partners, min_backhaul, excluded_ssids, required_ports, max_bss_load)| Policy {
            preferred_partners,
            min_backhaul,
            excluded_ssids,
            required_ports,
            max_bss_load,
            update: None,
        },
    )
}

prop_compose! {
    fn model()(
        names in (text(), text(), of(text()), of(text())),
        home in (any::<bool>(), fqdn(), vec(oi(), 0..4), vec((oi(), any::<bool>()), 0..3)),
        lists in (vec((ssid(), of("[0-9a-f]{12}")), 0..3), vec(fqdn(), 0..3), vec(fqdn(), 0..3), vec("[0-9]{5,6}", 0..3)),
        networks in vec((ssid(), any::<bool>()), 0..3),
        credential in (fqdn(), of(text()), method()),
        server in (0..4_u8, vec((any::<bool>(), fqdn()), 1..4), any::<bool>(), of(0..3_usize)),
        dates in (of(date()), of(date()), of(date())),
        flags in (any::<bool>(), any::<bool>(), 0..3_u8),
        numbers in (of(0..1_000_i64), of(0..1_000_i64)),
        rest in (of(policy()), of(fqdn()), of(text())),
    ) -> Model {
        let (realm, outer, method) = credential;
        let versions = [TlsVersion::V1_0, TlsVersion::V1_2, TlsVersion::V1_3];
        let sim = matches!(method, Method::Sim(_));
        Model::builder("com.example.wifi", &names.0, &realm).with(|m| {
            let (has_home, domain, ois, home_ois) = home;
            if has_home || networks.is_empty() {
                let builder = Model::builder("a.b", "c", "d").home(&domain, &names.1);
                m.home_sp = builder.model().home_sp;
                if let Some(h) = &mut m.home_sp {
                    h.roaming_consortium_ois = ois;
                    h.home_ois = home_ois.into_iter().map(|(oi, required)| HomeOi { oi, required }).collect();
                    h.network_ids = lists.0.into_iter().map(|(ssid, hessid)| NetworkId { ssid, hessid }).collect();
                    h.other_home_partners = lists.1;
                }
            }
            m.matching.nai_realms = lists.2;
            m.matching.plmns = lists.3;
            m.profile.description = names.2;
            m.profile.organization = names.3;
            m.ssids = networks.into_iter().map(|(ssid, hidden)| Ssid { ssid, hidden }).collect();
            m.credential.outer_identity = outer.map(|name| format!("{name}@{realm}"));
            m.credential.method = method;
            if !sim {
                let anchors = server.0;
                m.server.ca_certs = [ROOT, MIDDLE].iter().take(usize::from(anchors.min(2))).map(|&p| p.into()).collect();
                m.server.use_system_cas = anchors == 0 || anchors == 3;
                m.server.names = server.1.into_iter().map(|(w, n)| if w { format!("*.{n}") } else { n }).collect();
                m.server.check_revocation = server.2;
                m.server.tls_min = server.3.map(|i| versions[i].clone());
            }
            m.validity.created = dates.0;
            m.validity.expires = dates.1;
            m.subscription.expires = dates.2;
            m.auto_join = flags.0;
            m.mac_randomization = flags.1;
            m.security = [Security::Wpa2, Security::Wpa3, Security::Wpa2Wpa3][usize::from(flags.2)].clone();
            (m.update_identifier, m.credential_priority) = numbers;
            m.policy = rest.0.filter(|p| *p != Policy::default());
            m.trust_roots = rest.1.map(|host| TrustRoot { url: format!("https://{host}/"), sha256: "ab".repeat(32) })
                .into_iter().collect();
            m.profile.terms_of_use = rest.2;
        }).model()
    }
}

/// Every leaf of a model: path to value.
fn leaves(model: &Model) -> BTreeMap<String, Value> {
    fn walk(path: String, value: &Value, out: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, v)| {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(below, v, out);
            }),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(i, v)| walk(format!("{path}[{i}]"), v, out));
            }

            leaf => {
                out.insert(path, leaf.clone());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(String::new(), &serde_json::from_str(&model.to_json()).expect("JSON"), &mut out);
    out
}

/// Every leaf that differs is below the field of a finding.
fn losses_are_named(before: &Model, after: &Model, reports: &[&Report]) -> Result<(), TestCaseError> {
    let (before, after) = (leaves(before), leaves(after));
    let exempt = ["profile.carrier_id", "profile.subscriber_id"];
    for path in before.keys().chain(after.keys()) {
        let named = reports.iter().flat_map(|r| r.findings()).any(|f| {
            path.strip_prefix(f.field.as_ref())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        // Home identifiers that were merged stand in the other list.
        let merged = path.starts_with("home_sp.roaming_consortium_ois")
            && reports.iter().any(|r| r.contains("apple.home_ois_merged"));
        // A date of the subscription alone is read back as that of the profile: the tree has one place for both.
        let moved = path.rsplit_once('.').is_some_and(|(part, date)| {
            let (profile, terms) = (format!("validity.{date}"), format!("subscription.{date}"));
            matches!(part, "validity" | "subscription")
                && !before.contains_key(&profile)
                && after.get(&profile) == before.get(&terms)
        });
        let named = named || merged || moved;
        let same = before.get(path) == after.get(path);
        prop_assert!(
            same || named || exempt.contains(&path.as_str()),
            "{path} is lost in silence: {reports:?}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(128))]

    // spec: passpoint 2, 9.3
    #[test]
    fn nothing_is_lost_in_silence(model in model()) {
        let Ok(profile) = Profile::new(model) else { return Ok(()) };
        let encoded = android::encode(&profile, &android::Options::default(), &mut Zero);
        if let Some(file) = &encoded.output {
            let options = android::DecodeOptions::default().strict();
            let decoded = android::decode(file, &options).expect("our own output is accepted");
            losses_are_named(profile.model(), &decoded.model, &[&encoded.report, &decoded.report])?;
        }
        let encoded = apple::encode(&profile, &apple::Options::default(), &mut Zero);
        // A card on ordinary networks alone: the format has no place for the realm, and no code says so.
        let no_realm = profile.model().home_sp.is_none() && profile.model().credential.sim().is_some();
        if let Some(file) = encoded.output.as_ref().filter(|_| !no_realm) {
            let options = apple::DecodeOptions::default().strict();
            let decoded = apple::decode(file, &options).expect("our own output is accepted");
            losses_are_named(profile.model(), &decoded.model, &[&encoded.report, &decoded.report])?;
        }
    }

    // spec: passpoint 12
    #[test]
    fn the_same_model_gives_the_same_octets_and_passes_the_checks(model in model()) {
        let Ok(profile) = Profile::new(model.clone()) else { return Ok(()) };
        let again = Profile::new(profile.model().clone()).expect("normal form stays valid");
        prop_assert_eq!(profile.model(), again.model());
        let one = windows::encode(&profile, &windows::Options::default());
        if let Some(file) = &one.output {
            let canonical = xml::canonical_form(file).expect("XML");
            prop_assert!(file.ends_with(canonical.as_bytes()));
            prop_assert_eq!(windows::check(file, &windows::CheckOptions::default().strict()), Ok(None));
        }
        prop_assert_eq!(&one, &windows::encode(&again, &windows::Options::default()));
        let one = onc::encode(&profile, &onc::Options::default(), &mut Zero);
        if let Some(file) = &one.output {
            prop_assert!(onc::decode(file, &onc::DecodeOptions::strict()).is_ok());
        }
        let one = wpa::encode(&profile, &wpa::Options::default());
        if let Some(output) = &one.output {
            let options = wpa::DecodeOptions::with_files(&output.files).strict();
            let back = wpa::decode(&output.config, &options).expect("our own output is accepted");
            let name = |m: &Model| m.credential.password().map(|p| (p.username.clone(), p.password.clone()));
            prop_assert_eq!(name(&back.model), name(profile.model()));
        }
        let one = nm::encode(&profile, &nm::Options::default());
        for file in one.output.iter().flat_map(|o| &o.keyfiles) {
            prop_assert_eq!(nm::check(file, true), Ok(()));
        }
    }

    #[test]
    fn a_model_survives_json(model in model()) {
        prop_assert_eq!(Model::from_json(model.to_json().as_bytes()), Ok(model));
    }
}

fn decode_all(octets: &[u8]) {
    let _ = android::decode(octets, &android::DecodeOptions::default());
    let _ = android::decode_tree(octets, &android::DecodeOptions::for_sdk(28).strict());
    let _ = apple::decode(octets, &apple::DecodeOptions::default());
    let _ = onc::decode(octets, &onc::DecodeOptions::default());
    let _ = wpa::decode(octets, &wpa::DecodeOptions::default());
    let _ = nm::check(octets, true);
    let _ = windows::check(octets, &windows::CheckOptions::default());
    let _ = Model::from_json(octets);
    let _ = passpoint::pkcs12::Pkcs12::open(octets, "");
}

proptest! {
    #![proptest_config(config(256))]

    // spec: passpoint 10
    #[test]
    fn no_octets_make_a_decoder_panic(octets in vec(any::<u8>(), 0..300)) {
        decode_all(&octets);
    }

    #[test]
    fn no_change_makes_a_decoder_panic(at in any::<prop::sample::Index>(), octet in any::<u8>(), end in 0..4_usize) {
        for file in [CONFIG, SIGNED] {
            let mut changed = file.to_vec();
            changed[at.index(file.len())] = octet;
            changed.truncate(file.len() - end);
            decode_all(&changed);
            if let Some(mut inner) = android::decode_base64(&changed) {
                let at = at.index(inner.len().max(1));
                inner.get_mut(at).into_iter().for_each(|o| *o = octet);
                decode_all(&inner);
            }
        }
    }

    // spec: passpoint 5.5
    #[test]
    fn the_canonical_form_of_a_canonical_form_is_itself(words in vec("[a-z<>&\"' \u{9}\u{a}\u{d}]{0,8}", 1..6)) {
        let mut document = String::from("<a xmlns=\"urn:x\" xmlns:p=\"urn:p\">");
        for word in &words {
            let text: String = word.chars().map(|c| format!("&#{};", u32::from(c))).collect();
            document.push_str(&format!("<p:b c='{text}' p:a='1'><d xmlns=''/>{text}</p:b>"));
        }
        document.push_str("</a>");
        let once = xml::canonical_form(document.as_bytes()).expect("well-formed");
        prop_assert_eq!(xml::canonical_form(once.as_bytes()), Ok(once.clone()));
    }
}
