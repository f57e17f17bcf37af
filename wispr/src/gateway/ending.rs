//! Which sessions an input may end: for a data plane whose last count of a session has to be exact.

use super::admin::Target;
use super::client::Client;
use super::input::{Command, Input};
use super::machine::Gateway;
use super::radius::Grant;
use super::request::{Request, Route};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::{Code, Packet};

impl Gateway {
    /// The clients whose session may end when this input is handled now.
    ///
    /// A data plane closes them first, so that nothing is counted any more, hands in what was counted as
    /// [`Input::Traffic`], then the input itself, and opens again whose session has stayed. So the last accounting
    /// record of a session says exactly what passed.
    #[must_use]
    pub fn may_end(&self, now: Duration, unix_seconds: i64, input: &Input<'_>) -> Vec<Ipv4Addr> {
        let mut ending = self.named_by(input);
        if self.next_check.is_some_and(|due| now >= due) {
            let passed = |client: &&Client| {
                let passed = |s: &super::session::Session| {
                    s.passed_limit(now.max(self.now), unix_seconds, self.config.swapoctets)
                };
                client.session().and_then(passed).is_some()
            };
            ending.extend(self.clients.values().map(Box::as_ref).filter(passed).map(|client| client.ip));
        }
        ending.retain(|ip| self.clients.get(ip).is_some_and(|client| client.session().is_some()));
        ending.sort_unstable();
        ending.dedup();
        ending
    }

    fn named_by(&self, input: &Input<'_>) -> Vec<Ipv4Addr> {
        let found = |fits: &dyn Fn(&Client) -> bool| {
            self.clients.values().filter(|client| fits(client)).map(|client| client.ip).collect()
        };
        match input {
            Input::Request { request, .. } if self.is_logoff(request) => Vec::from([request.client]),
            Input::Release { ip } | Input::CarrierLost { ip } => Vec::from([*ip]),
            Input::Lease { ip, mac, .. } => {
                let there = self.clients.get(ip).filter(|client| client.mac != *mac).map(|_| *ip);
                let moved = self.macs.get(mac).copied().filter(|moved| moved != ip);
                there.into_iter().chain(moved).collect()
            }
            Input::Dynamic { packet, .. } if self.is_ending(packet) => {
                let target = Target::read(packet, self.config.compatibility.silent_dynamic_authorization);
                found(&|c| target.fits(c))
            }
            Input::Exhausted { session_id } | Input::NotLetThrough { session_id } => {
                found(&|c| c.session().is_some_and(|session| session.id == *session_id))
            }
            Input::Command(
                Command::Logout { client } | Command::Block { client } | Command::Release { client },
            ) => self.client_of(client).map(|client| client.ip).into_iter().collect(),
            Input::Shutdown => found(&|_| true),
            _ => Vec::new(),
        }
    }

    fn is_logoff(&self, request: &Request<'_>) -> bool {
        matches!(request.route().0, Route::Logoff) || self.is_logoff_address(request)
    }

    fn is_ending(&self, packet: &Packet<'_>) -> bool {
        packet.code() == Code::DISCONNECT_REQUEST || {
            let grant = Grant::read(packet.attributes(), &self.config);
            grant.admin_reset || grant.logout
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{Config, Mac, Output, Parameters, RequestId, Selector, TerminateCause};

    const A: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
    const B: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 3);

    const fn mac(last: u8) -> Mac {
        Mac([2, 0, 0, 0, 0, last])
    }

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Two clients with sessions; the first one's ends after ten seconds.
    fn gateway() -> Gateway {
        let config = Config::new("http://p.example/", Ipv4Addr::new(10, 0, 0, 1), mac(1));
        let random = |out: &mut [u8]| out.fill(7);
        let mut gateway = Gateway::new(config, random, secs(0), 1000).unwrap();
        for (ip, last, session_timeout) in [(A, 2, 10), (B, 3, 0)] {
            gateway.handle(secs(0), 1000, Input::Lease { ip, mac: mac(last), vlan: None });
            let parameters = Parameters { session_timeout, ..Parameters::new() };
            let command = Command::Authorize {
                client: Selector::ip(ip),
                user_name: None,
                parameters,
                accounting: true,
            };
            gateway.handle(secs(0), 1000, Input::Command(command));
        }
        gateway
    }

    fn ended(gateway: &mut Gateway) -> Vec<(Ipv4Addr, TerminateCause)> {
        let mut ended = Vec::new();
        loop {
            match gateway.poll_output() {
                Output::Event(super::super::output::Event::SessionClosed { session, cause }) => {
                    ended.push((session.client.ip, cause));
                }
                Output::WaitUntil(_) => return ended,
                _ => {}
            }
        }
    }

    /// What an input ends was announced, and nothing that was not announced ends.
    fn check(input: impl Fn(&Gateway) -> Input<'static>, at: u64, expected: &[Ipv4Addr]) {
        let mut gateway = gateway();
        let announced = gateway.may_end(secs(at), 1000, &input(&gateway));
        assert_eq!(announced, expected);
        let input = input(&gateway);
        gateway.handle(secs(at), 1000, input);
        let ended: Vec<_> = ended(&mut gateway).into_iter().map(|(ip, _)| ip).collect();
        assert_eq!(ended, expected);
    }

    #[test]
    fn what_may_end_is_announced() {
        check(|_| Input::Tick, 2, &[]);
        check(|_| Input::Tick, 11, &[A]);
        check(|_| Input::Release { ip: B }, 2, &[B]);
        check(|_| Input::Release { ip: B }, 11, &[A, B]);
        check(|_| Input::CarrierLost { ip: B }, 2, &[B]);
        check(|_| Input::Lease { ip: A, mac: mac(2), vlan: None }, 1, &[]);
        check(|_| Input::Lease { ip: A, mac: mac(3), vlan: None }, 1, &[A, B]);
        check(|_| Input::Command(Command::Logout { client: Selector::mac(mac(3)) }), 1, &[B]);
        check(|_| Input::Command(Command::Block { client: Selector::ip(A) }), 1, &[A]);
        check(|_| Input::Shutdown, 1, &[A, B]);
        let ask = |target| Input::Request { id: RequestId(1), request: Request::get(B, target) };
        check(|_| ask("/logoff"), 1, &[B]);
        check(|_| ask("/json/logout?x=1"), 1, &[B]);
        check(|_| ask("/status"), 1, &[]);
        check(
            |_| {
                let mut request = Request::get(A, "/");
                request.host = b"1.0.0.0";
                Input::Request { id: RequestId(1), request }
            },
            1,
            &[A],
        );
    }

    #[test]
    fn a_client_whose_side_of_the_network_is_gone_loses_its_session_and_stays_known() {
        // spec: gateway-dataplane 10
        let mut gateway = gateway();
        ended(&mut gateway);
        gateway.handle(secs(1), 1000, Input::CarrierLost { ip: A });
        assert_eq!(ended(&mut gateway), [(A, TerminateCause::LostCarrier)]);
        assert!(gateway.find(&Selector::ip(A)).is_some_and(|client| client.session().is_none()));
        let ignored = gateway.ignored();
        gateway.handle(secs(1), 1000, Input::CarrierLost { ip: A });
        assert_eq!(gateway.ignored(), ignored + 1);
    }

    #[test]
    fn a_session_that_used_up_its_octets_ends_as_one_that_timed_out() {
        // spec: gateway-dataplane 9.2
        let mut gateway = gateway();
        let session_id = gateway.find(&Selector::ip(B)).and_then(|c| c.session()).unwrap().id;
        ended(&mut gateway);
        let input = Input::Exhausted { session_id };
        assert_eq!(gateway.may_end(secs(1), 1000, &input), [B]);
        gateway.handle(secs(1), 1000, input);
        assert_eq!(ended(&mut gateway), [(B, TerminateCause::SessionTimeout)]);
        let ignored = gateway.ignored();
        gateway.handle(secs(1), 1000, Input::Exhausted { session_id });
        assert_eq!(gateway.ignored(), ignored + 1);
    }
}
