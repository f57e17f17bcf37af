//! Events for programs.

use heartbeat::answer::Answer;
use heartbeat::machine::Event;
use serde_json::{Value, json};

/// An event as JSON: `event` says which, the rest depends on it.
#[must_use]
pub fn json(event: &Event) -> Value {
    match event {
        Event::Query(query) => json!({
            "event": "query",
            "type": query.query_type.log_name(),
            "mac": query.mac.to_string(),
            "architecture": query.architecture.0,
            "version": query.version.to_string(),
            "trid": format!("{:08x}", query.trid),
            "retries": query.retries,
        }),
        Event::Answer(answer) => {
            let trid = format!("{:08x}", answer.trid());
            match &**answer {
                Answer::Nop(nop) => {
                    json!({"event": "answer", "kind": "nop", "trid": trid, "time": nop.time, "exec": 0})
                }
                // The data is the server's: any octets.
                _ => json!({
                    "event": "answer",
                    "kind": "regular",
                    "trid": trid,
                    "exec": answer.exec().0,
                    "data": answer.data().escape_ascii().to_string(),
                }),
            }
        }
        Event::AnswerInvalid(reason) => json!({"event": "answer-invalid", "reason": reason.to_string()}),
        Event::DatagramIgnored(reason) => json!({"event": "datagram-ignored", "reason": reason.to_string()}),
        Event::AttemptFailed(reason) => json!({"event": "attempt-failed", "reason": reason.to_string()}),
        Event::HeartbeatFailed { failed } => json!({"event": "heartbeat-failed", "failed": failed}),
        Event::Online => json!({"event": "online"}),
        Event::Offline => json!({"event": "offline"}),
        Event::NoTrigger { name } => json!({"event": "no-trigger", "trigger": name.to_string()}),
        Event::TriggerDropped { name } => json!({"event": "trigger-dropped", "trigger": name.to_string()}),
        Event::TriggerEnded { name, success } => {
            json!({"event": "trigger-ended", "trigger": name.to_string(), "success": success})
        }
        Event::TriggerKilled { name } => json!({"event": "trigger-killed", "trigger": name.to_string()}),
        Event::TestEnded { valid } => json!({"event": "test-ended", "valid": valid}),
        Event::Stopped => json!({"event": "stopped"}),
        other => json!({"event": "other", "detail": format!("{other:?}")}),
    }
}
