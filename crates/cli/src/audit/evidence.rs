//! What belongs into the evidence beside the report: recordings, network logs, screenshots.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use shelfwise_audit::observed::{Build, Visit};

use super::plan::Plan;
use super::visit::Visited;

/// Headers that hold what opens a shop's account.
const SECRET: &[&str] = &["cookie", "authorization", "proxy-authorization"];

/// Files, by their path in the folder of the evidence.
#[derive(Default)]
pub struct Evidence {
    pub files: Vec<(String, Vec<u8>)>,
}

impl Evidence {
    /// Adds a visit. What was done before anything counts is left out, with the network log of a plan that has such steps: a
    /// password would be in it.
    pub fn add(&mut self, visited: &Visited, plan: &Plan) {
        let visit = &visited.visit;
        let number = self
            .files
            .iter()
            .filter(|(path, _)| path.starts_with("recordings/"))
            .count()
            + 1;
        let name = format!(
            "{number:02}-{}-{}{}",
            visit.recording.browser.name,
            plain(&visit.shopper),
            suffix(visit.build)
        );
        if let Ok(json) = serde_json::to_vec_pretty(&without_secrets(visit)) {
            self.files.push((format!("recordings/{name}.json"), json));
        }
        if plan.before.is_empty()
            && let Some(log) = compressed(&visited.log)
        {
            self.files.push((format!("network-logs/{name}.gz"), log));
        }
        self.files
            .push((format!("screenshots/{name}.png"), visited.screenshot.clone()));
    }
}

fn suffix(build: Build) -> &'static str {
    match build {
        Build::AsDeployed => "",
        Build::WithoutShelfwise => "-without-shelfwise",
    }
}

/// A shopper's name as part of a file's.
fn plain(name: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.chars().take(40).map(letter).collect()
}

fn without_secrets(visit: &Visit) -> Visit {
    let mut visit = visit.clone();
    let from_ms = visit.from_ms;
    visit.recording.requests.retain(|request| request.at_ms >= from_ms);
    let requests = visit.recording.requests.iter_mut();
    let headers = requests.flat_map(|request| request.headers.iter_mut());
    for header in headers.filter(|header| SECRET.contains(&header.name.as_str())) {
        header.value = format!("({} characters, left out)", header.value.chars().count());
    }
    visit
}

fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use shelfwise_audit::observed::{Header, Recording, Request, RequestKind, Witness};

    use super::*;

    fn visited() -> Visited {
        let request = |at_ms, url: &str| {
            let cookie = Header {
                name: "cookie".to_owned(),
                value: "session=secret".to_owned(),
            };
            Request {
                at_ms,
                headers: vec![cookie],
                ..Request::new(Witness::Sink, RequestKind::Http, "GET", url)
            }
        };
        let requests = vec![request(1, "http://s/login"), request(3, "http://s/")];
        let visit = Visit {
            shopper: "A b".to_owned(),
            build: Build::AsDeployed,
            from_ms: 2,
            last_from_ms: 3,
            pages: Vec::new(),
            kept: Vec::new(),
            recording: Recording {
                requests,
                ..Recording::default()
            },
        };
        Visited {
            visit,
            log: b"log".to_vec(),
            screenshot: Vec::new(),
        }
    }

    #[test]
    fn evidence_holds_no_cookie_and_nothing_of_a_login() {
        let mut evidence = Evidence::default();
        let mut plan = Plan::of_links("/", &[]);
        evidence.add(&visited(), &plan);
        let json = String::from_utf8(evidence.files[0].1.clone()).unwrap();
        assert!(
            !json.contains("secret") && !json.contains("login") && json.contains("14 characters"),
            "{json}"
        );
        let logs = |evidence: &Evidence| {
            evidence
                .files
                .iter()
                .filter(|(path, _)| path.starts_with("network-logs/"))
                .count()
        };
        assert_eq!(
            (evidence.files[0].0.as_str(), logs(&evidence)),
            ("recordings/01--a-b.json", 1)
        );
        plan.before = plan.last.clone();
        evidence.add(&visited(), &plan);
        assert_eq!(logs(&evidence), 1);
    }
}
