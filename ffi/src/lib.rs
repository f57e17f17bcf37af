//! The C interface of the FonAP crates: `libfonap.a` and `fonap.h`.
//!
//! Nothing is here yet. The crate keeps its place in the workspace; it is the only one that may use `unsafe`.
