//! The built-in portal in Chromium, as a person sees it. Pictures of the pages go to the build's folder for test files.

use crate::radius::ALICE;
use crate::support::browser::{Browser, Scripts, with_browser};
use crate::support::free_port;
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::Gateway;
use crate::support::http::curl;
use std::time::Duration;

const SUBMIT: &str = "form [type=submit]";
const ALERT: &str = "[role=alert]";

/// Opens some page, which shows the portal, and sends its form.
async fn sign_in(browser: &Browser, gateway: &Gateway, user: &str, password: &str) {
    browser.open(&gateway.url("/some/page")).await;
    browser.fill("UserName", user).await;
    browser.fill("Password", password).await;
    browser.press(SUBMIT).await;
}

/// Text in the whole page, as shown.
async fn page(browser: &Browser) -> String {
    browser.shown("body").await
}

// spec: uam 11
#[test]
fn a_person_signs_in_and_off() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    with_browser(Scripts::On, async |browser| {
        browser.open(&gateway.url("/some/page")).await;
        assert!(browser.has("input[name=UserName]").await && browser.has(SUBMIT).await);
        assert!(!browser.has(ALERT).await, "nothing went wrong yet");
        browser.picture("sign-in").await;

        sign_in(&browser, &gateway, "alice", ALICE).await;
        assert!(!browser.shown("#online").await.is_empty());
        assert!(page(&browser).await.contains("alice"), "{}", page(&browser).await);
        assert!(!browser.has("input[name=Password]").await, "no form on this page");
        browser.picture("online").await;
        radius.record("Start", "alice", Duration::from_secs(20));
        assert_eq!(gateway.get("/status").result(), "already");

        // Another page of the network does not ask again.
        browser.open(&gateway.url("/another")).await;
        browser.shown("#online").await;

        browser.press("#logoff").await;
        let stop = radius.record("Stop", "alice", Duration::from_secs(20));
        assert_eq!(stop.get("Acct-Terminate-Cause").map(String::as_str), Some("User-Request"));
        assert!(!browser.has("#online").await, "{}", page(&browser).await);
        browser.picture("signed-off").await;
        assert_eq!(gateway.get("/status").result(), "notyet");
    });
}

// spec: uam 11, radius-profile 5
#[test]
fn a_person_is_told_why_and_tries_again() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    with_browser(Scripts::On, async |browser| {
        sign_in(&browser, &gateway, "sorry", "pw").await;
        let reason = browser.shown(ALERT).await;
        // The text of the RADIUS server, to the letter, and as text.
        assert!(reason.contains("<b>Closed</b> & \"locked\""), "{reason}");
        assert!(!browser.has("[role=alert] b").await, "its markup is not obeyed");
        browser.picture("refused").await;
        assert_eq!(gateway.get("/status").result(), "notyet");

        // A wrong password, for which the server gives no reason of its own.
        sign_in(&browser, &gateway, "alice", "not it").await;
        assert!(!browser.shown(ALERT).await.is_empty());

        // The form stands under the reason and works.
        let password = browser.run("return document.querySelector('[name=Password]').value").await;
        assert_eq!(password, "", "a password is never sent back");
        browser.run("document.querySelector('[name=UserName]').value = ''").await;
        browser.fill("UserName", "alice").await;
        browser.fill("Password", ALICE).await;
        browser.press(SUBMIT).await;
        browser.shown("#online").await;
        assert!(!browser.has(ALERT).await);
    });
}

// spec: uam 11
#[test]
fn the_portal_needs_no_javascript() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    with_browser(Scripts::Off, async |browser| {
        browser.open("data:text/html,<p id=p>off</p><script>document.getElementById('p').textContent='on'</script>").await;
        assert_eq!(browser.shown("#p").await, "off", "the browser runs no scripts");

        sign_in(&browser, &gateway, "blocked", "pw").await;
        let reason = browser.shown(ALERT).await;
        assert!(reason.contains("NOT_ENOUGH_CREDIT") || reason.contains("credit"), "{reason}");

        sign_in(&browser, &gateway, "alice", ALICE).await;
        browser.shown("#online").await;
        assert!(page(&browser).await.contains("alice"));
        browser.press("#logoff").await;
        radius.record("Stop", "alice", Duration::from_secs(20));
        assert_eq!(gateway.get("/status").result(), "notyet");
    });
}

// spec: uam 11
#[test]
fn the_portal_is_plain_when_something_is_wrong() {
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &["radiusretrysec 1"]);
    with_browser(Scripts::On, async |browser| {
        // No RADIUS server; and a name that would be markup.
        let name = "\"><img src=x onerror=\"document.title='attacked'\">";
        sign_in(&browser, &gateway, name, "pw").await;
        assert!(!browser.shown(ALERT).await.is_empty());
        assert!(!browser.has("img").await);
        browser.picture("no-server").await;
    });
    // A link that this gateway did not make shows no form.
    let link = gateway.hijacked(std::net::Ipv4Addr::LOCALHOST).location();
    let forged = link.as_str().replace("res=notyet", "res=failed&reason=reject&reply=Call+555-1234");
    let answer = curl(&forged, &[]);
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(!answer.body.contains("555-1234"), "{answer:?}");
}

// People use it on phones, with a keyboard, with a screen reader.
#[test]
fn the_sign_in_page_is_accessible() {
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &[]);
    with_browser(Scripts::On, async |browser| {
        browser.open(&gateway.url("/")).await;
        browser.shown("form").await;
        assert!(browser.address().await.starts_with(&gateway.portal));
        for (script, why) in [
            ("return document.documentElement.lang !== ''", "the language is named"),
            ("return document.title.trim() !== ''", "the page has a title"),
            ("return document.querySelectorAll('h1').length === 1", "one main heading"),
            (
                "return [...document.querySelectorAll('input:not([type=hidden])')].every(i => i.labels.length > 0)",
                "every input has a label",
            ),
            ("return document.querySelector('meta[name=viewport]') !== null", "fit for phones"),
            ("return document.querySelector('[name=Password]').type === 'password'", "a password is hidden"),
            (
                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth",
                "no sideways scrolling",
            ),
            (
                "return performance.getEntriesByType('resource').every(r => r.name.startsWith(location.origin))",
                "nothing comes from elsewhere, for there is no elsewhere yet",
            ),
        ] {
            assert_eq!(browser.run(script).await, true, "{why}: {script}");
        }
    });
}
