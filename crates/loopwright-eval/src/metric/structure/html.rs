#![doc = include_str!("../../../doc/metric/html.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::markup::{Tag, tags};
use crate::metric::kind::set;
use crate::metric::text::read_said;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "html",
    version: 1,
    title: "the answer is HTML",
    doc: include_str!("../../../doc/metric/html.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[Setting::new("within", "whether other text may stand around it; `false` when absent")],
    build: set::<Html>,
};

/// The elements that are known, those that need no closing tag among them.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "noscript",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "picture",
    "pre",
    "progress",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

#[derive(Deserialize)]
struct Html {
    #[serde(default)]
    within: bool,
}

impl Scorer for Html {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        read_said(judged, |said| Reading::judged(self.kept(said.trim())))
    }
}

impl Html {
    fn kept(&self, said: &str) -> Result<String, String> {
        let is_known = |tag: &Tag<'_>| {
            let (Tag::Opens(name) | Tag::Closes(name) | Tag::Empty(name)) = tag;
            ELEMENTS.contains(&name.to_ascii_lowercase().as_str())
        };
        let tags = tags(said).ok_or("a tag is never closed")?;
        if self.within {
            let found = tags.iter().any(|(tag, ..)| is_known(tag));
            return if found { Ok(String::new()) } else { Err("there is no HTML element".to_owned()) };
        }
        let (Some(first), Some(last)) = (tags.first(), tags.last()) else {
            return Err("there is no HTML element".to_owned());
        };
        let before = said[..first.1].trim().to_ascii_lowercase();
        let begins = before.is_empty() || before.starts_with("<!doctype html") || before.starts_with("<!--");
        let ends = said[last.2..].trim();
        if !begins || !(ends.is_empty() || ends.starts_with("<!--")) {
            return Err("there is text around the elements".to_owned());
        }
        match tags.iter().find(|(tag, ..)| !is_known(tag)) {
            Some((Tag::Opens(name) | Tag::Closes(name) | Tag::Empty(name), ..)) => {
                Err(format!("`{name}` is no HTML element"))
            }
            None => Ok(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn knows_elements_and_forgives_what_browsers_do() {
        let holds = |said: &str, within: bool| {
            Scene::expecting(json!({})).answers(said).score_with(&KIND, json!({"within": within})).value == Some(1.0)
        };
        assert!(holds("<!DOCTYPE html><html><body><p>One<br>two</body></html>", false));
        assert!(holds("See <b>this</b>.", true) && !holds("See <b>this</b>.", false));
        assert!(!holds("<order><item/></order>", false) && !holds("1 < 2 and 3 > 2", true));
    }
}
