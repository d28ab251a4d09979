"""Runs problems: each in a folder of its own, several at a time, never longer than the limit."""

import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time


@dataclasses.dataclass
class Run:
    """What a command line printed, and how it ended."""

    status: int = 0
    output: bytes = b""
    message: str = ""
    timed_out: bool = False
    json: dict = dataclasses.field(default_factory=dict)
    parses: bool = True
    seconds: float = 0.0

    @property
    def claims(self):
        return self.json.get("claims", [])


class Runner:
    """Starts the program; can end what it started."""

    def __init__(self, binary, limit):
        self.binary, self.limit = str(pathlib.Path(binary).resolve()), limit
        self.running, self.lock, self.stopped = set(), threading.Lock(), False

    def words(self, words, folder):
        """Runs words in a folder."""
        run, began = Run(), time.monotonic()
        with self.lock:
            if self.stopped:
                raise KeyboardInterrupt
            process = subprocess.Popen(
                [self.binary] + [str(word) for word in words], cwd=folder, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
            self.running.add(process)
        try:
            output, message = process.communicate(timeout=self.limit)
        except subprocess.TimeoutExpired:
            process.kill()
            output, message = process.communicate()
            run.timed_out = True
        finally:
            with self.lock:
                self.running.discard(process)
        run.status, run.output, run.seconds = process.returncode, output, time.monotonic() - began
        run.message = message.decode("utf-8", "replace").strip()
        try:
            run.json = json.loads(output.decode("utf-8")) if output else {}
            run.parses = isinstance(run.json, dict)
        except ValueError:
            run.parses, run.json = False, {}
        run.json = run.json if isinstance(run.json, dict) else {}
        return run

    def problem(self, problem, use):
        """Runs a problem in a fresh folder with its files; `use` sees the run, its folder and a function for more runs."""
        with tempfile.TemporaryDirectory(prefix="attack-") as name:
            folder = pathlib.Path(name)
            for file, data in problem.files.items():
                (folder / file).write_bytes(data)
            run = self.words(problem.words + ["--json"], folder)
            return use(run, folder, lambda words: self.words(words, folder))

    def stop(self):
        """Ends what is running, and starts nothing more."""
        with self.lock:
            self.stopped = True
            for process in self.running:
                process.kill()


def in_order(function, items, jobs, runner, progress):
    """The results of function(item), in the order of the items; on an interrupt those that are there."""
    results, pending = [], collections.deque()
    iterator = iter(items)
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        while True:
            while len(pending) < 4 * jobs:
                item = next(iterator, None)
                if item is None:
                    break
                pending.append(pool.submit(function, item))
            if not pending:
                return results, False
            results.append(pending.popleft().result())
            progress(len(results))
    except KeyboardInterrupt:
        runner.stop()
        return results, True
    finally:
        pool.shutdown(cancel_futures=True)


def crash(run):
    """Why a run counts as a crash; None if it does not."""
    if run.timed_out:
        return None
    if run.status < 0:
        return f"ended by {signal.Signals(-run.status).name}"
    if run.status == 70 or run.status not in (0, 1, 2, 64, 74):
        return f"exit status {run.status}: {first(run.message)}"
    if re.search(r"Fatal error|Swift/.*\.swift|Illegal instruction|stack dump", run.message):
        return f"a trap: {first(run.message)}"
    if run.status in (0, 1, 2) and (not run.parses or not run.output):
        return "the JSON does not parse"
    return None


def first(text):
    return text.splitlines()[0][:300] if text else "nothing said"


def keep(problem, folder):
    """Writes a problem's files and line into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in problem.files.items():
        (folder / name).write_bytes(data)
    (folder / "line").write_text(problem.line(os.environ.get("FLOWCHECK", "flowcheck")) + "\n")
