//! The EAP configuration XML that institutions publish.

#![forbid(unsafe_code)]
