//! What the external handler is asked and told (fon-api 2).

use super::Work;
use super::machines::Machines;
use crate::handler::MAX_RUNNING;
use crate::handler::process::Ended;
use std::net::Ipv4Addr;
use wispr::gateway::{Callback, Input, Login, LoginId, LoginResult};

impl Machines {
    /// Has the handler decide about a login; everything else goes on meanwhile.
    pub(super) fn ask_handler(&mut self, login: &Login) {
        let (id, client) = (login.id, login.client.ip);
        let may = self.open.get() && self.asked_handler < MAX_RUNNING;
        let handler = self.handler.clone().filter(|_| may);
        let Some(handler) = handler else {
            tracing::error!(%client, running = self.asked_handler, "a login is refused: the hotspot is closed, or too many wait for the handler");
            return self.handle(Input::LoginResult {
                login: id,
                result: LoginResult::Handler { exit: None, output: b"" },
            });
        };
        self.asked_handler += 1;
        let mut call = Callback::of_login(self.gateway.config(), login);
        if let Some(peer) = login.asked_by.and_then(|request| self.requests.peer(request)) {
            call = call.from_connection(peer);
        }
        let outbox = self.outbox.clone();
        tokio::spawn(async move {
            let ended = handler.call(call).await;
            let report = move |machines: &mut Self| machines.handler_decided(id, client, &ended);
            let _ = outbox.send(Work::With(Box::new(report))).await;
        });
    }

    fn handler_decided(&mut self, login: LoginId, client: Ipv4Addr, ended: &Ended) {
        self.asked_handler -= 1;
        let result = match ended {
            Ended::Exit { status, output } => {
                if status.is_none() {
                    tracing::error!(%client, "the handler of a login was ended by a signal");
                }
                LoginResult::Handler { exit: *status, output }
            }
            Ended::TimedOut => {
                tracing::error!(%client, "the handler of a login took too long and was ended");
                LoginResult::HandlerTimeout
            }
            Ended::NotStarted(why) => {
                tracing::error!(%client, why, "the handler of a login cannot be run");
                LoginResult::Handler { exit: None, output: b"" }
            }
        };
        let then_radius = self.handler.as_ref().is_some_and(|handler| handler.then_radius);
        let counted = match ended {
            // RADIUS has the last word, and its answer is counted.
            Ended::Exit { status: Some(0), .. } if then_radius => None,
            Ended::Exit { status: Some(0), .. } => Some("accept"),
            Ended::Exit { status: Some(51), .. } => Some("reject"),
            Ended::Exit { status: Some(58), .. } | Ended::TimedOut => Some("timeout"),
            Ended::Exit { status: Some(128..=255), .. } => Some("pending"),
            _ => Some("error"),
        };
        counted.into_iter().for_each(|result| self.metrics.login(result));
        self.handle(Input::LoginResult { login, result });
    }

    /// Queues a call of the handler, if there is one.
    pub(super) fn call(&mut self, call: Callback) {
        if self.handler.is_some()
            && let Err(call) = self.calls.push(call)
        {
            tracing::error!(?call, "the handler is not called: too many calls wait");
        }
    }

    pub(super) fn run_calls(&mut self) {
        let Some(handler) = &self.handler else { return };
        while let Some(call) = self.calls.take() {
            let (handler, outbox) = (handler.clone(), self.outbox.clone());
            tokio::spawn(async move {
                let (line, command) = (call.client, call.command);
                match handler.call(call).await {
                    Ended::Exit { status: Some(0), .. } => {}
                    Ended::Exit { status, .. } => {
                        tracing::warn!(command, client = ?line, status, "the handler reports an error");
                    }
                    Ended::TimedOut => {
                        tracing::error!(command, client = ?line, "the handler took too long and was ended");
                    }
                    Ended::NotStarted(why) => {
                        tracing::error!(command, why, "the handler cannot be run");
                    }
                }
                let _ = outbox.send(Work::With(Box::new(move |machines| machines.calls.done(line)))).await;
            });
        }
    }
}
