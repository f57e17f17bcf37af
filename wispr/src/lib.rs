//! Sans-I/O WISPr.
