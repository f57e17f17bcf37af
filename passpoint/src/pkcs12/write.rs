//! Writing a PKCS#12 file that every system reads.

use super::{
    CERT_BAG, DATA, ENCRYPTED_DATA, Identity, LOCAL_KEY_ID, Pkcs12Error, SHA1, SHROUDED_KEY_BAG,
    X509_CERTIFICATE, pbe,
};
use crate::asn1::{self, CONTEXT_0, OCTET_STRING, SEQUENCE, tlv};
use crate::certificate::Certificate;
use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

const PBE_SHA1_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
/// What OpenSSL writes; more does not help against guessing SHA-1 and 3DES passwords.
const ITERATIONS: u32 = 2048;
const SALT: usize = 8;

/// Where random octets come from. Any `FnMut(&mut [u8])` that fills its octets will do.
pub trait Random {
    /// Fills the buffer with octets nobody can foresee.
    fn fill(&mut self, octets: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Random for F {
    fn fill(&mut self, octets: &mut [u8]) {
        self(octets);
    }
}

/// Writes a key, its certificate and `chain` under a password, encrypted with PBE-SHA1-3DES and an HMAC-SHA1.
///
/// Older Apple systems and Android's key store read nothing newer. Key and leaf carry the same local key id; nothing has
/// a friendly name, so that Android counts one entry (spec: passpoint 3.1).
///
/// # Errors
/// Only when a primitive refuses its input, which does not happen with a key that was read by this crate.
pub fn write(
    identity: &Identity,
    chain: &[Certificate],
    password: &str,
    random: &mut dyn Random,
) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
    let id = local_key_id(&identity.leaf.sha1());
    let mut bags = vec![cert_bag(&identity.leaf, Some(&id))];
    bags.extend(chain.iter().map(|c| cert_bag(c, None)));
    let bags = Zeroizing::new(tlv(SEQUENCE, &bags.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    let mut salt = [0; SALT];
    random.fill(&mut salt);
    let certificates = tlv(
        SEQUENCE,
        &[
            &asn1::integer(0),
            &tlv(
                SEQUENCE,
                &[
                    &asn1::oid(DATA),
                    &pbe_algorithm(&salt),
                    &tlv(0x80, &[&pbe::encrypt_3des(password, &salt, ITERATIONS, &bags)?]),
                ],
            ),
        ],
    );
    let certificates = tlv(SEQUENCE, &[&asn1::oid(ENCRYPTED_DATA), &tlv(CONTEXT_0, &[&certificates])]);

    random.fill(&mut salt);
    let shrouded = tlv(
        SEQUENCE,
        &[
            &pbe_algorithm(&salt),
            &tlv(OCTET_STRING, &[&pbe::encrypt_3des(password, &salt, ITERATIONS, identity.expose_key())?]),
        ],
    );
    let key_bag = tlv(
        SEQUENCE,
        &[&asn1::oid(SHROUDED_KEY_BAG), &tlv(CONTEXT_0, &[&shrouded]), &asn1::set_of(vec![id])],
    );
    let keys = data(&tlv(SEQUENCE, &[&key_bag]));

    let content = tlv(SEQUENCE, &[&certificates, &keys]);
    random.fill(&mut salt);
    let mac = pbe::mac_sha1(password, &salt, ITERATIONS, &content)?;
    let digest_info =
        tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&asn1::oid(SHA1), &[0x05, 0x00]]), &tlv(OCTET_STRING, &[&mac])]);
    let mac_data = tlv(SEQUENCE, &[&digest_info, &tlv(OCTET_STRING, &[&salt]), &asn1::integer(ITERATIONS)]);
    Ok(Zeroizing::new(tlv(SEQUENCE, &[&asn1::integer(3), &data(&content), &mac_data])))
}

fn data(content: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&asn1::oid(DATA), &tlv(CONTEXT_0, &[&tlv(OCTET_STRING, &[content])])])
}

fn pbe_algorithm(salt: &[u8]) -> Vec<u8> {
    let parameters = tlv(SEQUENCE, &[&tlv(OCTET_STRING, &[salt]), &asn1::integer(ITERATIONS)]);
    tlv(SEQUENCE, &[&asn1::oid(PBE_SHA1_3DES), &parameters])
}

fn local_key_id(id: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&asn1::oid(LOCAL_KEY_ID), &asn1::set_of(vec![tlv(OCTET_STRING, &[id])])])
}

fn cert_bag(certificate: &Certificate, attribute: Option<&[u8]>) -> Vec<u8> {
    let der = tlv(CONTEXT_0, &[&tlv(OCTET_STRING, &[certificate.der()])]);
    let value = tlv(SEQUENCE, &[&asn1::oid(X509_CERTIFICATE), &der]);
    let attributes = attribute.map(|a| asn1::set_of(vec![a.to_vec()])).unwrap_or_default();
    tlv(SEQUENCE, &[&asn1::oid(CERT_BAG), &tlv(CONTEXT_0, &[&value]), &attributes])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pkcs12::Pkcs12;

    /// Octets that count up, so that tests see the same file each time.
    pub(crate) struct Counter(pub(crate) u8);

    impl Random for Counter {
        fn fill(&mut self, octets: &mut [u8]) {
            for octet in octets {
                *octet = self.0;
                self.0 = self.0.wrapping_add(1);
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn what_is_written_is_read_back() {
        let file = include_bytes!("../../../tests/vectors/passpoint/pki/user-alice-chain-3des.p12");
        let identity = Identity::open(file, "p12-Secret1").expect("opens");
        for password in ["", "b\u{f6}se"] {
            let written = write(&identity, &identity.chain, password, &mut Counter(1)).expect("written");
            assert_eq!(
                written,
                write(&identity, &identity.chain, password, &mut Counter(1)).expect("written")
            );
            let opened = Pkcs12::open(&written, password).expect("opens");
            assert!(!opened.uses_pbes2 && opened.keys[0].is_shrouded);
            let again = opened.into_identity().expect("an identity");
            assert_eq!((&again.leaf, &again.chain), (&identity.leaf, &identity.chain));
            assert_eq!(again.expose_key(), identity.expose_key());
        }
    }
}
