//! RFC 4679: DSL Forum.
//!
//! Generated from `dictionaries/dictionary.rfc4679`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Octets;
use crate::value::Text;
use crate::value::TlvType;

/// Actual-Data-Rate-Upstream, `129`.
pub const ACTUAL_DATA_RATE_UPSTREAM: Attr<Integer> = Attr::new(Path::of(&[129]), "Actual-Data-Rate-Upstream");
/// Actual-Data-Rate-Downstream, `130`.
pub const ACTUAL_DATA_RATE_DOWNSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[130]), "Actual-Data-Rate-Downstream");
/// Minimum-Data-Rate-Upstream, `131`.
pub const MINIMUM_DATA_RATE_UPSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[131]), "Minimum-Data-Rate-Upstream");
/// Minimum-Data-Rate-Downstream, `132`.
pub const MINIMUM_DATA_RATE_DOWNSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[132]), "Minimum-Data-Rate-Downstream");
/// Attainable-Data-Rate-Upstream, `133`.
pub const ATTAINABLE_DATA_RATE_UPSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[133]), "Attainable-Data-Rate-Upstream");
/// Attainable-Data-Rate-Downstream, `134`.
pub const ATTAINABLE_DATA_RATE_DOWNSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[134]), "Attainable-Data-Rate-Downstream");
/// Maximum-Data-Rate-Upstream, `135`.
pub const MAXIMUM_DATA_RATE_UPSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[135]), "Maximum-Data-Rate-Upstream");
/// Maximum-Data-Rate-Downstream, `136`.
pub const MAXIMUM_DATA_RATE_DOWNSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[136]), "Maximum-Data-Rate-Downstream");
/// Minimum-Data-Rate-Upstream-Low-Power, `137`.
pub const MINIMUM_DATA_RATE_UPSTREAM_LOW_POWER: Attr<Integer> =
    Attr::new(Path::of(&[137]), "Minimum-Data-Rate-Upstream-Low-Power");
/// Minimum-Data-Rate-Downstream-Low-Power, `138`.
pub const MINIMUM_DATA_RATE_DOWNSTREAM_LOW_POWER: Attr<Integer> =
    Attr::new(Path::of(&[138]), "Minimum-Data-Rate-Downstream-Low-Power");
/// Maximum-Interleaving-Delay-Upstream, `139`.
pub const MAXIMUM_INTERLEAVING_DELAY_UPSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[139]), "Maximum-Interleaving-Delay-Upstream");
/// Actual-Interleaving-Delay-Upstream, `140`.
pub const ACTUAL_INTERLEAVING_DELAY_UPSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[140]), "Actual-Interleaving-Delay-Upstream");
/// Maximum-Interleaving-Delay-Downstream, `141`.
pub const MAXIMUM_INTERLEAVING_DELAY_DOWNSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[141]), "Maximum-Interleaving-Delay-Downstream");
/// Actual-Interleaving-Delay-Downstream, `142`.
pub const ACTUAL_INTERLEAVING_DELAY_DOWNSTREAM: Attr<Integer> =
    Attr::new(Path::of(&[142]), "Actual-Interleaving-Delay-Downstream");
/// Access-Loop-Encapsulation, `144`.
pub const ACCESS_LOOP_ENCAPSULATION: Attr<Octets> = Attr::new(Path::of(&[144]), "Access-Loop-Encapsulation");
/// IWF-Session, `254`.
pub const IWF_SESSION: Attr<Octets> = Attr::new(Path::of(&[254]), "IWF-Session");
/// ADSL-Forum-DHCP-Vendor-Specific, `255`.
pub const ADSL_FORUM_DHCP_VENDOR_SPECIFIC: Attr<TlvType> =
    Attr::new(Path::of(&[255]), "ADSL-Forum-DHCP-Vendor-Specific");
/// ADSL-Forum-Device-Manufacturer-OUI, `255.1`.
pub const ADSL_FORUM_DEVICE_MANUFACTURER_OUI: Attr<Octets> =
    Attr::new(Path::of(&[255, 1]), "ADSL-Forum-Device-Manufacturer-OUI");
/// ADSL-Forum-Device-Serial-Number, `255.2`.
pub const ADSL_FORUM_DEVICE_SERIAL_NUMBER: Attr<Text> =
    Attr::new(Path::of(&[255, 2]), "ADSL-Forum-Device-Serial-Number");
/// ADSL-Forum-Device-Product-Class, `255.3`.
pub const ADSL_FORUM_DEVICE_PRODUCT_CLASS: Attr<Text> =
    Attr::new(Path::of(&[255, 3]), "ADSL-Forum-Device-Product-Class");
/// ADSL-Forum-Gateway-Manufacturer-OUI, `255.4`.
pub const ADSL_FORUM_GATEWAY_MANUFACTURER_OUI: Attr<Octets> =
    Attr::new(Path::of(&[255, 4]), "ADSL-Forum-Gateway-Manufacturer-OUI");
