"""Data and starts that problems are made of, drawn from Python's own generator."""

import itertools
import math

from . import arrays


def gaussian(random, count, scale=1.0):
    return [random.gauss(0, 1) * scale for _ in range(count)]


def cp(random, shape, components, scale, balanced=False, rotate=True):
    """A start of a tensor factorization; a balanced one has vectors of the norm `scale`."""
    columns = []
    for _ in range(components):
        vectors = [gaussian(random, d) for d in shape]
        if balanced:
            vectors = [unit(v, scale) for v in vectors]
        else:
            vectors = [[scale * x for x in v] for v in vectors]
        columns.append(vectors)
    return cp_blocks(shape, columns)


def unit(v, length=1.0):
    norm = math.sqrt(math.fsum(x * x for x in v))
    return [length * x / norm for x in v] if norm else v


def cp_blocks(shape, columns):
    """Blocks A1 … AN of components given as vectors."""
    return {
        f"A{n + 1}": ((d, len(columns)), [column[n][i] for i in range(d) for column in columns])
        for n, d in enumerate(shape)}


def layers(random, rows, columns, depth, width, scale):
    """A gaussian start of a matrix factorization."""
    sizes = [columns] + [width] * (depth - 1) + [rows]
    return {
        f"W{k + 1}": ((sizes[k + 1], sizes[k]), gaussian(random, sizes[k + 1] * sizes[k], scale))
        for k in range(depth)}


def scalars(values, cp=False):
    """A start of the model in which every factor is one number."""
    return {f"{'A' if cp else 'W'}{k + 1}": ((1, 1), [x]) for k, x in enumerate(values)}


def symmetric_layers(a, b, d, depth):
    """The balanced start of [[a, b], [b, d]], positive definite: every layer is its L-th root."""
    angle = 0.5 * math.atan2(2 * b, a - d)
    c, s = math.cos(angle), math.sin(angle)
    first = a * c * c + 2 * b * s * c + d * s * s
    second = (a * d - b * b) / first
    p, q = first ** (1 / depth), second ** (1 / depth)
    layer = [p * c * c + q * s * s, (p - q) * s * c, (p - q) * s * c, p * s * s + q * c * c]
    return {f"W{k + 1}": ((2, 2), list(layer)) for k in range(depth)}


def multiplied(start, factor):
    return {name: (shape, [factor * x for x in values]) for name, (shape, values) in start.items()}


def perturbed(random, start, level):
    """The start with every entry's relative error up to `level`."""
    return {
        name: (shape, [x * (1 + level * random.uniform(-1, 1)) for x in values])
        for name, (shape, values) in start.items()}


def observed(random, shape, fraction):
    """Indices of observed entries, at least one."""
    everything = list(itertools.product(*[range(d) for d in shape]))
    count = max(1, round(fraction * len(everything)))
    return sorted(random.sample(everything, count))


def low_rank(random, shape, rank, indices, norm):
    """Values at `indices` of a tensor of low rank, of root mean square `norm`."""
    factors = [[gaussian(random, d) for d in shape] for _ in range(rank)]
    values = [sum(math.prod(v[n][i] for n, i in enumerate(index)) for v in factors) for index in indices]
    size = math.sqrt(math.fsum(v * v for v in values) / len(values)) or 1.0
    return [norm * v / size for v in values]


def files(data=None, start=None):
    """The files data.csv of (indices, values) and start.npz of blocks."""
    found = {}
    if data is not None:
        found["data.csv"] = arrays.entries(*data)
    if start is not None:
        found["start.npz"] = arrays.start(start)
    return found


def shaped(shape):
    return ",".join(map(str, shape))
