//! What comes over the control socket and what comes back: words are a command or refused with a status of fonctl's, and
//! what is read is read again when written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reference_gateway::control::{BAD_MAC, Command, Line, Question, Reply, WRONG_USAGE};

fuzz_target!(|input: &[u8]| {
    if let Ok(question) = Question::from_line(input) {
        assert_eq!(Question::from_line(question.to_line().as_bytes()), Ok(question));
    }
    if let Some(reply) = Reply::from_octets(input) {
        assert_eq!(Reply::from_octets(&reply.to_octets()), Some(reply));
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if let Err(error) = Command::parse(&words) {
        assert!([WRONG_USAGE, BAD_MAC].contains(&error.status()) && !error.to_string().is_empty());
    }
    if let Ok(line) = text.parse::<Line>() {
        // Octets that would break the line are written as escapes, and stay them.
        let written = line.to_string();
        let again = written.parse::<Line>().expect("what was written can be read");
        assert_eq!(again.to_string(), written);
        assert_eq!((again.mac, again.ip, again.state), (line.mac, line.ip, line.state));
    }
});
