//! The user and the group that the gateway runs as once its sockets are open: `uid` and `gid` (hotspot-config 2.2).

use crate::config::Settings;
use nix::unistd::{Gid, Uid, getegid, geteuid, setgid, setgroups, setuid};
use std::fs;
use std::os::unix::fs::lchown;
use std::path::Path;

/// Who the gateway is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    user: Option<u32>,
    group: Option<u32>,
}

impl Identity {
    /// What the configuration asks for.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let number = |name| settings.is_given(name).then(|| settings.small(name));
        Self { user: number("uid"), group: number("gid") }
    }

    /// Whether a gateway with this configuration can become somebody else.
    ///
    /// # Errors
    /// Says in one sentence why not.
    pub fn check(settings: &Settings) -> Result<(), String> {
        let changes = Self::of(settings) != Self::default();
        if changes && settings.text("dataplane") == Some("nftables") {
            return Err("uid and gid do not go with dataplane nftables: changing the packet path needs CAP_NET_ADMIN \
                        as long as the gateway runs; give that to its service instead (AmbientCapabilities)"
                .to_owned());
        }
        Ok(())
    }

    /// Becomes that user for good. What is in the folder of state is that user's from then on.
    ///
    /// # Errors
    /// Says in one sentence what the system refuses.
    pub fn take_on(self, state: Option<&Path>) -> Result<(), String> {
        let refused =
            |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}; only root may change it");
        let (user, group) = (self.user.map(Uid::from_raw), self.group.map(Gid::from_raw));
        let other =
            user.is_some_and(|user| user != geteuid()) || group.is_some_and(|group| group != getegid());
        if !other {
            return Ok(());
        }
        if let Some(state) = state {
            give(state, self).map_err(|e| refused(&format!("statedir {}", state.display()), &e))?;
        }
        if let Some(group) = group {
            setgroups(&[group]).map_err(|e| refused("gid", &e))?;
            setgid(group).map_err(|e| refused("gid", &e))?;
        }
        if let Some(user) = user {
            setuid(user).map_err(|e| refused("uid", &e))?;
        }
        tracing::info!(uid = %geteuid(), gid = %getegid(), "running as");
        Ok(())
    }
}

/// Gives away a folder and the files in it; links are not followed.
fn give(folder: &Path, to: Identity) -> std::io::Result<()> {
    lchown(folder, to.user, to.group)?;
    for entry in fs::read_dir(folder)? {
        lchown(entry?.path(), to.user, to.group)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Reader, UnknownKeys};

    fn read(lines: &str) -> Settings {
        let text = format!("radiusserver1 r\n{lines}\n");
        Reader::new(UnknownKeys::Refuse).text("test", &text).expect("a good configuration")
    }

    #[test]
    fn who_is_somebody_already_need_not_become_it() {
        let own = format!("uid {}\ngid {}", geteuid(), getegid());
        let identity = Identity::of(&read(&own));
        assert_ne!(identity, Identity::default());
        assert_eq!(identity.take_on(None), Ok(()));
        assert_eq!(Identity::of(&read("")), Identity::default());
    }

    #[test]
    fn a_packet_path_of_our_own_needs_its_permission() {
        assert!(
            Identity::check(&read("uid 1\ndataplane nftables\ndhcpif lo"))
                .unwrap_err()
                .contains("CAP_NET_ADMIN")
        );
        assert_eq!(Identity::check(&read("uid 1")), Ok(()));
        assert_eq!(Identity::check(&read("dataplane nftables\ndhcpif lo")), Ok(()));
    }
}
