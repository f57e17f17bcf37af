//! What DHCP tells clients about the captive portal (RFC 8910), kept true while time passes: a certificate expires, a clock
//! is set, a garden becomes everything.

use super::api::Api;
use crate::clock::unix_seconds;
use crate::config::Settings;
use crate::garden::Garden;
use std::time::Duration;
use tokio::sync::watch;

/// What stands for the address of an API where there is no portal (RFC 8910 §2).
const UNRESTRICTED: &str = "urn:ietf:params:capport:unrestricted";
/// How often the clock is looked at: it may be set at any time.
const LOOK: Duration = Duration::from_secs(60);

/// What is announced: the value of option 114, nothing, or why nothing although there should be something.
pub type Announced = Result<Option<String>, String>;

/// The API of a configuration, or why there is none.
type Found = Result<Option<Api>, String>;

/// By which the certificate of the API is exchanged for another one.
#[derive(Debug)]
pub(super) struct Renewal {
    sender: watch::Sender<Found>,
    /// What only a start takes over.
    address: [Option<String>; 3],
}

impl Renewal {
    /// The certificate of a configuration counts from now on. Under another address the API is announced after a start.
    pub(super) fn renew(&self, settings: &Settings) {
        if self.address == address(settings) {
            let _ = self.sender.send(Api::of(settings));
        }
    }
}

/// What the address of the API is made of.
fn address(settings: &Settings) -> [Option<String>; 3] {
    ["uamhostname", "uamuiport", "uamuissl"].map(|name| settings.text(name).map(str::to_owned))
}

/// What decides about it.
#[derive(Clone, Debug)]
pub(super) struct Announcement {
    api: Found,
    renewed: watch::Receiver<Found>,
    /// Clients may go anywhere without a login.
    unrestricted: bool,
    now: Announced,
}

impl Announcement {
    /// What a configuration announces. The log says why there is nothing, if there should be.
    pub(super) fn of(settings: &Settings, garden: &Garden) -> (Self, Renewal) {
        let (api, unrestricted) = (Api::of(settings), garden.is_unrestricted());
        let (sender, renewed) = watch::channel(api.clone());
        let mut made = Self { api, renewed, unrestricted, now: Ok(None) };
        made.decide(seconds());
        made.report();
        (made, Renewal { sender, address: address(settings) })
    }

    /// What is announced now.
    pub(super) const fn now(&self) -> &Announced {
        &self.now
    }

    /// Waits until something else is to be announced.
    pub(super) async fn change(&mut self, garden: &mut watch::Receiver<Garden>) {
        loop {
            let left = match &self.api {
                Ok(Some(api)) => api.changes_in(seconds()),
                _ => None,
            };
            tokio::select! {
                () = tokio::time::sleep(left.map_or(LOOK, |left| left.min(LOOK))) => {}
                Ok(()) = garden.changed() => {
                    self.unrestricted = garden.borrow_and_update().is_unrestricted();
                }
                Ok(()) = self.renewed.changed() => {
                    self.api = self.renewed.borrow_and_update().clone();
                }
            }
            if self.decide(seconds()) {
                self.report();
                return;
            }
        }
    }

    /// Decides anew; says whether that changes something.
    fn decide(&mut self, now: Duration) -> bool {
        let announced = if self.unrestricted {
            Ok(Some(UNRESTRICTED.to_owned()))
        } else {
            match &self.api {
                Ok(Some(api)) => api.usable(now).map(|()| Some(api.uri().to_owned())),
                Ok(None) => Ok(None),
                Err(reason) => Err(reason.clone()),
            }
        };
        let other = announced != self.now;
        self.now = announced;
        other
    }

    fn report(&self) {
        match &self.now {
            Ok(Some(uri)) => tracing::info!(uri, "DHCP announces"),
            Ok(None) => {}
            Err(reason) => tracing::warn!(reason, "no captive-portal API: probes will have to do"),
        }
    }
}

/// The time of the day, which is before 1970 for nobody.
fn seconds() -> Duration {
    Duration::from_secs(unix_seconds().try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Reader, UnknownKeys};

    fn garden(lines: &str) -> Garden {
        let text = format!("radiusserver1 r\n{lines}\n");
        Garden::new(&Reader::new(UnknownKeys::Refuse).text("t", &text).unwrap(), &[], None)
    }

    /// Nobody renews anything.
    fn nothing() -> watch::Receiver<Found> {
        watch::channel(Ok(None)).1
    }

    // spec: gateway-dataplane 8.2
    #[test]
    fn an_api_is_announced_as_long_as_its_certificate_is_good() {
        let uri = "https://gw.example.com:3991/captive-portal-identification".to_owned();
        let api = Api::between("gw.example.com", Duration::from_secs(1000), Duration::from_secs(2000));
        let mut announcement =
            Announcement { api: Ok(Some(api)), renewed: nothing(), unrestricted: false, now: Ok(None) };
        // A clock that is not set yet.
        assert!(announcement.decide(Duration::from_secs(7)));
        assert!(announcement.now().as_ref().is_err_and(|reason| reason.contains("is the clock set?")));
        assert!(announcement.decide(Duration::from_secs(1500)));
        assert_eq!(announcement.now(), &Ok(Some(uri)));
        assert!(!announcement.decide(Duration::from_secs(2000)));
        assert!(announcement.decide(Duration::from_secs(2001)));
        assert!(announcement.now().as_ref().is_err_and(|reason| reason.contains("expired at ")));
    }

    // spec: gateway-dataplane 8.2
    #[test]
    fn who_may_go_anywhere_is_told_that_there_is_no_portal() {
        for (lines, unrestricted) in [
            ("uamallowed 0.0.0.0/0", true),
            ("uamallowed 192.0.2.1,0.0.0.0", true),
            ("uamallowed tcp:0.0.0.0:443", false),
            ("uamallowed 128.0.0.0/1", false),
            ("", false),
        ] {
            assert_eq!(garden(lines).is_unrestricted(), unrestricted, "{lines}");
        }
        let mut announcement = Announcement {
            api: Err("no name".to_owned()),
            renewed: nothing(),
            unrestricted: true,
            now: Ok(None),
        };
        assert!(announcement.decide(Duration::ZERO));
        assert_eq!(announcement.now(), &Ok(Some(UNRESTRICTED.to_owned())));
        announcement.unrestricted = false;
        assert!(announcement.decide(Duration::ZERO));
        assert_eq!(announcement.now(), &Err("no name".to_owned()));
    }
}
