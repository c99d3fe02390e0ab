//! `explain`: the page of one finding, metric or word, or the list of all.

use crate::cli::ExplainArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::nearest::nearest;
use crate::printer::{FAINT, STRONG};
use crate::topic::Topic;

/// Explains the topic that `args` name out of `topics`.
pub(super) fn run(args: ExplainArgs, context: &Context, topics: &[Topic]) -> Result<Exit, Fault> {
    let Some(wanted) = args.topic else {
        let width = topics.iter().map(|topic| topic.code.len()).max().unwrap_or(0);
        let line = |topic: &Topic| format!("{STRONG}{:<width$}{STRONG:#}  {}\n", topic.code, topic.title);
        let list: Vec<_> =
            topics.iter().map(|topic| serde_json::json!({"code": topic.code, "title": topic.title})).collect();
        context.printer.document(&topics.iter().map(line).collect::<String>(), "topics", &list)?;
        return Ok(Exit::Ok);
    };
    let Some(topic) = topics.iter().find(|topic| topic.code.eq_ignore_ascii_case(&wanted)) else {
        let fault = Fault::usage(format!("there is nothing to explain under `{wanted}`"));
        let hint = match nearest(&wanted, topics.iter().map(|topic| topic.code.as_ref())) {
            Some(code) => format!("did you mean `{code}`?"),
            None => "`loopwright explain` lists what there is".to_owned(),
        };
        return Err(fault.with_hint(hint));
    };
    let Topic { code, title, body } = topic;
    context.printer.document(&format!("{STRONG}{code}{STRONG:#} {FAINT}{title}{FAINT:#}\n\n{body}"), "topic", topic)?;
    Ok(Exit::Ok)
}
