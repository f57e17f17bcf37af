//! RFC 2868: Tunnels.
//!
//! Generated from `dictionaries/dictionary.rfc2868`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Tagged;
use crate::value::TaggedSalted;
use crate::value::Text;

/// Tunnel-Type, `64`.
pub const TUNNEL_TYPE: Attr<Tagged<TunnelType>> = Attr::new(Path::of(&[64]), "Tunnel-Type");
/// Tunnel-Medium-Type, `65`.
pub const TUNNEL_MEDIUM_TYPE: Attr<Tagged<TunnelMediumType>> =
    Attr::new(Path::of(&[65]), "Tunnel-Medium-Type");
/// Tunnel-Client-Endpoint, `66`.
pub const TUNNEL_CLIENT_ENDPOINT: Attr<Tagged<Text>> = Attr::new(Path::of(&[66]), "Tunnel-Client-Endpoint");
/// Tunnel-Server-Endpoint, `67`.
pub const TUNNEL_SERVER_ENDPOINT: Attr<Tagged<Text>> = Attr::new(Path::of(&[67]), "Tunnel-Server-Endpoint");
/// Tunnel-Password, `69`.
pub const TUNNEL_PASSWORD: Attr<TaggedSalted> = Attr::new(Path::of(&[69]), "Tunnel-Password");
/// Tunnel-Private-Group-Id, `81`.
pub const TUNNEL_PRIVATE_GROUP_ID: Attr<Tagged<Text>> = Attr::new(Path::of(&[81]), "Tunnel-Private-Group-Id");
/// Tunnel-Assignment-Id, `82`.
pub const TUNNEL_ASSIGNMENT_ID: Attr<Tagged<Text>> = Attr::new(Path::of(&[82]), "Tunnel-Assignment-Id");
/// Tunnel-Preference, `83`.
pub const TUNNEL_PREFERENCE: Attr<Tagged<Integer>> = Attr::new(Path::of(&[83]), "Tunnel-Preference");
/// Tunnel-Client-Auth-Id, `90`.
pub const TUNNEL_CLIENT_AUTH_ID: Attr<Tagged<Text>> = Attr::new(Path::of(&[90]), "Tunnel-Client-Auth-Id");
/// Tunnel-Server-Auth-Id, `91`.
pub const TUNNEL_SERVER_AUTH_ID: Attr<Tagged<Text>> = Attr::new(Path::of(&[91]), "Tunnel-Server-Auth-Id");

enumeration! {
    /// Values of Tunnel-Type.
    TunnelType {
        /// PPTP.
        PPTP = 1 "PPTP",
        /// L2F.
        L2F = 2 "L2F",
        /// L2TP.
        L2TP = 3 "L2TP",
        /// ATMP.
        ATMP = 4 "ATMP",
        /// VTP.
        VTP = 5 "VTP",
        /// AH.
        AH = 6 "AH",
        /// IP.
        IP = 7 "IP",
        /// MIN-IP.
        MIN_IP = 8 "MIN-IP",
        /// ESP.
        ESP = 9 "ESP",
        /// GRE.
        GRE = 10 "GRE",
        /// DVS.
        DVS = 11 "DVS",
        /// IP-in-IP.
        IP_IN_IP = 12 "IP-in-IP",
        /// VLAN.
        VLAN = 13 "VLAN",
    }
}

enumeration! {
    /// Values of Tunnel-Medium-Type.
    TunnelMediumType {
        /// IPv4.
        IPV4 = 1 "IPv4",
        /// IP.
        IP = 1 "IP",
        /// IPv6.
        IPV6 = 2 "IPv6",
        /// NSAP.
        NSAP = 3 "NSAP",
        /// HDLC.
        HDLC = 4 "HDLC",
        /// BBN-1822.
        BBN_1822 = 5 "BBN-1822",
        /// IEEE-802.
        IEEE_802 = 6 "IEEE-802",
        /// E.163.
        E_163 = 7 "E.163",
        /// E.164.
        E_164 = 8 "E.164",
        /// F.69.
        F_69 = 9 "F.69",
        /// X.121.
        X_121 = 10 "X.121",
        /// IPX.
        IPX = 11 "IPX",
        /// Appletalk.
        APPLETALK = 12 "Appletalk",
        /// DecNet-IV.
        DECNET_IV = 13 "DecNet-IV",
        /// Banyan-Vines.
        BANYAN_VINES = 14 "Banyan-Vines",
        /// E.164-NSAP.
        E_164_NSAP = 15 "E.164-NSAP",
    }
}
