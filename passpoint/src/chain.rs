//! Whether a certificate leads to a trusted one.

use crate::certificate::Certificate;
use crate::signer::Hash;

/// Certificates that are trusted, and when.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// The certificates that a chain has to end in.
    pub anchors: &'a [Certificate],
    /// The moment at which every certificate has to be valid, in seconds since 1970-01-01T00:00:00Z. `None` does not look at dates.
    pub unix_seconds: Option<i64>,
}

/// Whether a path of valid signatures leads from `leaf` over `others` to an anchor.
///
/// Every certificate above the leaf has to be an authority, its path length constraint has to hold, and every one on the
/// path has to be valid at the moment asked about. What the leaf may be used for is not looked at: any certificate that
/// chains to a root signs a profile (spec: passpoint 4.5).
pub(crate) fn leads_to_anchor(leaf: &Certificate, others: &[Certificate], trust: &Trust<'_>) -> bool {
    let valid = |c: &Certificate| {
        trust.unix_seconds.is_none_or(|now| {
            let (from, to) = c.validity();
            from <= now && now <= to
        })
    };
    // Each certificate is entered once, nearest to the leaf first, so the work is bounded by their number squared.
    let mut reached: Vec<(&Certificate, u8)> = vec![(leaf, 0)];
    let mut next = 0;
    while let Some(&(subject, issuers_below)) = reached.get(next) {
        next += 1;
        if !valid(subject) {
            continue;
        }
        if trust.anchors.contains(subject) {
            return true;
        }
        for issuer in trust.anchors.iter().chain(others) {
            let path_len = issuer.authority.map(|limit| limit.unwrap_or(u8::MAX));
            if path_len.is_some_and(|limit| issuers_below <= limit)
                && !reached.iter().any(|(c, _)| *c == issuer)
                && has_issued(issuer, subject)
            {
                reached.push((issuer, issuers_below.saturating_add(1)));
            }
        }
    }
    false
}

fn has_issued(issuer: &Certificate, subject: &Certificate) -> bool {
    issuer.subject == subject.issuer
        && Hash::of_signature(subject.signature_algorithm)
            .is_some_and(|hash| issuer.key.verifies(hash, &subject.signed, &subject.signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::Signer as _;
    use crate::signer::tests::{ec, rsa};

    fn root() -> Certificate {
        Certificate::from_pem(include_str!("../../tests/vectors/passpoint/pki/signer-root.pem"))
            .expect("a root")
    }

    #[test]
    #[cfg_attr(miri, ignore = "ring is assembler, which an interpreter cannot run")]
    fn needs_every_step() {
        let root = [root()];
        let trust = Trust { anchors: &root, unix_seconds: Some(1_790_000_000) };
        for signer in [rsa(), ec()] {
            let [leaf, middle] = signer.chain() else { panic!("two certificates") };
            assert!(leads_to_anchor(leaf, std::slice::from_ref(middle), &trust));
            assert!(!leads_to_anchor(leaf, &[], &trust));
            let late = Trust { unix_seconds: Some(4_000_000_000), ..trust };
            assert!(!leads_to_anchor(leaf, std::slice::from_ref(middle), &late));
            // A leaf is no authority, even if it is there.
            let other = Trust { anchors: &[], ..trust };
            assert!(!leads_to_anchor(leaf, &[middle.clone(), root[0].clone()], &other));
        }
    }
}
