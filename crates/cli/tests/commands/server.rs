//! The command as a server, for as long as a test takes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::shop::Shop;

/// The command at work; ended with the test, whatever becomes of it.
pub struct Server {
    pub process: Child,
    /// Host and port.
    pub host: String,
    /// What the printed address has behind them, without slashes around it.
    pub path: String,
}

impl Server {
    /// Starts the command in the shop's folder, and reads the address that it prints first.
    pub fn start(shop: &Shop, words: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_shelfwise"))
            .args(words)
            .current_dir(shop.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().rsplit("http://").next().unwrap_or_default();
        let (host, path) = address.split_once('/').unwrap_or((address, ""));
        Self {
            process,
            host: host.to_owned(),
            path: path.trim_end_matches('/').to_owned(),
        }
    }

    /// Sends a request of this head, and returns the whole answer.
    pub fn send(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let length = body.len();
        write!(
            stream,
            "{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, as one of the tests wants.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
