//! Stand-in for the user-synchronisation API of Huawei Cloud DataArts Studio, for demos and tests.
//!
//! A [`Simulator`] listens on a loopback port and answers both operations over real HTTP: every filter, order and bound,
//! tokens and signatures checked for real, and the documented errors. Tests put tasks in, change them while clients
//! read, and look at what came in.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), dataarts_simulator::StartError> {
//! use dataarts_simulator::Simulator;
//!
//! let simulator = Simulator::builder().demo_data().start().await?;
//! println!("{} {} {}", simulator.base_url(), simulator.project_id(), simulator.workspace());
//! assert!(simulator.tasks().len() >= 24);
//! # Ok(())
//! # }
//! ```
//!
//! # What is assumed
//!
//! Most of the behaviour is documented or was observed by others. Where nothing is known, the simulator does this:
//!
//! | question | assumption |
//! | --- | --- |
//! | `limit` not given | 10 |
//! | `limit=0`, `offset` at or beyond the total | no tasks, with the total |
//! | `cluster_name` | any part of the name, in the letter case given |
//! | `order_by` not given | newest creation first; `order_by_asc` alone does nothing |
//! | `order_by_asc` not given | descending |
//! | equal tasks | by id, ascending in both directions; a time that is absent counts as 0 |
//! | one parameter given twice | the first counts |
//! | parameter out of bounds or unknown value | HTTP 400, `DLS.1001`, the parameter named |
//! | unknown task id | HTTP 400, `DLS.3100` |
//! | another method on a known path, or a slash at its end | as an unknown path: HTTP 404, `APIG.0101` |
//! | every failed authentication | HTTP 401, `APIGW.0301` |
//! | project other than the configured one | HTTP 403, `APIGW.0302`, also where only `X-Project-Id` differs |
//! | signature without `X-Project-Id` | accepted |
//! | signature by a permanent key with `X-Security-Token` | accepted |
//! | several headers of one signed name | joined by commas |
//! | a locked key | five minutes from the sixth failure in a row; requests meanwhile do not prolong it |

mod admission;
mod authentication;
mod builder;
mod clock;
mod demo;
mod generated;
mod identifier;
mod journal;
mod listing;
mod operations;
mod refusal;
mod server;
mod service;
mod simulator;
mod store;
mod wire_query;

pub use builder::{SimulatorBuilder, StartError};
pub use clock::Clock;
pub use journal::RecordedRequest;
pub use simulator::Simulator;

/// The project that is accepted unless another is set; the one of the API page's example.
pub const DEMO_PROJECT_ID: &str = "0833a5737480d53b2f25c010dc1a7b88";

/// The workspace that exists unless another is set; the one of the API page's example.
pub const DEMO_WORKSPACE: &str = "f7bc8f2a71524d268c4293974e3dc35b";

/// The token that is accepted when no credentials are set.
pub const DEMO_TOKEN: &str = "demo-token-not-a-secret";

/// The access key id that is accepted when no credentials are set.
pub const DEMO_ACCESS_KEY: &str = "DEMOACCESSKEYNOTREAL";

/// The secret access key that belongs to [`DEMO_ACCESS_KEY`].
pub const DEMO_SECRET_KEY: &str = "demo-secret-key-not-a-secret";
