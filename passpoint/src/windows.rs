//! Windows: carrier provisioning files, signed with an enveloped XML signature (spec: passpoint 5).
//!
//! Files are written, checked and their signatures verified; reading one into a model is left out.

mod check;
mod eap;
mod encode;
mod signature;
mod write;

pub use check::{CheckOptions, check};
pub use encode::{Options, encode, encode_signed, subscriber_id};
pub use signature::{SignatureVerdict, sign, verify};

pub(crate) const CARRIER: &str = "http://www.microsoft.com/networking/CarrierControl/v1";
const CARRIER_WLAN: &str = "http://www.microsoft.com/networking/CarrierControl/WLAN/v1";
const PLAIN_WLAN: &str = "http://www.microsoft.com/networking/WLAN/profile/v1";
const ONEX: &str = "http://www.microsoft.com/networking/OneX/v1";
const HOST_CONFIG: &str = "http://www.microsoft.com/provisioning/EapHostConfig";
const USER_CREDENTIALS: &str = "http://www.microsoft.com/provisioning/EapHostUserCredentials";
const EAP_COMMON: &str = "http://www.microsoft.com/provisioning/EapCommon";
const BASE_EAP: &str = "http://www.microsoft.com/provisioning/BaseEapConnectionPropertiesV1";
const TTLS: &str = "http://www.microsoft.com/provisioning/EapTtlsConnectionPropertiesV1";
const PEAP: &str = "http://www.microsoft.com/provisioning/MsPeapConnectionPropertiesV1";
const TLS: &str = "http://www.microsoft.com/provisioning/EapTlsConnectionPropertiesV1";

/// The link that has the Settings application fetch a file: everything but unreserved characters is percent-encoded.
#[must_use]
pub fn ms_settings_uri(url: &str) -> String {
    let mut out = String::from("ms-settings:wifi-provisioning?uri=");
    for octet in url.bytes() {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(octet));
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
    }
    out
}
