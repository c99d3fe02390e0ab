//! Values computed by other implementations; see `fixtures/README.md`.

use serde_json::Value;

/// The parsed reference file.
pub(crate) fn reference() -> Value {
    serde_json::from_str(include_str!("fixtures/reference.json")).expect("the fixture is JSON")
}

/// A list of numbers of the reference.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

/// A whole number of the reference.
pub(crate) fn whole(value: &Value) -> u64 {
    value.as_u64().expect("a whole number")
}

/// A number of the reference.
pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Asserts agreement to 1e-9.
#[track_caller]
pub(crate) fn close(here: f64, there: f64, what: &str) {
    assert!((here - there).abs() <= 1e-9 * there.abs().max(1.0), "{what}: {here} here, {there} in the reference");
}

/// The generator the inputs of the reference were made with.
pub(crate) struct Lcg(pub(crate) u64);

impl Lcg {
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}
