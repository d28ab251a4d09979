"""flowcheck as a process, and its loops through the shared library of Sources/flowbench."""
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
FLOWCHECK = os.environ.get("FLOWCHECK", HERE.parent / ".build/release/flowcheck")
LIBRARY = HERE / ".build/release/libflowbench.so"
if not LIBRARY.exists() and LIBRARY.with_suffix(".dylib").exists():
    LIBRARY = LIBRARY.with_suffix(".dylib")

double_p = ctypes.POINTER(ctypes.c_double)
long_p = ctypes.POINTER(ctypes.c_long)


def _pointer(array):
    return array.ctypes.data_as(double_p)


class Problem:
    """A case compiled by our library."""

    library = None

    def __init__(self, case):
        if Problem.library is None:
            lib = Problem.library = ctypes.CDLL(str(LIBRARY))
            lib.flow_open.restype = ctypes.c_void_p
            lib.flow_gradient.restype = lib.flow_integrate.restype = ctypes.c_double
            lib.flow_descend.restype = ctypes.c_long
        shape = (ctypes.c_long * len(case.shape))(*case.shape)
        self.handle = Problem.library.flow_open(
            case.model.encode(), ctypes.c_long(len(case.shape)), shape, ctypes.c_long(case.size),
            str(case.data).encode(), case.normalization.encode(),
        )  # fmt: skip
        if not self.handle:
            raise RuntimeError(f"the library cannot open {case.name}")
        self.handle = ctypes.c_void_p(self.handle)

    def gradient(self, theta, out, repeats=1):
        """Writes the gradient and returns the loss; repeats are for timing."""
        return self.library.flow_gradient(self.handle, _pointer(theta), _pointer(out), ctypes.c_long(repeats))

    def use_threads(self, threads):
        """Lets so many threads share the following gradients."""
        self.library.flow_use_threads(self.handle, ctypes.c_long(threads))

    def integrate(self, theta, method, rtol, until, stop=0.0):
        """Integrates in place; the time of the last state and (accepted, rejected, gradients, Jacobians)."""
        counts = (ctypes.c_long * 4)()
        end = self.library.flow_integrate(
            self.handle, _pointer(theta), method.encode(), ctypes.c_double(rtol), ctypes.c_double(until),
            ctypes.c_double(stop), counts,
        )  # fmt: skip
        if end < 0:
            raise RuntimeError(f"{method} at {rtol} gave up")
        return end, tuple(counts)

    def descend(self, theta, rate, steps):
        """Gradient descent in place."""
        return self.library.flow_descend(self.handle, _pointer(theta), ctypes.c_double(rate), ctypes.c_long(steps))


def _peak(pid):
    """Peak memory of a running process in bytes (Linux; what wait4 tells counts the parent's memory as well)."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def run_process(command, timeout, folder=None):
    """Runs a command; its output (None if it failed or took too long), CPU seconds of user and system, and peak memory
    in bytes."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=errors, cwd=folder)
        deadline, memory = time.monotonic() + timeout, 0
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                process.kill()
            memory = max(memory, _peak(process.pid))
            time.sleep(0.003)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            print(f"  failed ({process.returncode}): {errors.read().strip()[-300:]}", file=sys.stderr)
        text = output.read() if process.returncode == 0 else None
    return text, usage.ru_utime + usage.ru_stime, memory or usage.ru_maxrss


def integrate(case, method, rtol, timeout=600, extra=()):
    """One `flowcheck integrate`, whole process: counts, CPU seconds, and the final state."""
    with tempfile.TemporaryDirectory() as folder:
        stop = ["--stop-loss", repr(case.stop_loss)] if case.stop_loss else []
        output, seconds, memory = run_process(
            [FLOWCHECK, "integrate", *case.arguments(), "--until", repr(case.until), "--method", method,
             "--rtol", repr(rtol), "--save", "2", *stop, "--json", "--output", folder, *extra], timeout,
        )  # fmt: skip
        if output is None:
            return None
        report = json.loads(output)
        with np.load(os.path.join(folder, "trajectory.npz")) as file:
            theta = np.concatenate([file[name][-1].ravel() for name, _ in case.blocks()])
    return dict(
        seconds=seconds, memory=memory, gradients=report["gradients"], jacobians=report["jacobians"],
        steps=report["steps"], rejected=report["rejected"], choice=report.get("choice"), theta=theta,
    )  # fmt: skip
