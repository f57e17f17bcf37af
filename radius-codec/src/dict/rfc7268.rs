//! RFC 7268: IEEE 802 networks.
//!
//! Generated from `dictionaries/dictionary.rfc7268`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Concat;
use crate::value::Fixed;
use crate::value::Integer;
use crate::value::Octets;
use crate::value::Text;

/// Allowed-Called-Station-Id, `174`.
pub const ALLOWED_CALLED_STATION_ID: Attr<Text> = Attr::new(Path::of(&[174]), "Allowed-Called-Station-Id");
/// EAP-Peer-Id, `175`.
pub const EAP_PEER_ID: Attr<Octets> = Attr::new(Path::of(&[175]), "EAP-Peer-Id");
/// EAP-Server-Id, `176`.
pub const EAP_SERVER_ID: Attr<Octets> = Attr::new(Path::of(&[176]), "EAP-Server-Id");
/// Mobility-Domain-Id, `177`.
pub const MOBILITY_DOMAIN_ID: Attr<Integer> = Attr::new(Path::of(&[177]), "Mobility-Domain-Id");
/// Preauth-Timeout, `178`.
pub const PREAUTH_TIMEOUT: Attr<Integer> = Attr::new(Path::of(&[178]), "Preauth-Timeout");
/// Network-Id-Name, `179`.
pub const NETWORK_ID_NAME: Attr<Octets> = Attr::new(Path::of(&[179]), "Network-Id-Name");
/// EAPoL-Announcement, `180`.
pub const EAPOL_ANNOUNCEMENT: Attr<Concat> = Attr::new(Path::of(&[180]), "EAPoL-Announcement");
/// WLAN-HESSID, `181`.
pub const WLAN_HESSID: Attr<Text> = Attr::new(Path::of(&[181]), "WLAN-HESSID");
/// WLAN-Venue-Info, `182`.
pub const WLAN_VENUE_INFO: Attr<Integer> = Attr::new(Path::of(&[182]), "WLAN-Venue-Info");
/// WLAN-Venue-Language, `183`.
pub const WLAN_VENUE_LANGUAGE: Attr<Fixed<3>> = Attr::new(Path::of(&[183]), "WLAN-Venue-Language");
/// WLAN-Venue-Name, `184`.
pub const WLAN_VENUE_NAME: Attr<Text> = Attr::new(Path::of(&[184]), "WLAN-Venue-Name");
/// WLAN-Reason-Code, `185`.
pub const WLAN_REASON_CODE: Attr<Integer> = Attr::new(Path::of(&[185]), "WLAN-Reason-Code");
/// WLAN-Pairwise-Cipher, `186`.
pub const WLAN_PAIRWISE_CIPHER: Attr<Integer> = Attr::new(Path::of(&[186]), "WLAN-Pairwise-Cipher");
/// WLAN-Group-Cipher, `187`.
pub const WLAN_GROUP_CIPHER: Attr<Integer> = Attr::new(Path::of(&[187]), "WLAN-Group-Cipher");
/// WLAN-AKM-Suite, `188`.
pub const WLAN_AKM_SUITE: Attr<Integer> = Attr::new(Path::of(&[188]), "WLAN-AKM-Suite");
/// WLAN-Group-Mgmt-Cipher, `189`.
pub const WLAN_GROUP_MGMT_CIPHER: Attr<Integer> = Attr::new(Path::of(&[189]), "WLAN-Group-Mgmt-Cipher");
/// WLAN-RF-Band, `190`.
pub const WLAN_RF_BAND: Attr<Integer> = Attr::new(Path::of(&[190]), "WLAN-RF-Band");
