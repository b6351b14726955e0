//! Turns the OpenAPI document of IAM into Rust, before the crate itself is compiled.

use huaweicloud_codegen::{Document, Visibility, run_build_script};

fn main() {
    run_build_script(&[Document::new("openapi/iam.yaml", Visibility::Crate)]);
}
