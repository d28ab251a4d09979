"""Easy problems with true claims: whatever comes out inconclusive there is needless."""

import collections
import random as randomness
import re

from . import judging, reporting, running, starts
from .limit_kinds import joined
from .problems import MATRIX_CLAIMS, Problem, log_uniform, number

SEEDS = range(1, 301)
LIMIT = 0.01  # the share of inconclusive verdicts above which --easy fails
HORIZON = ["--until", "auto"]  # what a user types who does not know how long a flow takes


def matrix(random, seed):
    """Gaussian layers: balancedness, dissipation, exact rates, and the bound at depth 2."""
    rows, columns, depth = random.randint(2, 6), random.randint(2, 6), random.randint(2, 3)
    alpha = log_uniform(random, 0.05, 0.5)
    claims = ["balancedness", "dissipation", "singular-value-rates"] + (["imbalance-bound"] if depth == 2 else [])
    return ["run", "--claims", ",".join(claims), "--model", "matrix", "--shape", f"{rows},{columns}", "--depth", depth,
            "--rank", random.randint(1, 2), "--target-norm", "3", "--normalization", "half-sum",
            "--init-scale", number(alpha), "--seed", seed, "--data-seed", seed] + HORIZON


def balanced_matrix(random, seed):
    """Balanced layers: the laws of the end-to-end matrix and its singular values."""
    rows, columns, depth = random.randint(2, 6), random.randint(2, 6), random.randint(2, 4)
    alpha = log_uniform(random, 0.05, 0.5)
    claims = [name for name in MATRIX_CLAIMS if name != "imbalance-bound"]
    # α is the scale of the end-to-end matrix here, so a layer's is its root.
    return ["run", "--claims", ",".join(claims), "--model", "matrix", "--shape", f"{rows},{columns}", "--depth", depth,
            "--rank", random.randint(1, 2), "--target-norm", "3", "--normalization", "half-sum", "--init", "balanced",
            "--init-scale", number(alpha), "--seed", seed, "--data-seed", seed] + HORIZON


def tensor(random, seed, init="gaussian"):
    """Components of any start: rates, closed forms, exponents and bounds."""
    order = random.randint(2, 4)
    shape = [random.randint(2, 6 if order < 4 else 3) for _ in range(order)]
    alpha = log_uniform(random, 0.1 if order == 4 else 0.05, 0.5)
    return ["growth", "--shape", starts.shaped(shape), "--components", random.randint(1, 6), "--rank", "1",
            "--target-norm", "3", "--normalization", "half-sum", "--init", init, "--init-scale", number(alpha),
            "--seed", seed, "--data-seed", seed] + HORIZON


def balanced_tensor(random, seed):
    return tensor(random, seed, "balanced")


def completion(random, seed):
    """Some entries observed, the loss a mean."""
    order = random.randint(2, 3)
    shape, alpha = [random.randint(3, 6) for _ in range(order)], log_uniform(random, 0.1, 0.5)
    return ["run", "--claims", "balancedness,dissipation,component-rate,component-bounds", "--model", "cp",
            "--shape", starts.shaped(shape), "--components", random.randint(2, 6), "--rank", "1",
            "--target-norm", "5", "--observed", "0.6", "--init-scale", number(alpha), "--seed", seed,
            "--data-seed", seed] + HORIZON


def descent(random, seed):
    """Gradient descent beside its flow."""
    rows, depth = random.randint(2, 5), random.randint(2, 3)
    first = random.choice([0.02, 0.01])
    return ["compare", "--model", "matrix", "--shape", f"{rows},{rows}", "--depth", depth, "--rank", "1",
            "--target-norm", "1", "--normalization", "half-sum", "--init-scale", number(log_uniform(random, 0.1, 0.5)),
            "--seed", seed, "--data-seed", seed, "--learning-rates", joined([first / 2 ** k for k in range(4)]),
            "--until", "4"]


FAMILIES = (matrix, balanced_matrix, tensor, balanced_tensor, completion, descent)


def problems():
    for seed in SEEDS:
        family = FAMILIES[seed % len(FAMILIES)]
        yield Problem(f"easy {family.__name__.replace('_', ' ')}", family(randomness.Random(f"easy/{seed}"), seed))


def normalized(reason):
    """A reason without its numbers and names, so that alike ones fall together."""
    reason = re.sub(r"-?\d+(\.\d+)?(e[-+]?\d+)?", "#", reason)
    return re.sub(r"component #|σ_#|W\(?#\)?|A#|(upper|lower) bound", "…", reason)[:160]


def main(options, runner):
    """Runs them; status 1 if more than 1 % of the verdicts are inconclusive, or a word is wrong."""
    def one(problem):
        def judged(run, folder, again):
            return {"kind": problem.kind, "number": 0, "seed": 0, "line": problem.line(),
                    "verdicts": [(claim["claim"], claim["verdict"]) for claim in run.claims],
                    "reasons": [(claim["claim"], claim["reason"]) for claim in run.claims
                                if claim["verdict"] == "inconclusive"],
                    "complaints": judging.complaints(problem, run, folder, again)}
        return runner.problem(problem, judged)

    every = list(problems())[:options.count]
    outcomes, interrupted = running.in_order(one, every, options.jobs, runner, reporting.Progress(len(every)))
    print(reporting.table(reporting.tally(outcomes)))
    groups = collections.defaultdict(list)
    for outcome in outcomes:
        for claim, reason in outcome["reasons"]:
            groups[claim, normalized(reason)].append(outcome["line"])
    total = sum(len(outcome["verdicts"]) for outcome in outcomes)
    needless = sum(len(lines) for lines in groups.values())
    for (claim, reason), lines in sorted(groups.items(), key=lambda group: -len(group[1])):
        print(f"\n{len(lines)} × {claim}: {reason}\n  {lines[0]}")
    bad = reporting.cases(outcomes, ("wrong", "crash", "time-out"))
    print(("\n" + bad if bad else "") + f"\n{needless} of {total} verdicts are needlessly inconclusive, "
          f"{100 * needless / max(total, 1):.2f} %")
    if options.json:
        reporting.write_json(options.json, {"needless": needless, "total": total, "outcomes": outcomes})
    if interrupted:
        return 75
    return 1 if needless > LIMIT * total or bad else 0
