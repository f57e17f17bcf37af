//! Microsoft, vendor 311.
//!
//! Generated from `dictionaries/dictionary.microsoft`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Fixed;
use crate::value::Hidden;
use crate::value::Integer;
use crate::value::Ipv4;
use crate::value::Ipv6;
use crate::value::Octets;
use crate::value::Salted;
use crate::value::Text;

/// The vendor number.
pub const VENDOR: u32 = 311;

/// MS-CHAP-Response, `26.311.1`.
pub const CHAP_RESPONSE: Attr<Fixed<50>> = Attr::new(Path::of(&[26, 311, 1]), "MS-CHAP-Response");
/// MS-CHAP-Error, `26.311.2`.
pub const CHAP_ERROR: Attr<Text> = Attr::new(Path::of(&[26, 311, 2]), "MS-CHAP-Error");
/// MS-CHAP-CPW-1, `26.311.3`.
pub const CHAP_CPW_1: Attr<Fixed<70>> = Attr::new(Path::of(&[26, 311, 3]), "MS-CHAP-CPW-1");
/// MS-CHAP-CPW-2, `26.311.4`.
pub const CHAP_CPW_2: Attr<Fixed<84>> = Attr::new(Path::of(&[26, 311, 4]), "MS-CHAP-CPW-2");
/// MS-CHAP-LM-Enc-PW, `26.311.5`.
pub const CHAP_LM_ENC_PW: Attr<Octets> = Attr::new(Path::of(&[26, 311, 5]), "MS-CHAP-LM-Enc-PW");
/// MS-CHAP-NT-Enc-PW, `26.311.6`.
pub const CHAP_NT_ENC_PW: Attr<Octets> = Attr::new(Path::of(&[26, 311, 6]), "MS-CHAP-NT-Enc-PW");
/// MS-MPPE-Encryption-Policy, `26.311.7`.
pub const MPPE_ENCRYPTION_POLICY: Attr<MppeEncryptionPolicy> =
    Attr::new(Path::of(&[26, 311, 7]), "MS-MPPE-Encryption-Policy");
/// MS-MPPE-Encryption-Type, `26.311.8`.
pub const MPPE_ENCRYPTION_TYPE: Attr<Integer> = Attr::new(Path::of(&[26, 311, 8]), "MS-MPPE-Encryption-Type");
/// MS-RAS-Vendor, `26.311.9`.
pub const RAS_VENDOR: Attr<Integer> = Attr::new(Path::of(&[26, 311, 9]), "MS-RAS-Vendor");
/// MS-CHAP-Domain, `26.311.10`.
pub const CHAP_DOMAIN: Attr<Text> = Attr::new(Path::of(&[26, 311, 10]), "MS-CHAP-Domain");
/// MS-CHAP-Challenge, `26.311.11`.
pub const CHAP_CHALLENGE: Attr<Octets> = Attr::new(Path::of(&[26, 311, 11]), "MS-CHAP-Challenge");
/// MS-CHAP-MPPE-Keys, `26.311.12`.
pub const CHAP_MPPE_KEYS: Attr<Hidden> = Attr::new(Path::of(&[26, 311, 12]), "MS-CHAP-MPPE-Keys");
/// MS-BAP-Usage, `26.311.13`.
pub const BAP_USAGE: Attr<BapUsage> = Attr::new(Path::of(&[26, 311, 13]), "MS-BAP-Usage");
/// MS-Link-Utilization-Threshold, `26.311.14`.
pub const LINK_UTILIZATION_THRESHOLD: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 14]), "MS-Link-Utilization-Threshold");
/// MS-Link-Drop-Time-Limit, `26.311.15`.
pub const LINK_DROP_TIME_LIMIT: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 15]), "MS-Link-Drop-Time-Limit");
/// MS-MPPE-Send-Key, `26.311.16`.
pub const MPPE_SEND_KEY: Attr<Salted> = Attr::new(Path::of(&[26, 311, 16]), "MS-MPPE-Send-Key");
/// MS-MPPE-Recv-Key, `26.311.17`.
pub const MPPE_RECV_KEY: Attr<Salted> = Attr::new(Path::of(&[26, 311, 17]), "MS-MPPE-Recv-Key");
/// MS-RAS-Version, `26.311.18`.
pub const RAS_VERSION: Attr<Text> = Attr::new(Path::of(&[26, 311, 18]), "MS-RAS-Version");
/// MS-Old-ARAP-Password, `26.311.19`.
pub const OLD_ARAP_PASSWORD: Attr<Octets> = Attr::new(Path::of(&[26, 311, 19]), "MS-Old-ARAP-Password");
/// MS-New-ARAP-Password, `26.311.20`.
pub const NEW_ARAP_PASSWORD: Attr<Octets> = Attr::new(Path::of(&[26, 311, 20]), "MS-New-ARAP-Password");
/// MS-ARAP-PW-Change-Reason, `26.311.21`.
pub const ARAP_PW_CHANGE_REASON: Attr<ArapPwChangeReason> =
    Attr::new(Path::of(&[26, 311, 21]), "MS-ARAP-PW-Change-Reason");
/// MS-Filter, `26.311.22`.
pub const FILTER: Attr<Octets> = Attr::new(Path::of(&[26, 311, 22]), "MS-Filter");
/// MS-Acct-Auth-Type, `26.311.23`.
pub const ACCT_AUTH_TYPE: Attr<AcctAuthType> = Attr::new(Path::of(&[26, 311, 23]), "MS-Acct-Auth-Type");
/// MS-Acct-EAP-Type, `26.311.24`.
pub const ACCT_EAP_TYPE: Attr<AcctEapType> = Attr::new(Path::of(&[26, 311, 24]), "MS-Acct-EAP-Type");
/// MS-CHAP2-Response, `26.311.25`.
pub const CHAP2_RESPONSE: Attr<Fixed<50>> = Attr::new(Path::of(&[26, 311, 25]), "MS-CHAP2-Response");
/// MS-CHAP2-Success, `26.311.26`.
pub const CHAP2_SUCCESS: Attr<Octets> = Attr::new(Path::of(&[26, 311, 26]), "MS-CHAP2-Success");
/// MS-CHAP2-CPW, `26.311.27`.
pub const CHAP2_CPW: Attr<Fixed<68>> = Attr::new(Path::of(&[26, 311, 27]), "MS-CHAP2-CPW");
/// MS-Primary-DNS-Server, `26.311.28`.
pub const PRIMARY_DNS_SERVER: Attr<Ipv4> = Attr::new(Path::of(&[26, 311, 28]), "MS-Primary-DNS-Server");
/// MS-Secondary-DNS-Server, `26.311.29`.
pub const SECONDARY_DNS_SERVER: Attr<Ipv4> = Attr::new(Path::of(&[26, 311, 29]), "MS-Secondary-DNS-Server");
/// MS-Primary-NBNS-Server, `26.311.30`.
pub const PRIMARY_NBNS_SERVER: Attr<Ipv4> = Attr::new(Path::of(&[26, 311, 30]), "MS-Primary-NBNS-Server");
/// MS-Secondary-NBNS-Server, `26.311.31`.
pub const SECONDARY_NBNS_SERVER: Attr<Ipv4> = Attr::new(Path::of(&[26, 311, 31]), "MS-Secondary-NBNS-Server");
/// MS-RAS-Client-Name, `26.311.34`.
pub const RAS_CLIENT_NAME: Attr<Text> = Attr::new(Path::of(&[26, 311, 34]), "MS-RAS-Client-Name");
/// MS-RAS-Client-Version, `26.311.35`.
pub const RAS_CLIENT_VERSION: Attr<Text> = Attr::new(Path::of(&[26, 311, 35]), "MS-RAS-Client-Version");
/// MS-Quarantine-IPFilter, `26.311.36`.
pub const QUARANTINE_IPFILTER: Attr<Octets> = Attr::new(Path::of(&[26, 311, 36]), "MS-Quarantine-IPFilter");
/// MS-Quarantine-Session-Timeout, `26.311.37`.
pub const QUARANTINE_SESSION_TIMEOUT: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 37]), "MS-Quarantine-Session-Timeout");
/// MS-User-Security-Identity, `26.311.40`.
pub const USER_SECURITY_IDENTITY: Attr<Text> =
    Attr::new(Path::of(&[26, 311, 40]), "MS-User-Security-Identity");
/// MS-Identity-Type, `26.311.41`.
pub const IDENTITY_TYPE: Attr<Integer> = Attr::new(Path::of(&[26, 311, 41]), "MS-Identity-Type");
/// MS-Service-Class, `26.311.42`.
pub const SERVICE_CLASS: Attr<Text> = Attr::new(Path::of(&[26, 311, 42]), "MS-Service-Class");
/// MS-Quarantine-User-Class, `26.311.44`.
pub const QUARANTINE_USER_CLASS: Attr<Text> = Attr::new(Path::of(&[26, 311, 44]), "MS-Quarantine-User-Class");
/// MS-Quarantine-State, `26.311.45`.
pub const QUARANTINE_STATE: Attr<Integer> = Attr::new(Path::of(&[26, 311, 45]), "MS-Quarantine-State");
/// MS-Quarantine-Grace-Time, `26.311.46`.
pub const QUARANTINE_GRACE_TIME: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 46]), "MS-Quarantine-Grace-Time");
/// MS-Network-Access-Server-Type, `26.311.47`.
pub const NETWORK_ACCESS_SERVER_TYPE: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 47]), "MS-Network-Access-Server-Type");
/// MS-AFW-Zone, `26.311.48`.
pub const AFW_ZONE: Attr<Integer> = Attr::new(Path::of(&[26, 311, 48]), "MS-AFW-Zone");
/// MS-AFW-Protection-Level, `26.311.49`.
pub const AFW_PROTECTION_LEVEL: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 49]), "MS-AFW-Protection-Level");
/// MS-Machine-Name, `26.311.50`.
pub const MACHINE_NAME: Attr<Text> = Attr::new(Path::of(&[26, 311, 50]), "MS-Machine-Name");
/// MS-IPv6-Filter, `26.311.51`.
pub const IPV6_FILTER: Attr<Octets> = Attr::new(Path::of(&[26, 311, 51]), "MS-IPv6-Filter");
/// MS-IPv4-Remediation-Servers, `26.311.52`.
pub const IPV4_REMEDIATION_SERVERS: Attr<Octets> =
    Attr::new(Path::of(&[26, 311, 52]), "MS-IPv4-Remediation-Servers");
/// MS-IPv6-Remediation-Servers, `26.311.53`.
pub const IPV6_REMEDIATION_SERVERS: Attr<Octets> =
    Attr::new(Path::of(&[26, 311, 53]), "MS-IPv6-Remediation-Servers");
/// MS-RNAP-Not-Quarantine-Capable, `26.311.54`.
pub const RNAP_NOT_QUARANTINE_CAPABLE: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 54]), "MS-RNAP-Not-Quarantine-Capable");
/// MS-Quarantine-SOH, `26.311.55`.
pub const QUARANTINE_SOH: Attr<Octets> = Attr::new(Path::of(&[26, 311, 55]), "MS-Quarantine-SOH");
/// MS-RAS-Correlation, `26.311.56`.
pub const RAS_CORRELATION: Attr<Octets> = Attr::new(Path::of(&[26, 311, 56]), "MS-RAS-Correlation");
/// MS-Extended-Quarantine-State, `26.311.57`.
pub const EXTENDED_QUARANTINE_STATE: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 57]), "MS-Extended-Quarantine-State");
/// MS-HCAP-User-Groups, `26.311.58`.
pub const HCAP_USER_GROUPS: Attr<Text> = Attr::new(Path::of(&[26, 311, 58]), "MS-HCAP-User-Groups");
/// MS-HCAP-Location-Group-Name, `26.311.59`.
pub const HCAP_LOCATION_GROUP_NAME: Attr<Text> =
    Attr::new(Path::of(&[26, 311, 59]), "MS-HCAP-Location-Group-Name");
/// MS-HCAP-User-Name, `26.311.60`.
pub const HCAP_USER_NAME: Attr<Text> = Attr::new(Path::of(&[26, 311, 60]), "MS-HCAP-User-Name");
/// MS-User-IPv4-Address, `26.311.61`.
pub const USER_IPV4_ADDRESS: Attr<Ipv4> = Attr::new(Path::of(&[26, 311, 61]), "MS-User-IPv4-Address");
/// MS-User-IPv6-Address, `26.311.62`.
pub const USER_IPV6_ADDRESS: Attr<Ipv6> = Attr::new(Path::of(&[26, 311, 62]), "MS-User-IPv6-Address");
/// MS-TSG-Device-Redirection, `26.311.63`.
pub const TSG_DEVICE_REDIRECTION: Attr<Integer> =
    Attr::new(Path::of(&[26, 311, 63]), "MS-TSG-Device-Redirection");

enumeration! {
    /// Values of MS-MPPE-Encryption-Policy.
    MppeEncryptionPolicy {
        /// Encryption-Allowed.
        ENCRYPTION_ALLOWED = 1 "Encryption-Allowed",
        /// Encryption-Required.
        ENCRYPTION_REQUIRED = 2 "Encryption-Required",
    }
}

enumeration! {
    /// Values of MS-BAP-Usage.
    BapUsage {
        /// Not-Allowed.
        NOT_ALLOWED = 0 "Not-Allowed",
        /// Allowed.
        ALLOWED = 1 "Allowed",
        /// Required.
        REQUIRED = 2 "Required",
    }
}

enumeration! {
    /// Values of MS-ARAP-PW-Change-Reason.
    ArapPwChangeReason {
        /// Just-Change-Password.
        JUST_CHANGE_PASSWORD = 1 "Just-Change-Password",
        /// Expired-Password.
        EXPIRED_PASSWORD = 2 "Expired-Password",
        /// Admin-Requires-Password-Change.
        ADMIN_REQUIRES_PASSWORD_CHANGE = 3 "Admin-Requires-Password-Change",
        /// Password-Too-Short.
        PASSWORD_TOO_SHORT = 4 "Password-Too-Short",
    }
}

enumeration! {
    /// Values of MS-Acct-Auth-Type.
    AcctAuthType {
        /// PAP.
        PAP = 1 "PAP",
        /// CHAP.
        CHAP = 2 "CHAP",
        /// MS-CHAP-1.
        CHAP_1 = 3 "MS-CHAP-1",
        /// MS-CHAP-2.
        CHAP_2 = 4 "MS-CHAP-2",
        /// EAP.
        EAP = 5 "EAP",
    }
}

enumeration! {
    /// Values of MS-Acct-EAP-Type.
    AcctEapType {
        /// MD5.
        MD5 = 4 "MD5",
        /// OTP.
        OTP = 5 "OTP",
        /// Generic-Token-Card.
        GENERIC_TOKEN_CARD = 6 "Generic-Token-Card",
        /// TLS.
        TLS = 13 "TLS",
    }
}
