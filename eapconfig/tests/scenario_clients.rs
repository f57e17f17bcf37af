//! What a client does with documents from end to end: read, judge, ask, map.

use eapconfig::{
    Certificate, Client, EapConfig, EapType, KeyfileOptions, MapOptions, Need, Reason, Severity, Supplicant,
    UsernameRule, WpaFiles, judge, lint, map, read,
};

const NOW: i64 = 1_767_225_600;

fn document(name: &str) -> String {
    let path = format!("{}/../tests/vectors/eapconfig/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn config(text: &str) -> EapConfig {
    read(text.as_bytes()).expect("a readable document").config
}

/// The recorded PEAP document with one piece of text replaced.
fn changed(from: &str, to: &str) -> String {
    let text = document("valid/v001.xml");
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

const FILES: WpaFiles<'_> = WpaFiles { ca_cert: Some("/etc/ca.pem"), private_key: Some("/etc/user.p12") };

fn settings(text: &str) -> Supplicant {
    let config = config(text);
    let (provider, method) = judge(&config, &Client::new(NOW)).choice().expect("a usable document");
    map(&config.providers[provider], method, &MapOptions::default()).expect("a known method")
}

fn conf(text: &str, secret: Option<&str>) -> Option<String> {
    settings(text).wpa_supplicant_conf(&FILES, secret).map(|conf| conf.expose().to_owned())
}

/// All keyfiles, one after the other.
fn keyfiles(text: &str, secret: Option<&str>) -> String {
    let options = KeyfileOptions {
        ca_cert: Some("/etc/ca.pem"),
        private_key: Some("/etc/user.p12"),
        uuid: &|name| format!("uuid-of-{name}"),
    };
    let keyfiles = settings(text).network_manager_keyfiles(&options, secret).expect("a file for the anchors");
    keyfiles.iter().map(|k| format!("<{}>\n{}", k.name, k.text.expose())).collect()
}

// spec: eapconfig 7
#[test]
fn network_manager_gets_a_connection_for_each_network() {
    let text = keyfiles(&document("valid/v001.xml"), Some("p\\w\n"));
    let wanted = "<eduroam>\n[connection]\nid=eduroam\nuuid=uuid-of-ssid:656475726f616d\ntype=wifi\n\n\
                  [wifi]\nmode=infrastructure\nssid=eduroam\n\n\
                  [wifi-security]\nkey-mgmt=wpa-eap\nproto=rsn;\npairwise=ccmp;\ngroup=ccmp;\n\n\
                  [802-1x]\neap=peap;\nphase2-auth=mschapv2\ndomain-suffix-match=radius.example.org\n\
                  anonymous-identity=anonymous@example.org\nca-cert=/etc/ca.pem\npassword=p\\\\w\\n\n\n\
                  [ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n";
    assert_eq!(text, wanted);
    let both = keyfiles(&document("valid/v063.xml"), None);
    assert!(both.contains("<Wired>\n[connection]\nid=Wired\nuuid=uuid-of-wired\ntype=ethernet\n"), "{both}");
    assert!(!both.contains("password"), "{both}");
    let tls = keyfiles(&document("valid/v002.xml"), Some("pw"));
    assert!(
        tls.contains("client-cert=/etc/user.p12\nprivate-key=/etc/user.p12\nprivate-key-password=pw\n"),
        "{tls}"
    );
    let unsaved = changed("<ClientSideCredential>", "<ClientSideCredential allow_save=\"false\">");
    let unsaved = keyfiles(&unsaved, Some("pw"));
    assert!(unsaved.contains("password-flags=2\n") && !unsaved.contains("=pw"), "{unsaved}");
    let no_bundle = KeyfileOptions { ca_cert: None, private_key: None, uuid: &|_| String::new() };
    assert_eq!(settings(&document("valid/v001.xml")).network_manager_keyfiles(&no_bundle, None), None);
}

// spec: eapconfig 4, 6, 7
#[test]
fn a_user_with_a_password_gets_a_network_block() {
    let config = config(&document("valid/v001.xml"));
    let verdict = judge(&config, &Client::new(NOW));
    let (provider, method) = verdict.choice().expect("a usable document");
    assert_eq!(verdict.providers[provider].methods[method].needs, [Need::Username, Need::Password]);

    let provider = &config.providers[provider];
    let credential = provider.methods[method].credential();
    let name = UsernameRule::of(&credential).apply("john").expect("the realm is added");
    assert_eq!(name, "john@example.org");

    let options = MapOptions { user_name: Some(&name), ..MapOptions::default() };
    let settings = map(provider, method, &options).expect("a known method");
    let files = WpaFiles { ca_cert: Some("/etc/ca.pem"), private_key: None };
    let conf = settings.wpa_supplicant_conf(&files, Some("p\"w\n")).expect("a file for the anchors");
    let want = "network={\n\tssid=\"eduroam\"\n\tkey_mgmt=WPA-EAP WPA-EAP-SHA256\n\tproto=RSN\n\tpairwise=CCMP\n\t\
        group=CCMP\n\teap=PEAP\n\tphase2=\"auth=MSCHAPV2\"\n\tdomain_suffix_match=\"radius.example.org\"\n\t\
        anonymous_identity=\"anonymous@example.org\"\n\tidentity=\"john@example.org\"\n\tca_cert=\"/etc/ca.pem\"\n\t\
        password=7022770a\n}\n";
    assert_eq!(conf.expose(), want);
    assert_eq!(settings.trust_bundle.matches("BEGIN CERTIFICATE").count(), 1);
}

// spec: eapconfig 4, 7
#[test]
fn without_a_file_for_the_anchors_there_is_no_configuration() {
    let config = config(&document("valid/v001.xml"));
    let settings = map(&config.providers[0], 0, &MapOptions::default()).expect("a known method");
    assert_eq!(settings.wpa_supplicant_conf(&WpaFiles::default(), None), None);
}

// spec: eapconfig 7
#[test]
fn secrets_that_may_not_be_saved_are_left_out() {
    let kept = changed("<ClientSideCredential>", "<ClientSideCredential allow_save=\"true\">");
    assert!(conf(&kept, Some("hunter2")).is_some_and(|c| c.contains("hunter2")));
    let not = changed("<ClientSideCredential>", "<ClientSideCredential allow_save=\"false\">");
    assert!(conf(&not, Some("hunter2")).is_some_and(|c| !c.contains("hunter2")));
}

// spec: eapconfig 7, 10
#[test]
fn a_document_cannot_add_settings_of_its_own() {
    let evil = changed("anonymous@example.org", "a\"&#10;}&#10;network={&#10;key_mgmt=NONE");
    let conf = conf(&evil, None).expect("a file for the anchors");
    assert_eq!(conf.matches("network={").count(), 1, "{conf}");
    assert!(!conf.contains("key_mgmt=NONE"));
}

// spec: eapconfig 7
#[test]
fn wired_and_passpoint_networks_get_blocks_of_their_own() {
    let both = document("valid/v063.xml");
    let wireless = conf(&both, None).expect("a file for the anchors");
    assert_eq!((wireless.matches("network={").count(), wireless.matches("IEEE8021X").count()), (1, 0));
    let wired = settings(&both).wpa_supplicant_wired_conf(&FILES, None).expect("a wired network");
    let wired = wired.expose();
    assert!(wired.starts_with("ap_scan=0\nnetwork={\n\tkey_mgmt=IEEE8021X\n"), "{wired}");
    assert!(!wired.contains("pairwise") && wired.contains("\tca_cert=\"/etc/ca.pem\"\n"), "{wired}");
    assert_eq!(settings(&document("valid/v001.xml")).wpa_supplicant_wired_conf(&FILES, None), None);
    let passpoint = conf(&document("valid/v053.xml"), None).expect("a file for the anchors");
    assert!(!passpoint.contains("network={"));
    assert!(passpoint.contains("\troaming_consortiums=\"001bc50460,5a03ba0000,001bc5\"\n"), "{passpoint}");
    assert!(
        passpoint.contains("\trealm=\"example.org\"\n") && passpoint.contains("\tdomain=\"example.org\"\n")
    );
    assert!(passpoint.contains("\tdomain_suffix_match=\"radius.example.org\"\n"));
}

// spec: eapconfig 7
#[test]
fn names_of_one_label_are_compared_exactly_or_left_out() {
    let mapped = |ids: &str, strict_names| {
        let text = changed("<ServerID>radius.example.org</ServerID>", ids);
        let config = config(&text);
        let options = MapOptions { strict_names, ..MapOptions::default() };
        let settings = map(&config.providers[0], 0, &options).expect("a known method");
        let value = |name: &str| settings.wpa_supplicant.value(name).map(ToOwned::to_owned);
        assert_eq!(settings.network_manager.value("domain-match"), value("domain_match").as_deref());
        assert_eq!(
            settings.network_manager.value("domain-suffix-match"),
            value("domain_suffix_match").as_deref()
        );
        (value("domain_match"), value("domain_suffix_match"))
    };
    let both =
        "<ServerID>radius</ServerID><ServerID>r.example.org</ServerID><ServerID>s.example.org</ServerID>";
    assert_eq!(mapped(both, false), (None, Some("r.example.org;s.example.org".into())));
    assert_eq!(mapped(both, true), (Some("radius;r.example.org;s.example.org".into()), None));
    let one = "<ServerID>radius</ServerID><ServerID>backup</ServerID>";
    assert_eq!(mapped(one, false), (Some("radius;backup".into()), None));
}

// spec: eapconfig 7
#[test]
fn server_certificates_stay_out_of_the_bundle_beside_a_root() {
    let config = config(&document("valid/v036.xml"));
    let authorities = &config.providers[0].methods[0].server.authorities;
    let settings = map(&config.providers[0], 0, &MapOptions::default()).expect("a known method");
    assert_eq!(settings.ca_count, 4);
    let end_entities = authorities.iter().filter(|c| c.role() == eapconfig::Role::EndEntity).count();
    assert_eq!(end_entities, 1);
    assert_eq!(settings.trust_bundle.matches("BEGIN CERTIFICATE").count(), 3);

    let mut without_root = config.providers[0].clone();
    without_root.methods[0].server.authorities.retain(|c: &Certificate| c.role() != eapconfig::Role::Root);
    let settings = map(&without_root, 0, &MapOptions::default()).expect("a known method");
    assert_eq!(settings.trust_bundle.matches("BEGIN CERTIFICATE").count(), settings.ca_count);
}

// spec: eapconfig 7
#[test]
fn the_common_name_is_the_identity_where_the_document_gives_none() {
    let config = config(&document("valid/v019.xml"));
    let options = MapOptions { certificate_common_name: Some("cn@example.org"), ..MapOptions::default() };
    let settings = map(&config.providers[0], 0, &options).expect("a known method");
    assert_eq!(settings.wpa_supplicant.value("identity"), Some("cn@example.org"));
    let conf = settings.wpa_supplicant_conf(
        &WpaFiles { ca_cert: Some("/ca.pem"), private_key: Some("/user.p12") },
        Some("pkcs12"),
    );
    let conf = conf.expect("a file for the anchors").expose().to_owned();
    assert!(conf.contains("\tprivate_key=\"/user.p12\"\n\tprivate_key_passwd=\"pkcs12\"\n"), "{conf}");
}

// spec: eapconfig 3, 4
#[test]
fn the_supported_methods_decide() {
    let config = config(&document("valid/v003.xml"));
    let choice = |methods: &[EapType]| judge(&config, &Client { methods, now: NOW }).choice();
    assert_eq!(choice(&[EapType::PEAP, EapType::TTLS]), Some((0, 0)));
    assert_eq!(choice(&[EapType::TTLS]), Some((0, 1)));
    assert_eq!(choice(&[EapType::PWD]), Some((0, 3)));
    assert_eq!(choice(&[]), None);
    let verdict = judge(&config, &Client { methods: &[], now: NOW });
    assert_eq!(verdict.reason(), Some(Reason::UnsupportedMethod));
}

// spec: eapconfig 4
#[test]
fn a_wired_network_alone_is_enough_and_a_missing_element_is_not() {
    let network = "<IEEE80211><SSID>eduroam</SSID><MinRSNProto>CCMP</MinRSNProto></IEEE80211>";
    let wired = judge(&config(&changed(network, "<IEEE8023/>")), &Client::new(NOW));
    assert_eq!(wired.reason(), None);
    let around = format!("<CredentialApplicability>{network}</CredentialApplicability>");
    let missing = judge(&config(&changed(&around, "")), &Client::new(NOW));
    assert_eq!(missing.reason(), Some(Reason::NoCredentialApplicability));
}

// spec: eapconfig 4
#[test]
fn the_second_of_two_providers_is_taken_when_the_first_has_expired() {
    let text = document("valid/v071.xml");
    let expired =
        text.replacen("lang=\"en\">", "lang=\"en\"><ValidUntil>2020-01-01T00:00:00Z</ValidUntil>", 1);
    let verdict = judge(&config(&expired), &Client::new(NOW));
    assert_eq!(verdict.providers[0].refused, Some(Reason::Expired));
    assert_eq!(verdict.choice(), Some((1, 0)));
    assert_eq!(verdict.usable_providers().collect::<Vec<_>>(), [1]);
}

// spec: eapconfig 3
#[test]
fn a_repeated_method_element_is_named_and_the_first_counts() {
    let text = changed(
        "<EAPMethod><Type>25</Type></EAPMethod>",
        "<EAPMethod><Type>25</Type></EAPMethod><EAPMethod/>",
    );
    let parsed = read(text.as_bytes()).expect("a readable document");
    assert_eq!(parsed.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(), ["repeated:EAPMethod"]);
    assert_eq!(parsed.config.providers[0].methods[0].eap, Some(EapType::PEAP));
}

// spec: eapconfig 2
#[test]
fn names_of_other_producers_are_understood() {
    let text = changed(
        "<OuterIdentity>anonymous@example.org</OuterIdentity>",
        "<AnonymousIdentity>a</AnonymousIdentity><Username>u</Username>",
    )
    .replacen("EmailAddress", "EmailAdress", 2)
    .replacen("<EAPMethod><Type>26</Type></EAPMethod>", "<NonEapMethod><Type>1</Type></NonEapMethod>", 1)
    .replacen("<Type>25</Type>", "<Type>21</Type>", 1);
    let config = config(&text);
    let provider = &config.providers[0];
    let credential = provider.methods[0].credential();
    assert_eq!((credential.outer_identity(), credential.user_name()), (Some("a"), Some("u")));
    assert_eq!(provider.methods[0].inner().map(|i| i.name()), Some("PAP"));
    assert_eq!(provider.info.helpdesk.email_addresses[0].text, "help@example.org");
}

// spec: eapconfig 2
#[test]
fn authorities_are_taken_or_dropped_with_a_reason() {
    let base64 = {
        let text = document("valid/v001.xml");
        let begin = text.find("base64\">").expect("an authority") + 8;
        text[begin..begin + text[begin..].find('<').expect("its end")].to_owned()
    };
    let warnings = |element: &str| {
        let from = format!("<CA format=\"X.509\" encoding=\"base64\">{base64}</CA>");
        let parsed = read(changed(&from, element).as_bytes()).expect("a readable document");
        let warnings: Vec<_> = parsed.warnings.iter().map(ToString::to_string).collect();
        (parsed.config.providers[0].methods[0].server.authorities.len(), warnings.join(" "))
    };
    let with = |attributes: &str, text: &str| warnings(&format!("<CA {attributes}>{text}</CA>"));
    let good = "format='X.509' encoding='base64'";
    assert_eq!(with("", &base64), (1, "missing_attribute:CA".into()));
    assert_eq!(with("format='PKCS12' encoding='base64'", &base64), (0, "format:CA".into()));
    assert_eq!(with("format='X.509' encoding='hex'", &base64), (0, "encoding:CA".into()));
    let pem = format!("\n-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    assert_eq!(with(good, &pem), (1, "pem:CA".into()));
    assert_eq!(with(good, &format!("{}\n{}", &base64[..76], &base64[76..])), (1, String::new()));
    assert_eq!(with(good, "MAAA"), (0, "der:CA".into()));
    assert_eq!(with(good, ""), (0, String::new()));
}

#[test]
fn the_lint_says_what_is_wrong_and_where() {
    let text = changed("<ServerID>radius.example.org</ServerID>", "\n  <ServerID>*.bad name</ServerID>")
        .replacen("<SSID>eduroam</SSID>", "<SSID>eduroam</SSID>\n<ConsortiumOID>xyz</ConsortiumOID>", 1);
    let problems = lint(text.as_bytes(), &Client::new(NOW));
    let seen: Vec<_> =
        problems.iter().map(|p| (p.severity, p.code.as_str(), p.place.line, p.place.column)).collect();
    let method_column =
        text.lines().nth(1).and_then(|l| l.find("<AuthenticationMethod>")).expect("a method") + 1;
    assert_eq!(
        seen,
        [
            (Severity::Error, "no_server_id", 2, method_column),
            (Severity::Warning, "wildcard:ServerID", 3, 3),
            (Severity::Warning, "value:ServerID", 3, 3),
            (Severity::Warning, "value:ConsortiumOID", 4, 1),
        ]
    );
    assert!(
        problems[2].path.ends_with("AuthenticationMethod/ServerSideCredential/ServerID"),
        "{}",
        problems[2].path
    );
    assert!(
        problems[3].path.ends_with("CredentialApplicability/IEEE80211/ConsortiumOID"),
        "{}",
        problems[3].path
    );
    assert!(problems[2].to_string().starts_with("3:3: warning: "), "{}", problems[2]);
}

#[test]
fn the_lint_names_the_place_where_a_document_breaks_off() {
    let text = "<EAPIdentityProviderList>\n<EAPIdentityProvider>\n<A></B>";
    let problems = lint(text.as_bytes(), &Client::new(NOW));
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].code.as_str(), problems[0].place.line, problems[0].place.column),
        ("malformed", 3, 4)
    );
    assert_eq!(problems[0].path, "EAPIdentityProviderList/EAPIdentityProvider/A");
    assert!(problems[0].message.ends_with(": the end tag is not that of the element that is open"));
}

#[test]
fn the_lint_notes_what_a_publisher_ought_to_know() {
    let codes = |name| {
        lint(document(name).as_bytes(), &Client::new(NOW)).into_iter().map(|p| p.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("valid/v001.xml"), Vec::<String>::new());
    assert_eq!(codes("valid/v003.xml"), ["ttls_eap_mschapv2_ambiguous"]);
    assert_eq!(codes("valid/v071.xml"), ["same_id"]);
}

// spec: eapconfig 10
#[test]
fn hostile_documents_end_quickly() {
    let list = |content: &str| {
        format!(
            "<EAPIdentityProviderList><EAPIdentityProvider>{content}</EAPIdentityProvider></EAPIdentityProviderList>"
        )
    };
    // Many pieces of text, equal certificates and namespaces: all of it is linear in the input.
    let pieces =
        list(&format!("<ProviderInfo><DisplayName>{}</DisplayName></ProviderInfo>", "a&amp;".repeat(40_000)));
    assert_eq!(config(&pieces).providers[0].info.display_names[0].text.len(), 80_000);
    let cas = "<CA>MAAA</CA><CA>MAA=</CA>".repeat(2_000);
    let many = list(&format!(
        "<AuthenticationMethods><AuthenticationMethod><ServerSideCredential>{cas}</ServerSideCredential></AuthenticationMethod></AuthenticationMethods>"
    ));
    let parsed = read(many.as_bytes()).expect("a readable document");
    assert_eq!(parsed.config.providers[0].methods[0].server.authorities.len(), 1);
    assert_eq!(parsed.warnings.len(), 2_000 * 3);
    let prefixes: String = (0..64).map(|i| format!(" xmlns:p{i}='{}{i}'", "u".repeat(20_000))).collect();
    let attributes: String = (0..64).map(|i| format!(" p{i}:a=''")).collect();
    let namespaces = format!(
        "<EAPIdentityProviderList{prefixes}>{}</EAPIdentityProviderList>",
        format!("<b{attributes}/>").repeat(400)
    );
    assert_eq!(read(namespaces.as_bytes()).expect_err("there is no provider").kind.code(), "no_provider");
    let laughs = "<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><EAPIdentityProviderList>&b;</EAPIdentityProviderList>";
    assert_eq!(read(laughs.as_bytes()).expect_err("a document type").kind.code(), "doctype");
}
