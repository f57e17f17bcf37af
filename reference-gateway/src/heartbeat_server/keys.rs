//! Whom the server knows: a key file, and a file of instructions.
//!
//! Key file: one device a line, `MAC KEY`, then any of `current=KEY` (it was given this key later), `auth_filler` (it tags
//! its queries) and `nop_tag` (it wants tagged acknowledgements). Instructions: `MAC CODE [DATA]`, the data being the rest
//! of the line. In both, empty lines and lines that begin with `#` do not count.

use heartbeat::answer::MAX_DATA_LEN;
use heartbeat::server::{DeviceKeys, Devices, Instruction};
use heartbeat::{ExecCode, Key, Mac, Query};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Why a file is refused: its first line that is wrong. Never shows a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct FileError {
    /// The line's number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// The devices and what they are to do.
#[derive(Debug, Default)]
pub struct Directory {
    keys: HashMap<Mac, DeviceKeys>,
    instructions: BTreeMap<Mac, VecDeque<Instruction>>,
}

impl Directory {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`FileError`]: the first line that is wrong, or names a device a second time.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let mut keys = HashMap::new();
        for (line, content) in statements(text) {
            let refused = |reason: String| FileError { line, reason };
            let (mac, device) = device(content).map_err(refused)?;
            if keys.insert(mac, device).is_some() {
                return Err(refused(format!("{mac} stands there already")));
            }
        }
        Ok(Self { keys, instructions: BTreeMap::new() })
    }

    /// Adds the instructions of a file, each to be sent once.
    ///
    /// # Errors
    /// [`FileError`]: the first line that is wrong; none is added then.
    pub fn instruct(&mut self, text: &str) -> Result<(), FileError> {
        let mut added = Vec::new();
        for (line, content) in statements(text) {
            added.push(instruction(content).map_err(|reason| FileError { line, reason })?);
        }
        for (mac, instruction) in added {
            self.instructions.entry(mac).or_default().push_back(instruction);
        }
        Ok(())
    }

    /// How many devices are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nobody is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many instructions wait for their device.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.instructions.values().map(VecDeque::len).sum()
    }

    /// Strikes off the instruction a device was given.
    pub fn delivered(&mut self, mac: Mac) {
        if let Some(queue) = self.instructions.get_mut(&mac) {
            queue.pop_front();
            if queue.is_empty() {
                self.instructions.remove(&mac);
            }
        }
    }

    /// Takes over the keys of another directory and adds its instructions; returns the devices whose keys differ now.
    pub fn replace(&mut self, new: Self) -> Vec<Mac> {
        let old = std::mem::replace(&mut self.keys, new.keys);
        for (mac, mut queue) in new.instructions {
            self.instructions.entry(mac).or_default().append(&mut queue);
        }
        old.into_iter().filter(|(mac, keys)| self.keys.get(mac) != Some(keys)).map(|(mac, _)| mac).collect()
    }
}

impl Devices for Directory {
    fn keys(&mut self, mac: Mac) -> Option<DeviceKeys> {
        self.keys.get(&mac).cloned()
    }

    fn instruction(&mut self, query: &Query) -> Option<Instruction> {
        self.instructions.get(&query.mac)?.front().cloned()
    }
}

fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn device(line: &str) -> Result<(Mac, DeviceKeys), String> {
    let mut words = line.split_whitespace();
    let mac = mac(words.next())?;
    let key = |text: &str| text.parse::<Key>().map_err(|error| error.to_string());
    let first = words.next().ok_or("want MAC and KEY: the key is missing")?;
    let mut device = DeviceKeys::new(key(first)?);
    for word in words {
        match word.split_once('=') {
            Some(("current", text)) => device.current = Some(key(text)?),
            None if word == "auth_filler" => device.auth_filler = true,
            None if word == "nop_tag" => device.nop_tag = true,
            // It may be a key.
            _ => return Err("behind the key only current=KEY, auth_filler and nop_tag may stand".to_owned()),
        }
    }
    Ok((mac, device))
}

fn instruction(line: &str) -> Result<(Mac, Instruction), String> {
    let mut words = line.splitn(3, char::is_whitespace);
    let mac = mac(words.next())?;
    let code = words.next().and_then(|code| code.parse().ok()).filter(|&code| code != 0);
    let code = code.ok_or("want a code from 1 to 255 behind the MAC")?;
    let data = words.next().unwrap_or_default().as_bytes();
    if data.len() > MAX_DATA_LEN {
        return Err(format!("{} octets of data; at most {MAX_DATA_LEN} fit an answer", data.len()));
    }
    Ok((mac, Instruction { exec: ExecCode(code), data: data.to_vec() }))
}

fn mac(word: Option<&str>) -> Result<Mac, String> {
    word.unwrap_or_default().parse().map_err(|error: heartbeat::identity::MacError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";
    const FIRST: Mac = Mac([0, 0x18, 0x84, 0, 0, 1]);
    const SECOND: Mac = Mac([0, 0x18, 0x84, 0, 0, 2]);

    #[test]
    fn a_key_file_has_a_device_a_line() {
        let other = KEY.replace('7', "8");
        let text = format!(
            "# ours\n\n00-18-84-00-00-01 {KEY}\r\n  00:18:84:00:00:02\t{KEY} nop_tag current={other} auth_filler\n"
        );
        let mut directory = Directory::parse(&text).unwrap();
        assert_eq!(directory.len(), 2);
        assert_eq!(directory.keys(FIRST), Some(DeviceKeys::new(KEY.parse().unwrap())));
        let second = directory.keys(SECOND).unwrap();
        assert!(second.nop_tag && second.auth_filler && second.current == Some(other.parse().unwrap()));
        assert_eq!(directory.keys(Mac([0; 6])), None);
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_no_key_is_shown() {
        let refused = |text: &str| Directory::parse(text).unwrap_err().to_string();
        assert!(refused("x").starts_with("line 1: no MAC"));
        assert_eq!(refused("\n00-18-84-00-00-01"), "line 2: want MAC and KEY: the key is missing");
        assert_eq!(refused("00-18-84-00-00-01 7ef4"), "line 1: key text has 4 octets instead of 64");
        let twice = format!("00-18-84-00-00-01 {KEY}\n00:18:84:00:00:01 {KEY}\n");
        assert_eq!(refused(&twice), "line 2: 00-18-84-00-00-01 stands there already");
        assert!(!refused(&format!("00-18-84-00-00-01 {KEY} {KEY}")).contains(KEY));
    }

    #[test]
    fn instructions_wait_until_they_are_delivered() {
        let mut directory = Directory::default();
        directory.instruct("00-18-84-00-00-01 1 get this\n00-18-84-00-00-01 200\n").unwrap();
        assert_eq!(directory.waiting(), 2);
        let front = |directory: &Directory| directory.instructions[&FIRST].front().cloned().unwrap();
        assert_eq!(front(&directory), Instruction { exec: ExecCode(1), data: b"get this".to_vec() });
        directory.delivered(FIRST);
        assert_eq!(front(&directory).exec, ExecCode(200));
        directory.delivered(FIRST);
        assert_eq!(directory.waiting(), 0);
        for wrong in ["00-18-84-00-00-01 0", "00-18-84-00-00-01", "00-18-84-00-00-01 256 x", "1 1"] {
            assert!(directory.instruct(wrong).is_err(), "{wrong}");
        }
        assert!(directory.instruct(&format!("00-18-84-00-00-01 1 {}", "x".repeat(247))).is_err());
    }

    #[test]
    fn a_reload_names_whose_keys_changed() {
        let line = |last: u8, key: &str| format!("00-18-84-00-00-{last:02x} {key}\n");
        let other = KEY.replace('7', "8");
        let mut directory = Directory::parse(&[line(1, KEY), line(2, KEY), line(3, KEY)].concat()).unwrap();
        let new = Directory::parse(&[line(1, KEY), line(2, &other), line(4, KEY)].concat()).unwrap();
        let mut changed = directory.replace(new);
        changed.sort();
        assert_eq!(changed, [SECOND, Mac([0, 0x18, 0x84, 0, 0, 3])]);
        assert_eq!(directory.len(), 3);
    }
}
