//! Left and gone on with, through JSON, whatever happened to the list in between.

use dataarts_security::types::{MemberSyncTask, SyncStatus};
use dataarts_security::{Checkpoint, Client, CredentialProvider, Credentials, Identity, Items, Timestamp};
use dataarts_simulator::Simulator;

use crate::peer::{Peer, page};
use crate::support::{WORKSPACE, client, id, name, names, read, simulator_of, task};

fn through_json(checkpoint: &Checkpoint) -> Checkpoint {
    serde_json::from_str(&serde_json::to_string(checkpoint).unwrap()).unwrap()
}

fn list(client: &Client) -> Items<MemberSyncTask> {
    client.list_member_sync_tasks().sync_status(SyncStatus::SyncSuccess).limit(10).items().pages_in_flight(1)
}

/// The first so many ids, and the place behind them.
async fn first(client: &Client, count: u32) -> (Vec<String>, Checkpoint) {
    let mut items = list(client);
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(id(&items.try_next().await.unwrap().unwrap()));
    }
    (ids, through_json(&items.checkpoint().unwrap()))
}

#[tokio::test]
async fn at_every_place_of_a_quiet_list_it_goes_on_with_the_next_item() {
    let simulator = simulator_of(43).await;
    let client = client(&simulator);
    for count in 0..=43 {
        let (mut ids, checkpoint) = first(&client, count).await;
        let before = simulator.requests().len();
        let mut rest = list(&client).resume(checkpoint);
        // Nothing was taken from it, so it stands where it is resumed.
        let (again, _) = read(&mut list(&client).resume(through_json(&rest.checkpoint().unwrap()))).await;
        let (new, end) = read(&mut rest).await;
        assert!(end.is_ok() && again == new, "{count}: {end:?}");
        ids.extend(new);
        assert_eq!(ids, names(0..43), "{count}");
        // Twice the rest alone, not the whole list.
        let most = 2 * (2 + (43 - u64::from(count)).div_ceil(5));
        assert!((simulator.requests().len() - before) as u64 <= most, "{count}");
    }
}

/// The list as it was at first.
fn restore(simulator: &Simulator) {
    simulator.tasks().iter().for_each(|task| drop(simulator.remove(&id(task))));
    (0..43).for_each(|number| drop(simulator.insert(task(number))));
}

/// Deletes, hides and inserts on both sides of the place; returns the numbers that stayed.
fn change(simulator: &Simulator, seed: u64) -> Vec<u32> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut stayed: Vec<u32> = (0..43).collect();
    let changes = random.usize(0..20);
    for number in random.choose_multiple(0..43, changes) {
        stayed.retain(|stays| *stays != number);
        if random.bool() {
            simulator.remove(&name(number));
        } else {
            simulator.update(&name(number), |task| task.sync_status = Some(SyncStatus::SyncFail));
        }
    }
    for number in 0..random.u32(0..20) {
        let mut inserted = task(1_000 + number);
        // Between the others, and at their very moments.
        inserted.create_time = Some(Timestamp::from_millisecond(1_710_000_000_000 + random.i64(-3..20) * 1_000));
        simulator.insert(inserted);
    }
    stayed
}

#[tokio::test]
async fn whatever_happens_in_between_each_that_stays_comes_exactly_once() {
    let simulator = simulator_of(0).await;
    let client = client(&simulator);
    for seed in 0..3 {
        for count in 0..=43 {
            restore(&simulator);
            let (taken, checkpoint) = first(&client, count).await;
            let stayed = change(&simulator, seed * 100 + u64::from(count));
            let (rest, end) = read(&mut list(&client).pages_in_flight(4).resume(checkpoint)).await;
            assert!(end.is_ok(), "{end:?}");
            let mut all: Vec<String> = taken.into_iter().chain(rest).collect();
            let delivered = all.len();
            let known = |id: &String| stayed.iter().any(|number| name(*number) == *id);
            let in_order: Vec<String> = all.iter().filter(|id| known(id)).cloned().collect();
            assert_eq!(in_order, names(stayed.iter().copied()), "seed {seed}, {count} taken");
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), delivered, "seed {seed}, {count} taken: an item came twice");
        }
    }
}

#[tokio::test]
async fn a_list_that_shrank_to_nothing_has_no_rest() {
    let simulator = simulator_of(43).await;
    let (_, checkpoint) = first(&client(&simulator), 30).await;
    (0..43).for_each(|number| drop(simulator.remove(&name(number))));
    let (rest, end) = read(&mut list(&client(&simulator)).resume(checkpoint)).await;
    assert!(end.is_ok() && rest.is_empty(), "{end:?}");
}

#[tokio::test]
async fn it_is_never_ahead_of_what_was_taken_however_much_is_read_ahead() {
    let simulator = simulator_of(300).await;
    let client = client(&simulator);
    let mut items = client.list_member_sync_tasks().limit(10).items().pages_in_flight(32);
    let mut pages = client.list_member_sync_tasks().limit(10).items().pages_in_flight(32).into_pages();
    for taken in 1..=25_u32 {
        items.try_next().await.unwrap();
        let rest = client.list_member_sync_tasks().limit(10).items().max_items(1);
        let next = rest.resume(items.checkpoint().unwrap()).collect().await.unwrap();
        assert_eq!(next.iter().map(id).collect::<Vec<_>>(), [name(taken)]);
    }
    let mut taken = 0;
    for _ in 0..5 {
        taken += u32::try_from(pages.try_next().await.unwrap().unwrap().items.len()).unwrap();
        let rest = client.list_member_sync_tasks().limit(7).items().max_items(1);
        let next = rest.resume(pages.items().checkpoint().unwrap()).collect().await.unwrap();
        assert_eq!(next.iter().map(id).collect::<Vec<_>>(), [name(taken)]);
    }
}

#[tokio::test]
async fn its_size_does_not_grow_with_the_list() {
    let simulator = simulator_of(1_000).await;
    let mut items = client(&simulator).list_member_sync_tasks().items();
    let mut largest = 0;
    while items.try_next().await.unwrap().is_some() {
        largest = largest.max(serde_json::to_string(&items.checkpoint().unwrap()).unwrap().len());
    }
    assert!(largest < 400, "{largest} bytes");
}

#[tokio::test]
async fn one_of_another_list_is_refused_and_nothing_is_sent() {
    let (simulator, other) = (simulator_of(43).await, simulator_of(43).await);
    let client = client(&simulator);
    let (_, checkpoint) = first(&client, 20).await;
    let requests = simulator.requests().len();
    let tasks = || client.list_member_sync_tasks().sync_status(SyncStatus::SyncSuccess);
    let elsewhere = crate::support::client(&other);
    for another in [
        client.list_member_sync_tasks(),
        client.list_member_sync_tasks().sync_status(SyncStatus::SyncFail),
        tasks().cluster_name("cluster"),
        tasks().workspace("another"),
        tasks().project_id("another"),
        elsewhere.list_member_sync_tasks().sync_status(SyncStatus::SyncSuccess),
    ] {
        let mut items = another.items().resume(checkpoint.clone());
        let error = items.try_next().await.unwrap_err();
        assert!(error.is_invalid_input() && error.message().contains("belongs to another request"), "{error}");
        // It would be taken for one of this list otherwise.
        assert_ne!(items.checkpoint().unwrap(), checkpoint);
        let (all, end) = read(&mut client.list_member_sync_tasks().items()).await;
        assert!(end.is_ok() && all.len() == 43);
    }
    assert_eq!((simulator.requests().len(), other.requests().len()), (requests + 6, 0));
}

#[tokio::test]
async fn a_refused_one_leaves_no_trace_in_the_next() {
    let simulator = simulator_of(43).await;
    let client = client(&simulator);
    let (_, checkpoint) = first(&client, 20).await;
    let request = client.list_member_sync_tasks();
    let mut items = request.clone().items().resume(checkpoint.clone());
    let mut pages = request.clone().items().resume(checkpoint).into_pages();
    items.try_next().await.unwrap_err();
    pages.try_next().await.unwrap_err();
    for kept in [items.checkpoint().unwrap(), pages.items().checkpoint().unwrap()] {
        let (all, end) = read(&mut request.clone().items().resume(through_json(&kept))).await;
        assert!(end.is_ok() && all == names(0..43), "{end:?}");
    }
}

#[tokio::test]
async fn one_that_is_damaged_does_not_come_to_be() {
    let simulator = simulator_of(43).await;
    let (_, checkpoint) = first(&client(&simulator), 20).await;
    let written = serde_json::to_string(&checkpoint).unwrap();
    for damaged in [
        written.replace("\"position\":20", "\"position\":25"),
        written.replace("\"key\":1", "\"key\":2"),
        written.replacen("0000", "0001", 1),
        written[..written.len() - 2].to_owned(),
        "{}".to_owned(),
        String::new(),
    ] {
        assert_ne!(damaged, written);
        assert!(serde_json::from_str::<Checkpoint>(&damaged).is_err(), "{damaged}");
    }
}

#[tokio::test]
async fn pages_of_one_item_and_other_orders_have_none() {
    let simulator = simulator_of(3).await;
    let client = client(&simulator);
    let (_, checkpoint) = first(&client, 2).await;
    let tasks = || client.list_member_sync_tasks().sync_status(SyncStatus::SyncSuccess);
    for (request, said) in [
        (tasks().limit(1), "pages of one item"),
        (tasks().order_by("SYNC_TIME"), "fixed order"),
        (tasks().order_by("CREATE_TIME").order_by_asc(false), "fixed order"),
    ] {
        let error = request.clone().items().checkpoint().unwrap_err();
        assert!(error.is_invalid_input() && error.message().contains(said), "{error}");
        let error = request.items().resume(checkpoint.clone()).try_next().await.unwrap_err();
        assert!(error.is_invalid_input() && error.message().contains(said), "{error}");
    }
}

#[tokio::test]
async fn a_listing_that_has_begun_is_not_resumed() {
    let simulator = simulator_of(43).await;
    let client = client(&simulator);
    let (_, checkpoint) = first(&client, 20).await;
    let mut items = list(&client);
    items.try_next().await.unwrap();
    let mut items = items.resume(checkpoint);
    let (_, end) = read(&mut items).await;
    let error = end.unwrap_err();
    assert!(error.is_invalid_input() && error.message().contains("has begun already"), "{error}");
}

/// A client that learns its project from its credentials.
fn in_looked_up_project(peer: &Peer, project: &'static str) -> Client {
    struct InProject(&'static str);

    impl CredentialProvider for InProject {
        async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
            Ok(Identity::token("t0ken-of-the-test").with_project_id(self.0))
        }
    }

    let client = Client::builder().endpoint(peer.url()).workspace(WORKSPACE).no_rate_limit();
    client.credentials(Credentials::provider(InProject(project))).build().unwrap()
}

fn in_named_project(peer: &Peer, project: &str) -> Client {
    peer.builder().project_id(project).build().unwrap()
}

#[tokio::test]
async fn it_belongs_to_the_project_whether_that_was_named_or_looked_up() {
    let peer = Peer::open(|asked| page(0..43, asked)).await;
    let (named, found) = (in_named_project(&peer, "one"), in_looked_up_project(&peer, "one"));
    for (from, to) in [(&named, &found), (&found, &named), (&found, &found)] {
        let (mut ids, checkpoint) = first(from, 20).await;
        let mut rest = list(to).resume(checkpoint.clone());
        assert_eq!(rest.checkpoint().unwrap(), checkpoint);
        let (new, end) = read(&mut rest).await;
        ids.extend(new);
        assert!(end.is_ok() && ids == names(0..43), "{end:?}");
    }
}

#[tokio::test]
async fn one_of_another_project_is_refused_before_an_item_is_delivered() {
    let peer = Peer::open(|asked| page(0..43, asked)).await;
    for of in [in_named_project(&peer, "one"), in_looked_up_project(&peer, "one")] {
        let (_, checkpoint) = first(&of, 20).await;
        let before = peer.counts().arrived;
        let mut named = list(&in_named_project(&peer, "other")).resume(checkpoint.clone());
        let error = named.try_next().await.unwrap_err();
        assert!(error.is_invalid_input() && error.message().contains("another request"), "{error}");
        assert_eq!(peer.counts().arrived, before);
        let mut found = list(&in_looked_up_project(&peer, "other")).resume(checkpoint.clone());
        let error = found.try_next().await.unwrap_err();
        assert!(error.is_invalid_input() && error.message().contains("of project other"), "{error}");
        assert_eq!(peer.counts().arrived, before + 1);
        // It stays what it was.
        assert_eq!(found.checkpoint().unwrap(), checkpoint);
    }
}

#[tokio::test]
async fn one_from_before_the_first_item_is_of_no_project_that_was_not_looked_up() {
    let peer = Peer::open(|asked| page(0..43, asked)).await;
    let checkpoint = list(&in_looked_up_project(&peer, "one")).checkpoint().unwrap();
    for client in [in_looked_up_project(&peer, "other"), in_named_project(&peer, "other")] {
        let (ids, end) = read(&mut list(&client).resume(checkpoint.clone())).await;
        assert!(end.is_ok() && ids == names(0..43), "{end:?}");
    }
}

#[tokio::test]
async fn a_digest_stays_the_same_so_that_stored_checkpoints_stay_valid() {
    let client = Client::builder().endpoint("https://dayu.cn-north-4.myhuaweicloud.com").workspace("w");
    let client = client.credentials(Credentials::token("t")).build().unwrap();
    let digest_of = |request: dataarts_security::builder::ListMemberSyncTasks| {
        let checkpoint = serde_json::to_value(request.items().checkpoint().unwrap()).unwrap();
        checkpoint["query"].as_str().unwrap().to_owned()
    };
    let request = client.list_member_sync_tasks().cluster_name("a b").limit(7);
    assert_eq!(digest_of(request.clone()), "84536fe0e0943913d654107b2d8fed46");
    // Neither the project, which a checkpoint names, nor the page size is part of it.
    assert_eq!(digest_of(request.clone()), digest_of(request.clone().project_id("p").limit(8)));
    assert_ne!(digest_of(request.clone()), digest_of(request.workspace("v")));
}
