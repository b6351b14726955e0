//! How much is read, where from, and in whose name.

use dataarts_security::CallOptions;

use crate::support::{Bench, call, call_with};

const OWN_NAME: &str = concat!("dataarts-security/", env!("CARGO_PKG_VERSION"));

#[tokio::test]
async fn a_body_beyond_the_bound_is_an_error_and_not_read_again() {
    let bench = Bench::plain().await;
    let options = CallOptions::new().max_response_size(100);
    let of_the_client = call(&bench.builder().options(options).build().unwrap()).await.unwrap_err();
    let of_the_call = call_with(&bench.client(), options).await.unwrap_err();
    for error in [of_the_client, of_the_call] {
        assert!(error.is_decode() && error.message().contains("larger than 100 bytes"), "{error}");
        assert_eq!((error.attempts(), error.status().map(|status| status.as_u16())), (1, Some(200)));
        let requests = bench.simulator.requests();
        assert!(requests.iter().any(|request| error.request_id() == Some(&request.request_id)), "{error}");
    }
    assert_eq!(bench.statuses().len(), 2);
}

#[tokio::test]
async fn a_body_that_never_ends_and_one_that_swells_are_cut_off() {
    for fault in ["endless-body", "gzip-bomb=64MiB"] {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:{fault}"));
        let error = call_with(&bench.client(), CallOptions::new().max_response_size(1024 * 1024)).await.unwrap_err();
        assert!(error.is_decode() && error.message().contains("larger than 1 MiB"), "{fault}: {error}");
    }
}

#[tokio::test]
async fn a_redirect_is_an_error_that_names_the_host_and_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (bench, elsewhere) = (Bench::plain().await, Bench::plain().await);
        bench.rule(&format!("list:redirect={status},location={}/path", elsewhere.simulator.base_url()));
        let error = call(&bench.client()).await.unwrap_err();
        assert!(error.is_redirect() && error.message().contains("127.0.0.1"), "{error}");
        assert_eq!((bench.statuses(), elsewhere.statuses()), (vec![status], vec![]));
    }
}

#[tokio::test]
async fn requests_name_the_client_and_its_caller() {
    let bench = Bench::plain().await;
    call(&bench.client()).await.unwrap();
    assert_eq!(bench.last_request().header("user-agent"), Some(OWN_NAME));
    call(&bench.builder().user_agent("report/2.1").build().unwrap()).await.unwrap();
    assert_eq!(bench.last_request().header("user-agent"), Some(format!("{OWN_NAME} report/2.1").as_str()));
}

#[tokio::test]
async fn the_callers_own_connections_are_used() {
    let bench = Bench::plain().await;
    let own = reqwest::Client::builder().user_agent("own/1").no_proxy().build().unwrap();
    call(&bench.builder().http_client(own).build().unwrap()).await.unwrap();
    assert_eq!(bench.last_request().header("user-agent"), Some("own/1"));
}

#[tokio::test]
async fn a_proxy_given_by_hand_is_used_whatever_the_endpoint() {
    let bench = Bench::plain().await;
    // The simulator takes requests as a proxy gets them, with the whole address; the signature is over the host's name.
    let builder = bench.builder().endpoint("http://dataarts.invalid").allow_http(true);
    call(&builder.proxy(bench.simulator.base_url()).build().unwrap()).await.unwrap();
    assert_eq!(bench.last_request().header("host"), Some("dataarts.invalid"));
}
