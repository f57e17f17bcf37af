//! Accounting that is not lost: a queue of records in their order, and a journal that outlives the process.

pub mod journal;
mod queue;
mod record;

pub use journal::Journal;
pub use queue::{Dropped, Queue};
pub use record::{Kind, Record};
