//! The table of releases good and bad, through `shelfwise verify`: from folders, and over HTTP.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::shop::Shop;
use serde_json::Value;
use shelfwise_releases::{Case, Expected, File, NOW_MS, Table, table};

/// What a client sees of a case's origin.
fn files<'a>(table: &'a Table, case: &'a Case) -> impl Iterator<Item = &'a File> {
    let own = |file: &&File| !case.files.iter().any(|other| other.path == file.path);
    case.files.iter().chain(table.last_good.iter().filter(own))
}

/// Runs `verify` and compares. It fetches every byte anew, so a release that is unchanged counts as new.
fn check(shop: &Shop, table: &Table, place: &str, memory: &str, expected: Expected, case: &Case) {
    let name = case.name;
    let keys: String = table.keys_of(case).iter().map(|key| format!(" --key {key}")).collect();
    let words = format!(
        "verify {place}{keys} --at {} --engine {} {memory} --json",
        table.now_ms, table.engine
    );
    let output = shop.run(&words);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{name}: {output:?}"));
    let outcome = if expected.outcome == "unchanged" {
        "new"
    } else {
        expected.outcome
    };
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    assert_eq!(
        (&found["outcome"], &found["what"], &found["why"]),
        (&outcome.into(), &text(expected.what), &text(expected.why)),
        "{name}: {found}"
    );
    assert_eq!(output.status.success(), outcome == "new", "{name}");
    let loaded = outcome != "store-order";
    assert_eq!(found["serves"].is_object(), loaded, "{name}: {found}");
}

/// With the memory of a client that has the last good release, and without; the memory is a fresh copy each time.
fn check_both(shop: &Shop, table: &Table, place: &str, case: &Case) {
    shop.write("memory", table.memory_of(case));
    check(shop, table, place, "--memory memory", case.remembering, case);
    if case.remembering.outcome == "kept" {
        assert_eq!(
            shop.read("memory"),
            table.memory_of(case),
            "{}: a bad release changes nothing",
            case.name
        );
    }
    check(shop, table, place, "", case.forgetting, case);
}

#[test]
fn verify_folder_judges_every_case_of_the_table() {
    let (shop, table) = (Shop::open(), table(NOW_MS).unwrap());
    // A folder has no `Content-Encoding`.
    for case in table
        .cases
        .iter()
        .filter(|case| files(&table, case).all(|file| file.encoding.is_none()))
    {
        fs::create_dir(shop.path(case.name)).unwrap();
        for file in files(&table, case) {
            shop.write(&format!("{}/{}", case.name, file.path), &file.bytes);
        }
        check_both(&shop, &table, case.name, case);
    }
}

#[test]
fn verify_http_judges_every_case_of_the_table() {
    let (shop, table) = (Shop::open(), table(NOW_MS).unwrap());
    for case in &table.cases {
        let served: Vec<File> = files(&table, case).cloned().collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // Ends with the process.
        thread::spawn(move || serve(&listener, &served));
        check_both(&shop, &table, &format!("http://{address}/"), case);
    }
}

/// A server as small as can be: one request, one answer, one connection.
fn serve(listener: &TcpListener, files: &[File]) {
    for stream in listener.incoming().flatten() {
        // A client that stops reading in the middle, as it should, is no matter here.
        let _ = answer(stream, files);
    }
}

fn answer(mut stream: TcpStream, files: &[File]) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let Some(file) = files.iter().find(|file| file.path == path) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    };
    let encoding = file
        .encoding
        .map(|encoding| format!("content-encoding: {encoding}\r\n"));
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{}connection: close\r\n\r\n",
        file.bytes.len(),
        encoding.unwrap_or_default()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&file.bytes)
}

/// A server that answers the first request with these bytes again and again, and never ends.
fn without_end(piece: &'static [u8], pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Ends with the process.
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut written = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            while written.is_ok() {
                written = stream.write_all(piece).and_then(|()| stream.flush());
                thread::sleep(pause);
            }
        }
    });
    format!("http://{address}/")
}

#[test]
fn answer_without_end_is_too_long_and_one_that_trickles_is_unreachable() {
    let (shop, table) = (Shop::open(), table(NOW_MS).unwrap());
    let keys: String = table.keys.iter().map(|key| format!(" --key {key}")).collect();
    let verify = |place: &str| {
        let output = shop.run(&format!("verify {place}{keys} --timeout 2 --json"));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["why"].clone()
    };
    assert_eq!(verify(&without_end(&[0; 1024], Duration::ZERO)), "too-long");
    assert_eq!(verify(&without_end(b"S", Duration::from_millis(100))), "unreachable");
}
