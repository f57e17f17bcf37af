//! Whom the server knows, and what it keeps of each between queries.

use super::limit::Bucket;
use crate::answer::AnswerText;
use crate::extension::ExtensionKey;
use crate::query::Query;
use crate::{Cipher, ExecCode, Key, Mac};
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
    pub(super) extension: Option<ExtensionKey>,
}

impl Ready {
    fn new(key: &Key, extended: bool) -> Self {
        Self { cipher: Cipher::new(key), extension: extended.then(|| ExtensionKey::new(key)) }
    }
}

/// What is kept of a device.
#[derive(Debug)]
pub(super) struct Device {
    /// The current key, or the only one.
    pub(super) key: Ready,
    /// The first key, where there is a current one.
    pub(super) first_key: Option<Ready>,
    pub(super) auth_filler: bool,
    pub(super) nop_tag: bool,
    pub(super) bucket: Bucket,
    /// Transaction ids and when they came first, oldest first.
    remembered: VecDeque<(u32, Duration)>,
    /// The answer to the newest of them.
    last_answer: Option<AnswerText>,
    /// When it was used last, in the cache's count.
    used: u64,
}

/// Whether a transaction id is new.
pub(super) enum Seen<'d> {
    New,
    Duplicate(&'d AnswerText),
    Replay,
}

impl Device {
    fn new(keys: &DeviceKeys, used: u64) -> Self {
        let extended = keys.auth_filler || keys.nop_tag;
        let first = Ready::new(&keys.first, extended);
        let (key, first_key) = match &keys.current {
            Some(current) => (Ready::new(current, extended), Some(first)),
            None => (first, None),
        };
        Self {
            key,
            first_key,
            auth_filler: keys.auth_filler,
            nop_tag: keys.nop_tag,
            bucket: Bucket::default(),
            remembered: VecDeque::new(),
            last_answer: None,
            used,
        }
    }

    /// Whether the transaction id is new, given the windows for duplicates and replays.
    pub(super) fn seen(&self, trid: u32, now: Duration, windows: (Duration, Option<Duration>)) -> Seen<'_> {
        let Some(&(_, at)) = self.remembered.iter().rev().find(|(remembered, _)| *remembered == trid) else {
            return Seen::New;
        };
        let age = now.saturating_sub(at);
        let newest = self.remembered.back().is_some_and(|(newest, _)| *newest == trid);
        match &self.last_answer {
            Some(text) if newest && age < windows.0 => Seen::Duplicate(text),
            _ if windows.1.is_some_and(|window| age < window) => Seen::Replay,
            _ => Seen::New,
        }
    }

    pub(super) fn remember(&mut self, trid: u32, now: Duration, answer: AnswerText) {
        if self.remembered.len() >= MAX_REMEMBERED {
            self.remembered.pop_front();
        }
        self.remembered.push_back((trid, now));
        self.last_answer = Some(answer);
    }
}

/// The devices heard of last.
#[derive(Debug)]
pub(super) struct Cache {
    room: usize,
    devices: BTreeMap<Mac, Device>,
    /// The same devices by their last use.
    order: BTreeMap<u64, Mac>,
    uses: u64,
}

impl Cache {
    pub(super) fn new(room: usize) -> Self {
        Self { room: room.max(1), devices: BTreeMap::new(), order: BTreeMap::new(), uses: 0 }
    }

    pub(super) fn remove(&mut self, mac: Mac) {
        if let Some(device) = self.devices.remove(&mac) {
            self.order.remove(&device.used);
        }
    }

    /// The device with this MAC, made ready if it is known.
    pub(super) fn device(&mut self, mac: Mac, known: &mut dyn Devices) -> Option<&mut Device> {
        self.uses += 1;
        let uses = self.uses;
        if !self.devices.contains_key(&mac) {
            let keys = known.keys(mac)?;
            if self.devices.len() >= self.room
                && let Some((_, oldest)) = self.order.pop_first()
            {
                self.devices.remove(&oldest);
            }
            self.devices.insert(mac, Device::new(&keys, uses));
        }
        let device = self.devices.get_mut(&mac)?;
        self.order.remove(&device.used);
        device.used = uses;
        self.order.insert(uses, mac);
        Some(device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_not_heard_of_for_longest_makes_room() {
        let mut cache = Cache::new(2);
        let mut asked = Vec::new();
        let mac = |last| Mac([0, 0, 0, 0, 0, last]);
        for last in [1, 2, 1, 3, 1, 2] {
            let mut known = |mac: Mac| {
                asked.push(mac.0[5]);
                Some(DeviceKeys::new(Key::new([0; 32])))
            };
            assert!(cache.device(mac(last), &mut known).is_some());
        }
        assert_eq!(asked, [1, 2, 3, 2]);
        assert_eq!((cache.devices.len(), cache.order.len()), (2, 2));
        cache.remove(mac(2));
        assert_eq!((cache.devices.len(), cache.order.len()), (1, 1));
        assert!(cache.device(mac(9), &mut |_| None).is_none());
    }

    #[test]
    fn remembered_ids_are_bounded() {
        let mut device = Device::new(&DeviceKeys::new(Key::new([0; 32])), 0);
        let text = crate::answer::Nop::new(1, 1).text(&device.key.cipher);
        for trid in 0..100 {
            device.remember(trid, Duration::ZERO, text);
        }
        assert_eq!(device.remembered.len(), MAX_REMEMBERED);
        let windows = (Duration::from_secs(10), Some(Duration::from_secs(60)));
        assert!(matches!(device.seen(83, Duration::ZERO, windows), Seen::New));
        assert!(matches!(device.seen(84, Duration::ZERO, windows), Seen::Replay));
        assert!(matches!(device.seen(99, Duration::from_secs(9), windows), Seen::Duplicate(_)));
        assert!(matches!(device.seen(99, Duration::from_secs(10), windows), Seen::Replay));
        assert!(matches!(device.seen(99, Duration::from_secs(60), windows), Seen::New));
    }
}
