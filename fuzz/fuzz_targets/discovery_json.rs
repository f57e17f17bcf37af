//! Any octets are read or refused; what is read keeps its promises: unique look-ups, bounds, https only, and a search
//! that finds what the plain rule finds, whether typed at once or letter by letter.
#![no_main]

use discovery::document::{Document, MAX_PROFILES, MAX_WARNINGS};
use discovery::flow::Flow;
use discovery::name::Languages;
use discovery::oauth::token::TokenReply;
use discovery::search::{Narrowing, SearchIndex};
use discovery::url::Options;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let _ = TokenReply::parse(200, octets, 0)
        .map(|reply| assert!(!reply.access_token.expose().contains([' ', '\r', '\n'])));
    let _ = discovery::fetch::service_document(octets, Options::default());
    let Ok(document) = Document::parse(octets) else {
        return;
    };
    assert!(document.warnings().len() <= MAX_WARNINGS);
    assert!(document.warnings().len() as u64 <= document.warning_count());
    for institution in document.institutions() {
        assert!((1..=MAX_PROFILES).contains(&institution.profiles().len()));
        assert_eq!(document.find(institution.id()).map(|i| i.id()), Some(institution.id()));
        assert!(institution.default_profile().is_none_or(|p| p < institution.profiles().len()));
        assert!(institution.sites().iter().all(|s| s.lat.abs() <= 90.0 && s.lon.abs() <= 180.0));
        for profile in institution.profiles().take(8) {
            if let Ok(Some(url)) = profile.decision().flow.as_ref().map(Flow::url) {
                assert!(url.is_https());
            }
        }
    }
    let index = SearchIndex::new(&document, &Languages::default());
    let Some(first) = document.institutions().next() else {
        return;
    };
    let name: String = first.name(&Languages::default()).chars().take(24).collect();
    let hits = index.search(&name);
    assert!(hits.is_sorted_by_key(|hit| hit.tier));
    for position in index.filter_contains(&name) {
        assert!(hits.iter().any(|hit| hit.institution == position));
    }
    let mut typing = Narrowing::new(&index);
    for end in name.char_indices().map(|(at, c)| at + c.len_utf8()) {
        assert_eq!(typing.search(&name[..end]), index.search(&name[..end]));
    }
});
