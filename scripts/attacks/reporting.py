"""The table of verdicts by kind and claim, the wrong cases ready to paste, and progress."""

import collections
import json
import os
import sys

COLUMNS = ("holds", "violated", "inconclusive", "vacuous", "wrong", "crash", "time-out")


class Progress:
    """A counter on standard error while that is a terminal."""

    def __init__(self, total):
        self.total, self.shown = total, sys.stderr.isatty()

    def __call__(self, done):
        if self.shown:
            sys.stderr.write(f"\r{done} of {self.total}")
            if done == self.total:
                self.clear()
            sys.stderr.flush()

    def clear(self):
        if self.shown:
            sys.stderr.write("\r\033[K")


def tally(outcomes):
    """Counts by (kind, claim) in the columns."""
    counts = collections.defaultdict(collections.Counter)
    for outcome in outcomes:
        for claim, verdict in outcome["verdicts"]:
            counts[outcome["kind"], claim][verdict] += 1
        for claim, fault, _ in outcome["complaints"]:
            counts[outcome["kind"], claim or "(run)"][fault] += 1
        if not outcome["verdicts"] and not outcome["complaints"]:
            # integrate judges nothing: what was compared with it agrees. A refusal that is right is no verdict.
            refused = outcome.get("status") in (64, 74)
            counts[outcome["kind"], "(refused)" if refused else "(run)"]["vacuous" if refused else "holds"] += 1
    return counts


def table(counts):
    """The tally as text, and its sums by claim."""
    sums = collections.defaultdict(collections.Counter)
    for (_, claim), row in counts.items():
        sums["all kinds", claim].update(row)
    rows = [("kind", "claim") + COLUMNS]
    for part in (counts, sums):
        rows += [(kind, claim) + tuple(str(row[name] or "") for name in COLUMNS)
                 for (kind, claim), row in sorted(part.items())]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if k < 2 else cell.rjust(width)
                  for k, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def cases(outcomes, faults):
    """Every case with one of the faults, and its command line."""
    lines = []
    for outcome in outcomes:
        bad = [c for c in outcome["complaints"] if c[1] in faults]
        if bad:
            lines.append(f"{outcome['kind']}, problem {outcome['number']} of seed {outcome['seed']}")
            lines += [f"  {fault}: {claim + ': ' if claim else ''}{text}" for claim, fault, text in bad]
            where = f"cd {outcome['folder']} && " if outcome.get("folder") else ""
            lines.append(f"  {where}{outcome['line']}")
    return "\n".join(lines)


def write_json(path, value):
    """Writes JSON under a temporary name and renames it."""
    temporary = f"{path}.partial"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, ensure_ascii=False, sort_keys=True)
        file.write("\n")
    os.replace(temporary, path)
