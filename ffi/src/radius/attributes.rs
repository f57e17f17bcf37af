//! Names of attributes.
//! A number up to 255 is a type of its own; the others are made as `FONAP_RADIUS_VENDOR` and `FONAP_RADIUS_EXTENDED` do.

use radius_codec::{Kind, Path};

/// The attribute that a number of the caller's means.
pub(super) fn path(attribute: u64) -> Result<Path, crate::fonap_result> {
    let [v0, v1, v2, v3, t0, t1, t2, t3] = attribute.to_be_bytes();
    let (vendor, kind) = (u32::from_be_bytes([v0, v1, v2, v3]), u32::from_be_bytes([t0, t1, t2, t3]));
    match (vendor, kind) {
        (0, 1..=255) => Ok(Kind(t3).into()),
        // 241.1 and its like: the extended types (RFC 6929).
        (0, 0xf100..=0xf6ff) => Ok(Path::of(&[t2.into(), t3.into()])),
        (1.., _) => Ok(Path::vendor(vendor, kind)),
        _ => Err(crate::fonap_result::Argument),
    }
}

/// User-Name.
pub const FONAP_RADIUS_USER_NAME: u64 = 1;
/// User-Password.
pub const FONAP_RADIUS_USER_PASSWORD: u64 = 2;
/// CHAP-Password.
pub const FONAP_RADIUS_CHAP_PASSWORD: u64 = 3;
/// NAS-IP-Address.
pub const FONAP_RADIUS_NAS_IP_ADDRESS: u64 = 4;
/// NAS-Port.
pub const FONAP_RADIUS_NAS_PORT: u64 = 5;
/// Service-Type.
pub const FONAP_RADIUS_SERVICE_TYPE: u64 = 6;
/// Framed-Protocol.
pub const FONAP_RADIUS_FRAMED_PROTOCOL: u64 = 7;
/// Framed-IP-Address.
pub const FONAP_RADIUS_FRAMED_IP_ADDRESS: u64 = 8;
/// Framed-IP-Netmask.
pub const FONAP_RADIUS_FRAMED_IP_NETMASK: u64 = 9;
/// Framed-Routing.
pub const FONAP_RADIUS_FRAMED_ROUTING: u64 = 10;
/// Filter-Id.
pub const FONAP_RADIUS_FILTER_ID: u64 = 11;
/// Framed-MTU.
pub const FONAP_RADIUS_FRAMED_MTU: u64 = 12;
/// Framed-Compression.
pub const FONAP_RADIUS_FRAMED_COMPRESSION: u64 = 13;
/// Login-IP-Host.
pub const FONAP_RADIUS_LOGIN_IP_HOST: u64 = 14;
/// Login-Service.
pub const FONAP_RADIUS_LOGIN_SERVICE: u64 = 15;
/// Login-TCP-Port.
pub const FONAP_RADIUS_LOGIN_TCP_PORT: u64 = 16;
/// Reply-Message.
pub const FONAP_RADIUS_REPLY_MESSAGE: u64 = 18;
/// Callback-Number.
pub const FONAP_RADIUS_CALLBACK_NUMBER: u64 = 19;
/// Callback-Id.
pub const FONAP_RADIUS_CALLBACK_ID: u64 = 20;
/// Framed-Route.
pub const FONAP_RADIUS_FRAMED_ROUTE: u64 = 22;
/// Framed-IPX-Network.
pub const FONAP_RADIUS_FRAMED_IPX_NETWORK: u64 = 23;
/// State.
pub const FONAP_RADIUS_STATE: u64 = 24;
/// Class.
pub const FONAP_RADIUS_CLASS: u64 = 25;
/// Vendor-Specific.
pub const FONAP_RADIUS_VENDOR_SPECIFIC: u64 = 26;
/// Session-Timeout.
pub const FONAP_RADIUS_SESSION_TIMEOUT: u64 = 27;
/// Idle-Timeout.
pub const FONAP_RADIUS_IDLE_TIMEOUT: u64 = 28;
/// Termination-Action.
pub const FONAP_RADIUS_TERMINATION_ACTION: u64 = 29;
/// Called-Station-Id.
pub const FONAP_RADIUS_CALLED_STATION_ID: u64 = 30;
/// Calling-Station-Id.
pub const FONAP_RADIUS_CALLING_STATION_ID: u64 = 31;
/// NAS-Identifier.
pub const FONAP_RADIUS_NAS_IDENTIFIER: u64 = 32;
/// Proxy-State.
pub const FONAP_RADIUS_PROXY_STATE: u64 = 33;
/// Login-LAT-Service.
pub const FONAP_RADIUS_LOGIN_LAT_SERVICE: u64 = 34;
/// Login-LAT-Node.
pub const FONAP_RADIUS_LOGIN_LAT_NODE: u64 = 35;
/// Login-LAT-Group.
pub const FONAP_RADIUS_LOGIN_LAT_GROUP: u64 = 36;
/// Framed-AppleTalk-Link.
pub const FONAP_RADIUS_FRAMED_APPLETALK_LINK: u64 = 37;
/// Framed-AppleTalk-Network.
pub const FONAP_RADIUS_FRAMED_APPLETALK_NETWORK: u64 = 38;
/// Framed-AppleTalk-Zone.
pub const FONAP_RADIUS_FRAMED_APPLETALK_ZONE: u64 = 39;
/// CHAP-Challenge.
pub const FONAP_RADIUS_CHAP_CHALLENGE: u64 = 60;
/// NAS-Port-Type.
pub const FONAP_RADIUS_NAS_PORT_TYPE: u64 = 61;
/// Port-Limit.
pub const FONAP_RADIUS_PORT_LIMIT: u64 = 62;
/// Login-LAT-Port.
pub const FONAP_RADIUS_LOGIN_LAT_PORT: u64 = 63;
/// Acct-Status-Type.
pub const FONAP_RADIUS_ACCT_STATUS_TYPE: u64 = 40;
/// Acct-Delay-Time.
pub const FONAP_RADIUS_ACCT_DELAY_TIME: u64 = 41;
/// Acct-Input-Octets.
pub const FONAP_RADIUS_ACCT_INPUT_OCTETS: u64 = 42;
/// Acct-Output-Octets.
pub const FONAP_RADIUS_ACCT_OUTPUT_OCTETS: u64 = 43;
/// Acct-Session-Id.
pub const FONAP_RADIUS_ACCT_SESSION_ID: u64 = 44;
/// Acct-Authentic.
pub const FONAP_RADIUS_ACCT_AUTHENTIC: u64 = 45;
/// Acct-Session-Time.
pub const FONAP_RADIUS_ACCT_SESSION_TIME: u64 = 46;
/// Acct-Input-Packets.
pub const FONAP_RADIUS_ACCT_INPUT_PACKETS: u64 = 47;
/// Acct-Output-Packets.
pub const FONAP_RADIUS_ACCT_OUTPUT_PACKETS: u64 = 48;
/// Acct-Terminate-Cause.
pub const FONAP_RADIUS_ACCT_TERMINATE_CAUSE: u64 = 49;
/// Acct-Multi-Session-Id.
pub const FONAP_RADIUS_ACCT_MULTI_SESSION_ID: u64 = 50;
/// Acct-Link-Count.
pub const FONAP_RADIUS_ACCT_LINK_COUNT: u64 = 51;
/// Acct-Tunnel-Connection.
pub const FONAP_RADIUS_ACCT_TUNNEL_CONNECTION: u64 = 68;
/// Acct-Tunnel-Packets-Lost.
pub const FONAP_RADIUS_ACCT_TUNNEL_PACKETS_LOST: u64 = 86;
/// Tunnel-Type.
pub const FONAP_RADIUS_TUNNEL_TYPE: u64 = 64;
/// Tunnel-Medium-Type.
pub const FONAP_RADIUS_TUNNEL_MEDIUM_TYPE: u64 = 65;
/// Tunnel-Client-Endpoint.
pub const FONAP_RADIUS_TUNNEL_CLIENT_ENDPOINT: u64 = 66;
/// Tunnel-Server-Endpoint.
pub const FONAP_RADIUS_TUNNEL_SERVER_ENDPOINT: u64 = 67;
/// Tunnel-Password.
pub const FONAP_RADIUS_TUNNEL_PASSWORD: u64 = 69;
/// Tunnel-Private-Group-Id.
pub const FONAP_RADIUS_TUNNEL_PRIVATE_GROUP_ID: u64 = 81;
/// Tunnel-Assignment-Id.
pub const FONAP_RADIUS_TUNNEL_ASSIGNMENT_ID: u64 = 82;
/// Tunnel-Preference.
pub const FONAP_RADIUS_TUNNEL_PREFERENCE: u64 = 83;
/// Tunnel-Client-Auth-Id.
pub const FONAP_RADIUS_TUNNEL_CLIENT_AUTH_ID: u64 = 90;
/// Tunnel-Server-Auth-Id.
pub const FONAP_RADIUS_TUNNEL_SERVER_AUTH_ID: u64 = 91;
/// Acct-Input-Gigawords.
pub const FONAP_RADIUS_ACCT_INPUT_GIGAWORDS: u64 = 52;
/// Acct-Output-Gigawords.
pub const FONAP_RADIUS_ACCT_OUTPUT_GIGAWORDS: u64 = 53;
/// Event-Timestamp.
pub const FONAP_RADIUS_EVENT_TIMESTAMP: u64 = 55;
/// ARAP-Password.
pub const FONAP_RADIUS_ARAP_PASSWORD: u64 = 70;
/// ARAP-Features.
pub const FONAP_RADIUS_ARAP_FEATURES: u64 = 71;
/// ARAP-Zone-Access.
pub const FONAP_RADIUS_ARAP_ZONE_ACCESS: u64 = 72;
/// ARAP-Security.
pub const FONAP_RADIUS_ARAP_SECURITY: u64 = 73;
/// ARAP-Security-Data.
pub const FONAP_RADIUS_ARAP_SECURITY_DATA: u64 = 74;
/// Password-Retry.
pub const FONAP_RADIUS_PASSWORD_RETRY: u64 = 75;
/// Prompt.
pub const FONAP_RADIUS_PROMPT: u64 = 76;
/// Connect-Info.
pub const FONAP_RADIUS_CONNECT_INFO: u64 = 77;
/// Configuration-Token.
pub const FONAP_RADIUS_CONFIGURATION_TOKEN: u64 = 78;
/// EAP-Message.
pub const FONAP_RADIUS_EAP_MESSAGE: u64 = 79;
/// Message-Authenticator.
pub const FONAP_RADIUS_MESSAGE_AUTHENTICATOR: u64 = 80;
/// ARAP-Challenge-Response.
pub const FONAP_RADIUS_ARAP_CHALLENGE_RESPONSE: u64 = 84;
/// Acct-Interim-Interval.
pub const FONAP_RADIUS_ACCT_INTERIM_INTERVAL: u64 = 85;
/// NAS-Port-Id.
pub const FONAP_RADIUS_NAS_PORT_ID: u64 = 87;
/// Framed-Pool.
pub const FONAP_RADIUS_FRAMED_POOL: u64 = 88;
/// NAS-IPv6-Address.
pub const FONAP_RADIUS_NAS_IPV6_ADDRESS: u64 = 95;
/// Framed-Interface-Id.
pub const FONAP_RADIUS_FRAMED_INTERFACE_ID: u64 = 96;
/// Framed-IPv6-Prefix.
pub const FONAP_RADIUS_FRAMED_IPV6_PREFIX: u64 = 97;
/// Login-IPv6-Host.
pub const FONAP_RADIUS_LOGIN_IPV6_HOST: u64 = 98;
/// Framed-IPv6-Route.
pub const FONAP_RADIUS_FRAMED_IPV6_ROUTE: u64 = 99;
/// Framed-IPv6-Pool.
pub const FONAP_RADIUS_FRAMED_IPV6_POOL: u64 = 100;
/// Error-Cause.
pub const FONAP_RADIUS_ERROR_CAUSE: u64 = 101;
/// EAP-Key-Name.
pub const FONAP_RADIUS_EAP_KEY_NAME: u64 = 102;
/// Chargeable-User-Identity.
pub const FONAP_RADIUS_CHARGEABLE_USER_IDENTITY: u64 = 89;
/// Operator-Name.
pub const FONAP_RADIUS_OPERATOR_NAME: u64 = 126;
/// Location-Information.
pub const FONAP_RADIUS_LOCATION_INFORMATION: u64 = 127;
/// Location-Data.
pub const FONAP_RADIUS_LOCATION_DATA: u64 = 128;
/// Allowed-Called-Station-Id.
pub const FONAP_RADIUS_ALLOWED_CALLED_STATION_ID: u64 = 174;
/// EAP-Peer-Id.
pub const FONAP_RADIUS_EAP_PEER_ID: u64 = 175;
/// EAP-Server-Id.
pub const FONAP_RADIUS_EAP_SERVER_ID: u64 = 176;
/// Mobility-Domain-Id.
pub const FONAP_RADIUS_MOBILITY_DOMAIN_ID: u64 = 177;
/// Preauth-Timeout.
pub const FONAP_RADIUS_PREAUTH_TIMEOUT: u64 = 178;
/// Network-Id-Name.
pub const FONAP_RADIUS_NETWORK_ID_NAME: u64 = 179;
/// EAPoL-Announcement.
pub const FONAP_RADIUS_EAPOL_ANNOUNCEMENT: u64 = 180;
/// WLAN-HESSID.
pub const FONAP_RADIUS_WLAN_HESSID: u64 = 181;
/// WLAN-Venue-Info.
pub const FONAP_RADIUS_WLAN_VENUE_INFO: u64 = 182;
/// WLAN-Venue-Language.
pub const FONAP_RADIUS_WLAN_VENUE_LANGUAGE: u64 = 183;
/// WLAN-Venue-Name.
pub const FONAP_RADIUS_WLAN_VENUE_NAME: u64 = 184;
/// WLAN-Reason-Code.
pub const FONAP_RADIUS_WLAN_REASON_CODE: u64 = 185;
/// WLAN-Pairwise-Cipher.
pub const FONAP_RADIUS_WLAN_PAIRWISE_CIPHER: u64 = 186;
/// WLAN-Group-Cipher.
pub const FONAP_RADIUS_WLAN_GROUP_CIPHER: u64 = 187;
/// WLAN-AKM-Suite.
pub const FONAP_RADIUS_WLAN_AKM_SUITE: u64 = 188;
/// WLAN-Group-Mgmt-Cipher.
pub const FONAP_RADIUS_WLAN_GROUP_MGMT_CIPHER: u64 = 189;
/// WLAN-RF-Band.
pub const FONAP_RADIUS_WLAN_RF_BAND: u64 = 190;
/// MS-CHAP-Response.
pub const FONAP_RADIUS_MS_CHAP_RESPONSE: u64 = 0x13700000001;
/// MS-CHAP-Error.
pub const FONAP_RADIUS_MS_CHAP_ERROR: u64 = 0x13700000002;
/// MS-CHAP-CPW-1.
pub const FONAP_RADIUS_MS_CHAP_CPW_1: u64 = 0x13700000003;
/// MS-CHAP-CPW-2.
pub const FONAP_RADIUS_MS_CHAP_CPW_2: u64 = 0x13700000004;
/// MS-CHAP-LM-Enc-PW.
pub const FONAP_RADIUS_MS_CHAP_LM_ENC_PW: u64 = 0x13700000005;
/// MS-CHAP-NT-Enc-PW.
pub const FONAP_RADIUS_MS_CHAP_NT_ENC_PW: u64 = 0x13700000006;
/// MS-MPPE-Encryption-Policy.
pub const FONAP_RADIUS_MS_MPPE_ENCRYPTION_POLICY: u64 = 0x13700000007;
/// MS-MPPE-Encryption-Type.
pub const FONAP_RADIUS_MS_MPPE_ENCRYPTION_TYPE: u64 = 0x13700000008;
/// MS-RAS-Vendor.
pub const FONAP_RADIUS_MS_RAS_VENDOR: u64 = 0x13700000009;
/// MS-CHAP-Domain.
pub const FONAP_RADIUS_MS_CHAP_DOMAIN: u64 = 0x1370000000a;
/// MS-CHAP-Challenge.
pub const FONAP_RADIUS_MS_CHAP_CHALLENGE: u64 = 0x1370000000b;
/// MS-CHAP-MPPE-Keys.
pub const FONAP_RADIUS_MS_CHAP_MPPE_KEYS: u64 = 0x1370000000c;
/// MS-BAP-Usage.
pub const FONAP_RADIUS_MS_BAP_USAGE: u64 = 0x1370000000d;
/// MS-Link-Utilization-Threshold.
pub const FONAP_RADIUS_MS_LINK_UTILIZATION_THRESHOLD: u64 = 0x1370000000e;
/// MS-Link-Drop-Time-Limit.
pub const FONAP_RADIUS_MS_LINK_DROP_TIME_LIMIT: u64 = 0x1370000000f;
/// MS-MPPE-Send-Key.
pub const FONAP_RADIUS_MS_MPPE_SEND_KEY: u64 = 0x13700000010;
/// MS-MPPE-Recv-Key.
pub const FONAP_RADIUS_MS_MPPE_RECV_KEY: u64 = 0x13700000011;
/// MS-RAS-Version.
pub const FONAP_RADIUS_MS_RAS_VERSION: u64 = 0x13700000012;
/// MS-Old-ARAP-Password.
pub const FONAP_RADIUS_MS_OLD_ARAP_PASSWORD: u64 = 0x13700000013;
/// MS-New-ARAP-Password.
pub const FONAP_RADIUS_MS_NEW_ARAP_PASSWORD: u64 = 0x13700000014;
/// MS-ARAP-PW-Change-Reason.
pub const FONAP_RADIUS_MS_ARAP_PW_CHANGE_REASON: u64 = 0x13700000015;
/// MS-Filter.
pub const FONAP_RADIUS_MS_FILTER: u64 = 0x13700000016;
/// MS-Acct-Auth-Type.
pub const FONAP_RADIUS_MS_ACCT_AUTH_TYPE: u64 = 0x13700000017;
/// MS-Acct-EAP-Type.
pub const FONAP_RADIUS_MS_ACCT_EAP_TYPE: u64 = 0x13700000018;
/// MS-CHAP2-Response.
pub const FONAP_RADIUS_MS_CHAP2_RESPONSE: u64 = 0x13700000019;
/// MS-CHAP2-Success.
pub const FONAP_RADIUS_MS_CHAP2_SUCCESS: u64 = 0x1370000001a;
/// MS-CHAP2-CPW.
pub const FONAP_RADIUS_MS_CHAP2_CPW: u64 = 0x1370000001b;
/// MS-Primary-DNS-Server.
pub const FONAP_RADIUS_MS_PRIMARY_DNS_SERVER: u64 = 0x1370000001c;
/// MS-Secondary-DNS-Server.
pub const FONAP_RADIUS_MS_SECONDARY_DNS_SERVER: u64 = 0x1370000001d;
/// MS-Primary-NBNS-Server.
pub const FONAP_RADIUS_MS_PRIMARY_NBNS_SERVER: u64 = 0x1370000001e;
/// MS-Secondary-NBNS-Server.
pub const FONAP_RADIUS_MS_SECONDARY_NBNS_SERVER: u64 = 0x1370000001f;
/// MS-RAS-Client-Name.
pub const FONAP_RADIUS_MS_RAS_CLIENT_NAME: u64 = 0x13700000022;
/// MS-RAS-Client-Version.
pub const FONAP_RADIUS_MS_RAS_CLIENT_VERSION: u64 = 0x13700000023;
/// MS-Quarantine-IPFilter.
pub const FONAP_RADIUS_MS_QUARANTINE_IPFILTER: u64 = 0x13700000024;
/// MS-Quarantine-Session-Timeout.
pub const FONAP_RADIUS_MS_QUARANTINE_SESSION_TIMEOUT: u64 = 0x13700000025;
/// MS-User-Security-Identity.
pub const FONAP_RADIUS_MS_USER_SECURITY_IDENTITY: u64 = 0x13700000028;
/// MS-Identity-Type.
pub const FONAP_RADIUS_MS_IDENTITY_TYPE: u64 = 0x13700000029;
/// MS-Service-Class.
pub const FONAP_RADIUS_MS_SERVICE_CLASS: u64 = 0x1370000002a;
/// MS-Quarantine-User-Class.
pub const FONAP_RADIUS_MS_QUARANTINE_USER_CLASS: u64 = 0x1370000002c;
/// MS-Quarantine-State.
pub const FONAP_RADIUS_MS_QUARANTINE_STATE: u64 = 0x1370000002d;
/// MS-Quarantine-Grace-Time.
pub const FONAP_RADIUS_MS_QUARANTINE_GRACE_TIME: u64 = 0x1370000002e;
/// MS-Network-Access-Server-Type.
pub const FONAP_RADIUS_MS_NETWORK_ACCESS_SERVER_TYPE: u64 = 0x1370000002f;
/// MS-AFW-Zone.
pub const FONAP_RADIUS_MS_AFW_ZONE: u64 = 0x13700000030;
/// MS-AFW-Protection-Level.
pub const FONAP_RADIUS_MS_AFW_PROTECTION_LEVEL: u64 = 0x13700000031;
/// MS-Machine-Name.
pub const FONAP_RADIUS_MS_MACHINE_NAME: u64 = 0x13700000032;
/// MS-IPv6-Filter.
pub const FONAP_RADIUS_MS_IPV6_FILTER: u64 = 0x13700000033;
/// MS-IPv4-Remediation-Servers.
pub const FONAP_RADIUS_MS_IPV4_REMEDIATION_SERVERS: u64 = 0x13700000034;
/// MS-IPv6-Remediation-Servers.
pub const FONAP_RADIUS_MS_IPV6_REMEDIATION_SERVERS: u64 = 0x13700000035;
/// MS-RNAP-Not-Quarantine-Capable.
pub const FONAP_RADIUS_MS_RNAP_NOT_QUARANTINE_CAPABLE: u64 = 0x13700000036;
/// MS-Quarantine-SOH.
pub const FONAP_RADIUS_MS_QUARANTINE_SOH: u64 = 0x13700000037;
/// MS-RAS-Correlation.
pub const FONAP_RADIUS_MS_RAS_CORRELATION: u64 = 0x13700000038;
/// MS-Extended-Quarantine-State.
pub const FONAP_RADIUS_MS_EXTENDED_QUARANTINE_STATE: u64 = 0x13700000039;
/// MS-HCAP-User-Groups.
pub const FONAP_RADIUS_MS_HCAP_USER_GROUPS: u64 = 0x1370000003a;
/// MS-HCAP-Location-Group-Name.
pub const FONAP_RADIUS_MS_HCAP_LOCATION_GROUP_NAME: u64 = 0x1370000003b;
/// MS-HCAP-User-Name.
pub const FONAP_RADIUS_MS_HCAP_USER_NAME: u64 = 0x1370000003c;
/// MS-User-IPv4-Address.
pub const FONAP_RADIUS_MS_USER_IPV4_ADDRESS: u64 = 0x1370000003d;
/// MS-User-IPv6-Address.
pub const FONAP_RADIUS_MS_USER_IPV6_ADDRESS: u64 = 0x1370000003e;
/// MS-TSG-Device-Redirection.
pub const FONAP_RADIUS_MS_TSG_DEVICE_REDIRECTION: u64 = 0x1370000003f;
/// WISPr-Location-ID.
pub const FONAP_RADIUS_WISPR_LOCATION_ID: u64 = 0x372a00000001;
/// WISPr-Location-Name.
pub const FONAP_RADIUS_WISPR_LOCATION_NAME: u64 = 0x372a00000002;
/// WISPr-Logoff-URL.
pub const FONAP_RADIUS_WISPR_LOGOFF_URL: u64 = 0x372a00000003;
/// WISPr-Redirection-URL.
pub const FONAP_RADIUS_WISPR_REDIRECTION_URL: u64 = 0x372a00000004;
/// WISPr-Bandwidth-Min-Up.
pub const FONAP_RADIUS_WISPR_BANDWIDTH_MIN_UP: u64 = 0x372a00000005;
/// WISPr-Bandwidth-Min-Down.
pub const FONAP_RADIUS_WISPR_BANDWIDTH_MIN_DOWN: u64 = 0x372a00000006;
/// WISPr-Bandwidth-Max-Up.
pub const FONAP_RADIUS_WISPR_BANDWIDTH_MAX_UP: u64 = 0x372a00000007;
/// WISPr-Bandwidth-Max-Down.
pub const FONAP_RADIUS_WISPR_BANDWIDTH_MAX_DOWN: u64 = 0x372a00000008;
/// WISPr-Session-Terminate-Time.
pub const FONAP_RADIUS_WISPR_SESSION_TERMINATE_TIME: u64 = 0x372a00000009;
/// WISPr-Session-Terminate-End-Of-Day.
pub const FONAP_RADIUS_WISPR_SESSION_TERMINATE_END_OF_DAY: u64 = 0x372a0000000a;
/// WISPr-Billing-Class-Of-Service.
pub const FONAP_RADIUS_WISPR_BILLING_CLASS_OF_SERVICE: u64 = 0x372a0000000b;
/// ChilliSpot-Max-Input-Octets.
pub const FONAP_RADIUS_CHILLISPOT_MAX_INPUT_OCTETS: u64 = 0x38df00000001;
/// ChilliSpot-Max-Output-Octets.
pub const FONAP_RADIUS_CHILLISPOT_MAX_OUTPUT_OCTETS: u64 = 0x38df00000002;
/// ChilliSpot-Max-Total-Octets.
pub const FONAP_RADIUS_CHILLISPOT_MAX_TOTAL_OCTETS: u64 = 0x38df00000003;
/// ChilliSpot-Bandwidth-Max-Up.
pub const FONAP_RADIUS_CHILLISPOT_BANDWIDTH_MAX_UP: u64 = 0x38df00000004;
/// ChilliSpot-Bandwidth-Max-Down.
pub const FONAP_RADIUS_CHILLISPOT_BANDWIDTH_MAX_DOWN: u64 = 0x38df00000005;
/// ChilliSpot-Config.
pub const FONAP_RADIUS_CHILLISPOT_CONFIG: u64 = 0x38df00000006;
/// ChilliSpot-Lang.
pub const FONAP_RADIUS_CHILLISPOT_LANG: u64 = 0x38df00000007;
/// ChilliSpot-Version.
pub const FONAP_RADIUS_CHILLISPOT_VERSION: u64 = 0x38df00000008;
/// ChilliSpot-OriginalURL.
pub const FONAP_RADIUS_CHILLISPOT_ORIGINALURL: u64 = 0x38df00000009;
/// ChilliSpot-Acct-View-Point.
pub const FONAP_RADIUS_CHILLISPOT_ACCT_VIEW_POINT: u64 = 0x38df0000000a;
/// ChilliSpot-Require-UAM.
pub const FONAP_RADIUS_CHILLISPOT_REQUIRE_UAM: u64 = 0x38df0000000b;
/// ChilliSpot-Require-Splash.
pub const FONAP_RADIUS_CHILLISPOT_REQUIRE_SPLASH: u64 = 0x38df0000000c;
/// ChilliSpot-Route-To-Interface.
pub const FONAP_RADIUS_CHILLISPOT_ROUTE_TO_INTERFACE: u64 = 0x38df0000000d;
/// ChilliSpot-Config-File.
pub const FONAP_RADIUS_CHILLISPOT_CONFIG_FILE: u64 = 0x38df0000000e;
/// ChilliSpot-Session-State.
pub const FONAP_RADIUS_CHILLISPOT_SESSION_STATE: u64 = 0x38df0000000f;
/// ChilliSpot-Session-Id.
pub const FONAP_RADIUS_CHILLISPOT_SESSION_ID: u64 = 0x38df00000010;
/// ChilliSpot-AP-Session-Id.
pub const FONAP_RADIUS_CHILLISPOT_AP_SESSION_ID: u64 = 0x38df00000011;
/// ChilliSpot-User-Agent.
pub const FONAP_RADIUS_CHILLISPOT_USER_AGENT: u64 = 0x38df00000012;
/// ChilliSpot-Accept-Language.
pub const FONAP_RADIUS_CHILLISPOT_ACCEPT_LANGUAGE: u64 = 0x38df00000013;
/// ChilliSpot-Max-Input-Gigawords.
pub const FONAP_RADIUS_CHILLISPOT_MAX_INPUT_GIGAWORDS: u64 = 0x38df00000015;
/// ChilliSpot-Max-Output-Gigawords.
pub const FONAP_RADIUS_CHILLISPOT_MAX_OUTPUT_GIGAWORDS: u64 = 0x38df00000016;
/// ChilliSpot-Max-Total-Gigawords.
pub const FONAP_RADIUS_CHILLISPOT_MAX_TOTAL_GIGAWORDS: u64 = 0x38df00000017;
/// ChilliSpot-VLAN-Id.
pub const FONAP_RADIUS_CHILLISPOT_VLAN_ID: u64 = 0x38df00000018;
/// ChilliSpot-Location.
pub const FONAP_RADIUS_CHILLISPOT_LOCATION: u64 = 0x38df00000019;
/// ChilliSpot-Old-Location.
pub const FONAP_RADIUS_CHILLISPOT_OLD_LOCATION: u64 = 0x38df0000001a;
/// ChilliSpot-Location-Change-Count.
pub const FONAP_RADIUS_CHILLISPOT_LOCATION_CHANGE_COUNT: u64 = 0x38df0000001b;
/// ChilliSpot-Sys-Uptime.
pub const FONAP_RADIUS_CHILLISPOT_SYS_UPTIME: u64 = 0x38df00000028;
/// ChilliSpot-Sys-LoadAvg.
pub const FONAP_RADIUS_CHILLISPOT_SYS_LOADAVG: u64 = 0x38df00000029;
/// ChilliSpot-Sys-Memory.
pub const FONAP_RADIUS_CHILLISPOT_SYS_MEMORY: u64 = 0x38df0000002a;
/// ChilliSpot-DHCP-Vendor-Class-Id.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_VENDOR_CLASS_ID: u64 = 0x38df00000032;
/// ChilliSpot-DHCP-Client-Id.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_CLIENT_ID: u64 = 0x38df00000033;
/// ChilliSpot-DHCP-Options.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_OPTIONS: u64 = 0x38df00000034;
/// ChilliSpot-DHCP-Filename.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_FILENAME: u64 = 0x38df00000035;
/// ChilliSpot-DHCP-Hostname.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_HOSTNAME: u64 = 0x38df00000036;
/// ChilliSpot-DHCP-Server-Name.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_SERVER_NAME: u64 = 0x38df00000037;
/// ChilliSpot-DHCP-Client-FQDN.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_CLIENT_FQDN: u64 = 0x38df00000038;
/// ChilliSpot-DHCP-Parameter-Request-List.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_PARAMETER_REQUEST_LIST: u64 = 0x38df00000039;
/// ChilliSpot-DHCP-IP-Address.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_IP_ADDRESS: u64 = 0x38df0000003c;
/// ChilliSpot-DHCP-Netmask.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_NETMASK: u64 = 0x38df0000003d;
/// ChilliSpot-DHCP-DNS1.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_DNS1: u64 = 0x38df0000003e;
/// ChilliSpot-DHCP-DNS2.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_DNS2: u64 = 0x38df0000003f;
/// ChilliSpot-DHCP-Gateway.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_GATEWAY: u64 = 0x38df00000040;
/// ChilliSpot-DHCP-Domain.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_DOMAIN: u64 = 0x38df00000041;
/// ChilliSpot-DHCP-Relay.
pub const FONAP_RADIUS_CHILLISPOT_DHCP_RELAY: u64 = 0x38df00000042;
/// ChilliSpot-Inject-URL.
pub const FONAP_RADIUS_CHILLISPOT_INJECT_URL: u64 = 0x38df00000046;
/// ChilliSpot-PostAuthProxy-Address.
pub const FONAP_RADIUS_CHILLISPOT_POSTAUTHPROXY_ADDRESS: u64 = 0x38df0000004b;
/// ChilliSpot-PostAuthProxy-Port.
pub const FONAP_RADIUS_CHILLISPOT_POSTAUTHPROXY_PORT: u64 = 0x38df0000004c;
/// ChilliSpot-Garden-Input-Octets.
pub const FONAP_RADIUS_CHILLISPOT_GARDEN_INPUT_OCTETS: u64 = 0x38df00000050;
/// ChilliSpot-Garden-Output-Octets.
pub const FONAP_RADIUS_CHILLISPOT_GARDEN_OUTPUT_OCTETS: u64 = 0x38df00000051;
/// ChilliSpot-Garden-Input-Gigawords.
pub const FONAP_RADIUS_CHILLISPOT_GARDEN_INPUT_GIGAWORDS: u64 = 0x38df00000052;
/// ChilliSpot-Garden-Output-Gigawords.
pub const FONAP_RADIUS_CHILLISPOT_GARDEN_OUTPUT_GIGAWORDS: u64 = 0x38df00000053;
/// ChilliSpot-Other-Input-Octets.
pub const FONAP_RADIUS_CHILLISPOT_OTHER_INPUT_OCTETS: u64 = 0x38df00000054;
/// ChilliSpot-Other-Output-Octets.
pub const FONAP_RADIUS_CHILLISPOT_OTHER_OUTPUT_OCTETS: u64 = 0x38df00000055;
/// ChilliSpot-Other-Input-Gigawords.
pub const FONAP_RADIUS_CHILLISPOT_OTHER_INPUT_GIGAWORDS: u64 = 0x38df00000056;
/// ChilliSpot-Other-Output-Gigawords.
pub const FONAP_RADIUS_CHILLISPOT_OTHER_OUTPUT_GIGAWORDS: u64 = 0x38df00000057;
/// ChilliSpot-UAM-Allowed.
pub const FONAP_RADIUS_CHILLISPOT_UAM_ALLOWED: u64 = 0x38df00000064;
/// ChilliSpot-MAC-Allowed.
pub const FONAP_RADIUS_CHILLISPOT_MAC_ALLOWED: u64 = 0x38df00000065;
/// ChilliSpot-Interval.
pub const FONAP_RADIUS_CHILLISPOT_INTERVAL: u64 = 0x38df00000066;
