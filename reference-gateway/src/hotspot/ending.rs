//! How the gateway is told to end, and how it leaves.

use super::Hotspot;
use super::machines::Machines;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How the gateway ends (gateway-dataplane 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Sessions end, with their accounting, and nothing is left but the guard.
    Stop,
    /// Clients go on in the packet path and the next gateway goes on with their sessions, as after an update. Where the packet
    /// path is not the gateway's, or nothing is kept on disk, this is [`Stop`](Self::Stop).
    Leave,
}

/// Waits until the process is asked to end: by SIGTERM so that another one can take over, by Ctrl-C for good. From the call on
/// the signals end nothing by themselves, whether or not somebody waits already.
pub fn until_signal() -> impl Future<Output = Ending> {
    let [terminate, interrupt] = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async {
        tokio::select! {
            () = received(terminate) => Ending::Leave,
            () = received(interrupt) => Ending::Stop,
        }
    }
}

/// Waits for a signal; for ever if the system does not tell of it.
async fn received(signal: std::io::Result<Signal>) {
    match signal {
        Ok(mut signal) => _ = signal.recv().await,
        Err(_) => std::future::pending().await,
    }
}

impl Hotspot {
    /// Waits until somebody inside asks for an orderly stop.
    pub async fn until_stop(&self) {
        self.stop.notified().await;
    }
}

impl Machines {
    /// Has the gateway stopped for good, as Ctrl-C does.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    /// Keeps all sessions as they are now, for the next gateway.
    pub(super) fn keep_all(&mut self) {
        self.read_counters_now();
        let clients: Vec<_> = self.gateway.clients().map(|client| client.info().ip).collect();
        for client in clients {
            self.keep(client);
        }
    }
}
