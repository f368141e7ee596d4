//! An origin of files with configurable failures.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How the origin responds.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// With this file, whatever the path.
    File(Vec<u8>),
    /// With these files by path, and 404 for all others.
    Folder(BTreeMap<String, Served>),
    /// With a status and an empty body.
    Status(u16),
    /// Only after this time.
    Silent(Duration),
}

/// A file in a folder.
#[derive(Clone, Debug)]
pub struct Served {
    /// Its bytes as sent.
    pub bytes: Vec<u8>,
    /// Its `Content-Encoding`, if it has one.
    pub encoding: Option<String>,
}

/// A server on its own port.
#[derive(Clone, Debug)]
pub struct Origin {
    address: SocketAddr,
    behaviour: Arc<Mutex<Behaviour>>,
    received: Arc<Mutex<Vec<u8>>>,
    requests: Arc<AtomicUsize>,
}

impl Origin {
    /// Listens on a free port.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start(behaviour: Behaviour) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let origin = Self {
            address,
            behaviour: Arc::new(Mutex::new(behaviour)),
            received: Arc::default(),
            requests: Arc::default(),
        };
        let own = origin.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                thread::spawn(move || own.answer(stream));
            }
        });
        Ok(origin)
    }

    /// Returns the URL of the file.
    pub fn url(&self) -> String {
        self.at("model.swm")
    }

    /// Returns the URL of a file in its folder.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Changes how it responds from now on.
    pub fn set(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    /// Returns the number of requests received.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns every byte received.
    pub fn received(&self) -> Vec<u8> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let path = String::from_utf8_lossy(&head)
            .split(' ')
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        self.received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(head);
        self.requests.fetch_add(1, Ordering::Relaxed);
        let behaviour = self.behaviour.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut encoding = String::new();
        let (status, body) = match behaviour {
            Behaviour::File(bytes) => (200, bytes),
            Behaviour::Folder(mut files) => match files.remove(path.trim_start_matches('/')) {
                Some(file) => {
                    encoding = file
                        .encoding
                        .map(|name| format!("content-encoding: {name}\r\n"))
                        .unwrap_or_default();
                    (200, file.bytes)
                }
                None => (404, Vec::new()),
            },
            Behaviour::Status(status) => (status, Vec::new()),
            Behaviour::Silent(time) => {
                thread::sleep(time);
                (200, Vec::new())
            }
        };
        write!(
            stream,
            "HTTP/1.1 {status} .\r\n{encoding}content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )?;
        stream.write_all(&body)
    }
}
