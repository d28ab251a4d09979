"""The cases, and the files that hold them: entry CSV and start NPZ as flowcheck reads them, from fixed seeds.

A generated target is a sum of `rank` Gaussian rank-one terms, scaled to a Frobenius norm; the observed entries are a
random subset; the start has independent Gaussian entries of the case's standard deviation.
"""
import dataclasses
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE / "instances"


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    model: str  # cp or matrix
    shape: tuple
    size: int  # components (cp) or depth (matrix)
    std: float
    until: float
    rank: int = 5
    norm: float = 1.0
    observed: int = 0  # 0: the three entries of the 2×2 problem
    normalization: str = "mean"
    stop_loss: float = 0.0
    start: str = "gaussian"
    seed: int = 1

    @property
    def data(self):
        """The entry file; cases that differ in the start alone share it."""
        return FILES / f"{self.model}-{'x'.join(map(str, self.shape))}-{self.observed}-seed{self.seed}.csv"

    @property
    def start_file(self):
        return FILES / f"{self.name}.npz"

    def blocks(self):
        """The blocks' names and shapes in flowcheck's order."""
        if self.model == "cp":
            return [(f"A{n + 1}", (d, self.size)) for n, d in enumerate(self.shape)]
        rows, columns = self.shape
        widths = [columns] + [min(rows, columns)] * (self.size - 1) + [rows]
        return [(f"W{l + 1}", (widths[l + 1], widths[l])) for l in range(self.size)]

    def arguments(self):
        """What makes flowcheck read this instance."""
        size = ["--components" if self.model == "cp" else "--depth", str(self.size)]
        return [
            "--model", self.model, "--shape", ",".join(map(str, self.shape)), *size,
            "--data", str(self.data), "--start", str(self.start_file), "--normalization", self.normalization,
        ]  # fmt: skip

    def load(self):
        """Indices (one row an entry), values, and the start as one flat vector."""
        table = np.loadtxt(self.data, delimiter=",", skiprows=1, ndmin=2)
        with np.load(self.start_file) as file:
            start = np.concatenate([file[name].ravel() for name, _ in self.blocks()])
        return table[:, :-1].astype(np.int64), table[:, -1], start

    def split(self, theta):
        """Views of the blocks in a flat vector."""
        views, offset = [], 0
        for _, shape in self.blocks():
            count = shape[0] * shape[1]
            views.append(theta[offset : offset + count].reshape(shape))
            offset += count
        return views

    def end(self, theta):
        """The end-to-end tensor or matrix as one flat vector."""
        blocks = self.split(theta)
        if self.model == "matrix":
            product = blocks[0]
            for block in blocks[1:]:
                product = block @ product
            return product.ravel()
        product = blocks[0]
        for block in blocks[1:-1]:
            product = (product[:, None, :] * block[None, :, :]).reshape(-1, self.size)
        return (product @ blocks[-1].T).ravel()

    def write(self):
        """Makes the files unless they are there."""
        FILES.mkdir(exist_ok=True)
        if not self.data.exists():
            self._write_data()
        if not self.start_file.exists():
            np.savez(self.start_file, **{n: b for (n, _), b in zip(self.blocks(), self.split(self._draw_start()))})

    def _write_data(self):
        if self.observed == 0:
            indices, values = np.array([[0, 1], [1, 0], [1, 1]]), np.array([1.0, 1.0, 0.0])
        else:
            random = np.random.default_rng([self.seed, 1])
            factors = [random.standard_normal((d, self.rank)) for d in self.shape]
            flat = np.sort(random.choice(int(np.prod(self.shape)), self.observed, replace=False))
            indices = np.stack(np.unravel_index(flat, self.shape), axis=1)
            # ‖Σ_r a_r ⊗ b_r ⊗ …‖² is the sum over the Hadamard product of the factors' Gram matrices.
            gram = np.prod([f.T @ f for f in factors], axis=0)
            rows = np.prod([f[indices[:, n]] for n, f in enumerate(factors)], axis=0)
            values = rows.sum(axis=1) * (self.norm / np.sqrt(gram.sum()))
        header = ",".join([f"i{n}" for n in range(len(self.shape))] + ["value"])
        lines = [",".join([*map(str, row), repr(float(v))]) for row, v in zip(indices, values)]
        self.data.write_text("\n".join([header, *lines]) + "\n")

    def _draw_start(self):
        random = np.random.default_rng([self.seed, 2])
        if self.start == "gaussian":
            return self.std * np.concatenate([random.standard_normal(s).ravel() for _, s in self.blocks()])
        # Balanced: a Gaussian end-to-end matrix of positive determinant, its singular values' roots in every layer.
        while True:
            end = self.std * random.standard_normal(self.shape)
            if np.linalg.det(end) > 0:
                break
        left, values, right = np.linalg.svd(end)
        root = np.diag(values ** (1 / self.size))
        return np.concatenate([m.ravel() for m in [root @ right, *[root] * (self.size - 2), left @ root]])


def tc4(std, until, **changes):
    base = Case(f"tc4-{std:g}", "cp", (10, 10, 10, 10), 1000, std, until, observed=2000)
    return dataclasses.replace(base, **changes)


CASES = {
    case.name: case
    for case in [
        tc4(0.05, 3e6),
        tc4(0.01, 3.4e7),
        Case("tc3", "cp", (10, 10, 10), 100, 0.05, 1e5, observed=500),
        # det W > 0 at the start only: the flow crosses to det < 0 and ends in a regular minimum.
        Case("dmf", "matrix", (2, 2), 3, 8e-3, 1250, normalization="half-sum", seed=9),
        Case("dmf100", "matrix", (100, 100), 3, 1e-3, 3e4, norm=100.0, observed=2000),
    ]
}
# The same start scaled down, to a loss of 1e-8: the wait grows like std⁻².
PLATEAU = [
    tc4(std, 1e12, name=f"tc4-{std:g}-loss", stop_loss=1e-8) for std in (0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
]
BALANCED = Case(
    "balanced", "matrix", (2, 2), 3, 1e-2, 1e12, normalization="half-sum", stop_loss=1e-8, start="balanced"
)


def sized(order=4, components=1000, observed=4000):
    """A CP completion of dims 20, long enough for auto to go over to plateau."""
    name = f"size-{order}-{components}-{observed}"
    return Case(name, "cp", (20,) * order, components, 0.05, 1e8, observed=observed)


# Each sweep varies one size; the last of the first is the largest case.
SIZES = {
    "components": [sized(components=r, observed=10_000) for r in (100, 300, 1000, 3000, 10_000)],
    "order": [sized(order=n) for n in (3, 4, 5, 6)],
    "observations": [sized(observed=m) for m in (1000, 4000, 16_000, 64_000)],
}

ALL = {case.name: case for case in [*CASES.values(), *PLATEAU, BALANCED, *sum(SIZES.values(), [])]}

if __name__ == "__main__":
    for case in ALL.values():
        case.write()
        print(case.start_file)
