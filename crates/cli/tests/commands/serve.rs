//! A folder is served by the command itself, until it is told to stop.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::shop::Shop;

/// The command at work; ended with the test, whatever becomes of it.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(shop: &Shop, words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
        command.args(["serve", "public", "--port", "0"]).args(words);
        let mut process = command
            .current_dir(shop.path(""))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        Self { process, address }
    }

    fn get(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, as one of the tests wants.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn release() -> Shop {
    let shop = Shop::open();
    std::fs::create_dir(shop.path("public")).unwrap();
    shop.write("public/release", "epoch 7").write("public/worker.js", "0");
    shop
}

#[test]
fn serve_default_host_is_this_machine_alone() {
    let shop = release();
    let server = Server::start(&shop, &[]);
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    let answer = server.get("/release", "origin: https://shop.example\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("epoch 7"),
        "{answer}"
    );
    assert!(
        answer.contains("cache-control: no-cache") && !answer.contains("access-control"),
        "{answer}"
    );
    let worker = server.get("/worker.js", "");
    assert!(
        worker.contains("content-security-policy: default-src 'none'; script-src 'wasm-unsafe-eval'"),
        "{worker}"
    );
}

#[test]
fn serve_history_and_drafts_are_not_served() {
    let shop = release();
    std::fs::create_dir_all(shop.path("public/.history")).unwrap();
    shop.write("public/.history/7.json", "{}")
        .write("public/.publish.lock", "");
    let server = Server::start(&shop, &[]);
    for path in ["/.history/7.json", "/.history/", "/%2ehistory/7.json", "/.publish.lock"] {
        let answer = server.get(path, "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}

#[test]
fn serve_named_origin_may_read() {
    let shop = release();
    let server = Server::start(&shop, &["--origin", "https://shop.example"]);
    let answer = server.get("/release", "origin: https://shop.example\r\n");
    assert!(
        answer.contains("access-control-allow-origin: https://shop.example"),
        "{answer}"
    );
}

#[cfg(unix)]
#[test]
fn it_ends_well_when_the_system_or_the_keyboard_says_so() {
    let shop = release();
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::start(&shop, &[]);
        // A browser that keeps its connection does not hold the server up.
        let mut idle = TcpStream::connect(&server.address).unwrap();
        write!(idle, "GET /release HTTP/1.1\r\nhost: shop\r\n\r\n").unwrap();
        idle.read_exact(&mut [0; 64]).unwrap();
        let printed = Command::new("kill")
            .args([signal, &server.process.id().to_string()])
            .status();
        assert!(printed.unwrap().success());
        assert!(server.process.wait().unwrap().success(), "{signal}");
    }
}

#[test]
fn serve_missing_folder_and_bad_origin_are_refused() {
    let shop = Shop::open();
    let error = shop.stderr("serve gone --port 0");
    assert!(
        error.contains("gone") && error.contains("name a folder that is there"),
        "{error}"
    );
    let error = shop.stderr("serve . --port 0 --origin https://shop.example/cart");
    assert!(error.contains("without a path"), "{error}");
}
