"""How many of the negative controls that count are rejected, by kind of control.

Many runs are too short, too loose or incomplete for any word; the share of decisive ones leaves those out: it counts
where the claim held, or was inconclusive for the sake of a control alone.
"""

import collections
import json
import re

from . import generators, judging, reporting, running

TOLERATED = 0.005  # how far a share may fall below the baseline's


def kind(claim, name):
    """A control's name without its numbers and its blocks' names."""
    name = re.sub(r"\b[A-Z]\d+\b|\b(layer|block) \d+\b", "block", name)
    return f"{claim}: " + re.sub(r"(?<![\w(])-?\d+(\.\d+)?(e[-+]?\d+)?(?![\w)])", "#", name)


def main(options, runner):
    """Runs the problems of the ordinary kinds with --control; status 1 if a share fell below the baseline's."""
    def one(k):
        problem = generators.problem(options.seed, k)
        if "--control" not in problem.words:
            problem.words.append("--control")

        def count(run, folder, again):
            return [(kind(claim["claim"], control["name"]), judging.counted(control), control["is_rejected"],
                     claim["verdict"], decisive(claim), problem.line())
                    for claim in run.claims for control in claim.get("controls", [])]
        return runner.problem(problem, count)

    numbers = [k for k in generators.numbers(options.count, options.kinds)
               if generators.problem(options.seed, k).words[0] != "integrate"]
    found, interrupted = running.in_order(one, numbers, options.jobs, runner, reporting.Progress(len(numbers)))
    rows = collections.defaultdict(lambda: {
        "counted": 0, "rejected": 0, "not_counted": 0, "decisive": 0, "decisive_rejected": 0, "missed": []})
    for name, counts, rejected, verdict, tells, line in (control for controls in found for control in controls):
        row = rows[name]
        if not counts:
            row["not_counted"] += 1
            continue
        row["counted"] += 1
        row["rejected"] += rejected
        row["decisive"] += tells
        row["decisive_rejected"] += tells and rejected
        if tells and not rejected and len(row["missed"]) < 3:
            row["missed"].append(f"{verdict}: {line}")
    print(f"{'rejected':>8}  {'counted':>7}  {'share':>9}  {'decisive':>9}  {'not counted':>11}  control")
    for name, row in sorted(rows.items()):
        row["share"] = row["rejected"] / row["counted"] if row["counted"] else None
        row["decisive_share"] = row["decisive_rejected"] / row["decisive"] if row["decisive"] else None
        print(f"{row['rejected']:>8}  {row['counted']:>7}  {percent(row['share']):>9}  "
              f"{percent(row['decisive_share']):>9}  {row['not_counted']:>11}  {name}")
    for name, row in sorted(rows.items()):
        for line in row["missed"]:
            print(f"\nmissed: {name}\n  {line}")
    if options.json:
        reporting.write_json(options.json, rows)
    fallen = since(options.baseline, rows) if options.baseline else []
    if options.baseline:
        print("\nfallen by more than 0.5 %:\n  " + "\n  ".join(fallen) if fallen else "\nno share has fallen")
    return 75 if interrupted else 1 if fallen else 0


def decisive(claim):
    """Was nothing but a control in the way of the word holds?"""
    return claim["verdict"] == "holds" or (
        claim["verdict"] == "inconclusive" and "negative control" in claim["reason"])


def percent(share):
    return "" if share is None else f"{100 * share:.2f} %"


def since(path, rows):
    """Which shares are below those in a file of an earlier run."""
    with open(path, encoding="utf-8") as file:
        baseline = json.load(file)
    fallen = []
    for name, old in sorted(baseline.items()):
        for key in ("share", "decisive_share"):
            new = rows[name].get(key) if name in rows else None
            if old[key] is not None and (new is None or new < old[key] - TOLERATED):
                fallen.append(f"{name}, {key}: {old[key]:.4f} → {'none' if new is None else f'{new:.4f}'}")
    return fallen
