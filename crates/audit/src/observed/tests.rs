use super::*;

fn request() -> Request {
    Request {
        at_ms: 5,
        body: Some(vec![0, 255]),
        ..Request::new(Witness::Sink, RequestKind::Http, "POST", "http://a@shop.example:81/x?y")
    }
}

#[test]
fn request_survives_json_with_every_byte_of_its_body() {
    let json = serde_json::to_string(&request()).unwrap();
    assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request(), "{json}");
    let empty = Request {
        body: None,
        ..request()
    };
    let json = serde_json::to_string(&empty).unwrap();
    assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), empty, "{json}");
}

#[test]
fn host_of_url_and_tunnel_has_neither_user_nor_path() {
    assert_eq!(request().host(), "shop.example:81");
    let tunnel = Request::new(Witness::Sink, RequestKind::Tunnel, "CONNECT", "shop.example:443");
    assert_eq!(tunnel.host(), "shop.example:443");
}

#[test]
fn own_traffic_of_the_browser_is_no_request_of_a_page() {
    let own = Request {
        own_traffic: Some("updates".to_owned()),
        ..request()
    };
    let recording = Recording {
        requests: vec![own, request()],
        ..Recording::default()
    };
    assert_eq!(recording.page_requests(Witness::Sink).count(), 1);
    assert_eq!(recording.page_requests(Witness::DevTools).count(), 0);
    assert_eq!(
        (recording.between(5, 6).count(), recording.between(6, 9).count()),
        (2, 0)
    );
}
