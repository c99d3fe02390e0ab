"""What the programs in Python share: where they ask, and how a check is told."""

import json
import os

URL = os.environ["CLIENTS_URL"]
KEY = os.environ["CLIENTS_KEY"]
AGENT = "support"
MODEL = "standin:large"
QUESTION = "When do you open?"
ORDER = "Where is my order A-1001?"
TOOL = "find_order"
TOOL_SAYS = "Finds an order by its number."
PARAMETERS = {
    "type": "object",
    "properties": {"order": {"type": "string", "description": "The number of the order."}},
    "required": ["order"],
    "additionalProperties": False,
}


def checks(client, functions):
    """Runs each check; its name is that of its function."""
    for function in functions:
        fault = None
        try:
            function()
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        print(json.dumps({"client": client, "check": function.__name__, "fault": fault}), flush=True)


def refuses(kind, ask):
    """`ask` must be refused as `kind`, for which a client has an exception of its own."""
    try:
        ask()
    except kind as error:
        return error
    raise AssertionError("it was answered")
