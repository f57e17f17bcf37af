//! A compression function of our own (RFC 1321 §3.4).
//!
//! What bounds MD5 is that each of its 64 steps waits for the one before. The steps are therefore written so that what
//! is not of the step before is added up first, and the constants come from memory: known to the compiler, they would
//! be added last, one cycle later. The second round adds where RFC 1321 has an `or`, because the bits do not overlap
//! and one of the terms is not of the step before.

use super::{Block, State, words_of};
use core::hint::black_box;

/// 2³² times the sine of 1 to 64 (RFC 1321 §3.4).
pub(super) const SINES: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];

/// The functions of the four rounds, over the word of the step before (`x`) and the two before that.
#[inline(always)]
pub(super) const fn f(x: u32, y: u32, z: u32) -> u32 {
    z ^ (x & (y ^ z))
}
#[inline(always)]
pub(super) const fn g(x: u32, y: u32, z: u32) -> u32 {
    (y & !z).wrapping_add(x & z)
}
#[inline(always)]
pub(super) const fn h(x: u32, y: u32, z: u32) -> u32 {
    x ^ (y ^ z)
}
#[inline(always)]
pub(super) const fn i(x: u32, y: u32, z: u32) -> u32 {
    y ^ (x | !z)
}

/// The 64 steps: calls `$step!(function, words of the state, word of the block, number of the step, shift)`.
macro_rules! steps {
    ($step:ident, $a:ident $b:ident $c:ident $d:ident) => {
        steps!(@round $step $a $b $c $d f 0 [7 12 17 22] [0 1 2 3] [4 5 6 7] [8 9 10 11] [12 13 14 15]);
        steps!(@round $step $a $b $c $d g 16 [5 9 14 20] [1 6 11 0] [5 10 15 4] [9 14 3 8] [13 2 7 12]);
        steps!(@round $step $a $b $c $d h 32 [4 11 16 23] [5 8 11 14] [1 4 7 10] [13 0 3 6] [9 12 15 2]);
        steps!(@round $step $a $b $c $d i 48 [6 10 15 21] [0 7 14 5] [12 3 10 1] [8 15 6 13] [4 11 2 9]);
    };
    (@round $step:ident $a:ident $b:ident $c:ident $d:ident $f:ident $n:literal $shifts:tt $p:tt $q:tt $r:tt $s:tt) => {
        steps!(@four $step $a $b $c $d $f $n $shifts $p);
        steps!(@four $step $a $b $c $d $f ($n + 4) $shifts $q);
        steps!(@four $step $a $b $c $d $f ($n + 8) $shifts $r);
        steps!(@four $step $a $b $c $d $f ($n + 12) $shifts $s);
    };
    (@four $step:ident $a:ident $b:ident $c:ident $d:ident $f:ident $n:tt
        [$s:literal $t:literal $u:literal $v:literal] [$w:literal $x:literal $y:literal $z:literal]) => {
        $step!($f, $a, $b, $c, $d, $w, $n, $s);
        $step!($f, $d, $a, $b, $c, $x, $n + 1, $t);
        $step!($f, $c, $d, $a, $b, $y, $n + 2, $u);
        $step!($f, $b, $c, $d, $a, $z, $n + 3, $v);
    };
}
pub(super) use steps;

/// Takes whole blocks into the state.
pub(crate) fn compress(state: &mut State, blocks: &[Block]) {
    let sines = black_box(&SINES);
    for block in blocks {
        let words = words_of(block);
        let [mut a, mut b, mut c, mut d] = *state;
        macro_rules! step {
            ($f:ident, $a:ident, $b:ident, $c:ident, $d:ident, $word:literal, $sine:expr, $shift:literal) => {
                let before = $a.wrapping_add(words[$word].wrapping_add(sines[$sine]));
                $a = before.wrapping_add($f($b, $c, $d)).rotate_left($shift).wrapping_add($b);
            };
        }
        steps!(step, a b c d);
        state.iter_mut().zip([a, b, c, d]).for_each(|(word, after)| *word = word.wrapping_add(after));
    }
}
