//! Configuration lines out of an Access-Accept, and how they merge with local ones (spec: hotspot-config 3.1, 3.2).

use crate::code::Code;
use crate::dict::chillispot;
use crate::packet::Packet;
use alloc::string::String;
use alloc::vec::Vec;

/// Most octets of one received line: what a sub-attribute has room for.
pub const MAX_LINE: usize = 247;

/// The configuration text that an Access-Accept carries: every ChilliSpot-Config in order, one line each; nothing of any
/// other packet (spec: radius-profile 3).
///
/// Lines are not trusted to be complete, valid or even text: octets that are no UTF-8 become U+FFFD, and line ends and
/// other control characters inside a value (a tab excepted) are dropped, so that one attribute stays one line. Empty
/// when nothing was received; that is the only sign of failure the original gives.
#[must_use]
pub fn received(packet: &Packet<'_>) -> String {
    let mut text = String::new();
    if packet.code() != Code::ACCESS_ACCEPT {
        return text;
    }
    for value in packet.attributes().all(chillispot::CONFIG) {
        let line = String::from_utf8_lossy(value);
        text.extend(line.chars().filter(|c| *c == '\t' || !c.is_control()));
        text.push('\n');
    }
    text
}

/// The key of a configuration line: what stands before the first blank or `=`. `None` for comments and empty lines.
#[must_use]
pub fn key(line: &str) -> Option<&str> {
    let line = line.trim_start_matches([' ', '\t']);
    if line.is_empty() || line.starts_with(['#', '\r', '\n']) {
        return None;
    }
    let end = line.find([' ', '\t', '\r', '\n', '=']).unwrap_or(line.len());
    line.get(..end).filter(|key| !key.is_empty())
}

/// What may stand several times; all other options keep the first occurrence. `include` is a statement and `newdomain` a
/// list that [`convert`](super::convert) takes out (spec: hotspot-config 1.6, 2.1).
pub const REPEATABLE: [&str; 6] = ["include", "macallowed", "module", "newdomain", "uamallowed", "uamdomain"];

/// Local lines and received ones as one configuration: local ones win.
///
/// A received line whose key a local line has is left out, unless the key may be repeated; then local ones come first.
/// The same rule drops later received lines with a key that came before.
#[must_use]
pub fn merge(local: &str, received: &str) -> String {
    let mut keys: Vec<&str> = Vec::new();
    let mut merged = String::with_capacity(local.len() + received.len() + 1);
    for line in local.lines().chain(received.lines()) {
        if let Some(key) = key(line) {
            if keys.contains(&key) && !REPEATABLE.contains(&key) {
                continue;
            }
            keys.push(key);
        }
        merged.push_str(line);
        merged.push('\n');
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttributeWriter as _, PacketBuilder};

    // spec: hotspot-config 3.2
    #[test]
    fn local_lines_win_and_lists_collect() {
        let local = "uamsecret local\nuamallowed a.example\n# note\n";
        let received =
            "uamsecret=remote\nuamserver https://p.example/\nuamallowed b.example\nuamserver https://q/\n";
        assert_eq!(
            merge(local, received),
            "uamsecret local\nuamallowed a.example\n# note\nuamserver https://p.example/\nuamallowed b.example\n"
        );
    }

    // spec: hotspot-config 1.6, 2.1, 3.2
    #[test]
    fn files_are_included_and_domains_collected_from_both_sides() {
        assert_eq!(
            merge("include a\ninclude b\nlease 1\n", "include c\n"),
            "include a\ninclude b\nlease 1\ninclude c\n"
        );
        assert_eq!(merge("", "newdomain a\nnewdomain b\n"), "newdomain a\nnewdomain b\n");
    }

    // spec: radius-profile 3
    #[test]
    fn only_an_access_accept_carries_lines() {
        let lines = |code| {
            let mut out = [0; 64];
            let mut packet = PacketBuilder::verbatim(&mut out, code, 1, [0; 16]);
            let length = packet.text(chillispot::CONFIG, "lease 900").finish_verbatim().unwrap();
            received(&Packet::parse(&out[..length]).unwrap())
        };
        assert_eq!(lines(Code::ACCESS_ACCEPT), "lease 900\n");
        for code in [Code::ACCESS_REJECT, Code::ACCESS_CHALLENGE, Code::ACCOUNTING_RESPONSE, Code(99)] {
            assert_eq!(lines(code), "", "{code}");
        }
    }

    #[test]
    fn a_key_ends_at_a_blank_or_an_equals_sign() {
        assert_eq!(key("  lease = 600"), Some("lease"));
        assert_eq!(key("lease=600"), Some("lease"));
        assert_eq!(key("uamanydns"), Some("uamanydns"));
        assert_eq!(key("# lease 600"), None);
        assert_eq!(key(" \t"), None);
        assert_eq!(key("= 5"), None);
    }
}
