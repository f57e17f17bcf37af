//! The store of a single machine: a redb file, or memory only.

use super::{Key, Reply, Store, Unavailable, seconds};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// End of its life in milliseconds since 1970, uses left, sealed value.
type Entry = (u64, u32, &'static [u8]);
const VALUES: TableDefinition<'static, &'static str, Entry> = TableDefinition::new("values");
/// How often values whose time is over are thrown out of the file, in milliseconds.
const SWEEP: u64 = 60_000;
/// Most names that are counted at one time; beyond, the one whose window ends first is forgotten.
const MAX_COUNTS: usize = 65_536;

/// A store in a file of this machine.
///
/// Values survive a restart. Counts are kept in memory: they guard against floods, and a restart may forget them.
#[derive(Clone)]
pub struct EmbeddedStore {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    counts: Mutex<HashMap<String, Count>>,
    swept: Mutex<u64>,
}

struct Count {
    ends: Instant,
    events: u64,
}

impl EmbeddedStore {
    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// When the file cannot be used; a second process that has it open is one reason.
    pub fn open(path: &Path) -> Result<Self, Unavailable> {
        let database = Database::create(path).map_err(|e| Unavailable(format!("{}: {e}", path.display())))?;
        restrict(path).map_err(|e| Unavailable(format!("{}: {e}", path.display())))?;
        Self::new(database)
    }

    /// A store that ends with the process.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn in_memory() -> Result<Self, Unavailable> {
        let backend = redb::backends::InMemoryBackend::new();
        Self::new(Database::builder().create_with_backend(backend).map_err(unusable)?)
    }

    fn new(database: Database) -> Result<Self, Unavailable> {
        let inner = Inner { database, counts: Mutex::default(), swept: Mutex::new(0) };
        // The table exists from here on, so that reading never finds none.
        inner.write(|_| Ok(()))?;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs `work` where it may wait for the disk.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Unavailable> + Send + 'static,
    ) -> Reply<'_, T> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            tokio::task::spawn_blocking(move || work(&inner)).await.map_err(|e| Unavailable(e.to_string()))?
        })
    }
}

type Table<'a> = redb::Table<'a, &'static str, Entry>;

impl Inner {
    fn write<T>(
        &self,
        work: impl FnOnce(&mut Table<'_>) -> Result<T, redb::Error>,
    ) -> Result<T, Unavailable> {
        let outcome = (|| {
            let transaction = self.database.begin_write()?;
            let mut table = transaction.open_table(VALUES)?;
            let result = work(&mut table)?;
            drop(table);
            transaction.commit()?;
            Ok::<T, redb::Error>(result)
        })();
        outcome.map_err(unusable)
    }

    fn put(&self, key: &str, value: &[u8], life: Duration, uses: u32) -> Result<bool, Unavailable> {
        let now = now();
        let sweep = {
            let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
            let due = now.saturating_sub(*swept) >= SWEEP;
            if due {
                *swept = now;
            }
            due
        };
        self.write(|table| {
            if sweep {
                table.retain(|_, (ends, _, _)| ends > now)?;
            }
            let taken = table.get(key)?.is_some_and(|entry| entry.value().0 > now);
            if !taken {
                table.insert(key, (now.saturating_add(seconds(life) * 1000), uses.max(1), value))?;
            }
            Ok(!taken)
        })
    }

    fn look(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        let outcome = (|| {
            let table = self.database.begin_read()?.open_table(VALUES)?;
            let entry = table.get(key)?;
            Ok::<_, redb::Error>(entry.and_then(|entry| {
                let (ends, _, value) = entry.value();
                (ends > now()).then(|| value.to_vec())
            }))
        })();
        outcome.map_err(unusable)
    }

    fn take(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.write(|table| {
            let Some((ends, uses, value)) = table.get(key)?.map(|entry| {
                let (ends, uses, value) = entry.value();
                (ends, uses, value.to_vec())
            }) else {
                return Ok(None);
            };
            let alive = ends > now();
            if alive && uses > 1 {
                table.insert(key, (ends, uses - 1, value.as_slice()))?;
            } else {
                table.remove(key)?;
            }
            Ok(alive.then_some(value))
        })
    }

    fn count(&self, name: &str, window: Duration) -> u64 {
        let now = Instant::now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_COUNTS && !counts.contains_key(name) {
            counts.retain(|_, count| count.ends > now);
            if counts.len() >= MAX_COUNTS {
                let first = counts.iter().min_by_key(|(_, count)| count.ends).map(|(name, _)| name.clone());
                first.map(|name| counts.remove(&name));
            }
        }
        let count = counts.entry(name.to_owned()).or_insert(Count { ends: now + window, events: 0 });
        if count.ends <= now {
            *count = Count { ends: now + window, events: 0 };
        }
        count.events = count.events.saturating_add(1);
        count.events
    }
}

impl Store for EmbeddedStore {
    fn put<'a>(&'a self, key: &'a Key, value: Vec<u8>, life: Duration, uses: u32) -> Reply<'a, bool> {
        let key = key.value();
        self.run(move |inner| inner.put(&key, &value, life, uses))
    }

    fn look<'a>(&'a self, key: &'a Key) -> Reply<'a, Option<Vec<u8>>> {
        let key = key.value();
        self.run(move |inner| inner.look(&key))
    }

    fn take<'a>(&'a self, key: &'a Key, _uses: u32) -> Reply<'a, Option<Vec<u8>>> {
        let key = key.value();
        self.run(move |inner| inner.take(&key))
    }

    fn remove<'a>(&'a self, key: &'a Key) -> Reply<'a, ()> {
        let key = key.value();
        self.run(move |inner| inner.write(|table| Ok(table.remove(key.as_str()).map(drop)?)))
    }

    fn count<'a>(&'a self, name: &'a str, window: Duration) -> Reply<'a, u64> {
        Box::pin(async move { Ok(self.inner.count(name, window)) })
    }

    fn check(&self) -> Reply<'_, ()> {
        self.run(|inner| inner.look("").map(drop))
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn unusable(error: impl std::fmt::Display) -> Unavailable {
    Unavailable(error.to_string())
}

/// Values are sealed, yet the file is nobody else's business.
fn restrict(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_counted_names_is_limited() {
        let store = EmbeddedStore::in_memory().expect("a store");
        let window = Duration::from_secs(3600);
        for i in 0..=MAX_COUNTS {
            assert_eq!(store.inner.count(&i.to_string(), window), 1);
        }
        assert_eq!(store.inner.counts.lock().expect("not poisoned").len(), MAX_COUNTS);
        assert_eq!(store.inner.count("0", window), 1, "the oldest was forgotten");
        assert_eq!(store.inner.count(&MAX_COUNTS.to_string(), window), 2);
    }
}
