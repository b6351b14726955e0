//! The seeds of the fuzz targets, sent through the doors of the service crate; those of `huaweicloud-core` are replayed there.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "../fuzz/doors/service.rs"]
mod doors;

use std::fs;
use std::path::{Path, PathBuf};

fn seeds(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let seeds: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|seed| seed.unwrap().path()).collect();
    assert!(!seeds.is_empty(), "the target {target} has no seeds");
    seeds
}

fn replay(target: &str, door: fn(&[u8])) {
    for path in seeds(target) {
        // Shown where the seed fails.
        println!("{}", path.display());
        door(&fs::read(&path).unwrap());
    }
}

#[test]
fn task_page() {
    replay("task_page", doors::task_page);
}

#[test]
fn sync_log() {
    replay("sync_log", doors::sync_log);
}

#[test]
fn every_folder_of_seeds_has_a_target_and_a_door() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let doors =
        ["core.rs", "service.rs"].map(|name| fs::read_to_string(root.join("doors").join(name)).unwrap()).concat();
    for folder in fs::read_dir(root.join("seeds")).unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(root.join(format!("fuzz_targets/{name}.rs")).exists(), "{name} is no target");
        assert!(doors.contains(&format!(" fn {name}(bytes: &[u8])")), "{name} is no door");
    }
}
