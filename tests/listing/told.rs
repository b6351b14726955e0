//! What the span of a listing tells.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::instrument::Instrument as _;
use tracing::span::{Attributes, Id, Record};
use tracing::{Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::peer::{Peer, page};
use crate::support::{client, id, read, simulator_of};

type Fields = BTreeMap<&'static str, String>;

/// The fields of every listing that is over, by the name of the span around it.
#[derive(Clone, Default)]
struct Listings(Arc<Mutex<Vec<(String, Fields)>>>);

struct Visitor<'a>(&'a mut Fields);

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Listings {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::new();
        attributes.record(&mut Visitor(&mut fields));
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        values.record(&mut Visitor(span.extensions_mut().get_mut::<Fields>().unwrap()));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        if span.name() == "listing" {
            let around = span.parent().map_or_else(String::new, |parent| parent.name().to_owned());
            let fields = span.extensions_mut().remove::<Fields>().unwrap();
            self.0.lock().unwrap().push((around, fields));
        }
    }
}

/// For the whole program, as places in the code that no one listens to would be remembered for all threads.
fn listen() -> Listings {
    static LISTINGS: std::sync::OnceLock<Listings> = std::sync::OnceLock::new();
    LISTINGS
        .get_or_init(|| {
            let listings = Listings::default();
            tracing::subscriber::set_global_default(tracing_subscriber::registry().with(listings.clone())).unwrap();
            listings
        })
        .clone()
}

impl Listings {
    /// Of the one listing within the span of this name.
    fn within(&self, name: &str) -> Fields {
        let listings = self.0.lock().unwrap();
        let mut found = listings.iter().filter(|(around, _)| around == name);
        let fields = found.next().expect("a listing that is over").1.clone();
        assert!(found.next().is_none(), "more than one");
        fields
    }
}

fn fields<const N: usize>(fields: [(&'static str, &str); N]) -> Fields {
    fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

#[tokio::test]
async fn a_listing_that_ends_tells_how_the_list_changed() {
    let listings = listen();
    let simulator = simulator_of(300).await;
    async {
        let mut items = client(&simulator).list_member_sync_tasks().items().pages_in_flight(1);
        for number in 0..300 {
            let task = items.try_next().await.unwrap().unwrap();
            if number < 40 {
                simulator.remove(&id(&task));
            }
        }
        assert!(items.try_next().await.unwrap().is_none());
        // Told at the end, not when the stream is dropped.
        drop(items);
    }
    .instrument(info_span!("changed"))
    .await;
    let told = listings.within("changed");
    let rewinds = told["huaweicloud.listing.rewinds"].parse::<u64>().unwrap();
    assert!(rewinds > 0, "{told:?}");
    let expected = fields([
        ("huaweicloud.operation", "list_member_sync_tasks"),
        ("huaweicloud.listing.delivered", "300"),
        ("huaweicloud.listing.duplicates", &told["huaweicloud.listing.duplicates"]),
        ("huaweicloud.listing.rewinds", &told["huaweicloud.listing.rewinds"]),
        ("huaweicloud.listing.first_total", "300"),
        ("huaweicloud.listing.last_total", "260"),
    ]);
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_listing_that_is_dropped_tells_how_far_it_came() {
    let listings = listen();
    let simulator = simulator_of(300).await;
    async {
        client(&simulator).list_member_sync_tasks().items().pages_in_flight(1).try_next().await.unwrap();
    }
    .instrument(info_span!("dropped"))
    .await;
    let told = listings.within("dropped");
    assert_eq!((told["huaweicloud.listing.delivered"].as_str(), told.get("error.type")), ("100", None), "{told:?}");
}

#[tokio::test]
async fn a_listing_that_fails_tells_why() {
    let listings = listen();
    let peer = Peer::open(|asked| page(0..200, crate::peer::Asked { offset: 0, ..asked })).await;
    async {
        let (_, end) = read(&mut peer.client().list_member_sync_tasks().limit(20).items()).await;
        assert!(end.unwrap_err().is_incomplete());
    }
    .instrument(info_span!("failed"))
    .await;
    let told = listings.within("failed");
    assert_eq!((told["error.type"].as_str(), told["otel.status_code"].as_str()), ("incomplete", "ERROR"), "{told:?}");
}
