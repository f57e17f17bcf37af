//! The pages a person sees.

use askama::Template;
use passpoint::web::{Kind, Os};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// The style sheet: the portal's, and what these pages add.
pub(super) const STYLE: &str =
    concat!(include_str!("../../assets/style.css"), include_str!("../../assets/provision/style.css"));

/// The sign-in form.
#[derive(Template)]
#[template(path = "provision/sign_in.html")]
pub(super) struct SignIn<'a> {
    pub(super) place: &'a str,
    pub(super) alert: &'a str,
    pub(super) name: &'a str,
    pub(super) hint: &'a str,
}

/// The page with one button for each system.
#[derive(Template)]
#[template(path = "provision/profile.html")]
pub(super) struct Profile<'a> {
    pub(super) place: &'a str,
    pub(super) name: &'a str,
    pub(super) csrf: &'a str,
    pub(super) address: &'a str,
    pub(super) mini_browser: bool,
    pub(super) first: Option<Choice>,
    pub(super) others: Vec<Choice>,
    pub(super) code: &'a str,
}

/// The page with the link to tap.
#[derive(Template)]
#[template(path = "provision/ready.html")]
pub(super) struct Ready<'a> {
    pub(super) place: &'a str,
    pub(super) choice: Choice,
    pub(super) links: Vec<Link>,
    pub(super) uses: u32,
    pub(super) life: u64,
    pub(super) code: &'a str,
}

/// A heading, a sentence, perhaps a way on.
#[derive(Template)]
#[template(path = "provision/message.html")]
pub(super) struct Message<'a> {
    pub(super) place: &'a str,
    pub(super) heading: &'a str,
    pub(super) text: &'a str,
    pub(super) link: &'a str,
}

/// A file to tap.
pub(super) struct Link {
    pub(super) open: String,
    pub(super) name: String,
    /// Where it belongs on the device; empty for the profile itself.
    pub(super) path: String,
}

/// A system in words.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) word: &'static str,
    pub(super) title: &'static str,
    /// Before the link is made.
    pub(super) what_happens: &'static str,
    /// When it is there.
    pub(super) next_step: &'static str,
    /// What its button says.
    pub(super) action: &'static str,
}

impl Choice {
    pub(super) fn new(kind: Kind) -> Self {
        let (title, what_happens, next_step, action) = match kind {
            Kind::Android => (
                "Android",
                "Your phone adds the network after you confirm it.",
                "Tap the button and confirm that Android may add the network.",
                "Install on Android",
            ),
            Kind::Apple => (
                "iPhone, iPad and Mac",
                "Your device downloads a profile that you install in its settings.",
                "Tap the button and allow the download. Then open Settings (on a Mac: System Settings) and install \
                 the downloaded profile.",
                "Download the profile",
            ),
            Kind::Windows => (
                "Windows 10 and 11",
                "Windows opens its Wi-Fi settings, where you add the network.",
                "Press the button and let it open the Settings, then press Add there.",
                "Open the Wi-Fi settings",
            ),
            Kind::Onc => (
                "Chromebook",
                "You download a file and import it.",
                "Download the file. Then open chrome://network in a new tab and import it under General, Import ONC \
                 File.",
                "Download the file",
            ),
            Kind::Nm => (
                "Linux with NetworkManager",
                "You download keyfiles for NetworkManager.",
                "Put the keyfiles into /etc/NetworkManager/system-connections/ with mode 0600, then run: nmcli \
                 connection reload",
                "Download the keyfile",
            ),
            _ => (
                "Linux with wpa_supplicant",
                "You download a configuration for wpa_supplicant.",
                "Add the configuration to wpa_supplicant.conf and reload it.",
                "Download the configuration",
            ),
        };
        Self { word: kind.as_str(), title, what_happens, next_step, action }
    }
}

/// The kinds for a system, the best first.
pub(super) const fn kinds_of(os: Os) -> &'static [Kind] {
    match os {
        Os::Windows => &[Kind::Windows],
        Os::Apple => &[Kind::Apple],
        Os::ChromeOs => &[Kind::Onc],
        Os::Android => &[Kind::Android],
        Os::Linux => &[Kind::Nm, Kind::Wpa],
        _ => &[],
    }
}

/// The system that a browser names: in its User-Agent, else in its client hint (spec: passpoint 11.5).
pub(super) fn system(user_agent: &str, platform: &str) -> Os {
    match Os::from_user_agent(user_agent) {
        Os::Unknown if !user_agent.contains("Windows Phone") => match platform.trim_matches('"') {
            "Windows" => Os::Windows,
            "macOS" | "iOS" => Os::Apple,
            "Chrome OS" | "Chromium OS" => Os::ChromeOs,
            "Android" => Os::Android,
            "Linux" => Os::Linux,
            _ => Os::Unknown,
        },
        known => known,
    }
}

/// An address as a QR code, an SVG element. Empty if the address is too long for one.
pub(super) fn qr_code(address: &str, label: &str) -> String {
    // The white margin that scanners want, in modules.
    const QUIET: usize = 4;
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else { return String::new() };
    let width = code.width();
    let mut path = String::new();
    for (row, colors) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while let Some(color) = colors.get(x) {
            let run = colors.iter().skip(x).take_while(|c| *c == color).count();
            if *color == Color::Dark {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, row + QUIET);
            }
            x += run;
        }
    }
    let size = width + 2 * QUIET;
    format!(
        "<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\"><path \
         fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 11.5
    #[test]
    fn a_client_hint_helps_where_the_user_agent_says_nothing() {
        assert_eq!(system("Mozilla/5.0 (X11; Linux x86_64)", "\"Android\""), Os::Linux);
        assert_eq!(system("", "\"Chrome OS\""), Os::ChromeOs);
        assert_eq!(system("Mozilla/5.0 (Windows Phone 10.0; Android 6)", "\"Windows\""), Os::Unknown);
        assert_eq!(system("curl/8", ""), Os::Unknown);
    }

    #[test]
    fn a_code_is_a_picture_with_a_margin() {
        let svg = qr_code("https://wifi.example.com/profile", "an address");
        // 32 octets at level M are version 3: 29 modules.
        assert!(svg.contains("viewBox=\"0 0 37 37\""), "{svg}");
        // The upper left finder pattern.
        assert!(svg.contains("M4 4h7v1h-7z"), "{svg}");
        assert_eq!(qr_code(&"x".repeat(5000), ""), "");
    }
}
