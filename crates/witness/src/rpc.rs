//! Calls and events as JSON on a web socket: what CDP and WebDriver BiDi have in common.

use std::collections::HashMap;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Message, WebSocket};

/// The longest message: a screenshot of a long page.
const MOST_BYTES: usize = 256 << 20;

/// An event of the browser.
#[derive(Debug)]
pub struct Event {
    /// Its name, such as `Network.requestWillBeSent`.
    pub method: String,
    /// What it says.
    pub params: Value,
    /// The session that it belongs to, with CDP.
    pub session: Option<String>,
}

/// Answers that are waited for, by the number of their call.
type Waiting = Mutex<HashMap<u64, Sender<Result<Value, String>>>>;

/// The half that writes: calls, whose answers may be of no interest.
#[derive(Debug)]
pub struct Wire {
    socket: Mutex<WebSocket<TcpStream>>,
    next: AtomicU64,
}

/// A connection with a browser.
#[derive(Debug)]
pub struct Connection {
    wire: Arc<Wire>,
    waiting: Arc<Waiting>,
    limit: Duration,
}

impl Wire {
    /// Sends a call and waits for nothing.
    ///
    /// # Errors
    /// If the connection is closed.
    pub fn send(&self, method: &str, params: &Value, session: Option<&str>) -> Result<()> {
        self.write(self.number(), method, params, session)
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn write(&self, id: u64, method: &str, params: &Value, session: Option<&str>) -> Result<()> {
        let mut call = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            call["sessionId"] = session.into();
        }
        let mut socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = socket.send(Message::text(call.to_string()));
        sent.with_context(|| format!("{method}: the browser has closed the connection"))
    }
}

impl Connection {
    /// Connects to `127.0.0.1:port/path`; `on_event` is called on a thread of its own, and must not wait for answers.
    ///
    /// # Errors
    /// If nothing listens there, or it speaks something else.
    pub fn open(
        port: u16,
        path: &str,
        limit: Duration,
        on_event: impl Fn(&Wire, Event) + Send + 'static,
    ) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).context("cannot connect with the browser")?;
        stream.set_nodelay(true)?;
        let write = stream.try_clone()?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(MOST_BYTES))
            .max_frame_size(Some(MOST_BYTES));
        let address = format!("ws://127.0.0.1:{port}{path}");
        let (read, _) = tungstenite::client::client_with_config(address, stream, Some(config))
            .map_err(|error| anyhow!("the browser refuses to be driven: {error}"))?;
        // Two halves of one connection: neither protocol pings, so the reading half never has to write.
        let write = WebSocket::from_raw_socket(write, Role::Client, Some(config));
        let wire = Arc::new(Wire {
            socket: Mutex::new(write),
            next: AtomicU64::new(1),
        });
        let waiting = Arc::new(Waiting::default());
        let (own_wire, own_waiting) = (Arc::clone(&wire), Arc::clone(&waiting));
        thread::spawn(move || listen(read, &own_wire, &own_waiting, on_event));
        Ok(Self { wire, waiting, limit })
    }

    /// Calls, and waits for the answer for as long as the connection's limit.
    ///
    /// # Errors
    /// If the browser refuses, does not answer in time, or is gone.
    pub fn call(&self, method: &str, params: Value, session: Option<&str>) -> Result<Value> {
        let (sender, answer) = mpsc::channel();
        let id = self.wire.number();
        lock(&self.waiting).insert(id, sender);
        self.wire.write(id, method, &params, session)?;
        let answer = answer.recv_timeout(self.limit);
        lock(&self.waiting).remove(&id);
        match answer {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(said)) => bail!("{method}: the browser says: {said}"),
            Err(RecvTimeoutError::Timeout) => bail!("{method}: no answer after {} seconds", self.limit.as_secs()),
            Err(RecvTimeoutError::Disconnected) => bail!("{method}: the browser is gone"),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads until the connection ends, which ends whoever waits for an answer.
fn listen(mut socket: WebSocket<TcpStream>, wire: &Wire, waiting: &Waiting, on_event: impl Fn(&Wire, Event)) {
    while let Ok(message) = socket.read() {
        let Message::Text(text) = message else { continue };
        let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        match value.get("id").and_then(Value::as_u64) {
            Some(id) => {
                if let Some(sender) = lock(waiting).remove(&id) {
                    // Whoever called may have given up.
                    let _ = sender.send(answer(&mut value));
                }
            }
            None => on_event(wire, event(&mut value)),
        }
    }
    lock(waiting).clear();
}

/// CDP says `error: { message }`, BiDi `error: "code", message`.
fn answer(value: &mut Value) -> Result<Value, String> {
    match value.get("error") {
        None => Ok(value.get_mut("result").map(Value::take).unwrap_or_default()),
        Some(Value::String(code)) => Err(format!("{code}: {}", value["message"].as_str().unwrap_or_default())),
        Some(error) => Err(error["message"].as_str().unwrap_or("an error without words").to_owned()),
    }
}

fn event(value: &mut Value) -> Event {
    Event {
        method: value["method"].as_str().unwrap_or_default().to_owned(),
        session: value["sessionId"].as_str().map(str::to_owned),
        params: value.get_mut("params").map(Value::take).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_both_protocols_are_told() {
        let mut cdp = json!({ "id": 1, "error": { "code": -32000, "message": "No target" } });
        assert_eq!(answer(&mut cdp), Err("No target".to_owned()));
        let mut bidi = json!({ "id": 1, "type": "error", "error": "no such frame", "message": "gone" });
        assert_eq!(answer(&mut bidi), Err("no such frame: gone".to_owned()));
        assert_eq!(answer(&mut json!({ "id": 1, "result": [1] })), Ok(json!([1])));
    }
}
