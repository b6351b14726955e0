//! Generates Rust clients of Huawei Cloud services from OpenAPI 3.0 documents; they run on `huaweicloud-core`.
//!
//! The only place that knows progenitor and typify. [`generate`] runs the passes, each a private module, in their order.
//!
//! The program `huaweicloud-codegen` writes a whole crate, as [`generate_crate`] does. A build script calls
//! [`run_build_script`]:
//!
//! ```no_run
//! use huaweicloud_codegen::{Document, Visibility, run_build_script};
//!
//! run_build_script(&[
//!     Document::new("openapi/my-service.yaml", Visibility::Public),
//!     Document::new("openapi/logins.yaml", Visibility::Crate),
//! ]);
//! ```
//!
//! # What the generated code uses
//!
//! The code is included by a crate that depends on `huaweicloud-core`, in a module `crate::generated`. It uses the hidden
//! module `huaweicloud_core::generated_code`, and of the crate that includes it:
//!
//! - `crate::{CallOptions, Error, Items, Iter, Pages, Response, Timestamp}`, re-exported from `huaweicloud-core`
//! - `crate::Client`, a type of that crate, with a method `core(&self) -> &huaweicloud_core::Client`
//!
//! It needs the dependencies and features of the manifest that [`generate_crate`] writes.

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
mod package;
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
pub use package::generate_crate;
pub use visibility::Visibility;
