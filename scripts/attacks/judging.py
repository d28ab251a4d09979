"""What of a run's words is wrong, given what is known about its problem."""

import math
import re

from .problems import BALANCED_CLAIMS
from .running import crash, first

# Refusals that are right on any problem that meets them.
REFUSALS = ("the method plateau needs",)
WORDS = ("holds", "violated", "inconclusive", "vacuous")


def complaints(problem, run, folder, again):
    """What is wrong, as (claim, kind, sentence); kind is wrong, crash or time-out."""
    if run.timed_out:
        return [("", "time-out", "no end within the limit")]
    fault = crash(run)
    if fault:
        return [("", "crash", fault)]
    if run.status in (64, 74):
        if any(re.search(pattern, run.message) for pattern in problem.refusals + REFUSALS):
            return []
        return [("", "wrong", f"refused a valid problem: {first(run.message)}")]
    found = status(run)
    for claim in run.claims:
        found += [(claim["claim"], "wrong", text) for text in word(problem, claim) + evidence(claim)]
    if problem.verify:
        found += [(claim, "wrong", text) for claim, text in problem.verify(run, folder, again)]
    return found


def status(run):
    """The exit status says what the verdicts say."""
    verdicts = [claim.get("verdict") for claim in run.claims]
    if not verdicts:
        complete = run.json.get("is_complete", True)
        right = 0 if complete else 2
    else:
        right = 1 if "violated" in verdicts else 0 if set(verdicts) == {"holds"} else 2
    if run.status != right:
        return [("", "wrong", f"exit status {run.status} beside verdicts {', '.join(verdicts) or 'none'}")]
    return []


def word(problem, claim):
    """Is the word possible on the problem?"""
    name, verdict, found = claim["claim"], claim.get("verdict"), []
    unmet = [h["statement"] for h in claim.get("hypotheses", []) if not h["is_met"]]
    if verdict not in WORDS:
        found.append(f"the verdict is {verdict!r}")
    if verdict == "violated" and name not in problem.may_violate:
        found.append(f"violated, and it is true: {claim['reason']}")
    if verdict == "holds" and name in problem.not_holds:
        found.append(f"holds, and it is false ({problem.not_holds[name]}): {claim['reason']}")
    if name in problem.vacuous and verdict in ("holds", "violated"):
        found.append(f"{verdict}, and a hypothesis fails ({problem.vacuous[name]}): {claim['reason']}")
    if name in problem.met and verdict == "vacuous":
        found.append(f"vacuous, and its hypotheses are met ({problem.met[name]}): {claim['reason']}")
    if verdict in ("holds", "violated") and unmet:
        found.append(f"{verdict} with an unmet hypothesis: {unmet[0]}")
    if verdict == "vacuous" and name in BALANCED_CLAIMS and ordinary_balanced(problem.words):
        if any("the start is balanced" in statement for statement in unmet):
            found.append(f"a generated balanced start is called unbalanced: {claim['reason']}")
    return found


def ordinary_balanced(words):
    """Was a balanced start of an ordinary size generated?"""
    options = dict(zip(words, words[1:]))
    return options.get("--init") == "balanced" and "--start" not in words and (
        1e-8 <= float(options.get("--init-scale", 0.05)) <= 1e3)


def evidence(claim):
    """Does the evidence printed beside the word allow it?"""
    verdict, found = claim.get("verdict"), []
    missed = [control["name"] for control in claim.get("controls", []) if counted(control) and not control["is_rejected"]]
    if verdict == "holds" and missed:
        found.append(f"holds beside a counted control that was not rejected: {missed[0]}")
    if verdict in ("holds", "violated"):
        if re.search(r"(?<![a-z])(nan|inf)(?![a-z])", claim["reason"]):
            found.append(f"a level is no number: {claim['reason']}")
        complete = [rung for rung in claim.get("rungs", []) if rung["is_complete"]]
        if claim.get("rungs") and len(complete) < 2:
            found.append(f"{verdict} on {len(complete)} complete rungs")
        if complete and complete[-1].get("drift", 0) is None:
            found.append("the tightest rung's drift is no number")
    if claim["claim"] == "nuclear-norm" and verdict == "holds":
        excess = column(claim, "excess")
        if excess and not abs(excess[-1]) <= 1e-5:
            found.append(f"holds at an excess of {excess[-1]:.3g}")
    return found


def counted(control):
    return control.get("is_applicable", True) and not control.get("not_counted")


def column(claim, name):
    """The numbers of a column in whichever table has it."""
    for table in claim.get("tables", []):
        if name in table["columns"]:
            place = table["columns"].index(name)
            return [row[place] if row[place] is not None else math.nan for row in table["rows"]]
    return []
