//! Turns the OpenAPI documents into Rust, before the crate itself is compiled.
//!
//! A document that cannot be used ends the build with one line; how it becomes code stands in `build/`.

use std::env;
use std::path::{Path, PathBuf};

#[path = "build/generate.rs"]
mod generate;

use generate::Audience;

/// Each document, who calls its operations, and what its files in `OUT_DIR` are called.
const DOCUMENTS: [(&str, Audience, &str); 2] = [
    ("openapi/dataarts-security.yaml", Audience::Users, "dataarts_security"),
    ("openapi/iam.yaml", Audience::Crate, "iam"),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    for (document, audience, name) in DOCUMENTS {
        println!("cargo::rerun-if-changed={document}");
        if let Err(line) = run(document, audience, name) {
            println!("cargo::error={line}");
        }
    }
}

fn run(document: &str, audience: Audience, name: &str) -> Result<(), String> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("OUT_DIR is not set; cargo sets it for build scripts")?;
    let code = generate::generate(Path::new(document), audience).map_err(|problem| format!("{document}: {problem}"))?;
    write(&out.join(format!("{name}.rs")), &code.client)?;
    match audience {
        Audience::Users => write(&out.join(format!("{name}_mock.rs")), &code.mock),
        // No one mocks what is not public.
        Audience::Crate => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
