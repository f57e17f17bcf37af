//! Text is an answer or refused; an acknowledgement that is accepted writes the same text again. The second half of the
//! input space is plaintexts, encrypted here, so that the fuzzer gets behind the cipher.
#![no_main]

use heartbeat::answer::{Acceptance, Answer, Nop, Regular, accept};
use heartbeat::rsa::RsaPublicKey;
use heartbeat::{Cipher, ExecCode, Key, base64};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static CIPHER: LazyLock<Cipher> = LazyLock::new(|| Cipher::new(&Key::new([0x5a; 32])));
static RSA: LazyLock<RsaPublicKey> = LazyLock::new(|| {
    RsaPublicKey::from_file(include_bytes!("../../tests/vectors/heartbeat/keys/rsa_a.spki.pem")).unwrap()
});

fn judge(text: &[u8], trid: u32, strict_nop: bool) {
    let against = Acceptance { cipher: &CIPHER, rsa: Some(&RSA), trid, strict_nop, nop_tag: None };
    match accept(text, &against) {
        Ok(Answer::Nop(nop)) => {
            assert_eq!(nop.trid, trid);
            assert!(!strict_nop || nop.tail == [0; 7]);
            assert_eq!(nop.text(&CIPHER).as_octets(), text);
        }
        Ok(Answer::Regular(regular)) => {
            assert_eq!(regular.trid(), trid);
            assert!(regular.data().len() <= 246);
        }
        Err(_) => (),
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&mode, rest)) = input.split_first() else { return };
    if mode & 1 == 0 {
        return judge(rest, 1, mode & 2 != 0);
    }
    if let Some(plain) = rest.first_chunk::<16>() {
        let mut block = *plain;
        CIPHER.encrypt(&mut block);
        let opened = Nop::open(block, &CIPHER);
        assert_eq!(opened.is_ok(), plain[0] == 4);
        let mut text = [0; 26];
        text[..2].copy_from_slice(b"a=");
        base64::encode(&block, &mut text[2..]).unwrap();
        judge(&text, u32::from_be_bytes([plain[1], plain[2], plain[3], plain[4]]), mode & 2 != 0);
    }
    match Regular::new(7, ExecCode(mode), rest, |filler| filler.fill(mode)) {
        Ok(regular) => assert_eq!(regular.data(), rest),
        Err(_) => assert!(rest.len() > 246),
    }
});
