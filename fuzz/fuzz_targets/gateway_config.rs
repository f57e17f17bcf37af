//! chilli.conf: every problem names a line that is there, what the strict reader takes the tolerant one takes too, and
//! what is received cannot set what is the machine's own business.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reference_gateway::config::{Origin, Reader, UnknownKeys};
use reference_gateway::garden::Garden;

const LOCAL: &str = "radiusserver1 192.0.2.1\n";

fuzz_target!(|input: &str| {
    // Files are not what is read here.
    if input.contains("include") {
        return;
    }
    let lines = input.split('\n').count();
    let strict = Reader::new(UnknownKeys::Refuse).text("fuzz", input);
    let tolerant = Reader::new(UnknownKeys::Warn).text("fuzz", input);
    for problem in strict.as_ref().err().into_iter().chain(tolerant.as_ref().err()).flatten() {
        if let Origin::Line { line, .. } = &problem.origin {
            assert!((1..=lines).contains(line), "{problem}");
        }
        assert!(!problem.to_string().is_empty());
    }
    assert!(strict.is_err() || tolerant.is_ok());
    if let Ok(settings) = &tolerant {
        let garden = Garden::new(settings, settings.patterns(), Some(input));
        let _ = garden.domains.allows("www.example.com");
        assert!(garden.entries(|_| Vec::new()).len() <= reference_gateway::garden::allowed::MAX_ENTRIES);
    }
    let reader = Reader::new(UnknownKeys::Warn).remote(input, &[]);
    if let Ok(settings) = reader.text("local", LOCAL) {
        assert_eq!(settings.text("radiusserver1"), Some("192.0.2.1"));
        assert!(settings.list("module").is_empty() && !settings.is_given("statedir"));
    }
});
