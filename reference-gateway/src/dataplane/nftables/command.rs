//! The program `nft`: rulesets as text through its standard input, at start and when the table is made again.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

/// Where programs are looked for; what the environment says does not matter.
pub(in super::super) const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

/// What the rulesets are made of, as the kernel calls its modules.
const PARTS: &str = "nft_ct, nft_limit, nft_quota, nft_redir, nft_masq and nft_reject";

/// Loads a text. All of it happens, or nothing.
///
/// # Errors
/// The cause in one line.
pub(super) fn load(text: &str) -> io::Result<()> {
    let mut child = Command::new("nft")
        .args(["-f", "-"])
        .env_clear()
        .env("PATH", PATH)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Ctrl-C at a terminal is for the gateway, which needs nft to close the hotspot.
        .process_group(0)
        .spawn()
        .map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => {
                io::Error::new(e.kind(), "the program nft is not installed (package nftables)")
            }
            kind => io::Error::new(kind, format!("the program nft does not start: {e}")),
        })?;
    if let Some(mut input) = child.stdin.take() {
        // A program that ends early says why on its standard error.
        let _ = input.write_all(text.as_bytes());
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let cause = said.lines().find(|line| line.contains("rror")).unwrap_or("it failed without a word").trim();
    Err(refusal(cause, text.contains("hook egress")))
}

/// What nft's word for a failure means for a person.
fn refusal(cause: &str, ipv6: bool) -> io::Error {
    // strerror's words for EPERM; ENOENT, EOPNOTSUPP, EPROTONOSUPPORT and EAFNOSUPPORT.
    const LACKS: [&str; 2] = ["No such file or directory", "not supported"];
    if cause.contains("not permitted") {
        return io::Error::new(io::ErrorKind::PermissionDenied, format!("nft: {cause}"));
    }
    let more = if ipv6 {
        ", and for IPv6 nft_fib_inet and the family netdev with hooks where packets leave"
    } else {
        ""
    };
    let text = if LACKS.iter().any(|words| cause.contains(words)) {
        format!(
            "the kernel refuses the ruleset, of which nothing is in force; it needs nf_tables for the families inet \
             and ip with {PARTS}{more} (nft: {cause})"
        )
    } else {
        format!("nft: {cause}")
    };
    io::Error::other(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let permission = refusal("Error: Could not process rule: Operation not permitted", false);
        assert_eq!(permission.kind(), io::ErrorKind::PermissionDenied);
        let feature = refusal("Error: Could not process rule: Operation not supported", false).to_string();
        assert!(feature.contains("it needs nf_tables") && feature.contains("nft_redir"), "{feature}");
        assert!(
            feature.ends_with("(nft: Error: Could not process rule: Operation not supported)"),
            "{feature}"
        );
        let other = refusal("Error: syntax error, unexpected string", true);
        assert_eq!(other.to_string(), "nft: Error: syntax error, unexpected string");
    }
}
