//! The program `nft`: rulesets as text through its standard input, at start and when the table is made again.

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Where programs are looked for; what the environment says does not matter.
pub(in super::super) const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

/// What the rulesets are made of, as the kernel calls its modules.
const PARTS: &str = "nft_ct, nft_limit, nft_quota, nft_redir, nft_masq and nft_reject";

/// How long it may take: nothing else is decided meanwhile.
const LIMIT: Duration = Duration::from_secs(30);

/// Loads a text. All of it happens, or nothing.
///
/// # Errors
/// The cause in one line.
pub(super) fn load(text: &str) -> io::Result<()> {
    run(Command::new("nft").args(["-f", "-"]).env_clear().env("PATH", PATH), text, LIMIT)
}

fn run(command: &mut Command, text: &str, limit: Duration) -> io::Result<()> {
    let mut child = command
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
    // Kernels before 5.3 have no such descriptor; without it nobody can be sure whom a number means.
    let process = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).ok();
    let (ended, end) = mpsc::channel::<()>();
    let watch = thread::spawn(move || {
        let late = end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
        late && process.is_some_and(|process| pidfd_send_signal(&process, Signal::KILL).is_ok())
    });
    if let Some(mut input) = child.stdin.take() {
        // A program that ends early says why on its standard error.
        let _ = input.write_all(text.as_bytes());
    }
    let output = child.wait_with_output();
    drop(ended);
    let killed = watch.join().unwrap_or(false);
    let output = output?;
    if output.status.success() {
        return Ok(());
    }
    if killed {
        let text = format!("nft took longer than {limit:?}, and was killed");
        return Err(io::Error::new(io::ErrorKind::TimedOut, text));
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
    fn a_program_that_hangs_is_killed_and_one_that_does_not_is_left_alone() {
        let hangs = run(Command::new("sleep").arg("60"), "text", Duration::from_millis(100)).unwrap_err();
        assert_eq!((hangs.kind(), hangs.to_string().contains("was killed")), (io::ErrorKind::TimedOut, true));
        run(&mut Command::new("cat"), "text", Duration::from_secs(60)).unwrap();
        let failed = run(&mut Command::new("false"), "", Duration::from_secs(60)).unwrap_err();
        assert_eq!(failed.to_string(), "nft: it failed without a word");
    }

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
        assert!(!feature.contains("IPv6"), "{feature}");
        let with_ipv6 = refusal("Error: Could not process rule: Operation not supported", true).to_string();
        assert!(with_ipv6.contains("for IPv6 nft_fib_inet"), "{with_ipv6}");
        let other = refusal("Error: syntax error, unexpected string", true);
        assert_eq!(other.to_string(), "nft: Error: syntax error, unexpected string");
    }
}
