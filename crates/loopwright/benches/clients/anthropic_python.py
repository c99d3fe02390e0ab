"""Anthropic's client in Python."""

import anthropic
from check import AGENT, KEY, MODEL, ORDER, PARAMETERS, QUESTION, TOOL, TOOL_SAYS, URL, checks, refuses
from pydantic import BaseModel

NAME = "anthropic-python"
SAID = [{"role": "user", "content": QUESTION}]
ASKED = [{"role": "user", "content": ORDER}]
TOOLS = [{"name": TOOL, "description": TOOL_SAYS, "input_schema": PARAMETERS}]
CHOICE = {"type": "tool", "name": TOOL}


def asks(check, key=KEY):
    return anthropic.Anthropic(base_url=f"{URL}/{NAME}/{check}", api_key=key, max_retries=0)


class Reply(BaseModel):
    answer: str


def models():
    found = list(asks("models").models.list())
    assert AGENT in [model.id for model in found] and found[0].type == "model" and found[0].created_at


def model():
    assert asks("model").models.retrieve(AGENT).display_name == AGENT


def answer():
    message = asks("answer").messages.create(model=AGENT, max_tokens=256, messages=SAID)
    assert message.content[0].text and message.stop_reason == "end_turn" and message.usage.output_tokens > 0


def stream():
    with asks("stream").messages.stream(model=AGENT, max_tokens=256, messages=SAID) as events:
        text = "".join(events.text_stream)
        whole = events.get_final_message()
    assert text and text == whole.content[0].text and whole.usage.output_tokens > 0


def tools():
    messages = asks("tools").messages
    first = messages.create(model=MODEL, max_tokens=256, messages=ASKED, tools=TOOLS, tool_choice=CHOICE)
    call = next(block for block in first.content if block.type == "tool_use")
    assert first.stop_reason == "tool_use" and "order" in call.input
    result = {"type": "tool_result", "tool_use_id": call.id, "content": '{"status": "shipped"}'}
    said = [*ASKED, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    second = messages.create(model=MODEL, max_tokens=256, messages=said, tools=TOOLS, tool_choice={"type": "none"})
    assert second.content[0].text


def stream_tools():
    messages = asks("stream_tools").messages
    with messages.stream(model=MODEL, max_tokens=256, messages=ASKED, tools=TOOLS, tool_choice=CHOICE) as events:
        whole = events.get_final_message()
    call = next(block for block in whole.content if block.type == "tool_use")
    assert call.name == TOOL and "order" in call.input


def structured():
    schema = Reply.model_json_schema() | {"additionalProperties": False}
    form = {"format": {"type": "json_schema", "schema": schema}}
    # The client's models of today take no temperature; the simulated one writes sound JSON without chance alone.
    more = {"output_config": form, "extra_body": {"temperature": 0}}
    message = asks("structured").messages.create(model=MODEL, max_tokens=256, messages=SAID, **more)
    Reply.model_validate_json(message.content[0].text)


def count():
    assert asks("count").messages.count_tokens(model=AGENT, messages=SAID).input_tokens > 0


def unknown_model():
    messages = asks("unknown_model").messages
    error = refuses(anthropic.NotFoundError, lambda: messages.create(model="nobody", max_tokens=9, messages=SAID))
    assert error.body["error"]["type"] == "not_found_error" and error.request_id


def wrong_key():
    messages = asks("wrong_key", key="wrong").messages
    ask = lambda: messages.create(model=AGENT, max_tokens=9, messages=SAID)
    refuses(anthropic.AuthenticationError, ask)


checks(NAME, [models, model, answer, stream, tools, stream_tools, structured, count, unknown_model, wrong_key])
