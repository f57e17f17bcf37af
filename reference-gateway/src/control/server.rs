//! The gateway's side of the socket.
//!
//! Nothing that a peer does may keep the gateway from serving: there are few connections at a time, each with little
//! memory and little time, and one that does not read its answer is dropped.

use super::protocol::{MAX_REQUEST, Question, Reply};
use std::fs;
use std::future::Future;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections at one time; others wait in the system's queue.
pub const MAX_CONNECTIONS: usize = 16;
/// Time to ask, to be answered and to read the answer: each.
const PATIENCE: Duration = Duration::from_secs(10);

/// A bound control socket. Its file goes away with it.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    path: PathBuf,
    /// Device and number of the file, to remove only what is ours.
    file: (u64, u64),
}

impl Door {
    /// Makes the socket, for its owner only. A socket that a gateway left behind is replaced, one that somebody
    /// serves is not, nor is any other file.
    ///
    /// # Errors
    /// Says in one sentence what is in the way.
    pub fn open(path: &Path) -> Result<Self, String> {
        let wrong = |what: &dyn std::fmt::Display| format!("cmdsocket {}: {what}", path.display());
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(wrong(&error)),
            Ok(found) if !found.file_type().is_socket() => {
                return Err(wrong(&"there is a file that is no socket; remove it or choose another path"));
            }
            Ok(_) => match std::os::unix::net::UnixStream::connect(path) {
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    fs::remove_file(path).map_err(|e| wrong(&e))?;
                }
                _ => return Err(wrong(&"another gateway serves it; stop that one or choose another path")),
            },
        }
        let listener = UnixListener::bind(path).map_err(|e| wrong(&e))?;
        // Between these two lines others may connect; they are refused by who they are.
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(|e| wrong(&e))?;
        let made = fs::symlink_metadata(path).map_err(|e| wrong(&e))?;
        Ok(Self { listener, path: path.to_owned(), file: (made.dev(), made.ino()) })
    }

    /// Whether a peer may command: root, and the user that the gateway runs as.
    fn admits(&self, peer: &UnixStream) -> bool {
        let Ok(credentials) = peer.peer_cred() else { return false };
        let own = fs::symlink_metadata(&self.path).map(|file| file.uid()).ok();
        credentials.uid() == 0 || Some(credentials.uid()) == own
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.file) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Serves the socket for ever; `handler` answers questions.
pub async fn serve<H, F>(door: Door, handler: H)
where
    H: Fn(Question) -> F + Clone + Send + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let peer = match door.listener.accept().await {
            Ok((peer, _)) => peer,
            Err(error) => {
                tracing::warn!(%error, "the control socket cannot accept; pausing");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        if !door.admits(&peer) {
            tracing::warn!("a command of another user was refused");
            continue;
        }
        let handler = handler.clone();
        tokio::spawn(async move {
            let _held = place;
            if let Err(error) = converse(peer, handler).await {
                tracing::debug!(error, "a control connection ended");
            }
        });
    }
}

async fn converse<H, F>(mut peer: UnixStream, handler: H) -> Result<(), &'static str>
where
    H: Fn(Question) -> F,
    F: Future<Output = Reply>,
{
    let line = timeout(PATIENCE, read_line(&mut peer)).await.map_err(|_| "no question came in time")?;
    let reply = match line {
        Ok(line) => match Question::from_line(&line) {
            Ok(question) => timeout(PATIENCE, handler(question))
                .await
                .unwrap_or_else(|_| Reply::failed(super::WRONG_USAGE, "the gateway did not answer in time")),
            Err(form) => Reply::failed(super::WRONG_USAGE, form),
        },
        Err(LineFault::TooLong) => Reply::failed(super::WRONG_USAGE, "the question is too long"),
        Err(LineFault::Ended) => return Err("it ended before the question did"),
    };
    let write = async {
        peer.write_all(&reply.to_octets()).await?;
        peer.shutdown().await
    };
    match timeout(PATIENCE, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err("the answer could not be written"),
        Err(_) => Err("the answer was not read in time"),
    }
}

enum LineFault {
    TooLong,
    Ended,
}

async fn read_line(peer: &mut UnixStream) -> Result<Vec<u8>, LineFault> {
    let mut line = Vec::new();
    loop {
        let mut piece = [0; 2048];
        let length = peer.read(&mut piece).await.map_err(|_| LineFault::Ended)?;
        if length == 0 {
            return Err(LineFault::Ended);
        }
        let piece = &piece[..length];
        let end = piece.iter().position(|octet| *octet == b'\n');
        line.extend_from_slice(&piece[..end.unwrap_or(length)]);
        if line.len() >= MAX_REQUEST {
            return Err(LineFault::TooLong);
        }
        if end.is_some() {
            return Ok(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_runtime(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(test);
    }

    #[test]
    fn only_a_socket_that_nobody_serves_is_replaced() {
        in_runtime(async {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("s.sock");
            drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
            let door = Door::open(&path).expect("left behind");
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let refusal = Door::open(&path).unwrap_err();
            assert!(refusal.contains("another gateway"), "{refusal}");
            drop(door);
            assert!(!path.exists());
            fs::write(&path, "precious").unwrap();
            let refusal = Door::open(&path).unwrap_err();
            assert!(refusal.contains("no socket"), "{refusal}");
            assert_eq!(fs::read(&path).unwrap(), b"precious");
        });
    }

    #[test]
    fn a_socket_that_took_the_place_is_left_alone() {
        in_runtime(async {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("s.sock");
            let door = Door::open(&path).unwrap();
            fs::rename(&path, folder.path().join("moved")).unwrap();
            fs::write(&path, "somebody else's").unwrap();
            drop(door);
            assert!(path.exists());
        });
    }
}
