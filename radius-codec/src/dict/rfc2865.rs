//! RFC 2865: Remote Authentication Dial In User Service.
//!
//! Generated from `dictionaries/dictionary.rfc2865`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Fixed;
use crate::value::Hidden;
use crate::value::Integer;
use crate::value::Ipv4;
use crate::value::Octets;
use crate::value::Text;
use crate::value::Vsa;

/// User-Name, `1`.
pub const USER_NAME: Attr<Text> = Attr::new(Path::of(&[1]), "User-Name");
/// User-Password, `2`.
pub const USER_PASSWORD: Attr<Hidden> = Attr::new(Path::of(&[2]), "User-Password");
/// CHAP-Password, `3`.
pub const CHAP_PASSWORD: Attr<Fixed<17>> = Attr::new(Path::of(&[3]), "CHAP-Password");
/// NAS-IP-Address, `4`.
pub const NAS_IP_ADDRESS: Attr<Ipv4> = Attr::new(Path::of(&[4]), "NAS-IP-Address");
/// NAS-Port, `5`.
pub const NAS_PORT: Attr<Integer> = Attr::new(Path::of(&[5]), "NAS-Port");
/// Service-Type, `6`.
pub const SERVICE_TYPE: Attr<ServiceType> = Attr::new(Path::of(&[6]), "Service-Type");
/// Framed-Protocol, `7`.
pub const FRAMED_PROTOCOL: Attr<FramedProtocol> = Attr::new(Path::of(&[7]), "Framed-Protocol");
/// Framed-IP-Address, `8`.
pub const FRAMED_IP_ADDRESS: Attr<Ipv4> = Attr::new(Path::of(&[8]), "Framed-IP-Address");
/// Framed-IP-Netmask, `9`.
pub const FRAMED_IP_NETMASK: Attr<Ipv4> = Attr::new(Path::of(&[9]), "Framed-IP-Netmask");
/// Framed-Routing, `10`.
pub const FRAMED_ROUTING: Attr<FramedRouting> = Attr::new(Path::of(&[10]), "Framed-Routing");
/// Filter-Id, `11`.
pub const FILTER_ID: Attr<Text> = Attr::new(Path::of(&[11]), "Filter-Id");
/// Framed-MTU, `12`.
pub const FRAMED_MTU: Attr<Integer> = Attr::new(Path::of(&[12]), "Framed-MTU");
/// Framed-Compression, `13`.
pub const FRAMED_COMPRESSION: Attr<FramedCompression> = Attr::new(Path::of(&[13]), "Framed-Compression");
/// Login-IP-Host, `14`.
pub const LOGIN_IP_HOST: Attr<Ipv4> = Attr::new(Path::of(&[14]), "Login-IP-Host");
/// Login-Service, `15`.
pub const LOGIN_SERVICE: Attr<LoginService> = Attr::new(Path::of(&[15]), "Login-Service");
/// Login-TCP-Port, `16`.
pub const LOGIN_TCP_PORT: Attr<LoginTcpPort> = Attr::new(Path::of(&[16]), "Login-TCP-Port");
/// Reply-Message, `18`.
pub const REPLY_MESSAGE: Attr<Text> = Attr::new(Path::of(&[18]), "Reply-Message");
/// Callback-Number, `19`.
pub const CALLBACK_NUMBER: Attr<Text> = Attr::new(Path::of(&[19]), "Callback-Number");
/// Callback-Id, `20`.
pub const CALLBACK_ID: Attr<Text> = Attr::new(Path::of(&[20]), "Callback-Id");
/// Framed-Route, `22`.
pub const FRAMED_ROUTE: Attr<Text> = Attr::new(Path::of(&[22]), "Framed-Route");
/// Framed-IPX-Network, `23`.
pub const FRAMED_IPX_NETWORK: Attr<Ipv4> = Attr::new(Path::of(&[23]), "Framed-IPX-Network");
/// State, `24`.
pub const STATE: Attr<Octets> = Attr::new(Path::of(&[24]), "State");
/// Class, `25`.
pub const CLASS: Attr<Octets> = Attr::new(Path::of(&[25]), "Class");
/// Vendor-Specific, `26`.
pub const VENDOR_SPECIFIC: Attr<Vsa> = Attr::new(Path::of(&[26]), "Vendor-Specific");
/// Session-Timeout, `27`.
pub const SESSION_TIMEOUT: Attr<Integer> = Attr::new(Path::of(&[27]), "Session-Timeout");
/// Idle-Timeout, `28`.
pub const IDLE_TIMEOUT: Attr<Integer> = Attr::new(Path::of(&[28]), "Idle-Timeout");
/// Termination-Action, `29`.
pub const TERMINATION_ACTION: Attr<TerminationAction> = Attr::new(Path::of(&[29]), "Termination-Action");
/// Called-Station-Id, `30`.
pub const CALLED_STATION_ID: Attr<Text> = Attr::new(Path::of(&[30]), "Called-Station-Id");
/// Calling-Station-Id, `31`.
pub const CALLING_STATION_ID: Attr<Text> = Attr::new(Path::of(&[31]), "Calling-Station-Id");
/// NAS-Identifier, `32`.
pub const NAS_IDENTIFIER: Attr<Text> = Attr::new(Path::of(&[32]), "NAS-Identifier");
/// Proxy-State, `33`.
pub const PROXY_STATE: Attr<Octets> = Attr::new(Path::of(&[33]), "Proxy-State");
/// Login-LAT-Service, `34`.
pub const LOGIN_LAT_SERVICE: Attr<Text> = Attr::new(Path::of(&[34]), "Login-LAT-Service");
/// Login-LAT-Node, `35`.
pub const LOGIN_LAT_NODE: Attr<Text> = Attr::new(Path::of(&[35]), "Login-LAT-Node");
/// Login-LAT-Group, `36`.
pub const LOGIN_LAT_GROUP: Attr<Octets> = Attr::new(Path::of(&[36]), "Login-LAT-Group");
/// Framed-AppleTalk-Link, `37`.
pub const FRAMED_APPLETALK_LINK: Attr<Integer> = Attr::new(Path::of(&[37]), "Framed-AppleTalk-Link");
/// Framed-AppleTalk-Network, `38`.
pub const FRAMED_APPLETALK_NETWORK: Attr<Integer> = Attr::new(Path::of(&[38]), "Framed-AppleTalk-Network");
/// Framed-AppleTalk-Zone, `39`.
pub const FRAMED_APPLETALK_ZONE: Attr<Text> = Attr::new(Path::of(&[39]), "Framed-AppleTalk-Zone");
/// CHAP-Challenge, `60`.
pub const CHAP_CHALLENGE: Attr<Octets> = Attr::new(Path::of(&[60]), "CHAP-Challenge");
/// NAS-Port-Type, `61`.
pub const NAS_PORT_TYPE: Attr<NasPortType> = Attr::new(Path::of(&[61]), "NAS-Port-Type");
/// Port-Limit, `62`.
pub const PORT_LIMIT: Attr<Integer> = Attr::new(Path::of(&[62]), "Port-Limit");
/// Login-LAT-Port, `63`.
pub const LOGIN_LAT_PORT: Attr<Text> = Attr::new(Path::of(&[63]), "Login-LAT-Port");

enumeration! {
    /// Values of Service-Type.
    ServiceType {
        /// Login-User.
        LOGIN_USER = 1 "Login-User",
        /// Framed-User.
        FRAMED_USER = 2 "Framed-User",
        /// Callback-Login-User.
        CALLBACK_LOGIN_USER = 3 "Callback-Login-User",
        /// Callback-Framed-User.
        CALLBACK_FRAMED_USER = 4 "Callback-Framed-User",
        /// Outbound-User.
        OUTBOUND_USER = 5 "Outbound-User",
        /// Administrative-User.
        ADMINISTRATIVE_USER = 6 "Administrative-User",
        /// NAS-Prompt-User.
        NAS_PROMPT_USER = 7 "NAS-Prompt-User",
        /// Authenticate-Only.
        AUTHENTICATE_ONLY = 8 "Authenticate-Only",
        /// Callback-NAS-Prompt.
        CALLBACK_NAS_PROMPT = 9 "Callback-NAS-Prompt",
        /// Call-Check.
        CALL_CHECK = 10 "Call-Check",
        /// Callback-Administrative.
        CALLBACK_ADMINISTRATIVE = 11 "Callback-Administrative",
        /// Voice.
        VOICE = 12 "Voice",
        /// Fax.
        FAX = 13 "Fax",
        /// Modem-Relay.
        MODEM_RELAY = 14 "Modem-Relay",
        /// IAPP-Register.
        IAPP_REGISTER = 15 "IAPP-Register",
        /// IAPP-AP-Check.
        IAPP_AP_CHECK = 16 "IAPP-AP-Check",
        /// Authorize-Only.
        AUTHORIZE_ONLY = 17 "Authorize-Only",
        /// Framed-Management.
        FRAMED_MANAGEMENT = 18 "Framed-Management",
        /// Additional-Authorization.
        ADDITIONAL_AUTHORIZATION = 19 "Additional-Authorization",
        /// ChilliSpot-Authorize-Only.
        CHILLISPOT_AUTHORIZE_ONLY = 954138625 "ChilliSpot-Authorize-Only",
    }
}

enumeration! {
    /// Values of Framed-Protocol.
    FramedProtocol {
        /// PPP.
        PPP = 1 "PPP",
        /// SLIP.
        SLIP = 2 "SLIP",
        /// ARAP.
        ARAP = 3 "ARAP",
        /// Gandalf-SLML.
        GANDALF_SLML = 4 "Gandalf-SLML",
        /// Xylogics-IPX-SLIP.
        XYLOGICS_IPX_SLIP = 5 "Xylogics-IPX-SLIP",
        /// X.75-Synchronous.
        X_75_SYNCHRONOUS = 6 "X.75-Synchronous",
        /// GPRS-PDP-Context.
        GPRS_PDP_CONTEXT = 7 "GPRS-PDP-Context",
    }
}

enumeration! {
    /// Values of Framed-Routing.
    FramedRouting {
        /// None.
        NONE = 0 "None",
        /// Broadcast.
        BROADCAST = 1 "Broadcast",
        /// Listen.
        LISTEN = 2 "Listen",
        /// Broadcast-Listen.
        BROADCAST_LISTEN = 3 "Broadcast-Listen",
    }
}

enumeration! {
    /// Values of Framed-Compression.
    FramedCompression {
        /// None.
        NONE = 0 "None",
        /// Van-Jacobson-TCP-IP.
        VAN_JACOBSON_TCP_IP = 1 "Van-Jacobson-TCP-IP",
        /// IPX-Header-Compression.
        IPX_HEADER_COMPRESSION = 2 "IPX-Header-Compression",
        /// Stac-LZS.
        STAC_LZS = 3 "Stac-LZS",
    }
}

enumeration! {
    /// Values of Login-Service.
    LoginService {
        /// Telnet.
        TELNET = 0 "Telnet",
        /// Rlogin.
        RLOGIN = 1 "Rlogin",
        /// TCP-Clear.
        TCP_CLEAR = 2 "TCP-Clear",
        /// PortMaster.
        PORTMASTER = 3 "PortMaster",
        /// LAT.
        LAT = 4 "LAT",
        /// X25-PAD.
        X25_PAD = 5 "X25-PAD",
        /// X25-T3POS.
        X25_T3POS = 6 "X25-T3POS",
        /// TCP-Clear-Quiet.
        TCP_CLEAR_QUIET = 8 "TCP-Clear-Quiet",
    }
}

enumeration! {
    /// Values of Login-TCP-Port.
    LoginTcpPort {
        /// Telnet.
        TELNET = 23 "Telnet",
        /// Rlogin.
        RLOGIN = 513 "Rlogin",
        /// Rsh.
        RSH = 514 "Rsh",
    }
}

enumeration! {
    /// Values of Termination-Action.
    TerminationAction {
        /// Default.
        DEFAULT = 0 "Default",
        /// RADIUS-Request.
        RADIUS_REQUEST = 1 "RADIUS-Request",
    }
}

enumeration! {
    /// Values of NAS-Port-Type.
    NasPortType {
        /// Async.
        ASYNC = 0 "Async",
        /// Sync.
        SYNC = 1 "Sync",
        /// ISDN.
        ISDN = 2 "ISDN",
        /// ISDN-V120.
        ISDN_V120 = 3 "ISDN-V120",
        /// ISDN-V110.
        ISDN_V110 = 4 "ISDN-V110",
        /// Virtual.
        VIRTUAL = 5 "Virtual",
        /// PIAFS.
        PIAFS = 6 "PIAFS",
        /// HDLC-Clear-Channel.
        HDLC_CLEAR_CHANNEL = 7 "HDLC-Clear-Channel",
        /// X.25.
        X_25 = 8 "X.25",
        /// X.75.
        X_75 = 9 "X.75",
        /// G.3-Fax.
        G_3_FAX = 10 "G.3-Fax",
        /// SDSL.
        SDSL = 11 "SDSL",
        /// ADSL-CAP.
        ADSL_CAP = 12 "ADSL-CAP",
        /// ADSL-DMT.
        ADSL_DMT = 13 "ADSL-DMT",
        /// IDSL.
        IDSL = 14 "IDSL",
        /// Ethernet.
        ETHERNET = 15 "Ethernet",
        /// xDSL.
        XDSL = 16 "xDSL",
        /// Cable.
        CABLE = 17 "Cable",
        /// Wireless-Other.
        WIRELESS_OTHER = 18 "Wireless-Other",
        /// Wireless-802.11.
        WIRELESS_802_11 = 19 "Wireless-802.11",
        /// Token-Ring.
        TOKEN_RING = 20 "Token-Ring",
        /// FDDI.
        FDDI = 21 "FDDI",
        /// Wireless-CDMA2000.
        WIRELESS_CDMA2000 = 22 "Wireless-CDMA2000",
        /// Wireless-UMTS.
        WIRELESS_UMTS = 23 "Wireless-UMTS",
        /// Wireless-1X-EV.
        WIRELESS_1X_EV = 24 "Wireless-1X-EV",
        /// IAPP.
        IAPP = 25 "IAPP",
        /// FTTP.
        FTTP = 26 "FTTP",
        /// Wireless-802.16.
        WIRELESS_802_16 = 27 "Wireless-802.16",
        /// Wireless-802.20.
        WIRELESS_802_20 = 28 "Wireless-802.20",
        /// Wireless-802.22.
        WIRELESS_802_22 = 29 "Wireless-802.22",
        /// PPPoA.
        PPPOA = 30 "PPPoA",
        /// PPPoEoA.
        PPPOEOA = 31 "PPPoEoA",
        /// PPPoEoE.
        PPPOEOE = 32 "PPPoEoE",
        /// PPPoEoVLAN.
        PPPOEOVLAN = 33 "PPPoEoVLAN",
        /// PPPoEoQinQ.
        PPPOEOQINQ = 34 "PPPoEoQinQ",
        /// xPON.
        XPON = 35 "xPON",
        /// Wireless-XGP.
        WIRELESS_XGP = 36 "Wireless-XGP",
    }
}
