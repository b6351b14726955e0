//! Turns the OpenAPI document into Rust, before the crate itself is compiled.
//!
//! A document that cannot be used ends the build with one line; how it becomes code stands in `build/`.

use std::env;
use std::path::{Path, PathBuf};

#[path = "build/generate.rs"]
mod generate;

const DOCUMENT: &str = "openapi/dataarts-security.yaml";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    if let Err(line) = run() {
        println!("cargo::error={line}");
    }
}

fn run() -> Result<(), String> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("OUT_DIR is not set; cargo sets it for build scripts")?;
    let code = generate::generate(Path::new(DOCUMENT)).map_err(|problem| format!("{DOCUMENT}: {problem}"))?;
    write(&out.join("dataarts_security.rs"), &code.client)?;
    write(&out.join("dataarts_security_mock.rs"), &code.mock)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
