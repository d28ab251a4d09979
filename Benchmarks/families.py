"""Gradients of families of models at the sizes of published experiments, beside the same arithmetic by hand on BLAS.

The right-hand side of every flow of a family is one gradient of f(θ) = ½ Σ (ŷ − y)² over the observed entries. By hand it is a
few dgemm calls and elementwise products; ours may take twice as long. Both run on one thread, in interleaved rounds, by CPU
time; the least round counts, and the two gradients must agree.
"""
import numpy as np

import programs

LIMIT = 2.0
CHAINS = [(25, 25, 25)] + [(25, 25, 25), (25, 25)] * 3
# Blocks in the order of the family's layout, which for a tree is that of its lists.
CASES = {
    "C3": ([(8, 512), (8, 512), (512, 512), (8, 512), (8, 512), (512, 512), (512,)], (8,) * 4, 2048),
    "C3 circuit": ([(8, 512), (8, 512), (512, 512), (8, 512), (8, 512), (512, 512), (512,)], (8,) * 4, 2048),
    "E3": (CHAINS, (25,) * 3, 10937),
    "E3 matrices": ([(25, 25, 25)] + [(25, 25)] * 6, (25,) * 3, 10937),
    "E3 tucker": ([(25, 25, 25)] + [(25, 25)] * 3, (25,) * 3, 10937),
}


def make(name):
    """The numbers of a case: every value of W is of the size 1."""
    blocks, shape, observed = CASES[name]
    random = np.random.default_rng(11)
    theta = np.concatenate([(random.standard_normal(b) * scale(b)).ravel() for b in blocks])
    flat = random.permutation(int(np.prod(shape)))[:observed]
    return dict(
        theta=theta, direction=theta, indices=np.stack(np.unravel_index(flat, shape), 1).astype(np.int32),
        targets=random.standard_normal(observed),
    )  # fmt: skip


def scale(block):
    return 1 / np.sqrt(block[0] if len(block) == 2 else block[-1])


def tree(blocks, numbers, shape):
    """Pairs of modes are rows, so that every contraction is a matrix product."""
    i = numbers["indices"].astype(int)
    left, right = i[:, 0] * 8 + i[:, 1], i[:, 2] * 8 + i[:, 3]
    targets, residual = numbers["targets"], np.zeros((64, 64))

    def gradient():
        a1, a2, b1, a3, a4, b2, o = blocks
        h, k = (a1[:, None, :] * a2[None]).reshape(64, -1), (a3[:, None, :] * a4[None]).reshape(64, -1)
        x, y = h @ b1, k @ b2
        xo = x * o
        residual[left, right] = (xo @ y.T)[left, right] - targets
        ry, rx = residual @ y, residual.T @ xo
        dx = ry * o
        dh, dk = (dx @ b1.T).reshape(8, 8, -1), (rx @ b2.T).reshape(8, 8, -1)
        return [
            (dh * a2[None]).sum(1), (dh * a1[:, None]).sum(0), h.T @ dx, (dk * a4[None]).sum(1),
            (dk * a3[:, None]).sum(0), k.T @ rx, (x * ry).sum(0),
        ]  # fmt: skip

    return gradient


def circuit(blocks, numbers, shape):
    """One row a data point."""
    i, targets = numbers["indices"].astype(int), numbers["targets"]
    units = [(i[:, n, None] == np.arange(8)).astype(float) for n in range(4)]

    def gradient():
        a1, a2, b1, a3, a4, b2, o = blocks
        f = [u @ a for u, a in zip(units, (a1, a2, a3, a4))]
        h, k = f[0] * f[1], f[2] * f[3]
        x, y = h @ b1, k @ b2
        p = x * y
        r = (p @ o - targets)[:, None]
        dx, dy = r * (o * y), r * (o * x)
        dh, dk = dx @ b1.T, dy @ b2.T
        d = [dh * f[1], dh * f[0], dk * f[3], dk * f[2]]
        d = [u.T @ e for u, e in zip(units, d)]
        return [d[0], d[1], h.T @ dx, d[2], d[3], k.T @ dy, (r * p).sum(0)]

    return gradient


def tucker(blocks, numbers, shape):
    """A core, and a matrix for every mode that is given as it is, as a product, or column by column."""
    i, targets = numbers["indices"].astype(int), numbers["targets"]
    flat, residual = np.ravel_multi_index(tuple(i.T), shape), np.zeros(15625)
    parts = (len(blocks) - 1) // 3

    def factor(part):
        if parts == 1:
            return part[0]
        if part[0].ndim == 2:
            return part[0] @ part[1]
        return np.einsum("ikj,kj->ij", part[0], part[1])

    def pulled(part, d):
        if parts == 1:
            return [d]
        if part[0].ndim == 2:
            return [d @ part[1].T, part[0].T @ d]
        return [d[:, None, :] * part[1][None], np.einsum("ikj,ij->kj", part[0], d)]

    def gradient():
        g = blocks[0]
        split = [blocks[1 + n * parts : 1 + (n + 1) * parts] for n in range(3)]
        u, v, w = (factor(p) for p in split)
        gw = g.reshape(625, 25) @ w.T
        gvw = np.matmul(v, gw.reshape(25, 25, 25))
        t = u @ gvw.reshape(25, 625)
        residual[flat] = t.reshape(-1)[flat] - targets
        r = residual.reshape(25, 625)
        du = r @ gvw.reshape(25, 625).T
        rv = (u.T @ r).reshape(25, 25, 25)
        dv = np.matmul(rv, gw.reshape(25, 25, 25).transpose(0, 2, 1)).sum(0)
        rw = np.matmul(v.T, rv).reshape(625, 25)
        dw, dg = rw.T @ g.reshape(625, 25), rw @ w
        return [dg] + [part for p, d in zip(split, (du, dv, dw)) for part in pulled(p, d)]

    return gradient


HAND = {"C3": tree, "C3 circuit": circuit}


def measure(name):
    """Milliseconds of our gradient and of that by hand, and how far they are apart."""
    blocks, shape, observed = CASES[name]
    numbers = make(name)
    case = programs.Case(name, blocks, shape, observed)
    ours = programs.Program(case, numbers)
    views = [np.ascontiguousarray(b) for b in programs.split(case, numbers["theta"])]
    hand = HAND.get(name, tucker)(views, numbers, shape)
    # What a flow of the family takes: its own evaluator where there is one.
    own = 1 if ours.has_kernel else 0
    exact = ours.gradient(numbers["theta"], own=own).copy()
    error = programs.relative(exact, np.concatenate([np.ravel(x) for x in hand()]))
    if not error <= 1e-11:
        raise SystemExit(f"{name}: another gradient by hand, {error:.1e} away")
    calls = {"gradient": lambda n: ours.gradient(numbers["theta"], n, own), "BLAS": programs.repeated(hand)}
    counts = {key: programs.repeats(call) for key, call in calls.items()}
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(programs.ROUNDS):
        for key, call in calls.items():
            best[key] = min(best[key], 1e3 * programs.seconds(call, counts[key]) / counts[key])
    ours.close()
    return dict(case=name, parameters=len(numbers["theta"]), error=error, ratio=best["gradient"] / best["BLAS"], **best)


def run():
    """Measures; the rows."""
    rows = []
    for name in CASES:
        row = measure(name)
        print(
            f"  {'ok  ' if row['ratio'] <= LIMIT else 'MISS'} {name}: gradient {row['gradient']:.3g} ms, by hand on BLAS "
            f"{row['BLAS']:.3g} ms, ratio {row['ratio']:.2f} (limit {LIMIT:g})", flush=True)  # fmt: skip
        rows.append(row)
    return rows
