//! Whom the server knows, and what it keeps of each between queries.

use super::limit::Bucket;
use crate::answer::AnswerText;
use crate::extension::ExtensionKey;
use crate::query::Query;
use crate::{Cipher, ExecCode, Key, Mac};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::time::Duration;

/// Transaction ids remembered of each device.
pub(super) const MAX_REMEMBERED: usize = 16;

/// The keys of a device, and what was agreed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKeys {
    /// The key it came with.
    pub first: Key,
    /// The key it was given later, if any (spec: heartbeat 8.4). Tried before the first.
    pub current: Option<Key>,
    /// It tags its queries (E1): untagged ones are refused.
    pub auth_filler: bool,
    /// It wants its acknowledgements tagged (E2).
    pub nop_tag: bool,
}

impl DeviceKeys {
    /// A device with one key and no extensions.
    #[must_use]
    pub const fn new(first: Key) -> Self {
        Self { first, current: None, auth_filler: false, nop_tag: false }
    }
}

/// Something for a hotspot to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What.
    pub exec: ExecCode,
    /// With which data, at most [`crate::answer::MAX_DATA_LEN`] octets. Less than six octets can always be sent; more
    /// have to wait for a transaction id that suits.
    pub data: Vec<u8>,
}

/// Where keys and instructions come from.
pub trait Devices {
    /// The keys of a device; nothing for one that is not known. Asked once while the device is cached.
    fn keys(&mut self, mac: Mac) -> Option<DeviceKeys>;

    /// What a device is to do, if anything. Whether it was told is in [`super::Answered`]; until then the same
    /// instruction is to be given each time.
    fn instruction(&mut self, _query: &Query) -> Option<Instruction> {
        None
    }
}

/// A function from MAC to keys is enough where nothing is to be done.
impl<F: FnMut(Mac) -> Option<DeviceKeys>> Devices for F {
    fn keys(&mut self, mac: Mac) -> Option<DeviceKeys> {
        self(mac)
    }
}

/// A key, made ready.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) cipher: Cipher,
    pub(super) extension: Option<Box<ExtensionKey>>,
}

impl Ready {
    fn new(key: &Key, extended: bool) -> Self {
        Self { cipher: Cipher::new(key), extension: extended.then(|| Box::new(ExtensionKey::new(key))) }
    }
}

/// What is kept of a device: little more than its key schedule.
#[derive(Debug)]
pub(super) struct Device {
    /// The current key, or the only one.
    pub(super) key: Ready,
    /// The first key, where there is a current one.
    pub(super) first_key: Option<Box<Ready>>,
    pub(super) auth_filler: bool,
    pub(super) nop_tag: bool,
    pub(super) bucket: Bucket,
    last: Option<Last>,
    /// Transaction ids before the last and when they came first, oldest first. Kept for the replay window only.
    older: VecDeque<(u32, Duration)>,
}

/// The newest query.
#[derive(Debug)]
struct Last {
    trid: u32,
    at: Duration,
    answer: LastAnswer,
}

/// What it was answered: enough to say the very same again.
#[derive(Clone, Debug)]
pub(super) enum LastAnswer {
    /// An acknowledgement with this time.
    Nop(u32),
    Regular(Box<AnswerText>),
}

/// Whether a transaction id is new.
pub(super) enum Seen<'d> {
    New,
    Duplicate(&'d LastAnswer),
    Replay,
}

impl Device {
    fn new(keys: &DeviceKeys) -> Self {
        let extended = keys.auth_filler || keys.nop_tag;
        let first = Ready::new(&keys.first, extended);
        let (key, first_key) = match &keys.current {
            Some(current) => (Ready::new(current, extended), Some(Box::new(first))),
            None => (first, None),
        };
        Self {
            key,
            first_key,
            auth_filler: keys.auth_filler,
            nop_tag: keys.nop_tag,
            bucket: Bucket::default(),
            last: None,
            older: VecDeque::new(),
        }
    }

    /// Whether the transaction id is new, given the windows for duplicates and replays.
    pub(super) fn seen(&self, trid: u32, now: Duration, windows: (Duration, Option<Duration>)) -> Seen<'_> {
        let is_replay = |at| windows.1.is_some_and(|window| now.saturating_sub(at) < window);
        match &self.last {
            Some(last) if last.trid == trid => {
                if now.saturating_sub(last.at) < windows.0 {
                    return Seen::Duplicate(&last.answer);
                }
                if is_replay(last.at) { Seen::Replay } else { Seen::New }
            }
            _ => match self.older.iter().rev().find(|(remembered, _)| *remembered == trid) {
                Some(&(_, at)) if is_replay(at) => Seen::Replay,
                _ => Seen::New,
            },
        }
    }

    /// Notes the newest query, and the ones before it where replays are looked for.
    pub(super) fn remember(&mut self, trid: u32, at: Duration, answer: LastAnswer, replays: bool) {
        let before = self.last.replace(Last { trid, at, answer });
        if let Some(before) = before.filter(|_| replays) {
            if self.older.len() >= MAX_REMEMBERED - 1 {
                self.older.pop_front();
            }
            self.older.push_back((before.trid, before.at));
        }
    }
}

/// The devices heard of last: slots, found by MAC, in a ring by last use.
#[derive(Debug)]
pub(super) struct Cache {
    room: usize,
    index: BTreeMap<Mac, usize>,
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// The slot used last; the one before it in the ring is the one not used for longest.
    newest: Option<usize>,
}

#[derive(Debug)]
struct Slot {
    mac: Mac,
    /// Nothing in a free slot.
    device: Option<Device>,
    /// Neighbours in the ring: used before this one, used after it.
    older: usize,
    newer: usize,
}

impl Cache {
    pub(super) fn new(room: usize) -> Self {
        Self { room: room.max(1), index: BTreeMap::new(), slots: Vec::new(), free: Vec::new(), newest: None }
    }

    pub(super) fn remove(&mut self, mac: Mac) {
        if let Some(at) = self.index.remove(&mac) {
            self.unlink(at);
            if let Some(slot) = self.slots.get_mut(at) {
                slot.device = None;
            }
            self.free.push(at);
        }
    }

    /// The device with this MAC, made ready if it is known.
    pub(super) fn device(&mut self, mac: Mac, known: &mut dyn Devices) -> Option<&mut Device> {
        let at = match self.index.get(&mac) {
            Some(&at) => {
                if self.newest != Some(at) {
                    self.unlink(at);
                    self.link(at);
                }
                at
            }
            None => self.insert(mac, Device::new(&known.keys(mac)?)),
        };
        self.slots.get_mut(at)?.device.as_mut()
    }

    fn insert(&mut self, mac: Mac, device: Device) -> usize {
        let oldest = self.newest.and_then(|newest| self.slots.get(newest)).map(|slot| slot.newer);
        if self.index.len() >= self.room
            && let Some(oldest) = oldest.and_then(|oldest| self.slots.get(oldest)).map(|slot| slot.mac)
        {
            self.remove(oldest);
        }
        let slot = Slot { mac, device: Some(device), older: 0, newer: 0 };
        let at = match self.free.pop() {
            Some(at) => {
                if let Some(place) = self.slots.get_mut(at) {
                    *place = slot;
                }
                at
            }
            None => {
                self.slots.push(slot);
                self.slots.len() - 1
            }
        };
        self.index.insert(mac, at);
        self.link(at);
        at
    }

    /// Takes a slot out of the ring.
    fn unlink(&mut self, at: usize) {
        let Some(&Slot { older, newer, .. }) = self.slots.get(at) else { return };
        if self.newest == Some(at) {
            self.newest = Some(older).filter(|&older| older != at);
        }
        self.join(older, newer);
    }

    /// Puts a slot into the ring as the newest.
    fn link(&mut self, at: usize) {
        match self.newest {
            Some(newest) => {
                let oldest = self.slots.get(newest).map_or(newest, |slot| slot.newer);
                self.join(newest, at);
                self.join(at, oldest);
            }
            None => self.join(at, at),
        }
        self.newest = Some(at);
    }

    fn join(&mut self, older: usize, newer: usize) {
        if let Some(slot) = self.slots.get_mut(older) {
            slot.newer = newer;
        }
        if let Some(slot) = self.slots.get_mut(newer) {
            slot.older = older;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn mac(last: u8) -> Mac {
        Mac([0, 0, 0, 0, 0, last])
    }

    #[test]
    fn the_device_not_heard_of_for_longest_makes_room() {
        let mut cache = Cache::new(2);
        let mut asked = Vec::new();
        for last in [1, 2, 1, 3, 1, 2] {
            let mut known = |mac: Mac| {
                asked.push(mac.0[5]);
                Some(DeviceKeys::new(Key::new([0; 32])))
            };
            assert!(cache.device(mac(last), &mut known).is_some());
        }
        assert_eq!(asked, [1, 2, 3, 2]);
        assert_eq!((cache.index.len(), cache.slots.len()), (2, 2));
        cache.remove(mac(2));
        assert_eq!((cache.index.len(), cache.free.len()), (1, 1));
        assert!(cache.device(mac(9), &mut |_| None).is_none());
    }

    /// Against a list that is kept in order the obvious way.
    #[test]
    fn the_ring_keeps_the_order_of_use() {
        let mut cache = Cache::new(5);
        let mut wanted: Vec<u8> = Vec::new();
        let mut state = 1u32;
        let steps = if cfg!(miri) { 50 } else { 2000 };
        for _ in 0..steps {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [first, second, ..] = state.to_be_bytes();
            let (last, remove) = (second % 9, first.is_multiple_of(7));
            wanted.retain(|&known| known != last);
            if remove {
                cache.remove(mac(last));
            } else {
                cache.device(mac(last), &mut |_| Some(DeviceKeys::new(Key::new([0; 32])))).unwrap();
                wanted.push(last);
                if wanted.len() > 5 {
                    wanted.remove(0);
                }
            }
            let mut found = Vec::new();
            let mut at = cache.newest;
            while let Some(slot) = at.map(|at| &cache.slots[at]).filter(|_| found.len() < wanted.len()) {
                found.insert(0, slot.mac.0[5]);
                at = Some(slot.older);
            }
            assert_eq!(found, wanted);
            assert_eq!((cache.index.len(), cache.newest.is_some()), (wanted.len(), !wanted.is_empty()));
        }
    }

    #[test]
    fn remembered_ids_are_bounded() {
        let mut device = Device::new(&DeviceKeys::new(Key::new([0; 32])));
        for trid in 0..100 {
            device.remember(trid, Duration::ZERO, LastAnswer::Nop(1), true);
        }
        assert_eq!(device.older.len(), MAX_REMEMBERED - 1);
        let windows = (Duration::from_secs(10), Some(Duration::from_secs(60)));
        assert!(matches!(device.seen(83, Duration::ZERO, windows), Seen::New));
        assert!(matches!(device.seen(84, Duration::ZERO, windows), Seen::Replay));
        assert!(matches!(device.seen(99, Duration::from_secs(9), windows), Seen::Duplicate(_)));
        assert!(matches!(device.seen(99, Duration::from_secs(10), windows), Seen::Replay));
        assert!(matches!(device.seen(99, Duration::from_secs(60), windows), Seen::New));
        device.remember(100, Duration::ZERO, LastAnswer::Nop(1), false);
        assert_eq!(device.older.len(), MAX_REMEMBERED - 1);
    }
}
