//! The program `nft`: rulesets as text through its standard input, at start and when the table is made again.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};

/// Where programs are looked for; what the environment says does not matter.
pub(in super::super) const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

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
    let kind =
        if cause.contains("not permitted") { io::ErrorKind::PermissionDenied } else { io::ErrorKind::Other };
    Err(io::Error::new(kind, format!("nft: {cause}")))
}
