//! The stores of links: every test runs against the embedded one and against a real Redis (spec: passpoint 11.3).

use crate::support::redis::Redis;
use reference_gateway::provision::store::{EmbeddedStore, RedisStore, Store};
use reference_gateway::provision::token::{Key, Purpose, Token};
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIFE: Duration = Duration::from_secs(60);

fn key() -> Key {
    Token::generate().key(Purpose::Download)
}

/// Runs a test against both.
fn with_both<F: Future<Output = ()>>(test: impl Fn(Arc<dyn Store>) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let embedded = EmbeddedStore::open(&folder.path().join("links.redb")).expect("a file");
    runtime.block_on(test(Arc::new(embedded)));
    let redis = Redis::start();
    // The connection's tasks live in the runtime.
    runtime.block_on(async { test(Arc::new(RedisStore::new(&redis.url()).expect("an address"))).await });
}

#[test]
fn a_value_is_there_for_its_uses() {
    with_both(async |store| {
        for uses in [1, 2, 3] {
            let key = key();
            assert!(store.put(&key, b"a\0value".to_vec(), LIFE, uses).await.expect("the store"));
            assert!(!store.put(&key, b"another".to_vec(), LIFE, uses).await.expect("the store"), "taken");
            for _ in 0..uses {
                assert_eq!(store.look(&key).await.expect("the store").as_deref(), Some(&b"a\0value"[..]));
                assert_eq!(
                    store.take(&key, uses).await.expect("the store").as_deref(),
                    Some(&b"a\0value"[..])
                );
            }
            assert_eq!(store.take(&key, uses).await.expect("the store"), None, "after {uses}");
            assert_eq!(store.look(&key).await.expect("the store"), None);
        }
        assert_eq!(store.take(&key(), 1).await.expect("the store"), None, "an unknown key");
        assert_eq!(store.take(&key(), 3).await.expect("the store"), None, "an unknown key");
        store.check().await.expect("the store can be used");
    });
}

#[test]
fn a_removed_value_is_gone() {
    with_both(async |store| {
        for uses in [1, 3] {
            let key = key();
            store.put(&key, b"x".to_vec(), LIFE, uses).await.expect("the store");
            store.remove(&key).await.expect("the store");
            assert_eq!(store.take(&key, uses).await.expect("the store"), None);
            store.remove(&key).await.expect("removing twice does no harm");
            assert!(store.put(&key, b"x".to_vec(), LIFE, uses).await.expect("the store"), "it is free again");
        }
    });
}

#[test]
fn one_of_many_gets_the_last_use() {
    with_both(async |store| {
        for uses in [1, 3] {
            let key = key();
            store.put(&key, b"x".to_vec(), LIFE, uses).await.expect("the store");
            let all: Vec<_> = (0..16)
                .map(|_| {
                    let (store, key) = (Arc::clone(&store), key.clone());
                    tokio::spawn(async move { store.take(&key, uses).await.expect("the store").is_some() })
                })
                .collect();
            let mut got = 0;
            for one in all {
                got += u32::from(one.await.expect("no panic"));
            }
            assert_eq!(got, uses);
        }
    });
}

#[test]
fn a_value_ends_when_its_time_is_over() {
    with_both(async |store| {
        for uses in [1, 2] {
            let key = key();
            let second = Duration::from_secs(1);
            let started = Instant::now();
            store.put(&key, b"x".to_vec(), second, uses).await.expect("the store");
            while store.look(&key).await.expect("the store").is_some() {
                assert!(started.elapsed() < Duration::from_secs(30), "it does not end");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert!(
                started.elapsed() >= Duration::from_millis(990),
                "it ended after {:?}",
                started.elapsed()
            );
            assert_eq!(store.take(&key, uses).await.expect("the store"), None);
            assert!(store.put(&key, b"y".to_vec(), LIFE, uses).await.expect("the store"), "the key is free");
        }
    });
}

#[test]
fn events_are_counted_in_windows() {
    with_both(async |store| {
        for number in 1..=5 {
            assert_eq!(store.count("a", LIFE).await.expect("the store"), number);
        }
        assert_eq!(store.count("b", LIFE).await.expect("the store"), 1, "another name");
        let second = Duration::from_secs(1);
        let started = Instant::now();
        assert_eq!(store.count("c", second).await.expect("the store"), 1);
        while store.count("c", second).await.expect("the store") > 1 {
            assert!(started.elapsed() < Duration::from_secs(30), "the window does not end");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

#[test]
fn a_file_keeps_links_over_a_restart_and_redis_may_go_and_come() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("links.redb");
    let key = key();
    runtime.block_on(async {
        let store = EmbeddedStore::open(&path).expect("a file");
        store.put(&key, b"x".to_vec(), LIFE, 2).await.expect("the store");
        store.take(&key, 2).await.expect("the store");
        assert!(EmbeddedStore::open(&path).is_err(), "one process at a time");
        drop(store);
        let store = EmbeddedStore::open(&path).expect("the file again");
        assert!(store.take(&key, 2).await.expect("the store").is_some());
        assert!(store.take(&key, 2).await.expect("the store").is_none());
    });
    let redis = Redis::start();
    let store = RedisStore::new(&redis.url());
    drop(store);
    runtime.block_on(async {
        let store = RedisStore::new(&redis.url()).expect("an address");
        store.check().await.expect("it is there");
        let port = redis.stop();
        assert!(store.check().await.is_err(), "it is gone");
        let again = Redis::start_on(port);
        let started = Instant::now();
        while store.check().await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(30), "it is not found again");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        drop(again);
    });
    assert!(RedisStore::new("http://127.0.0.1/").is_err());
}
