//! The golden vectors in a component give the bytes of the native run.

use shelfwise_edge_host::client::Client;
use shelfwise_edge_host::platform::Platform;
use shelfwise_edge_host::server::Server;
use shelfwise_vectors::{Answer, SUITES, Suite, run};

use crate::shop::built;

#[test]
fn vectors_answers_equal_the_native_bytes() {
    let component = built("EDGE_COMPARED", "edge-compared", "vectors");
    let server = Server::start(&component, &Platform::default(), ([127, 0, 0, 1], 0).into()).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    let mut cases = 0;
    for (file, text) in SUITES {
        let suite: Suite = serde_json::from_str(text).unwrap();
        let response = client
            .send(http::Request::get(format!("/{file}")).body(Vec::new()).unwrap())
            .unwrap();
        assert_eq!(response.status(), 200, "{file}: {:?}", server.platform.traps());
        let native: Vec<Result<Answer, String>> = suite.iter().map(run).collect();
        assert!(response.body() == &serde_json::to_vec(&native).unwrap(), "{file}");
        let answers: Vec<Result<Answer, String>> = serde_json::from_slice(response.body()).unwrap();
        for (case, answer) in suite.iter().zip(answers) {
            assert_eq!(Some(answer.unwrap()), case.expect, "{file}: {}", case.name);
        }
        cases += suite.len();
    }
    assert!(cases >= 400, "{cases} cases");
}
