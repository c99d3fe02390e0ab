#![doc = include_str!("../../../doc/metric/html.md")]

use loopwright_core::Direction;
use serde::Deserialize;

use super::markup::{Tag, is_bare, tags};
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

/// The elements of the standard's index, with `math` and `svg`, but not what may stand within those two.
const ELEMENTS: &str = "\
    a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col \
    colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 \
    h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu \
    meta meter nav noscript object ol optgroup option output p picture pre progress q rp rt ruby s samp script \
    search section select slot small source span strong style sub summary sup svg table tbody td template textarea \
    tfoot th thead time title tr track u ul var video wbr";

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
            ELEMENTS.split_whitespace().any(|known| known.eq_ignore_ascii_case(name))
        };
        let tags = tags(said).ok_or("a tag is never closed")?;
        if self.within {
            let found = tags.iter().any(|(tag, ..)| is_known(tag));
            return if found { Ok(String::new()) } else { Err("there is no HTML element".to_owned()) };
        }
        let (Some(first), Some(last)) = (tags.first(), tags.last()) else {
            return Err("there is no HTML element".to_owned());
        };
        if !(is_bare(&said[..first.1]) && is_bare(&said[last.2..])) {
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
        assert!(holds("<!-- a --><ruby>x<rt>y</rt></ruby><!-- b -->", false));
        assert!(!holds("<!-- a --> Here: <p>One</p>", false), "text behind a remark is text");
        assert!(!holds("<order><item/></order>", false) && !holds("1 < 2 and 3 > 2", true));
    }
}
