//! What has to outlive the process: records that no server has taken yet, and sessions in progress.
//!
//! A thread of its own writes, so that a slow or full disk holds up nobody. Changes that wait are merged, one value a
//! key, so what waits is bounded by what there is; all that waits is written in one transaction. The first change is
//! written at once, and what follows it after a short rest: a record that a server takes meanwhile is never written, which
//! spares flash and the processor when many users log in.

use crate::files::private_folder;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use wispr::gateway::SessionId;

/// The file in `statedir`.
pub const FILE: &str = "hotspot.redb";
/// How long the writer waits after an error.
const RETRY: Duration = Duration::from_secs(5);

/// How long the writer rests after it has written.
const REST: Duration = Duration::from_millis(10);

/// Octets of the file that are kept in memory: it is read at the start only.
const CACHE: usize = 1 << 20;

const RECORDS: TableDefinition<u64, &[u8]> = TableDefinition::new("records");
const SESSIONS: TableDefinition<&str, &[u8]> = TableDefinition::new("sessions");
const NOTES: TableDefinition<&str, &[u8]> = TableDefinition::new("notes");

/// What a value is kept under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// An accounting record.
    Record(u64),
    /// A session.
    Session(SessionId),
    /// A single value.
    Note(&'static str),
}

/// One change: a value, or none to forget the key.
pub type Change = (Key, Option<Vec<u8>>);

/// What an earlier run kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Accounting records by key.
    pub records: BTreeMap<u64, Vec<u8>>,
    /// Sessions by id.
    pub sessions: BTreeMap<String, Vec<u8>>,
    /// Single values.
    pub notes: BTreeMap<String, Vec<u8>>,
}

/// Where changes go: a file, or what a test puts in its place.
pub trait Store: Send {
    /// Everything that is kept.
    ///
    /// # Errors
    /// In words, when it cannot be read.
    fn load(&mut self) -> Result<Kept, String>;
    /// Makes all of these changes, or none.
    ///
    /// # Errors
    /// In words, when they cannot be written; the same changes come again later.
    fn commit(&mut self, changes: &BTreeMap<Key, Option<Vec<u8>>>) -> Result<(), String>;
}

/// The way to the writer. Dropping it writes what still waits, if the disk takes it.
pub struct Journal {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Something changed: for the writer, and for who waits for it.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<Key, Option<Vec<u8>>>,
    /// The writer waits for something to write.
    idle: bool,
    writing: bool,
    stop: bool,
    /// Somebody waits for it to be written, and wants no rest before it is tried again.
    hurry: bool,
    /// How often it could not be written.
    failures: u64,
    error: Option<String>,
}

impl Journal {
    /// A journal that keeps nothing.
    #[must_use]
    pub fn none() -> Self {
        Self { shared: Arc::default(), writer: None }
    }

    /// Opens the file in a folder, which is made if it is not there, and reads what is kept. A file that is damaged is
    /// moved aside: an old gateway's records are worth less than a gateway that starts.
    ///
    /// # Errors
    /// In one sentence, when the folder cannot be used or another process uses the file.
    pub fn open(folder: &Path) -> Result<(Self, Kept), String> {
        let what = |error: &dyn std::fmt::Display| format!("statedir {}: {error}", folder.display());
        private_folder(folder).map_err(|e| what(&e))?;
        let path = folder.join(FILE);
        let mut store = File::new(&path);
        let kept = match store.load() {
            Ok(kept) => kept,
            Err(error) if store.in_use => return Err(what(&error)),
            Err(error) => {
                let aside = path.with_extension(format!("damaged-{}", crate::clock::unix_seconds()));
                tracing::error!(%error, moved_to = %aside.display(), "the journal is damaged; beginning a new one");
                std::fs::rename(&path, &aside).map_err(|e| what(&e))?;
                store = File::new(&path);
                store.load().map_err(|e| what(&e))?
            }
        };
        Ok((Self::with(store), kept))
    }

    /// A journal over a store.
    #[must_use]
    pub fn with(store: impl Store + 'static) -> Self {
        let shared = Arc::<Shared>::default();
        let theirs = Arc::clone(&shared);
        let writer = std::thread::spawn(move || write(&theirs, store));
        Self { shared, writer: Some(writer) }
    }

    /// Keeps changes, all together or none. Returns at once.
    pub fn keep(&self, changes: impl IntoIterator<Item = Change>) {
        if self.writer.is_none() {
            return;
        }
        let mut state = self.shared.lock();
        // After an error what waits may be in the file all the same.
        let sure = state.error.is_none();
        for (key, value) in changes {
            // A record is written once: one that still waits is not in the file.
            let unwritten = matches!((&key, &value), (Key::Record(_), None))
                && sure
                && state.waiting.get(&key).is_some_and(Option::is_some);
            if unwritten {
                state.waiting.remove(&key);
            } else {
                state.waiting.insert(key, value);
            }
        }
        if std::mem::take(&mut state.idle) {
            self.shared.changed.notify_all();
        }
    }

    /// Waits until everything is written, at most this long and not for a disk that does not take it. Says whether it is.
    pub fn flush(&self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        let mut state = self.shared.lock();
        let failures = state.failures;
        if state.error.is_some() {
            state.hurry = true;
            self.shared.changed.notify_all();
        }
        loop {
            if self.writer.is_none() || (state.waiting.is_empty() && !state.writing) {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || state.failures != failures {
                return false;
            }
            state = self.shared.wait(state, left);
        }
    }

    /// Why nothing can be written at present, if that is so.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        self.shared.lock().error.clone()
    }

    /// Whether anything outlives the process.
    #[must_use]
    pub const fn is_durable(&self) -> bool {
        self.writer.is_some()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, limit: Duration) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, limit);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Writes whatever waits until it is told to stop.
fn write(shared: &Shared, mut store: impl Store) {
    let mut state = shared.lock();
    loop {
        if state.waiting.is_empty() {
            if state.stop {
                return;
            }
            state.idle = true;
            state = shared.wait(state, Duration::from_secs(3600));
            state.idle = false;
            continue;
        }
        let changes = std::mem::take(&mut state.waiting);
        (state.writing, state.hurry) = (true, false);
        drop(state);
        let outcome = store.commit(&changes);
        state = shared.lock();
        state.writing = false;
        match outcome {
            Ok(()) => {
                if state.error.take().is_some() {
                    tracing::warn!("the journal can be written again");
                }
                shared.changed.notify_all();
                drop(state);
                std::thread::sleep(REST);
                state = shared.lock();
            }
            Err(error) => {
                if state.error.as_deref() != Some(&error) {
                    tracing::error!(%error, "the journal cannot be written; records and sessions are in memory only");
                }
                state.error = Some(error);
                state.failures += 1;
                // What came meanwhile is newer.
                let newer = std::mem::replace(&mut state.waiting, changes);
                state.waiting.extend(newer);
                if state.stop {
                    return;
                }
                shared.changed.notify_all();
                let end = Instant::now() + RETRY;
                while Instant::now() < end && !state.stop && !state.hurry {
                    state = shared.wait(state, end.saturating_duration_since(Instant::now()));
                }
            }
        }
    }
}

/// A file of the embedded database.
struct File {
    path: PathBuf,
    /// Closed after an error: the database wants to be opened anew then.
    database: Option<Database>,
    in_use: bool,
}

impl File {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), database: None, in_use: false }
    }

    fn database(&mut self) -> Result<&Database, redb::Error> {
        if self.database.is_none() {
            let opened = Database::builder().set_cache_size(CACHE).create(&self.path);
            self.in_use = match &opened {
                Err(redb::DatabaseError::DatabaseAlreadyOpen) => true,
                // Not damaged, but out of reach: not ours to move aside.
                Err(redb::DatabaseError::Storage(redb::StorageError::Io(e))) => {
                    !matches!(e.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
                }
                _ => false,
            };
            self.database = Some(opened?);
        }
        self.database.as_ref().ok_or(redb::Error::PreviousIo)
    }

    fn try_commit(&mut self, changes: &BTreeMap<Key, Option<Vec<u8>>>) -> Result<(), redb::Error> {
        let transaction = self.database()?.begin_write()?;
        {
            let mut records = transaction.open_table(RECORDS)?;
            let mut sessions = transaction.open_table(SESSIONS)?;
            let mut notes = transaction.open_table(NOTES)?;
            for (key, value) in changes {
                match (key, value) {
                    (Key::Record(key), Some(value)) => drop(records.insert(key, value.as_slice())?),
                    (Key::Record(key), None) => drop(records.remove(key)?),
                    (Key::Session(id), Some(value)) => drop(sessions.insert(id.as_str(), value.as_slice())?),
                    (Key::Session(id), None) => drop(sessions.remove(id.as_str())?),
                    (Key::Note(name), Some(value)) => drop(notes.insert(name, value.as_slice())?),
                    (Key::Note(name), None) => drop(notes.remove(name)?),
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    fn try_load(&mut self) -> Result<Kept, redb::Error> {
        // Makes the tables, and shows whether the file can be written.
        self.try_commit(&BTreeMap::new())?;
        let transaction = self.database()?.begin_read()?;
        let mut kept = Kept::default();
        for entry in transaction.open_table(RECORDS)?.iter()? {
            let (key, value) = entry?;
            kept.records.insert(key.value(), value.value().to_vec());
        }
        for (table, into) in [(SESSIONS, &mut kept.sessions), (NOTES, &mut kept.notes)] {
            for entry in transaction.open_table(table)?.iter()? {
                let (key, value) = entry?;
                into.insert(key.value().to_owned(), value.value().to_vec());
            }
        }
        Ok(kept)
    }
}

impl Store for File {
    fn load(&mut self) -> Result<Kept, String> {
        self.try_load().map_err(|error| {
            self.database = None;
            error.to_string()
        })
    }

    fn commit(&mut self, changes: &BTreeMap<Key, Option<Vec<u8>>>) -> Result<(), String> {
        self.try_commit(changes).map_err(|error| {
            self.database = None;
            error.to_string()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    const LIMIT: Duration = Duration::from_secs(30);

    fn record(key: u64, value: &str) -> Change {
        (Key::Record(key), Some(value.as_bytes().to_vec()))
    }

    #[test]
    fn what_was_kept_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let id = SessionId::new(7, 1);
        let (journal, kept) = Journal::open(&folder.path().join("made")).unwrap();
        assert_eq!(kept, Kept::default());
        journal.keep([record(1, "one"), record(2, "two"), (Key::Session(id), Some(b"s".to_vec()))]);
        journal.keep([(Key::Note("boot"), Some(b"b".to_vec())), (Key::Record(1), None)]);
        assert!(journal.flush(LIMIT) && journal.error().is_none() && journal.is_durable());
        // Two gateways must not write one journal.
        let busy = Journal::open(&folder.path().join("made")).err().unwrap();
        assert!(busy.starts_with("statedir "), "{busy}");
        drop(journal);
        let (_journal, kept) = Journal::open(&folder.path().join("made")).unwrap();
        assert_eq!(kept.records.into_iter().collect::<Vec<_>>(), [(2, b"two".to_vec())]);
        assert_eq!(kept.sessions.keys().collect::<Vec<_>>(), [id.as_str()]);
        assert_eq!(kept.notes["boot"], b"b");
    }

    #[test]
    fn a_damaged_file_is_moved_aside() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "this is no database".repeat(1000)).unwrap();
        let (journal, kept) = Journal::open(folder.path()).unwrap();
        assert_eq!(kept, Kept::default());
        journal.keep([record(1, "one")]);
        assert!(journal.flush(LIMIT));
        let names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().flatten().map(|e| e.file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_named() {
        let error = Journal::open(Path::new("/proc/none")).err().unwrap();
        assert!(error.starts_with("statedir /proc/none: "), "{error}");
    }

    /// A disk that is full until it is told otherwise.
    struct Disk {
        full: Arc<AtomicBool>,
        kept: Arc<Mutex<BTreeMap<Key, Vec<u8>>>>,
    }

    impl Store for Disk {
        fn load(&mut self) -> Result<Kept, String> {
            Ok(Kept::default())
        }

        fn commit(&mut self, changes: &BTreeMap<Key, Option<Vec<u8>>>) -> Result<(), String> {
            if self.full.load(Ordering::SeqCst) {
                return Err("no space left on device".to_owned());
            }
            let mut kept = self.kept.lock().unwrap();
            for (key, value) in changes {
                match value {
                    Some(value) => drop(kept.insert(key.clone(), value.clone())),
                    None => drop(kept.remove(key)),
                }
            }
            Ok(())
        }
    }

    /// A disk that is slow until it is let go.
    struct Slow(Disk, Arc<Mutex<()>>);

    impl Store for Slow {
        fn load(&mut self) -> Result<Kept, String> {
            self.0.load()
        }

        fn commit(&mut self, changes: &BTreeMap<Key, Option<Vec<u8>>>) -> Result<(), String> {
            let _held = self.1.lock().unwrap();
            self.0.commit(changes)
        }
    }

    #[test]
    fn a_record_that_is_taken_before_it_is_written_never_is() {
        let (gate, kept) = (Arc::new(Mutex::new(())), Arc::default());
        let disk = Disk { full: Arc::default(), kept: Arc::clone(&kept) };
        let held = gate.lock().unwrap();
        let journal = Journal::with(Slow(disk, Arc::clone(&gate)));
        journal.keep([record(1, "one")]);
        let end = Instant::now() + LIMIT;
        while !journal.shared.lock().writing && Instant::now() < end {
            std::thread::yield_now();
        }
        journal.keep([record(2, "two"), record(3, "three"), (Key::Record(2), None)]);
        let note = (Key::Note("boot"), Some(b"b".to_vec()));
        journal.keep([note, (Key::Note("boot"), None), (Key::Record(1), None)]);
        let waiting = journal.shared.lock().waiting.keys().cloned().collect::<Vec<_>>();
        assert_eq!(waiting, [Key::Record(1), Key::Record(3), Key::Note("boot")]);
        drop(held);
        assert!(journal.flush(LIMIT));
        assert_eq!(kept.lock().unwrap().keys().cloned().collect::<Vec<_>>(), [Key::Record(3)]);
    }

    #[test]
    fn a_full_disk_loses_nothing_and_is_written_when_there_is_room_again() {
        let (full, kept) = (Arc::new(AtomicBool::new(true)), Arc::default());
        let journal = Journal::with(Disk { full: Arc::clone(&full), kept: Arc::clone(&kept) });
        journal.keep([record(1, "one"), record(2, "two")]);
        let end = Instant::now() + LIMIT;
        while journal.error().is_none() && Instant::now() < end {
            std::thread::yield_now();
        }
        assert_eq!(journal.error().as_deref(), Some("no space left on device"));
        journal.keep([record(2, "newer"), record(3, "three")]);
        // Who ends does not wait for a disk that does not take it.
        let began = Instant::now();
        assert!(!journal.flush(LIMIT) && began.elapsed() < RETRY);
        full.store(false, Ordering::SeqCst);
        assert!(journal.flush(LIMIT) && journal.error().is_none());
        let kept = kept.lock().unwrap();
        assert_eq!(kept.values().map(Vec::as_slice).collect::<Vec<_>>(), [&b"one"[..], b"newer", b"three"]);
    }

    #[test]
    fn without_a_folder_nothing_is_kept_and_nobody_waits() {
        let journal = Journal::none();
        journal.keep([record(1, "one")]);
        assert!(journal.flush(Duration::ZERO) && !journal.is_durable());
    }
}
