#!/usr/bin/env python3
"""What a trial costs beside its peers: `python3 crates/loopwright/benches/peers/peers.py`.

Each runner asks the same one-turn questions of the same model, 64 at a time, looks whether the answer contains a word,
and keeps its usual record of each trial. The model is `mock_model` in a process of its own. Inspect and promptfoo are
installed from their registries into `target/peers`, in the versions below. A line gives processor time (user and
system, with children), the largest resident process, and wall time beside the ideal: waves of 64 times the latency of
the model.

Needs Python 3.10 with venv, npm, and a release build of Loopwright, which it makes. Standard library only.
"""

import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

INSPECT, OPENAI, PROMPTFOO, NODE = "0.3.285", "3.54.0", "0.123.1", "22"
CONCURRENCY = 64
ROOT = Path(__file__).resolve().parents[4]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PEERS = TARGET / "peers"


def main():
    asked = arguments()
    build()
    runners = {"loopwright": loopwright}
    if "inspect" in asked.peers:
        install_inspect()
        runners["inspect"] = inspect
    if "promptfoo" in asked.peers:
        install_promptfoo()
        runners["promptfoo"] = promptfoo
    print(f"{asked.cases} one-turn cases, {CONCURRENCY} at a time, best of {asked.rounds}")
    for latency in asked.latency:
        table(latency, asked, runners)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--latency", type=numbers, default=[0, 50], help="milliseconds, comma between")
    parser.add_argument("--rounds", type=int, default=1, help="measure so often, and keep the least processor time")
    parser.add_argument("--peers", type=words, default=["inspect", "promptfoo"], help="comma between")
    return parser.parse_args()


def numbers(text):
    return [int(number) for number in text.split(",")]


def words(text):
    return text.split(",")


def build():
    command = ["cargo", "build", "--release", "-p", "loopwright", "--bins", "--example", "mock_model"]
    subprocess.run(command, cwd=ROOT, check=True)


def table(latency, asked, runners):
    ideal = math.ceil(asked.cases / CONCURRENCY) * latency / 1000
    print(f"\nthe model takes {latency} ms" + (f"; ideal wall time {ideal:.2f} s" if latency else ""))
    head = f"{'runner':<12} {'CPU s':>8} {'MiB':>6} {'wall s':>8} {'passed':>12} {'CPU ratio':>10}"
    print(head + (f" {'wall/ideal':>11}" if latency else ""))
    ours = None
    for name, runner in runners.items():
        best = least(runner, latency, asked)
        if ours is None:
            ours = best["cpu"]
        passed = f"{best['passed']}/{asked.cases}"
        ratio = best["cpu"] / ours
        line = f"{name:<12} {best['cpu']:>8.2f} {best['mib']:>6.0f} {best['wall']:>8.2f} {passed:>12} {ratio:>10.1f}"
        print(line + (f" {best['wall'] / ideal:>11.2f}" if latency else ""), flush=True)


def least(runner, latency, asked):
    """The round that took the least processor time."""
    best = None
    for _ in range(asked.rounds):
        use = measured(runner, latency, asked.cases)
        if best is None or use["cpu"] < best["cpu"]:
            best = use
    return best


def measured(runner, latency, cases):
    """Runs `runner` against a fresh model, in a fresh folder."""
    with tempfile.TemporaryDirectory() as name, Mock(latency) as url:
        folder = Path(name)
        command, env, passed = runner(folder, url, cases)
        env = os.environ | env
        with open(folder / "out.txt", "wb") as out:
            began = time.monotonic()
            child = subprocess.Popen(
                command, cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - began
        text = (folder / "out.txt").read_text(errors="replace")
        count = passed(text)
    if count != expected(cases):
        sys.exit(f"{command[0]} ended with {status}, and {count} of {cases} passed:\n{text[-3000:]}")
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "mib": usage.ru_maxrss / 1024,
        "wall": wall,
        "passed": count,
    }


def expected(cases):
    """How many cases pass: the model says `red` of every fourth item."""
    return cases - cases // 4


class Mock:
    """The model, as long as the block lasts."""

    def __init__(self, latency):
        self.command = [TARGET / "release/examples/mock_model", str(latency)]

    def __enter__(self):
        self.child = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return f"http://127.0.0.1:{self.child.stdout.readline().strip()}/v1"

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()


def questions(cases):
    return [f"What colour is item {number}?" for number in range(1, cases + 1)]


# Each runner below writes its files into `folder`, and gives the command to measure, the environment that it needs, and
# a function that takes the number of cases that passed out of what the command wrote.


def loopwright(folder, url, cases, concurrency=CONCURRENCY):
    (folder / "loopwright.toml").write_text(
        f"""
[agent.mock]
model = "compatible:mock@{url}"
instructions = "answer.md"

[suite.colours]
agent = "mock"
cases = ["cases.jsonl"]
trials = 1
primary = "answer"
"""
    )
    (folder / "answer.md").write_text("Answer.\n")
    with open(folder / "cases.jsonl", "w") as file:
        for number, question in enumerate(questions(cases), 1):
            case = {"key": f"item-{number}", "input": question, "expect": {"answer": {"contains": "blue"}}}
            file.write(json.dumps(case) + "\n")

    def passed(text):
        document, _ = json.JSONDecoder().raw_decode(text)
        metric = document["data"]["arms"][0]["metrics"][0]
        return round(metric["estimate"]["point"] * cases)

    command = [TARGET / "release/loopwright", "eval", "--yes", "--quiet", "--format", "json"]
    command += ["--concurrency", str(concurrency)]
    return command, {}, passed


def install_inspect():
    installed = PEERS / f"inspect-{INSPECT}"
    if installed.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", PEERS / "inspect"], check=True)
    pip = PEERS / "inspect/bin/pip"
    subprocess.run([pip, "install", "--quiet", f"inspect-ai=={INSPECT}", f"openai=={OPENAI}"], check=True)
    installed.touch()


INSPECT_TASK = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate

QUESTIONS = {questions!r}


@task
def colours():
    samples = [Sample(input=question, target="blue") for question in QUESTIONS]
    return Task(dataset=samples, solver=generate(), scorer=includes())
"""

INSPECT_PASSED = """
import glob
from inspect_ai.log import read_eval_log

log = read_eval_log(glob.glob("logs/*.eval")[0])
print(sum(sample.scores["includes"].value == "C" for sample in log.samples))
"""


def inspect(folder, url, cases):
    """Without its display and without its log in real time: its users' fastest settings."""
    (folder / "task.py").write_text(INSPECT_TASK.format(questions=questions(cases)))

    # It prints no summary without its display, so the log is read by a second command, whose time is not counted.
    def passed(_):
        command = [PEERS / "inspect/bin/python", "-c", INSPECT_PASSED]
        return int(subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout)

    command = [PEERS / "inspect/bin/inspect", "eval", "task.py", "--model", "openai-api/mock/mock"]
    command += ["--max-connections", str(CONCURRENCY), "--max-samples", str(CONCURRENCY)]
    command += ["--log-dir", "logs", "--display", "none", "--no-log-realtime"]
    return command, {"MOCK_BASE_URL": url, "MOCK_API_KEY": "none"}, passed


def install_promptfoo():
    installed = PEERS / f"promptfoo-{PROMPTFOO}"
    if installed.exists():
        return
    folder = PEERS / "promptfoo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
    command += [f"node@{NODE}", f"promptfoo@{PROMPTFOO}"]
    subprocess.run(command, cwd=folder, check=True)
    installed.touch()


def promptfoo(folder, url, cases):
    """With its record, without its cache, table, telemetry and questions for updates."""
    contains = [{"type": "contains", "value": "blue"}]
    config = {
        "prompts": ["{{question}}"],
        "providers": [{"id": "openai:chat:mock", "config": {"apiBaseUrl": url, "apiKey": "none"}}],
        "tests": [{"vars": {"question": question}, "assert": contains} for question in questions(cases)],
    }
    (folder / "promptfooconfig.json").write_text(json.dumps(config))

    def passed(text):
        found = re.search(r"([\d,]+) passed", text)
        return int(found[1].replace(",", "")) if found else 0

    programs = PEERS / "promptfoo/node_modules/.bin"
    command = [programs / "node", programs / "promptfoo", "eval", "-c", "promptfooconfig.json", "-j", str(CONCURRENCY)]
    command += ["--no-cache", "--no-table", "--no-progress-bar", "--no-share"]
    env = {
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_CONFIG_DIR": str(folder / "home"),
    }
    return command, env, passed


if __name__ == "__main__":
    main()
