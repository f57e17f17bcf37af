//! What outlives a run of discovery: the list with what is known of it, the highest number, and, if the user wants it,
//! tokens (spec: discovery 5, 11.7, 13).

use crate::files::{private_folder, user_folder, write_private};
use discovery::cache::CacheEntry;
use discovery::machine::Cached;
use discovery::oauth::token::TokenRecord;
use discovery::secret::Secret;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize as _, Zeroizing};

/// The files of one channel. Channels never share any: their numbers are not comparable.
pub struct Store {
    list: PathBuf,
    entry: PathBuf,
    /// Lies with the user's state: whoever empties the cache does not reset the protection against rollback.
    high: PathBuf,
    most: u64,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    body: Option<Vec<u8>>,
    entry: Option<CacheEntry>,
    high: Option<u64>,
}

impl Found {
    /// As the machine takes it.
    #[must_use]
    pub fn cached(&self) -> Cached<'_> {
        let entry = self.entry.as_ref();
        let max_seq = self.high.max(entry.and_then(|e| e.max_seq));
        // A list without its entry has no age and no tag, and is as good as any other old list.
        Cached {
            body: self.body.as_deref(),
            etag: entry.and_then(|e| e.etag.as_deref()),
            last_modified: entry.and_then(|e| e.last_modified.as_deref()),
            fetched_at: entry.map(|e| e.fetched_at),
            max_age: entry.map(|e| e.max_age),
            max_seq,
        }
    }
}

impl Store {
    /// The files for a channel in the user's folders. `most`: octets of the largest list.
    ///
    /// # Errors
    /// When the environment names no folders.
    pub fn of_user(channel: &str, most: usize) -> Result<Self, String> {
        let cache = user_folder("XDG_CACHE_HOME", ".cache")?;
        let state = user_folder("XDG_STATE_HOME", ".local/state")?;
        Ok(Self::at(&cache.join("discovery"), &state.join("discovery"), channel, most))
    }

    fn at(cache: &Path, state: &Path, channel: &str, most: usize) -> Self {
        let digest = Sha256::digest(channel.as_bytes());
        let key: String = digest.iter().take(16).map(|octet| format!("{octet:02x}")).collect();
        Self {
            list: cache.join(&key).join("list.json"),
            entry: cache.join(&key).join("entry.json"),
            high: state.join(format!("{key}.json")),
            most: u64::try_from(most).unwrap_or(u64::MAX),
        }
    }

    /// What is stored; what cannot be read counts as missing.
    #[must_use]
    pub fn load(&self) -> Found {
        let high = read(&self.high, 4096).and_then(|octets| serde_json::from_slice::<Json>(&octets).ok());
        Found {
            body: read(&self.list, self.most),
            entry: read(&self.entry, 65_536).and_then(|octets| serde_json::from_slice(&octets).ok()),
            high: high.and_then(|value| value["max_seq"].as_u64()),
        }
    }

    /// Stores a list, if there is a new one, and what is known of it.
    ///
    /// # Errors
    /// Says which file cannot be written.
    pub fn store(&self, entry: &CacheEntry, body: Option<&[u8]>) -> Result<(), String> {
        if let Some(high) = entry.max_seq {
            // First of all: a list without it can be read again, the other way round it could be rolled back.
            write(&self.high, json!({ "max_seq": high }).to_string().as_bytes())?;
        }
        if let Some(body) = body {
            // For a moment the new list would be taken for the one the old tag belongs to.
            let _ = std::fs::remove_file(&self.entry);
            write(&self.list, body)?;
        }
        let entry = serde_json::to_vec(entry).map_err(|e| format!("{}: {e}", self.entry.display()))?;
        write(&self.entry, &entry)
    }
}

fn write(path: &Path, octets: &[u8]) -> Result<(), String> {
    let folder = path.parent().map_or(Ok(()), private_folder);
    folder.and_then(|()| write_private(path, octets)).map_err(|e| format!("{}: {e}", path.display()))
}

/// A whole file of at most `most` octets.
fn read(path: &Path, most: u64) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    std::fs::File::open(path).ok()?.take(most + 1).read_to_end(&mut octets).ok()?;
    (octets.len() as u64 <= most).then_some(octets)
}

/// A token and what came with it.
#[derive(Clone)]
pub struct Kept {
    /// The access token.
    pub record: TokenRecord,
    /// For renewal without the user.
    pub refresh_token: Option<Secret>,
}

/// Tokens in memory, and in a file if the user names one: nothing else is consent to write them down.
#[derive(Default)]
pub struct Tokens {
    file: Option<PathBuf>,
    kept: Vec<(String, Kept)>,
}

impl Tokens {
    /// Tokens of a file, which need not exist yet; without one they end with the program.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub fn open(file: Option<PathBuf>) -> Result<Self, String> {
        const MOST: u64 = 1 << 20;
        let Some(path) = file else { return Ok(Self::default()) };
        let told = |e: String| format!("{}: {e}", path.display());
        let mut text = Zeroizing::new(String::new());
        match std::fs::File::open(&path) {
            Ok(from) => from.take(MOST).read_to_string(&mut text).map_err(|e| told(e.to_string()))?,
            Err(e) if e.kind() == ErrorKind::NotFound => 0,
            Err(e) => return Err(told(e.to_string())),
        };
        let mut kept = Vec::new();
        if !text.trim().is_empty() {
            let all: Map<String, Json> =
                serde_json::from_str(&text).map_err(|e| told(format!("no token file: {e}")))?;
            for (key, mut value) in all {
                if let (Some(token), Some(until)) =
                    (value["access_token"].as_str(), value["usable_until"].as_i64())
                {
                    let record = TokenRecord {
                        access_token: Secret::new(token),
                        usable_until: until,
                        obtained_at: value["obtained_at"].as_i64(),
                    };
                    let refresh_token = value["refresh_token"].as_str().map(Secret::new);
                    kept.push((key, Kept { record, refresh_token }));
                }
                wipe(&mut value);
            }
        }
        Ok(Self { file: Some(path), kept })
    }

    /// The token under a key.
    #[must_use]
    pub fn load(&self, key: &str) -> Option<&Kept> {
        self.kept.iter().find(|(known, _)| known == key).map(|(_, kept)| kept)
    }

    /// Keeps a token in place of an earlier one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store(&mut self, key: String, kept: Kept) -> Result<(), String> {
        self.kept.retain(|(known, _)| *known != key);
        self.kept.push((key, kept));
        self.write()
    }

    /// Forgets a token and what came with it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delete(&mut self, key: &str) -> Result<(), String> {
        let before = self.kept.len();
        self.kept.retain(|(known, _)| known != key);
        if self.kept.len() == before { Ok(()) } else { self.write() }
    }

    fn write(&self) -> Result<(), String> {
        let Some(path) = &self.file else { return Ok(()) };
        let mut all = Map::new();
        for (key, kept) in &self.kept {
            let value = json!({
                "access_token": kept.record.access_token.expose(),
                "usable_until": kept.record.usable_until,
                "obtained_at": kept.record.obtained_at,
                "refresh_token": kept.refresh_token.as_ref().map(Secret::expose),
            });
            all.insert(key.clone(), value);
        }
        let mut all = Json::Object(all);
        let text = Zeroizing::new(all.to_string());
        wipe(&mut all);
        write_private(path, text.as_bytes()).map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// Overwrites the texts of an object of objects.
fn wipe(value: &mut Json) {
    match value {
        Json::String(text) => text.zeroize(),
        Json::Object(members) => members.values_mut().for_each(|member| match member {
            Json::Object(inner) => inner.values_mut().for_each(|value| {
                if let Json::String(text) = value {
                    text.zeroize();
                }
            }),
            Json::String(text) => text.zeroize(),
            _ => {}
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: u64) -> CacheEntry {
        CacheEntry {
            seq,
            max_seq: Some(seq),
            etag: Some("\"e\"".into()),
            fetched_at: 7,
            max_age: 900,
            ..CacheEntry::default()
        }
    }

    // spec: discovery 5, 13
    #[test]
    fn the_highest_number_outlives_the_cache() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, state) = (folder.path().join("cache"), folder.path().join("state"));
        let store = Store::at(&cache, &state, "https://a.example/v1.json", 1000);
        assert!(store.load().cached().body.is_none());
        store.store(&entry(5), Some(b"list")).unwrap();
        let found = store.load();
        let cached = found.cached();
        assert_eq!((cached.body, cached.etag, cached.max_seq), (Some(&b"list"[..]), Some("\"e\""), Some(5)));
        let other = Store::at(&cache, &state, "https://b.example/v1.json", 1000);
        assert!(other.load().cached().max_seq.is_none(), "channels do not share anything");
        std::fs::remove_dir_all(&cache).unwrap();
        let found = store.load();
        assert_eq!((found.cached().body, found.cached().max_seq), (None, Some(5)));
    }

    // spec: discovery 11.7
    #[test]
    fn tokens_are_written_only_where_the_user_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        let kept = Kept {
            record: TokenRecord { access_token: Secret::new("a"), usable_until: 9, obtained_at: Some(1) },
            refresh_token: Some(Secret::new("r")),
        };
        let mut tokens = Tokens::open(None).unwrap();
        tokens.store("k".into(), kept.clone()).unwrap();
        assert_eq!(tokens.load("k").map(|k| k.record.access_token.expose()), Some("a"));
        assert!(!path.exists());
        let mut tokens = Tokens::open(Some(path.clone())).unwrap();
        tokens.store("k".into(), kept).unwrap();
        let mut again = Tokens::open(Some(path.clone())).unwrap();
        assert_eq!(again.load("k").and_then(|k| k.refresh_token.as_ref()).map(Secret::expose), Some("r"));
        again.delete("k").unwrap();
        assert!(Tokens::open(Some(path.clone())).unwrap().load("k").is_none());
        std::fs::write(&path, "no json").unwrap();
        assert!(Tokens::open(Some(path)).is_err());
    }
}
