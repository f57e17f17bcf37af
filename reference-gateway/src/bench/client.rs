//! Clients of a hotspot, as plain as they can be: what they cost is not what is measured.

use super::stats::Stats;
use radius_codec::client::Request;
use radius_codec::dict::rfc2865;
use radius_codec::{AttributeWriter as _, Code, Secret};
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use wispr::gateway::{Challenge, parameter};

/// The user that all clients are.
pub const USER: &str = "bench";
/// The user's password.
pub const PASSWORD: &str = "a password of the bench";
/// The secret that portal and gateway share.
pub const UAM_SECRET: &str = "uam secret of the bench";
/// The secret of the RADIUS server.
pub const RADIUS_SECRET: &str = "radius secret of the bench";
/// Nothing here takes longer, or it counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address of a client, by number.
#[must_use]
pub fn address(number: u64) -> Ipv4Addr {
    let [.., high, middle, low] = number.to_be_bytes();
    Ipv4Addr::new(127, 1_u8.wrapping_add(high), middle, low)
}

/// Where a redirect leads to. Who is turned away because others are served comes again, as the gateway says.
///
/// # Errors
/// When there is no answer, or none that is a redirect.
pub async fn redirect(client: Ipv4Addr, server: SocketAddr, path: &str) -> Result<String, String> {
    let begun = Instant::now();
    loop {
        let answer = get(client, server, path).await.map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&answer);
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        if let Some(location) = head.lines().find_map(|line| line.strip_prefix("Location: ")) {
            return Ok(location.to_owned());
        }
        let status = head.lines().next().unwrap_or_default();
        if !status.starts_with("HTTP/1.1 503 ") || begun.elapsed() > PATIENCE {
            return Err(format!("no redirect: {status}"));
        }
        // Retry-After is two seconds; they do not all come again at once.
        sleep(Duration::from_millis(2000 + u64::from(u32::from(client) % 1000))).await;
    }
}

/// A whole answer, head and body.
///
/// # Errors
/// When there is none in time.
pub async fn get(client: Ipv4Addr, server: SocketAddr, path: &str) -> io::Result<Vec<u8>> {
    let whole = async {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind((client, 0).into())?;
        let mut stream = socket.connect(server).await?;
        stream.set_nodelay(true)?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: bench\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::with_capacity(4096);
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    };
    timeout(PATIENCE, whole).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// A login that succeeded.
pub struct Login {
    /// The session's id.
    pub session: String,
    /// How long the request with the password took.
    pub took: Duration,
}

/// Logs a client in as a portal does it.
///
/// # Errors
/// What happened instead.
pub async fn login(client: Ipv4Addr, server: SocketAddr) -> Result<Login, String> {
    let page = redirect(client, server, "/prelogin").await?;
    let challenge = field(&page, "challenge").and_then(|hex| Challenge::from_hex(hex.as_bytes()));
    let challenge = challenge.ok_or_else(|| format!("no challenge: {page}"))?;
    let password = challenge.key(UAM_SECRET.as_bytes()).obfuscate(PASSWORD.as_bytes());
    let begun = Instant::now();
    let location = redirect(client, server, &format!("/logon?username={USER}&password={password}")).await?;
    match (field(&location, "res").as_deref(), field(&location, "sessionid")) {
        (Some("success"), Some(session)) => Ok(Login { session, took: begun.elapsed() }),
        _ => Err(format!("not logged in: {location}")),
    }
}

/// A parameter of a URL.
#[must_use]
pub fn field(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    Some(String::from_utf8_lossy(&parameter(query.as_bytes(), name)?).into_owned())
}

/// One login at the RADIUS server without a gateway.
///
/// # Errors
/// When it is not accepted.
pub async fn exchange(socket: &UdpSocket, identifier: u8) -> Result<Duration, String> {
    let secret = Secret::new(RADIUS_SECRET.as_bytes()).map_err(|e| e.to_string())?;
    let mut request = Request::new(Code::ACCESS_REQUEST);
    request.add(rfc2865::USER_NAME, USER).hidden(rfc2865::USER_PASSWORD, PASSWORD.as_bytes());
    request.add(rfc2865::NAS_IDENTIFIER, "bench");
    let mut authenticator = [0; 16];
    crate::random::SystemRandom.octets(&mut authenticator);
    let mut packet = [0; 4096];
    let begun = Instant::now();
    let length =
        request.write_to(&mut packet, identifier, authenticator, &secret).map_err(|e| e.to_string())?;
    socket.send(&packet[..length]).await.map_err(|e| e.to_string())?;
    loop {
        let received = timeout(Duration::from_secs(5), socket.recv(&mut packet)).await;
        let length = received.map_err(|_| "no answer")?.map_err(|e| e.to_string())?;
        match &packet[..length] {
            [2, found, ..] if *found == identifier => return Ok(begun.elapsed()),
            [_, found, ..] if *found == identifier => return Err("not accepted".to_owned()),
            _ => {}
        }
    }
}

/// Does `work` with the numbers from `first` on, so many at a time, until all numbers below `last` are done or time is
/// up. `work` says how long what counts has taken.
pub async fn many<F>(
    at_a_time: usize,
    numbers: std::ops::Range<u64>,
    limit: Duration,
    work: impl Fn(usize, u64) -> F + Clone + Send + 'static,
) -> Stats
where
    F: Future<Output = Result<Duration, String>> + Send,
{
    let next = Arc::new(AtomicU64::new(numbers.start));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for worker in 0..at_a_time {
        let (next, work) = (Arc::clone(&next), work.clone());
        tasks.spawn(async move {
            let mut stats = Stats::default();
            while begun.elapsed() < limit {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= numbers.end {
                    break;
                }
                match work(worker, number).await {
                    Ok(time) => stats.add(time),
                    Err(error) => {
                        tracing::warn!(error, "bench");
                        stats.failed += 1;
                    }
                }
            }
            stats
        });
    }
    let mut all = Stats::default();
    while let Some(Ok(stats)) = tasks.join_next().await {
        all.merge(stats);
    }
    all.elapsed = begun.elapsed();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_has_an_address_of_its_own() {
        assert_eq!(address(0), Ipv4Addr::new(127, 1, 0, 0));
        assert_eq!(address(65_536 + 258), Ipv4Addr::new(127, 2, 1, 2));
        assert_eq!(field("http://p/?res=success&sessionid=ab", "sessionid").as_deref(), Some("ab"));
    }
}
