//! Passwords that do not stand on the command line.

use std::io::Read as _;
use std::path::Path;
use zeroize::Zeroizing;

/// The first line of a file (`-` is standard input), else the variable `FONAP_PASSWORD`; nothing if there is neither.
pub(super) fn given(file: Option<&Path>) -> Result<Option<Zeroizing<String>>, String> {
    let whole = match file {
        Some(path) if path == Path::new("-") => {
            let mut text = Zeroizing::new(String::new());
            std::io::stdin()
                .take(4096)
                .read_to_string(&mut text)
                .map_err(|e| format!("standard input: {e}"))?;
            text
        }
        Some(path) => {
            Zeroizing::new(std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?)
        }
        None => return Ok(std::env::var("FONAP_PASSWORD").ok().map(Zeroizing::new)),
    };
    Ok(Some(Zeroizing::new(whole.lines().next().unwrap_or_default().to_owned())))
}
