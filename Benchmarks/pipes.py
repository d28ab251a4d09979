"""The round trip to a Python program: f(θ) = ½ Σ θ² asked over pipes and shared memory, beside the same function called here.

    pipes.py serve COUNT    the program
"""
import ctypes
import pathlib
import statistics
import sys
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
# Parameters, calls, and the most microseconds a round trip may take beyond the function's own time.
CASES = [(100, 3000, None), (10_000, 3000, 60), (1_000_000, 60, 5000)]


def function(theta):
    return 0.5 * float(theta @ theta), theta


def run():
    """Medians in microseconds by the clock, asked and called in turn."""
    from ours import LIBRARY, _pointer

    library = ctypes.CDLL(str(LIBRARY))
    library.flow_external_open.restype = ctypes.c_void_p
    library.flow_external_gradient.restype = ctypes.c_double
    rows = []
    for count, calls, limit in CASES:
        handle = library.flow_external_open(f"'{sys.executable}' '{HERE / 'pipes.py'}' serve {count}".encode())
        if not handle:
            raise SystemExit("the program did not start")
        handle = ctypes.c_void_p(handle)
        theta, gradient = np.random.default_rng(1).standard_normal(count), np.zeros(count)
        asked, own = [], []
        for call in range(calls + 20):
            start = time.perf_counter()
            value = library.flow_external_gradient(handle, _pointer(theta), _pointer(gradient))
            middle = time.perf_counter()
            expected, _ = function(theta)
            end = time.perf_counter()
            if call >= 20:
                asked.append(1e6 * (middle - start))
                own.append(1e6 * (end - middle))
        library.flow_external_close(handle)
        row = dict(count=count, asked=statistics.median(asked), least=min(asked), own=statistics.median(own), limit=limit,
                   same=bool(np.array_equal(gradient, theta)) and abs(value - expected) <= 1e-12 * expected)
        row["beyond"] = row["asked"] - row["own"]
        rows.append(row)
        print(" ", row, flush=True)
    return rows


if __name__ == "__main__" and sys.argv[1:2] == ["serve"]:
    sys.path.insert(0, str(HERE.parent / "python"))
    from flowcheck import serve

    serve(function, {"theta": int(sys.argv[2])})
