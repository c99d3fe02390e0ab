"""OpenAI's client in Python, over both of its protocols."""

import json

import openai
from check import AGENT, KEY, MODEL, ORDER, PARAMETERS, QUESTION, TOOL, TOOL_SAYS, URL, checks, refuses
from pydantic import BaseModel


class Reply(BaseModel):
    answer: str


def client(name, check, key=KEY):
    return openai.OpenAI(base_url=f"{URL}/{name}/{check}/v1", api_key=key, max_retries=0)


def chat():
    name = "openai-python-chat"
    said = [{"role": "user", "content": QUESTION}]
    asked = [{"role": "user", "content": ORDER}]
    function = {"name": TOOL, "description": TOOL_SAYS, "parameters": PARAMETERS, "strict": True}
    tools = [{"type": "function", "function": function}]
    choice = {"type": "function", "function": {"name": TOOL}}

    def models():
        assert AGENT in [model.id for model in client(name, "models").models.list()]

    def model():
        assert client(name, "model").models.retrieve(AGENT).id == AGENT

    def answer():
        completion = client(name, "answer").chat.completions.create(model=AGENT, messages=said)
        assert completion.choices[0].message.content and completion.choices[0].finish_reason == "stop"
        assert completion.usage.total_tokens > 0

    def stream():
        with client(name, "stream").chat.completions.stream(
            model=AGENT, messages=said, stream_options={"include_usage": True}
        ) as events:
            pieces = [event.delta for event in events if event.type == "content.delta"]
            whole = events.get_final_completion()
        assert pieces and "".join(pieces) == whole.choices[0].message.content
        assert whole.usage.total_tokens > 0

    def tools_():
        asks = client(name, "tools").chat.completions
        first = asks.create(model=MODEL, messages=asked, tools=tools, tool_choice=choice).choices[0]
        call = first.message.tool_calls[0]
        assert first.finish_reason == "tool_calls" and "order" in json.loads(call.function.arguments)
        result = {"role": "tool", "tool_call_id": call.id, "content": '{"status": "shipped"}'}
        second = asks.create(model=MODEL, messages=[*asked, first.message, result], tools=tools, tool_choice="none")
        assert second.choices[0].message.content

    def stream_tools():
        asks = client(name, "stream_tools").chat.completions
        with asks.stream(model=MODEL, messages=asked, tools=tools, tool_choice=choice) as events:
            ends = [event for event in events if event.type == "tool_calls.function.arguments.done"]
        assert ends[0].name == TOOL and "order" in json.loads(ends[0].arguments)

    def structured():
        asks = client(name, "structured").chat.completions
        completion = asks.parse(model=MODEL, messages=said, response_format=Reply, temperature=0)
        assert isinstance(completion.choices[0].message.parsed, Reply)

    def unknown_model():
        asks = client(name, "unknown_model").chat.completions
        error = refuses(openai.NotFoundError, lambda: asks.create(model="nobody", messages=said))
        assert error.code == "model_not_found" and error.param == "model" and error.request_id

    def wrong_key():
        asks = client(name, "wrong_key", key="wrong").chat.completions
        refuses(openai.AuthenticationError, lambda: asks.create(model=AGENT, messages=said))

    tools_.__name__ = "tools"
    checks(name, [models, model, answer, stream, tools_, stream_tools, structured, unknown_model, wrong_key])


def responses():
    name = "openai-python-responses"
    tools = [{"type": "function", "name": TOOL, "description": TOOL_SAYS, "parameters": PARAMETERS, "strict": True}]
    choice = {"type": "function", "name": TOOL}

    def answer():
        response = client(name, "answer").responses.create(model=AGENT, input=QUESTION)
        assert response.output_text and response.status == "completed" and response.usage.total_tokens > 0

    def stream():
        with client(name, "stream").responses.stream(model=AGENT, input=QUESTION) as events:
            pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
            whole = events.get_final_response()
        assert pieces and "".join(pieces) == whole.output_text

    def tools_():
        asks = client(name, "tools").responses
        asked = [{"role": "user", "content": ORDER}]
        first = asks.create(model=MODEL, input=asked, tools=tools, tool_choice=choice)
        call = next(item for item in first.output if item.type == "function_call")
        assert "order" in json.loads(call.arguments)
        result = {"type": "function_call_output", "call_id": call.call_id, "output": '{"status": "shipped"}'}
        second = asks.create(model=MODEL, input=[*asked, *first.output, result], tools=tools, tool_choice="none")
        assert second.output_text

    def stream_tools():
        asks = client(name, "stream_tools").responses
        with asks.stream(model=MODEL, input=ORDER, tools=tools, tool_choice=choice) as events:
            whole = events.until_done().get_final_response()
        call = next(item for item in whole.output if item.type == "function_call")
        assert call.name == TOOL and "order" in json.loads(call.arguments)

    def structured():
        asks = client(name, "structured").responses
        response = asks.parse(model=MODEL, input=QUESTION, text_format=Reply, temperature=0)
        assert isinstance(response.output_parsed, Reply)

    def unknown_model():
        asks = client(name, "unknown_model").responses
        error = refuses(openai.NotFoundError, lambda: asks.create(model="nobody", input=QUESTION))
        assert error.code == "model_not_found"

    def wrong_key():
        asks = client(name, "wrong_key", key="wrong").responses
        refuses(openai.AuthenticationError, lambda: asks.create(model=AGENT, input=QUESTION))

    tools_.__name__ = "tools"
    checks(name, [answer, stream, tools_, stream_tools, structured, unknown_model, wrong_key])


chat()
responses()
