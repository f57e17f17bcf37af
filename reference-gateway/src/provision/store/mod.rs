//! Where tokens live between the making of a link and its use: one trait, a file of this machine or a Redis server.

mod embedded;
mod redis;

pub use self::redis::RedisStore;
pub use embedded::EmbeddedStore;

use super::token::Key;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The store cannot be used at the moment. The text is for the operator's log and holds no key or value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token store cannot be used: {0}")]
pub struct Unavailable(pub String);

/// A store's answer in the making.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unavailable>> + Send + 'a>>;

/// Keeps sealed values for a short time and counts their uses.
///
/// All operations are atomic: of several that take the last use of a value at the same moment, one gets it.
pub trait Store: Send + Sync {
    /// Keeps a value for `life`, to be taken `uses` times. `false` if the key is in use already: nothing changes then.
    ///
    /// `life` is rounded up to whole seconds; `uses` is at least 1.
    fn put<'a>(&'a self, key: &'a Key, value: Vec<u8>, life: Duration, uses: u32) -> Reply<'a, bool>;

    /// The value, without using it up.
    fn look<'a>(&'a self, key: &'a Key) -> Reply<'a, Option<Vec<u8>>>;

    /// The value, for one of its uses; with the last one it is gone. `uses` is what [`put`](Self::put) was given.
    fn take<'a>(&'a self, key: &'a Key, uses: u32) -> Reply<'a, Option<Vec<u8>>>;

    /// Forgets a value.
    fn remove<'a>(&'a self, key: &'a Key) -> Reply<'a, ()>;

    /// Counts one more event of this name and says how many there were in the current window, this one included. A
    /// window begins with the first event after the last window's end.
    fn count<'a>(&'a self, name: &'a str, window: Duration) -> Reply<'a, u64>;

    /// Asks whether the store can be used.
    fn check(&self) -> Reply<'_, ()>;
}

/// A lifetime in whole seconds, at least one.
fn seconds(life: Duration) -> u64 {
    (life.as_secs() + u64::from(life.subsec_nanos() > 0)).max(1)
}
