//! The textual form of keys (RFC 7468).

use super::RsaKeyError;
use alloc::vec::Vec;

/// Which structure the block's name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `PUBLIC KEY`
    Spki,
    /// `RSA PUBLIC KEY`
    Pkcs1,
}

/// A decoded block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) form: Form,
    pub(super) der: Vec<u8>,
}

/// Finds the first block that holds a public key; lines before and after it are not looked at.
pub(super) fn find(text: &[u8]) -> Result<Block, RsaKeyError> {
    let mut lines = text.split(|&octet| octet == b'\n').map(<[u8]>::trim_ascii_end);
    let form = lines.by_ref().find_map(|line| match line {
        b"-----BEGIN PUBLIC KEY-----" => Some(Form::Spki),
        b"-----BEGIN RSA PUBLIC KEY-----" => Some(Form::Pkcs1),
        _ => None,
    });
    let form = form.ok_or(RsaKeyError::NoKey)?;
    let end: &[u8] = match form {
        Form::Spki => b"-----END PUBLIC KEY-----",
        Form::Pkcs1 => b"-----END RSA PUBLIC KEY-----",
    };
    let mut characters = Vec::with_capacity(text.len());
    for line in lines {
        if line == end {
            let mut der = alloc::vec![0; characters.len()];
            let length = crate::base64::decode(&characters, &mut der).map_err(|_| RsaKeyError::PemBase64)?;
            der.truncate(length);
            return Ok(Block { form, der });
        }
        if line.starts_with(b"-----") {
            break;
        }
        characters.extend_from_slice(line.trim_ascii_start());
    }
    Err(RsaKeyError::PemEnd)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: heartbeat 6
    #[test]
    fn either_line_ending_and_text_around_it_will_do() {
        let block =
            find(b"\r\nnote\r\n-----BEGIN PUBLIC KEY-----\r\nYWJj\r\nZGVm\r\n-----END PUBLIC KEY-----")
                .unwrap();
        assert_eq!((block.form, &block.der[..]), (Form::Spki, &b"abcdef"[..]));
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        let refused = |text: &str| find(text.as_bytes()).unwrap_err();
        assert_eq!(refused(""), RsaKeyError::NoKey);
        assert_eq!(
            refused("-----BEGIN RSA PRIVATE KEY-----\nYWJj\n-----END RSA PRIVATE KEY-----\n"),
            RsaKeyError::NoKey
        );
        assert_eq!(refused("junk\nYWJj\n-----END PUBLIC KEY-----\n"), RsaKeyError::NoKey);
        assert_eq!(refused("-----BEGIN PUBLIC KEY-----\nYWJj\n"), RsaKeyError::PemEnd);
        assert_eq!(
            refused("-----BEGIN PUBLIC KEY-----\nYWJj\n-----END RSA PUBLIC KEY-----\n"),
            RsaKeyError::PemEnd
        );
        assert_eq!(
            refused("-----BEGIN PUBLIC KEY-----\nYW!j\n-----END PUBLIC KEY-----\n"),
            RsaKeyError::PemBase64
        );
    }
}
