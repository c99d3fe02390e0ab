"""Speaks JSON lines for `@function@` in `@file@`, so that Loopwright can measure it. Written by `loopwright init`; needs
nothing but Python. Edit it as you like.

Each line of standard input is a request:   {"id": 1, "input": "…", "messages": [{"role": "user", "content": "…"}], "seed": 7}
Each line of standard output is its answer: {"id": 1, "answer": "…"} or {"id": 1, "error": "…"}. Beside an answer may stand
"calls": [{"tool": "…", "args": {}, "result": "…"}] and "usage": {"input": 9, "output": 4, "cached": 0}, in tokens.
What your code prints goes to standard error.
"""

import asyncio
import importlib.util
import inspect
import json
import os
import sys

FILE = @file_literal@
FUNCTION = @function_literal@


def load():
    """The function, from its file. The folder of the file is importable, as when the file is run."""
    path = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), FILE))
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location("loopwright_agent", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return getattr(module, FUNCTION)


def arguments(function, request):
    """Parameters called `input`, `messages` and `seed` get what they ask for; the first of any other name, the input."""
    positional, named = [], {}
    for index, (name, parameter) in enumerate(inspect.signature(function).parameters.items()):
        if name in ("input", "messages", "seed") and parameter.kind != parameter.POSITIONAL_ONLY:
            named[name] = request.get(name)
        elif index == 0 and parameter.kind not in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            positional.append(request["input"])
    return positional, named


def reply(result):
    """A text is the answer; a dictionary with `answer` may bring `calls` and `usage`."""
    if isinstance(result, dict) and "answer" in result:
        kept = {key: result[key] for key in ("calls", "usage") if result.get(key) is not None}
        return {"answer": text(result["answer"]), **kept}
    return {"answer": text(result)}


def text(value):
    if isinstance(value, str):
        return value
    if value is None:
        raise ValueError(f"{FUNCTION} returned nothing")
    return json.dumps(value, ensure_ascii=False, default=str)


def main():
    # Only answers go to standard output, whatever the agent and its libraries print.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    function = load()
    for line in open(0, encoding="utf-8", closefd=False):
        if not line.strip():
            continue
        request = json.loads(line)
        try:
            positional, named = arguments(function, request)
            result = function(*positional, **named)
            if inspect.isawaitable(result):
                result = asyncio.run(wait(result))
            answer = reply(result)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps({"id": request.get("id"), **answer}, ensure_ascii=False, default=str) + "\n")
        answers.flush()


async def wait(result):
    return await result


if __name__ == "__main__":
    main()
