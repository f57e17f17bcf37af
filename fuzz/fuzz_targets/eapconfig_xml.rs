//! Any octets are read or refused; what is read can be judged and mapped; what can be written reads back the same.
#![no_main]

use eapconfig::{Client, MapOptions, Severity, judge, lint, map, read, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &[u8]| {
    let client = Client::new(1_767_225_600);
    let problems = lint(document, &client);
    assert!(problems.iter().all(|p| p.place.offset <= document.len()));
    let parsed = match read(document) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert!(problems.iter().any(|p| p.severity == Severity::Error && p.code == error.kind.code()));
            return;
        }
    };
    let verdict = judge(&parsed.config, &client);
    assert_eq!(verdict.choice().is_none(), verdict.reason().is_some());
    if let Some((provider, method)) = verdict.choice() {
        assert!(map(&parsed.config.providers[provider], method, &MapOptions::default()).is_some());
    }
    if let Ok(text) = write(&parsed.config) {
        let again = read(text.expose().as_bytes()).expect("what was written can be read");
        assert!(again.warnings.is_empty(), "{:?}", again.warnings);
        assert_eq!(again.config, parsed.config);
        assert_eq!(write(&again.config), Ok(text));
    }
});
