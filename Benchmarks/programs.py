"""Programs of arrays beside JAX and PyTorch: gradients and Hessian–vector products of f(θ) = ½ Σ (ŷ − y)².

One process times everything in interleaved rounds, on the same numbers (instances/programs.npz), by CPU time; the least
round counts. Every peer gets the better of two formulations where entries are observed: the dense object and a look-up,
or the rows that meet in the observed entries.

    programs.py digest CASE    SHA-256 of our gradient and product, for the comparison of two processes
"""
import ctypes
import hashlib
import json
import pathlib
import subprocess
import sys
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE / "instances" / "programs.npz"
ROUNDS = 12
# Below this many CPU seconds a round repeats its call.
ROUND = 0.01


class Case:
    """A program by the name ProgramCases.swift knows it by: shapes of its blocks and predictions, and how many are observed."""

    def __init__(self, name, blocks, shape, observed=None, data=None, goals=()):
        self.name, self.blocks, self.shape, self.observed, self.data = name, blocks, shape, observed, data
        # (what, limit) with what a ratio of `ratios`.
        self.goals = dict(goals)

    def make(self, random):
        """The numbers of the case as a dictionary."""
        count = sum(int(np.prod(b)) for b in self.blocks)
        numbers = dict(theta=0.3 * random.standard_normal(count), direction=0.3 * random.standard_normal(count))
        if self.observed:
            flat = random.integers(0, np.prod(self.shape), self.observed)
            numbers["indices"] = np.stack(np.unravel_index(flat, self.shape), 1).astype(np.int32)
        numbers["targets"] = 0.3 * random.standard_normal(self.observed or int(np.prod(self.shape)))
        if self.data:
            numbers["data"] = random.standard_normal(self.data)
        return numbers


HEADS = [(8, 8, 64)] * 3 + [(64, 8, 8)]
PRODUCT = dict(product=3.2, again=2.4)
CASES = {
    case.name: case
    for case in (
        Case("tc3", [(10, 100)] * 3, (10,) * 3, 500, goals=dict(kernel=1.5, **PRODUCT)),
        Case("tc3 all", [(10, 100)] * 3, (10,) * 3, goals=PRODUCT),
        Case("tc4", [(10, 1000)] * 4, (10,) * 4, 2000, goals=dict(kernel=2, **PRODUCT)),
        Case("dmf100", [(100, 100)] * 3, (100, 100), 2000, goals=dict(kernel=1.5, **PRODUCT)),
        Case("tucker", [(5, 5, 5)] + [(25, 5)] * 3, (25,) * 3, goals=dict(JAX=1, **PRODUCT)),
        Case("tree", [(16, 16)] * 6 + [(16,)], (16,) * 4, 2000, goals=dict(JAX=1, planning=10, **PRODUCT)),
        Case("tree all", [(16, 16)] * 6 + [(16,)], (16,) * 4, goals=dict(JAX=1, planning=10, **PRODUCT)),
        Case("ReLU", [(200, 100), (1, 200)], (1, 1000), data=(100, 1000), goals=PRODUCT),
        Case("tanh", [(200, 100), (1, 200)], (1, 1000), data=(100, 1000), goals=PRODUCT),
        Case("attention", [(8, 8, 64)] * 3 + [(64, 8, 8)], (8, 32, 64), data=(8, 32, 64),
             goals=dict(JAX=1, **PRODUCT)),
        Case("tc3 text", [(10, 100)] * 3, (10,) * 3, 500, goals=dict(kernel=1.5)),
        Case("dmf100 text", [(100, 100)] * 3, (100, 100), 2000, goals=dict(kernel=1.5)),
        Case("attention text", HEADS, (8, 32, 64), data=(8, 32, 64), goals=dict(JAX=1, PyTorch=0.5)),
        Case("transformer text", 4 * ([(64,)] + HEADS + [(64,), (256, 64), (64, 256)]), (8, 32, 64), data=(8, 32, 64),
             goals=dict(JAX=1, PyTorch=0.5)),
    )
}  # fmt: skip


def load(name):
    """The numbers of a case, made once from a fixed seed and kept in a file."""
    known = []
    if FILE.exists():
        with np.load(FILE) as file:
            known = file.files
    if any(f"{case}.theta" not in known for case in CASES):
        FILE.parent.mkdir(exist_ok=True)
        random = np.random.default_rng(9)
        np.savez(FILE, **{f"{c.name}.{k}": v for c in CASES.values() for k, v in c.make(random).items()})
    with np.load(FILE) as file:
        return {key.split(".")[1]: file[key] for key in file.files if key.split(".")[0] == name}


class Program:
    """A case compiled by our library."""

    def __init__(self, case, numbers):
        from ours import LIBRARY

        self.library = ctypes.CDLL(str(LIBRARY))
        self.library.flow_program_open.restype = ctypes.c_void_p
        self.library.flow_program_planning.restype = ctypes.c_double
        self.numbers, self.count = numbers, len(numbers["theta"])
        indices = np.ascontiguousarray(numbers.get("indices", np.empty(0, np.int32)))
        data = np.ascontiguousarray(numbers.get("data", np.empty(0)))
        targets = numbers["targets"]
        handle = self.library.flow_program_open(
            case.name.encode(), ctypes.c_void_p(indices.ctypes.data), ctypes.c_long(indices.size), _address(targets),
            ctypes.c_long(targets.size), _address(data), ctypes.c_long(data.size),
        )  # fmt: skip
        if not handle:
            raise RuntimeError(f"the library does not know {case.name}")
        self.handle = ctypes.c_void_p(handle)
        if self.library.flow_program_count(self.handle) != self.count:
            raise RuntimeError(f"{case.name} has other blocks in the library")
        self.has_kernel = self.library.flow_program_has_kernel(self.handle) == 1
        self.planning = self.library.flow_program_planning(self.handle)
        self.out = np.empty(self.count)

    def close(self):
        self.library.flow_program_close(self.handle)

    def gradient(self, theta, repeats=1, own=0):
        self.library.flow_program_gradient(
            self.handle, ctypes.c_long(own), _address(theta), _address(self.out), ctypes.c_long(repeats))
        return self.out

    def product(self, theta, direction, repeats=1, own=0):
        self.library.flow_program_product(
            self.handle, ctypes.c_long(own), _address(theta), _address(direction), _address(self.out),
            ctypes.c_long(repeats))
        return self.out

    def again(self, direction, repeats=1):
        self.library.flow_program_again(self.handle, _address(direction), _address(self.out), ctypes.c_long(repeats))
        return self.out


def _address(array):
    return ctypes.c_void_p(array.ctypes.data)


def predictions(xp, case, numbers, take, rows):
    """blocks ↦ ŷ as a user would write it by hand, in the best order of products; `rows` meets rows instead of forming
    the object where entries are observed."""
    from math import prod

    order, e, name = len(case.shape), xp.einsum, case.name.removesuffix(" text")
    flat, indices = None, None
    if case.observed:
        indices = [take(i) for i in numbers["indices"].T]
        flat = take(np.ravel_multi_index(tuple(numbers["indices"].T), case.shape))

    def meet(left, right, half):
        """⟨row, row⟩ of two matrices over the first and the last modes."""
        if rows:
            def place(modes):
                p = indices[modes[0]]
                for m in modes[1:]:
                    p = p * case.shape[m] + indices[m]
                return p

            return (left[place(range(half))] * right[place(range(half, order))]).sum(1)
        product = (left @ right.T).reshape(-1)
        return product if flat is None else product[flat]

    def khatri_rao(a, b):
        return (a[:, None, :] * b[None, :, :]).reshape(-1, a.shape[1])

    if name.startswith("tc3"):
        return lambda w: meet(khatri_rao(w[0], w[1]), w[2], 2)
    if name == "tc4":
        return lambda w: meet(khatri_rao(w[0], w[1]), khatri_rao(w[2], w[3]), 2)
    if name == "dmf100":
        return lambda w: meet(w[2] @ w[1], w[0].T, 1)
    if name == "tucker":
        def tucker(w):
            g = w[0].reshape(25, 5) @ w[3].T  # abk
            g = (w[2] @ g.reshape(5, 5, 25)).reshape(5, -1)  # ajk
            return (w[1] @ g).reshape(-1)

        return tucker
    if name.startswith("tree"):
        def tree(w):
            left = khatri_rao_pairs(w[0], w[1]) @ (w[4] * w[6])
            right = khatri_rao_pairs(w[2], w[3]) @ w[5]
            return meet(left, right, 2)

        def khatri_rao_pairs(a, b):
            return (a[:, None, :] * b[None, :, :]).reshape(256, 16)

        return tree
    x = take(numbers["data"])
    if name in ("ReLU", "tanh"):
        def two_layers(w):
            h = w[0] @ x
            h = xp.tanh(h) if name == "tanh" else h * (h > 0)
            return (w[1] @ h).reshape(-1)

        return two_layers

    def attention(w, x):
        q, k, v = (e("hed,bsd->bhse", m, x) for m in w[:3])
        s = _softmax(xp, e("bhse,bhte->bhst", q, k) / 3)
        return e("dhe,bhse->bsd", w[3], e("bhst,bhte->bhse", s, v))

    def norm(x, gain):
        z = x - x.mean(-1, keepdims=True)
        return z / xp.sqrt((z * z).mean(-1, keepdims=True) + 1e-5) * gain

    def transformer(w):
        y = x
        for b in range(4):
            gain, *heads, other, first, second = w[8 * b : 8 * b + 8]
            y = y + attention(heads, norm(y, gain))
            y = y + xp.tanh(norm(y, other) @ first.T) @ second.T
        return y.reshape(-1)

    return transformer if name == "transformer" else lambda w: attention(w, x).reshape(-1)


def _softmax(xp, s):
    if xp.__name__ == "torch":
        return xp.softmax(s, -1)
    import jax

    return jax.nn.softmax(s, -1)


def split(case, theta):
    blocks, offset = [], 0
    for shape in case.blocks:
        size = int(np.prod(shape))
        blocks.append(theta[offset : offset + size].reshape(shape))
        offset += size
    return blocks


def jax_calls(case, numbers, rows):
    """Gradient and product of JAX, compiled."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    predict, targets = predictions(jnp, case, numbers, jnp.asarray, rows), jnp.asarray(numbers["targets"])

    def f(theta):
        r = predict(split(case, theta)) - targets
        return 0.5 * (r * r).sum()

    gradient = jax.jit(jax.grad(f))
    product = jax.jit(lambda theta, v: jax.jvp(jax.grad(f), (theta,), (v,))[1])
    theta, v = jnp.asarray(numbers["theta"]), jnp.asarray(numbers["direction"])
    return lambda: gradient(theta).block_until_ready(), lambda: product(theta, v).block_until_ready()


def torch_calls(case, numbers, rows):
    """Gradient and product of PyTorch, by automatic differentiation once and twice."""
    import torch

    torch.set_num_threads(1)
    predict = predictions(torch, case, numbers, torch.as_tensor, rows)
    targets, v = torch.as_tensor(numbers["targets"]), torch.as_tensor(numbers["direction"])
    theta = torch.as_tensor(numbers["theta"]).requires_grad_()

    def f():
        r = predict(split(case, theta)) - targets
        return 0.5 * (r * r).sum()

    def product():
        (g,) = torch.autograd.grad(f(), theta, create_graph=True)
        return torch.autograd.grad(g, theta, v)[0]

    return lambda: torch.autograd.grad(f(), theta)[0], product


PEERS = {"JAX": jax_calls, "PyTorch": torch_calls}


def seconds(call, repeats):
    begin = time.process_time()
    call(repeats)
    return time.process_time() - begin


def repeated(call):
    def repeat(count):
        for _ in range(count):
            call()

    return repeat


def repeats(call):
    """How many calls make a round."""
    count = 1
    while True:
        elapsed = seconds(call, count)
        if elapsed >= ROUND:
            return count
        count *= max(2, min(16, int(1.5 * ROUND / max(elapsed, 1e-6))))


def relative(a, b):
    return float(np.max(np.abs(a - b)) / np.max(np.abs(b)))


def measure(case):
    """Milliseconds of everything on one case, errors beside JAX, and whether all bytes were the same."""
    numbers = load(case.name)
    theta, direction = numbers["theta"], numbers["direction"]
    ours, second = Program(case, numbers), Program(case, numbers)
    calls = {
        "gradient": lambda n: ours.gradient(theta, n),
        "product": lambda n: ours.product(theta, direction, n),
        "again": lambda n: ours.again(direction, n),
    }
    if ours.has_kernel:
        calls["kernel"] = lambda n: ours.gradient(theta, n, 1)
        calls["kernel product"] = lambda n: ours.product(theta, direction, n, 1)
    exact = ours.gradient(theta).copy(), ours.product(theta, direction).copy()
    row = dict(case=case.name, parameters=len(theta), planning=min(ours.planning, second.planning))
    for peer, make in PEERS.items():
        try:
            variants = [make(case, numbers, rows) for rows in ([False, True] if case.observed else [False])]
        except ImportError:
            print(f"  {peer} is absent: skipped")
            continue
        for kind, position in (("", 0), (" product", 1)):
            errors = [relative(exact[position], np.asarray(v[position]())) for v in variants]
            if not max(errors) <= 1e-12:
                raise SystemExit(f"{case.name}: another {kind or 'gradient'} by {peer}, {max(errors):.1e} away")
            row[f"{peer}{kind} error"] = max(errors)
            for number, variant in enumerate(variants):
                calls[f"{peer}{kind}/{number}"] = repeated(variant[position])
    counts = {name: repeats(call) for name, call in calls.items()}
    best = dict.fromkeys(calls, float("inf"))
    same = True
    for _ in range(ROUNDS):
        for name, call in calls.items():
            if name == "again":
                ours.product(theta, direction)
            best[name] = min(best[name], 1e3 * seconds(call, counts[name]) / counts[name])
        same = same and np.array_equal(ours.gradient(theta), exact[0]) and np.array_equal(
            ours.product(theta, direction), exact[1])  # fmt: skip
    for name, value in best.items():
        key = name.split("/")[0]
        row[key] = min(row.get(key, float("inf")), value)
    # A second plan, with θ at all alignments, and a second process.
    for shift in range(8):
        moved = np.empty(len(theta) + shift)[shift:]
        moved[:] = theta
        same = same and np.array_equal(second.gradient(moved), exact[0]) and np.array_equal(
            second.product(moved, direction), exact[1])  # fmt: skip
    other = subprocess.run([sys.executable, __file__, "digest", case.name], capture_output=True, text=True)
    row["same"] = bool(same and other.stdout.strip() == digest(*exact))
    ours.close()
    second.close()
    return row


def digest(*arrays):
    return hashlib.sha256(b"".join(a.tobytes() for a in arrays)).hexdigest()


def ratios(row):
    """What the goals speak of."""
    found = dict(product=row["product"] / row["gradient"], again=row["again"] / row["gradient"], planning=row["planning"])
    for other in ("kernel", *PEERS):
        if other in row:
            found[other] = row["gradient"] / row[other]
    return found


def judge(row):
    """(what, limit, measured, kept) for every goal of the row's case; nothing for a peer that is absent."""
    found = ratios(row)
    kept = [(w, l, found[w], found[w] < l if w in PEERS else found[w] <= l) for w, l in CASES[row["case"]].goals.items() if w in found]
    return kept + [("same bytes", 1, int(row["same"]), row["same"])]


def run(names=None):
    """Measures; the rows."""
    rows = []
    for name in names or CASES:
        row = measure(CASES[name])
        print(f"  {name}: " + ", ".join(f"{k} {v:.3g}" for k, v in row.items() if k not in ("case", "same")), flush=True)
        for what, limit, value, kept in judge(row):
            print(f"    {'ok  ' if kept else 'MISS'} {what} {value:.3g} (limit {limit})", flush=True)
        rows.append(row)
    return rows


if __name__ == "__main__":
    if sys.argv[1:2] == ["digest"]:
        numbers = load(sys.argv[2])
        program = Program(CASES[sys.argv[2]], numbers)
        gradient = program.gradient(numbers["theta"]).copy()
        print(digest(gradient, program.product(numbers["theta"], numbers["direction"])))
    else:
        print(json.dumps(run(sys.argv[1:])))
