"""Losses with kinks under every method: flows that slide along one, and second derivatives that jump."""

from . import starts
from .limit_kinds import KINDS, joined, kind  # noqa: F401 (KINDS is gathered)
from .problems import METHODS, ROUGH, Problem, chance, controlled, ladder, log_uniform, number

CP = ("dissipation", "component-rate", "unbalanced-growth", "effective-exponent", "component-bounds",
      "component-bounds-sharp")
MATRIX = ("dissipation", "singular-value-rates", "singular-values", "end-to-end", "singular-value-exponent",
          "imbalance-bound")


@kind
def kinked_integrals(random):
    """Claims with integrals past kinks: steps whose stages straddle one may never cross it."""
    model, size = random.choice(["cp", "matrix", "matrix", "diagonal"]), random.choice([1, 1, 2, 3])
    if model == "cp":
        order = random.choice([2, 2, 3])
        shape, claims = [size] * order, CP
        problem = ["--components", random.choice([1, 1, 2])]
    elif model == "matrix":
        shape, claims = [size, size], MATRIX
        problem = ["--depth", random.randint(1, 3)]
    else:
        shape, claims = [random.randint(1, 4)], ("dissipation", "invariant")
        problem = ["--depth", random.randint(1, 3)]
    loss = random.choice([["--loss", "l1"]] * 3 + [["--loss", "huber", "--huber-delta", number(log_uniform(random, 1e-6, 0.5))]])
    method = random.choice(METHODS)
    rungs = ["--refine", ROUGH[method]] if method in ROUGH else ladder(random)
    words = ["run", "--claims", ",".join(random.sample(claims, min(len(claims), 3))), "--model", model, "--shape",
             starts.shaped(shape)] + problem + [
        "--rank", "1", "--init", random.choice(["balanced", "gaussian"]), "--init-scale",
        number(log_uniform(random, 0.1, 1)), "--seed", random.randint(1, 9999), "--data-seed", random.randint(1, 9999),
        "--normalization", random.choice(["sum", "mean", "half-sum"]), "--until", number(log_uniform(random, 0.1, 20)),
        "--method", method, "--save", random.choice([2, 3, 20, 50, 200]), "--max-steps", "3000"]
    return Problem("kinked-integrals", controlled(random, words + loss + rungs), refusals=("plateau", "balanced"))


@kind
def kinked_bound(random):
    """The bound on a descent's gap where the smallest eigenvalue jumps between its samples."""
    cp, first = chance(random, 0.5), log_uniform(random, 0.01, 0.2)
    problem = (["--model", "cp", "--shape", random.choice(["1,1", "2,2", "2,2,2"]), "--components", random.randint(1, 2)]
               if cp else ["--model", "matrix", "--shape", random.choice(["1,1", "2,2", "3,2"]),
                           "--depth", random.randint(1, 3)])
    words = ["compare"] + problem + [
        "--rank", "1", "--target-norm", number(log_uniform(random, 0.3, 3)), "--data-seed", random.randint(1, 9999),
        "--seed", random.randint(1, 9999), "--init", "gaussian", "--init-scale", number(log_uniform(random, 0.1, 1)),
        "--loss", "huber", "--huber-delta", number(log_uniform(random, 1e-3, 1)), "--normalization",
        random.choice(["sum", "half-sum"]), "--claims", "bound,stability", "--save", random.choice([2, 3, 10, 50, 200]),
        "--learning-rates", joined([first, first / 2, first / 4, first / 8]), "--until",
        number(max(4 * first, log_uniform(random, 0.5, 20)))]
    return Problem("kinked-bound", controlled(random, words, 0.2), may_violate=frozenset(["stability"]),
                   refusals=("is shorter than", "divide"))
