"""Problems at which a run broke off or hung, and ones whose true laws were called inconclusive without need."""

from . import starts
from .limit_kinds import KINDS, joined, kind  # noqa: F401 (KINDS is gathered)
from .problems import (
    COMPONENT_CLAIMS, MATRIX_CLAIMS, Problem, chance, controlled, integration, ladder, log_uniform, number)


@kind
def zero_vector(random):
    """Components with a zero vector, all zero, denormal, or of vastly different sizes: closed forms divide by them."""
    order = random.choice([2, 3, 3, 4])
    shape, components = [random.randint(1, 3) for _ in range(order)], random.randint(1, 3)
    claims = random.sample(COMPONENT_CLAIMS + ("balancedness", "dissipation"), random.randint(1, 5))
    head = random.choice([["growth"], ["run", "--claims", ",".join(claims)]])
    words = head + ["--model", "cp", "--shape", starts.shaped(shape), "--components", components]
    if chance(random, 0.35):
        words += ["--rank", "1", "--init", random.choice(["gaussian", "balanced"]), "--seed", random.randint(1, 99),
                  "--init-scale", random.choice(["1e-100", "1e-320", "1e-160", "1e-30", "1e-200"])]
        return Problem("zero-vector", controlled(random, words + integration(random, log_uniform(random, 1e-2, 1e4))))
    start = starts.cp(random, shape, components, random.choice([0.3, 1, 1e-100, 1e-8]))
    names, what = list(start), random.choice(["vector", "vector", "block", "all", "denormal", "column"])
    for name in (names if what in ("all", "column") else random.sample(names, 1)):
        form, values = start[name]
        r = random.randrange(components)
        for i in range(form[0]):
            for k in ([r] if what in ("vector", "denormal", "column") else range(components)):
                values[i * components + k] = 1e-320 if what == "denormal" else 0.0
    indices = starts.observed(random, shape, random.choice([1, 0.5]))
    values = [0.0] * len(indices) if chance(random, 0.2) else starts.low_rank(random, shape, 1, indices, 1)
    return Problem(
        "zero-vector",
        controlled(random, words + ["--data", "data.csv", "--start", "start.npz"] + integration(random, 3)),
        starts.files((indices, values), start))


@kind
def control_beyond_horizon(random):
    """A control's own rate may not fit the horizon, momentum's time included: that must not end the command."""
    words = descent(random, random.choice(["momentum", "nesterov", "momentum", "group-rmsprop", "heavy-ball"]))
    return Problem("control-beyond-horizon", words + ["--control"], may_violate=adaptive(words))


@kind
def stability_control(random):
    """Ordinary descents far below the edge of stability, beside a control that steps beyond it."""
    words = descent(random, random.choice(["gd", "gd", "group-rmsprop", "momentum"]))
    return Problem("stability-control", words + ["--control"] + random.choice([[], ["--claims", "stability"]]),
                   may_violate=adaptive(words))


def adaptive(words):
    """Steps of rate/‖g‖ pass the edge of stability where gradients are small."""
    return frozenset(["stability"] if "group-rmsprop" in words else [])


def descent(random, optimizer):
    if chance(random, 0.5):
        problem = ["--model", "cp", "--shape", random.choice(["2,2,2", "3,2,2", "3,3"]),
                   "--components", random.randint(1, 3), "--target-norm", number(random.uniform(0.3, 1.5))]
    else:
        problem = ["--model", "matrix", "--shape", random.choice(["2,2", "3,3", "3,2"]),
                   "--depth", random.randint(1, 3), "--target-norm", number(random.uniform(0.3, 1.5))]
    first = random.choice([0.05, 0.02, 0.01, 0.005])
    return ["compare"] + problem + [
        "--rank", "1", "--init", random.choice(["balanced", "gaussian"]), "--seed", random.randint(1, 999),
        "--init-scale", number(random.uniform(0.1, 0.6)), "--normalization", random.choice(["mean", "half-sum"]),
        "--optimizer", optimizer, "--learning-rates", joined([first / 2 ** k for k in range(4)]),
        "--until", number(random.choice([1, 2, 3, 5]))]


@kind
def between_roundoff_and_tolerance(random):
    """Drifts above roundoff and below the tolerance, which need not shrink any more."""
    order = random.choice([2, 2, 3])
    shape, components, level = [random.randint(1, 3) for _ in range(order)], random.randint(1, 2), 1e-12
    start = starts.perturbed(random, starts.cp(random, shape, components, random.uniform(0.2, 1), True), level)
    indices = starts.observed(random, shape, random.choice([1, 0.6]))
    values = starts.low_rank(random, shape, 1, indices, random.uniform(0.3, 2))
    words = ["growth", "--shape", starts.shaped(shape), "--components", components, "--data", "data.csv",
             "--start", "start.npz", "--normalization", "half-sum", "--until", number(random.uniform(2, 20))]
    return Problem("between-roundoff-and-tolerance", controlled(random, words),
                   starts.files((indices, values), start))


@kind
def null_singular_vectors(random):
    """Widths below the shape: singular vectors of zero singular values are arbitrary, and no bound may use them."""
    rows, columns = random.randint(2, 4), random.randint(2, 4)
    depth = random.choice([2, 2, 2, 3])
    words = ["singular-values", "--model", "matrix", "--shape", f"{rows},{columns}", "--depth", depth, "--rank", "1",
             "--width", random.randint(1, min(rows, columns)), "--init-scale", number(random.uniform(0.1, 0.8)),
             "--seed", random.randint(1, 999), "--data-seed", random.randint(1, 999),
             "--target-norm", number(random.uniform(0.5, 4)), "--until", number(log_uniform(random, 2, 200)),
             "--normalization", random.choice(["mean", "half-sum"])]
    return Problem("null-singular-vectors", controlled(random, words))


@kind
def mixed_units(random):
    """Data of huge or tiny size: what one claim says must not depend on which others are asked beside it."""
    s, depth, size = 10.0 ** random.choice([-10, -6, 6, 10]), random.choice([2, 2, 3]), random.randint(2, 3)
    start = starts.multiplied(starts.layers(random, size, size, depth, size, random.uniform(0.2, 0.6)), s ** (1 / depth))
    indices = starts.observed(random, [size, size], random.choice([1, 0.7]))
    values = starts.low_rank(random, [size, size], 1, indices, s)
    claims = ["dissipation", "balancedness"] + random.sample(MATRIX_CLAIMS, 2)
    base = ["--model", "matrix", "--shape", f"{size},{size}", "--depth", depth, "--data", "data.csv",
            "--start", "start.npz", "--until", number(random.uniform(1, 20) * s ** (2 / depth - 2))]
    vacuous = {claim: "the start is not balanced" for claim in claims
               if claim in ("end-to-end", "singular-values", "singular-value-exponent")}

    def alone(run, folder, again):
        """A claim that holds alone holds beside others."""
        found = []
        for claim in run.claims:
            if claim["verdict"] == "inconclusive":
                single = again(["run", "--claims", claim["claim"]] + base + ["--json"])
                if single.status == 0:
                    found.append((claim["claim"], "inconclusive beside other claims, holds alone"))
        return found

    return Problem("mixed-units", ["run", "--claims", ",".join(claims)] + base, starts.files((indices, values), start),
                   vacuous=vacuous, verify=alone)


@kind
def true_control(random):
    """Negative controls that are true statements on the run: they cannot be rejected and must not count."""
    choice = random.randrange(4)
    if choice == 0:  # γ is constant where every dimension is 1
        words = ["run", "--claims", "constant-gradient-gamma,constant-gradient-form,constant-gradient-bounds",
                 "--model", "cp", "--shape", random.choice(["1,1", "1,1,1", "1,1,1,1"]), "--components", "1",
                 "--rank", "1", "--target-norm", number(random.uniform(2, 8)), "--loss", "huber",
                 "--huber-delta", "0.01", "--init", random.choice(["balanced", "gaussian"]),
                 "--init-scale", number(random.uniform(0.1, 0.5)), "--until", number(random.uniform(1, 300))]
    elif choice == 1:  # a symmetric scalar keeps its balance under descent
        words = ["compare", "--model", "cp", "--shape", random.choice(["1,1", "1,1,1"]), "--components", "1",
                 "--rank", "1", "--init", "balanced", "--init-scale", number(random.uniform(0.1, 0.6)),
                 "--learning-rates", "0.02,0.01,0.005,0.0025", "--until", "2", "--claims", "step-law,drift,order"]
    elif choice == 2:  # the least nuclear norm is attained by many completions
        words = ["norms", "--depth", "2", "--shape", "2,2", "--data", "data.csv", "--det", "any", "--until", "1e4",
                 "--scales", random.choice(["1e-1,1e-2,1e-3", "1e-1,3e-2,1e-2", "3e-2,1e-2,3e-3"])]
    else:  # a perturbed block that acts only at second order
        words = ["run", "--claims", random.choice(["unbalanced-growth", "effective-exponent,component-bounds"]),
                 "--model", "cp", "--shape", random.choice(["1,1", "2,1", "1,1,2"]), "--components", "1", "--rank", "1",
                 "--init-scale", number(random.uniform(0.1, 0.8)), "--until", number(random.uniform(0.5, 20))]
    return Problem("true-control", words + ["--seed", random.randint(1, 999), "--control"],
                   starts.files(([(0, 0), (1, 1)], [1.0, 1.0])) if choice == 2 else {})


@kind
def tight_bounds(random):
    """Bounds that balanced starts attain: the slack is zero up to the solver."""
    order = random.choice([2, 3, 3, 4])
    words = ["run", "--claims", "component-bounds,component-bounds-sharp", "--model", "cp",
             "--shape", starts.shaped([random.randint(1, 4) for _ in range(order)]),
             "--components", random.randint(1, 4), "--rank", "1", "--target-norm", number(random.uniform(0.5, 3)),
             "--init", "balanced", "--init-scale", number(random.uniform(0.1, 0.9)), "--seed", random.randint(1, 999),
             "--until", number(log_uniform(random, 2, 200))]
    return Problem("tight-bounds", controlled(random, words + ladder(random)))
