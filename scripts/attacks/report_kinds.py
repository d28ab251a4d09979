"""What users of similar programs report: unresolved escapes, runs past convergence, sliding, wide matrices, odd files."""

import re

from . import arrays, starts
from .limit_kinds import KINDS, kind  # noqa: F401 (KINDS is gathered)
from .problems import Problem, chance, controlled, log_uniform, number


@kind
def unresolved_escape(random):
    """Order 4 and more from small starts: the escape comes so late that t + h = t in double precision."""
    if chance(random, 0.7):
        order = random.randint(4, 6)
        problem = ["--model", "cp", "--shape", ",".join(["2"] * order), "--components", random.randint(1, 2),
                   "--rank", "1"]
        words = random.choice([["growth"], ["balancedness"], ["run", "--claims", "dissipation,growth-law"]])
    else:
        problem = ["--model", "matrix", "--shape", "2,2", "--depth", random.randint(4, 6), "--rank", "1"]
        words = random.choice([["singular-values"], ["balancedness"], ["run", "--claims", "end-to-end"]])
    if words != ["growth"] or problem[1] == "cp":
        words = words + (problem[2:] if words[0] in ("growth", "singular-values") else problem)
    words += ["--init", "balanced", "--init-scale", random.choice(["1e-1", "1e-2", "1e-3", "1e-4", "1e-6"]),
              "--seed", random.randint(1, 99), "--until", number(log_uniform(random, 1e6, 1e60)),
              "--stop-loss", "1e-12", "--max-steps", "20000"]
    if chance(random, 0.5):
        words += ["--refine", "1e-6,1e-8"]
    return Problem("unresolved-escape", words, verify=no_blow_up)


def no_blow_up(run, folder, again):
    """Flows of a squared loss exist for ever, so a reason may not speak of blow-up."""
    return [(claim["claim"], "speaks of blow-up; the loss bounds the flow") for claim in run.claims
            if "blow up" in claim["reason"] or "blow-up" in claim["reason"]]


def small(random):
    """A small model of either family with a generated problem."""
    if chance(random, 0.6):
        problem = ["--model", "matrix", "--shape", random.choice(["3,3", "4,3", "2,2"]),
                   "--depth", random.randint(2, 3)]
        return "matrix", problem
    return "cp", ["--model", "cp", "--shape", random.choice(["3,3,3", "2,2,2", "3,3"]), "--components", "2"]


def generated(random):
    return ["--rank", "1", "--init-scale", number(log_uniform(random, 0.1, 0.5)), "--seed", random.randint(1, 999),
            "--data-seed", random.randint(1, 999)]


@kind
def past_convergence(random):
    """Long after convergence drifts stand at a level that no refinement lowers: laws still hold."""
    model, problem = small(random)
    claims = {"matrix": "balancedness,dissipation,singular-value-rates",
              "cp": "balancedness,dissipation,component-rate"}[model]
    words = ["run", "--claims", claims] + problem + generated(random)
    return Problem("past-convergence", words + ["--until", number(log_uniform(random, 1e2, 1e6))])


@kind
def long_horizon(random):
    """Where nothing moves any more time should cost nothing."""
    model, problem = small(random)
    head = {"matrix": ["singular-values"], "cp": ["growth"]}[model]
    words = head + problem[2:] + generated(random) + ["--until", number(log_uniform(random, 1e6, 1e12))]
    if chance(random, 0.3):
        words = ["compare"] + problem + generated(random) + [
            "--learning-rates", "0.04,0.02,0.01,0.005", "--until", number(log_uniform(random, 50, 500))]
    return Problem("long-horizon", words)


@kind
def sliding(random):
    """The absolute loss pins the flow to a kink: the run ends there and says so."""
    model, problem = small(random)
    words = ["integrate"] if chance(random, 0.6) else ["run", "--claims", "balancedness,dissipation"]
    words += problem + generated(random) + [
        "--loss", "l1", "--until", number(log_uniform(random, 2, 200)), "--observed", random.choice(["0.6", "0.8"])]
    return Problem("sliding", words + ([] if words[0] == "run" else ["--rtol", random.choice(["1e-6", "1e-9"])]))


@kind
def wide_matrix(random):
    """A wide matrix costs what the tall one does."""
    short, long = random.randint(1, 4), random.randint(200, 9000)
    shape = random.choice([f"{short},{long}", f"{long},{short}"])
    words = ["balancedness", "--model", "matrix", "--shape", shape, "--depth", random.choice([2, 2, 3]), "--width", "1",
             "--rank", "1", "--observed", random.randint(5, 60), "--init-scale", "0.3",
             "--seed", random.randint(1, 99), "--until", "5", "--save", "5", "--refine", "1e-6,1e-8"]
    return Problem("wide-matrix", words)


@kind
def companion_arrays(random):
    """A mask beside the data is meant: it is honoured or refused, never ignored; harmless labels do no harm."""
    shape = [random.randint(2, 4), random.randint(2, 4)]
    count = shape[0] * shape[1]
    seen = [chance(random, 0.7) for _ in range(count)]
    seen[0], seen[-1] = True, False
    values = starts.gaussian(random, count)
    what = random.choice(["mask", "mask", "labels", "alone"])
    members = {"data": arrays.npy(shape, values)}
    if what == "mask":
        members["mask"] = arrays.npy_mask(shape, seen)
    elif what == "labels":
        members["names"] = arrays.npy_words([f"user {k}" for k in range(shape[0])])
    words = ["integrate", "--model", "matrix", "--data", "data.npz", "--depth", "2", "--until", "1",
             "--init-scale", "0.3", "--seed", random.randint(1, 99)]

    def honest(run, folder, again):
        if run.status in (64, 74):
            return []
        expected = sum(seen) if what == "mask" else count
        found = re.search(r"(\d+) of \d+ entries", run.json.get("experiment", {}).get("data", ""))
        if found and int(found.group(1)) != expected:
            return [("data", f"{found.group(1)} entries observed, {expected} are meant")]
        return []

    return Problem("companion-arrays", words, {"data.npz": arrays.npz(members)},
                   refusals=("mask", "names") if what != "alone" else (), verify=honest)


@kind
def incomplete_reasons(random):
    """A run that is given up says why: the sentence of a completed one, or an empty one, is no reason."""
    model, problem = small(random)
    head = ["run", "--claims", random.choice(["balancedness", "dissipation", "balancedness,dissipation"])]
    words = head + problem + generated(random) + [
        "--until", number(log_uniform(random, 1e2, 1e5)), "--max-steps", random.choice(["3", "10", "30"]),
        "--method", random.choice(["dopri5", "rkf45", "dop853", "msbdf"])]

    def says_why(run, folder, again):
        return [(claim["claim"], "all rungs incomplete, and the reason does not say so") for claim in run.claims
                if claim["rungs"] and not any(rung["is_complete"] for rung in claim["rungs"])
                and (claim["verdict"] != "inconclusive" or "step" not in claim["reason"])]

    return Problem("incomplete-reasons", words, verify=says_why)
