//! `fonap demo`: a whole hotspot on loopback, and a login that can be watched.

use super::narrate::Narrator;
use super::{DONE, FAILED, block_on, complain, start_log};
use crate::config::{Reader, Settings, UnknownKeys};
use crate::dataplane::NoDataplane;
use crate::decode::radius::Decoder;
use crate::embedded::cable::{PROBE_BODY, cable, internet};
use crate::embedded::radius::{DevelopmentServer, Options, User};
use crate::hotspot::{Extras, Hotspot, until_signal};
use crate::http::client::Client as Http;
use crate::http::server::{Limits, serve};
use crate::radius::Seen;
use crate::random::SystemRandom;
use crate::smart_client::{SmartClient, Step};
use crate::tls;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::future::ready;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use wispr::client::{Config, Outcome, ProbeExpect};
use wispr::eap::{Md5Challenge, Peer};
use zeroize::Zeroizing;

/// The page that the client asks for. The name belongs to nobody (RFC 2606); the demo connects it to the cable.
const PROBE_HOST: &str = "internet.example";
/// The port that a browser is told; another one if it is taken.
const CABLE_PORT: u16 = 8080;
/// The usual port of a gateway; another one if it is taken.
const UAM_PORT: u16 = 3990;

/// Watch a whole hotspot login on this machine
///
/// Starts a gateway with its portal, a RADIUS server with one demo user and a small Internet, all in this process and on
/// loopback. Then a client logs in, by WISPr 1.0 with a password and by WISPr 2.0 with EAP-MD5, and logs off; each message
/// is shown as it passes. The portal stays for a browser until Ctrl-C.
#[derive(Args)]
pub(super) struct Arguments {
    /// End after the logins instead of staying for a browser
    #[arg(long)]
    once: bool,
    /// Print JSON for programs, a line for each step
    #[arg(long)]
    json: bool,
    /// The demo user's name
    #[arg(long, value_name = "NAME", default_value = "demo")]
    user: String,
    /// The demo user's password
    #[arg(long, value_name = "PASSWORD", default_value = "demo")]
    password: String,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    start_log("warn,reference_gateway=warn");
    let narrator = Narrator::new(arguments.json).revealing();
    let outcome = block_on(async {
        let mut stage = Stage::build(&arguments).await?;
        stage.introduce(narrator);
        let mut good = stage.perform(narrator, &arguments, Version::One).await?;
        good &= stage.perform(narrator, &arguments, Version::Two).await?;
        if !arguments.once {
            stage.invite(narrator, &arguments);
            until_signal().await;
        }
        stage.hotspot.stop().await;
        stage.servers.abort_all();
        Ok::<bool, String>(good)
    });
    match outcome.and_then(|result| result) {
        Ok(true) => DONE,
        Ok(false) => {
            complain("the demo did not go as it should; what is above says where");
            FAILED
        }
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

/// How the client logs in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// Everything that the demo is made of.
struct Stage {
    hotspot: Hotspot,
    cable: SocketAddr,
    login: SocketAddr,
    radius: SocketAddr,
    certificate: rustls::pki_types::CertificateDer<'static>,
    secret: String,
    seen: mpsc::UnboundedReceiver<Seen>,
    servers: tokio::task::JoinSet<()>,
}

impl Stage {
    async fn build(arguments: &Arguments) -> Result<Self, String> {
        let mut servers = tokio::task::JoinSet::new();
        let secret = fresh_secret();
        let user =
            User { name: arguments.user.clone(), password: Zeroizing::new(arguments.password.clone()) };
        let radius = DevelopmentServer::bind(loopback(0), Options::new(vec![user], &secret)).await?;
        let radius_address = radius.address()?;
        servers.spawn(radius.serve(|_| {}));
        let (internet_listener, internet_address) = listen(0).await?;
        servers.spawn(internet(internet_listener));
        let (login_listener, login) = listen(0).await?;
        let identity = tls::self_signed(&["localhost"])?;
        let dataplane = NoDataplane::default();
        let (watcher, seen) = mpsc::unbounded_channel();
        let settings = settings(radius_address, login, &secret)?;
        let extras = Extras { dataplane: dataplane.clone(), watcher: Some(watcher), ..Extras::default() };
        let hotspot = Hotspot::start(&settings, &extras).await?;
        let portal = hotspot.portal().clone();
        let show = move |request: crate::http::server::Request| {
            let uri = &request.head.uri;
            ready(portal.answer(&request.head.method, uri.path(), uri.query(), &request.body))
        };
        servers.spawn(serve(login_listener, Some(identity.acceptor), Limits::default(), show));
        let (cable_listener, cable_address) = listen(CABLE_PORT).await?;
        servers.spawn(cable(cable_listener, dataplane, hotspot.addresses().socket, internet_address));
        Ok(Self {
            hotspot,
            cable: cable_address,
            login,
            radius: radius_address,
            certificate: identity.certificate,
            secret,
            seen,
            servers,
        })
    }

    fn introduce(&self, narrator: Narrator) {
        narrator.heading("A hotspot on this machine, all on loopback");
        narrator.line(format!("gateway        {}", self.hotspot.addresses().uam));
        narrator.line(format!("portal         {}", self.hotspot.addresses().portal));
        narrator
            .line(format!("login page     https://localhost:{}/portal/ (for programs)", self.login.port()));
        narrator.line(format!("RADIUS server  {} (for development only)", self.radius));
        narrator.line(format!(
            "client's cable {}: leads to the gateway until the client is logged in",
            self.cable
        ));
        narrator.event(&json!({
            "event": "ready",
            "uam": self.hotspot.addresses().uam,
            "portal": self.hotspot.addresses().portal,
            "cable": format!("http://{}/", self.cable),
            "radius": self.radius.to_string(),
        }));
    }

    fn invite(&self, narrator: Narrator, arguments: &Arguments) {
        narrator.heading("Now you");
        narrator.line(format!("Open http://{}/ in a browser on this machine.", self.cable));
        narrator.line(format!("Sign in as {} with the password {}.", arguments.user, arguments.password));
        narrator.line("Ctrl-C ends the demo.");
    }

    async fn perform(
        &mut self,
        narrator: Narrator,
        arguments: &Arguments,
        version: Version,
    ) -> Result<bool, String> {
        let (title, eap) = match version {
            Version::One => ("WISPr 1.0: a name and a password", false),
            Version::Two => ("WISPr 2.0: the same with EAP-MD5", true),
        };
        narrator.heading(&format!("==== {title} ===="));
        let probe = format!("http://{PROBE_HOST}/probe");
        let config =
            Config::new(&probe, ProbeExpect::Body(PROBE_BODY.into()), &arguments.user, &arguments.password)
                .allow_v2(version == Version::Two)
                .eap(eap);
        let to_cable = format!("{PROBE_HOST}:80:{}:{}", self.cable.ip(), self.cable.port()).parse()?;
        let http = Http::trusting(vec![self.certificate.clone()], vec![to_cable])?;
        let peer = eap.then(|| Peer::new(&arguments.user, Md5Challenge::new(&arguments.password)));
        let mut client = SmartClient::new(config, http, peer).map_err(|e| e.to_string())?;

        let mut story = Story::new(narrator, &self.secret)?;
        let outcome = client.connect(&mut |step| story.tell(&step, &mut self.seen)).await;
        story.settle(&mut self.seen).await;
        let logged_in = narrator.outcome(&outcome);
        let verified = matches!(&outcome, Outcome::LoggedIn(session) if session.verified == Some(true));
        if !logged_in {
            return Ok(false);
        }
        let outcome = client.logoff(&mut |step| story.tell(&step, &mut self.seen)).await;
        story.settle(&mut self.seen).await;
        Ok(narrator.outcome(&outcome) && verified)
    }
}

/// Tells the steps of a login, with the RADIUS packets that passed meanwhile.
struct Story {
    narrator: Narrator,
    decoder: Decoder,
    requests: BTreeMap<(SocketAddr, u8), [u8; 16]>,
    steps: u32,
    posted: bool,
}

impl Story {
    fn new(narrator: Narrator, secret: &str) -> Result<Self, String> {
        let decoder = Decoder::new(Some(secret))?;
        Ok(Self { narrator, decoder, requests: BTreeMap::new(), steps: 0, posted: false })
    }

    fn tell(&mut self, step: &Step<'_>, seen: &mut mpsc::UnboundedReceiver<Seen>) {
        match step {
            Step::Request(request) => {
                let words = self.heading(&request.url, request.body.is_some());
                self.steps += 1;
                self.narrator.heading(&format!("{}. {words}", self.steps));
            }
            Step::Answer(..) => self.show_seen(seen),
            _ => {}
        }
        self.narrator.step(step);
    }

    /// What a request is for, in words.
    fn heading(&mut self, url: &str, posts: bool) -> &'static str {
        let of_the_internet = url.starts_with(&format!("http://{PROBE_HOST}/"));
        let path = url.split('?').next().unwrap_or_default();
        if posts {
            self.posted = true;
            return "The client posts its name and its proof to the login page, over https";
        }
        match (path.rsplit('/').next(), of_the_internet, self.posted) {
            (_, true, false) => "The client asks for a page of the Internet; the gateway answers instead",
            (_, true, true) => "The client asks for its page again",
            (Some("logon" | "login"), ..) => {
                "The portal sent it on to the gateway, which asks the RADIUS server"
            }
            (Some("logoff"), ..) => "The client logs off at the gateway",
            (_, _, true) => "The gateway sent it back to the portal, whose page says what happened",
            (_, _, false) => "The client looks at the portal's page, where a person would sign in",
        }
    }

    /// Shows the RADIUS packets that passed since the last time.
    fn show_seen(&mut self, seen: &mut mpsc::UnboundedReceiver<Seen>) {
        while let Ok(packet) = seen.try_recv() {
            self.show_packet(&packet);
        }
    }

    /// Waits until each request to the RADIUS server has its answer.
    async fn settle(&mut self, seen: &mut mpsc::UnboundedReceiver<Seen>) {
        self.show_seen(seen);
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(2);
        while !self.requests.is_empty() {
            match tokio::time::timeout_at(deadline, seen.recv()).await {
                Ok(Some(packet)) => self.show_packet(&packet),
                _ => return,
            }
        }
    }

    fn show_packet(&mut self, seen: &Seen) {
        let [_, id, _, _, rest @ ..] = seen.octets.as_slice() else { return };
        let key = (seen.peer, *id);
        let authenticator = match (seen.sent, rest.first_chunk::<16>()) {
            (true, Some(own)) => self.requests.insert(key, *own),
            _ => self.requests.remove(&key),
        };
        let direction = if seen.sent { "gateway -> RADIUS server" } else { "RADIUS server -> gateway" };
        match self.decoder.decode(&seen.octets, authenticator.as_ref()) {
            Ok(decoded) => {
                self.narrator.line(format!(".. {direction}"));
                self.narrator.indented(decoded.tree());
                let event = if seen.sent { "radius_sent" } else { "radius_received" };
                self.narrator.event(&json!({ "event": event, "packet": decoded.json() }));
            }
            Err(error) => self.narrator.line(format!(".. {direction}: {error}")),
        }
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Listens on this port, or on a free one if it is taken.
async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), String> {
    let listener = match TcpListener::bind(loopback(port)).await {
        Ok(listener) => listener,
        Err(_) => {
            TcpListener::bind(loopback(0)).await.map_err(|e| format!("cannot listen on loopback: {e}"))?
        }
    };
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    Ok((listener, address))
}

/// A secret for this run only.
fn fresh_secret() -> String {
    let mut octets = [0; 16];
    SystemRandom.octets(&mut octets);
    crate::decode::input::to_hex(&octets)
}

/// The gateway's configuration, in the words of its file.
fn settings(radius: SocketAddr, login: SocketAddr, secret: &str) -> Result<Settings, String> {
    let uam_port = if std::net::TcpListener::bind(loopback(UAM_PORT)).is_ok() { UAM_PORT } else { 0 };
    let text = format!(
        "radiusserver1 {}\nradiusauthport {port}\nradiusacctport {port}\nradiussecret {secret}\n\
         radiusretry 1\nradiusretrysec 2\nradiustimeout 2\nradiusnasid 02-00-7F-00-00-01\n\
         net 127.0.0.0/8\nuamlisten 127.0.0.1\nuamport {uam_port}\nuamsecret {secret}\nswapoctets\n\
         locationname \"the FonAP demo\"\nwisprlogin https://localhost:{}/portal/\n",
        radius.ip(),
        login.port(),
        port = radius.port(),
    );
    Reader::new(UnknownKeys::Refuse)
        .text("demo", &text)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
