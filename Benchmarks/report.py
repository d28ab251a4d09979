"""Results as JSON, the tables between the markers of README.md, and the work–precision figures."""
import json
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "results"
FIGURES = HERE / "figures"


def save(group, rows):
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{group}.json").write_text("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


def load(group):
    file = RESULTS / f"{group}.json"
    return json.loads(file.read_text()) if file.exists() else []


def short(value):
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"


def table(columns, rows):
    """A Markdown table; numbers to two digits."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(map(short, row)) + " |" for row in rows])


def cheapest(rows, error, key="state", cost="seconds"):
    """The cheapest row whose error is small enough."""
    return min((r for r in rows if r[key] <= error), key=lambda r: r[cost], default=None)


def flow_tables():
    rows, parts = load("flow"), []
    for case in dict.fromkeys(r["case"] for r in rows):
        mine = sorted((r for r in rows if r["case"] == case), key=lambda r: r["seconds"])
        cells = [
            (r["solver"], f"{r['rtol']:g}", str(r["gradients"]), r["seconds"], f"{r['state']:.1e}", f"{r['end']:.1e}")
            for r in mine
        ]
        columns = ["solver", "rtol", "gradients", "CPU s", "error of the state", "of the end-to-end object"]
        parts.append(f"**{case}**\n\n![](figures/{case}.svg)\n\n{table(columns, cells)}")
    return "\n\n".join(parts)


def gradient_table():
    rows = load("gradient")
    peers = ["flowcheck", "numpy", "JAX", "PyTorch", "dop853 per gradient", "plateau per gradient"]
    return table(["ms", *peers], [[r["case"], *[r[p] for p in peers]] for r in rows])


def plateau_table():
    rows = load("plateau")
    first = {r["rtol"]: r for r in rows if r["std"] == max(q["std"] for q in rows)}
    cells = [
        (f"{r['std']:g}", f"{r['rtol']:g}", str(r["gradients"]), r["seconds"], f"{r['end']:.1e}", r["reference"],
         r["seconds"] / first[r["rtol"]]["seconds"] if r["rtol"] in first else None)
        for r in rows
    ]  # fmt: skip
    return table(["std", "rtol", "gradients", "CPU s", "error of the end tensor", "against", "cost / first std"], cells)


def size_table():
    cells = [
        (str(r["order"]), str(r["components"]), str(r["observations"]), str(r["parameters"]), r["milliseconds"],
         str(r["gradients"]), r["seconds"], r["choice"], r["megabytes"], r["vectors"])
        for r in load("size")
    ]  # fmt: skip
    columns = ["order", "R", "observations", "parameters", "gradient, ms", "gradients of auto", "CPU s", "with",
               "peak MB", "in vectors"]  # fmt: skip
    return table(columns, cells)


def long_table():
    cells = [
        (r["case"], r["method"], f"{r['rtol']:g}", str(r["gradients"]), str(r["jacobians"]), r["milliseconds"],
         f"{r['state']:.1e}", f"{r['end']:.1e}", f"{r['w00']:.6g}", f"{r['time']:.3g}")
        for r in load("long")
    ]  # fmt: skip
    return table(["case", "method", "rtol", "gradients", "Jacobians", "ms", "state", "end", "w00", "t"], cells)


def descent_table():
    columns = ["case", "flowcheck", "numpy", "PyTorch"]
    return table(["steps a second", *columns[1:]], [[r[c] for c in columns] for r in load("descent")])


def commands_table():
    """Goals of whole commands, and what the machine they were measured on can do."""
    rows = load("commands")
    bound = {None: None, "= 1": "exactly 1"}
    cells = [
        (r["what"], bound.get(r["limit"], f"≤ {r['limit']:g}" if r["limit"] not in bound else None),
         None if r["stretch"] is None else f"{r['stretch']:g}", r["text"],
         None if r["met"] is None else "yes" if r["met"] else "**no**")
        for r in rows
    ]  # fmt: skip
    limits = rows[0]["limits"]
    machine = (f"One thread of the measuring machine: {limits['fma']:.3g} GFLOP/s of multiply-adds in registers, "
               f"{limits['load']:.3g} with loads from L1, {limits['copy']:.3g} GB/s of copying.\n\n") if limits else ""
    return machine + table(["", "to reach", "stretch", "measured", "met"], cells)


def exact_table():
    """Goals of exact algebra."""
    return table(["", "CPU s to reach", "measured", "met"], [
        (r["what"], f"≤ {r['limit']:g}", r["text"], "yes" if r["met"] else "**no**") for r in load("exact")])


def programs_tables():
    """Times, and what the goals say of their ratios."""
    from programs import judge, ratios

    rows = load("programs")
    times = ["gradient", "product", "again", "kernel", "JAX", "JAX product", "PyTorch", "PyTorch product", "planning"]
    first = table(["ms", "parameters", *times], [
        [r["case"], str(r["parameters"]), *[f"{r[t]:.3f}" if t in r else None for t in times]] for r in rows])
    names = dict(kernel="gradient / kernel", JAX="gradient / JAX", PyTorch="gradient / PyTorch", product="product / gradient",
                 again="product again / gradient", planning="planning, ms")
    cells = []
    for r in rows:
        goals, found = {what: (limit, kept) for what, limit, _, kept in judge(r)}, ratios(r)
        line = [r["case"]]
        for what in names:
            limit, kept = goals.get(what, (None, True))
            bound = "" if limit is None else f" ({'<' if what in ('JAX', 'PyTorch') else '≤'} {limit}{'' if kept else ', missed'})"
            line.append(f"{found[what]:.2f}{bound}" if what in found else None)
        cells.append([*line, "yes" if r["same"] else "**no**",
                      f"{r['JAX error']:.0e}, {r['JAX product error']:.0e}" if "JAX error" in r else None])
    return f"{first}\n\n{table(['', *names.values(), 'same bytes', 'errors beside JAX'], cells)}"


def families_table():
    """Our gradient beside the same arithmetic by hand."""
    from families import LIMIT

    return table(["ms", "parameters", "gradient", "by hand on BLAS", "ratio", "at most", "met"], [
        [r["case"], str(r["parameters"]), f"{r['gradient']:.3f}", f"{r['BLAS']:.3f}", f"{r['ratio']:.2f}", f"{LIMIT:g}",
         "yes" if r["ratio"] <= LIMIT else "**no**"] for r in load("families")])


def pipes_table():
    """Round trips in microseconds, beside the function's own time."""
    return table(["µs", "asked", "least", "called here", "beyond", "at most", "met"], [
        [f"{r['count']} parameters", f"{r['asked']:.0f}", f"{r['least']:.0f}", f"{r['own']:.0f}", f"{r['beyond']:.0f}",
         r["limit"] and str(r["limit"]), r["limit"] and ("yes" if r["beyond"] <= r["limit"] and r["same"] else "**no**")]
        for r in load("pipes")])


def goals():
    """The ratios of the issue that this run could measure."""
    flow = {}
    for row in load("flow"):
        flow.setdefault((row["case"], row["solver"]), []).append(row)
    gradients = {r["case"]: r for r in load("gradient")}
    rows = []

    def ratio(case, error, peer):
        """How many times cheaper auto is than a peer that is as good, or is at least run."""
        mine, theirs = flow.get((case, "auto")), flow.get((case, peer))
        mine = mine and cheapest(mine, error)
        if not mine or not theirs:
            return None
        enough = cheapest(theirs, error)
        other = enough or min(theirs, key=lambda r: r["state"])
        note = "" if enough else f" (its error {other['state']:.0e} misses)"
        return f"{other['seconds'] / mine['seconds']:.1f}×: {mine['seconds']:.2f} s and {other['seconds']:.2f} s{note}"

    g = gradients.get("tc4-0.05")
    if g and g["numpy"]:
        rows.append(("tc4 gradient against numpy's masked GEMM", "5× (≈ 0.35 ms)", "≈ 0.22 ms",
                     f"{g['numpy'] / g['flowcheck']:.1f}×, {g['flowcheck']:.2f} ms"))
        if g.get("two threads"):
            rows.append(("the same on two threads, by the clock", "1.7×", "1.9×", f"{g['two threads']:.2f}×"))
    for name, goal, stretch in (("tc3", "≤ 0.016 ms", "0.010 ms"), ("dmf100", "≤ 0.14 ms", "0.10 ms")):
        if name in gradients:
            rows.append((f"{name} gradient", goal, stretch, f"{gradients[name]['flowcheck']:.3f} ms"))
    if g:
        overhead = g["dop853 per gradient"] / g["flowcheck"] - 1
        rows.append(("dop853's own work at 40000 unknowns", "≤ 15 %", "8 %", f"{100 * overhead:.0f} %"))
    for peer, goal in (("SciPy DOP853, numpy gradient", "8×"), ("SciPy DOP853, our gradient", "3×"),
                       ("diffrax Tsit5", "15×")):  # fmt: skip
        rows.append((f"tc4 0.05 to error 5e-6 against {peer}", goal, "0.3 s", ratio("tc4-0.05", 5e-6, peer)))
    mine, theirs = (flow.get(("tc4-0.05", s)) for s in ("auto", "CVODE BDF, SPGMR"))
    if mine and theirs:
        other = min(theirs, key=lambda r: r["state"])
        best = cheapest(mine, other["state"], cost="gradients")
        if best:
            rows.append(("tc4 0.05, gradients of CVODE BDF and of auto at its error", "", "",
                         f"{other['gradients'] / best['gradients']:.1f}×: {other['gradients']} and {best['gradients']}"))
    rows.append(("tc4 0.01 to error 4e-5 against GSL rkf45", "10×", "20×", ratio("tc4-0.01", 4e-5, "rkf45")))
    waits = load("plateau")
    if waits:
        best = {s: cheapest([r for r in waits if r["std"] == s], 1e-4, "end") for s in {r["std"] for r in waits}}
        known = sorted(s for s in best if best[s])
        if len(known) > 1:
            low, high = best[known[0]], best[known[-1]]
            rows.append((f"tc4 from std {known[-1]:g} to {known[0]:g}, to end error 1e-4: growth", "≤ 6×", "≤ 4×",
                         f"{low['seconds'] / high['seconds']:.1f}× "
                         f"({low['gradients'] / high['gradients']:.1f}× gradients)"))
    runs = load("long")
    dmf = cheapest([r for r in runs if r["case"] == "dmf"], 2e-8, cost="milliseconds")
    if dmf:
        mine = cheapest([r for r in runs if r["case"] == "dmf" and r["method"] == "auto"], 2e-8, cost="milliseconds")
        rows.append(("dmf to T = 1250 at error 2e-8", "≤ 4 ms", "≤ 2 ms",
                     f"{dmf['milliseconds']:.1f} ms ({dmf['method']}); auto "
                     + (f"{mine['milliseconds']:.1f} ms" if mine else "misses")))
    balanced = [r for r in runs if r["case"] == "balanced" and r["method"] == "auto" and r["rtol"] == 1e-8]
    if balanced:
        r = balanced[0]
        rows.append(("balanced 2×2 to loss 1e-8 at rtol 1e-8, auto", "≤ 1 s", "0.2 s",
                     f"{r['milliseconds'] / 1e3:.3f} s, w00 = {r['w00']:.2f}, error {r['state']:.0e}"))
    for row in load("descent"):
        peers = [row[p] for p in ("numpy", "PyTorch") if row[p]]
        torch = row["PyTorch"]
        rows.append(("descent on tc4 against PyTorch", "10×", "15×",
                     f"{row['flowcheck'] / torch:.1f}×: {row['flowcheck']:.0f} steps a second" if torch
                     else f"{row['flowcheck']:.0f} steps a second, {row['flowcheck'] / max(peers):.1f}× numpy"))
    sizes = [r for r in load("size") if r["sweep"] == "components"]
    if len(sizes) > 1:
        a, b = sizes[-2], sizes[-1]
        growth = (b["milliseconds"] / a["milliseconds"]) / (b["components"] / a["components"])
        rows.append((f"R = {b['components']}, order 4, dims 20: gradient beside linear growth; memory of auto",
                     "1×, ≤ 40 vectors", "", f"{growth:.2f}×, {b['vectors']:.0f} vectors"))
    return table(["", "to reach", "stretch", "measured"], rows)


def draw():
    """Work–precision figures with gnuplot."""
    if not shutil.which("gnuplot"):
        print("gnuplot is absent: no figures")
        return
    FIGURES.mkdir(exist_ok=True)
    rows = load("flow")
    for case in dict.fromkeys(r["case"] for r in rows):
        blocks, plots = [], []
        for k, solver in enumerate(dict.fromkeys(r["solver"] for r in rows if r["case"] == case)):
            points = sorted((r["state"], r["seconds"]) for r in rows if r["case"] == case and r["solver"] == solver)
            blocks.append("\n".join(f"{x:.4g} {y:.4g}" for x, y in points))
            plots.append(f"$data index {k} with linespoints title '{solver}'")
        script = "\n".join([
            "set terminal svg size 760,440 font 'sans-serif,12' background 'white'",
            f"set output '{FIGURES / case}.svg'", "set logscale xy", "set format xy '10^{%L}'",
            "set key outside right", "set xlabel 'relative error of the final state'", "set ylabel 'CPU seconds'",
            f"set title '{case}'", "$data << EOD", "\n\n\n".join(blocks), "EOD", "plot " + ", ".join(plots), "",
        ])  # fmt: skip
        subprocess.run(["gnuplot"], input=script, text=True, check=True)


def write():
    """Replaces what stands between the markers of README.md."""
    text = (HERE / "README.md").read_text()
    for name, make in (("goals", goals), ("commands", commands_table), ("exact", exact_table), ("gradient", gradient_table), ("programs", programs_tables), ("families", families_table), ("pipes", pipes_table), ("flow", flow_tables),
                       ("plateau", plateau_table), ("long", long_table), ("descent", descent_table), ("size", size_table)):  # fmt: skip
        if name != "goals" and not load(name):
            continue
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.S)
        text = pattern.sub(lambda _: f"{start}\n{make()}\n{end}", text)
    (HERE / "README.md").write_text(text)
    draw()
