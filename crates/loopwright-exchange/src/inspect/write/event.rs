//! Steps of a trace as events.

use loopwright_core::{
    ChatRequest, ChatResponse, FinishReason, Span, SpanDetail, ToolChoice, ToolSpec, ToolStatus, Trace,
};
use serde_json::{Value, json};

use super::conversation::{Pool, arguments, message};
use super::{instant, usage};

/// Calls of models and tools, and searches as what they are to Inspect: something to be told.
pub(super) fn events(trace: &Trace, pool: &mut Pool, model: &str) -> Value {
    let event = |span: &Span| {
        let mut event = match &span.detail {
            SpanDetail::Chat { request, response, attempts, .. } => {
                let refs = pool.asked(&request.messages, model);
                if let Some(response) = response {
                    pool.say(&response.message, model);
                }
                chat(request, response.as_deref(), refs, attempts.saturating_sub(1))
            }
            SpanDetail::Tool { call, result, status, .. } => json!({"event": "tool", "type": "function", "id": call.id,
                "function": call.name, "arguments": arguments(call).unwrap_or_else(|| json!({})), "result": result,
                "error": fault(*status, result), "events": []}),
            SpanDetail::Retrieval { query, passages, shown } => {
                let data = json!({"query": query, "passages": passages, "shown": shown});
                json!({"event": "info", "source": "retrieval", "data": data})
            }
            _ => return None,
        };
        event["timestamp"] = json!(instant(span.start_ns));
        event["working_start"] = json!(0.0);
        event["uuid"] = json!(format!("{}-{}", trace.id.as_str(), span.id));
        if event["event"] != "info" {
            event["completed"] = json!(instant(span.end_ns));
            event["working_time"] = json!(span.end_ns.saturating_sub(span.start_ns) as f64 / 1e9);
        }
        if event["event"] == "model" {
            event["error"] = json!(span.error);
        }
        Some(event)
    };
    trace.spans.iter().filter_map(event).collect()
}

/// What the last call of the model gave.
pub(super) fn last_output(events: &Value, model: &str) -> Value {
    let mut models = events.as_array().into_iter().flatten().filter(|event| event["event"] == "model");
    models
        .next_back()
        .map_or_else(|| json!({"model": model, "choices": [], "completion": ""}), |event| event["output"].clone())
}

fn chat(request: &ChatRequest, response: Option<&ChatResponse>, refs: Value, retries: u32) -> Value {
    let config = json!({"temperature": request.temperature, "max_tokens": request.max_output_tokens});
    json!({"event": "model", "model": request.model, "input": [], "input_refs": refs, "tool_choice": choice(&request.tool_choice),
        "tools": request.tools.iter().map(tool).collect::<Vec<_>>(), "config": config,
        "output": output(&request.model, response), "retries": (retries > 0).then_some(retries)})
}

fn output(model: &str, response: Option<&ChatResponse>) -> Value {
    let Some(response) = response else {
        return json!({"model": model, "choices": [], "completion": ""});
    };
    let choice =
        json!({"message": message(&response.message, &response.model), "stop_reason": reason(&response.finish)});
    json!({"model": response.model, "choices": [choice], "completion": response.message.plain_text(),
        "usage": usage(&response.cost)})
}

fn tool(tool: &ToolSpec) -> Value {
    let mut parameters = json!({"type": "object", "properties": {}, "required": []});
    for name in ["properties", "required", "additionalProperties"] {
        if let Some(value) = tool.parameters.get(name) {
            parameters[name] = value.clone();
        }
    }
    json!({"name": tool.name, "description": tool.description, "parameters": parameters})
}

fn choice(choice: &ToolChoice) -> Value {
    match choice {
        ToolChoice::Auto => json!("auto"),
        ToolChoice::None => json!("none"),
        ToolChoice::Required => json!("any"),
        ToolChoice::Tool(name) => json!({"name": name}),
    }
}

fn reason(finish: &FinishReason) -> &'static str {
    match finish {
        FinishReason::Stop => "stop",
        FinishReason::Length => "max_tokens",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::Other(_) => "unknown",
    }
}

fn fault(status: ToolStatus, result: &str) -> Value {
    let kind = match status {
        // To Inspect a refusal is an answer like any other: tools tell it in words.
        ToolStatus::Done | ToolStatus::Refused => return Value::Null,
        ToolStatus::InvalidArguments => "parsing",
        ToolStatus::UnknownTool => return json!({"type": "parsing", "message": format!("tool not found: {result}")}),
        ToolStatus::Denied => "approval",
        ToolStatus::Broken => "unknown",
    };
    json!({"type": kind, "message": result})
}
