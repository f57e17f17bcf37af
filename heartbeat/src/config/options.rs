//! The named options: compatibility (spec: heartbeat 21) and hardening (spec: heartbeat 20).

use super::number;
use crate::liveness::Fsm;
use crate::settings::{Compat, Hardening};

/// The text names no option, or gives it a value it does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// There is no such option.
    #[error("no option of this name")]
    Unknown,
    /// The option does not have this value.
    #[error("the option does not have this value")]
    Value,
}

impl Compat {
    /// Sets one option from `NAME` or `NAME=VALUE`, with or without `compat.` before it; a name alone asks for the
    /// source's behaviour. `source` sets all.
    ///
    /// # Errors
    /// [`OptionError`]; nothing is changed then.
    pub fn set(&mut self, text: &str) -> Result<(), OptionError> {
        let text = text.strip_prefix("compat.").unwrap_or(text);
        let (name, value) = split(text);
        match name {
            "source" if value.is_none() => *self = Self::SOURCE,
            "source" => return Err(OptionError::Value),
            "liveness" => self.liveness_transport = choice(value, "payload", "transport")?,
            "fsm" => self.fsm = if choice(value, "seed", "source")? { Fsm::Source } else { Fsm::Seed },
            "timeout_unit" => self.timeout_in_seconds = choice(value, "ms", "s")?,
            "first_datagram_decides" => self.first_datagram_decides = choice(value, "no", "yes")?,
            "v4mapped_first" => self.v4mapped_first = choice(value, "no", "yes")?,
            "trid31" => self.trid31 = choice(value, "no", "yes")?,
            _ => return Err(OptionError::Unknown),
        }
        Ok(())
    }
}

impl Hardening {
    /// Sets one option from `NAME` or `NAME=VALUE`. `nop_time_window` and `jitter` need a number, `nop_tag` takes
    /// `require`.
    ///
    /// # Errors
    /// [`OptionError`]; nothing is changed then.
    pub fn set(&mut self, text: &str) -> Result<(), OptionError> {
        let (name, value) = split(text);
        let needed = || value.and_then(|value| number(value).ok()).ok_or(OptionError::Value);
        match name {
            "strict_nop" => self.strict_nop = choice(value, "no", "yes")?,
            "nop_time_window" => self.nop_time_window = Some(needed()?),
            "deny_exec" => self.deny_exec = choice(value, "no", "yes")?,
            "jitter" => {
                let percent = u8::try_from(needed()?).ok().filter(|&percent| percent <= 100);
                self.jitter = percent.ok_or(OptionError::Value)?;
            }
            "auth_filler" => self.auth_filler = choice(value, "no", "yes")?,
            "nop_tag" => self.nop_tag = choice(value, "no", "require")?,
            _ => return Err(OptionError::Unknown),
        }
        Ok(())
    }
}

fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    }
}

/// Which of two values; the name alone is the second.
fn choice(value: Option<&str>, first: &str, second: &str) -> Result<bool, OptionError> {
    match value {
        None => Ok(true),
        Some(value) if value == first => Ok(false),
        Some(value) if value == second => Ok(true),
        Some(_) => Err(OptionError::Value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: heartbeat 21
    #[test]
    fn every_option_has_its_two_values() {
        let mut compat = Compat::default();
        for text in [
            "liveness=transport",
            "compat.fsm=source",
            "timeout_unit=s",
            "first_datagram_decides",
            "v4mapped_first=yes",
            "compat.trid31",
        ] {
            assert_ne!(compat, Compat::SOURCE);
            compat.set(text).unwrap();
        }
        assert_eq!(compat, Compat::SOURCE);
        let seed = ["liveness=payload", "fsm=seed", "timeout_unit=ms", "first_datagram_decides=no"];
        for text in seed.into_iter().chain(["v4mapped_first=no", "trid31=no"]) {
            compat.set(text).unwrap();
        }
        assert_eq!(compat, Compat::default());
        compat.set("source").unwrap();
        assert_eq!(compat, Compat::SOURCE);
        assert_eq!(compat.set("fsm=other"), Err(OptionError::Value));
        assert_eq!(compat.set("source=no"), Err(OptionError::Value));
        assert_eq!(compat.set("Source"), Err(OptionError::Unknown));
    }

    // spec: heartbeat 20
    #[test]
    fn hardening_is_named_as_in_the_specification() {
        let mut hardening = Hardening::default();
        for text in [
            "strict_nop",
            "nop_time_window=300",
            "deny_exec=yes",
            "jitter=10",
            "auth_filler",
            "nop_tag=require",
        ] {
            hardening.set(text).unwrap();
        }
        let wanted = Hardening {
            strict_nop: true,
            nop_time_window: Some(300),
            deny_exec: true,
            jitter: 10,
            auth_filler: true,
            nop_tag: true,
        };
        assert_eq!(hardening, wanted);
        for text in ["jitter", "jitter=101", "jitter=256", "nop_time_window", "nop_tag=yes"] {
            assert_eq!(hardening.set(text), Err(OptionError::Value), "{text}");
        }
        assert_eq!(hardening.set("exec_user=nobody"), Err(OptionError::Unknown));
    }
}
