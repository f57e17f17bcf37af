//! Labels are queries or refused; a query that opens seals to the same octets, its label reads back, and its tag holds.
#![no_main]

use heartbeat::extension::ExtensionKey;
use heartbeat::query::SealedQuery;
use heartbeat::{Cipher, Key};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KEY: LazyLock<Key> = LazyLock::new(|| Key::new([0x5a; 32]));
static CIPHER: LazyLock<Cipher> = LazyLock::new(|| Cipher::new(&KEY));
static EXTENSION: LazyLock<ExtensionKey> = LazyLock::new(|| ExtensionKey::new(&KEY));

fn law(sealed: SealedQuery) {
    let label = sealed.label();
    assert_eq!(SealedQuery::from_label(label.as_octets()), Ok(sealed));
    assert_eq!(SealedQuery::from_label(&label.as_octets().to_ascii_uppercase()), Ok(sealed));
    if let Ok(query) = sealed.open(&CIPHER) {
        let mut octets = *sealed.octets();
        octets[0] |= 7;
        assert_eq!(query.seal(&CIPHER).octets(), &octets);
        let mut tagged = query;
        EXTENSION.tag_query(&mut tagged, [1, 2, 3, 4, 5]);
        assert!(EXTENSION.query_is_tagged(&tagged));
    }
}

fuzz_target!(|input: &[u8]| {
    if let Ok(sealed) = SealedQuery::from_label(input) {
        law(sealed);
    }
    if let Some(plain) = input.first_chunk::<39>() {
        let mut octets = *plain;
        CIPHER.encrypt(&mut octets[7..]);
        law(SealedQuery::new(octets));
    }
});
