"""Exact algebra: laws with their completeness, proofs and exports, as whole processes on one thread.

CPU seconds of a process less those of one that only starts (`--version`), the least of some interleaved runs: what is asked for is
the algebra. Counts are compared with the closed formulas of the papers, so that a row measures something that is right.
"""
import pathlib
import random
import shutil
import tempfile

import ours

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 600  # seconds of clock a command may take


def cpu(line, repeats=3, folder=None):
    """The least CPU seconds of a command, and what it printed."""
    best, text = float("inf"), None
    for _ in range(repeats):
        text, seconds, _ = ours.run_process([ours.FLOWCHECK, *line], LIMIT, folder=folder or HERE.parent)
        if text is None:
            return None, None
        best = min(best, seconds)
    return best, text


def linear(number):
    """Widths of a linear network of depth 2 to 4 with layers of 2 to 5."""
    draw = random.Random(number)
    return [draw.randint(2, 5) for _ in range(draw.randint(2, 4) + 1)]


def relu(number):
    """Widths of a ReLU network of depth 2 to 4 with layers of 2 to 9."""
    draw = random.Random(1000 + number)
    return [draw.randint(2, 9) for _ in range(draw.randint(2, 4) + 1)]


def laws(family, widths):
    """The command that counts a network's laws."""
    return ["laws", "--model", family, "--shape", f"{widths[-1]},{widths[0]}",
            *(["--depth", str(len(widths) - 1)] if family == "matrix" else []),
            "--width", ",".join(map(str, widths[1:-1])), "--exit-zero", "--json"]  # fmt: skip


def many(family, draw, start):
    """Fifty networks: CPU seconds beyond the start, how many lists are complete, the range of parameters."""
    import json

    total, complete, sizes = 0.0, 0, []
    for number in range(50):
        widths = draw(number)
        seconds, text = cpu(laws(family, widths), 2)
        if seconds is None:
            return None, f"{widths} failed"
        report = json.loads(text)
        total += max(0.0, seconds - start)
        complete += report["complete"]
        sizes.append(report["parameters"])
        if family == "relu" and report["laws"] != sum(widths[1:-1]):
            return None, f"{widths}: {report['laws']} laws instead of {sum(widths[1:-1])}"
    return total, f"{total:.2f} s, {complete} of 50 complete, {min(sizes)} to {max(sizes)} parameters"


def one(family, widths, start):
    """One large network."""
    import json

    seconds, text = cpu(laws(family, widths), 1)
    if seconds is None:
        return None, "failed"
    report = json.loads(text)
    words = f"{report['laws']} laws{', complete' if report['complete'] else ''}, {report['parameters']} parameters"
    return seconds - start, f"{seconds - start:.2f} s: {words}"


CP4 = """param A[5,3], B[5,3], C[5,3], D[5,3]
data Y[5,5,5,5]
model T[i,j,k,l] = sum(r: A[i,r]*B[j,r]*C[k,r]*D[l,r])
loss 1/2*norm2(T - Y)
""" + "".join(
    f"claim {name}{r}: conserved sum(i: A[i,{r}]^2) - sum(i: {name}[i,{r}]^2)\n" for name in "BCD" for r in (1, 2, 3)
)
BOND = "dim a, b, c, d\nparam W1[b,a], W2[c,b], W3[d,c]\nmodel W = W3*W2*W1\nclaim inner: conserved W2'*W2 - W1*W1'\n"


def run():
    """All rows."""
    start, _ = cpu(["--version"], 10)
    rows = []

    def add(what, limit, seconds, text):
        rows.append(dict(what=what, limit=limit, seconds=seconds, text=text, met=seconds is not None and seconds <= limit))
        print(" ", rows[-1])

    add("laws of 50 linear networks, depth 2–4, widths 2–5", 0.5, *many("matrix", linear, start))
    add("laws of 50 ReLU networks, depth 2–4, widths 2–9", 1, *many("relu", relu, start))
    add("laws of a linear network of 1452 parameters", 10, *one("matrix", [22] * 4, start))
    add("laws of a ReLU network of 1568 parameters", 10, *one("relu", [28] * 3, start))
    add("laws of a linear network of 3200 parameters", 60, *one("matrix", [40] * 3, start))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "bond.flow").write_text(BOND)
        (folder / "cp4.flow").write_text(CP4)
        seconds, _ = cpu(["prove", "bond.flow"], 10, folder)
        add("prove, a claim for all sizes: the process", 0.02, seconds, f"{1e3 * seconds:.1f} ms, of which {1e3 * start:.1f} start")
        seconds, text = cpu(["prove", "cp4.flow", "--json"], 2, folder)
        proved = text.count('"holds"') if text else 0
        add("prove, nine laws of CP of order 4, n = 5, R = 3, squared loss, symbolic data", 1, seconds and seconds - start,
            "failed" if seconds is None else f"{seconds - start:.2f} s, {proved - 1} of 9 proved")
        if shutil.which("coqc"):
            import subprocess

            subprocess.run([ours.FLOWCHECK, "prove", "cp4.flow", "--coq", "cp4.v"], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
            library = HERE.parent / "Resources/coq"
            for name in ("FlowCheck.v",):
                shutil.copy(library / name, folder / name)
            subprocess.run(["coqc", "-q", "-w", "none", "-Q", ".", "Flow", "FlowCheck.v"], cwd=folder, check=True)
            text, seconds, _ = ours.run_process(
                ["coqc", "-q", "-w", "none", "-Q", ".", "Flow", "cp4.v"], LIMIT, folder=folder)
            add("coqc of their export", 10, seconds if text is not None else None, f"{seconds:.2f} s")
        else:
            add("coqc of their export", 10, None, "no coqc here")
    return rows
