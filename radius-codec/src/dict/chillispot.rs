//! ChilliSpot, vendor 14559.
//!
//! Generated from `dictionaries/dictionary.chillispot`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Ipv4;
use crate::value::Octets;
use crate::value::Text;

/// The vendor number.
pub const VENDOR: u32 = 14559;

/// ChilliSpot-Max-Input-Octets, `26.14559.1`.
pub const MAX_INPUT_OCTETS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 1]), "ChilliSpot-Max-Input-Octets");
/// ChilliSpot-Max-Output-Octets, `26.14559.2`.
pub const MAX_OUTPUT_OCTETS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 2]), "ChilliSpot-Max-Output-Octets");
/// ChilliSpot-Max-Total-Octets, `26.14559.3`.
pub const MAX_TOTAL_OCTETS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 3]), "ChilliSpot-Max-Total-Octets");
/// ChilliSpot-Bandwidth-Max-Up, `26.14559.4`.
pub const BANDWIDTH_MAX_UP: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 4]), "ChilliSpot-Bandwidth-Max-Up");
/// ChilliSpot-Bandwidth-Max-Down, `26.14559.5`.
pub const BANDWIDTH_MAX_DOWN: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 5]), "ChilliSpot-Bandwidth-Max-Down");
/// ChilliSpot-Config, `26.14559.6`.
pub const CONFIG: Attr<Text> = Attr::new(Path::of(&[26, 14559, 6]), "ChilliSpot-Config");
/// ChilliSpot-Lang, `26.14559.7`.
pub const LANG: Attr<Text> = Attr::new(Path::of(&[26, 14559, 7]), "ChilliSpot-Lang");
/// ChilliSpot-Version, `26.14559.8`.
pub const VERSION: Attr<Text> = Attr::new(Path::of(&[26, 14559, 8]), "ChilliSpot-Version");
/// ChilliSpot-OriginalURL, `26.14559.9`.
pub const ORIGINALURL: Attr<Text> = Attr::new(Path::of(&[26, 14559, 9]), "ChilliSpot-OriginalURL");
/// ChilliSpot-Acct-View-Point, `26.14559.10`.
pub const ACCT_VIEW_POINT: Attr<AcctViewPoint> =
    Attr::new(Path::of(&[26, 14559, 10]), "ChilliSpot-Acct-View-Point");
/// ChilliSpot-Require-UAM, `26.14559.11`.
pub const REQUIRE_UAM: Attr<Text> = Attr::new(Path::of(&[26, 14559, 11]), "ChilliSpot-Require-UAM");
/// ChilliSpot-Require-Splash, `26.14559.12`.
pub const REQUIRE_SPLASH: Attr<Text> = Attr::new(Path::of(&[26, 14559, 12]), "ChilliSpot-Require-Splash");
/// ChilliSpot-Route-To-Interface, `26.14559.13`.
pub const ROUTE_TO_INTERFACE: Attr<Text> =
    Attr::new(Path::of(&[26, 14559, 13]), "ChilliSpot-Route-To-Interface");
/// ChilliSpot-Config-File, `26.14559.14`.
pub const CONFIG_FILE: Attr<Text> = Attr::new(Path::of(&[26, 14559, 14]), "ChilliSpot-Config-File");
/// ChilliSpot-Session-State, `26.14559.15`.
pub const SESSION_STATE: Attr<SessionState> =
    Attr::new(Path::of(&[26, 14559, 15]), "ChilliSpot-Session-State");
/// ChilliSpot-Session-Id, `26.14559.16`.
pub const SESSION_ID: Attr<Text> = Attr::new(Path::of(&[26, 14559, 16]), "ChilliSpot-Session-Id");
/// ChilliSpot-AP-Session-Id, `26.14559.17`.
pub const AP_SESSION_ID: Attr<Text> = Attr::new(Path::of(&[26, 14559, 17]), "ChilliSpot-AP-Session-Id");
/// ChilliSpot-User-Agent, `26.14559.18`.
pub const USER_AGENT: Attr<Text> = Attr::new(Path::of(&[26, 14559, 18]), "ChilliSpot-User-Agent");
/// ChilliSpot-Accept-Language, `26.14559.19`.
pub const ACCEPT_LANGUAGE: Attr<Text> = Attr::new(Path::of(&[26, 14559, 19]), "ChilliSpot-Accept-Language");
/// ChilliSpot-Max-Input-Gigawords, `26.14559.21`.
pub const MAX_INPUT_GIGAWORDS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 21]), "ChilliSpot-Max-Input-Gigawords");
/// ChilliSpot-Max-Output-Gigawords, `26.14559.22`.
pub const MAX_OUTPUT_GIGAWORDS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 22]), "ChilliSpot-Max-Output-Gigawords");
/// ChilliSpot-Max-Total-Gigawords, `26.14559.23`.
pub const MAX_TOTAL_GIGAWORDS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 23]), "ChilliSpot-Max-Total-Gigawords");
/// ChilliSpot-VLAN-Id, `26.14559.24`.
pub const VLAN_ID: Attr<Integer> = Attr::new(Path::of(&[26, 14559, 24]), "ChilliSpot-VLAN-Id");
/// ChilliSpot-Location, `26.14559.25`.
pub const LOCATION: Attr<Text> = Attr::new(Path::of(&[26, 14559, 25]), "ChilliSpot-Location");
/// ChilliSpot-Old-Location, `26.14559.26`.
pub const OLD_LOCATION: Attr<Text> = Attr::new(Path::of(&[26, 14559, 26]), "ChilliSpot-Old-Location");
/// ChilliSpot-Location-Change-Count, `26.14559.27`.
pub const LOCATION_CHANGE_COUNT: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 27]), "ChilliSpot-Location-Change-Count");
/// ChilliSpot-Sys-Uptime, `26.14559.40`.
pub const SYS_UPTIME: Attr<Integer> = Attr::new(Path::of(&[26, 14559, 40]), "ChilliSpot-Sys-Uptime");
/// ChilliSpot-Sys-LoadAvg, `26.14559.41`.
pub const SYS_LOADAVG: Attr<Text> = Attr::new(Path::of(&[26, 14559, 41]), "ChilliSpot-Sys-LoadAvg");
/// ChilliSpot-Sys-Memory, `26.14559.42`.
pub const SYS_MEMORY: Attr<Text> = Attr::new(Path::of(&[26, 14559, 42]), "ChilliSpot-Sys-Memory");
/// ChilliSpot-DHCP-Vendor-Class-Id, `26.14559.50`.
pub const DHCP_VENDOR_CLASS_ID: Attr<Octets> =
    Attr::new(Path::of(&[26, 14559, 50]), "ChilliSpot-DHCP-Vendor-Class-Id");
/// ChilliSpot-DHCP-Client-Id, `26.14559.51`.
pub const DHCP_CLIENT_ID: Attr<Octets> = Attr::new(Path::of(&[26, 14559, 51]), "ChilliSpot-DHCP-Client-Id");
/// ChilliSpot-DHCP-Options, `26.14559.52`.
pub const DHCP_OPTIONS: Attr<Octets> = Attr::new(Path::of(&[26, 14559, 52]), "ChilliSpot-DHCP-Options");
/// ChilliSpot-DHCP-Filename, `26.14559.53`.
pub const DHCP_FILENAME: Attr<Text> = Attr::new(Path::of(&[26, 14559, 53]), "ChilliSpot-DHCP-Filename");
/// ChilliSpot-DHCP-Hostname, `26.14559.54`.
pub const DHCP_HOSTNAME: Attr<Text> = Attr::new(Path::of(&[26, 14559, 54]), "ChilliSpot-DHCP-Hostname");
/// ChilliSpot-DHCP-Server-Name, `26.14559.55`.
pub const DHCP_SERVER_NAME: Attr<Text> = Attr::new(Path::of(&[26, 14559, 55]), "ChilliSpot-DHCP-Server-Name");
/// ChilliSpot-DHCP-Client-FQDN, `26.14559.56`.
pub const DHCP_CLIENT_FQDN: Attr<Text> = Attr::new(Path::of(&[26, 14559, 56]), "ChilliSpot-DHCP-Client-FQDN");
/// ChilliSpot-DHCP-Parameter-Request-List, `26.14559.57`.
pub const DHCP_PARAMETER_REQUEST_LIST: Attr<Octets> =
    Attr::new(Path::of(&[26, 14559, 57]), "ChilliSpot-DHCP-Parameter-Request-List");
/// ChilliSpot-DHCP-IP-Address, `26.14559.60`.
pub const DHCP_IP_ADDRESS: Attr<Ipv4> = Attr::new(Path::of(&[26, 14559, 60]), "ChilliSpot-DHCP-IP-Address");
/// ChilliSpot-DHCP-Netmask, `26.14559.61`.
pub const DHCP_NETMASK: Attr<Ipv4> = Attr::new(Path::of(&[26, 14559, 61]), "ChilliSpot-DHCP-Netmask");
/// ChilliSpot-DHCP-DNS1, `26.14559.62`.
pub const DHCP_DNS1: Attr<Ipv4> = Attr::new(Path::of(&[26, 14559, 62]), "ChilliSpot-DHCP-DNS1");
/// ChilliSpot-DHCP-DNS2, `26.14559.63`.
pub const DHCP_DNS2: Attr<Ipv4> = Attr::new(Path::of(&[26, 14559, 63]), "ChilliSpot-DHCP-DNS2");
/// ChilliSpot-DHCP-Gateway, `26.14559.64`.
pub const DHCP_GATEWAY: Attr<Ipv4> = Attr::new(Path::of(&[26, 14559, 64]), "ChilliSpot-DHCP-Gateway");
/// ChilliSpot-DHCP-Domain, `26.14559.65`.
pub const DHCP_DOMAIN: Attr<Text> = Attr::new(Path::of(&[26, 14559, 65]), "ChilliSpot-DHCP-Domain");
/// ChilliSpot-DHCP-Relay, `26.14559.66`.
pub const DHCP_RELAY: Attr<Ipv4> = Attr::new(Path::of(&[26, 14559, 66]), "ChilliSpot-DHCP-Relay");
/// ChilliSpot-Inject-URL, `26.14559.70`.
pub const INJECT_URL: Attr<Text> = Attr::new(Path::of(&[26, 14559, 70]), "ChilliSpot-Inject-URL");
/// ChilliSpot-PostAuthProxy-Address, `26.14559.75`.
pub const POSTAUTHPROXY_ADDRESS: Attr<Ipv4> =
    Attr::new(Path::of(&[26, 14559, 75]), "ChilliSpot-PostAuthProxy-Address");
/// ChilliSpot-PostAuthProxy-Port, `26.14559.76`.
pub const POSTAUTHPROXY_PORT: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 76]), "ChilliSpot-PostAuthProxy-Port");
/// ChilliSpot-Garden-Input-Octets, `26.14559.80`.
pub const GARDEN_INPUT_OCTETS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 80]), "ChilliSpot-Garden-Input-Octets");
/// ChilliSpot-Garden-Output-Octets, `26.14559.81`.
pub const GARDEN_OUTPUT_OCTETS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 81]), "ChilliSpot-Garden-Output-Octets");
/// ChilliSpot-Garden-Input-Gigawords, `26.14559.82`.
pub const GARDEN_INPUT_GIGAWORDS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 82]), "ChilliSpot-Garden-Input-Gigawords");
/// ChilliSpot-Garden-Output-Gigawords, `26.14559.83`.
pub const GARDEN_OUTPUT_GIGAWORDS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 83]), "ChilliSpot-Garden-Output-Gigawords");
/// ChilliSpot-Other-Input-Octets, `26.14559.84`.
pub const OTHER_INPUT_OCTETS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 84]), "ChilliSpot-Other-Input-Octets");
/// ChilliSpot-Other-Output-Octets, `26.14559.85`.
pub const OTHER_OUTPUT_OCTETS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 85]), "ChilliSpot-Other-Output-Octets");
/// ChilliSpot-Other-Input-Gigawords, `26.14559.86`.
pub const OTHER_INPUT_GIGAWORDS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 86]), "ChilliSpot-Other-Input-Gigawords");
/// ChilliSpot-Other-Output-Gigawords, `26.14559.87`.
pub const OTHER_OUTPUT_GIGAWORDS: Attr<Integer> =
    Attr::new(Path::of(&[26, 14559, 87]), "ChilliSpot-Other-Output-Gigawords");
/// ChilliSpot-UAM-Allowed, `26.14559.100`.
pub const UAM_ALLOWED: Attr<Text> = Attr::new(Path::of(&[26, 14559, 100]), "ChilliSpot-UAM-Allowed");
/// ChilliSpot-MAC-Allowed, `26.14559.101`.
pub const MAC_ALLOWED: Attr<Text> = Attr::new(Path::of(&[26, 14559, 101]), "ChilliSpot-MAC-Allowed");
/// ChilliSpot-Interval, `26.14559.102`.
pub const INTERVAL: Attr<Integer> = Attr::new(Path::of(&[26, 14559, 102]), "ChilliSpot-Interval");

enumeration! {
    /// Values of ChilliSpot-Acct-View-Point.
    AcctViewPoint {
        /// ChilliSpot-NAS-View-Point.
        NAS_VIEW_POINT = 1 "ChilliSpot-NAS-View-Point",
        /// ChilliSpot-Client-View-Point.
        CLIENT_VIEW_POINT = 2 "ChilliSpot-Client-View-Point",
    }
}

enumeration! {
    /// Values of ChilliSpot-Session-State.
    SessionState {
        /// Authorized.
        AUTHORIZED = 1 "Authorized",
        /// Not-Authorized.
        NOT_AUTHORIZED = 2 "Not-Authorized",
        /// Started.
        STARTED = 3 "Started",
        /// Stopped.
        STOPPED = 4 "Stopped",
        /// Logout-URL.
        LOGOUT_URL = 10 "Logout-URL",
        /// Idle-Timeout.
        IDLE_TIMEOUT = 11 "Idle-Timeout",
        /// Session-Timeout.
        SESSION_TIMEOUT = 12 "Session-Timeout",
        /// Logout-Time.
        LOGOUT_TIME = 13 "Logout-Time",
        /// Input-Limit.
        INPUT_LIMIT = 14 "Input-Limit",
        /// Output-Limit.
        OUTPUT_LIMIT = 15 "Output-Limit",
        /// Total-Limit.
        TOTAL_LIMIT = 16 "Total-Limit",
        /// Location-Changed.
        LOCATION_CHANGED = 17 "Location-Changed",
    }
}
