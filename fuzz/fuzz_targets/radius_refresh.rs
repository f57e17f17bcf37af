//! Received configuration lines, and the machine that decides what to do with them.
//!
//! Laws: no `newdomain` line is left behind, a local line wins, and the machine never waits for ever nor acts without
//! end.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use radius_codec::radconfig::{Action, Input, Mode, Output, Refresh, Stored, convert, key, merge};
use std::time::Duration;

#[derive(Arbitrary, Debug)]
enum Step {
    Received(String),
    Running(bool),
    Wait(u32),
}

fuzz_target!(|data: &[u8]| {
    let mut script = Unstructured::new(data);
    let Ok((mode, local, seed)) = script.arbitrary::<(bool, String, u8)>() else { return };
    let mode = if mode { Mode::Exact } else { Mode::Tolerant };
    let random = move |out: &mut [u8]| out.fill(seed);
    let mut now = Duration::ZERO;
    let mut machine = Refresh::new(Stored::default(), &local, mode, random, now);
    let mut steps = 0;
    let mut received = 0;
    loop {
        let mut wake = None;
        for outputs in 0.. {
            assert!(outputs < 16, "it acts without end");
            match machine.poll_output() {
                Output::WaitUntil(until) => {
                    wake = Some(until);
                    break;
                }
                Output::Action(Action::Install(configuration)) => {
                    assert!(configuration.text.len() <= local.len() + received + 2);
                }
                _ => {}
            }
        }
        // It waits for a time, or for an answer that the caller owes.
        assert!(wake.is_some_and(|w| w < Duration::MAX) || machine.state_name() != "waiting");
        let Ok(step) = script.arbitrary() else { break };
        match step {
            Step::Received(lines) => {
                let conversion = convert(&lines, mode);
                assert!(conversion.remaining.split('\n').all(|line| !line.starts_with("newdomain")));
                let merged = merge(&local, &conversion.remaining);
                for line in local.lines() {
                    let Some(name) = key(line) else { continue };
                    let first = merged.lines().find(|l| key(l) == Some(name));
                    let own = local.lines().find(|l| key(l) == Some(name));
                    assert_eq!(first.map(str::trim_end), own.map(str::trim_end));
                }
                received = received.max(lines.len() + conversion.patterns.len());
                machine.handle(now, Input::Received(lines));
            }
            Step::Running(running) => machine.handle(now, Input::Running(running)),
            Step::Wait(seconds) => {
                now += Duration::from_secs(seconds.into());
                machine.handle(now, Input::Tick);
            }
        }
        steps += 1;
        if steps > 200 || script.is_empty() {
            break;
        }
    }
});
