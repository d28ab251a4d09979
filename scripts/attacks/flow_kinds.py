"""Trajectories beside closed forms, an own integration, and exact arithmetic; and flows that start on a saddle."""

import math
from fractions import Fraction

from . import arrays, flows, starts
from .limit_kinds import KINDS, kind  # noqa: F401 (KINDS is gathered)
from .problems import Problem, chance, controlled, log_uniform, number


@kind
def closed_form_loss(random):
    """The loss of a balanced scalar at depth 2 is that of a logistic curve, at depth 1 an exponential's."""
    u, s, depth = log_uniform(random, 1e-3, 2), random.choice([-1, 1, 1, 1]) * random.uniform(0.3, 3), 2
    if chance(random, 0.2):
        depth = 1
    t = float(f"{log_uniform(random, 0.1, 20) / (2 * abs(s)):.4g}")
    side = math.sqrt(u) if depth == 2 else u
    u = side * side if depth == 2 else u
    end = flows.logistic(u, s, t) if depth == 2 else s + (u - s) * math.exp(-t)
    words = ["integrate", "--model", "matrix", "--shape", "1,1", "--depth", depth, "--data", "data.csv",
             "--start", "start.npz", "--normalization", "half-sum", "--until", number(t),
             "--rtol", random.choice(["1e-7", "1e-9", "1e-11"])]
    return Problem("closed-form-loss", words, starts.files(([(0, 0)], [s]), starts.scalars([side] * depth)),
                   verify=ends_at((end - s) ** 2 / 2, 1e-4 * s * s, 1e-4))


def ends_at(loss, floor, relative):
    def same(run, folder, again):
        found = run.json.get("final_loss")
        if not run.json.get("is_complete"):
            return []
        if found is None or abs(math.sqrt(found) - math.sqrt(loss)) > math.sqrt(floor) * 1e-3 + relative * math.sqrt(loss):
            return [("loss", f"{found}, the closed form's is {loss:.12g}")]
        return []
    return same


@kind
def closed_form_time(random):
    """A deep balanced scalar takes a known time to its end: ∫ dx/(L x^(2−2/L)(s − x))."""
    depth, s = random.randint(2, 6), random.uniform(0.5, 3)
    u = s * log_uniform(random, 1e-3, 0.5)
    end = s * random.uniform(0.6, 0.95)
    side = u ** (1 / depth)
    t = float(f"{flows.escape_time(side ** depth, end, s, depth):.10g}")
    cp = chance(random, 0.5) and depth <= 5
    words = ["integrate", "--model"] + (["cp", "--components", "1"] if cp else ["matrix", "--depth", depth]) + [
        "--shape", ",".join(["1"] * (depth if cp else 2)), "--data", "data.csv", "--start", "start.npz",
        "--normalization", "half-sum", "--until", number(t), "--rtol", "1e-10"]
    return Problem("closed-form-time", words,
                   starts.files(([(0,) * (depth if cp else 2)], [s]), starts.scalars([side] * depth, cp)),
                   verify=ends_at((end - s) ** 2 / 2, 1e-4 * s * s, 1e-4))


@kind
def own_flow(random):
    """The loss at the horizon of small problems, beside a flow integrated here from the same files."""
    cp = chance(random, 0.5)
    if cp:
        shape = [random.randint(1, 3) for _ in range(random.randint(2, 4))]
        start, model = starts.cp(random, shape, random.randint(1, 2), random.uniform(0.3, 0.8)), "cp"
        tail = ["--components", start["A1"][0][1]]
    else:
        shape, depth, width = [random.randint(1, 3), random.randint(1, 3)], random.randint(1, 4), random.randint(1, 3)
        start, model = starts.layers(random, *shape, depth, width, random.uniform(0.3, 0.8)), "matrix"
        tail = ["--depth", depth] + (["--width", width] if depth > 1 else [])
    indices = starts.observed(random, shape, random.choice([1, 0.6, 0.01]))
    values = starts.low_rank(random, shape, 1, indices, random.uniform(0.3, 2))
    normalization, until = random.choice(["half-sum", "mean", "sum"]), random.uniform(0.5, 6)
    until = float(f"{until:.3g}")
    objective = flows.Objective(model, start, indices, values, "l2", normalization)
    words = ["integrate", "--model", model, "--shape", starts.shaped(shape)] + tail + [
        "--data", "data.csv", "--start", "start.npz", "--normalization", normalization, "--until", number(until),
        "--rtol", random.choice(["1e-8", "1e-10"])]
    if chance(random, 0.4):
        words += ["--method", random.choice(["dopri5", "rk8pd", "bsimp", "plateau", "msbdf", "dop853"])]

    def same(run, folder, again):
        end = flows.flow(objective, objective.flat(start), until, 1e-9)
        if end is None:
            return []
        loss = objective.value(end)
        return ends_at(loss, 1e-4 * objective.value(objective.flat(start)), 1e-3)(run, folder, again)

    return Problem("own-flow", words, starts.files((indices, values), start), verify=same)


@kind
def exact_conservation(random):
    """Gram differences of the trajectory that was written, in exact rational arithmetic."""
    depth, size = random.randint(2, 4), random.randint(1, 3)
    start = starts.layers(random, size, random.randint(1, 3), depth, size, random.uniform(0.3, 0.8))
    shape = [size, start["W1"][0][1]]
    indices = starts.observed(random, shape, random.choice([1, 0.6]))
    values = starts.low_rank(random, shape, 1, indices, random.uniform(0.3, 2))
    loss = random.choice([[], [], ["--loss", "huber", "--huber-delta", "0.3"]])
    words = ["integrate", "--model", "matrix", "--shape", starts.shaped(shape), "--depth", depth, "--width", size,
             "--data", "data.csv", "--start", "start.npz", "--until", number(random.uniform(1, 30)), "--save", "3",
             "--rtol", random.choice(["1e-7", "1e-9", "1e-11"]), "--output", "out"] + loss
    rtol = float(words[words.index("--rtol") + 1])

    def conserved(run, folder, again):
        if run.status != 0:
            return []
        found, worst, largest = arrays.read_npz(folder / "out" / "trajectory.npz"), 0, 0
        for layer in range(1, depth):
            low, high = gram(found[f"W{layer}"], False), gram(found[f"W{layer + 1}"], True)
            laws = [[a - b for a, b in zip(*pair)] for pair in zip(high, low)]
            worst = max([worst] + [abs(a - b) for law in laws for a, b in zip(law, laws[0])])
            largest = max([largest] + [abs(x) for grams in (low, high) for row in grams for x in row])
        if worst > max(1e4 * rtol, 1e-11) * largest:
            return [("balancedness", f"drifts by {float(worst):.3g} of {float(largest):.3g} at rtol {rtol}")]
        return []

    return Problem("exact-conservation", words, starts.files((indices, values), start), verify=conserved)


def gram(array, transposed):
    """W Wᵀ or Wᵀ W at the first and the last saved time, exactly."""
    (times, rows, columns), values = array
    found = []
    for time in (0, times - 1):
        x = [Fraction(v) for v in values[time * rows * columns:(time + 1) * rows * columns]]
        vectors = ([[x[i * columns + j] for i in range(rows)] for j in range(columns)] if transposed else
                   [x[i * columns:(i + 1) * columns] for i in range(rows)])
        found.append([sum(a * b for a, b in zip(p, q)) for p in vectors for q in vectors])
    return found


@kind
def hidden_entry_asymptote(random):
    """The hidden entry of [[*, ±1], [±1, 0]] at late times: ((2L + 2)t)^(L/(2L + 2)), its loss 1/(2h²)."""
    depth, t = random.randint(3, 6), log_uniform(random, 1e5, 1e8)
    start = starts.symmetric_layers(random.uniform(0.4, 1.5), random.uniform(0.05, 0.2), random.uniform(0.2, 0.6), depth)
    words = ["integrate", "--model", "matrix", "--shape", "2,2", "--depth", depth, "--data", "data.csv",
             "--start", "start.npz", "--normalization", "half-sum", "--until", number(t)]
    h = ((2 * depth + 2) * t) ** (depth / (2 * depth + 2))

    def same(run, folder, again):
        if not run.json.get("is_complete"):
            return []
        found, loss = run.json["final"]["component_norm_1"], run.json["final_loss"]
        if abs(found / h - 1) > 0.05 or abs(2 * loss * h * h - 1) > 0.1:
            return [("hidden entry", f"{found:.6g} at loss {loss:.3g}, the asymptote is {h:.6g}")]
        return []

    return Problem("hidden-entry-asymptote", words,
                   starts.files(([(0, 1), (1, 0), (1, 1)], [1.0, 1.0, 0.0]), start), verify=same)


@kind
def saddle(random):
    """Starts on or beside a saddle: nothing moves, or only rounding does, and no word follows from that."""
    depth, level = random.randint(2, 4), random.choice([0, 0, 1e-16, 1e-12, 1e-8])
    # Every layer is diagonal with a zero where the data has its mode: that mode stays 0.
    diagonal = lambda: [random.uniform(0.3, 0.9), 0.0, 0.0, level]
    start = {f"W{k + 1}": ((2, 2), diagonal()) for k in range(depth)}
    indices, values = [(0, 0), (0, 1), (1, 0), (1, 1)], [random.choice([0.0, 0.5]), 0.0, 0.0, random.uniform(0.5, 2)]
    claims = random.sample(["balancedness", "dissipation", "singular-value-rates", "end-to-end", "imbalance-bound",
                            "singular-values", "singular-value-exponent"], random.randint(1, 4))
    words = ["run", "--claims", ",".join(claims), "--model", "matrix", "--shape", "2,2", "--depth", depth,
             "--data", "data.csv", "--start", "start.npz", "--until", number(log_uniform(random, 1, 1e4))]
    return Problem("saddle", controlled(random, words), starts.files((indices, values), start))
