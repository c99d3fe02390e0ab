//! A check: one thing that must hold of a trial, put as a kind of metric and its settings.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// One thing that must hold of a trial. In a file: an object with `metric`, perhaps `name` and `weight`, and the settings
/// of that kind of metric beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The kind of metric.
    pub metric: String,
    /// Its settings; what they may be is the metric's to say.
    pub settings: Map<String, Value>,
    /// What evidence calls it; the kind when absent.
    pub name: Option<String>,
    /// How much it counts beside the other checks, finite and not negative; 1 when absent.
    pub weight: f64,
}

impl Check {
    /// What evidence calls it.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.metric)
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { metric, settings, name, weight } = self;
        let mut all = settings.clone();
        all.insert("metric".to_owned(), metric.as_str().into());
        if let Some(name) = name {
            all.insert("name".to_owned(), name.as_str().into());
        }
        if *weight != 1.0 {
            all.insert("weight".to_owned(), (*weight).into());
        }
        all.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Check {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut settings: Map<String, Value> = Map::deserialize(deserializer)?;
        let metric = match settings.remove("metric") {
            Some(Value::String(metric)) => metric,
            _ => return Err(D::Error::custom("a check needs `metric`, the name of a kind of metric")),
        };
        let name = match settings.remove("name") {
            None => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(D::Error::custom("the `name` of a check is a text")),
        };
        let weight = match settings.remove("weight") {
            None => 1.0,
            Some(weight) => weight.as_f64().filter(|weight| weight.is_finite() && *weight >= 0.0).ok_or_else(|| {
                D::Error::custom(format!(
                    "the `weight` of a check is {weight}; it must be a number that is not negative"
                ))
            })?,
        };
        Ok(Self { metric, settings, name, weight })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_stand_beside_the_metric() {
        let written = json!({"metric": "contains", "text": "30 days", "not": true, "name": "term", "weight": 2.0});
        let check: Check = serde_json::from_value(written.clone()).unwrap();
        assert_eq!((check.metric.as_str(), check.label(), check.weight), ("contains", "term", 2.0));
        assert_eq!(Value::Object(check.settings.clone()), json!({"text": "30 days", "not": true}));
        assert_eq!(serde_json::to_value(&check).unwrap(), written);
        let short: Check = serde_json::from_value(json!({"metric": "is_json"})).unwrap();
        assert_eq!(serde_json::to_value(&short).unwrap(), json!({"metric": "is_json"}));
    }

    #[test]
    fn what_is_no_check_is_refused() {
        for wrong in
            [json!({}), json!({"metric": 1}), json!({"metric": "a", "name": 1}), json!({"metric": "a", "weight": -1})]
        {
            assert!(serde_json::from_value::<Check>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
