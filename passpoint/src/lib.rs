//! One Wi-Fi profile model to and from Android, Apple, Windows and Linux formats.
//!
//! Nothing is here yet. The crate keeps its place in the workspace so that its name and its direction of dependency
//! (`passpoint` with the feature `eapconfig` → `eapconfig`, nothing else of ours) are settled.

#![forbid(unsafe_code)]
