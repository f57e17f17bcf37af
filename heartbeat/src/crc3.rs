//! The three low bits of a query's first octet (spec: heartbeat 4.2).
//!
//! They were meant to hold a CRC-3 of the MAC. The original's closing *or* should have been an *and*, so that the bits
//! are 7 for every MAC. [`check`] emits what the wire carries; [`register`] is the sum before the defect, for test
//! vectors and for whoever looks at captures. A decoder does not look at the bits at all.

use crate::Mac;

const TABLE: [u8; 256] = table();

/// The checksum register after the MAC, before the defect. It has no effect on the wire.
#[must_use]
pub fn register(mac: Mac) -> u8 {
    mac.0.iter().fold(7, |register, octet| TABLE[usize::from(octet ^ (register & 7))])
}

/// The check bits as they are on the wire: `register(mac) | 7`, which is 7 for every MAC.
#[must_use]
pub const fn check(_mac: Mac) -> u8 {
    7
}

const fn table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut index = 0u8;
    loop {
        let mut c = index;
        let mut round = 0;
        while round < 8 {
            c = if c & 1 == 1 { (c >> 1) ^ 3 } else { c >> 1 };
            round += 1;
        }
        table[index as usize] = c;
        if index == 255 {
            return table;
        }
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: heartbeat 4.2
    #[test]
    fn the_check_is_seven_whatever_the_register() {
        assert_eq!(register(Mac([0xac, 0xde, 0x48, 0, 0, 3])), 1);
        assert_eq!(register(Mac([0, 0x18, 0x84, 0xa0, 0, 0x29])), 0);
        for last in 0..=255 {
            let mac = Mac([last, 1, 2, 3, 4, last]);
            assert_eq!(check(mac), register(mac) | 7);
        }
    }

    #[test]
    fn the_table_holds_two_bits() {
        assert!(TABLE.iter().all(|&entry| entry < 4));
    }
}
