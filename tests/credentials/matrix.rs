//! The life of an identity, the same for every source that asks another service for it: first use, refresh, expiry,
//! revocation, failure, garbage, an endpoint that hangs.

use std::time::Duration;

use dataarts_security::{CallOptions, Client, Credentials};

use crate::support::{Bench, IDENTITY_PROVIDER, call, chain, folder, login, refreshed};

/// A source, the paths that it asks first and last, the simulator's name for that part, and how long its identities live.
struct Kind {
    name: &'static str,
    last_path: &'static str,
    part: &'static str,
    minutes: u64,
    credentials: fn(&Bench, &tempfile::TempDir) -> Credentials,
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "a password login",
        last_path: "/v3/auth/tokens",
        part: "iam",
        minutes: 24 * 60,
        credentials: |_, _| Credentials::password(login()),
    },
    Kind {
        name: "an identity provider",
        last_path: "/v3.0/OS-CREDENTIAL/securitytokens",
        part: "iam",
        minutes: 6 * 60,
        credentials: |_, home| Credentials::identity_provider(IDENTITY_PROVIDER, home.path().join("id-token")),
    },
    Kind {
        name: "an identity provider of a profile",
        last_path: "/v3.0/OS-CREDENTIAL/securitytokens",
        part: "iam",
        minutes: 6 * 60,
        credentials: |bench, home| {
            let file = format!(
                "[basic]\nidp_id = {IDENTITY_PROVIDER}\nid_token_file = {}\niam_endpoint = {}\n",
                home.path().join("id-token").display(),
                bench.simulator.base_url()
            );
            std::fs::create_dir_all(home.path().join(".huaweicloud")).unwrap();
            std::fs::write(home.path().join(".huaweicloud/credentials"), file).unwrap();
            chain(&[], home.path().to_owned()).profile("basic").into()
        },
    },
    Kind {
        name: "the metadata service",
        last_path: "/openstack/latest/securitykey",
        part: "metadata",
        minutes: 24 * 60,
        credentials: |bench, home| bench.chain(&[], home).into(),
    },
    Kind {
        name: "the metadata service of a KooCLI profile",
        last_path: "/openstack/latest/securitykey",
        part: "metadata",
        minutes: 24 * 60,
        credentials: |bench, home| {
            let file = r#"{"current": "server", "profiles": [{"name": "server", "mode": "ecsAgency"}]}"#;
            std::fs::create_dir_all(home.path().join(".hcloud")).unwrap();
            std::fs::write(home.path().join(".hcloud/config.json"), file).unwrap();
            bench.chain(&[], home).profile("server").into()
        },
    },
];

/// A kind of source, with a simulator and a client of its own.
struct Life {
    kind: Kind,
    bench: Bench,
    client: Client,
    _home: tempfile::TempDir,
}

impl Life {
    async fn of(kind: Kind) -> Self {
        let bench = Bench::new(|builder| builder.identity_provider(IDENTITY_PROVIDER, "the.identity.token")).await;
        let home = folder(&[("id-token", "the.identity.token")]);
        let options = CallOptions::new().attempt_timeout(Duration::from_millis(200)).max_retries(0);
        let builder = bench.builder((kind.credentials)(&bench, &home)).project_id(bench.simulator.project_id());
        let client = builder.options(options).build().unwrap();
        Self { kind, bench, client, _home: home }
    }

    fn obtained(&self) -> usize {
        self.bench.count(self.kind.last_path)
    }

    async fn works(&self, obtained: usize) {
        let outcome = call(&self.client).await;
        assert!(outcome.is_ok(), "{}: {}", self.kind.name, outcome.unwrap_err());
        assert_eq!(self.obtained(), obtained, "{}", self.kind.name);
    }

    /// The answers of the part that the source asks go wrong from now on.
    fn rule(&self, fault: &str) {
        self.bench.simulator.clear_rules();
        self.bench.simulator.add_rule(format!("{}:{fault}", self.kind.part).parse().unwrap());
    }
}

#[tokio::test]
async fn first_use_refresh_and_expiry() {
    for kind in KINDS {
        let life = Life::of(kind).await;
        life.works(1).await;
        life.works(1).await;
        life.bench.turn(life.kind.minutes - 5);
        let before = life.client.identity().await.unwrap().expires_at();
        call(&life.client).await.unwrap();
        refreshed(&life.client, before).await;
        life.works(2).await;
        life.bench.turn(life.kind.minutes * 3);
        life.works(3).await;
    }
}

#[tokio::test]
async fn revocation_causes_one_refresh_for_the_call() {
    for kind in KINDS {
        // A server is given the key that it has, so that there is no other to send.
        let same_again = kind.part == "metadata";
        let life = Life::of(kind).await;
        life.works(1).await;
        life.bench.simulator.add_rule("list,times=1:status=401,body=gateway".parse().unwrap());
        let outcome = call(&life.client).await;
        assert_eq!(life.obtained(), 2, "{}", life.kind.name);
        if same_again {
            assert!(outcome.unwrap_err().is_unauthorized());
            assert_eq!(life.bench.statuses(), [200, 401]);
        } else {
            outcome.unwrap();
            assert_eq!(life.bench.statuses(), [200, 401, 200]);
        }
    }
}

#[tokio::test]
async fn failure_garbage_and_silence_are_errors_of_the_source_until_the_pause_is_over() {
    for kind in KINDS {
        let life = Life::of(kind).await;
        for fault in ["status=500,body=iam", "status=403,body=html", "reset=before-headers"] {
            life.rule(fault);
            life.bench.turn(5);
            let error = call(&life.client).await.unwrap_err();
            assert!(error.is_credentials(), "{}, {fault}: {error}", life.kind.name);
            // What refuses or breaks off may be anything at that address, so that a chain says what is missing.
            let found_nothing = life.kind.name == "the metadata service" && !fault.starts_with("status=500");
            assert_eq!(error.is_invalid_input(), found_nothing, "{}, {fault}: {error}", life.kind.name);
        }
        for fault in ["status=200,body=html", "status=200,body=empty", "status=200,body=service", "truncated-body"] {
            life.rule(fault);
            life.bench.turn(5);
            let error = call(&life.client).await.unwrap_err();
            assert!(error.is_credentials(), "{}, {fault}: {error}", life.kind.name);
        }
        assert_eq!(life.bench.statuses(), [0_u16; 0], "{}", life.kind.name);
        let before = life.obtained();
        life.bench.simulator.clear_rules();
        life.bench.turn(5);
        life.works(before + 1).await;
    }
}

#[tokio::test]
async fn an_endpoint_that_hangs_ends_with_a_timeout_of_the_source() {
    for kind in KINDS {
        let life = Life::of(kind).await;
        life.rule("latency=1h");
        let error = call(&life.client).await.unwrap_err();
        assert!(error.is_credentials(), "{}: {error}", life.kind.name);
        // Where nothing answers there is no metadata service, which a chain says as it says what else is missing.
        assert!(error.is_timeout() || error.to_string().contains("is not there (no answer)"), "{error}");
    }
}

#[tokio::test]
async fn while_it_is_valid_the_old_identity_is_used_through_an_outage() {
    for kind in KINDS {
        let life = Life::of(kind).await;
        life.works(1).await;
        life.rule("status=500,body=empty");
        life.bench.turn(life.kind.minutes - 5);
        for _ in 0..2 {
            call(&life.client).await.unwrap();
        }
        assert_eq!(life.bench.statuses(), [200; 3], "{}", life.kind.name);
        life.bench.turn(6);
        assert!(call(&life.client).await.unwrap_err().is_credentials(), "{}", life.kind.name);
    }
}
