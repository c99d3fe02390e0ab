#!/usr/bin/env python3
"""Clients that others wrote, against the front door: `python3 crates/loopwright/benches/clients/clients.py`.

OpenAI's and Anthropic's own clients, in Python and for Node, and Vercel's AI SDK ask `loopwright serve` in a fresh
project: an agent and the simulated model, whole and streamed, with tools, with an answer in a schema, and for what must
be refused. Each check is the client's own code, unchanged; it passes when the client understands what it was sent. A
cell is `ok`, `-` where the client has no such call, or the place of the reason below the table.

With `--record` the bytes that each client sent are kept as fixtures of `loopwright-serve`, whose tests send them again:
they need neither Python nor npm.

The clients are installed from their registries into `target/clients`, in the versions below. Needs Python 3.10 with
venv, npm, and a debug build of Loopwright, which it makes. Standard library only.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PYTHON = ["openai==3.57.0", "anthropic==2.13.0"]
NODE = ["node@22", "openai@7.57.0", "@anthropic-ai/sdk@1.13.0", "ai@7.0.173", "@ai-sdk/openai@4.0.118"]
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
CLIENTS = TARGET / "clients"
FIXTURES = ROOT / "crates/loopwright-serve/tests/fixtures/clients"
KEY = "key-of-the-clients"

# Each prints a line of JSON for each check: `{"client": …, "check": …, "fault": null or text}`.
PROGRAMS = ["openai_python.py", "anthropic_python.py", "openai_node.mjs", "anthropic_node.mjs", "ai_sdk.mjs"]
CHECKS = ["models", "model", "answer", "stream", "tools", "stream_tools", "structured", "count", "unknown_model",
          "wrong_key"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="keep what the clients send as fixtures")
    asked = parser.parse_args()
    subprocess.run(["cargo", "build", "-p", "loopwright", "--bin", "loopwright"], cwd=ROOT, check=True)
    install("python", PYTHON, install_python)
    install("node", NODE, install_node)
    with tempfile.TemporaryDirectory() as name, Server(Path(name)) as address, Between(address) as between:
        found = [line for program in PROGRAMS for line in run(program, between.url)]
        sent = between.sent
    if asked.record:
        record(sent)
    sys.exit(table(found))


def install(kind, packages, installer):
    """Installs again when the list has changed."""
    mark = CLIENTS / f"{kind}.txt"
    if mark.exists() and mark.read_text() == "\n".join(packages):
        return
    shutil.rmtree(CLIENTS / kind, ignore_errors=True)
    CLIENTS.mkdir(parents=True, exist_ok=True)
    installer(CLIENTS / kind, packages)
    mark.write_text("\n".join(packages))


def install_python(folder, packages):
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "--quiet", *packages], check=True)


def install_node(folder, packages):
    folder.mkdir()
    (folder / "package.json").write_text("{}")
    command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *packages]
    subprocess.run(command, cwd=folder, check=True)


def run(program, url):
    """What `program` found."""
    if program.endswith(".py"):
        command = [CLIENTS / "python/bin/python", HERE / program]
    else:
        # Modules are looked for beside the program.
        for file in (program, "check.mjs"):
            shutil.copy(HERE / file, CLIENTS / "node")
        command = [CLIENTS / "node/node_modules/.bin/node", CLIENTS / "node" / program]
    env = os.environ | {"CLIENTS_URL": url, "CLIENTS_KEY": KEY}
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    if ended.returncode != 0:
        sys.exit(f"{program} ended with {ended.returncode}:\n{ended.stderr[-3000:]}")
    return [json.loads(line) for line in ended.stdout.splitlines()]


class Server:
    """`loopwright serve` in a fresh project, as long as the block lasts."""

    def __init__(self, folder):
        self.folder = folder
        self.program = TARGET / "debug/loopwright"

    def __enter__(self):
        silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        subprocess.run([self.program, "--quiet", "init"], cwd=self.folder, check=True, **silent)
        with open(self.folder / "loopwright.toml", "a") as file:
            file.write('\n[serve]\nmodels = ["standin:*"]\n')
        env = os.environ | {"LOOPWRIGHT_SERVE_KEY": KEY}
        command = [self.program, "serve", "--listen", "127.0.0.1:0"]
        self.child = subprocess.Popen(command, cwd=self.folder, env=env, stderr=subprocess.PIPE, text=True)
        said = ""
        for line in self.child.stderr:
            said += line
            if found := re.search(r" at http://([\d.:]+)/", line):
                return found[1]
        sys.exit(f"the server did not begin:\n{said}")

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()


class Between:
    """Stands between clients and `address`, and keeps what is sent.

    A client is given `URL/CLIENT/CHECK` as the root of the server, so that each request tells whose it is.
    """

    def __init__(self, address):
        between = self
        self.sent = []

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                between.answer(self, address)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, address):
        _, client, check, path = handler.path.split("/", 3)
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        headers = [(name, value) for name, value in handler.headers.raw_items() if name.lower() != "host"]
        self.sent.append((client, check, f"{handler.command} /{path}", headers, body))
        upstream = http.client.HTTPConnection(address)
        upstream.putrequest(handler.command, f"/{path}", skip_accept_encoding=True)
        for name, value in headers:
            upstream.putheader(name, value)
        upstream.endheaders(body)
        response = upstream.getresponse()
        handler.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("connection", "transfer-encoding"):
                handler.send_header(name, value)
        handler.send_header("connection", "close")
        handler.end_headers()
        while piece := response.read1():
            handler.wfile.write(piece)
            handler.wfile.flush()
        handler.close_connection = True


def record(sent):
    """One file for each client, with a line of JSON for each request. What tells of the machine is left out."""
    shutil.rmtree(FIXTURES, ignore_errors=True)
    FIXTURES.mkdir(parents=True)
    for client, check, line, headers, body in sent:
        kept = [[name, value] for name, value in headers if not tells_of_machine(name)]
        request = {"check": check, "request": line, "headers": kept, "body": body.decode()}
        with open(FIXTURES / f"{client}.jsonl", "a") as file:
            file.write(json.dumps(request, ensure_ascii=False) + "\n")


def tells_of_machine(name):
    return name.lower() in ("x-stainless-arch", "x-stainless-os", "x-stainless-runtime-version", "connection")


def table(found):
    """Prints what was found; the number of faults."""
    clients = list(dict.fromkeys(line["client"] for line in found))
    faults = []
    print(f"{'client':<24}" + "".join(f"{check:>14}" for check in CHECKS))
    for client in clients:
        cells = ""
        for check in CHECKS:
            here = [line for line in found if (line["client"], line["check"]) == (client, check)]
            if not here:
                cells += f"{'-':>14}"
            elif here[0]["fault"] is None:
                cells += f"{'ok':>14}"
            else:
                faults.append(f"{client}, {check}: {here[0]['fault']}")
                cells += f"{f'[{len(faults)}]':>14}"
        print(f"{client:<24}" + cells)
    for number, fault in enumerate(faults, 1):
        print(f"[{number}] {fault}")
    return min(len(faults), 1)


if __name__ == "__main__":
    main()
