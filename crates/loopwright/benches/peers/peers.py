#!/usr/bin/env python3
"""What a trial costs beside its peers: `python3 crates/loopwright/benches/peers/peers.py [--cases 2000] [--latency 0,50]`.

Each runner asks the same one-turn questions of the same model, 64 at a time, looks whether the answer contains a word, and
keeps its usual record of each trial. The model is `mock_model` in a process of its own. Inspect and promptfoo are installed
from their registries into `target/peers`, in the versions below. A line gives processor time (user and system, with
children), the largest resident process, and wall time beside the ideal: waves of 64 times the latency of the model.

Needs Python 3.10 with venv, npm, and a release build of Loopwright (`cargo build --release`). Standard library only.
"""

import argparse, json, os, re, shutil, subprocess, sys, tempfile, time
from pathlib import Path

INSPECT, OPENAI, PROMPTFOO, NODE = "0.3.285", "3.54.0", "0.123.1", "22"
CONCURRENCY = 64
ROOT = Path(__file__).resolve().parents[4]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PEERS = TARGET / "peers"


def main():
    asked = arguments()
    build()
    runners = {"loopwright": loopwright} | {name: peer for name, peer in {"inspect": inspect, "promptfoo": promptfoo}.items() if name in asked.peers}
    if "inspect" in runners:
        install_inspect()
    if "promptfoo" in runners:
        install_promptfoo()
    print(f"{asked.cases} one-turn cases, {CONCURRENCY} at a time, best of {asked.rounds}")
    for latency in asked.latency:
        table(latency, asked, runners)


def build():
    subprocess.run(["cargo", "build", "--release", "-p", "loopwright", "--bins", "--example", "mock_model"], cwd=ROOT, check=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = lambda text: [int(number) for number in text.split(",")]
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--latency", type=numbers, default=[0, 50], help="milliseconds, comma between")
    parser.add_argument("--rounds", type=int, default=1, help="measure each so often, and keep its least processor time")
    parser.add_argument("--peers", type=lambda text: text.split(","), default=["inspect", "promptfoo"])
    return parser.parse_args()


def table(latency, asked, runners):
    ideal = -(-asked.cases // CONCURRENCY) * latency / 1000
    print(f"\nthe model takes {latency} ms" + (f"; ideal wall time {ideal:.2f} s" if latency else ""))
    print(f"{'runner':<12} {'CPU s':>8} {'MiB':>6} {'wall s':>8} {'passed':>12} {'CPU ratio':>10}" + (f" {'wall/ideal':>11}" if latency else ""))
    ours = None
    for name, runner in runners.items():
        best = min((measured(runner, latency, asked.cases) for _ in range(asked.rounds)), key=lambda use: use["cpu"])
        ours = ours or best["cpu"]
        line = f"{name:<12} {best['cpu']:>8.2f} {best['mib']:>6.0f} {best['wall']:>8.2f} {best['passed']:>12} {best['cpu'] / ours:>10.1f}"
        print(line + (f" {best['wall'] / ideal:>11.2f}" if latency else ""), flush=True)


def measured(runner, latency, cases):
    """Runs `runner` against a fresh model, in a fresh folder."""
    with tempfile.TemporaryDirectory() as folder, Mock(latency) as url:
        command, env, passed = runner(Path(folder), url, cases)
        out = open(Path(folder) / "out.txt", "wb")
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=folder, env=os.environ | env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        text = (Path(folder) / "out.txt").read_text(errors="replace")
        count = passed(text)
        if count != cases - cases // 4:
            sys.exit(f"{command[0]} ended with {status}, and {count} of {cases} passed:\n{text[-3000:]}")
        return {"cpu": usage.ru_utime + usage.ru_stime, "mib": usage.ru_maxrss / 1024, "wall": wall, "passed": f"{count}/{cases}"}


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


def loopwright(folder, url, cases, concurrency=CONCURRENCY):
    (folder / "loopwright.toml").write_text(
        f'[agent.mock]\nmodel = "compatible:mock@{url}"\ninstructions = "answer.md"\n\n'
        '[suite.colours]\nagent = "mock"\ncases = ["cases.jsonl"]\ntrials = 1\nprimary = "answer"\n'
    )
    (folder / "answer.md").write_text("Answer.\n")
    with open(folder / "cases.jsonl", "w") as file:
        for number, question in enumerate(questions(cases), 1):
            case = {"key": f"item-{number}", "input": question, "expect": {"answer": {"contains": "blue"}}}
            file.write(json.dumps(case) + "\n")
    command = [TARGET / "release/loopwright", "eval", "--yes", "--quiet", "--concurrency", str(concurrency), "--format", "json"]
    return command, {}, lambda text: round(json.JSONDecoder().raw_decode(text)[0]["data"]["arms"][0]["metrics"][0]["estimate"]["point"] * cases)


def install_inspect():
    if not (PEERS / f"inspect-{INSPECT}").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS / "inspect"], check=True)
        subprocess.run([PEERS / "inspect/bin/pip", "install", "--quiet", f"inspect-ai=={INSPECT}", f"openai=={OPENAI}"], check=True)
        (PEERS / f"inspect-{INSPECT}").touch()


def inspect(folder, url, cases):
    """Without its display and without its log in real time: its users' fastest settings."""
    (folder / "task.py").write_text(
        "from inspect_ai import Task, task\nfrom inspect_ai.dataset import Sample\nfrom inspect_ai.scorer import includes\n"
        "from inspect_ai.solver import generate\n\n@task\ndef colours():\n"
        f"    samples = [Sample(input=q, target='blue') for q in {questions(cases)!r}]\n"
        "    return Task(dataset=samples, solver=generate(), scorer=includes())\n"
    )
    # Its summary is printed by a second command that the log is read with; its time is not counted.
    command = [PEERS / "inspect/bin/inspect", "eval", "task.py", "--model", "openai-api/mock/mock", "--max-connections", str(CONCURRENCY),
               "--max-samples", str(CONCURRENCY), "--log-dir", "logs", "--display", "none", "--no-log-realtime"]

    def passed(_):
        script = ("import glob; from inspect_ai.log import read_eval_log; "
                  "log = read_eval_log(glob.glob('logs/*.eval')[0]); print(sum(s.scores['includes'].value == 'C' for s in log.samples))")
        return int(subprocess.run([PEERS / "inspect/bin/python", "-c", script], cwd=folder, check=True, capture_output=True, text=True).stdout)

    return command, {"MOCK_BASE_URL": url, "MOCK_API_KEY": "none"}, passed


def install_promptfoo():
    if not (PEERS / f"promptfoo-{PROMPTFOO}").exists():
        shutil.rmtree(PEERS / "promptfoo", ignore_errors=True)
        (PEERS / "promptfoo").mkdir(parents=True)
        (PEERS / "promptfoo/package.json").write_text("{}")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", f"node@{NODE}", f"promptfoo@{PROMPTFOO}"], cwd=PEERS / "promptfoo", check=True)
        (PEERS / f"promptfoo-{PROMPTFOO}").touch()


def promptfoo(folder, url, cases):
    """With its record, without its cache, table, telemetry and questions for updates."""
    tests = [{"vars": {"question": question}, "assert": [{"type": "contains", "value": "blue"}]} for question in questions(cases)]
    provider = {"id": "openai:chat:mock", "config": {"apiBaseUrl": url, "apiKey": "none"}}
    (folder / "promptfooconfig.json").write_text(json.dumps({"prompts": ["{{question}}"], "providers": [provider], "tests": tests}))
    bin = PEERS / "promptfoo/node_modules/.bin"
    command = [bin / "node", bin / "promptfoo", "eval", "-c", "promptfooconfig.json", "-j", str(CONCURRENCY), "--no-cache", "--no-table",
               "--no-progress-bar", "--no-share"]
    env = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_CONFIG_DIR": str(folder / "home")}
    return command, env, lambda text: int(next(iter(re.findall(r"([\d,]+) passed", text)), "-1").replace(",", ""))


if __name__ == "__main__":
    main()
