//! Users in a JSON file: `{"alice": {"password_hash": "$argon2id$…", "credential": {…}}}`.

use super::{Members, Record, Unavailable};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use passpoint::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;
use tokio::sync::Semaphore;

/// Largest file, in octets.
const MAX_FILE: u64 = 64 * 1024 * 1024;
/// Passwords checked at one time; each check takes 19 MiB for a moment.
const CHECKS: usize = 4;
const SALT: usize = 16;

/// A user as the file has it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    password_hash: Option<String>,
    #[serde(default)]
    credential: Members,
    #[serde(default)]
    validity: Map<String, Value>,
    #[serde(default)]
    subscription: Map<String, Value>,
    #[serde(default)]
    update_identifier: Option<i64>,
}

impl Entry {
    fn record(&self) -> Record {
        Record {
            credential: self.credential.clone(),
            validity: self.validity.clone(),
            subscription: self.subscription.clone(),
            update_identifier: self.update_identifier,
        }
    }
}

type Table = Arc<HashMap<String, Entry>>;

/// A file of users; it is read again when it has changed.
pub struct FileUsers {
    path: PathBuf,
    /// What is used instead of a file.
    fixed: Option<Table>,
    read: Mutex<Option<(Stamp, Table)>>,
    checks: Semaphore,
}

/// What tells one version of the file from another.
type Stamp = (u64, Option<SystemTime>);

impl FileUsers {
    /// Reads the file.
    ///
    /// # Errors
    /// Says what is wrong with it and where.
    pub fn open(path: &Path) -> Result<Self, Unavailable> {
        let users = Self::at(path);
        for (name, entry) in users.table()?.iter() {
            let wrong = |what: String| Unavailable(format!("{}: {name}: {what}", path.display()));
            entry.record().check().map_err(wrong)?;
            if let Some(hash) = &entry.password_hash {
                phc::PasswordHash::new(hash).map_err(|e| {
                    wrong(format!("password_hash: {e}; `fonap provision hash-password` makes one"))
                })?;
            }
        }
        Ok(users)
    }

    /// One user, without a file.
    ///
    /// # Errors
    /// As [`hash_password`].
    pub fn of_one(name: &str, password: &Secret) -> Result<Self, String> {
        let mut users = Self::at(Path::new(""));
        let entry = Entry { password_hash: Some(hash_password(password)?), ..Entry::default() };
        users.fixed = Some(Arc::new(HashMap::from([(name.to_owned(), entry)])));
        Ok(users)
    }

    fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), fixed: None, read: Mutex::default(), checks: Semaphore::new(CHECKS) }
    }

    fn table(&self) -> Result<Table, Unavailable> {
        if let Some(table) = &self.fixed {
            return Ok(Arc::clone(table));
        }
        let wrong = |what: String| Unavailable(format!("{}: {what}", self.path.display()));
        let meta = std::fs::metadata(&self.path).map_err(|e| wrong(e.to_string()))?;
        let stamp = (meta.len(), meta.modified().ok());
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, table)) = read.as_ref().filter(|(at, _)| *at == stamp) {
            return Ok(Arc::clone(table));
        }
        if meta.len() > MAX_FILE {
            return Err(wrong(format!("larger than {MAX_FILE} octets")));
        }
        let text = zeroize::Zeroizing::new(std::fs::read(&self.path).map_err(|e| wrong(e.to_string()))?);
        let table: HashMap<String, Entry> = serde_json::from_slice(&text)
            .map_err(|e| wrong(format!("line {}, column {}: {}", e.line(), e.column(), reason(&e))))?;
        let table = Arc::new(table);
        *read = Some((stamp, Arc::clone(&table)));
        Ok(table)
    }

    pub(super) async fn find(
        &self,
        name: &str,
        password: Option<&Secret>,
    ) -> Result<Option<Record>, Unavailable> {
        let table = self.table()?;
        let entry = table.get(name);
        let Some(password) = password else { return Ok(entry.map(Entry::record)) };
        // An unknown name takes as long as a wrong password.
        let hash = entry.and_then(|e| e.password_hash.clone());
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| nobody().to_owned());
        let password = password.clone();
        let _place = self.checks.acquire().await.map_err(|e| Unavailable(e.to_string()))?;
        let right = tokio::task::spawn_blocking(move || verify(password.expose(), &hash))
            .await
            .map_err(|e| Unavailable(e.to_string()))?;
        Ok(entry.filter(|_| right && known).map(Entry::record))
    }
}

/// What kind of mistake it is, without the value that the library would quote.
fn reason(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof => "not JSON",
        serde_json::error::Category::Io => "cannot be read",
        serde_json::error::Category::Data => {
            "expected {\"name\": {\"password_hash\": \"...\", \"credential\": {...}}, ...}; further members of a user \
             are validity, subscription and update_identifier"
        }
    }
}

/// A hash that no password has.
fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut password = zeroize::Zeroizing::new([0; 32]);
        crate::random::SystemRandom.octets(password.as_mut());
        hash(password.as_ref()).unwrap_or_default()
    })
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn hash(password: &[u8]) -> Result<String, String> {
    let mut salt = [0; SALT];
    crate::random::SystemRandom.octets(&mut salt);
    argon2().hash_password_with_salt(password, &salt).map(|hash| hash.to_string()).map_err(|e| e.to_string())
}

/// Hashes a password for the file: Argon2id with the library's recommended cost, in PHC form.
///
/// # Errors
/// When the password is empty or longer than [`MAX_PASSWORD`](super::MAX_PASSWORD) octets.
pub fn hash_password(password: &Secret) -> Result<String, String> {
    match password.expose().len() {
        0 => Err("the password is empty".to_owned()),
        len if len > super::MAX_PASSWORD => {
            Err(format!("the password has {len} octets, more than {}", super::MAX_PASSWORD))
        }
        _ => hash(password.expose().as_bytes()),
    }
}

fn verify(password: &str, hash: &str) -> bool {
    let Ok(hash) = phc::PasswordHash::new(hash) else { return false };
    argon2().verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only() {
        let made = hash_password(&"secret".into()).expect("a hash");
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made}");
        assert!(verify("secret", &made));
        assert!(!verify("Secret", &made));
        assert!(!verify("secret", "secret"));
        assert!(hash_password(&"".into()).is_err());
        assert!(hash_password(&"x".repeat(513).into()).is_err());
        // The PHC string of another implementation (the command argon2, salt "somesalt", -t 2 -m 16 -p 1).
        let foreign =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify("password", foreign));
    }
}
