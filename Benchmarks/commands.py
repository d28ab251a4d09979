"""Whole commands beside the flow they judge: one row for every goal, ratios within one run.

CPU seconds are those of the process (user and system, as wait4 tells them); gradients come from the JSON reports. A row whose goal
could not be measured says why, and counts as not met.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import ours
from instances import CASES

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 900  # seconds of clock a command may take
SHORT = 3  # seconds of CPU below which single runs say too little

SMALL = {
    "matrix": "--model matrix --shape 3,3 --depth 2 --rank 1 --init-scale 0.3",
    "cp": "--model cp --shape 3,3,3 --components 3 --rank 1 --init-scale 0.3",
}
# Claims about trajectories: on which small problem, and what their hypotheses ask for besides.
CLAIMS = {
    "matrix": {
        "": "balancedness dissipation singular-value-rates imbalance-bound",
        "--init balanced": "end-to-end singular-values singular-value-exponent",
        "--shape 2,2": "hidden-entry norms hidden-entry-growth",
        "--measure-with commuting --samples 3 --init identity": "commuting-measurements",
    },
    "cp": {
        "": "balancedness dissipation component-rate unbalanced-growth effective-exponent component-bounds "
        "component-bounds-sharp",
        "--init balanced": "growth-law growth-exponent",
        "--init balanced --loss huber --huber-delta 1e-3 --target-norm 8": "constant-gradient-form constant-gradient-bounds "
        "constant-gradient-gamma",
    },
}  # fmt: skip
LADDERS = {
    "hidden-entry, norms, hidden-entry-growth": "norms --depth 2 --init-scale 0.5",
    "rank-one": "rank-one --shape 3,3,3 --components 3 --rank 1 --target-norm 5 --loss huber --huber-delta 0.02",
    "incremental": "incremental --shape 3,3,3 --components 3 --rank 1 --target-norm 8 --loss huber --huber-delta 0.01 --leader 1.2 "
    "--observed 12 --normalization sum",
    "incremental-modes": "incremental --model matrix --shape 3,3 --depth 2 --rank 2 --target-norm 10",
    "coordinates": "norms --depth 2 --init-scale 0.5 --stop-loss 1e-4 --compare-coordinates",
    "nuclear-norm": "norms --depth 2 --opposite 0.1 --scales 1e-1,1e-2,1e-3",
}
DEMO = (
    "balancedness --model cp --data data/digits.npy --components 20 --observed 0.2 --init-scale 0.3 --until 500",
    "balancedness --model cp --shape 10,10,10,10 --components 1000 --rank 5 --target-norm 1 --observed 2000 "
    "--init-scale 0.05 --until 3e6",
)  # fmt: skip
GROWTH = {
    "R = 100": "--model cp --shape 8,8,8,8 --components 100 --rank 5 --target-norm 1 --observed 500 --init-scale 0.05 "
    "--until 1e6 --stop-norm 0.5",
    "R = 1000": "--model cp --shape 10,10,10,10 --components 1000 --rank 5 --target-norm 1 --observed 2000 "
    "--init-scale 0.05 --until 3e6",
}  # fmt: skip
SINGULAR = (
    "--model matrix --shape 100,100 --depth 3 --rank 5 --target-norm 100 --observed 2000 --init balanced "
    "--init-scale 1e-3 --until 2000"
)  # fmt: skip
COMPARE = (
    "compare --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 --normalization half-sum "
    "--init-scale 0.05 --until 40 --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3,6.25e-4"
)  # fmt: skip
# In a call stack, mangled or not: the flow's gradient; the integration; the command around it.
GRADIENT = re.compile(r"GradientA0C8evaluate|GradientFlow\.evaluate")
INTEGRATION = re.compile(r"IntegratorV3run|Integrator\.run")
COMMAND = re.compile(r"FlowcheckKit|12FlowcheckKit")


class Missing(Exception):
    """Why a number could not be had."""


def run(line, timeout=LIMIT, repeats=1):
    """The least CPU seconds of a command and its report."""
    best, text = float("inf"), None
    command = [ours.FLOWCHECK, *line.split(), "--threads", "1", "--exit-zero", "--json"]
    for _ in range(repeats):
        text, seconds, _ = ours.run_process(command, timeout, folder=HERE.parent)
        if text is None:
            raise Missing(f"{line.split()[0]} failed, or took more than {timeout} s")
        best = min(best, seconds)
    return best, json.loads(text)


def beside(one, other, repeats=1):
    """CPU seconds of two commands, interleaved."""
    pairs = [(run(one)[0], run(other)[0]) for _ in range(repeats)]
    return min(a for a, _ in pairs), min(b for _, b in pairs)


def least_of(one, other):
    """CPU seconds of two commands; the least of three interleaved runs where a run is short."""
    (a, _), (b, _) = run(one), run(other)
    if a < SHORT and b < SHORT:
        (c, d) = beside(one, other, 2)
        a, b = min(a, c), min(b, d)
    return a, b


def gradients(report):
    """Gradients of every rung of the first claim."""
    return [rung["gradients"] for rung in report["claims"][0]["rungs"]]


def ratio(a, b):
    return a / b, f"{a / b:.2f}: {a:.2f} s and {b:.2f} s"


def growth(name):
    """Four rungs of all claims of growth, mutated bounds included, beside four rungs of the flow alone."""
    line = GROWTH[name] + " --all-rungs"
    return ratio(*least_of("growth " + line, "balancedness " + line))


def same_gradients():
    """Gradients of any claim beside those of the flow alone, rung by rung."""
    worst, vacuous = (1.0, ""), []
    for model, kinds in CLAIMS.items():
        for flags, names in kinds.items():
            line = f"{SMALL[model]} {flags} --until 1e3 --all-rungs --claims "
            _, alone = run(f"run {line}balancedness")
            for name in names.split():
                _, report = run(f"run {line}{name}")
                if not gradients(report):  # what is vacuous is not integrated
                    vacuous.append(name)
                    continue
                factors = [a / b for a, b in zip(gradients(report), gradients(alone), strict=True)]
                worst = max(worst, (max(factors, key=lambda f: abs(f - 1)), name), key=lambda w: abs(w[0] - 1))
    left = f"; vacuous here: {', '.join(vacuous)}" if vacuous else ""
    return worst[0], f"{worst[0]:.4g}, {worst[1] or 'every claim'}{left}"


def singular():
    return ratio(*least_of(f"singular-values {SINGULAR} --all-rungs", f"balancedness {SINGULAR} --all-rungs"))


def decompositions():
    """Singular value decompositions for every accepted step, all rungs together."""
    _, report = run(f"singular-values {SINGULAR} --all-rungs")
    rungs = report["claims"][0]["rungs"]
    parts = [rung["path_evaluations"] / rung["steps"] for rung in rungs]
    mean = sum(rung["path_evaluations"] for rung in rungs) / sum(rung["steps"] for rung in rungs)
    return mean, f"{mean:.1f}: " + ", ".join(f"{part:.1f}" for part in parts)


def saves(kind):
    line = DEMO[1] + " --refine 1e-6,1e-8 --save "
    (many, a), (few, b) = run(line + "1000"), run(line + "2")
    if kind == "gradients":
        pairs = list(zip(gradients(a), gradients(b), strict=True))
        worst = max(x / y for x, y in pairs)
        return worst, f"{worst:.3f}: " + ", ".join(f"{x} and {y}" for x, y in pairs)
    return ratio(many, few)


def control(line):
    with_controls, without = beside(line + " --control", line, 2)
    added = with_controls / without - 1
    return added, f"{100 * added:.0f} %: {with_controls:.2f} s and {without:.2f} s"


def share():
    """What monitors and stepper take, by sampling call stacks: all but what lies beneath the flow's own gradient, and but what the
    command does before and after integrating. A stack that cannot be read is theirs."""
    if not shutil.which("perf"):
        raise Missing("perf is absent")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "perf.data")
        record = ["perf", "record", "-e", "cpu-clock", "-F", "999", "-g", "-o", file, ours.FLOWCHECK, *DEMO[1].split(),
                  "--threads", "1", "--quiet"]  # fmt: skip
        # A second thread of the linear algebra library would only wait, and be counted.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(list(map(str, record)), cwd=HERE.parent, capture_output=True, env=environment)
        stacks = subprocess.run(["perf", "script", "-i", str(file), "-F", "ip,sym"], capture_output=True, text=True).stdout
    samples = [sample for sample in stacks.split("\n\n") if sample.strip()]
    if done.returncode or not samples:
        raise Missing("perf cannot sample here")
    gradient = sum(bool(GRADIENT.search(sample)) for sample in samples)
    around = sum(bool(COMMAND.search(sample) and not INTEGRATION.search(sample)) for sample in samples)
    part = (len(samples) - gradient - around) / len(samples)
    return part, f"{100 * part:.0f} %; {100 * gradient / len(samples):.0f} % is the flow's gradient"


def demo():
    seconds = [run(line + " --control")[0] for line in DEMO]
    return sum(seconds), f"{sum(seconds):.1f} s: {seconds[0]:.1f} and {seconds[1]:.1f}"


def horizon(options):
    """CPU at --until 1e9 ÷ 1e5, of every claim about trajectories and ladders; the worst."""
    lines = {
        f"{name} ({model})": f"run {SMALL[model]} {flags} --claims {name}"
        for model, kinds in CLAIMS.items() for flags, names in kinds.items() for name in names.split()
    } | LADDERS  # fmt: skip
    worst, failed = (0.0, ""), []
    for name, line in lines.items():
        try:
            short, _ = run(line + " --until 1e5", timeout=120, repeats=3)
            long, _ = run(line + " --until 1e9", timeout=max(10, 20 * short), repeats=1 if short > 5 else 2)
            print(f"    {name}: {long / short:.2f}", flush=True)
            worst = max(worst, (long / short, name))
        except Missing:
            print(f"    {name}: no end", flush=True)
            failed.append(name)
    if failed:
        raise Missing(f"more than 20, or no end: {', '.join(failed)}; of the others {worst[0]:.2f}, {worst[1]}")
    return worst[0], f"{worst[0]:.2f}, {worst[1]}"


def process():
    """Milliseconds of a whole process around a solve, and of the solve inside the library."""
    case = CASES["dmf"]
    problem, start = ours.Problem(case), case.load()[2]
    from measure import seconds

    solve = min(seconds(lambda: problem.integrate(start.copy(), "auto", 1e-6, case.until)) for _ in range(5))
    whole = min(ours.integrate(case, "auto", 1e-6)["seconds"] for _ in range(5))
    return None, f"process {1e3 * whole:.1f} ms, solve {1e3 * solve:.2f} ms"


def rows(options):
    """What, the limit, the stretch, and how it is measured; heavy ones only in a full run."""
    full = not options.quick
    return [
        ("CPU of growth ÷ balancedness, four rungs, R = 100", 1.5, 1.2, lambda: growth("R = 100"), True),
        ("CPU of growth ÷ balancedness, four rungs, R = 1000", 1.5, 1.2, lambda: growth("R = 1000"), full),
        ("gradients of any claim ÷ the flow's own", "= 1", None, same_gradients, True),
        ("CPU of singular-values ÷ balancedness, 100×100, depth 3, four rungs", 5, 3, singular, full),
        ("SVDs a step, 100×100, depth 3, four rungs", 10, None, decompositions, full),
        ("gradients at --save 1000 ÷ --save 2", 1.0, None, lambda: saves("gradients"), True),
        ("CPU at --save 1000 ÷ --save 2", 1.3, 1.1, lambda: saves("CPU"), True),
        ("--control adds to balancedness, demo 1", 0.35, 0.2, lambda: control(DEMO[0]), full),
        ("--control adds to balancedness, demo 2", 0.35, 0.2, lambda: control(DEMO[1]), True),
        ("share of monitors and stepper, demo 2", 0.2, 0.12, share, True),
        ("demo's two problems, CPU s", 18, 13, demo, True),
        ("CPU at --until 1e9 ÷ 1e5, every claim", 2, 1.1, lambda: horizon(options), full),
        ("compare, README's example, CPU s", 3, 1.5, lambda: seconds_of(COMPARE), True),
        ("process and solve apart: dmf at rtol 1e-6", None, None, process, True),
    ]


def seconds_of(line):
    seconds, _ = run(line, repeats=2)
    return seconds, f"{seconds:.2f} s"


def limits():
    """GFLOP/s and GB/s of one thread here; None without a C compiler."""
    target = HERE / ".build/limits"
    target.parent.mkdir(exist_ok=True)
    built = subprocess.run(["cc", "-O3", "-march=native", "-o", str(target), str(HERE / "limits.c")], capture_output=True)
    if built.returncode:
        return None
    return json.loads(subprocess.run([str(target)], capture_output=True, text=True, check=True).stdout)


def judge(value, limit):
    """Whether a measured value keeps its limit; None where there is none."""
    if limit is None:
        return None
    return value is not None and (value == 1 if limit == "= 1" else value <= limit)


def measure(options, save):
    """Measures row by row."""
    found = []
    here = limits()
    for what, limit, stretch, how, wanted in rows(options):
        value, text = None, "not measured: left out by --quick"
        if wanted:
            try:
                value, text = how()
            except Missing as reason:
                text = f"not measured: {reason}"
        row = dict(what=what, limit=limit, stretch=stretch, value=value, text=text, met=judge(value, limit), limits=here)
        print(f"  {'' if row['met'] is None else 'ok  ' if row['met'] else 'MISS'} {what}: {text}", flush=True)
        found.append(row)
        save(found)
