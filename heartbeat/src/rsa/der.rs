//! The two DER forms of an RSA public key (RFC 8017 appendix A.1.1, RFC 5280 §4.1).
//!
//! Strict: definite lengths in their shortest form, positive integers without surplus zeros, nothing left over but one line
//! end.

use super::RsaKeyError;
use nom::bytes::complete::{tag, take};
use nom::combinator::rest_len;
use nom::number::complete::u8 as octet;
use nom::{IResult, Parser as _};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const NULL: u8 = 0x05;

/// 1.2.840.113549.1.1.1
pub(super) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Modulus and exponent, big-endian, without the sign's zero.
pub(super) struct Integers<'a> {
    pub(super) modulus: &'a [u8],
    pub(super) exponent: &'a [u8],
}

/// Either form, told apart by what the outer sequence begins with. A line end behind it, as editors put there, does no
/// harm.
pub(super) fn any(file: &[u8]) -> Result<Integers<'_>, RsaKeyError> {
    let der = match value(SEQUENCE, file) {
        Ok((end @ (b"\n" | b"\r\n"), _)) => file.get(..file.len() - end.len()).unwrap_or_default(),
        _ => file,
    };
    let (inner, offset) = outer(der)?;
    match inner.first() {
        Some(&INTEGER) => rsa_public_key(der, 0),
        Some(&SEQUENCE) => subject_public_key_info(der),
        _ => Err(RsaKeyError::Der { offset }),
    }
}

/// `SEQUENCE { SEQUENCE { OID, NULL }, BIT STRING { RSAPublicKey } }`; some writers leave out the NULL.
pub(super) fn subject_public_key_info(der: &[u8]) -> Result<Integers<'_>, RsaKeyError> {
    let (inner, _) = outer(der)?;
    let at = |rest: &[u8]| RsaKeyError::Der { offset: der.len() - rest.len() };
    let (rest, algorithm) = value(SEQUENCE, inner).map_err(|_| at(inner))?;
    let (parameters, oid) = value(OBJECT_IDENTIFIER, algorithm).map_err(|_| at(inner))?;
    if oid != RSA_ENCRYPTION {
        return Err(RsaKeyError::NotRsa);
    }
    if !parameters.is_empty() && !matches!(value(NULL, parameters), Ok((&[], &[]))) {
        return Err(at(inner));
    }
    match value(BIT_STRING, rest) {
        Ok((&[], [0, key @ ..])) => rsa_public_key(key, der.len() - key.len()),
        _ => Err(at(rest)),
    }
}

/// `SEQUENCE { INTEGER modulus, INTEGER exponent }`, which begins `base` octets into the whole.
pub(super) fn rsa_public_key(der: &[u8], base: usize) -> Result<Integers<'_>, RsaKeyError> {
    let at = |rest: &[u8]| RsaKeyError::Der { offset: base + der.len() - rest.len() };
    let (inner, _) = outer(der).map_err(|_| at(der))?;
    let (rest, modulus) = positive(inner).map_err(|_| at(inner))?;
    match positive(rest) {
        Ok((&[], exponent)) => Ok(Integers { modulus, exponent }),
        Ok((surplus, _)) => Err(at(surplus)),
        Err(_) => Err(at(rest)),
    }
}

/// The content of the one sequence that is the whole input, and its offset.
fn outer(der: &[u8]) -> Result<(&[u8], usize), RsaKeyError> {
    match value(SEQUENCE, der) {
        Ok((&[], inner)) => Ok((inner, der.len() - inner.len())),
        Ok((surplus, _)) => Err(RsaKeyError::Der { offset: der.len() - surplus.len() }),
        Err(_) => Err(RsaKeyError::Der { offset: 0 }),
    }
}

/// The content of one value of this tag.
fn value(kind: u8, input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (input, _) = tag(&[kind][..]).parse(input)?;
    let (input, length) = length(input)?;
    take(length).parse(input)
}

/// A definite length in its shortest form, up to 65535: no key file is longer.
fn length(input: &[u8]) -> IResult<&[u8], usize> {
    let refuse = |input| nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::LengthValue));
    let (rest, first) = octet(input)?;
    let (rest, length) = match first {
        0..=0x7f => (rest, usize::from(first)),
        0x81 => {
            let (rest, low) = octet(rest)?;
            if low < 0x80 {
                return Err(refuse(input));
            }
            (rest, usize::from(low))
        }
        0x82 => {
            let (rest, high) = octet(rest)?;
            let (rest, low) = octet(rest)?;
            if high == 0 {
                return Err(refuse(input));
            }
            (rest, usize::from(high) << 8 | usize::from(low))
        }
        _ => return Err(refuse(input)),
    };
    let (rest, left) = rest_len(rest)?;
    if length > left { Err(refuse(input)) } else { Ok((rest, length)) }
}

/// A positive integer without its sign's zero.
fn positive(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (rest, content) = value(INTEGER, input)?;
    match *content {
        [0, ref magnitude @ ..] if magnitude.first().is_some_and(|&first| first >= 0x80) => {
            Ok((rest, magnitude))
        }
        [first, ..] if first != 0 && first < 0x80 => Ok((rest, content)),
        _ => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_must_be_the_shortest() {
        assert_eq!(value(SEQUENCE, &[0x30, 0x01, 9]), Ok((&[][..], &[9][..])));
        assert!(value(SEQUENCE, &[0x30, 0x81, 0x01, 9]).is_err());
        assert!(value(SEQUENCE, &[0x30, 0x82, 0x00, 0x01, 9]).is_err());
        assert!(value(SEQUENCE, &[0x30, 0x80, 9, 0, 0]).is_err());
        assert!(value(SEQUENCE, &[0x30, 0x02, 9]).is_err());
        assert!(value(SEQUENCE, &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 9]).is_err());
    }

    #[test]
    fn integers_must_be_positive_and_the_shortest() {
        assert_eq!(positive(&[2, 1, 5]), Ok((&[][..], &[5][..])));
        assert_eq!(positive(&[2, 2, 0, 0x85]), Ok((&[][..], &[0x85][..])));
        for bad in [&[2, 0][..], &[2, 1, 0], &[2, 1, 0x85], &[2, 2, 0, 5], &[3, 1, 5]] {
            assert!(positive(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn errors_name_the_offset() {
        assert!(matches!(any(&[0x30, 2, 4, 0]), Err(RsaKeyError::Der { offset: 2 })));
        assert!(matches!(any(&[0x30, 0, 9]), Err(RsaKeyError::Der { offset: 2 })));
        assert!(matches!(rsa_public_key(&[0x30, 3, 2, 1, 5], 10), Err(RsaKeyError::Der { offset: 15 })));
    }
}
