//! Turns the OpenAPI documents into Rust, before the crate itself is compiled.

use huaweicloud_codegen::{Audience, Document, run_build_script};

fn main() {
    run_build_script(&[
        Document::new("openapi/dataarts-security.yaml", Audience::Users),
        Document::new("openapi/iam.yaml", Audience::Crate),
    ]);
}
