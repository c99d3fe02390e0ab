#!/usr/bin/env python3
"""What many cases and many calls at once take: `python3 crates/loopwright/benches/peers/scale.py`.

- Memory: the largest resident size of an eval of 2,000, 20,000 and 200,000 one-turn cases.
- Resume: an eval of 200,000 cases is killed (SIGKILL) half way; then the time from the start of the same command to its first
  call of the model.
- In flight: 10,000 calls at once of a model that takes 5 s, and the same where 1,024 open files are allowed.

The model is `mock_model` in a process of its own. Needs Python 3.10 and nothing more.
"""

import json, os, resource, signal, subprocess, tempfile, time, urllib.request
from pathlib import Path

from peers import Mock, build, loopwright


def main():
    build()
    memory()
    resume(200_000)
    in_flight(10_000)


def memory():
    print(f"{'cases':>9} {'CPU s':>8} {'µs a case':>10} {'MiB':>6} {'wall s':>8}")
    for cases in (2_000, 20_000, 200_000):
        with tempfile.TemporaryDirectory() as folder, Mock(0) as url:
            command, _, passed = loopwright(Path(folder), url, cases)
            status, usage, wall, text = run(command, folder)
            assert passed(text) == cases - cases // 4, text
            cpu = usage.ru_utime + usage.ru_stime
            print(f"{cases:>9,} {cpu:>8.2f} {1e6 * cpu / cases:>10.0f} {usage.ru_maxrss / 1024:>6.0f} {wall:>8.2f}", flush=True)


def resume(cases):
    with tempfile.TemporaryDirectory() as folder, Mock(0) as url:
        command, _, passed = loopwright(Path(folder), url, cases)
        first = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        while requests(url) < cases // 2:
            time.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        first.wait()
        time.sleep(0.5)
        before, began = requests(url), time.monotonic()
        with open(Path(folder) / "out.txt", "wb") as out:
            second = subprocess.Popen(command, cwd=folder, stdout=out)
            while requests(url) == before:
                time.sleep(0.01)
            taken = time.monotonic() - began
            second.wait()
        assert passed((Path(folder) / "out.txt").read_text()) == cases - cases // 4
        asked_again = requests(url) - cases
        print(f"\nkilled after {before:,} of {cases:,} calls: the first missing trial began {taken:.2f} s after the start; "
              f"{asked_again} calls that were under way were made again")


def in_flight(calls):
    for files in (None, 1024):
        with tempfile.TemporaryDirectory() as folder, Mock(5000) as url:
            cases = calls if files is None else 2_000
            command, _, passed = loopwright(Path(folder), url, cases, concurrency=calls)
            status, usage, wall, text = run(command, folder, files)
            held = passed(text) == cases - cases // 4
            warned = next((line for line in text.splitlines() if line.startswith("warning")), "")
            print(f"\n{calls:,} calls at once of 5 s{f', {files:,} open files allowed' if files else ''}: {'every case scored' if held else 'FAILED'} "
                  f"in {wall:.1f} s, {usage.ru_maxrss / 1024:.0f} MiB, at most {peak(url):,} in flight\n{warned}", flush=True)


def run(command, folder, files=None):
    limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
    path = Path(folder) / "out.txt"
    with open(path, "wb") as out, open(Path(folder) / "err.txt", "wb") as err:
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, preexec_fn=limit)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
    return status, usage, wall, path.read_text() + "\n" + (Path(folder) / "err.txt").read_text()


def counts(url):
    with urllib.request.urlopen(f"{url}/counts") as answer:
        return json.load(answer)


def requests(url):
    return counts(url)["requests"]


def peak(url):
    return counts(url)["most_in_flight"]


if __name__ == "__main__":
    main()
