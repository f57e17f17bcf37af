//! Configurations on disk: the one in use, and the last one that worked (hotspot-config 3.2).

use crate::files::write_private;
use radius_codec::radconfig::Configuration;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The largest file, in octets.
const MAX_LEN: u64 = 1 << 20;

/// Writes a configuration so that there is always a whole one: the old, or the new.
pub(super) fn write(path: &Path, configuration: &Configuration) -> std::io::Result<()> {
    let Configuration { text, patterns } = configuration;
    // Secrets stand in it.
    write_private(path, json!({ "lines": text, "patterns": patterns }).to_string().as_bytes())
}

/// Reads a configuration; none if there is none, or it is damaged.
pub(super) fn read(path: &Path) -> Option<Configuration> {
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_LEN).read_to_string(&mut text).ok()?;
    let read = (|| {
        let value: Value = serde_json::from_str(&text).ok()?;
        let patterns = value["patterns"].as_array()?.iter();
        let patterns = patterns.map(|p| p.as_str().map(str::to_owned)).collect::<Option<_>>()?;
        Some(Configuration { text: value["lines"].as_str()?.to_owned(), patterns })
    })();
    if read.is_none() {
        tracing::error!(file = %path.display(), "a stored configuration is damaged");
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_configuration_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("remote.json");
        assert_eq!(read(&path), None);
        for text in ["lease 900\n", "uamsecret \"x y\"\n"] {
            let patterns = vec![r"!^a\.b$".to_owned()];
            let configuration = Configuration { text: text.to_owned(), patterns };
            write(&path, &configuration).unwrap();
            assert_eq!(read(&path), Some(configuration));
        }
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let whole = std::fs::read(&path).unwrap();
        for damaged in [&whole[..whole.len() / 2], b"{}", b"\xff"] {
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(read(&path), None);
        }
    }
}
