//! `fonap provision`: the service from outside with curl, and the commands (spec: passpoint 11).

use crate::support::FONAP;
use crate::support::http::{Answer, curl};
use crate::support::process::{run, run_with_input};
use crate::support::provision::{ALICE, Changes, PROFILE, Site, model, pki, signer_chain};
use crate::support::redis::Redis;
use serde_json::Value;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Runs a test against a service with each store.
fn with_both(tables: &str, test: impl Fn(&Site)) {
    test(&Site::start_with(&Changes { tables, ..Changes::default() }));
    let redis = Redis::start();
    let store = redis.store();
    test(&Site::start_with(&Changes { tables, store: Some(&store), ..Changes::default() }));
}

/// The answer of somebody without cookies.
#[track_caller]
fn get(url: &str) -> Answer {
    curl(url, &[])
}

#[track_caller]
fn head(url: &str) -> Answer {
    curl(url, &["--head"])
}

// spec: passpoint 11.2, 11.3
#[test]
fn a_link_works_as_often_as_its_system_needs() {
    with_both("[limits]\nfetches_per_address_minute = 1000", |site| {
        let alice = site.alice();
        for (kind, uses) in [("apple", 1), ("onc", 1), ("nm", 1), ("wpa", 1), ("android", 2), ("windows", 3)]
        {
            let url = alice.url(kind);
            let (start, name) = url.rsplit_once('/').expect("a file name");
            assert!(name.starts_with(PROFILE), "{url}");
            // Neither another name nor looking at the headers uses it up.
            let wrong = get(&format!("{start}/other.xml"));
            assert_eq!(wrong.status, 404, "{kind}");
            let looked = head(&url);
            assert_eq!((looked.status, looked.body.as_str()), (200, ""), "{kind}");
            for use_number in 1..=uses {
                let answer = get(&url);
                assert_eq!(answer.status, 200, "{kind} {use_number}: {answer:?}\n{}", site.log());
                assert!(!answer.body.is_empty(), "{kind}");
                assert_eq!(answer.header("content-length"), looked.header("content-length"), "{kind}");
                assert_eq!(answer.header("content-type"), looked.header("content-type"), "{kind}");
            }
            let gone = get(&url);
            assert_eq!(
                (gone.status, &gone.body),
                (404, &wrong.body),
                "{kind}: the same page whatever is wrong"
            );
            assert_eq!(head(&url).status, 404, "{kind}");
        }
        let never = site.url(&format!("/p/{}/{PROFILE}.xml", "A".repeat(43)));
        let same = get(&never).body;
        for path in ["/p/", "/p/x", "/p/x/y", &format!("/p/{}/{PROFILE}.xml", "!".repeat(43))] {
            let answer = get(&site.url(path));
            assert_eq!((answer.status, &answer.body), (404, &same), "{path}");
        }
    });
}

// spec: passpoint 11.4
#[test]
fn each_file_comes_with_its_headers() {
    let site = Site::start();
    let alice = site.alice();
    for (kind, content_type, extension, attached) in [
        ("android", "application/x-wifi-config", "config", false),
        ("apple", "application/x-apple-aspen-config", "mobileconfig", true),
        ("windows", "text/xml; charset=utf-8", "xml", false),
        ("onc", "application/x-onc", "onc", true),
        ("wpa", "application/octet-stream", "conf", true),
        ("nm", "application/octet-stream", "nmconnection", true),
    ] {
        let link = alice.link(kind);
        let url = link["url"].as_str().expect("an address");
        assert!(url.ends_with(&format!("/{PROFILE}.{extension}")), "{url}");
        assert_eq!(link["expires_in"], 60);
        let open = link["open"].as_str().expect("an address");
        if kind == "windows" {
            let escaped: String = url
                .bytes()
                .map(|b| match b {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                        char::from(b).to_string()
                    }
                    _ => format!("%{b:02X}"),
                })
                .collect();
            assert_eq!(open, format!("ms-settings:wifi-provisioning?uri={escaped}"));
        } else {
            assert_eq!(open, url);
        }
        // The files that Linux profiles refer to have links of their own.
        let more: Vec<&str> =
            link["more"].as_array().into_iter().flatten().filter_map(|m| m["path"].as_str()).collect();
        match kind {
            "wpa" => assert_eq!(more, [format!("/etc/wpa_supplicant/{PROFILE}-ca.pem")]),
            "nm" => assert_eq!(more, [format!("/etc/NetworkManager/certs/{PROFILE}-ca.pem")]),
            _ => assert!(more.is_empty(), "{kind}: {more:?}"),
        }
        let answer = get(url);
        let disposition = attached.then(|| format!("attachment; filename=\"{PROFILE}.{extension}\""));
        let encoding = (kind == "android").then_some("base64");
        for (name, want) in [
            ("content-type", Some(content_type)),
            ("content-disposition", disposition.as_deref()),
            ("content-transfer-encoding", encoding),
            ("cache-control", Some("no-store, no-transform")),
            ("x-content-type-options", Some("nosniff")),
            ("referrer-policy", Some("no-referrer")),
            ("set-cookie", None),
            ("content-encoding", None),
            ("location", None),
        ] {
            assert_eq!(answer.header(name), want, "{kind}: {name}");
        }
    }
    let link = alice.link("wpa");
    let beside = get(link["more"][0]["url"].as_str().expect("an address"));
    assert!(beside.body.contains("BEGIN CERTIFICATE"), "{beside:?}");
    let name = format!("attachment; filename=\"{PROFILE}-ca.pem\"");
    assert_eq!(beside.header("content-disposition"), Some(name.as_str()));
}

// spec: passpoint 11.2, 11.6
#[test]
fn pages_are_for_signed_in_users_and_forms_come_from_pages() {
    let site = Site::start();
    let stranger = site.visitor();
    let page = stranger.ask("/profile", &[]);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("name=\"password\"") && !page.body.contains("csrf"), "{page:?}");
    for (name, part) in [
        ("content-security-policy", "default-src 'none'"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("content-security-policy", "form-action 'self'"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        // With no-referrer, browsers would send forms without an Origin.
        ("referrer-policy", "same-origin"),
    ] {
        assert!(page.header(name).is_some_and(|v| v.contains(part)), "{name}: {page:?}");
    }
    assert!(!page.body.contains("<script") && !page.body.contains("style="), "{page:?}");
    for (name, password) in [("alice", "wrong"), ("nobody", ALICE), ("alice", ""), ("", "x")] {
        let answer = stranger.sign_in(name, password);
        assert_eq!(answer.status, 403, "{name}");
        assert!(
            answer.body.contains("role=\"alert\"") && answer.header("set-cookie").is_none(),
            "{answer:?}"
        );
        assert!(!answer.body.contains("wrong\""), "a password is never sent back");
    }
    let form = ["--data", "name=alice&password=x"];
    for header in
        ["Accept: */*", "Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"]
    {
        let answer = stranger.ask("/profile/sign-in", &[&["--header", header], &form[..]].concat());
        assert_eq!(answer.status, 403, "{header}");
        assert!(!answer.body.contains("name=\"password\""), "{header}: {answer:?}");
    }

    let alice = site.alice();
    let csrf = alice.csrf();
    let origin = format!("Origin: {}", site.origin);
    let wish = format!("csrf={csrf}&kind=apple");
    let same_site = "Sec-Fetch-Site: same-site";
    for (headers, data, want) in [
        (vec![origin.as_str()], wish.as_str(), 303),
        (vec!["Sec-Fetch-Site: same-origin"], &wish, 303),
        (vec![], &wish, 403),
        (vec!["Origin: https://evil.example"], &wish, 403),
        (vec![&origin, same_site], &wish, 403),
        (vec![&origin], "kind=apple", 403),
        (vec![&origin], "kind=apple&csrf=AAAA", 403),
        (vec![&origin], &format!("csrf={csrf}&kind=ios"), 400),
        (vec![&origin], &format!("csrf={csrf}"), 400),
    ] {
        let mut arguments: Vec<&str> = headers.iter().flat_map(|h| ["--header", h]).collect();
        arguments.extend(["--data", data]);
        let answer = alice.ask("/profile/download", &arguments);
        assert_eq!(answer.status, want, "{headers:?} {data}: {answer:?}");
    }
    let json =
        ["--header", "Content-Type: application/json", "--header", &origin, "--data", "{\"kind\":\"apple\"}"];
    assert_eq!(curl(&site.url("/profile/download"), &json).status, 401, "without a cookie");
    let nonsense = ["--header", "Content-Type: application/json", "--header", &origin, "--data", "{"];
    assert_eq!(alice.ask("/profile/download", &nonsense).status, 400);

    for (method, path, allowed) in [
        ("PUT", "/profile", "GET, HEAD"),
        ("GET", "/profile/download", "POST"),
        ("GET", "/profile/sign-in", "POST"),
        ("DELETE", "/p/x/y", "GET, HEAD"),
        ("POST", "/p/x/y", "GET, HEAD"),
    ] {
        let answer = curl(&site.url(path), &["--request", method]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{method} {path}");
    }

    // Signing out ends the session on the server, not only in the browser.
    let jar = fs::read_to_string(site.folder.path().join("jar")).expect("the cookies");
    let cookie = jar.lines().find_map(|l| l.split_once("fonap-profile\t")).expect("a cookie").1.to_owned();
    assert_eq!(alice.post("/profile/sign-out", &[("csrf", "AAAA")]).status, 403);
    assert_eq!(alice.post("/profile/sign-out", &[("csrf", &csrf)]).status, 303);
    let old = format!("Cookie: fonap-profile={cookie}");
    let answer = curl(&site.url("/profile"), &["--header", &old]);
    assert!(answer.body.contains("name=\"password\""), "{answer:?}");
}

// spec: passpoint 11.2: a form answers with a page that has a link to tap
#[test]
fn the_page_with_the_link_is_for_its_session_alone() {
    let site = Site::start();
    let alice = site.alice();
    let answer = alice.post("/profile/download", &[("csrf", &alice.csrf()), ("kind", "android")]);
    let path = answer.header("location").expect("a page").to_owned();
    let page = alice.ask(&path, &[]);
    let (_, rest) = page.body.split_once("id=\"install\" href=\"").unwrap_or_else(|| panic!("{page:?}"));
    let link = rest.split('"').next().expect("an address");
    assert!(link.starts_with(&site.url("/p/")), "{link}");
    assert!(page.body.contains("<svg role=\"img\""), "a code for another device");
    let stranger = curl(&site.url(&path), &[]);
    assert_eq!((stranger.status, stranger.header("location")), (303, Some("/profile")));
    // Showing the page uses nothing up.
    assert_eq!(alice.ask(&path, &[]).status, 200);
    assert_eq!(get(link).status, 200);
}

// spec: passpoint 11.3
#[test]
fn limits_hold() {
    with_both("", |site| {
        let alice = site.alice();
        for number in 0..10 {
            assert_eq!(alice.wish("onc").status, 201, "{number}");
        }
        let refused = alice.wish("onc");
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("3600")), "{refused:?}");
        assert_eq!(site.issued().iter().filter(|line| line["event"] == "limited").count(), 1);
        let answers: Vec<u16> = (0..31).map(|_| get(&site.url("/p/x/y")).status).collect();
        assert_eq!(answers, [vec![404; 30], vec![429]].concat());
        let guesses: Vec<u16> = (0..20).map(|_| site.visitor().sign_in("alice", "").status).collect();
        // Alice's own sign-in was the first of this minute.
        assert_eq!(guesses, [vec![403; 19], vec![429]].concat());
    });
}

// spec: passpoint 11.3
#[test]
fn a_copy_of_the_store_and_the_logs_give_nothing_away() {
    let redis = Redis::start();
    let store = redis.store();
    let site = Site::start_with(&Changes { store: Some(&store), ..Changes::default() });
    let alice = site.alice();
    let url = alice.url("apple");
    let token = url.split('/').rev().nth(1).expect("a token").to_owned();
    let keys = redis.cli(&["keys", "*"]);
    let download = keys.lines().find(|key| key.starts_with("pp:dl:")).expect("a value");
    assert_eq!(download.len(), "pp:dl:".len() + 64);
    let life: i64 = redis.cli(&["ttl", download]).trim().parse().expect("seconds");
    assert!((1..=60).contains(&life), "{life}");
    assert!(keys.lines().all(|k| ["pp:dl:", "pp:se:", "pp:ct:"].iter().any(|f| k.starts_with(f))), "{keys}");
    let values: String =
        keys.lines().filter(|k| !k.starts_with("pp:ct")).map(|k| redis.cli(&["get", k])).collect();
    let csrf = alice.csrf();
    assert_eq!(get(&url).status, 200);
    let log = site.log();
    let marked = &download["pp:dl:".len()..][..8];
    assert!(log.contains(marked), "the log names the link by its hash: {log}");
    for secret in [token.as_str(), ALICE, "alice", &csrf, "example.com"] {
        assert!(!keys.contains(secret) && !values.contains(secret), "{secret} in the store");
    }
    for secret in [token.as_str(), ALICE, "alice", &csrf, "PayloadContent"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let events: Vec<_> = site.issued();
    let of = |i: usize, name: &str| events[i][name].as_str().unwrap_or_default().to_owned();
    assert_eq!((of(0, "event"), of(1, "event")), ("issued".into(), "fetched".into()));
    assert_eq!((of(0, "token"), of(1, "token")), (marked.into(), marked.into()));
    assert_eq!(of(0, "subscriber").len(), 15);
    assert_eq!(of(0, "subscriber"), of(1, "subscriber"));
}

// spec: passpoint 11.3: tokens live in Redis when several machines serve
#[test]
fn machines_that_share_redis_share_sessions_links_and_limits() {
    let redis = Redis::start();
    let store = redis.store();
    let start = || Site::start_with(&Changes { store: Some(&store), ..Changes::default() });
    let (one, other) = (start(), start());
    let url = one.alice().url("apple");
    let there = url.replace(&one.origin, &other.origin);
    assert_eq!(get(&there).status, 200);
    assert_eq!(get(&url).status, 404, "it was used on the other machine");
    let bob = other.alice();
    for _ in 0..9 {
        assert_eq!(bob.wish("onc").status, 201);
    }
    assert_eq!(bob.wish("onc").status, 429, "the first one was made on the other machine");
}

// spec: passpoint 11.2
#[test]
fn without_its_store_the_service_says_so() {
    let redis = Redis::start();
    let store = redis.store();
    let site = Site::start_with(&Changes { store: Some(&store), ..Changes::default() });
    let alice = site.alice();
    let url = alice.url("android");
    assert_eq!(get(&site.url("/health")).status, 200);
    let port = redis.stop();
    for answer in [get(&url), alice.ask("/profile", &[]), site.visitor().sign_in("alice", ALICE)] {
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{answer:?}");
    }
    let health = get(&site.url("/health"));
    assert_eq!(health.status, 503);
    assert!(health.body.contains("\"store\":\"unavailable\""), "{health:?}");
    let _again = Redis::start_on(port);
    let back = || (get(&site.url("/health")).status == 200).then_some(());
    crate::support::eventually("the store to be found again", crate::support::START_LIMIT, back);
    assert_eq!(get(&url).status, 404, "the new server has no links");
    assert!(alice.ask("/profile", &[]).body.contains("name=\"password\""), "and no sessions");
}

// spec: passpoint 11.6
#[test]
fn nothing_is_signed_with_an_expired_certificate_nor_left_unsigned() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("old.pem"), folder.path().join("old.key"));
    let mut parameters = rcgen::CertificateParams::new(["old.example".to_owned()]).expect("a name");
    parameters.not_before = rcgen::date_time_ymd(2019, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let pair = rcgen::KeyPair::generate().expect("a key");
    let made = parameters.self_signed(&pair).expect("a certificate");
    fs::write(&certificate, made.pem()).expect("a file");
    fs::write(&key, pair.serialize_pem()).expect("a file");
    let sign = format!("certificate = {certificate:?}\nkey = {key:?}");
    let site = Site::start_with(&Changes { sign: Some(&sign), ..Changes::default() });
    let alice = site.alice();
    let refused = alice.wish("apple");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("5")), "{refused:?}");
    assert_eq!(alice.wish("android").status, 201, "what is not signed is not held up");
    let health = get(&site.url("/health"));
    assert_eq!(health.status, 503);
    assert!(health.body.contains("not valid"), "{health:?}");
    // Windows takes no elliptic curves, so it is not on offer.
    assert_eq!(alice.wish("windows").status, 400);
}

// spec: passpoint 11.4: HTTPS
#[test]
fn with_tls_cookies_and_transport_are_strict() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("site.pem"), folder.path().join("site.key"));
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    fs::write(&certificate, made.cert.pem()).expect("a file");
    fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
    let tables = format!("[tls]\ncertificate = {certificate:?}\nkey = {key:?}");
    let site = Site::start_with(&Changes { tables: &tables, https: true, ..Changes::default() });
    let trust = certificate.display().to_string();
    let origin = format!("Origin: {}", site.origin);
    let sign_in = format!("name=alice&password={}", crate::support::http::escape(ALICE));
    let words = ["--cacert", &trust, "--header", &origin, "--data", &sign_in];
    let answer = curl(&site.url("/profile/sign-in"), &words);
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-fonap-profile="), "{cookie}");
    for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
}

/// An HTTP back end that answers three kinds of questions; ends after `requests`.
fn back_end(requests: usize) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/users", listener.local_addr().expect("an address"));
    let thread = std::thread::spawn(move || {
        let mut forms = Vec::new();
        for _ in 0..requests {
            let (mut stream, _) = listener.accept().expect("a request");
            let mut text = String::new();
            let mut octets = [0; 4096];
            let form = loop {
                let len = stream.read(&mut octets).expect("a request");
                text.push_str(str::from_utf8(&octets[..len]).expect("UTF-8"));
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let wanted = head.to_ascii_lowercase();
                let wanted = wanted.split("content-length: ").nth(1).and_then(|l| l.split("\r\n").next());
                if body.len() >= wanted.and_then(|l| l.parse().ok()).expect("a length") {
                    break body.to_owned();
                }
            };
            let (status, body) = match form.as_str() {
                form if form.contains("name=alice") && form.contains("password=right") => (
                    "200 OK",
                    r#"{"credential": {"username": "u7@example.com", "password": "of the back end"}}"#,
                ),
                form if form.contains("name=broken") => ("500 Oh", "{}"),
                _ => ("403 No", "{}"),
            };
            let len = body.len();
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: {len}\r\nConnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).expect("it listens");
            forms.push(form);
        }
        forms
    });
    (url, thread)
}

#[test]
fn users_may_come_from_an_http_back_end() {
    let (url, back_end) = back_end(3);
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    fs::write(&key, "the key\n").expect("a file");
    let users = format!("url = \"{url}\"\nkey_file = {key:?}");
    let site = Site::start_with(&Changes { users: Some(&users), ..Changes::default() });
    let visitor = site.visitor();
    assert_eq!(visitor.sign_in("alice", "wrong").status, 403);
    assert_eq!(visitor.sign_in("broken", "x").status, 503);
    assert_eq!(visitor.sign_in("alice", "right").status, 303);
    let forms = back_end.join().expect("three requests");
    assert_eq!(forms[0], "name=alice&password=wrong&key=the+key");
    let file = get(&visitor.url("nm")).body;
    assert!(file.contains("identity=u7@example.com") && file.contains("password=of the back end"), "{file}");
}

#[test]
fn users_may_come_from_a_command() {
    let script = r#"read -r line
        case "$line" in
            *'"name":"alice","password":"sesame"'*) echo '{"credential": {"username": "c@example.com"}}' ;;
            *broken*) exit 7 ;;
            *) exit 1 ;;
        esac"#;
    let users = format!("command = [\"sh\", \"-c\", '''{script}''']");
    let site = Site::start_with(&Changes { users: Some(&users), ..Changes::default() });
    let visitor = site.visitor();
    assert_eq!(visitor.sign_in("alice", "wrong").status, 403);
    assert_eq!(visitor.sign_in("broken", "x").status, 503);
    assert_eq!(visitor.sign_in("alice", "sesame").status, 303);
    let file = get(&visitor.url("nm")).body;
    // The record has no password: that of the sign-in is the user's.
    assert!(file.contains("identity=c@example.com") && file.contains("password=sesame"), "{file}");
}

#[test]
fn a_trusted_proxy_may_sign_users_in() {
    let folder = tempfile::TempDir::with_prefix("fonap-provision-").expect("a folder");
    let record = r#"{"alice": {"credential": {"password": "for the air"}}}"#;
    fs::write(folder.path().join("proxied.json"), record).expect("a file");
    let users = "file = \"proxied.json\"\nheader = \"X-Remote-User\"";
    let top = "trusted_proxies = [\"127.0.0.1\"]";
    let site = Site::start_in(folder, &Changes { users: Some(users), top, ..Changes::default() });
    let visitor = site.visitor();
    let alice = "X-Remote-User: alice";
    let page = visitor.ask("/profile", &["--header", alice]);
    assert!(page.body.contains("id=\"user\">alice<"), "{page:?}");
    assert_eq!(visitor.ask("/profile", &[]).status, 403, "the cookie alone is not enough");
    assert_eq!(visitor.ask("/profile", &["--header", "X-Remote-User: nobody"]).status, 403);
    let twice = ["--header", alice, "--header", "X-Remote-User: mallory"];
    assert_eq!(visitor.ask("/profile", &twice).status, 403);
    assert_eq!(visitor.sign_in("alice", ALICE).status, 404, "nobody signs in here");

    let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").expect("a form");
    let wish = format!("kind=nm&csrf={}", rest.split('"').next().expect("a value"));
    let origin = format!("Origin: {}", site.origin);
    let post = |header: &str| {
        visitor.ask("/profile/download", &["--header", header, "--header", &origin, "--data", &wish]).status
    };
    assert_eq!((post("X-Remote-User: mallory"), post("Accept: */*"), post(alice)), (403, 403, 303));

    // The address that is limited is the one the proxy names.
    let from = |address: &str| {
        visitor.ask("/p/x/y", &["--header", &format!("X-Forwarded-For: 1.2.3.4, {address}")]).status
    };
    let answers: Vec<u16> = (0..31).map(|_| from("192.0.2.1")).collect();
    assert_eq!(answers.last(), Some(&429));
    assert_eq!(from("192.0.2.2"), 404);
}

#[test]
fn a_configuration_is_checked_before_it_is_used() {
    let site = Site::start();
    let config = site.folder.path().join("provision.toml");
    let text = fs::read_to_string(&config).expect("the configuration");
    let other = site.folder.path().join("other.toml");
    let check = |text: &str| {
        fs::write(&other, text).expect("a file");
        run(FONAP, &["provision", "serve", "--check", "-c", other.to_str().expect("UTF-8")])
    };
    let fresh = text.replace("links.redb", "other.redb");
    let good = check(&fresh);
    assert_eq!(good.code(), 0, "{good:?}");
    assert!(good.stdout.contains("android, apple, windows, onc, wpa, nm"), "{good:?}");
    let kinds = |kinds: &str| fresh.replace("profile = ", &format!("kinds = [{kinds}]\nprofile = "));
    let no_signer = fresh.split("[sign]").next().expect("tables").to_owned();
    for (text, what) in [
        (fresh.replace("listen = ", "listn = "), "line 2"),
        (fresh.replace("model.json", "absent.json"), "absent.json"),
        (no_signer.replace("profile = ", "kinds = [\"apple\"]\nprofile = "), "apple.unsigned"),
        (kinds("\"ios\""), "android, apple, windows, onc, wpa, nm"),
        (fresh.replace("users.json", "model.json"), "password_hash"),
        (text.clone(), "links.redb"),
    ] {
        let bad = check(&text);
        assert_eq!(bad.code(), 2, "{what}: {bad:?}");
        assert!(bad.stderr.contains(what), "{what}: {bad:?}");
    }
    let warned = check(&no_signer);
    assert_eq!(warned.code(), 0, "{warned:?}");
    assert!(warned.stdout.contains("On offer: android, onc, wpa, nm."), "{warned:?}");
    assert!(warned.stderr.contains("apple is not offered"), "{warned:?}");
}

#[test]
fn the_demonstration_needs_no_configuration() {
    let port = crate::support::free_port();
    let mut command = Command::new(FONAP);
    command.args(["provision", "serve", "--demo", "--listen", &format!("127.0.0.1:{port}")]);
    let mut process = crate::support::process::Background::start(&mut command);
    process.wait_for_line("ready: ", crate::support::START_LIMIT);
    let page = get(&format!("http://127.0.0.1:{port}/profile"));
    assert!(page.body.contains("sign in as demo with the password demo"), "{page:?}");
}

/// The model with a user's name and password, in a file.
fn complete_model(folder: &Path) -> String {
    let mut model = model();
    model["credential"]["username"] = "alice@example.com".into();
    model["credential"]["password"] = "for the air".into();
    let path = folder.join("model.json");
    fs::write(&path, model.to_string()).expect("a file");
    path.display().to_string()
}

#[test]
fn profiles_are_made_and_taken_apart_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = complete_model(folder.path());
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../passpoint/tests/tools/check_passpoint.py");
    let signer = folder.path().join("signer.pem");
    fs::write(&signer, signer_chain()).expect("a file");
    let (certificate, key) = (signer.display().to_string(), pki("signer-rsa.key").display().to_string());
    let root = pki("signer-root.pem").display().to_string();
    for (system, format) in [
        ("android", "Android profile"),
        ("apple", "Apple profile"),
        ("windows", "Windows profile"),
        ("onc", "ChromeOS configuration"),
        ("wpa", "wpa_supplicant configuration"),
        ("nm", "NetworkManager keyfile"),
    ] {
        let out = folder.path().join(format!("profile.{system}")).display().to_string();
        let mut words = vec!["provision", "make", "--for", system, "--in", &model, "--out", &out];
        let signed = matches!(system, "apple" | "windows");
        if signed {
            words.extend(["--sign-cert", &certificate, "--sign-key", &key]);
        }
        let made = run(FONAP, &words);
        assert_eq!(made.code(), 0, "{system}: {made:?}");
        let checked = run("python3", &[checker.to_str().expect("UTF-8"), "--kind", system, &out]);
        assert_eq!(checked.code(), 0, "{system}: {checked:?}");

        let mut words = vec!["decode", "passpoint", &out];
        let shown = run(FONAP, &words);
        assert_eq!(shown.code(), 0, "{system}: {shown:?}");
        assert!(shown.stdout.starts_with(format), "{system}: {}", shown.stdout);
        assert!(!shown.stdout.contains("for the air"), "{system}: {}", shown.stdout);
        words.push("--json");
        if signed {
            words.extend(["--ca", &root]);
        }
        let json: Value = serde_json::from_str(&run(FONAP, &words).stdout).expect("JSON");
        assert_eq!(json["format"], format);
        assert_eq!(json["signature"].is_object(), signed, "{system}: {json}");
        if signed {
            assert_eq!(json["signature"]["trusted"], true, "{json}");
            words.pop();
            let other = pki("radius-root-ca.pem").display().to_string();
            words.push(&other);
            let refused = run(FONAP, &words);
            assert_eq!(refused.code(), 1, "{system}: {refused:?}");
        }
        if !matches!(system, "windows" | "nm") {
            words = vec!["decode", "passpoint", &out, "--show-secrets"];
            assert!(run(FONAP, &words).stdout.contains("password = for the air"), "{system}");
        }
        let cut: Vec<u8> = fs::read(&out).expect("the profile").into_iter().take(150).collect();
        let refused = run_with_input(FONAP, &["decode", "passpoint", "-"], &cut);
        if system != "wpa" && system != "nm" {
            assert_eq!(refused.code(), 1, "{system}: {refused:?}");
            assert!(refused.stderr.contains("refused as "), "{system}: {refused:?}");
        }
    }
    let beside = folder.path().join(format!("{PROFILE}-ca.pem"));
    assert!(beside.is_file(), "the CA that the Linux profiles refer to");
}

// spec: passpoint 2
#[test]
fn losses_of_security_are_errors_unless_allowed_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = complete_model(folder.path());
    let words = ["provision", "make", "--for", "apple", "--in", &model];
    let refused = run(FONAP, &words);
    assert_eq!(refused.code(), 1, "{refused:?}");
    assert!(refused.stderr.contains("allow it by name: apple.unsigned"), "{refused:?}");
    let made = run(FONAP, &[&words[..], &["--allow", "apple.unsigned", "--json"]].concat());
    assert_eq!(made.code(), 0, "{made:?}");
    assert!(made.stdout.starts_with("<?xml"), "{made:?}");
    let report: Value = serde_json::from_str(&made.stderr).expect("JSON on standard error");
    assert!(report.as_array().expect("a list").iter().any(|f| f["code"] == "apple.unsigned"), "{report}");
    let unknown = run(FONAP, &[&words[..], &["--allow", "apple.everything"]].concat());
    assert_eq!(unknown.code(), 2, "{unknown:?}");

    let wrong = run_with_input(FONAP, &["provision", "make", "--for", "nm"], br#"{"version": 1}"#);
    assert_eq!(wrong.code(), 2);
    assert!(wrong.stderr.contains("model.id_invalid"), "{wrong:?}");
    let hash = run_with_input(FONAP, &["provision", "hash-password"], b"secret\n");
    assert!(hash.stdout.starts_with("$argon2id$v=19$"), "{hash:?}");
}
