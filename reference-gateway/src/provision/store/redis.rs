//! The store that several machines share: Redis, or a server that speaks its protocol (spec: passpoint 11.3).

use super::{Key, Reply, Store, Unavailable, seconds};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, Script, cmd, pipe};
use std::sync::OnceLock;
use std::time::Duration;

/// How long a command may take before the store counts as unreachable.
const LIMIT: Duration = Duration::from_secs(2);

/// Takes one use of a value that has several.
const TAKE: &str = "
local value = redis.call('GET', KEYS[1])
if not value then return false end
if redis.call('DECR', KEYS[2]) <= 0 then redis.call('DEL', KEYS[1], KEYS[2]) end
return value";

/// Counts an event; the first one begins the window.
const COUNT: &str = "
local events = redis.call('INCR', KEYS[1])
if events == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return events";

/// A store on a Redis server.
pub struct RedisStore {
    client: Client,
    /// Made when it is first used, because it needs a runtime.
    connection: OnceLock<ConnectionManager>,
    take: Script,
    count: Script,
}

impl RedisStore {
    /// A store at `redis://[user:password@]host[:port][/database]`, or `redis+unix:///path`. Connects when it is first
    /// used, and again whenever the connection was lost.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(url: &str) -> Result<Self, Unavailable> {
        let client = Client::open(url).map_err(|e| unusable(&e))?;
        Ok(Self { client, connection: OnceLock::new(), take: Script::new(TAKE), count: Script::new(COUNT) })
    }

    /// A handle of the one connection, which comes back by itself when it was lost.
    fn connection(&self) -> Result<ConnectionManager, Unavailable> {
        if let Some(connection) = self.connection.get() {
            return Ok(connection.clone());
        }
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(200))
            .set_connection_timeout(Some(LIMIT))
            .set_response_timeout(Some(LIMIT));
        let made = ConnectionManager::new_lazy_with_config(self.client.clone(), config);
        let made = made.map_err(|e| unusable(&e))?;
        Ok(self.connection.get_or_init(|| made).clone())
    }

    fn ask<T: FromRedisValue + Send>(&self, command: redis::Cmd) -> Reply<'_, T> {
        Box::pin(async move { command.query_async(&mut self.connection()?).await.map_err(|e| unusable(&e)) })
    }
}

impl Store for RedisStore {
    fn put<'a>(&'a self, key: &'a Key, value: Vec<u8>, life: Duration, uses: u32) -> Reply<'a, bool> {
        let life = seconds(life);
        let mut set = cmd("SET");
        set.arg(key.value()).arg(value).arg("EX").arg(life).arg("NX");
        if uses <= 1 {
            return Box::pin(async move { Ok(self.ask::<Option<String>>(set).await?.is_some()) });
        }
        Box::pin(async move {
            let mut counter = cmd("SET");
            counter.arg(key.counter()).arg(uses).arg("EX").arg(life).arg("NX");
            // The counter first: a value without one would have a single use, a counter without a value none.
            let mut both = pipe();
            both.atomic().add_command(counter).add_command(set);
            let (_, kept): (Option<String>, Option<String>) =
                both.query_async(&mut self.connection()?).await.map_err(|e| unusable(&e))?;
            Ok(kept.is_some())
        })
    }

    fn look<'a>(&'a self, key: &'a Key) -> Reply<'a, Option<Vec<u8>>> {
        let mut get = cmd("GET");
        get.arg(key.value());
        self.ask(get)
    }

    fn take<'a>(&'a self, key: &'a Key, uses: u32) -> Reply<'a, Option<Vec<u8>>> {
        if uses <= 1 {
            let mut take = cmd("GETDEL");
            take.arg(key.value());
            return self.ask(take);
        }
        Box::pin(async move {
            self.take
                .key(key.value())
                .key(key.counter())
                .invoke_async(&mut self.connection()?)
                .await
                .map_err(|e| unusable(&e))
        })
    }

    fn remove<'a>(&'a self, key: &'a Key) -> Reply<'a, ()> {
        let mut delete = cmd("DEL");
        delete.arg(key.value()).arg(key.counter());
        self.ask(delete)
    }

    fn count<'a>(&'a self, name: &'a str, window: Duration) -> Reply<'a, u64> {
        Box::pin(async move {
            self.count
                .key(format!("pp:ct:{name}"))
                .arg(seconds(window))
                .invoke_async(&mut self.connection()?)
                .await
                .map_err(|e| unusable(&e))
        })
    }

    fn check(&self) -> Reply<'_, ()> {
        self.ask(cmd("PING"))
    }
}

/// The library's words name the server at most, never a key or a value.
fn unusable(error: &redis::RedisError) -> Unavailable {
    Unavailable(
        error.category().to_owned() + error.detail().map_or("", |_| ": ") + error.detail().unwrap_or(""),
    )
}
