"""Which problem is number k of a seed: always the same one, whatever the count and the jobs."""

import random as randomness

from . import (crash_kinds, flow_kinds, hypothesis_kinds, kink_kinds, limit_kinds, random_kinds,  # noqa: F401 (register kinds)
               report_kinds, truth_kinds)

KINDS = limit_kinds.KINDS

# Of 100 successive problems, how many are of a kind that is not random: one of each; the rest are random.
WEIGHTS = {"random-cp": 15, "random-matrix": 16, "random-compare": 9, "random-norms": 6, "random-ladders": 5,
           "random-others": 4, "random-sensing": 4}
# Kinds that came later take the last places, so that the others keep their numbers.
LATER = ["kinked-bound", "kinked-integrals"]


def _schedule():
    slots = [name for name in KINDS if not name.startswith("random-") and name not in LATER]
    slots += [name for name, weight in WEIGHTS.items() for _ in range(weight)]
    slots += ["random-matrix"] * (100 - len(slots))
    slots[-len(LATER):] = LATER
    # Successive problems are of different kinds, so that a short run sees many: 37 is prime to 100.
    assert len(slots) == 100, "20 of 2000 problems for every kind"
    return [slots[k * 37 % len(slots)] for k in range(len(slots))]


SCHEDULE = _schedule()


def problem(seed, k):
    """Problem k of a seed."""
    return KINDS[SCHEDULE[k % len(SCHEDULE)]](randomness.Random(f"{seed}/{k}"))


def numbers(count, kinds=None):
    """The numbers below `count` of problems of some kinds, of all by default."""
    return [k for k in range(count) if kinds is None or SCHEDULE[k % len(SCHEDULE)] in kinds]
