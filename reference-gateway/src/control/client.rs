//! The side of `fonap ctl`.

use super::protocol::{Question, Reply};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// How long a whole command may take (fon-api 4).
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// Nobody serves the socket, or it is not for this user.
    #[error("{}: {error}", path.display())]
    Connect {
        /// The socket.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The connection ended before the answer did.
    #[error("{}: the gateway ended the connection without an answer", .0.display())]
    Cut(PathBuf),
    /// Ten seconds are over.
    #[error("Timeout")]
    Timeout,
}

/// Asks the gateway behind a socket.
///
/// # Errors
/// Why there is no answer.
pub async fn ask(path: &Path, question: &Question) -> Result<Reply, AskError> {
    let connect = |error| AskError::Connect { path: path.to_owned(), error };
    let whole = async {
        let mut stream = UnixStream::connect(path).await.map_err(connect)?;
        // A gateway that refuses closes at once; what it has to say may still be read.
        let _ = stream.write_all(question.to_line().as_bytes()).await;
        let mut octets = Vec::new();
        let read = stream.read_to_end(&mut octets).await;
        read.ok().and_then(|_| Reply::from_octets(&octets)).ok_or_else(|| AskError::Cut(path.to_owned()))
    };
    timeout(TIME_LIMIT, whole).await.unwrap_or(Err(AskError::Timeout))
}

/// The sockets that match `FOLDER/START*END`, sorted. A pattern without `*` is a path.
#[must_use]
pub fn find_sockets(pattern: &str) -> Vec<PathBuf> {
    let (folder, name) = pattern.rsplit_once('/').unwrap_or((".", pattern));
    let Some((start, end)) = name.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name();
            name.to_str().is_some_and(|n| {
                n.len() >= start.len() + end.len() && n.starts_with(start) && n.ends_with(end)
            })
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_what_begins_and_ends_like_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["chilli.sock", "chilli2.sock", "chilli.so", "other.sock", "chilli.sock.old"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let found = find_sockets(&format!("{}/chilli*.sock", folder.path().display()));
        let names: Vec<_> = found.iter().filter_map(|p| p.file_name()?.to_str()).collect();
        assert_eq!(names, ["chilli.sock", "chilli2.sock"]);
        assert!(find_sockets("/nonexistent/chilli*.sock").is_empty());
    }
}
