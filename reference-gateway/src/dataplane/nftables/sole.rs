//! One gateway for one network: the table and the marks are the same for all, so a second one would take the hotspot of the
//! first apart, and the first that of the second.

use nix::unistd::geteuid;
use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt as _;

/// The network that this process is in.
const NETWORK: &str = "/proc/self/ns/net";

/// The right to be the one. It ends with the process, however that ends.
#[derive(Debug)]
pub(super) struct Sole {
    /// Locked, if that can be.
    _network: Option<File>,
}

impl Sole {
    /// Claims it.
    ///
    /// # Errors
    /// One sentence: who has it.
    pub(super) fn claim() -> Result<Self, String> {
        Self::claim_of(NETWORK)
    }

    fn claim_of(path: &str) -> Result<Self, String> {
        let Ok(network) = File::open(path) else { return Ok(Self { _network: None }) };
        match network.try_lock() {
            Ok(()) => Ok(Self { _network: Some(network) }),
            Err(TryLockError::WouldBlock) => {
                let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
                let number = network.metadata().map(|file| file.ino()).unwrap_or_default();
                let other = holder(&locks, number);
                // Anybody may lock what he may open; only who may change the packet path is a gateway.
                let is_gateway = other.is_none_or(|process| {
                    let owner = fs::metadata(format!("/proc/{process}")).map(|folder| folder.uid());
                    owner.is_ok_and(|owner| owner == 0 || owner == geteuid().as_raw())
                });
                if !is_gateway {
                    return Ok(Self { _network: None });
                }
                let who = other.map_or("another process".to_owned(), |process| format!("process {process}"));
                Err(format!(
                    "dataplane nftables: {who} is a gateway of this network already, and there can be only one: end that one \
                     first, or give this one a network namespace of its own"
                ))
            }
            Err(TryLockError::Error(error)) => {
                tracing::debug!(%error, "whether there is another gateway cannot be known");
                Ok(Self { _network: None })
            }
        }
    }
}

/// The process that has locked a file, by the text of `/proc/locks`.
fn holder(locks: &str, file: u64) -> Option<u32> {
    locks.lines().find_map(|line| {
        // Those who wait have an arrow in front of the kind.
        let mut fields = line.split_ascii_whitespace().skip(1);
        let is_lock = fields.next() == Some("FLOCK");
        let process = fields.nth(2)?.parse().ok()?;
        let number = fields.next()?.rsplit(':').next()?.parse::<u64>().ok()?;
        (is_lock && number == file).then_some(process)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_has_it_and_the_other_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network");
        fs::write(&path, "").unwrap();
        let path = path.to_str().unwrap();
        let first = Sole::claim_of(path).unwrap();
        let refusal = Sole::claim_of(path).unwrap_err();
        assert!(refusal.contains(&format!("process {} is a gateway", std::process::id())), "{refusal}");
        drop(first);
        Sole::claim_of(path).unwrap();
    }

    #[test]
    fn who_has_a_lock_is_found() {
        let locks = "1: POSIX  ADVISORY  WRITE 71 00:19:7 0 EOF\n2: FLOCK  ADVISORY  WRITE 72 00:04:7 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 73 00:04:8 0 EOF\n3: FLOCK  ADVISORY  WRITE 74 00:04:8 0 EOF\n";
        assert_eq!((holder(locks, 7), holder(locks, 8), holder(locks, 9)), (Some(72), Some(74), None));
    }
}
