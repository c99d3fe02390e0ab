#!/usr/bin/env python3
"""What many cases and many calls at once take: `python3 crates/loopwright/benches/peers/scale.py`.

- Memory: the largest resident size of an eval of 2,000, 20,000 and 200,000 one-turn cases.
- Resume: an eval of 200,000 cases is killed (SIGKILL) half way; then the time from the start of the same command to its
  first call of the model.
- In flight: 10,000 cases, all at once, of a model that takes 5 s; then 2,000 cases with the same `--concurrency`, where
  1,024 open files are allowed.

The model is `mock_model` in a process of its own. Needs Python 3.10 and nothing more.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from peers import Mock, build, expected, loopwright

LATENCY_MS = 5000


def main():
    build()
    memory()
    resume(200_000)
    in_flight(10_000, concurrency=10_000)
    in_flight(2_000, concurrency=10_000, files=1024)


def memory():
    print(f"{'cases':>9} {'CPU s':>8} {'µs a case':>10} {'MiB':>6} {'wall s':>8}")
    for cases in (2_000, 20_000, 200_000):
        with tempfile.TemporaryDirectory() as folder, Mock(0) as url:
            command, _, passed = loopwright(Path(folder), url, cases)
            usage, wall, text = run(command, folder)
            check(passed(text), cases, text)
        cpu = usage.ru_utime + usage.ru_stime
        per_case = 1e6 * cpu / cases
        mib = usage.ru_maxrss / 1024
        print(f"{cases:>9,} {cpu:>8.2f} {per_case:>10.0f} {mib:>6.0f} {wall:>8.2f}", flush=True)


def resume(cases):
    with tempfile.TemporaryDirectory() as folder, Mock(0) as url:
        command, _, passed = loopwright(Path(folder), url, cases)
        first = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        while requests(url) < cases // 2:
            time.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        first.wait()
        # So that what was under way has arrived, and the next call counted is one of the second command.
        time.sleep(0.5)
        before = requests(url)
        began = time.monotonic()
        with open(Path(folder) / "out.txt", "wb") as out:
            second = subprocess.Popen(command, cwd=folder, stdout=out)
            while requests(url) == before:
                time.sleep(0.01)
            taken = time.monotonic() - began
            second.wait()
        text = (Path(folder) / "out.txt").read_text()
        check(passed(text), cases, text)
        again = requests(url) - cases
    print(f"\nkilled after {before:,} of {cases:,} calls: the first missing trial began {taken:.2f} s after the start")
    print(f"{again} calls that were under way were made again", flush=True)


def in_flight(cases, concurrency, files=None):
    with tempfile.TemporaryDirectory() as folder, Mock(LATENCY_MS) as url:
        command, _, passed = loopwright(Path(folder), url, cases, concurrency)
        usage, wall, text = run(command, folder, files)
        check(passed(text), cases, text)
        most = counts(url)["most_in_flight"]
    allowed = f", {files:,} open files allowed" if files else ""
    mib = usage.ru_maxrss / 1024
    print(f"\n{cases:,} calls of {LATENCY_MS / 1000:.0f} s, {concurrency:,} at once asked for{allowed}:")
    print(f"every case scored in {wall:.1f} s, {mib:.0f} MiB, at most {most:,} in flight")
    for line in text.splitlines():
        if line.startswith("warning"):
            print(line, flush=True)


def run(command, folder, files=None):
    """What `command` used, how long it took, and all that it wrote; `files` bounds how many it may hold open."""
    if files:
        command = [sys.executable, "-c", BOUNDED, str(files), *command]
    out_path, err_path = Path(folder) / "out.txt", Path(folder) / "err.txt"
    with open(out_path, "wb") as out, open(err_path, "wb") as err:
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        _, _, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
    return usage, wall, out_path.read_text() + "\n" + err_path.read_text()


# Becomes the program that it is given, which so inherits the limit.
BOUNDED = """
import os, resource, sys
files = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
os.execv(sys.argv[2], sys.argv[2:])
"""


def check(passed, cases, text):
    if passed != expected(cases):
        sys.exit(f"{passed} of {cases} cases passed, and not {expected(cases)}:\n{text[-3000:]}")


def counts(url):
    with urllib.request.urlopen(f"{url}/counts") as answer:
        return json.load(answer)


def requests(url):
    return counts(url)["requests"]


if __name__ == "__main__":
    main()
