"""Random problems of every command: odd shapes, starts, data, units, ladders, methods and horizons."""

from . import starts
from .limit_kinds import KINDS, decreasing, joined, kind  # noqa: F401 (KINDS is gathered)
from .problems import (
    COMPONENT_CLAIMS, CONSTANT_GRADIENT_CLAIMS, MATRIX_CLAIMS, Problem, chance, controlled,
    integration, log_uniform, number)


def horizon(random, rate=1.0):
    """Mostly a useful horizon; sometimes one far too short or far past convergence."""
    if chance(random, 0.25):
        return log_uniform(random, 1e-6, 1e12)
    return log_uniform(random, 0.5, 200) / rate


def losses(random):
    words = random.choice([[], [], [], ["--loss", "l1"], ["--loss", "huber", "--huber-delta",
                                                           number(log_uniform(random, 1e-3, 3))]])
    return words + random.choice([[], ["--normalization", "half-sum"], ["--normalization", "sum"]])


def odd_values(random, shape, indices, scale):
    """Data of low rank; sometimes zero, all equal, or of nearly equal modes."""
    choice = random.randrange(8)
    if choice == 0:
        return [0.0] * len(indices)
    if choice == 1:
        return [scale] * len(indices)
    if choice == 2:  # diagonal with near-equal modes
        return [scale * (1 + 1e-6 * index[0]) if len(set(index)) == 1 else 0.0 for index in indices]
    return starts.low_rank(random, shape, random.randint(1, 2), indices, scale * random.uniform(0.3, 2))


def unit(random, loss, factors):
    """A unit s of the data with what it does to starts, times and thresholds: θ × s^(1/m), t × s^(2/m − 2), δ × s."""
    s = 10.0 ** random.choice([0] * 12 + [-10, -5, -3, 3, 5, 10])
    power = 2 / factors - (1 if loss[:2] == ["--loss", "l1"] else 2)
    if "--huber-delta" in loss:
        place = loss.index("--huber-delta") + 1
        loss = loss[:place] + [number(float(loss[place]) * s)] + loss[place + 1:]
    return s, s ** (1 / factors), s ** power, loss


def from_files(random, model, shape, factors, make, head, tail):
    """A problem with its own data and start."""
    loss = losses(random)
    s, size, time, loss = unit(random, loss, factors)
    indices = starts.observed(random, shape, random.choice([1, 1, 0.6, 1e-9]))
    values = odd_values(random, shape, indices, s)
    words = head + ["--model", model, "--shape", starts.shaped(shape)] + tail + [
        "--data", "data.csv", "--start", "start.npz"] + loss
    return words + integration(random, horizon(random) * time), starts.files(
        (indices, values), starts.multiplied(make(), size))


def generated(random, balanced):
    """A generated problem and start."""
    return ["--rank", "1", "--target-norm", number(log_uniform(random, 0.3, 4)), "--data-seed", random.randint(1, 9999),
            "--seed", random.randint(1, 9999), "--init", balanced,
            "--init-scale", number(random.choice([log_uniform(random, 0.02, 1)] * 8 + [1e-6, 10, 100]))] + (
                ["--observed", random.choice(["0.5", "0.8"])] if chance(random, 0.4) else [])


@kind
def random_cp(random):
    """Tensor factorizations of order 2 to 6 against any of their claims."""
    order, components = random.choice([2, 3, 3, 3, 4, 5, 6]), random.randint(1, 4)
    shape = [random.choice([1, 2, 2, 3] if order > 3 else [1, 2, 3, 4]) for _ in range(order)]
    claims = random.sample(("balancedness", "dissipation") + COMPONENT_CLAIMS + CONSTANT_GRADIENT_CLAIMS,
                           random.randint(1, 6))
    head = ["run", "--claims", ",".join(claims)] if chance(random, 0.7) else random.choice([["growth"], ["balancedness"]])
    if chance(random, 0.5):
        words = head + ["--model", "cp", "--shape", starts.shaped(shape), "--components", components]
        words += generated(random, random.choice(["gaussian", "balanced"])) + losses(random)
        return Problem("random-cp", controlled(random, words + integration(random, horizon(random))))
    balanced, scale = chance(random, 0.5), random.choice([0.05, 0.3, 0.8, 1.5])

    def make():
        start = starts.cp(random, shape, components, scale, balanced)
        if chance(random, 0.15):
            name = random.choice(list(start))
            start[name] = (start[name][0], [0.0] * len(start[name][1]))
        return start

    words, files = from_files(random, "cp", shape, order, make, head, ["--components", components])
    return Problem("random-cp", controlled(random, words), files)


@kind
def random_matrix(random):
    """Matrix factorizations of depth 1 to 6 against any of their claims."""
    depth = random.choice([1, 2, 2, 2, 3, 3, 4, 5, 6])
    shape, balanced = [random.randint(1, 4), random.randint(1, 4)], random.choice(["gaussian", "balanced", "balanced", "identity"])
    claims = random.sample(("balancedness", "dissipation") + MATRIX_CLAIMS + (
        "hidden-entry", "norms", "hidden-entry-growth", "commuting-measurements"), random.randint(1, 6))
    head = ["run", "--claims", ",".join(claims)] if chance(random, 0.65) else random.choice(
        [["singular-values"], ["balancedness"]])
    if chance(random, 0.5):
        words = head + ["--model", "matrix", "--shape", starts.shaped(shape), "--depth", depth]
        if balanced == "gaussian" and depth > 1 and chance(random, 0.5):
            words += ["--width", random.randint(1, 5)]
        words += generated(random, balanced) + losses(random)
        return Problem("random-matrix", controlled(random, words + integration(random, horizon(random))))
    width = random.randint(1, 4)

    def make():
        start = starts.layers(random, *shape, depth, width, random.choice([0.1, 0.4, 0.8]))
        if chance(random, 0.1):
            name = random.choice(list(start))
            start[name] = (start[name][0], [0.0] * len(start[name][1]))
        return start

    words, files = from_files(random, "matrix", shape, depth, make, head,
                              ["--depth", depth] + (["--width", width] if depth > 1 else []))
    return Problem("random-matrix", controlled(random, words), files)


@kind
def random_compare(random):
    """Every optimizer beside its flow at ordinary rates."""
    cp = chance(random, 0.5)
    problem = (["--model", "cp", "--shape", random.choice(["2,2", "2,2,2", "3,2,2", "1,1,1", "3,3,3,1"]),
                "--components", random.randint(1, 3)] if cp else
               ["--model", "matrix", "--shape", random.choice(["1,1", "2,2", "3,3", "4,2"]),
                "--depth", random.randint(1, 4)])
    optimizer = random.choice(["gd", "gd", "gd", "momentum", "nesterov", "heavy-ball", "group-rmsprop", "adam", "sgd"])
    first, until = random.choice([0.04, 0.02, 0.01, 0.005]), random.choice([0.5, 1, 2, 5, 20])
    ratio = random.choice([2, 2, 3])
    rates = [first / ratio ** k for k in range(random.choice([4, 5]))]
    words = ["compare"] + problem + generated(random, random.choice(["gaussian", "balanced"])) + losses(random) + [
        "--optimizer", optimizer, "--learning-rates", joined(rates), "--until", number(until)]
    words += ["--batch", "1"] if optimizer == "sgd" else []
    if optimizer == "gd" and chance(random, 0.25):
        words += ["--against", "modified"]
    if chance(random, 0.3):
        words += ["--measure", random.choice(["end", "loss", "norms"])]
    # Starts of scale 10 and 100 are beyond the edge of stability, or diverge; stability is then violated rightly.
    return Problem("random-compare", controlled(random, words, 0.25), may_violate=frozenset(["stability"]),
                   refusals=("is shorter than", "divide"))


@kind
def random_norms(random):
    """The hidden entry at all depths, signs, sizes and coordinates, and the ladder in α."""
    if chance(random, 0.4):
        size = random.randint(2, 3)
        indices = starts.observed(random, [size, size], random.choice([0.5, 0.75, 1]))
        values = starts.low_rank(random, [size, size], random.randint(1, 2), indices, log_uniform(random, 1e-3, 1e3))
        words = ["norms", "--depth", "2", "--shape", f"{size},{size}", "--data", "data.csv", "--det", "any",
                 "--seed", random.randint(1, 999), "--until", number(log_uniform(random, 1, 1e5)),
                 "--scales", joined(decreasing(random, 1, 1e-3, [2, 3, 10], random.choice([3, 3, 4])))]
        return Problem("random-norms", controlled(random, words), starts.files((indices, values)),
                       may_violate=frozenset(["nuclear-norm"]))
    words = ["norms", "--depth", random.randint(2, 6), "--init-scale", number(log_uniform(random, 0.05, 2)),
             "--seed", random.randint(1, 999), "--until", number(horizon(random))]
    words += random.choice([[], ["--save-log"], ["--opposite", number(random.uniform(-0.9, 0.9))]])
    words += random.choice([[], [], ["--coordinates", "svd", "--method", "bsimp"], ["--compare-coordinates"]])
    words += ["--max-steps", "20000"]
    return Problem("random-norms", controlled(random, words), refusals=("det", "plateau"))


@kind
def random_ladders(random):
    """Studies over scales: components and modes that leave zero one by one, rank-one trajectories."""
    scale = joined(decreasing(random, 0.3, 0.02, [2, 2, 3], random.choice([4, 5, 6])))
    choice, seeds = random.randrange(3), ["--seed", random.randint(1, 99), "--data-seed", random.randint(1, 99)]
    if choice == 0:
        words = ["incremental", "--model", "matrix", "--shape", random.choice(["2,2", "3,3", "4,3"]),
                 "--depth", random.randint(2, 5), "--rank", "2", "--target-norm", number(random.uniform(1, 6)),
                 "--until", number(log_uniform(random, 1e2, 1e6))]
        scale = joined(decreasing(random, 0.1, 1e-3, [2, 3, 10], random.choice([4, 5])))
    else:
        words = [["incremental"], ["rank-one"]][choice - 1] + [
            "--shape", random.choice(["2,2,2", "3,3,3", "4,3,2", "2,2,2,2", "3,3"][:4 if choice == 2 else 5]),
            "--components", random.randint(2, 5), "--rank", "1", "--target-norm", number(random.uniform(3, 9)),
            "--observed", random.choice(["0.5", "0.8", "1.0"]), "--loss", "huber", "--huber-delta",
            random.choice(["1e-2", "1e-3"]), "--until",
            number(log_uniform(random, 1e3, 1e9) if choice == 1 else log_uniform(random, 10, 1e4))]
    return Problem("random-ladders", controlled(random, words + seeds + random.choice([[], ["--scales", scale]])),
                   refusals=("delta", "δ", "component", "after the horizon", "does not grow to"))


@kind
def random_others(random):
    """Tucker factorizations and diagonal networks, sensing, and the other losses."""
    if chance(random, 0.5):
        order = random.choice([2, 3, 3])
        problem = ["--model", "tucker", "--shape", starts.shaped([random.randint(1, 3) for _ in range(order)]),
                   "--core", starts.shaped([random.randint(1, 2) for _ in range(order)])]
        claims = "balancedness,dissipation"
    else:
        problem = ["--model", "diagonal", "--shape", random.randint(1, 6), "--depth", random.randint(1, 4)]
        claims = random.choice(["invariant,dissipation", "invariant", "balancedness,invariant,dissipation"])
    words = ["run", "--claims", claims] + problem + ["--rank", "1", "--init", random.choice(
        ["gaussian", "balanced"] if problem[1] == "diagonal" else ["gaussian"]),
        "--init-scale", number(log_uniform(random, 0.1, 1)), "--seed", random.randint(1, 999)] + losses(random)
    # Neither family has norms that could end a run, in the tool's terms.
    return Problem("random-others", controlled(random, words + integration(random, horizon(random))),
                   refusals=("--stop-norm", "plateau"))


@kind
def random_sensing(random):
    """Sensed instead of observed entries, commuting ones from multiples of the identity included."""
    size, commuting = random.randint(1, 4), chance(random, 0.5)
    words = ["run", "--model", "matrix", "--shape", f"{size},{size}", "--rank", "1", "--seed", random.randint(1, 999),
             "--data-seed", random.randint(1, 999), "--init-scale", number(log_uniform(random, 0.1, 1))]
    if commuting:
        words += ["--claims", random.choice(["commuting-measurements", "commuting-measurements,dissipation"]),
                  "--depth", "2", "--init", "identity", "--measure-with", "commuting",
                  "--samples", random.randint(1, size)]
    else:
        words += ["--claims", ",".join(random.sample(("balancedness", "dissipation") + MATRIX_CLAIMS, 3)),
                  "--depth", random.randint(1, 4), "--init", random.choice(["gaussian", "balanced"]),
                  "--measure-with", random.choice(["gaussian", "rank-one"]), "--samples", random.randint(1, size ** 2)]
    return Problem("random-sensing", controlled(random, words + losses(random) + integration(random, horizon(random))))
