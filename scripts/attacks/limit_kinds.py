"""Statements about limits (α → 0, η → 0, t → ∞) on runs that are far from the limit, and thresholds that have units."""

from . import starts
from .problems import Problem, chance, controlled, log_uniform, number

# The whole table of kinds is gathered in generators.py.
KINDS = {}


def kind(function):
    KINDS[function.__name__.replace("_", "-")] = function
    return function


def decreasing(random, high, low, ratios, count):
    """A ladder of scales that falls by one of the ratios."""
    ratio, first = random.choice(ratios), log_uniform(random, low, high)
    return [float(f"{first * ratio ** -k:.6g}") for k in range(count)]


def joined(values):
    return ",".join(number(x) for x in values)


@kind
def absolute_threshold(random):
    """Data × s: a loss that counts as finished below a fixed number is finished at t = 0 for small data, never for large."""
    s, z = log_uniform(random, 1e-12, 1e12), random.choice([0.02, 0.1, 0.3, 0.6])
    scales = decreasing(random, 1e-1, 1e-3, [3, 10], random.choice([3, 3, 4]))
    words = ["norms", "--depth", "2", "--shape", "2,2", "--normalization", random.choice(["half-sum", "mean", "sum"]),
             "--data", "data.csv", "--det", "positive", "--seed", random.randint(1, 99),
             "--until", number(log_uniform(random, 1, 1e5) / s), "--scales", joined([float(f"{a * s:.6g}") for a in scales])]
    return Problem(
        "absolute-threshold", controlled(random, words),
        starts.files(([(0, 1), (1, 0), (1, 1)], [s, s, z * s])), may_violate=frozenset(["nuclear-norm"]),
        not_holds={"nuclear-norm": f"det W > 0 keeps w00 above {s / z:.3g}, so the excess stays above "
                                   f"{((z + 1 / z) / 2 - 1):.3g}"})


@kind
def early_stop(random):
    """A stop condition ends the flow before it fits: the nuclear norm is then below any completion's."""
    size = random.choice([2, 2, 3])
    words = ["norms", "--depth", "2", "--shape", f"{size},{size}", "--data", "data.csv", "--det", "any",
             "--seed", random.randint(1, 999), "--until", number(log_uniform(random, 10, 1e5)),
             "--scales", joined(decreasing(random, 0.3, 1e-2, [3, 3.3, 10], random.choice([3, 3, 4]))),
             "--stop-loss", number(log_uniform(random, 1e-12, 1e-3))]
    s = random.choice([1, 1, 0.1, 10])
    return Problem(
        "early-stop", controlled(random, words),
        starts.files(([(k, k) for k in range(size)], [s * random.uniform(0.5, 1.5) for _ in range(size)])))


@kind
def pre_asymptotic_excess(random):
    """An excess like α² over scales that lie close together: a fixed factor a rung does not see it fall."""
    size = random.choice([2, 2, 3])
    scales = decreasing(random, 0.6, 0.05, [1.02, 1.03, 1.05, 1.1, 1.5], random.choice([3, 4, 6]))
    words = ["norms", "--depth", "2", "--shape", f"{size},{size}", "--data", "data.csv", "--det", "any",
             "--seed", random.randint(1, 999), "--until", number(log_uniform(random, 1e3, 1e5)),
             "--scales", joined(scales)]
    values = [random.uniform(0.5, 1.5) for _ in range(size)]
    return Problem("pre-asymptotic-excess", controlled(random, words),
                   starts.files(([(k, k) for k in range(size)], values)))


@kind
def pre_asymptotic_divergence(random):
    """A hidden entry that starts large has not begun to move at the horizon, and refutes no growth law."""
    h, det, depth = log_uniform(random, 2, 1e4), log_uniform(random, 0.1, 100), random.randint(2, 6)
    words = ["run", "--claims", "hidden-entry-growth", "--model", "matrix", "--shape", "2,2", "--depth", depth,
             "--data", "data.csv", "--start", "start.npz", "--normalization", "half-sum",
             "--until", number(log_uniform(random, 1e-2, 1e7))]
    if chance(random, 0.5):
        words += ["--save-log"]
    start = starts.symmetric_layers(h, 1.0, (1 + det) / h, depth)
    return Problem("pre-asymptotic-divergence", controlled(random, words),
                   starts.files(([(0, 1), (1, 0), (1, 1)], [1.0, 1.0, 0.0]), start))


@kind
def pre_asymptotic_order(random):
    """Momentum and averages remember hundreds of iterations: at ordinary rates their order is not yet seen."""
    optimizer = random.choice(["momentum", "nesterov", "group-rmsprop", "gd", "heavy-ball"])
    if chance(random, 0.6):
        problem = ["--model", "matrix", "--shape", random.choice(["2,2", "3,3", "3,2", "4,4"]),
                   "--depth", random.randint(2, 4)]
    else:
        problem = ["--model", "cp", "--shape", random.choice(["2,2,2", "3,3,3", "3,2"]),
                   "--components", random.randint(1, 4)]
    first, count, ratio = log_uniform(random, 2e-3, 4e-2), random.choice([4, 4, 5, 6]), random.choice([2, 2, 2, 4])
    words = ["compare"] + problem + [
        "--rank", "1", "--target-norm", number(random.uniform(0.5, 3)), "--seed", random.randint(1, 999),
        "--data-seed", random.randint(1, 999), "--normalization", random.choice(["half-sum", "mean", "sum"]),
        "--init-scale", number(log_uniform(random, 0.1, 0.8)), "--until", number(log_uniform(random, 0.5, 10)),
        "--optimizer", optimizer, "--learning-rates", joined([first * ratio ** -k for k in range(count)]),
        "--claims", random.choice(["order", "drift", "order,drift"])]
    if optimizer in ("momentum", "nesterov") and chance(random, 0.5):
        words += ["--momentum", random.choice(["0.5", "0.8", "0.95", "0.99"])]
    if chance(random, 0.3):
        words += ["--measure", random.choice(["end", "loss", "norms"])]
    # Momentum's time may not fit the horizon; a control's (crash_kinds.py) is no reason to refuse.
    return Problem("pre-asymptotic-order", controlled(random, words, 0.2), refusals=("is shorter than",))


@kind
def first_adaptive_step(random):
    """The first adaptive step is the rate over a gradient norm, not the rate: far below the edge of stability."""
    words = ["compare", "--model", "cp", "--shape", random.choice(["3,3,3", "3,3,3,1", "2,2,2", "4,3,2"]),
             "--components", random.randint(2, 4), "--rank", "1", "--target-norm", number(random.uniform(0.3, 2)),
             "--normalization", random.choice(["half-sum", "sum"]), "--seed", random.randint(1, 999),
             "--init-scale", number(random.uniform(0.8, 1.6)), "--optimizer", "group-rmsprop",
             "--learning-rates", random.choice(["0.02,0.005,0.00125,0.0003125", "0.01,0.005,0.0025,0.00125",
                                                "0.004,0.002,0.001,0.0005"]),
             "--until", number(random.uniform(0.05, 0.5)), "--claims", "stability,order"]
    # Later iterations may well pass the limit at these rates: only the first is known not to.
    return Problem("first-adaptive-step", words, may_violate=frozenset(["stability"]), verify=not_at_once)


def not_at_once(run, folder, again):
    for claim in run.claims:
        if claim["claim"] == "stability" and claim["verdict"] == "violated" and "at iteration 0" in claim["reason"]:
            return [("stability", "the first step is rate/‖g‖, below the limit")]
    return []
