"""A problem: one command line with its files, and what is known about the verdicts it may get."""

import dataclasses
import shlex
import zlib

# Claims that suppose a balanced start.
BALANCED_CLAIMS = (
    "growth-law", "growth-exponent", "constant-gradient-bounds", "end-to-end", "singular-values",
    "singular-value-exponent", "hidden-entry", "norms", "hidden-entry-growth")
COMPONENT_CLAIMS = (
    "component-rate", "growth-law", "growth-exponent", "unbalanced-growth", "effective-exponent", "component-bounds",
    "component-bounds-sharp")
CONSTANT_GRADIENT_CLAIMS = ("constant-gradient-form", "constant-gradient-bounds", "constant-gradient-gamma")
MATRIX_CLAIMS = (
    "end-to-end", "singular-values", "singular-value-exponent", "singular-value-rates", "imbalance-bound")
DESCENT_CLAIMS = ("order", "step-law", "drift", "bound", "stability")


@dataclasses.dataclass
class Problem:
    """A command line, without the program's name, that runs in a folder with `files`.

    Every claim that is shipped is a true law under its hypotheses, so *violated* is wrong unless `may_violate` has the
    claim. `not_holds`, `vacuous` and `met` give reasons by claim: a statement that is false on the problem, a hypothesis
    that fails on it (the word must be vacuous, or inconclusive where `or_undecided`), and one that is met.
    """

    kind: str
    words: list
    files: dict = dataclasses.field(default_factory=dict)
    may_violate: frozenset = frozenset()
    not_holds: dict = dataclasses.field(default_factory=dict)
    vacuous: dict = dataclasses.field(default_factory=dict)
    met: dict = dataclasses.field(default_factory=dict)
    # Patterns of refusals (status 64 or 74) that are right on the problem.
    refusals: tuple = ()
    # Given the run, its folder and a function that runs further words there: what is wrong, as sentences.
    verify: object = None

    def line(self, program="flowcheck"):
        """The command line, ready to paste."""
        return shlex.join([program] + [str(word) for word in self.words])

    def digest(self):
        """A number that tells the files' contents apart."""
        return zlib.crc32(b"".join(name.encode() + self.files[name] for name in sorted(self.files)))


def number(x):
    """A number as it is typed: every digit, no needless ones."""
    return f"{x:.6g}" if float(f"{x:.6g}") == x else repr(float(x))


def log_uniform(random, low, high):
    """A number between two, all orders of magnitude alike, of three digits."""
    from math import log10
    return float(f"{10 ** random.uniform(log10(low), log10(high)):.3g}")


def chance(random, p):
    return random.random() < p


def controlled(random, words, p=1 / 3):
    """The words, on some problems with negative controls."""
    return words + (["--control"] if chance(random, p) else [])


def ladder(random):
    """A ladder of tolerances: mostly the default, else loose, of one decade, tight, or bound by the save grid."""
    if chance(random, 0.5):
        return []
    return ["--refine", random.choice([
        "1e-6,1e-8", "1e-8,1e-10,1e-12", "1e-3,1e-4", "1e-4,1e-5,1e-6", "1e-6,3e-7", "1e-12,1e-13", "1e-13,1e-14",
        "1e-2,1e-3", "1e-9,1e-11", "1e-5,1e-7,1e-9,1e-11,1e-13", "1e-7,1e-8,1e-9,1e-10"])]


METHODS = (
    "auto", "rk2", "rk4", "rkf45", "rkck", "rk8pd", "msadams", "dopri5", "dop853", "rkc2", "rk1imp", "rk2imp", "rk4imp",
    "bsimp", "msbdf", "gauss1", "gauss2", "plateau")
# Methods of low order take for ever at tight tolerances.
ROUGH = {"rk2": "1e-3,1e-5", "rkc2": "1e-3,1e-5", "rk1imp": "1e-2,1e-3", "rk2imp": "1e-3,1e-5", "rk4imp": "1e-4,1e-6",
         "gauss1": "1e-3,1e-5", "gauss2": "1e-4,1e-6,1e-8"}


def integration(random, until):
    """How a flow is integrated: horizon, save times, method and ladder, sometimes a stop condition."""
    words = ["--until", number(until)]
    method = random.choice(METHODS) if chance(random, 0.4) else "auto"
    if method in ROUGH:
        words += ["--method", method, "--refine", ROUGH[method]]
    else:
        words += (["--method", method] if method != "auto" else []) + ladder(random)
    if chance(random, 0.4):
        words += ["--save", str(random.choice([2, 3, 5, 20, 50, 200, 1000]))]
    if chance(random, 0.2):
        words += ["--save-log"]
    if chance(random, 0.15):
        words += random.choice([
            ["--stop-loss", number(log_uniform(random, 1e-20, 1e-2))],
            ["--stop-gradient", number(log_uniform(random, 1e-12, 1e-3))],
            ["--stop-norm", number(log_uniform(random, 0.1, 3))]])
    if chance(random, 0.05):
        words += ["--atol", number(log_uniform(random, 1e-14, 1e-6))]
    # Nothing may take for ever: a run that is given up is inconclusive, which is no false word.
    return words + ["--max-steps", str(random.choice([3000, 20000]))]
