"""Problems that differ only in the unit of the data must get the same verdicts.

With m factors, θ × s^(1/m), data × s, a Huber threshold × s and time × s^(2/m − 2) (absolute loss: s^(2/m − 1)) turn a
flow into a similar one. For s a power of 2^m every number scales exactly, so the levels agree as well.
"""

import pathlib
import random as randomness

from . import reporting, running, starts
from .problems import COMPONENT_CLAIMS, MATRIX_CLAIMS, Problem, chance, number

# Absolute and relative departures of levels: what powers with odd exponents round.
FLOOR, DIGITS = 1e-12, 1e-11
UNITLESS = ("drift", "slack", "order", "power", "steps", "rejected", "gradients")


def pair(k, seed):
    """A problem, the same one in another unit, and whether its numbers scale exactly."""
    random = randomness.Random(f"scaling/{seed}/{k}")
    if chance(random, 0.5):
        shape, components = [random.randint(1, 3) for _ in range(random.randint(2, 4))], random.randint(1, 3)
        m, claims = len(shape), random.sample(("balancedness", "dissipation") + COMPONENT_CLAIMS, 4)
        start = starts.cp(random, shape, components, random.choice([0.3, 0.6]), chance(random, 0.5))
        tail = ["--model", "cp", "--components", components]
    else:
        shape, m, width = [random.randint(1, 3), random.randint(1, 3)], random.randint(2, 4), random.randint(1, 3)
        claims = random.sample(("balancedness", "dissipation") + MATRIX_CLAIMS, 4)
        start = starts.layers(random, *shape, m, width, random.choice([0.3, 0.6]))
        tail = ["--model", "matrix", "--depth", m, "--width", width]
    indices = starts.observed(random, shape, random.choice([1, 0.6]))
    values = starts.low_rank(random, shape, 1, indices, random.uniform(0.5, 2))
    loss, delta = random.choice(["l2", "l2", "huber", "l1"]), 2.0 ** -random.randint(0, 6)
    until, control = random.choice([1, 4, 10, 30]), chance(random, 0.3)
    dyadic = chance(random, 0.5)
    j = random.choice([-10, -3, -1, 1, 3, 10])
    s = 2.0 ** (j * m) if dyadic else 10.0 ** random.choice([-10, -3, 3, 10])
    factor = 2.0 ** j if dyadic else s ** (1 / m)

    def scaled(s, factor):
        time = (factor ** 2) * s ** (-1 if loss == "l1" else -2)
        words = ["run", "--claims", ",".join(claims), "--shape", starts.shaped(shape)] + tail + [
            "--data", "data.csv", "--start", "start.npz", "--loss", loss, "--normalization", "half-sum",
            "--until", number(until * time), "--max-steps", "20000"]
        words += ["--huber-delta", number(delta * s)] if loss == "huber" else []
        return Problem("scaling", words + (["--control"] if control else []), starts.files(
            (indices, [s * v for v in values]), starts.multiplied(start, factor)))

    return scaled(1.0, 1.0), scaled(s, factor), s, dyadic


def differences(one, other, dyadic):
    """What differs between two runs' claims."""
    if one.status != other.status:
        yield f"exit status {one.status} and {other.status}: {(one.message or other.message)[:200]}"
    for a, b in zip(one.claims, other.claims):
        if a["verdict"] != b["verdict"]:
            yield f"{a['claim']} {a['verdict']} ({a['reason']}) and {b['verdict']} ({b['reason']})"
        elif dyadic and a["verdict"] != "vacuous":
            for x, y in zip(a["rungs"], b["rungs"]):
                for key in UNITLESS:
                    p, q = x.get(key), y.get(key)
                    if (p is None) != (q is None) or (p is not None and unequal(key, p, q)):
                        yield f"level of {a['claim']}: {key} {p} and {q} at rtol {x['rtol']}"
                        break


def unequal(key, p, q):
    # The order of drifts at rounding level is noise.
    if key == "order":
        return False
    return abs(p - q) > FLOOR + DIGITS * max(abs(p), abs(q))


def main(options, runner):
    """Runs the pairs; status 1 if any differ."""
    def one(k):
        first, second, s, dyadic = pair(k, options.seed)
        runs = [runner.problem(problem, lambda run, folder, again: run) for problem in (first, second)]
        return {"kind": "scaling", "number": k, "seed": options.seed, "line": second.line(), "s": s,
                "timed_out": any(run.timed_out for run in runs), "problems": (first, second),
                "differences": [] if any(run.timed_out for run in runs) else list(differences(*runs, dyadic))}

    numbers = range(options.count)
    outcomes, interrupted = running.in_order(one, numbers, options.jobs, runner, reporting.Progress(options.count))
    for outcome in outcomes:
        show(outcome, outcome.pop("problems"), options)
    words, levels = (sum(outcome[name] for outcome in outcomes) for name in ("other_words", "other_levels"))
    late = sum(outcome["timed_out"] for outcome in outcomes)
    print(f"\n{len(outcomes)} pairs: {words} with other verdicts, {levels} with other levels, {late} with a time-out")
    if options.json:
        reporting.write_json(options.json, outcomes)
    return 75 if interrupted else 1 if words or levels else 0


def show(outcome, problems, options):
    """Prints a pair that differs or took too long, and keeps its files."""
    found = outcome["differences"]
    outcome["other_words"] = any(not text.startswith("level ") for text in found)
    outcome["other_levels"] = bool(found) and not outcome["other_words"]
    if not found and not outcome["timed_out"]:
        return
    print(f"pair {outcome['number']} of seed {options.seed}, s = {outcome['s']:.6g}")
    print("\n".join(f"  {text}" for text in found[:4] or ["time-out"]))
    for name, problem in zip(("unit", "scaled"), problems):
        where = ""
        if options.keep:
            folder = pathlib.Path(options.keep) / f"scaling-{options.seed}-{outcome['number']}" / name
            running.keep(problem, folder)
            where = f"cd {folder} && "
        print(f"  {where}{problem.line()}")
