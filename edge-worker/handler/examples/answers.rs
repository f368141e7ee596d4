//! The handler alone, for hosts to be compared with: `answers MODEL RECENT` reads questions from its standard input, one
//! `{ method, uri, headers, body, now_ms }` a line, and prints `{ status, headers, body }` for each.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a program of tests fails by panicking")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead as _, stdin};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use shelfwise_edge::{Asset, Config, ENTROPY_BYTES, Fetched, Host, Unavailable, answer, refresh};

#[derive(Deserialize)]
struct Question {
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    body: String,
    now_ms: i64,
}

/// A store in memory, and an origin that has one file.
struct Memory {
    store: RefCell<BTreeMap<String, Vec<u8>>>,
    model: Vec<u8>,
    now_ms: i64,
}

impl Host for Memory {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        Ok(self.store.borrow().get(key).cloned())
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        self.store.borrow_mut().insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn fetch(&self, _url: &str, _at_most: usize) -> Result<Fetched, Unavailable> {
        Ok(Fetched::File(self.model.clone()))
    }

    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]> {
        None
    }

    fn now_ms(&self) -> i64 {
        self.now_ms
    }

    fn asset(&self, _name: &str) -> Option<Asset> {
        None
    }
}

fn main() {
    let [model, recent] = [1, 2].map(|at| std::env::args().nth(at).unwrap());
    let model = std::fs::read(model).unwrap();
    let hash: String = Sha256::digest(&model)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let config = Config::read(|name| match name {
        "snapshot_url" => Some("https://origin.example/model.swm".to_owned()),
        "snapshot_sha256" => Some(hash.clone()),
        "recent" => Some(recent.clone()),
        _ => None,
    });
    let mut memory = Memory {
        store: RefCell::default(),
        model,
        now_ms: 0,
    };
    pollster::block_on(refresh(&memory, config.as_ref().unwrap()));
    for line in stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line.unwrap()).unwrap();
        memory.now_ms = question.now_ms;
        let mut request = http::Request::builder()
            .method(question.method.as_str())
            .uri(question.uri);
        for (name, value) in &question.headers {
            request = request.header(name, value);
        }
        let request = request.body(question.body.into_bytes()).unwrap();
        let response = pollster::block_on(answer(&memory, &config, &request));
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let answer = serde_json::json!({
            "status": response.status().as_u16(),
            "headers": headers.collect::<BTreeMap<_, _>>(),
            "body": String::from_utf8_lossy(response.body()),
        });
        println!("{answer}");
    }
}
