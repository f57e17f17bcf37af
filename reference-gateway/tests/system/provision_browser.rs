//! The page that hands out profiles in Chromium, as the devices that it is for. Pictures go to the build's folder for
//! test files.

use crate::support::browser::{Browser, Scripts, with_browser_as};
use crate::support::http::curl;
use crate::support::provision::{ALICE, PROFILE, Site};
use crate::support::{START_LIMIT, eventually};
use std::fs;

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/17.5 Mobile/15E148 Safari/604.1";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 \
                       Mobile Safari/537.36";
const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                       Chrome/126.0.0.0 Safari/537.36";
const LINUX: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const KINDS: [&str; 6] = ["android", "apple", "windows", "onc", "wpa", "nm"];

async fn sign_in(browser: &Browser, site: &Site) {
    browser.open(&site.url("/profile")).await;
    browser.fill("name", "alice").await;
    browser.fill("password", ALICE).await;
    browser.press("form [type=submit]").await;
    assert_eq!(browser.shown("#user").await, "alice");
}

/// The link that the page shows.
async fn link(browser: &Browser) -> String {
    browser.shown("#install").await;
    let link = browser.run("return document.querySelector('#install').getAttribute('href')").await;
    link.as_str().expect("an address").to_owned()
}

/// Walks the page as a device: its own button comes first, all others can be reached, the file is downloaded by a tap,
/// and a second use of the link is refused.
fn walk(name: &str, user_agent: &str, kind: &str, file: &str) {
    let site = Site::start();
    with_browser_as(Scripts::Off, Some(user_agent), async |browser| {
        sign_in(&browser, &site).await;
        assert!(browser.has(&format!("#this-device #get-{kind}")).await, "{name}: its own button");
        for other in KINDS.into_iter().filter(|other| *other != kind) {
            assert!(browser.has(&format!("#other-devices #get-{other}")).await, "{name}: {other}");
        }
        assert!(browser.has("#scan svg[role=img]").await, "a code to scan");
        browser.picture(&format!("profile-{name}")).await;

        browser.press(&format!("#get-{kind}")).await;
        let address = link(&browser).await;
        assert!(address.starts_with(&site.url("/p/")) && address.ends_with(file), "{address}");
        browser.picture(&format!("profile-{name}-ready")).await;
        let got = browser.downloads.join(file);
        let uses = if kind == "android" { 2 } else { 1 };
        for number in 1..=uses {
            browser.press("#install").await;
            eventually("the download", START_LIMIT, || {
                let fetched = site.issued().iter().filter(|line| line["event"] == "fetched").count();
                (fetched == number && got.is_file()).then_some(())
            });
        }
        let text = fs::read(&got).expect("the download");
        assert!(!text.is_empty());
        browser.open(&address).await;
        assert!(browser.shown("h1").await.contains("does not work"), "{name}: a further use is refused");
        browser.picture(&format!("profile-{name}-used")).await;
        browser.press("a.button").await;
        browser.shown("#this-device").await;
    });
}

// spec: passpoint 11.2, 11.5
#[test]
fn an_iphone_gets_its_profile_once() {
    walk("iphone", IPHONE, "apple", &format!("{PROFILE}.mobileconfig"));
}

#[test]
fn an_android_phone_gets_its_profile_and_its_download_manager_too() {
    walk("android", ANDROID, "android", &format!("{PROFILE}.config"));
}

#[test]
fn a_linux_computer_gets_its_keyfile_once() {
    walk("linux", LINUX, "nm", &format!("{PROFILE}.nmconnection"));
}

// spec: passpoint 5, 11.3: Settings fetches the file itself, without cookies
#[test]
fn a_windows_computer_is_sent_to_its_settings() {
    let site = Site::start();
    with_browser_as(Scripts::On, Some(WINDOWS), async |browser| {
        sign_in(&browser, &site).await;
        browser.picture("profile-windows").await;
        browser.press("#this-device #get-windows").await;
        let open = link(&browser).await;
        browser.picture("profile-windows-ready").await;
        let (_, uri) = open.split_once("ms-settings:wifi-provisioning?uri=").expect("a link to the settings");
        let pairs = format!("uri={uri}");
        let (_, address) = url::form_urlencoded::parse(pairs.as_bytes()).next().expect("an address");
        for _ in 0..3 {
            let file = curl(&address, &[]);
            assert_eq!((file.status, file.header("content-type")), (200, Some("text/xml; charset=utf-8")));
            assert!(file.body.contains("<SignatureValue>"), "signed");
        }
        assert_eq!(curl(&address, &[]).status, 404);
    });
}

// spec: passpoint 11.6
#[test]
fn the_window_in_front_of_a_captive_portal_names_the_address_instead() {
    let site = Site::start();
    let agent = "CaptiveNetworkSupport-443 wispr (iPhone)";
    with_browser_as(Scripts::On, Some(agent), async |browser| {
        sign_in(&browser, &site).await;
        let address = browser.run("return document.querySelector('#address').value").await;
        assert_eq!(address, site.url("/profile"));
        assert!(!browser.has("[id^=get-]").await, "no button that cannot work");
        browser.picture("profile-mini-browser").await;
    });
}

// People use it on phones, with a keyboard, with a screen reader.
#[test]
fn the_pages_are_accessible_and_fit_a_phone() {
    let site = Site::start();
    with_browser_as(Scripts::On, Some(ANDROID), async |browser| {
        browser.resize(360, 740).await;
        browser.open(&site.url("/profile")).await;
        check_page(&browser).await;
        browser.picture("profile-sign-in").await;
        browser.fill("name", "alice").await;
        browser.fill("password", "wrong").await;
        browser.press("form [type=submit]").await;
        browser.shows("[role=alert]", "wrong").await;
        check_page(&browser).await;
        sign_in(&browser, &site).await;
        check_page(&browser).await;
        browser.picture("profile-phone").await;
        browser.press("#get-wpa").await;
        assert!(browser.shown("code").await.contains("-ca.pem"), "where the CA belongs");
        check_page(&browser).await;
        browser.picture("profile-phone-files").await;
    });
}

async fn check_page(browser: &Browser) {
    browser.shown("h1").await;
    for (script, why) in [
        ("return document.documentElement.lang !== ''", "the language is named"),
        ("return document.title.trim() !== ''", "the page has a title"),
        ("return document.querySelectorAll('h1').length === 1", "one main heading"),
        (
            "return [...document.querySelectorAll('input:not([type=hidden])')].every(i => i.labels.length > 0)",
            "every input has a label",
        ),
        (
            "return [...document.querySelectorAll('button, a')].every(b => b.textContent.trim() !== '')",
            "every button says what it does",
        ),
        (
            "return [...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-label'))",
            "every picture has a name",
        ),
        (
            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth",
            "no sideways scrolling",
        ),
        (
            "return performance.getEntriesByType('resource').every(r => r.name.startsWith(location.origin))",
            "nothing comes from elsewhere",
        ),
        (
            "return getComputedStyle(document.querySelector('main')).maxWidth !== 'none'",
            "the style sheet is used",
        ),
    ] {
        assert_eq!(browser.run(script).await, true, "{why}: {script}");
    }
}
