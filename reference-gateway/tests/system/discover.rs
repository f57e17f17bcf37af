//! `fonap discover` against the repository's institution: search, every flow, and what goes wrong in the field.

use crate::support::browser::{Scripts, with_browser};
use crate::support::http::curl;
use crate::support::institution::{Institution, ended, press, written};
use crate::support::process::{Finished, finish};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn json(done: &Finished) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"))
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).permissions().mode() & 0o777
}

fn ids(found: &Value) -> Vec<&str> {
    found["institutions"].as_array().expect("a list").iter().filter_map(|i| i["id"].as_str()).collect()
}

// spec: discovery 10
#[test]
fn institutions_are_found_by_name_and_by_distance() {
    let institution = Institution::start(&[]);
    let done = institution.discover(&["sur"]);
    assert_eq!(done.code(), 0, "{done:?}");
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{done:?}");
    // A whole word goes before a beginning.
    assert!(lines[0].starts_with("demo ") && lines[0].contains("Université de Sur"), "{done:?}");
    assert!(lines[1].contains("SURF College"), "{done:?}");

    let near = institution.discover(&["--json", "--near", "52.0,5.0"]);
    let near = json(&near);
    assert_eq!(ids(&near), ["demo_one", "demo", "demo_open"]);
    assert!(near["institutions"][0]["km"].as_f64().is_some_and(|km| km < 20.0), "{near}");
    assert_eq!(near["source"], "cache", "the list of the first run is fresh");
    let profiles = near["institutions"][1]["profiles"].as_array().expect("profiles");
    assert_eq!(profiles.len(), 5);
    assert_eq!(profiles[4]["unavailable"], "bad_url:redirect:bad_scheme");
    assert_eq!(
        ids(&json(&institution.discover(&["--json", "--country", "de"]))),
        ["demo_open", "demo_one", "demo"]
    );
    assert_eq!(ids(&json(&institution.discover(&["--json", "universite"]))), ["demo"]);

    let nothing = institution.discover(&["qqqqq"]);
    assert_eq!(nothing.code(), 1, "{nothing:?}");
    assert!(nothing.stderr.contains("qqqqq"), "{nothing:?}");
    let french = institution.discover_in("/v3/discovery.json", &["--language", "fr-CA", "sur"]);
    assert!(french.stdout.contains("Université de Sur"), "{french:?}");
    let other = institution.discover_in("/v3/discovery.json", &["sur"]);
    assert!(other.stdout.contains("University of Sur"), "{other:?}");
}

// spec: discovery 5, 13
#[test]
fn the_list_is_kept_safe_and_for_offline_use() {
    let mut institution = Institution::start(&["--seq", "2026010150"]);
    assert_eq!(institution.discover(&["sur"]).code(), 0);
    assert_eq!(institution.answered("GET /v1/discovery.json 200"), 1);
    let cache = institution.file("cache/fonap/discovery");
    let folder =
        std::fs::read_dir(&cache).expect("a folder").next().expect("a channel").expect("readable").path();
    assert_eq!((mode(&cache), mode(&folder), mode(&folder.join("list.json"))), (0o700, 0o700, 0o600));

    // As if it had been fetched long ago: asked for again with its tag, and found unchanged.
    let entry = folder.join("entry.json");
    let age = |old: &str| {
        let mut value: Value = serde_json::from_str(&written(&entry)).expect("JSON");
        value["fetched_at"] = serde_json::json!(1);
        assert!(value["etag"].as_str().is_some_and(|tag| tag.contains(old)), "{value}");
        std::fs::write(&entry, value.to_string()).expect("writable");
    };
    age("2026010150");
    assert_eq!(institution.discover(&["sur"]).code(), 0);
    assert_eq!(institution.answered("GET /v1/discovery.json 304"), 1);

    // An older list under the same address is refused, also when the cache has been emptied.
    institution.restart(&["--seq", "2026010140"]);
    age("2026010150");
    let refused = institution.discover(&["--json", "sur"]);
    assert_eq!(json(&refused)["seq"], 2_026_010_150_u64, "{refused:?}");
    assert!(refused.stderr.contains("(rollback)"), "{refused:?}");
    std::fs::remove_dir_all(institution.file("cache")).expect("removable");
    let refused = institution.discover(&["sur"]);
    assert_eq!(refused.code(), 1, "{refused:?}");
    assert!(refused.stderr.contains("(rollback)"), "{refused:?}");

    institution.restart(&["--seq", "2026010160"]);
    assert_eq!(institution.discover(&["sur"]).code(), 0);
    age("2026010160");
    institution.stop();
    let offline = institution.discover(&["--json", "sur"]);
    assert_eq!((json(&offline)["stale"].clone(), offline.code()), (Value::Bool(true), 0), "{offline:?}");
    assert!(offline.stderr.contains("cannot connect"), "{offline:?}");
    let asked = institution.discover(&["--offline", "--json", "sur"]);
    assert_eq!(ids(&json(&asked)), ["demo", "demo_one"]);
    assert!(!asked.stderr.contains("asking"), "{asked:?}");
}

// spec: discovery 7, 9, 12
#[test]
fn a_configuration_for_everybody_is_fetched_at_once() {
    let institution = Institution::start(&[]);
    let done = institution.discover(&["--get", "demo_open"]);
    assert_eq!(done.code(), 0, "{done:?}");
    assert!(done.stdout.starts_with("<?xml") && done.stdout.contains("<Type>21</Type>"), "{done:?}");
    assert!(
        done.stderr.contains("Université de Sur: EAP-TTLS") && done.stderr.contains("Be kind"),
        "{done:?}"
    );

    // Several profiles: the program asks, and without a terminal says how to choose.
    let several = institution.discover(&["--get", "demo"]);
    assert_eq!(several.code(), 1, "{several:?}");
    assert!(several.stderr.contains("With a password (default)"), "{several:?}");
    assert!(several.stderr.contains("--profile"), "{several:?}");
    let chosen = institution.discover(&["--get", "demo", "--profile", "demo_direct", "--json"]);
    let chosen = json(&chosen);
    assert_eq!((&chosen["usable"], &chosen["eap"]), (&Value::Bool(true), &Value::from(21)), "{chosen}");
    assert_eq!(chosen["needs"], serde_json::json!(["username", "password"]));

    let file = institution.file("my.eap-config");
    let done = institution.discover(&["--get", "demo_open", "--out", "my.eap-config"]);
    assert_eq!((done.code(), mode(&file)), (0, 0o600), "{done:?}");
    assert!(written(&file).contains("EAPIdentityProviderList"));
}

// spec: discovery 7, 8, 12
#[test]
fn profiles_that_lead_elsewhere_or_nowhere_are_told_apart() {
    let institution = Institution::start(&[]);
    let get = |profile: &str| institution.discover(&["--get", "demo", "--profile", profile, "--json"]);
    let page = get("demo_redirect");
    assert_eq!((page.code(), json(&page)["result"].clone()), (0, Value::from("redirect")), "{page:?}");
    assert!(page.stderr.contains(&format!("{}/welcome#top", institution.base)), "{page:?}");
    for (profile, code) in [
        ("demo_hostile", "profile_unavailable:bad_url:redirect:bad_scheme"),
        ("demo_forbidden", "profile_requires_authorization"),
        ("nothing", "unknown_profile"),
    ] {
        let failed = get(profile);
        assert_eq!(failed.code(), 1, "{failed:?}");
        assert!(failed.stderr.contains(code) && json(&failed)["error"].is_string(), "{failed:?}");
        assert!(!failed.stderr.contains("alert(1)"), "nothing is opened: {failed:?}");
    }
    let unknown = institution.discover(&["--get", "nobody"]);
    assert!(unknown.code() == 1 && unknown.stderr.contains("unknown_institution"), "{unknown:?}");
    let portal = Institution::start(&["--captive"]);
    let portal = portal.discover(&["--get", "demo_open"]);
    assert!(portal.code() == 1 && portal.stderr.contains("not_an_eap_config:html"), "{portal:?}");
}

// spec: discovery 11, 12
#[test]
fn a_sign_in_with_curl_brings_a_certificate() {
    let institution = Institution::start(&[]);
    let (mut running, address) =
        institution.sign_in("/v1/discovery.json", &["--get", "demo_one", "--out", "me.xml"]);
    // Guesses of other pages are turned away, and the wait goes on.
    let redirect = url::Url::parse(&address).expect("a URL");
    let (_, way_back) = redirect.query_pairs().find(|(name, _)| name == "redirect_uri").expect("a way back");
    for (target, status) in [("favicon.ico", 404), ("?code=x&state=guess", 400), ("?code=%zz", 400)] {
        assert_eq!(curl(&format!("{way_back}{target}"), &[]).status, status, "{target}");
    }
    let (sent, back) = press(&address, "yes");
    assert_eq!(back.status, 200, "{back:?}");
    let location = sent.location();
    let (_, code) = location.query_pairs().find(|(name, _)| name == "code").expect("a code");
    assert!(!back.body.contains(code.as_ref()), "{back:?}");
    assert_eq!(back.header("cache-control"), Some("no-store"));
    assert_eq!(back.header("content-security-policy"), Some("default-src 'none'"));
    assert_eq!(ended(&mut running), Some(0), "{}", running.log());
    let file = institution.file("me.xml");
    let text = written(&file);
    assert!(text.contains("<Type>13</Type>") && text.contains("ClientCertificate"), "{text}");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(institution.answered("POST /oauth/token/ 200"), 1);
    assert_eq!(institution.answered("POST /api/eap-config/ 200"), 1);
    // Nothing secret was said: the code, the passphrase of the certificate.
    let log = running.log();
    let (_, rest) = text.split_once("<Passphrase>").expect("a passphrase");
    let passphrase = rest.split('<').next().expect("its end");
    assert!(!log.contains(code.as_ref()) && !log.contains(passphrase), "{log}");
    // The listener is gone.
    assert!(
        std::net::TcpStream::connect(way_back.trim_start_matches("http://").trim_end_matches('/')).is_err()
    );
}

// spec: discovery 3, 11.4
#[test]
fn a_person_signs_in_with_a_real_browser() {
    let institution = Institution::start(&[]);
    let (mut running, address) =
        institution.sign_in("/v3/discovery.json", &["--get", "cat_idp_1", "--out", "me.xml"]);
    with_browser(Scripts::On, async |browser| {
        browser.open(&address).await;
        browser.picture("institution").await;
        browser.press("#approve").await;
        browser.shows("p", "signed in").await;
        assert!(browser.address().await.starts_with("http://127.0.0.1:"));
        browser.picture("signed-in").await;
    });
    assert_eq!(ended(&mut running), Some(0), "{}", running.log());
    assert!(written(&institution.file("me.xml")).contains("<Type>13</Type>"));
    assert_eq!(institution.answered("GET / 200"), 1, "the service document was asked for");

    let (mut running, address) = institution.sign_in("/v1/discovery.json", &["--get", "demo_one"]);
    with_browser(Scripts::Off, async |browser| {
        browser.open(&address).await;
        browser.press("#deny").await;
        browser.shows("p", "not granted").await;
    });
    assert_eq!(ended(&mut running), Some(1), "{}", running.log());
    assert!(running.log().contains("authorization_denied"), "{}", running.log());
}

// spec: discovery 11.7, 12
#[test]
fn tokens_are_used_again_renewed_and_given_up() {
    let institution = Institution::start(&["--token-lifetime", "3"]);
    let arguments = ["--get", "demo_one", "--token-file", "token", "--out", "me.xml"];
    let (mut running, address) = institution.sign_in("/v1/discovery.json", &arguments);
    press(&address, "yes");
    assert_eq!(ended(&mut running), Some(0), "{}", running.log());
    assert_eq!(mode(&institution.file("token")), 0o600);
    // Once it has expired, the refresh token serves, without a browser; it is replaced each time.
    let until = || {
        let kept: Value = serde_json::from_str(&written(&institution.file("token"))).expect("JSON");
        kept.as_object().expect("an object").values().next().expect("a token")["usable_until"]
            .as_i64()
            .expect("a time")
    };
    for round in 1..=2 {
        crate::support::eventually("the end of the token", crate::support::START_LIMIT, || {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
            (i64::try_from(now.as_secs()).expect("small") > until()).then_some(())
        });
        let mut renewed = arguments.to_vec();
        renewed.push("--renew");
        let done = institution.discover(&renewed);
        assert_eq!(done.code(), 0, "{done:?}");
        assert!(done.stderr.contains("asking for a new one"), "{done:?}");
        assert_eq!(institution.answered("POST /oauth/token/ 200"), 1 + round);
    }
    assert_eq!(institution.answered("GET /oauth/authorize/ 200"), 1);

    // A server that refuses a good token once: the whole procedure again; twice: given up.
    let institution = Institution::start(&["--refuse-tokens", "1"]);
    let (mut running, address) =
        institution.sign_in("/v1/discovery.json", &["--get", "demo_one", "--out", "a.xml"]);
    press(&address, "yes");
    let again = crate::support::eventually("the second sign-in", crate::support::START_LIMIT, || {
        let lines = running.stderr();
        lines.into_iter().rfind(|line| line.contains("/oauth/authorize/") && *line != address)
    });
    press(&again, "yes");
    assert_eq!(ended(&mut running), Some(0), "{}", running.log());
    assert_eq!(institution.answered("POST /api/eap-config/ 401"), 1);
}

// spec: discovery 12
#[test]
fn a_server_that_knows_no_post_is_asked_with_get() {
    let institution = Institution::start(&["--get-only"]);
    let (mut running, address) =
        institution.sign_in("/v1/discovery.json", &["--get", "demo_one", "--out", "a.xml"]);
    press(&address, "yes");
    assert_eq!(ended(&mut running), Some(0), "{}", running.log());
    assert_eq!(institution.answered("POST /api/eap-config/ 405"), 1);
    assert_eq!(institution.answered("GET /api/eap-config/ 200"), 1);
}

#[test]
fn waiting_for_the_browser_ends() {
    let institution = Institution::start(&[]);
    let done = institution.discover(&["--get", "demo_one", "--wait", "1"]);
    assert_eq!(done.code(), 1, "{done:?}");
    assert!(done.stderr.contains("--wait"), "{done:?}");
    // A program that does not exist is no reason to give up: the address is there.
    assert!(done.stderr.contains("/oauth/authorize/"), "{done:?}");
}

#[test]
fn wrong_usage_is_explained() {
    let institution = Institution::start(&[]);
    let done = institution.discover(&["--near", "here"]);
    assert!(done.code() == 2 && done.stderr.contains("52.09,5.12"), "{done:?}");
    let done = institution.discover_in("/nothing.json", &["sur"]);
    assert!(done.code() == 1 && done.stderr.contains("http_status:404"), "{done:?}");
    let done = institution.discover(&["--url", "ftp://a.example/"]);
    assert!(done.code() == 2, "{done:?}");
}

// spec: discovery 15
#[test]
fn servers_are_trusted_by_the_authorities_of_the_machine() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = folder.path().join("institution.pem");
    let institution = Institution::start(&["--tls", &authority.to_string_lossy()]);
    assert!(institution.base.starts_with("https://"), "{}", institution.base);
    let search = |name: &str, value: &Path| {
        let mut command = institution.command("/v1/discovery.json", &["sur"]);
        finish(command.env(name, value), b"")
    };
    // The public authorities did not make its certificate.
    let stranger = institution.discover(&["sur"]);
    assert!(stranger.code() == 1 && stranger.stderr.contains("TLS with"), "{stranger:?}");
    for (name, value) in [("SSL_CERT_FILE", authority.as_path()), ("SSL_CERT_DIR", folder.path())] {
        let done = search(name, value);
        assert_eq!(done.code(), 0, "{name}: {done:?}");
        std::fs::remove_dir_all(institution.file("cache")).expect("a list was stored");
    }
    let given = institution.discover(&["--ca", &authority.to_string_lossy(), "sur"]);
    assert_eq!(given.code(), 0, "{given:?}");
    // Whoever names a file wants no other authorities than those in it.
    let nowhere = search("SSL_CERT_FILE", &folder.path().join("missing.pem"));
    assert!(nowhere.code() == 2 && nowhere.stderr.contains("SSL_CERT_FILE"), "{nowhere:?}");
    assert!(nowhere.stderr.contains("missing.pem"), "{nowhere:?}");
}
