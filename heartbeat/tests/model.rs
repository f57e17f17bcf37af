//! The machine against a short model of the rules, over random heartbeats and random noise.

mod common;

use common::{random, seconds, settings};
use core::time::Duration;
use heartbeat::answer::Nop;
use heartbeat::dns::{Request, ResponseCode};
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, Input, Output};
use heartbeat::{Cipher, Heartbeat};
use proptest::prelude::*;

/// What happens while a query is out.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answered,
    Refused,
    Lost,
    WrongTrid,
    NetworkError,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Answered),
        Just(Fate::Refused),
        Just(Fate::Lost),
        Just(Fate::WrongTrid),
        Just(Fate::NetworkError)
    ]
}

/// Section 9.1, word by word.
struct Model {
    online: bool,
    failed: u32,
    first: bool,
}

impl Model {
    /// Type, retries field, trigger and delay of one heartbeat.
    fn beat(&mut self, valid: bool, retries: u32) -> (u8, u32, Option<bool>, u64) {
        let (kind, field) = if self.first {
            (0, 0)
        } else if self.failed > 0 {
            (1, self.failed)
        } else {
            (2, 0)
        };
        self.first = false;
        if valid {
            let trigger = if self.online { None } else { Some(true) };
            (self.online, self.failed) = (true, 0);
            return (kind, field, trigger, 60);
        }
        self.failed += 1;
        let down = self.online && self.failed >= retries;
        if down {
            self.online = false;
        }
        (kind, field, down.then_some(false), if self.failed < retries { 5 } else { 30 })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    // spec: heartbeat 9.1
    #[test]
    fn the_machine_does_what_the_model_does(
        retries in 1u32..5,
        fates in proptest::collection::vec((fate(), any::<[u8; 20]>(), any::<bool>()), 1..30),
    ) {
        let mut configured = settings();
        configured.retries = retries;
        configured.period_offline = seconds(30);
        configured.period_fast = Some(seconds(5));
        configured.triggers = Default::default();
        let cipher = Cipher::new(&configured.key);
        let mut now = seconds(5);
        let mut machine = Heartbeat::new(configured, random(3), now).unwrap();
        let mut model = Model { online: false, failed: 0, first: true };
        for (fate, noise, early) in fates {
            let (mut query, mut went) = (None, None);
            machine.handle(now, Input::Tick);
            let wait = loop {
                match machine.poll_output() {
                    Output::Event(Event::Query(sent)) => query = Some(sent),
                    Output::Event(Event::Online) => went = Some(true),
                    Output::Event(Event::Offline) => went = Some(false),
                    Output::Event(_) => (),
                    Output::Transmit(transmit) => {
                        // Noise never matters while a query is out, nor does a tick too early.
                        machine.handle(now, Input::Datagram(&noise));
                        machine.handle(now, Input::TriggerEnded { success: true });
                        machine.handle(now, Input::LookupFailed);
                        if early {
                            machine.handle(now + Duration::from_millis(2999), Input::Tick);
                            now += Duration::from_millis(2999);
                        }
                        let request = Request::parse(&transmit.payload).unwrap();
                        let trid = query.unwrap().trid;
                        let mut out = Vec::new();
                        let answer = |trid| Nop::new(trid, 1).text(&cipher);
                        match fate {
                            Fate::Answered => request.answer(answer(trid).as_octets(), &mut out).unwrap(),
                            Fate::WrongTrid => request.answer(answer(!trid).as_octets(), &mut out).unwrap(),
                            Fate::Refused => request.refuse(ResponseCode::SERVER_FAILURE, &mut out).unwrap(),
                            Fate::Lost | Fate::NetworkError => 0,
                        };
                        if matches!(fate, Fate::NetworkError) {
                            machine.handle(now, Input::NetworkError);
                        } else if !out.is_empty() {
                            machine.handle(now, Input::Datagram(&out));
                        }
                    }
                    Output::WaitUntil(at) if machine.state_name() == "attempting" => {
                        now = at;
                        machine.handle(now, Input::Tick);
                    }
                    Output::WaitUntil(at) => break at,
                    other => prop_assert!(false, "unexpected {other:?}"),
                }
            };
            let query = query.unwrap();
            let got = (query.query_type.0, query.retries, went, (wait - now).as_secs());
            prop_assert_eq!(got, model.beat(matches!(fate, Fate::Answered), retries));
            prop_assert_eq!(machine.service() == Service::Online, model.online);
            prop_assert_eq!(machine.failed(), model.failed);
            // Noise between heartbeats never matters either.
            machine.handle(now, Input::Datagram(&noise));
            machine.handle(now, Input::NetworkError);
            prop_assert_eq!(machine.poll_output(), Output::WaitUntil(wait));
            now = wait;
        }
    }
}
