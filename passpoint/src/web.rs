//! What the web service that hands out profiles needs to know (spec: passpoint 11.4, 11.5).

/// A document for one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Android.
    Android,
    /// Apple.
    Apple,
    /// Windows.
    Windows,
    /// ChromeOS.
    Onc,
    /// wpa_supplicant.
    Wpa,
    /// NetworkManager.
    Nm,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [Self::Android, Self::Apple, Self::Windows, Self::Onc, Self::Wpa, Self::Nm];

    /// The word for it in requests.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Apple => "apple",
            Self::Windows => "windows",
            Self::Onc => "onc",
            Self::Wpa => "wpa",
            Self::Nm => "nm",
        }
    }

    /// The name of the file for a profile with this id.
    #[must_use]
    pub fn file_name(self, profile_id: &str) -> String {
        let extension = match self {
            Self::Android => "config",
            Self::Apple => "mobileconfig",
            Self::Windows => "xml",
            Self::Onc => "onc",
            Self::Wpa => "conf",
            Self::Nm => "nmconnection",
        };
        format!("{profile_id}.{extension}")
    }

    /// The headers of an answer with the file, besides `Content-Length`.
    ///
    /// Android installs a file only without `Content-Disposition`; with one, the browser saves it.
    #[must_use]
    pub fn headers(self, profile_id: &str) -> Vec<(&'static str, String)> {
        let content_type = match self {
            Self::Android => "application/x-wifi-config",
            Self::Apple => "application/x-apple-aspen-config",
            Self::Windows => "text/xml; charset=utf-8",
            Self::Onc => "application/x-onc",
            Self::Wpa | Self::Nm => "application/octet-stream",
        };
        let mut headers = vec![
            ("Content-Type", content_type.to_owned()),
            ("Cache-Control", "no-store, no-transform".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("Referrer-Policy", "no-referrer".to_owned()),
        ];
        match self {
            Self::Android => headers.push(("Content-Transfer-Encoding", "base64".to_owned())),
            Self::Windows => {}
            _ => {
                let name = self.file_name(profile_id);
                headers.push(("Content-Disposition", format!("attachment; filename=\"{name}\"")));
            }
        }
        headers
    }
}

/// A system as a browser names it, for sorting buttons only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Os {
    /// Windows.
    Windows,
    /// iOS, iPadOS or macOS.
    Apple,
    /// ChromeOS.
    ChromeOs,
    /// Android.
    Android,
    /// Another Linux.
    Linux,
    /// Not known.
    Unknown,
}

impl Os {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Apple => "apple",
            Self::ChromeOs => "chromeos",
            Self::Android => "android",
            Self::Linux => "linux",
            Self::Unknown => "unknown",
        }
    }

    /// The system in a `User-Agent` header; the first match counts.
    #[must_use]
    pub fn from_user_agent(user_agent: &str) -> Self {
        const RULES: [(&str, Os); 9] = [
            ("Windows Phone", Os::Unknown),
            ("Windows NT 10", Os::Windows),
            ("iPhone", Os::Apple),
            ("iPad", Os::Apple),
            ("iPod", Os::Apple),
            ("Macintosh", Os::Apple),
            ("CrOS", Os::ChromeOs),
            ("Android", Os::Android),
            ("Linux", Os::Linux),
        ];
        RULES.iter().find(|(word, _)| user_agent.contains(word)).map_or(Self::Unknown, |(_, os)| *os)
    }
}
