//! Files of an origin, asked for once more after its pages were seen: what the pages have loaded, and nothing else.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::time::Duration;

use anyhow::Result;
use shelfwise_audit::observed::{RequestKind, Visit};
use shelfwise_audit::shipped::Files;
use shelfwise_witness::OwnCertificate;
use ureq::Agent;

use super::observe::Observed;
use crate::eprint_line;

/// How long a file may take.
const LIMIT: Duration = Duration::from_secs(30);
/// The most bytes of a file: more than any model that clients accept.
const MOST_BYTES: u64 = 64 << 20;
/// What holds nothing of Shelfwise.
const OTHER: &[&str] = &[
    "document",
    "image",
    "font",
    "stylesheet",
    "style",
    "media",
    "video",
    "audio",
    "iframe",
];

/// Asks for the files. One that cannot be had again is told, and not looked at.
pub fn files(observed: &Observed, certificate: Option<&OwnCertificate>) -> Result<Files> {
    let mut config = Agent::config_builder().timeout_global(Some(LIMIT)).max_redirects(0);
    if let Some(certificate) = certificate {
        config = config.tls_config(certificate.tls());
    }
    let agent: Agent = config.build().into();
    let mut files = Files::new();
    for (path, url) in addresses(&observed.visits) {
        match get(&agent, &url) {
            Ok(bytes) => drop(files.insert(path, bytes)),
            Err(error) => eprint_line!("{url} cannot be had once more, so it is not looked at: {error:#}"),
        }
    }
    Ok(files)
}

/// Paths and URLs of what pages of the origin have loaded from it.
fn addresses(visits: &[Visit]) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for visit in visits {
        let origin = &visit.recording.origin;
        let requests = visit.recording.requests.iter();
        let loaded = requests.filter(|request| request.kind == RequestKind::Http && request.method == "GET");
        for request in
            loaded.filter(|request| !request.destination.as_deref().is_some_and(|what| OTHER.contains(&what)))
        {
            let url = request.url.split('#').next().unwrap_or_default();
            let path = url
                .strip_prefix(origin.as_str())
                .and_then(|rest| rest.strip_prefix('/'));
            let path = path.map(|path| path.split('?').next().unwrap_or_default());
            if let Some(path) = path.filter(|path| !path.is_empty() && !path.ends_with('/')) {
                all.insert((path.to_owned(), url.to_owned()));
            }
        }
    }
    all
}

fn get(agent: &Agent, url: &str) -> Result<Vec<u8>> {
    let mut response = agent.get(url).call()?;
    let mut bytes = Vec::new();
    response
        .body_mut()
        .as_reader()
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use shelfwise_audit::observed::{Build, Recording, Request, Witness};

    use super::*;

    #[test]
    fn only_loaded_files_of_the_origin_are_asked_for() {
        let of = |destination: &str, url: &str| Request {
            destination: Some(destination.to_owned()),
            ..Request::new(Witness::DevTools, RequestKind::Http, "GET", url)
        };
        let requests = vec![
            of("script", "https://s.example/a.js?v=1"),
            of("image", "https://s.example/a.png"),
            of("document", "https://s.example/"),
            of("script", "https://cdn.example/b.js"),
        ];
        let recording = Recording {
            origin: "https://s.example".to_owned(),
            requests,
            ..Recording::default()
        };
        let visit = Visit {
            shopper: String::new(),
            build: Build::AsDeployed,
            from_ms: 0,
            last_from_ms: 0,
            pages: Vec::new(),
            kept: Vec::new(),
            recording,
        };
        let expected = ("a.js".to_owned(), "https://s.example/a.js?v=1".to_owned());
        assert_eq!(addresses(&[visit]), BTreeSet::from([expected]));
    }
}
