//! The readers of pages: neither fails in a way it must not, both read the same, and what was read can be written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wispr::message::{Field, Message, Value};
use wispr::read::{self, MAX_BLOCK, MAX_FIELDS, MAX_INPUT, MAX_TEXT, Quirk, Reader};
use wispr::write::Envelope;

fuzz_target!(|page: &[u8]| {
    let Ok(document) = read::read(page) else {
        assert!(page.len() > MAX_INPUT);
        return;
    };
    let _other_option = Reader::new().encode_blanks(true).read(page);
    for message in document.messages() {
        within_limits(message);
    }
    if let Ok(message) = document.usable() {
        assert!(message.is_usable());
        settles(message);
    }
    if let Ok(strict) = read::read_strict(page)
        && is_plain(page)
        && strict.reply_messages.len() < MAX_FIELDS / 2
    {
        // What the strict reader takes as it is, the tolerant one cleans up: it must clean up both alike.
        let rewritten = Envelope::new().to_string(Some(&strict)).expect("it is complete");
        let rewritten = read::read(rewritten.as_bytes()).expect("it is small");
        assert_eq!(rewritten.usable(), document.usable());
    }
});

fn within_limits(message: &Message<'_>) {
    assert!(message.extra.len() + message.reply_messages.len() <= MAX_FIELDS);
    for &field in Field::ALL {
        match message.value(field) {
            Some(Value::Text(text)) => assert!(!text.is_empty() && text.chars().count() <= MAX_TEXT),
            Some(Value::Texts(texts)) => assert!(texts.iter().all(|text| !text.is_empty())),
            Some(Value::Octets(octets)) => assert!(!octets.is_empty() && octets.len() <= MAX_BLOCK),
            _ => {}
        }
    }
}

/// Writing what was read and reading it again comes to rest.
fn settles(message: &Message<'_>) {
    let mut once = message.clone();
    once.extra.clear();
    let Ok(page) = Envelope::new().to_string(Some(&once)) else { return };
    assert_eq!((page.matches("--").count(), page.find("-->")), (2, Some(page.len() - 5)));
    let Ok(twice) = read::read(page.as_bytes()) else { panic!("what is written is small") };
    if page.len() > MAX_BLOCK {
        return;
    }
    let peeled = [Quirk::DoubleEscaped, Quirk::CdataLetters, Quirk::SpaceInUrl, Quirk::TextCut];
    if peeled.iter().any(|quirk| twice.quirks().contains(*quirk)) || has_control(message) {
        return;
    }
    let again = twice.usable().expect("a usable message stays one");
    assert_eq!(again, &once);
}

/// The writer leaves control characters out.
fn has_control(message: &Message<'_>) -> bool {
    let odd = |text: &str| text.contains(|c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    Field::ALL.iter().any(|field| match message.value(*field) {
        Some(Value::Text(text)) => odd(text) || text.ends_with(' '),
        Some(Value::Texts(texts)) => texts.iter().any(|text| odd(text) || text.ends_with(' ')),
        _ => false,
    })
}

/// One block, small, and no markup that the two readers may take for different things.
fn is_plain(page: &[u8]) -> bool {
    let page = String::from_utf8_lossy(page).to_ascii_lowercase();
    let inside = page.split_once("<wispaccessgatewayparam").map_or("", |(_, inside)| inside);
    let odd = |c: char| {
        (c.is_control() && !matches!(c, '\r' | '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    page.matches("wispaccessgatewayparam").count() == 2
        && !["<!", "<?", "&#"].iter().any(|mark| inside.contains(mark))
        && !page.contains(odd)
        && inside.len() < MAX_BLOCK / 8
}
