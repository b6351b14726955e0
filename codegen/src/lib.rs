//! Generates the client code of `dataarts-security` from OpenAPI 3.0 documents.
//!
//! The only place that knows progenitor and typify. [`generate`] runs the passes, each a private module, in their order.
//!
//! A build script calls [`run_build_script`]:
//!
//! ```no_run
//! use huaweicloud_codegen::{Document, Visibility, run_build_script};
//!
//! run_build_script(&[
//!     Document::new("openapi/dataarts-security.yaml", Visibility::Public),
//!     Document::new("openapi/iam.yaml", Visibility::Crate),
//! ]);
//! ```
//!
//! # What the generated code uses
//!
//! The code is included by a crate that provides the other half by hand: `crate::Client`, `CallOptions`, `Error`,
//! `Response`, `Items`, `Pages`, `Iter` and `Timestamp`, and the modules `operation`, `operations`, `paging`, `parameter`,
//! `request_error`, `secret`, `wire` and `blocking`.

mod ast;
mod attributes;
mod build_script;
mod checks;
mod constraints;
mod diagnostic;
mod document;
mod generate;
mod json_schema;
mod names;
mod normalise;
mod null_tolerance;
mod open_enums;
mod openapi;
mod operation;
mod operation_table;
mod operations;
mod paging;
mod parameter;
mod progenitor;
mod request_fn;
mod rustdoc;
mod texts;
mod visibility;
mod x_paging;

pub use build_script::{Document, run_build_script};
pub use diagnostic::Diagnostic;
pub use generate::{Code, generate};
pub use visibility::Visibility;
