//! Text is a configuration or refused with a line it has; the extended grammar takes all that the plain one takes; key
//! files and arguments are read or refused.
#![no_main]

use heartbeat::config::{CommandLine, File, Sources, resolve};
use heartbeat::rsa::RsaPublicKey;
use heartbeat::{Heartbeat, Host, Key};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok(key) = RsaPublicKey::from_file(input) {
        assert!(key.modulus()[0] >= 0x80);
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    let plain = File::parse(text);
    let extended = File::parse_extended(text);
    for error in [plain.as_ref().err(), extended.as_ref().err()].into_iter().flatten() {
        assert!(error.line <= text.split('\n').count());
    }
    if plain.is_ok() {
        assert_eq!(plain, extended);
    }
    let _ = text.parse::<Host>();
    let _ = text.parse::<Key>();
    let line = CommandLine::parse(text.split(['\n', ' '])).unwrap_or_default();
    if let Ok(file) = extended {
        let key = "00".repeat(32);
        let sources = Sources {
            mac: Some("00-18-84-a0-00-29"),
            version: Some("2.1.0"),
            revision: Some("1"),
            keyword: Some(&key),
            aespath: Some(input),
            rsapath: Some(input),
            keyfile: Some(&key),
        };
        if let Ok(resolved) = resolve(&line, &file, &sources) {
            // Whatever was resolved, the machine takes.
            assert!(
                Heartbeat::new(resolved.settings, |octets: &mut [u8]| octets.fill(1), Default::default())
                    .is_ok()
            );
        }
    }
});
