//! The same step of MD5 over several messages at once.
//!
//! Plain loops over arrays; LLVM makes vector instructions of them, of whatever width the target has.

use super::fast::{self, SINES, steps};
use super::{Block, Message, State, outer_block};

/// Messages that are hashed at once. With less of them LLVM would unroll the loops before it looks for vectors in them.
pub(crate) const LANES: usize = 16;

/// With less messages than this, one after the other is faster.
pub(crate) const WORTHWHILE: usize = 6;

/// One word of each message.
type Lanes = [u32; LANES];

/// A digest to be made.
pub(crate) trait Plan<'p> {
    /// Fills in what is to be hashed; the state to begin with, or `None` when it is not a [`Message`].
    fn message(&self, message: &mut Message<'p>) -> Option<State>;
    /// The state behind the outer pad, if this is an HMAC.
    fn outer(&self) -> Option<State>;
}

/// A plan on its way.
struct Lane<'p, P> {
    plan: P,
    message: Message<'p>,
    state: State,
    next: usize,
    outer: Option<State>,
}

impl<'p, P: Plan<'p>> Lane<'p, P> {
    #[inline]
    fn new(plan: P) -> Option<Self> {
        let mut message = Message::EMPTY;
        let state = plan.message(&mut message)?;
        let outer = plan.outer();
        Some(Self { plan, message, state, next: 0, outer })
    }

    /// Goes on to the outer digest, if there is one to come.
    fn turn(&mut self) -> bool {
        let Some(outer) = self.outer.take() else { return false };
        self.message.become_padded(&outer_block(self.state));
        self.state = outer;
        self.next = 0;
        true
    }

    /// Does what is left without the others.
    fn end(&mut self) {
        loop {
            while let Some(block) = self.message.block(self.next) {
                super::compress(&mut self.state, core::slice::from_ref(block));
                self.next += 1;
            }
            if !self.turn() {
                return self.message.wipe();
            }
        }
    }
}

/// Makes all digests that can be made so. A lane that is done takes the next plan, so that messages of different
/// lengths keep all lanes busy. The digests come in any order.
pub(crate) fn run<'p, P: Plan<'p>>(plans: impl IntoIterator<Item = P>, mut done: impl FnMut(&P, State)) {
    let mut plans = plans.into_iter();
    let mut lanes: [Option<Lane<'p, P>>; LANES] = [const { None }; LANES];
    let mut busy = 0;
    for lane in &mut lanes {
        *lane = plans.by_ref().find_map(Lane::new);
        busy += usize::from(lane.is_some());
    }
    let mut states = [[0; 4]; LANES];
    while busy >= WORTHWHILE {
        let mut blocks = [&[0; 64]; LANES];
        for ((lane, state), block) in lanes.iter().zip(&mut states).zip(&mut blocks) {
            if let Some(lane) = lane {
                *state = lane.state;
                *block = lane.message.block(lane.next).unwrap_or(block);
            }
        }
        compress(&mut states, &blocks);
        for (place, state) in lanes.iter_mut().zip(&states) {
            let Some(lane) = place else { continue };
            lane.state = *state;
            lane.next += 1;
            if lane.message.block(lane.next).is_none() && !lane.turn() {
                lane.message.wipe();
                done(&lane.plan, lane.state);
                *place = plans.by_ref().find_map(Lane::new);
                busy -= usize::from(place.is_none());
            }
        }
    }
    for lane in lanes.iter_mut().flatten() {
        lane.end();
        done(&lane.plan, lane.state);
    }
}

/// Takes one block of each message into its state.
pub(crate) fn compress(states: &mut [State; LANES], blocks: &[&Block; LANES]) {
    let mut words: [Lanes; 16] = [[0; LANES]; 16];
    for (lane, block) in blocks.iter().enumerate() {
        let (chunks, _) = block.as_chunks::<4>();
        words.iter_mut().zip(chunks).for_each(|(word, chunk)| word[lane] = u32::from_le_bytes(*chunk));
    }
    let mut turned: [Lanes; 4] = [[0; LANES]; 4];
    for (lane, state) in states.iter().enumerate() {
        turned.iter_mut().zip(state).for_each(|(word, state)| word[lane] = *state);
    }
    rounds(&mut turned, &words);
    for (lane, state) in states.iter_mut().enumerate() {
        state.iter_mut().zip(turned).for_each(|(state, word)| *state = word[lane]);
    }
}

/// The 64 steps.
fn rounds(states: &mut [Lanes; 4], words: &[Lanes; 16]) {
    let [mut a, mut b, mut c, mut d] = *states;
    macro_rules! step {
        ($f:ident, $a:ident, $b:ident, $c:ident, $d:ident, $word:literal, $sine:expr, $shift:literal) => {
            $f::<$shift>(&mut $a, &$b, &$c, &$d, &words[$word], const { SINES[$sine] });
        };
    }
    steps!(step, a b c d);
    for lane in 0..LANES {
        states[0][lane] = states[0][lane].wrapping_add(a[lane]);
        states[1][lane] = states[1][lane].wrapping_add(b[lane]);
        states[2][lane] = states[2][lane].wrapping_add(c[lane]);
        states[3][lane] = states[3][lane].wrapping_add(d[lane]);
    }
}

/// A step of each round over all lanes. Not inlined: a loop that stands alone becomes vector instructions reliably, and
/// the call costs little beside sixteen lanes.
macro_rules! lane_steps {
    ($($f:ident),*) => {$(
        #[inline(never)]
        fn $f<const SHIFT: u32>(a: &mut Lanes, b: &Lanes, c: &Lanes, d: &Lanes, word: &Lanes, sine: u32) {
            for lane in 0..LANES {
                let before = a[lane].wrapping_add(word[lane].wrapping_add(sine));
                let sum = before.wrapping_add(fast::$f(b[lane], c[lane], d[lane]));
                a[lane] = sum.rotate_left(SHIFT).wrapping_add(b[lane]);
            }
        }
    )*};
}
lane_steps!(f, g, h, i);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::md5::{BLOCK, INITIAL};

    #[test]
    fn every_lane_does_what_the_one_lane_of_another_crate_does() {
        let mut blocks = [[0_u8; BLOCK]; LANES];
        let octets = blocks.as_flattened_mut().iter_mut();
        octets.zip((0..251_u8).cycle().step_by(7)).for_each(|(octet, n)| *octet = n);
        let mut states = [INITIAL; LANES];
        let mut want = states;
        for _ in 0..3 {
            compress(&mut states, &blocks.each_ref());
            for (state, block) in want.iter_mut().zip(&blocks) {
                md5::block_api::compress(state, &[*block]);
            }
            assert_eq!(states, want);
        }
    }
}
