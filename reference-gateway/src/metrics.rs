//! What the gateway counts, for Prometheus (OpenMetrics text).
//!
//! Counters are raised where things happen; gauges are read from the machines when somebody asks. They are served on
//! a listener of their own (`metrics`), and never to the hotspot's clients.

use crate::hotspot::{Handle, Machines};
use crate::http::server::Request;
use crate::http::{Response, plain, private};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use wispr::gateway::{ClientState, TerminateCause};

/// Where they are served.
pub const PATH: &str = "/metrics";

type Labelled<M> = Family<[(&'static str, &'static str); 1], M>;

/// The counters of one gateway. Clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<Counters>);

struct Counters {
    http: Labelled<Counter>,
    redirects: Labelled<Counter>,
    logins: Labelled<Counter>,
    radius_timeouts: Labelled<Counter>,
    radius_dropped: Labelled<Counter>,
    accounting: Labelled<Counter>,
    opened: Counter,
    not_let_through: Counter,
    closed: Labelled<Counter>,
    clients: Labelled<Gauge>,
    queue: Gauge,
    up: Gauge,
    resident: Gauge,
    registry: Registry,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All zero.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("fonap");
        let mut labelled = |name: &str, help: &str| {
            let family = Labelled::<Counter>::default();
            registry.register(name, help, family.clone());
            family
        };
        let http = labelled("http_responses", "HTTP answers by status");
        let redirects = labelled("redirects", "Redirects to the portal by result");
        let logins = labelled("logins", "Logins by what the authenticator said");
        let radius_timeouts = labelled("radius_timeouts", "Requests that no RADIUS server answered");
        let radius_dropped = labelled("radius_dropped", "RADIUS packets that were dropped, by reason");
        let accounting = labelled("accounting_records", "Accounting records by what became of them");
        let closed = labelled("sessions_closed", "Sessions that ended, by cause");
        let opened = Counter::default();
        registry.register("sessions_opened", "Sessions that began", opened.clone());
        let not_let_through = Counter::default();
        let help = "Sessions that the packet path refused";
        registry.register("sessions_not_let_through", help, not_let_through.clone());
        let clients = Labelled::<Gauge>::default();
        registry.register("clients", "Clients with a lease by state; pass has a session", clients.clone());
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let queue = gauge("accounting_queue", "Accounting records that wait for an acknowledgement");
        let up = gauge("up_seconds", "Seconds since the start");
        let resident = gauge("resident_bytes", "Memory of the process");
        Self(Arc::new(Counters {
            http,
            redirects,
            logins,
            radius_timeouts,
            radius_dropped,
            accounting,
            opened,
            not_let_through,
            closed,
            clients,
            queue,
            up,
            resident,
            registry,
        }))
    }

    /// An HTTP answer went out, perhaps a redirect to this place.
    pub fn answered(&self, status: StatusCode, location: Option<&str>) {
        let status = match status.as_u16() {
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.0.http.get_or_create(&[("status", status)]).inc();
        if let Some(result) = location.and_then(result_of) {
            self.0.redirects.get_or_create(&[("res", result)]).inc();
        }
    }

    /// A login came to an end, or to its next round.
    pub fn login(&self, result: &'static str) {
        self.0.logins.get_or_create(&[("result", result)]).inc();
    }

    /// No server answered.
    pub fn radius_timeout(&self, purpose: &'static str) {
        self.0.radius_timeouts.get_or_create(&[("purpose", purpose)]).inc();
    }

    /// A packet was dropped.
    pub fn radius_dropped(&self, reason: &'static str) {
        self.0.radius_dropped.get_or_create(&[("reason", reason)]).inc();
    }

    /// An accounting record was acknowledged or lost.
    pub fn accounting(&self, outcome: &'static str) {
        self.0.accounting.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// A session began.
    pub fn session_opened(&self) {
        self.0.opened.inc();
    }

    /// The packet path could not let a client through.
    pub fn not_let_through(&self) {
        self.0.not_let_through.inc();
    }

    /// A session ended.
    pub fn session_closed(&self, cause: TerminateCause) {
        let cause = match cause {
            TerminateCause::UserRequest => "user_request",
            TerminateCause::LostCarrier => "lost_carrier",
            TerminateCause::IdleTimeout => "idle_timeout",
            TerminateCause::SessionTimeout => "session_timeout",
            TerminateCause::AdminReset => "admin_reset",
            TerminateCause::NasReboot => "nas_reboot",
            _ => "other",
        };
        self.0.closed.get_or_create(&[("cause", cause)]).inc();
    }

    /// Reads the gauges.
    fn look(&self, machines: &Machines) {
        let mut counts = [0_i64; 4];
        let states = [ClientState::Dnat, ClientState::Splash, ClientState::Pass, ClientState::Drop];
        for client in machines.gateway().clients() {
            let state = client.info().state;
            if let Some(place) = states.iter().position(|s| *s == state) {
                counts[place] += 1;
            }
        }
        for (state, count) in states.into_iter().zip(counts) {
            self.0.clients.get_or_create(&[("state", state.word())]).set(count);
        }
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.0.queue.set(i64::try_from(machines.waiting_records().len()).unwrap_or(i64::MAX));
        self.0.up.set(number(machines.now().as_secs()));
        self.0.resident.set(number(resident_octets().unwrap_or(0)));
    }

    /// The whole text, with the gauges as they were last read.
    fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _infallible = encode(&mut text, &self.0.registry);
        text
    }

    /// Answers a request on the private listener.
    pub async fn answer(self, request: Request, handle: Handle, clients: crate::config::Network) -> Response {
        if !private::admits(request.peer.ip(), clients) {
            return plain(StatusCode::FORBIDDEN, "metrics are not for clients of the hotspot");
        }
        if request.head.uri.path() != PATH {
            return plain(StatusCode::NOT_FOUND, "there is only /metrics here");
        }
        if !matches!(request.head.method, Method::GET | Method::HEAD) {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "metrics are only to be read");
        }
        let metrics = self.clone();
        if handle.with(move |machines| metrics.look(machines)).await.is_none() {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "the gateway is stopping");
        }
        let mut response = Response::new(self.text().into());
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }
}

/// The result of a redirect to the portal: the first parameter `res`, if it is one of those that exist (uam 5.0).
fn result_of(location: &str) -> Option<&'static str> {
    const RESULTS: [&str; 8] =
        ["notyet", "splash", "success", "failed", "already", "challenge", "logoff", "other"];
    let query = location.split_once('?')?.1;
    let value = query.split('&').find_map(|parameter| parameter.strip_prefix("res="))?;
    RESULTS.into_iter().find(|known| *known == value).or(Some("other"))
}

/// The resident memory of this process.
#[must_use]
pub fn resident_octets() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_ascii_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told() {
        let metrics = Metrics::new();
        let url = "https://p.example/?x=1&res=failed&reason=reject&uamip=10.1.0.1";
        metrics.clone().answered(StatusCode::FOUND, Some(url));
        metrics.answered(StatusCode::OK, None);
        metrics.login("accept");
        metrics.session_opened();
        metrics.session_closed(TerminateCause::IdleTimeout);
        metrics.accounting("acknowledged");
        let text = metrics.text();
        for line in [
            "fonap_http_responses_total{status=\"3xx\"} 1",
            "fonap_http_responses_total{status=\"2xx\"} 1",
            "fonap_redirects_total{res=\"failed\"} 1",
            "fonap_logins_total{result=\"accept\"} 1",
            "fonap_sessions_opened_total 1",
            "fonap_sessions_closed_total{cause=\"idle_timeout\"} 1",
            "fonap_accounting_records_total{outcome=\"acknowledged\"} 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }

    #[test]
    fn a_label_never_comes_from_outside() {
        assert_eq!(result_of("http://p/?res=notyet&a=b"), Some("notyet"));
        assert_eq!(result_of("http://p/?res=%22x&a=b"), Some("other"));
        assert_eq!(result_of("http://p/?a=b"), None);
        assert_eq!(result_of("http://p/"), None);
    }
}
