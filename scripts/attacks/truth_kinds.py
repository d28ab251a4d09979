"""Hypotheses that are known to fail, or to be met, and statements whose truth an own calculation tells."""

import math

from . import flows, starts
from .limit_kinds import KINDS, joined, kind  # noqa: F401 (KINDS is gathered)
from .problems import Problem, chance, controlled, ladder, log_uniform, number


@kind
def unbalanced_start(random):
    """Laws of balanced starts say nothing about a gaussian one."""
    if chance(random, 0.5):
        claims = ["growth-law", "growth-exponent"]
        shape = [random.randint(1, 3) for _ in range(random.randint(2, 4))]
        problem = ["--model", "cp", "--shape", starts.shaped(shape), "--components", random.randint(1, 3)]
    else:
        claims = ["end-to-end", "singular-values", "singular-value-exponent"]
        problem = ["--model", "matrix", "--shape", f"{random.randint(1, 3)},{random.randint(1, 3)}",
                   "--depth", random.randint(2, 5)]
    claims = random.sample(claims, random.randint(1, len(claims)))
    words = ["run", "--claims", ",".join(claims + random.choice([[], ["dissipation"]]))] + problem + [
        "--rank", "1", "--init-scale", number(log_uniform(random, 1e-3, 2)), "--seed", random.randint(1, 9999),
        "--until", number(log_uniform(random, 0.1, 1e4)), "--max-steps", "20000"] + ladder(random)
    return Problem("unbalanced-start", controlled(random, words),
                   vacuous={claim: "the start is gaussian" for claim in claims})


@kind
def wrong_determinant(random):
    """From det W(0) of the data's sign, or an unbalanced start, nothing drives the hidden entry away."""
    depth, wrong = random.randint(2, 5), random.choice(["det", "init"])
    words = ["norms", "--depth", depth, "--seed", random.randint(1, 999),
             "--init-scale", number(log_uniform(random, 0.05, 1)), "--until", number(log_uniform(random, 1, 1e4))]
    words += ["--det", "negative"] if wrong == "det" else ["--init", "gaussian", "--det", "any"]
    if chance(random, 0.3):
        words += ["--opposite", number(random.uniform(0.05, 0.9))]
    why = "det W(0) < 0" if wrong == "det" else "the start is gaussian"
    return Problem("wrong-determinant", controlled(random, words),
                   vacuous={claim: why for claim in ("hidden-entry", "norms", "hidden-entry-growth")})


def kink_time(a, b, y, c=1.0):
    """When ab = y > 0 is reached from ab < y under c|ab − y|: (a ± b)e^(±ct) are constant."""
    reached = lambda t: ((a + b) * math.exp(c * t)) ** 2 - ((a - b) * math.exp(-c * t)) ** 2 >= 4 * y
    high = 1.0
    while not reached(high):
        high *= 2
        if high > 1e4:
            return math.inf
    low = 0.0
    for _ in range(80):
        low, high = (low, (low + high) / 2) if reached((low + high) / 2) else ((low + high) / 2, high)
    return high


@kind
def crossed_kink(random):
    """A scalar under the absolute loss reaches its datum at a known time and stays: claims of smooth losses end there."""
    a, b, y = random.uniform(0.1, 0.8), random.uniform(0.1, 0.8), random.uniform(0.7, 4)
    at, cp = kink_time(a, b, y), chance(random, 0.5)
    until = at * random.choice([0.3, 0.8, 0.95, 1.05, 1.5, 5, 100])
    claims = random.sample(["balancedness", "dissipation"] + (
        ["component-rate", "unbalanced-growth", "effective-exponent", "component-bounds"] if cp else
        ["singular-value-rates", "imbalance-bound"]), 3)
    words = ["run", "--claims", ",".join(claims), "--model"] + (
        ["cp", "--components", "1"] if cp else ["matrix", "--depth", "2"]) + [
        "--shape", "1,1", "--data", "data.csv", "--start", "start.npz", "--loss", "l1", "--until", number(until)]
    rungs = ladder(random)
    known = {claim: f"the kink is at t = {at:.6g}" for claim in claims}
    # A loose ladder may take a kink that is near for one that is met.
    return Problem("crossed-kink", controlled(random, words + rungs),
                   starts.files(([(0, 0)], [y]), starts.scalars([a, b], cp)),
                   vacuous=known if until > at else {}, met=known if until < at and not rungs else {})


@kind
def known_stability(random):
    """Descents far from the edge of stability on either side, by the Hessians of own iterates."""
    cp = chance(random, 0.5)
    shape = [random.randint(1, 2) for _ in range(random.choice([2, 3]))] if cp else [2, 2]
    start = starts.cp(random, shape, 1, 0.6) if cp else starts.layers(random, 2, 2, random.choice([1, 2, 3]), 2, 0.5)
    indices = starts.observed(random, shape, random.choice([1, 0.6]))
    values = starts.low_rank(random, shape, 1, indices, random.uniform(0.5, 2))
    objective = flows.Objective("cp" if cp else "matrix", start, indices, values, "l2", "half-sum")
    theta = objective.flat(start)
    largest = flows.largest_eigenvalue(objective, theta)
    rate = float(f"{random.choice([0.05, 0.2, 0.6, 1.5, 2.5, 4]) * 2 / max(largest, 0.1):.3g}")
    steps = random.randint(8, 30)
    iterates = flows.descend(objective, theta, rate, steps)
    share = max(rate * flows.largest_eigenvalue(objective, x) / 2 for x in iterates)
    words = ["compare", "--claims", "stability", "--model"] + (
        ["cp", "--components", "1"] if cp else ["matrix", "--depth", len(start)]) + [
        "--shape", starts.shaped(shape), "--data", "data.csv", "--start", "start.npz", "--normalization", "half-sum",
        "--learning-rates", joined([rate / 2 ** k for k in range(4)]), "--until", number(rate * steps)]
    problem = Problem("known-stability", controlled(random, words), starts.files((indices, values), start))
    if share > 1.05:
        problem.may_violate = frozenset(["stability"])
        problem.not_holds = {"stability": f"λ_max comes to {share:.3g} of the limit"}
    elif share > 0.95:
        problem.may_violate = frozenset(["stability"])
    return problem


@kind
def no_limit(random):
    """Methods without a flow as their limit have no order of agreement."""
    optimizer = random.choice(["adam", "sgd"])
    words = ["compare", "--model", "matrix", "--shape", random.choice(["2,2", "3,2"]), "--depth", random.randint(2, 3),
             "--rank", "1", "--init-scale", number(random.uniform(0.1, 0.6)), "--seed", random.randint(1, 999),
             "--optimizer", optimizer, "--learning-rates", random.choice(
                 ["0.04,0.02,0.01,0.005", "0.01,0.005,0.0025,0.00125"]), "--until", number(random.choice([1, 3, 8]))]
    words += ["--batch", "2"] if optimizer == "sgd" else []
    return Problem("no-limit", controlled(random, words, 0.2),
                   vacuous={"order": f"{optimizer} tends to no flow", "drift": f"{optimizer} tends to no flow"})


@kind
def jumping_curvature(random):
    """A scalar under Huber's loss passes δ or does not, by a flow integrated here: order 2 is claimed before it only."""
    order, y, delta = random.choice([2, 2, 3]), random.uniform(0.7, 2), random.uniform(0.1, 0.5)
    start = starts.scalars([random.uniform(0.3, 0.7) for _ in range(order)], cp=True)
    objective = flows.Objective("cp", start, [(0,) * order], [y], "huber", "half-sum", delta)
    until = float(f"{log_uniform(random, 1, 60):.2g}")
    end = flows.flow(objective, objective.flat(start), until, 1e-9)
    left = abs(objective.residuals(end)[0]) / delta if end else 1.0
    begin = abs(objective.residuals(objective.flat(start))[0]) / delta
    against = random.choice(["flow", "modified", "modified"])
    words = ["compare", "--claims", "order", "--model", "cp", "--components", "1", "--shape", ",".join(["1"] * order),
             "--data", "data.csv", "--start", "start.npz", "--loss", "huber", "--huber-delta", repr(delta),
             "--normalization", "half-sum", "--until", number(until), "--learning-rates", joined(
                 [until / 2 ** k / max(100, round(50 * until)) for k in range(4)]), "--against", against]
    problem = Problem("jumping-curvature", controlled(random, words, 0.2),
                      starts.files(([(0,) * order], [y]), start))
    # The gradient stays Lipschitz, so order 1 beside the flow holds all the same.
    if begin > 1.1 and left < 0.9 and against == "modified":
        problem.vacuous = {"order": "the residual passes δ"}
    elif left > 1.1 or begin < 0.9:
        problem.met = {"order": "no residual passes δ"}
    return problem
