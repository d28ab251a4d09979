"""Measures flowcheck against its peers and regenerates the tables and figures of README.md.

Every group writes results/GROUP.json. Solvers are compared by CPU seconds against measured error: the relative distance
of the final state, and of the end-to-end object, to a reference at 1e-13. Repetitions are interleaved and the best counts.
Ours and GSL's methods are timed as whole processes, reading and writing files included; the peers without imports and
compilation.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

import ours
import report
from instances import ALL, BALANCED, CASES, PLATEAU, SIZES

HERE = pathlib.Path(__file__).resolve().parent
REFERENCES = HERE / "references"
TIMEOUT = 900

# What is worth running where: (case, solver): tolerances. Low orders at tight tolerances would only take long.
OURS = {
    "auto": (1e-4, 1e-5, 1e-6, 1e-7, 1e-8), "dop853": (1e-4, 1e-6, 1e-8), "plateau": (1e-5, 1e-6, 1e-7, 1e-8),
    "rkf45": (1e-4, 1e-6), "rk8pd": (1e-6, 1e-9), "msadams": (1e-6,),
}  # fmt: skip
STIFF = {"bsimp": (1e-6, 1e-9), "msbdf": (1e-6, 1e-9)}
PEERS = {
    "SciPy DOP853, numpy gradient": (1e-6,), "SciPy DOP853, our gradient": (1e-6,), "diffrax Tsit5": (1e-6,),
    "torchdiffeq dopri5": (1e-6,), "CVODE BDF, SPGMR": (1e-6,), "CVODE Adams": (1e-6,),
}  # fmt: skip
STIFF_PEERS = {"SciPy Radau, numpy gradient": (1e-9,), "CVODE BDF, dense": (1e-6, 1e-9)}
# Not on tc4-0.01: explicit low orders and interpreted gradients would take hours.
SLOW = {"SciPy DOP853, numpy gradient", "diffrax Tsit5", "torchdiffeq dopri5", "msadams", "CVODE Adams"}


def relative(a, b):
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def reference(case, method="rk8pd", rtol=1e-13):
    """The final state at 1e-13, kept for the next time."""
    REFERENCES.mkdir(exist_ok=True)
    file = REFERENCES / f"{case.name}-{method}-{rtol:g}.npy"
    if not file.exists():
        print(f"  reference for {case.name} by {method} at {rtol:g}", flush=True)
        result = ours.integrate(case, method, rtol, timeout=7200)
        if result is None:
            raise SystemExit(f"no reference for {case.name}")
        np.save(file, result["theta"])
    return np.load(file)


def worker(*arguments):
    """One peer in its own process; None if it is absent or fails."""
    text, _, _ = ours.run_process([sys.executable, HERE / "peers.py", *arguments], TIMEOUT)
    return json.loads(text.splitlines()[-1]) if text else None


def build_cvode():
    """Compiles cvode.c against our library; None without SUNDIALS."""
    prefix, target = os.environ.get("SUNDIALS", "/usr"), HERE / ".build/cvode"
    libraries = ["cvode", "nvecserial", "sunlinsolspgmr", "sunlinsoldense", "sunmatrixdense"]
    if not pathlib.Path(prefix, "include/cvode/cvode.h").exists():
        return None
    command = ["cc", "-O2", "-o", target, HERE / "cvode.c", f"-I{prefix}/include", f"-L{prefix}/lib",
               *[f"-lsundials_{name}" for name in libraries], f"-L{ours.LIBRARY.parent}", "-lflowbench",
               f"-Wl,-rpath,{ours.LIBRARY.parent}", f"-Wl,-rpath,{prefix}/lib", "-lm"]  # fmt: skip
    return target if subprocess.run(list(map(str, command))).returncode == 0 else None


def cvode(program, case, method, rtol, end_file):
    start = case.load()[2]
    atol = 1e-2 * rtol * np.sqrt(np.mean(start**2))
    with tempfile.NamedTemporaryFile() as file:
        start.tofile(file.name)
        text, _, _ = ours.run_process(
            [program, method, case.model, "x".join(map(str, case.shape)), case.size, case.data, case.normalization,
             file.name, case.until, rtol, atol, end_file], TIMEOUT,
        )  # fmt: skip
    return json.loads(text) if text else None


def solve(case, solver, rtol, program):
    """One solution as a dictionary with the final state, or None."""
    if solver in OURS or solver in STIFF:
        return ours.integrate(case, solver, rtol, timeout=TIMEOUT)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "end.npy")
        if solver.startswith("CVODE"):
            method = {"BDF, SPGMR": "bdf-spgmr", "BDF, dense": "bdf-dense", "Adams": "adams"}[solver[6:]]
            result = cvode(program, case, method, rtol, file) if program else None
            load = np.fromfile
        else:
            result, load = worker("solve", solver, case.name, repr(rtol), str(file)), np.load
        if result is None or not result.pop("success"):
            return None
        return result | dict(theta=load(file))


def flow(options):
    """CPU seconds against measured error."""
    program = build_cvode()
    if program is None:
        print("  CVODE is absent: skipped")
    for name in options.cases:
        case = CASES[name]
        small = name == "dmf"
        theta = reference(case)
        runs = {**OURS, **PEERS, **(STIFF if small else {}), **(STIFF_PEERS if small else {})}
        if small:
            del runs["CVODE BDF, SPGMR"]
        if name == "tc4-0.01":
            runs = {k: v if k in ("auto", "plateau") else (1e-6,) for k, v in runs.items() if k not in SLOW}
        table, absent = {}, set()
        for repetition in range(options.best_of):
            for solver, tolerances in runs.items():
                for rtol in tolerances:
                    known = table.get((solver, rtol))
                    # What took long is not much improved by another run.
                    if solver in absent or solver in options.skip or (known and known["seconds"] > options.long):
                        continue
                    result = solve(case, solver, rtol, program)
                    if result is None:
                        absent.add(solver)
                        print(f"  {name}: {solver} is absent or failed: skipped")
                        continue
                    end = result.pop("theta")
                    row = dict(case=name, solver=solver, rtol=rtol, **result)
                    row["state"], row["end"] = relative(end, theta), relative(case.end(end), case.end(theta))
                    if known:
                        row["seconds"] = min(row["seconds"], known["seconds"])
                    table[solver, rtol] = row
                    if not known:
                        print(
                            f"  {name}  {solver} {rtol:g}: {row['seconds']:.3g} s, {row['gradients']} gradients, "
                            f"error {row['state']:.1e}, {row['end']:.1e}", flush=True)
        report.save("flow", [r for r in report.load("flow") if r["case"] != name] + list(table.values()))
    if options.check:
        for name in options.cases:
            result = solve(CASES[name], "SciPy DOP853, our gradient", 1e-13, None)
            if result:
                distance = relative(result["theta"], reference(CASES[name]))
                print(f"  {name}: SciPy DOP853 at 1e-13 is {distance:.1e} away")


def seconds(action):
    """CPU seconds of one call."""
    begin = time.process_time()
    action()
    return time.process_time() - begin


def gradient(options):
    """Milliseconds a gradient; ours inside the library."""
    from peers import GRADIENTS, fastest

    rows = []
    for name in ("tc4-0.05", "tc3", "dmf100"):
        case = CASES[name]
        problem, (_, _, theta) = ours.Problem(case), case.load()
        out = np.empty_like(theta)
        row = dict(case=name, flowcheck=float("inf"))
        for peer in GRADIENTS:  # ours between the peers, so that all see the same machine
            row["flowcheck"] = min(row["flowcheck"], 1e2 * fastest(lambda: problem.gradient(theta, out, 10)))
            result = worker("gradient", peer, name)
            row[peer] = result and result["milliseconds"]
        row["flowcheck"] = min(row["flowcheck"], 1e2 * fastest(lambda: problem.gradient(theta, out, 10)))
        # A step costs more than its gradients by what the stepper itself does.
        for method, rtol in (("dop853", 1e-6), ("plateau", 1e-6)):
            row[method + " per gradient"] = None
            if method == "plateau" and case.model == "matrix":
                continue
            best = float("inf")
            for _ in range(3):
                state, counts = theta.copy(), []
                cost = seconds(lambda: counts.extend(problem.integrate(state, method, rtol, case.until)[1]))
                best = min(best, cost)
            row[method + " per gradient"] = 1e3 * best / counts[2]
        row["two threads"] = two_threads(problem, theta, out) if name == "tc4-0.05" else None
        print(" ", row, flush=True)
        rows.append(row)
    report.save("gradient", rows)


def two_threads(problem, theta, out):
    """How much faster two threads compute a gradient by the clock: interleaved, best of each. Wants two idle processors."""
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(10):
        for threads in best:
            problem.use_threads(threads)
            problem.gradient(theta, out, 10)
            begin = time.perf_counter()
            problem.gradient(theta, out, 200)
            best[threads] = min(best[threads], time.perf_counter() - begin)
    problem.use_threads(1)
    return best[1] / best[2]


def plateau(options):
    """Cost of waiting: the same draw from ever smaller starts, to a loss of 1e-8."""
    rows = []
    for case in PLATEAU:
        if case.std < options.smallest_std:
            continue
        explicit = case.std >= 0.01  # below, an explicit 1e-13 takes hours
        exact = reference(case, *(("dop853", 1e-13) if explicit else ("plateau", 1e-12)))
        for rtol in (1e-4, 1e-5, 1e-6, 1e-7):
            best = None
            for _ in range(options.best_of):
                result = ours.integrate(case, "auto", rtol, timeout=TIMEOUT)
                if result and (best is None or result["seconds"] < best["seconds"]):
                    best = result
            if best is None:
                continue
            end = best.pop("theta")
            row = dict(std=case.std, rtol=rtol, **best, state=relative(end, exact),
                       end=relative(case.end(end), case.end(exact)), reference="dop853" if explicit else "plateau")
            print(f"  std {case.std}  {rtol:g}: {row['seconds']:.3g} s, {row['gradients']} gradients, "
                  f"end error {row['end']:.1e}", flush=True)
            rows.append(row)
        report.save("plateau", rows)
    if options.check:
        for case in PLATEAU:
            if case.std >= 0.01:
                a, b = reference(case, "dop853", 1e-13), reference(case, "plateau", 1e-12)
                print(f"  std {case.std}: plateau at 1e-12 is {relative(case.end(b), case.end(a)):.1e} away")


def size(options):
    """Gradient time and peak memory in vectors of parameters, as components, order and observations grow."""
    from peers import fastest

    rows = []
    for sweep, cases in SIZES.items():
        for case in cases:
            case.write()
            problem, (_, _, theta) = ours.Problem(case), case.load()
            out = np.empty_like(theta)
            row = dict(sweep=sweep, order=len(case.shape), components=case.size, observations=case.observed,
                       parameters=len(theta),
                       milliseconds=1e3 * fastest(lambda: problem.gradient(theta, out), chunks=5))  # fmt: skip
            result = ours.integrate(case, "auto", 1e-6, timeout=TIMEOUT)
            if result:
                row |= {key: result[key] for key in ("choice", "gradients", "seconds")}
                row["megabytes"], row["vectors"] = result["memory"] / 1e6, result["memory"] / (8 * len(theta))
            print(" ", row, flush=True)
            rows.append(row)
            report.save("size", rows)


def long(options):
    """Long horizons of small problems, inside the library: no process around the milliseconds."""
    rows = []
    for case, methods in (
        (CASES["dmf"], ("auto", "plateau", "dop853", "bsimp", "msbdf", "gauss2")),
        (BALANCED, ("auto", "plateau", "bsimp", "msbdf")),
    ):
        case.write()
        problem, start = ours.Problem(case), case.load()[2]
        exact = start.copy()
        if case is BALANCED:
            problem.integrate(exact, "bsimp", 1e-12, case.until, case.stop_loss)
        else:
            exact = reference(case)
        for method in methods:
            for rtol in (1e-6, 1e-7, 1e-8, 1e-9):
                best = float("inf")
                try:
                    for _ in range(5):
                        state, last = start.copy(), []
                        cost = seconds(
                            lambda: last.extend(problem.integrate(state, method, rtol, case.until, case.stop_loss)))
                        best = min(best, cost)
                except RuntimeError as error:
                    print(f"  {case.name}: {error}")
                    continue
                end = case.end(state)
                rows.append(dict(
                    case=case.name, method=method, rtol=rtol, milliseconds=1e3 * best, gradients=last[1][2],
                    jacobians=last[1][3], time=last[0], w00=float(end[0]), state=relative(state, exact),
                    end=relative(end, case.end(exact)),
                ))  # fmt: skip
                print(" ", rows[-1], flush=True)
    report.save("long", rows)


def descent(options):
    """Steps of gradient descent a second on tc4."""
    from peers import DESCENTS, fastest

    name = "tc4-0.05"
    problem, theta = ours.Problem(CASES[name]), CASES[name].load()[2]
    row = dict(case=name, flowcheck=0.0)
    for peer in DESCENTS:
        row["flowcheck"] = max(row["flowcheck"], 100 / fastest(lambda: problem.descend(theta.copy(), 1.0, 100)))
        result = worker("descend", peer, name)
        row[peer] = result and result["rate"]
    print(" ", row)
    report.save("descent", [row])


def programs(options):
    """Programs of arrays without the models' kernels, beside those and the peers."""
    from programs import run

    report.save("programs", run())


def families(options):
    """Families of models at the sizes of published experiments, beside their arithmetic in BLAS."""
    from families import run

    report.save("families", run())


def pipes(options):
    """The round trip to a program that computes a model."""
    from pipes import run

    report.save("pipes", run())


def commands(options):
    """Whole commands beside the flow they judge, judged by ratios."""
    from commands import measure

    measure(options, lambda rows: report.save("commands", rows))


def exact(options):
    """Laws, proofs and exports of exact algebra."""
    from exact import run

    report.save("exact", run())


GROUPS = dict(commands=commands, exact=exact, gradient=gradient, programs=programs, families=families, pipes=pipes, flow=flow, plateau=plateau, long=long, descent=descent, size=size)


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"{', '.join(GROUPS)} or tables; default: all")
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=list(CASES), help="cases of the group flow")
    parser.add_argument("--skip", nargs="+", default=[], metavar="SOLVER", help="solvers left out of the group flow")
    parser.add_argument("--best-of", type=int, default=3)
    parser.add_argument("--long", type=float, default=10, help="CPU seconds above which a run is not repeated")
    parser.add_argument("--smallest-std", type=float, default=0.001, help="where the group plateau ends")
    parser.add_argument("--check", action="store_true", help="compare the references with SciPy's DOP853 at 1e-13")
    parser.add_argument("--quick", action="store_true", help="leave out what takes long in the group commands")
    parser.add_argument("--built", action="store_true", help="do not build first")
    options = parser.parse_args()
    unknown = set(options.groups) - set(GROUPS) - {"tables"}
    if unknown:
        parser.error(f"unknown group {', '.join(unknown)}")
    root = HERE.parent
    if not options.built and options.groups != ["tables"]:
        build = ["swift", "build", "-c", "release", "--package-path"]
        subprocess.run([*build, root, "--product", "flowcheck"], check=True)
        subprocess.run([*build, HERE], check=True)
    for case in ALL.values():
        case.write()
    for group in options.groups or GROUPS:
        if group in GROUPS:
            print(group, flush=True)
            GROUPS[group](options)
    report.write()


if __name__ == "__main__":
    main()
