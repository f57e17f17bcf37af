//! The walled garden: what clients reach without login (hotspot-config 5). Parsing and matching only; who resolves
//! names and opens the packet path asks here.
//!
//! ```
//! use reference_gateway::garden::{Case, Domains, allowed};
//!
//! let mut domains = Domains::new();
//! domains.add_values(["example.com", "!private.example.com"].into_iter(), Case::Folded);
//! domains.add_file("^(.*\\.)?fon\\.com$\n", Case::Folded);
//! assert!(domains.allows("www.example.com") && domains.allows("fon.com"));
//! assert!(!domains.allows("private.example.com") && !domains.allows("example.org"));
//!
//! let (items, bad) = allowed::items("tcp:192.0.2.1:443, 198.51.100.0/24, 10.0.0.0/33");
//! assert_eq!((items.len(), bad), (2, vec!["10.0.0.0/33".to_owned()]));
//! ```

pub mod allowed;
mod domain;
mod ere;

pub use domain::{Case, Domains, MAX_EXPRESSION, MAX_RULES, RuleError, Skipped};
pub use ere::EreError;

use crate::config::Settings;
use allowed::{Item, Target};
use std::net::Ipv4Addr;

/// The garden of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Garden {
    /// What `uamallowed` lists, and the hosts of `uamserver` and `uamhomepage` (uam 1), in this order.
    pub items: Vec<Item>,
    /// Which names are open.
    pub domains: Domains,
    /// What was left out, in words for the log.
    pub warnings: Vec<String>,
}

impl Garden {
    /// Makes the garden of a configuration. `file` is the text of `uamdomainfile`, `patterns` what `newdomain` lines
    /// of the remote configuration were converted to; they come before the file.
    #[must_use]
    pub fn new(settings: &Settings, patterns: &[String], file: Option<&str>) -> Self {
        let mut garden = Self::default();
        for value in settings.list("uamallowed") {
            let (items, bad) = allowed::items(value);
            garden.items.extend(items);
            garden.warnings.extend(bad.iter().map(|bad| {
                format!("uamallowed: {bad}: not [PROTOCOL:]HOST[:PORT] or [PROTOCOL:]NETWORK/LENGTH[:PORT]")
            }));
        }
        for name in ["uamserver", "uamhomepage"] {
            garden.items.extend(settings.text(name).and_then(host_of));
        }
        let values = settings.list("uamdomain").iter().map(String::as_str);
        garden.take("uamdomain", Domains::add_values, values);
        garden.take("newdomain", |d, text: String, case| d.add_file(&text, case), patterns.join("\n"));
        garden.take("uamdomainfile", Domains::add_file, file.unwrap_or_default());
        garden
    }

    fn take<T>(&mut self, option: &str, add: impl FnOnce(&mut Domains, T, Case) -> Vec<Skipped>, values: T) {
        for Skipped { rule, line, error } in add(&mut self.domains, values, Case::Folded) {
            let line = line.map(|line| format!(" line {line}")).unwrap_or_default();
            self.warnings.push(format!("{option}{line}: {rule}: {error}"));
        }
    }

    /// The names of hosts whose addresses are open.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        allowed::hosts(&self.items)
    }

    /// Whether whatever addresses a name has are open, all of them: a DNS answer about it is a reason to open them. An item
    /// with a protocol or a port opens that much of its name's addresses, not more.
    #[must_use]
    pub fn opens_name(&self, name: &str) -> bool {
        let is_whole = |item: &Item| {
            item.protocol == 0
                && item.port == 0
                && matches!(&item.target, Target::Host(host) if host.eq_ignore_ascii_case(name))
        };
        self.domains.allows(name) || self.items.iter().any(is_whole)
    }

    /// Whether everything is open without login.
    #[must_use]
    pub fn is_unrestricted(&self) -> bool {
        let is_all = |item: &Item| match item.target {
            Target::Network { address, prefix } => {
                (prefix == 0 || address.is_unspecified()) && item.protocol == 0 && item.port == 0
            }
            Target::Host(_) => false,
        };
        self.items.iter().any(is_all)
    }

    /// Whether requests to a name by HTTP pass instead of being redirected: something of the garden opens its port 80.
    #[must_use]
    pub fn opens_web_of(&self, name: &str) -> bool {
        let is_web = |item: &Item| {
            matches!((item.protocol, item.port), (0 | 6, 0 | 80))
                && matches!(&item.target, Target::Host(host) if host.eq_ignore_ascii_case(name))
        };
        self.domains.allows(name) || self.items.iter().any(is_web)
    }

    /// The entries, with the addresses that `resolve` gives a name.
    pub fn entries(&self, resolve: impl FnMut(&str) -> Vec<Ipv4Addr>) -> Vec<allowed::Entry> {
        allowed::entries(&self.items, resolve)
    }
}

/// The host of a URL, any protocol and port.
fn host_of(url: &str) -> Option<Item> {
    let target = match url::Url::parse(url).ok()?.host()? {
        url::Host::Domain(name) => Target::Host(name.to_owned()),
        url::Host::Ipv4(address) => Target::Network { address, prefix: 32 },
        url::Host::Ipv6(_) => return None,
    };
    Some(Item { target, protocol: 0, port: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Reader, UnknownKeys};

    // spec: uam 1, hotspot-config 5.1
    #[test]
    fn the_portal_is_part_of_the_garden() {
        let text = "radiusserver1 r\nuamserver https://portal.example:8443/x\nuamhomepage http://192.0.2.9/\n\
                    uamallowed 192.0.2.1,bad/99\nuamallowed tcp:a.example:80\nuamdomain b.example\nuamdomain (x\n";
        let settings = Reader::new(UnknownKeys::Refuse).text("t", text).unwrap();
        let garden = Garden::new(&settings, &["^c.example$".to_owned()], Some("^d.example$\n"));
        assert_eq!(garden.hosts().collect::<Vec<_>>(), ["a.example", "portal.example"]);
        assert_eq!(garden.warnings.len(), 2, "{:?}", garden.warnings);
        for name in ["x.b.example", "c.example", "d.example"] {
            assert!(garden.domains.allows(name), "{name}");
        }
        let entries = garden.entries(|_| vec![Ipv4Addr::new(192, 0, 2, 77)]);
        assert_eq!(entries.len(), 4);
        for name in ["x.b.example", "Portal.example"] {
            assert!(garden.opens_name(name), "{name}");
        }
        // One port of it is open.
        assert!(!garden.opens_name("a.example"));
    }
}
