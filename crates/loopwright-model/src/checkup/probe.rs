//! The probes, one thing each.

use loopwright_core::{
    BoxFuture, ChatRequest, FinishReason, Message, ModelError, ResponseFormat, Role, ToolChoice, ToolSpec,
};
use serde_json::{Value, json};

use super::Standing;
use super::examination::{Answered, Examination};

type Found = Result<(Standing, String), ModelError>;
type Probe = for<'a> fn(&'a mut Examination) -> BoxFuture<'a, Found>;

/// What is tried, in order.
pub(super) const PROBES: [(&str, Probe); 10] = [
    ("answers", |examination| Box::pin(answers(examination))),
    ("streaming", |examination| Box::pin(streaming(examination))),
    ("usage", |examination| Box::pin(usage(examination))),
    ("price", |examination| Box::pin(price(examination))),
    ("tools", |examination| Box::pin(tools(examination))),
    ("parallel calls", |examination| Box::pin(parallel_calls(examination))),
    ("tool results", |examination| Box::pin(tool_results(examination))),
    ("structured output", |examination| Box::pin(structured_output(examination))),
    ("output limit", |examination| Box::pin(output_limit(examination))),
    ("prompt caching", |examination| Box::pin(prompt_caching(examination))),
];

/// Room for an answer, thinking included.
const ROOM: u64 = 1024;
/// Room in which a long answer does not fit.
const LITTLE_ROOM: u64 = 32;
/// Lines of a prefix that is long enough for every provider's cache: some 3,000 tokens.
const LINES: usize = 200;

fn request(question: &str) -> ChatRequest {
    ChatRequest { max_output_tokens: Some(ROOM), ..ChatRequest::new("", vec![Message::text(Role::User, question)]) }
}

fn with_tool(question: &str) -> ChatRequest {
    let id = json!({ "type": "string", "description": "The order's number, such as A-1." });
    let parameters =
        json!({ "type": "object", "properties": { "id": id }, "required": ["id"], "additionalProperties": false });
    let description = "Gets one order by its number.".to_owned();
    ChatRequest { tools: vec![ToolSpec { name: "get_order".to_owned(), description, parameters }], ..request(question) }
}

fn found(standing: Standing, seen: impl Into<String>) -> Found {
    Ok((standing, seen.into()))
}

async fn answers(examination: &mut Examination) -> Found {
    let answered = examination.ask(&request("Say in one sentence what a loop is.")).await?;
    let says = !answered.response.message.plain_text().trim().is_empty();
    let name = if answered.response.model.is_empty() { "a model without a name" } else { &answered.response.model };
    let seen = format!("`{name}` in {:.1} s{}", answered.took.as_secs_f64(), retried(&answered));
    let standing = if says { Standing::Works } else { Standing::Degrades };
    let seen = if says { seen } else { format!("{seen}, and says nothing") };
    examination.first = Some(answered);
    found(standing, seen)
}

fn retried(answered: &Answered) -> String {
    match answered.heard.retries {
        0 => String::new(),
        count => format!(", after {count} failed attempts"),
    }
}

/// Looks at the first answer.
fn first<T>(examination: &Examination, look: impl FnOnce(&Answered) -> T) -> Option<T> {
    examination.first.as_ref().map(look)
}

async fn streaming(examination: &mut Examination) -> Found {
    let pieces = first(examination, |answered| {
        (answered.heard.pieces, answered.heard.text == answered.response.message.plain_text())
    });
    match pieces.unwrap_or_default() {
        (_, false) => found(Standing::Fails, "the pieces are not the answer"),
        (0 | 1, true) => {
            found(Standing::Degrades, "the answer comes whole, so that nothing can be shown while it grows")
        }
        (pieces, true) => found(Standing::Works, format!("{pieces} pieces")),
    }
}

async fn usage(examination: &mut Examination) -> Found {
    let usage = first(examination, |answered| answered.response.cost.usage).unwrap_or_default();
    match (usage.input(), usage.output()) {
        (0, _) | (_, 0) => found(Standing::Degrades, "no tokens are reported: costs and budgets of tokens are unknown"),
        (input, output) => found(Standing::Works, format!("{input} tokens read, {output} written")),
    }
}

async fn price(examination: &mut Examination) -> Found {
    if examination.info().priced {
        return found(Standing::Works, "the table of prices lists it");
    }
    found(Standing::Degrades, "unknown: costs stay unknown, and a budget in money is refused")
}

async fn tools(examination: &mut Examination) -> Found {
    let question = with_tool("Where is order A-1? Look it up.");
    let forced = examination.ask(&ChatRequest { tool_choice: ToolChoice::Required, ..question.clone() }).await;
    let (answered, is_forced) = match forced {
        Ok(answered) => (answered, true),
        Err(error) if error.kind.blames_request() => (examination.ask(&question).await?, false),
        Err(error) => return Err(error),
    };
    let Some(call) = answered.response.message.tool_calls.first() else {
        return found(Standing::Fails, "no call comes, though one is demanded");
    };
    let arguments: Option<Value> = serde_json::from_str(&call.arguments).ok();
    match (arguments, is_forced) {
        (Some(arguments), true) if arguments["id"].is_string() => found(Standing::Works, "a call can be demanded"),
        (Some(arguments), false) if arguments["id"].is_string() => {
            found(Standing::Degrades, "calls come, but none can be demanded")
        }
        _ => found(Standing::Degrades, format!("the arguments break their schema: {}", shortened(&call.arguments))),
    }
}

async fn parallel_calls(examination: &mut Examination) -> Found {
    let question = "Where are the orders A-1 and B-2? Look up both at once, with one call each.";
    let answered = examination.ask(&with_tool(question)).await?;
    match answered.response.message.tool_calls.len() {
        0 => found(Standing::Degrades, "no call came unasked"),
        1 => found(Standing::Degrades, "calls come one at a time, so that agents take more steps"),
        count => found(Standing::Works, format!("{count} calls in one answer")),
    }
}

async fn tool_results(examination: &mut Examination) -> Found {
    let mut question = with_tool("Where is order A-1? Look it up.");
    let asked = examination.ask(&question).await?.response.message;
    if asked.tool_calls.is_empty() {
        return found(Standing::Untried, "no call came");
    }
    let results = asked
        .tool_calls
        .iter()
        .map(|call| Message::tool_result(call.id.clone(), r#"{"id": "A-1", "place": "Rotterdam"}"#));
    let results: Vec<Message> = results.collect();
    question.messages.push(asked);
    question.messages.extend(results);
    let text = examination.ask(&question).await?.response.message.plain_text();
    if text.contains("Rotterdam") {
        return found(Standing::Works, "the answer uses what the tool gave back");
    }
    found(Standing::Degrades, format!("the answer does not use what the tool gave back: {}", shortened(&text)))
}

async fn structured_output(examination: &mut Examination) -> Found {
    let properties = json!({ "city": { "type": "string" }, "days": { "type": "integer" } });
    let schema = json!({
        "type": "object", "properties": properties, "required": ["city", "days"], "additionalProperties": false
    });
    let question = request("A parcel goes to Rotterdam and takes 3 days. Give the city and the days as JSON.");
    let by_schema = ChatRequest { response_format: ResponseFormat::JsonSchema(schema), ..question.clone() };
    match examination.ask(&by_schema).await {
        Ok(answered) if keeps_schema(&answered) => return found(Standing::Works, "the schema is kept"),
        Ok(_) => {}
        Err(error) if error.kind.blames_request() => {}
        Err(error) => return Err(error),
    }
    let any = ChatRequest { response_format: ResponseFormat::JsonObject, ..question };
    let text = examination.ask(&any).await?.response.message.plain_text();
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(_)) => found(Standing::Degrades, "JSON comes, but not by a schema"),
        _ => found(Standing::Fails, format!("no JSON comes: {}", shortened(&text))),
    }
}

fn keeps_schema(answered: &Answered) -> bool {
    let value: Option<Value> = serde_json::from_str(&answered.response.message.plain_text()).ok();
    value.is_some_and(|value| value["city"].is_string() && value["days"].is_i64())
}

async fn output_limit(examination: &mut Examination) -> Found {
    let long = request("Count from 1 to 200, one number a line.");
    let answered = examination.ask(&ChatRequest { max_output_tokens: Some(LITTLE_ROOM), ..long }).await?;
    match (answered.response.finish, answered.response.cost.usage.output()) {
        (FinishReason::Length, _) => found(Standing::Works, "an answer that is cut off says so"),
        (_, output) if output > LITTLE_ROOM => {
            found(Standing::Fails, format!("{output} tokens came where {LITTLE_ROOM} were allowed"))
        }
        (finish, _) => found(Standing::Degrades, format!("the answer ends with {finish:?}, not because of its length")),
    }
}

async fn prompt_caching(examination: &mut Examination) -> Found {
    let rule = |line: usize| format!("Rule {line}: an order of {line} parcels leaves from gate {}.\n", line % 7 + 1);
    let rules: String = (1..=LINES).map(rule).collect();
    let mut question = request("From which gate does an order of 12 parcels leave?");
    question.messages.insert(0, Message::text(Role::System, rules));
    let mut cached = 0;
    for _ in 0..2 {
        cached = examination.ask(&question).await?.response.cost.usage.cached();
    }
    match cached {
        0 => found(Standing::Degrades, "a prefix that was read before costs the same again"),
        cached => found(Standing::Works, format!("{cached} tokens of a repeated prefix came from the cache")),
    }
}

fn shortened(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
