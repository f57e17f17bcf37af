//! What holds for any input: no reader of the gateway panics, and what it takes it takes the same again.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use reference_gateway::accounting::Record;
use reference_gateway::config::{Reader, UnknownKeys};
use reference_gateway::garden::{Case, Domains, allowed};
use std::net::Ipv4Addr;

proptest! {
    // spec: hotspot-config 5.3; a name is looked at without the dot of the root, of which it has one at most.
    #[test]
    fn any_expression_is_used_or_left_out(expression in r"[a-c.*+?^$|(){}\[\]\\0-9,:=!-]{0,24}", name in "([a-c.0-9-]{0,15}[a-c0-9-])?") {
        let mut domains = Domains::new();
        let skipped = domains.add_file(&expression, Case::Folded);
        prop_assert!(skipped.len() <= 1);
        let allowed = domains.allows(&name);
        prop_assert_eq!(domains.allows(&format!("{name}.")), allowed);
        prop_assert_eq!(domains.allows(&name.to_uppercase()), allowed);
    }

    #[test]
    fn any_text_is_a_domain_file_and_a_list(text in "\\PC{0,200}|[ -~\n\r\t]{0,200}", name in "\\PC{0,40}") {
        let mut domains = Domains::new();
        domains.add_file(&text, Case::Exact);
        domains.add_values(text.split('\n'), Case::Folded);
        let _ = domains.allows(&name);
        let (items, _) = allowed::items(&text);
        let entries = allowed::entries(&items, |_| vec![Ipv4Addr::LOCALHOST]);
        prop_assert!(entries.len() <= allowed::MAX_ENTRIES);
        // What is listed reads back as the same entries.
        for entry in &entries {
            let text = format!("{}:{}/{}:{}", entry.protocol, entry.address, entry.prefix, entry.port);
            let again = allowed::entries(&allowed::items(&text).0, |_| Vec::new());
            prop_assert_eq!(&again, &[*entry]);
        }
    }

    #[test]
    fn a_negated_exception_always_counts(domain in "[a-z]{1,8}\\.[a-z]{2,3}", host in "[a-z]{1,8}") {
        let exception = format!("!{host}.{domain}");
        let mut domains = Domains::new();
        domains.add_values([domain.as_str(), exception.as_str()].into_iter(), Case::Folded);
        let (exact, below) = (format!("{host}.{domain}"), format!("x.{host}.{domain}"));
        prop_assert!(domains.allows(&domain));
        prop_assert!(!domains.allows(&exact) && !domains.allows(&below));
        let other = format!("{host}{domain}");
        prop_assert!(!domains.allows(&other));
    }

    #[test]
    fn any_octets_are_a_record_or_none(octets in proptest::collection::vec(any::<u8>(), 0..96)) {
        if let Some(record) = Record::from_octets(&octets) {
            let again = Record::from_octets(&record.to_octets());
            prop_assert_eq!(again.as_ref(), Some(&record));
            prop_assert!(record.request(7).is_some());
        }
    }

    // spec: hotspot-config 1
    #[test]
    fn any_text_is_a_configuration_or_a_list_of_problems(local in "\\PC{0,120}|[ -~\n\r\t]{0,200}", remote in "[ -~\n\r\t]{0,200}") {
        for unknown in [UnknownKeys::Warn, UnknownKeys::Refuse] {
            let reader = Reader::new(unknown).remote(&remote, &[]);
            match reader.text("t", &local) {
                Ok(settings) => prop_assert!(settings.text("radiusserver1").is_some()),
                Err(problems) => prop_assert!(!problems.is_empty()),
            }
        }
    }
}
