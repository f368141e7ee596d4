//! A folder is served by the command itself, until it is told to stop.

#[cfg(unix)]
use std::io::{Read as _, Write as _};
#[cfg(unix)]
use std::net::TcpStream;
#[cfg(unix)]
use std::process::Command;

use crate::server::Server;
use crate::shop::Shop;

fn serve(shop: &Shop, words: &[&str]) -> Server {
    Server::start(shop, &[&["serve", "public", "--port", "0"], words].concat())
}

fn get(server: &Server, path: &str, headers: &str) -> String {
    server.send(&format!("GET {path} HTTP/1.1\r\nhost: shop\r\n{headers}"), "")
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
    let server = serve(&shop, &[]);
    assert!(server.host.starts_with("127.0.0.1:"), "{}", server.host);
    let answer = get(&server, "/release", "origin: https://shop.example\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("epoch 7"),
        "{answer}"
    );
    assert!(
        answer.contains("cache-control: no-cache") && !answer.contains("access-control"),
        "{answer}"
    );
    let worker = get(&server, "/worker.js", "");
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
    let server = serve(&shop, &[]);
    for path in ["/.history/7.json", "/.history/", "/%2ehistory/7.json", "/.publish.lock"] {
        let answer = get(&server, path, "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}

#[test]
fn serve_named_origin_may_read() {
    let shop = release();
    let server = serve(&shop, &["--origin", "https://shop.example"]);
    let answer = get(&server, "/release", "origin: https://shop.example\r\n");
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
        let mut server = serve(&shop, &[]);
        // A browser that keeps its connection does not hold the server up.
        let mut idle = TcpStream::connect(&server.host).unwrap();
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
