//! WISPr, vendor 14122.
//!
//! Generated from `dictionaries/dictionary.wispr`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Text;

/// The vendor number.
pub const VENDOR: u32 = 14122;

/// WISPr-Location-ID, `26.14122.1`.
pub const LOCATION_ID: Attr<Text> = Attr::new(Path::of(&[26, 14122, 1]), "WISPr-Location-ID");
/// WISPr-Location-Name, `26.14122.2`.
pub const LOCATION_NAME: Attr<Text> = Attr::new(Path::of(&[26, 14122, 2]), "WISPr-Location-Name");
/// WISPr-Logoff-URL, `26.14122.3`.
pub const LOGOFF_URL: Attr<Text> = Attr::new(Path::of(&[26, 14122, 3]), "WISPr-Logoff-URL");
/// WISPr-Redirection-URL, `26.14122.4`.
pub const REDIRECTION_URL: Attr<Text> = Attr::new(Path::of(&[26, 14122, 4]), "WISPr-Redirection-URL");
/// WISPr-Bandwidth-Min-Up, `26.14122.5`.
pub const BANDWIDTH_MIN_UP: Attr<Integer> = Attr::new(Path::of(&[26, 14122, 5]), "WISPr-Bandwidth-Min-Up");
/// WISPr-Bandwidth-Min-Down, `26.14122.6`.
pub const BANDWIDTH_MIN_DOWN: Attr<Integer> =
    Attr::new(Path::of(&[26, 14122, 6]), "WISPr-Bandwidth-Min-Down");
/// WISPr-Bandwidth-Max-Up, `26.14122.7`.
pub const BANDWIDTH_MAX_UP: Attr<Integer> = Attr::new(Path::of(&[26, 14122, 7]), "WISPr-Bandwidth-Max-Up");
/// WISPr-Bandwidth-Max-Down, `26.14122.8`.
pub const BANDWIDTH_MAX_DOWN: Attr<Integer> =
    Attr::new(Path::of(&[26, 14122, 8]), "WISPr-Bandwidth-Max-Down");
/// WISPr-Session-Terminate-Time, `26.14122.9`.
pub const SESSION_TERMINATE_TIME: Attr<Text> =
    Attr::new(Path::of(&[26, 14122, 9]), "WISPr-Session-Terminate-Time");
/// WISPr-Session-Terminate-End-Of-Day, `26.14122.10`.
pub const SESSION_TERMINATE_END_OF_DAY: Attr<Text> =
    Attr::new(Path::of(&[26, 14122, 10]), "WISPr-Session-Terminate-End-Of-Day");
/// WISPr-Billing-Class-Of-Service, `26.14122.11`.
pub const BILLING_CLASS_OF_SERVICE: Attr<Text> =
    Attr::new(Path::of(&[26, 14122, 11]), "WISPr-Billing-Class-Of-Service");
