#![doc = include_str!("../../../doc/metric/xml.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::markup::{Tag, is_bare, is_name, tags};
use crate::metric::kind::set;
use crate::metric::text::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "xml",
    version: 1,
    title: "the answer is XML, and has certain elements",
    doc: include_str!("../../../doc/metric/xml.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[
        Setting::new(
            "elements",
            "elements that must stand in it, each as a path such as `order.item.name`; none when absent",
        ),
        Setting::new("within", "whether other text may stand around it; `false` when absent"),
    ],
    build: set::<Xml>,
};

#[derive(Deserialize)]
struct Xml {
    #[serde(default)]
    elements: Vec<String>,
    #[serde(default)]
    within: bool,
}

impl Scorer for Xml {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| Reading::judged(self.kept(said.trim())))
    }
}

impl Xml {
    fn kept(&self, said: &str) -> Result<String, String> {
        let paths = self.paths(said)?;
        let ends_so = |path: &String, wanted: &str| *path == wanted || path.ends_with(&format!(".{wanted}"));
        match self.elements.iter().find(|wanted| !paths.iter().any(|path| ends_so(path, wanted))) {
            Some(missing) => Err(format!("there is no element `{missing}`")),
            None => Ok(String::new()),
        }
    }

    /// The path of each element, such as `order.item`, or why the text is no XML.
    fn paths(&self, said: &str) -> Result<Vec<String>, String> {
        let tags = tags(said).ok_or("a tag is never closed")?;
        let (Some(first), Some(last)) = (tags.first(), tags.last()) else {
            return Err("there is no element".to_owned());
        };
        if !(self.within || is_bare(&said[..first.1]) && is_bare(&said[last.2..])) {
            return Err("there is text around the root element".to_owned());
        }
        let (mut open, mut paths, mut roots): (Vec<&str>, _, _) = (vec![], vec![], 0);
        for (tag, ..) in tags {
            let (Tag::Opens(name) | Tag::Closes(name) | Tag::Empty(name)) = tag;
            if !is_name(name) {
                return Err(format!("`{name}` cannot name an element"));
            }
            if let Tag::Closes(_) = tag {
                match open.pop() {
                    Some(opened) if opened == name => continue,
                    _ => return Err(format!("`</{name}>` closes what is not open")),
                }
            }
            roots += usize::from(open.is_empty());
            paths.push(open.iter().chain([&name]).copied().collect::<Vec<_>>().join("."));
            if let Tag::Opens(_) = tag {
                open.push(name);
            }
        }
        match open.last() {
            Some(name) => Err(format!("`<{name}>` is never closed")),
            None if roots > 1 && !self.within => Err("there is more than one root element".to_owned()),
            None => Ok(paths),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::{Value, json};

    fn evidence(said: &str, settings: Value) -> Result<(), String> {
        let score = Scene::expecting(json!({})).answers(said).score_with(&KIND, settings);
        if score.value == Some(1.0) { Ok(()) } else { Err(score.evidence) }
    }

    #[test]
    fn elements_are_nested_and_closed() {
        let whole = "<?xml version=\"1.0\"?>\n<a><!-- x > y --><b c=\"1 > 0\"/><d><![CDATA[<e>]]></d></a>";
        assert_eq!(evidence(whole, json!({})), Ok(()));
        assert_eq!(evidence("<!DOCTYPE a><!-- x --><a/> <!-- y -->", json!({})), Ok(()));
        for (broken, why) in [
            ("<a><b></a></b>", "`</a>` closes what is not open"),
            ("<a>", "`<a>` is never closed"),
            ("<a", "a tag is never closed"),
            ("a < b > c", "there is text around the root element"),
            ("<a/><b/>", "there is more than one root element"),
            ("plain", "there is no element"),
            ("<?xml version=\"1.0\"?> Here: <a/>", "there is text around the root element"),
        ] {
            assert_eq!(evidence(broken, json!({})).unwrap_err(), why);
        }
    }

    #[test]
    fn elements_that_are_wanted_stand_at_their_path() {
        let said = "Here: <order><item><name>Lid</name></item></order>.";
        assert_eq!(evidence(said, json!({"within": true, "elements": ["item.name", "order"]})), Ok(()));
        let missing = evidence(said, json!({"within": true, "elements": ["order.name"]})).unwrap_err();
        assert_eq!(missing, "there is no element `order.name`");
    }
}
