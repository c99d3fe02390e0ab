//! What every manifest says, and that nothing is named in vain.

use std::collections::BTreeSet;

use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};

use super::expect_none;
use super::tree::root;

/// The licence of every crate: that of the file at the top.
const LICENCE: &str = "Apache-2.0";

/// What the manifests say, read by cargo, without reaching for a registry.
pub(super) fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(["--offline".to_owned()]);
    command.exec().unwrap()
}

/// What is wrong with the manifest of a crate.
fn faults(package: &Package) -> Vec<String> {
    let tests = package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Test));
    let tests: Vec<&str> = tests.map(|target| target.name.as_str()).collect();
    let checks = [
        (package.license.as_deref() == Some(LICENCE), "its licence is not that of the repository"),
        (package.publish.as_ref().is_some_and(Vec::is_empty), "it could be published by accident"),
        (package.rust_version.is_some(), "it does not say which Rust it needs"),
        (tests.is_empty() || tests == ["it"], "its tests outside of `src` are one binary, `it`"),
    ];
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| format!("{}: {fault}", package.name)).collect()
}

/// What the workspace's table names, and what the crates ask for.
fn in_vain(table: &BTreeSet<String>, used: &BTreeSet<String>) -> Vec<String> {
    let unused = table.difference(used);
    unused.map(|name| format!("no crate uses `{name}` of the workspace's dependencies")).collect()
}

/// Crates whose lints are not those of the workspace.
fn lenient(manifest: &toml::Table) -> bool {
    let inherited = manifest.get("lints").and_then(|lints| lints.get("workspace"));
    inherited.and_then(toml::Value::as_bool) != Some(true)
}

fn table(path: &std::path::Path) -> toml::Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

#[test]
fn each_manifest_is_whole() {
    let packages = metadata().packages;
    assert!(packages.len() > 10);
    expect_none(packages.iter().flat_map(faults).collect());
    let lenient = packages.iter().filter(|package| lenient(&table(package.manifest_path.as_std_path())));
    expect_none(lenient.map(|package| format!("{}: it has lints of its own", package.name)).collect());
}

#[test]
fn nothing_is_depended_on_in_vain() {
    let root = table(&root().join("Cargo.toml"));
    let table: BTreeSet<String> = root["workspace"]["dependencies"].as_table().unwrap().keys().cloned().collect();
    let packages = metadata().packages;
    let used = packages.iter().flat_map(|package| package.dependencies.iter().map(|needed| needed.name.clone()));
    expect_none(in_vain(&table, &used.collect()));
}

#[test]
fn faults_of_manifests_are_found() {
    let mut package = metadata().packages.remove(0);
    assert!(faults(&package).is_empty());
    (package.license, package.publish, package.rust_version) = (None, None, None);
    assert_eq!(faults(&package).len(), 3);
    assert!(lenient(&"[package]\nname = \"a\"".parse().unwrap()));
    assert!(!lenient(&"[lints]\nworkspace = true".parse().unwrap()));
}

#[test]
fn what_is_in_vain_is_found() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let found = |table: &[&str], used: &[&str]| in_vain(&set(table), &set(used)).len();
    assert_eq!(found(&["a", "b"], &["a", "b", "c"]), 0);
    assert_eq!(found(&["a", "b"], &["a"]), 1);
}
