"""Hypotheses met only up to a level that the flow amplifies, and claims evaluated where rounding is all they see."""

from . import starts
from .flows import Objective
from .limit_kinds import kind, KINDS  # noqa: F401 (KINDS is gathered)
from .problems import COMPONENT_CLAIMS, Problem, chance, controlled, ladder, log_uniform, number


@kind
def inexact_balance(random):
    """A start balanced up to ε whose component shrinks: ε/‖w‖² grows to 1, and the law of balanced growth ends there."""
    order, level = random.choice([2, 2, 3, 4]), random.choice([0, 1e-16, 1e-14, 1e-12, 1e-10, 5e-9])
    shape = [random.choice([1, 1, 2, 3]) for _ in range(order)]
    components, scale = random.choice([1, 1, 2]), random.uniform(0.3, 1.2)
    if chance(random, 0.5):
        # A single product of two numbers shrinks like e^(−ct), and all of it is imbalance in the end.
        order, level, shape, components = 2, random.choice([1e-12, 1e-10, 1e-9, 5e-9]), [1, 1], 1
    start = starts.cp(random, shape, components, scale, balanced=True)
    if level:
        start["A1"] = (start["A1"][0], [x * (1 + level / 2 * random.uniform(0.2, 1)) for x in start["A1"][1]])
    indices = starts.observed(random, shape, random.choice([1, 1, 0.5]))
    objective = Objective("cp", start, indices, [0.0] * len(indices))
    ends = objective.residuals(objective.flat(start))
    # Zero data, or of the other sign: every component goes towards zero, by a power of t where N ≥ 3.
    values = [0.0 if chance(random, 0.3) else -random.uniform(0, 1) * x for x in ends]
    claims = random.choice([["growth"], ["run", "--claims", "growth-law,growth-exponent"],
                            ["run", "--claims", "component-bounds,component-bounds-sharp,growth-law"]])
    words = claims + ["--model", "cp", "--shape", starts.shaped(shape), "--components", components,
                      "--data", "data.csv", "--start", "start.npz", "--normalization", "half-sum",
                      "--until", number(log_uniform(random, 1, 100))] + ladder(random)
    if level == 0 and chance(random, 0.6):
        words = claims + ["--model", "cp", "--shape", starts.shaped(shape), "--components", components, "--rank", "1",
                          "--target-norm", number(random.uniform(0.2, 2)), "--init", "balanced",
                          "--init-scale", number(scale), "--seed", random.randint(1, 999),
                          "--normalization", "half-sum", "--until", number(log_uniform(random, 1, 100))]
        return Problem("inexact-balance", controlled(random, words, 0.2))
    return Problem("inexact-balance", controlled(random, words, 0.2), starts.files((indices, values), start))


@kind
def inexact_balance_of_layers(random):
    """Layers balanced up to ε: the smallest singular values meet their conserved imbalance first."""
    depth, level = random.choice([2, 2, 3, 4]), random.choice([1e-16, 1e-14, 1e-12, 1e-10, 5e-9])
    h, det = random.uniform(0.5, 2), random.uniform(0.05, 1)
    start = starts.perturbed(random, starts.symmetric_layers(h, 0.3, (0.09 + det) / h, depth), level / 8)
    indices = [(0, 0), (0, 1), (1, 0), (1, 1)]
    values = random.choice([[1, 0, 0, 0], [1, 1, 1, 1], [2, 0, 0, 0], [0, 0, 0, 0]])
    claims = random.choice(["end-to-end", "singular-values", "singular-value-exponent",
                            "end-to-end,singular-values,singular-value-exponent", "imbalance-bound"])
    words = ["run", "--claims", claims, "--model", "matrix", "--shape", "2,2", "--depth", depth, "--data", "data.csv",
             "--start", "start.npz", "--normalization", "half-sum", "--until", number(log_uniform(random, 2, 100))]
    return Problem("inexact-balance-of-layers", controlled(random, words, 0.2), starts.files((indices, values), start))


@kind
def inexact_stationary_direction(random):
    """A stationary direction up to ε, not the best one: it is unstable, and the closed form holds only until it is left."""
    small, large, order = 1, random.choice([2, 2, 3]), random.choice([2, 2, 3])
    level = random.choice([0, 1e-16, 1e-15, 1e-14, 1e-12, 1e-11])
    size = large + small
    blocks = [index for index in starts.observed(random, [size] * order, 1.0)
              if all(i < large for i in index) or all(i >= large for i in index)]
    weak = [0.0] * large + [1.0]
    scale = log_uniform(random, 1e-4, 0.3)
    columns = [[[scale * (x + level * random.uniform(-1, 1)) for x in weak] for _ in range(order)]]
    start = starts.cp_blocks([size] * order, columns)
    delta, y = log_uniform(random, 1e-3, 0.1), random.uniform(2, 8)
    gamma = delta * 0.5
    horizon = log_uniform(random, 1, 100) / gamma
    claims = random.choice(["constant-gradient-form", "constant-gradient-form,constant-gradient-gamma"])
    words = ["run", "--claims", claims, "--model", "cp", "--shape", starts.shaped([size] * order), "--components", "1",
             "--data", "data.csv", "--start", "start.npz", "--loss", "huber", "--huber-delta", number(delta),
             "--normalization", "half-sum", "--until", number(horizon)]
    return Problem("inexact-stationary-direction", controlled(random, words, 0.2),
                   starts.files((blocks, [y] * len(blocks)), start))


@kind
def exponent_at_rounding(random):
    """Small singular values of a product are rounding of the large one: a fit that prefers them finds another exponent."""
    problem = ["--model", "matrix", "--shape", random.choice(["2,2", "3,3", "3,2", "4,4"]),
               "--depth", random.choice([2, 2, 3]), "--rank", random.choice([1, 2, 2]),
               "--target-norm", number(random.uniform(0.5, 4))]
    until, normalization = random.uniform(5, 80), random.choice(["half-sum", "sum", "mean"])
    if chance(random, 0.6):
        # From a determinant of the wrong sign σ_2 falls to rounding beside the saddle, and comes back as another one.
        problem[1:8] = ["matrix", "--shape", "2,2", "--depth", 2, "--rank", 2]
        until, normalization = random.uniform(30, 80), random.choice(["sum", "sum", "half-sum"])
    words = ["singular-values"] + problem + [
        "--init", "balanced", "--init-scale", number(log_uniform(random, 0.05, 0.8)), "--seed", random.randint(1, 999),
        "--data-seed", random.randint(1, 999), "--normalization", normalization, "--until", number(until)]
    return Problem("exponent-at-rounding", controlled(random, words))


@kind
def late_singular_values(random):
    """Long after σ_2 has sunk to rounding its rate is noise: step control must not chase it."""
    words = ["singular-values", "--model", "matrix", "--shape", random.choice(["2,2", "3,3", "2,3"]),
             "--depth", random.choice([2, 2, 3]), "--rank", "1", "--target-norm", number(random.uniform(1, 3)),
             "--init", "balanced", "--init-scale", number(log_uniform(random, 0.1, 0.7)),
             "--seed", random.randint(1, 999), "--data-seed", random.randint(1, 999), "--normalization", "half-sum",
             "--until", number(log_uniform(random, 30, 1e5)), "--max-steps", "20000"]
    return Problem("late-singular-values", controlled(random, words, 0.2))


@kind
def gradient_at_start(random):
    """The constant gradient is that of the start, not of zero: from a large start its γ may have any sign."""
    order = random.choice([3, 3, 4])
    shape = [random.choice([1, 2, 3]) for _ in range(order)]
    indices = starts.observed(random, shape, random.choice([1, 0.6]))
    values = starts.low_rank(random, shape, 1, indices, random.uniform(0.3, 2))
    components, delta = random.choice([1, 2, 3]), log_uniform(random, 1e-4, 0.05)
    start = starts.cp(random, shape, components, random.uniform(0.5, 1.6), balanced=True)
    words = ["run", "--claims", "constant-gradient-bounds,constant-gradient-gamma,constant-gradient-form",
             "--model", "cp", "--shape", starts.shaped(shape), "--components", components, "--data", "data.csv",
             "--start", "start.npz", "--loss", "huber", "--huber-delta", number(delta), "--normalization", "half-sum",
             "--until", number(log_uniform(random, 0.1, 100) / delta), "--max-steps", "20000"]
    objective = Objective("cp", start, indices, values, "huber", "half-sum", delta)
    theta, vacuous = objective.flat(start), {}
    residuals = [abs(r) for r in objective.residuals(theta)]
    if min(residuals) < 0.999 * delta:
        vacuous = {claim: "a residual starts below δ" for claim in
                   ("constant-gradient-bounds", "constant-gradient-gamma", "constant-gradient-form")}
    elif min(residuals) > 1.001 * delta:
        gradient = objective.end_gradient(theta)
        gammas = []
        for r in range(components):
            total = 0.0
            for index, g in gradient.items():
                for n, i in enumerate(index):
                    g *= start[f"A{n + 1}"][1][i * components + r]
                total -= g
            gammas.append(total)
        if max(gammas) < 0:
            vacuous["constant-gradient-bounds"] = "no γ(0) is positive"
    return Problem("gradient-at-start", controlled(random, words), starts.files((indices, values), start),
                   vacuous=vacuous)


@kind
def passes_zero(random):
    """A vector of length one changes its sign: the component's norm has a kink there that one large step does not see."""
    order = random.choice([2, 3, 3, 4])
    shape, components = [1] + [random.randint(1, 3) for _ in range(order - 1)], random.randint(1, 2)
    size, small = random.choice([1e-8, 1e-3, 0.1, 0.5, 1]), random.choice([0.5, 0.1, 1e-3, 1e-8, 1e-100, 1e-320])
    start = starts.cp(random, shape, components, size)
    start["A1"] = (start["A1"][0], [small * x for x in start["A1"][1]])
    indices = starts.observed(random, shape, random.choice([1, 0.7]))
    values = starts.low_rank(random, shape, 1, indices, random.uniform(0.5, 2))
    claims = random.sample(COMPONENT_CLAIMS + ("dissipation", "balancedness"), random.randint(1, 4))
    loss = random.choice([[], [], ["--loss", "huber", "--huber-delta", "0.01"]])
    if loss:
        claims += ["constant-gradient-form", "constant-gradient-gamma"]
    words = ["run", "--claims", ",".join(claims), "--model", "cp", "--shape", starts.shaped(shape),
             "--components", components, "--data", "data.csv", "--start", "start.npz", "--normalization", "half-sum",
             "--until", number(log_uniform(random, 0.1, 100))] + loss + ladder(random)
    return Problem("passes-zero", controlled(random, words), starts.files((indices, values), start))
