//! WiMAX, vendor 24757: the attributes that show its layout (a continuation octet, TLVs inside).
//!
//! Generated from `dictionaries/dictionary.wimax`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Byte;
use crate::value::Text;
use crate::value::TlvType;

/// The vendor number.
pub const VENDOR: u32 = 24757;

/// WiMAX-Capability, `26.24757.1`.
pub const CAPABILITY: Attr<TlvType> = Attr::new(Path::of(&[26, 24757, 1]), "WiMAX-Capability");
/// WiMAX-Release, `26.24757.1.1`.
pub const RELEASE: Attr<Text> = Attr::new(Path::of(&[26, 24757, 1, 1]), "WiMAX-Release");
/// WiMAX-Accounting-Capabilities, `26.24757.1.2`.
pub const ACCOUNTING_CAPABILITIES: Attr<Byte> =
    Attr::new(Path::of(&[26, 24757, 1, 2]), "WiMAX-Accounting-Capabilities");
/// WiMAX-Hotlining-Capabilities, `26.24757.1.3`.
pub const HOTLINING_CAPABILITIES: Attr<Byte> =
    Attr::new(Path::of(&[26, 24757, 1, 3]), "WiMAX-Hotlining-Capabilities");
/// WiMAX-Idle-Mode-Notification-Cap, `26.24757.1.4`.
pub const IDLE_MODE_NOTIFICATION_CAP: Attr<Byte> =
    Attr::new(Path::of(&[26, 24757, 1, 4]), "WiMAX-Idle-Mode-Notification-Cap");
