//! Any text is verified or refused; a verified URL is https, ASCII, stable, and safe to stand in a request line.
#![no_main]

use discovery::url::{MAX_LEN, Options, UrlKind, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let redirect = verify(text, UrlKind::Redirect);
    let endpoint = verify(text, UrlKind::Endpoint);
    assert_eq!(redirect.as_ref().err(), endpoint.as_ref().err());
    let (Ok(redirect), Ok(endpoint)) = (redirect, endpoint) else {
        return;
    };
    assert_eq!(redirect.as_str().split('#').next(), Some(endpoint.as_str()));
    assert!(endpoint.is_https() && endpoint.origin().len() > "https://".len());
    assert!(endpoint.as_str().bytes().all(|o| o.is_ascii_graphic() && !b"\\\"<>#".contains(&o)));
    // Escaping makes it up to three times as long.
    if redirect.as_str().len() <= MAX_LEN {
        let again = verify(redirect.as_str(), UrlKind::Redirect).expect("a verified URL verifies");
        assert_eq!((again.as_str(), again.is_rewritten()), (redirect.as_str(), false));
    }
    let base = verify("https://base.example/a/b?c", UrlKind::Endpoint).expect("a URL");
    if let Ok(target) = base.redirected(text, Options::default()) {
        assert!(target.is_https());
    }
});
