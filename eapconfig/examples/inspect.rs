//! Says what a client would make of an EAP configuration document.
//!
//! ```text
//! cargo run -p eapconfig --example inspect -- profile.eap-config
//! ```
//!
//! Without a file a small document of its own is shown.

use eapconfig::{Client, MapOptions, judge, lint, map, read};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

const SAMPLE: &[u8] = br#"<?xml version="1.0" encoding="utf-8"?>
<EAPIdentityProviderList>
  <EAPIdentityProvider ID="example.org" namespace="urn:RFC4282:realm" version="1" lang="en">
    <AuthenticationMethods><AuthenticationMethod>
      <EAPMethod><Type>52</Type></EAPMethod>
      <ClientSideCredential><InnerIdentitySuffix>@example.org</InnerIdentitySuffix></ClientSideCredential>
    </AuthenticationMethod></AuthenticationMethods>
    <CredentialApplicability><IEEE80211><SSID>eduroam</SSID></IEEE80211></CredentialApplicability>
    <ProviderInfo><DisplayName>Example University</DisplayName></ProviderInfo>
  </EAPIdentityProvider>
</EAPIdentityProviderList>"#;

fn main() -> ExitCode {
    let document = match std::env::args_os().nth(1) {
        None => SAMPLE.to_vec(),
        Some(path) => match std::fs::read(&path) {
            Ok(octets) => octets,
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                return ExitCode::FAILURE;
            }
        },
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let client = Client::new(i64::try_from(now).unwrap_or(i64::MAX));
    for problem in lint(&document, &client) {
        println!("{problem}");
    }
    let Ok(parsed) = read(&document) else { return ExitCode::FAILURE };
    let Some((index, method)) = judge(&parsed.config, &client).choice() else { return ExitCode::FAILURE };
    let Some(provider) = parsed.config.providers.get(index) else { return ExitCode::FAILURE };
    if let Some(name) = provider.text(&provider.info.display_names, &["en"]) {
        println!("{name}");
    }
    if let Some(settings) = map(provider, method, &MapOptions::default()) {
        for (name, value) in settings.wpa_supplicant.iter() {
            println!("    {name}={value}");
        }
        println!("    {} trust anchors, networks: {}", settings.ca_count, settings.ssids.join(", "));
    }
    ExitCode::SUCCESS
}
