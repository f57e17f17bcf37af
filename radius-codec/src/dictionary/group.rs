//! Leaves of TLVs back into their groups.

use super::{Dictionary, Pair, Value};
use alloc::vec::Vec;

impl Dictionary {
    /// Puts neighbouring pairs that stand in the same TLV into one group, as text lists them one by one.
    #[must_use]
    pub fn group(pairs: Vec<Pair>) -> Vec<Pair> {
        // What is as deep as the attribute itself stays; deeper pairs gather below their attribute.
        gather(pairs, None)
    }
}

/// Gathers at `level` numbers of the path; `None` for the number each path has for its attribute.
fn gather(pairs: Vec<Pair>, level: Option<usize>) -> Vec<Pair> {
    let mut gathered: Vec<Pair> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let level = level.unwrap_or_else(|| pair.path.base_len());
        if pair.path.numbers().len() <= level {
            gathered.push(pair);
            continue;
        }
        let mut parent = pair.path;
        while let (true, Some(up)) = (parent.numbers().len() > level, parent.parent()) {
            parent = up;
        }
        let offset = pair.offset;
        match gathered.last_mut() {
            Some(Pair { path, value: Value::Group(inner), .. }) if *path == parent => inner.push(pair),
            _ => gathered.push(Pair { path: parent, offset, tag: 0, value: Value::Group(alloc::vec![pair]) }),
        }
    }
    for pair in &mut gathered {
        if let Value::Group(inner) = &mut pair.value {
            let level = pair.path.numbers().len() + 1;
            // Paths have at most twelve numbers, so this ends.
            *inner = gather(core::mem::take(inner), Some(level));
        }
    }
    gathered
}
