"""flowcheck's commands as Python functions."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

import numpy as np

from ._errors import InconclusiveError, ViolatedError, error

__all__ = ["run", "integrate", "save_start", "Report", "Claim", "Trajectory"]

Words = Union[str, Sequence[str]]
Start = Union[str, "os.PathLike[str]", Mapping[str, Any]]


@dataclass(frozen=True)
class Claim:
    """A claim and what became of it."""

    name: str
    verdict: str
    """``holds``, ``violated``, ``inconclusive`` or ``vacuous``."""
    reason: str
    json: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Report:
    """What a command found out: flowcheck's JSON, and the claims of it by name."""

    json: dict[str, Any] = field(repr=False)
    status: int
    text: str = field(repr=False, default="")

    @property
    def verdict(self) -> str | None:
        """The worst of the claims' verdicts; None where nothing was judged."""
        return self.json.get("verdict")

    @property
    def claims(self) -> list[Claim]:
        return [
            Claim(claim["claim"], claim["verdict"], claim.get("reason", ""), claim)
            for claim in self.json.get("claims", [])
        ]

    def __getitem__(self, name: str) -> Claim:
        for claim in self.claims:
            if claim.name == name:
                return claim
        raise KeyError(f"there is no claim '{name}'; there are: {', '.join(claim.name for claim in self.claims)}")

    def check(self) -> Report:
        """The report itself where everything holds; otherwise raises what its exit status stands for."""
        if self.status in (1, 2):
            kind = ViolatedError if self.status == 1 else InconclusiveError
            worst = [c for c in self.claims if c.verdict != "holds"]
            raise kind("; ".join(f"{c.name}: {c.verdict}: {c.reason}" for c in worst) or "nothing was decided")
        return self

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The figures of the report and of its claims, as flowcheck's JSON has them."""
        found = list(self.json.get("figures", []))
        for claim in self.json.get("claims", []):
            found += claim.get("figures", [])
        return found

    def plot(self, figure: int = 0, ax: Any = None) -> Any:
        """Draws one of the figures with matplotlib, its panels below one another, and returns the first axes; into ``ax`` goes the first
        pair of axes alone."""
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            raise ImportError("Report.plot needs matplotlib: pip install matplotlib") from None
        figures = self.figures
        if not figures:
            raise ValueError("the report has no figure")
        if not -len(figures) <= figure < len(figures):
            raise IndexError(f"the report has {len(figures)} figures, and no figure {figure}")
        chosen = figures[figure]
        if ax is not None:
            _draw(chosen, ax)
            return ax
        parts = [chosen, *chosen.get("panels", [])]
        _, grid = plt.subplots(len(parts), squeeze=False)
        for part, axes in zip(parts, grid[:, 0]):
            _draw(part, axes)
        return grid[0, 0]


def _draw(figure: dict[str, Any], ax: Any) -> None:
    """Draws one pair of axes."""
    for curve in figure.get("curves", []):
        style = "-" if curve.get("role", "measured") == "measured" else "--"
        ax.plot(_numbers(curve["x"]), _numbers(curve["y"]), style, label=curve.get("name"))
    for axis in ("x", "y"):
        getattr(ax, f"set_{axis}label")(figure.get(f"{axis}_label", ""))
        if figure.get(f"log_{axis}"):
            getattr(ax, f"set_{axis}scale")("log")
    if figure.get("reverses_x"):
        ax.invert_xaxis()
    ax.set_title(figure.get("title", ""))
    if figure.get("curves"):
        ax.legend()


@dataclass(frozen=True)
class Trajectory(Report):
    """An integrated flow: arrays by name, the first axis the save times ``t``."""

    arrays: dict[str, np.ndarray] = field(repr=False, default_factory=dict)

    @property
    def t(self) -> np.ndarray:
        return self.arrays["t"]

    def __getitem__(self, name: str) -> Any:
        if name in self.arrays:
            return self.arrays[name]
        raise KeyError(f"there is no array '{name}'; there are: {', '.join(self.arrays)}")

    @property
    def is_complete(self) -> bool:
        """Whether the horizon, or a condition that was to end the run, was reached."""
        return bool(self.json.get("is_complete", self.status == 0))


def _numbers(values: Sequence[Any]) -> np.ndarray:
    return np.array([np.nan if value is None else float(value) for value in values])


def save_start(path: str, start: Mapping[str, Any], names: Mapping[str, str] | None = None) -> None:
    """Writes a start as an .npz file with one float64 array per block.

    ``start`` maps names to arrays: of numpy, JAX or PyTorch, such as a module's ``state_dict()``. ``names`` says what they
    are called in flowcheck, ``{"0.weight": "W1"}``; entries that it does not have are then left out.
    """
    arrays: dict[str, np.ndarray] = {}
    chosen = {name: name for name in start} if names is None else dict(names)
    for own, block in chosen.items():
        if own not in start:
            raise KeyError(f"the start has no '{own}'; it has: {', '.join(map(str, start))}")
        value = start[own]
        if hasattr(value, "detach"):
            value = value.detach().cpu().numpy()
        if block in arrays:
            raise ValueError(f"two entries of the start are to be '{block}'")
        arrays[block] = np.array(value, dtype=np.float64, order="C")
    np.savez(path, **arrays)


def _quoted(words: Words) -> str:
    """Words as flowcheck reads them: blanks separate, and between double quotes only quotes and backslashes are escaped."""
    if isinstance(words, str):
        return words
    quoted = []
    for word in map(str, words):
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        quoted.append(f'"{escaped}"')
    return " ".join(quoted)


def _flags(options: Mapping[str, Any]) -> list[str]:
    flags: list[str] = []
    for name, value in options.items():
        flag = "--" + name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            flags.append(flag)
        elif isinstance(value, (list, tuple, np.ndarray)):
            flags.append(f"{flag}={','.join(_text(item) for item in value)}")
        else:
            flags.append(f"{flag}={_text(value)}")
    return flags


def _text(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    return str(value)


def _invoke(
    command: str, flow: Any, program: Words | None, start: Start | None, names: Mapping[str, str] | None,
    executable: str | None, options: Mapping[str, Any], folder: str, output: bool,
) -> tuple[int, dict[str, Any], str]:
    line = [executable or os.environ.get("FLOWCHECK", "flowcheck"), command]
    if flow is not None:
        line.append(os.fspath(flow))
    if program is not None:
        line.append(f"--program={_quoted(program)}")
        if flow is None and "model" not in options:
            line += ["--model", "external"]
    if isinstance(start, Mapping):
        path = os.path.join(folder, "start.npz")
        save_start(path, start, names)
        line.append(f"--start={path}")
    elif start is not None:
        line.append(f"--start={os.fspath(start)}")
    if output:
        line.append(f"--output={os.path.join(folder, 'out')}")
    line += _flags(options) + ["--json"]
    try:
        ended = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"the program {line[0]} was not found: install flowcheck, or set FLOWCHECK to its path"
        ) from None
    if ended.returncode not in (0, 1, 2):
        lines = [text for text in ended.stderr.splitlines() if text.startswith("error: ")]
        raise error(ended.returncode, lines[-1][len("error: ") :] if lines else ended.stderr.strip())
    return ended.returncode, json.loads(ended.stdout), ended.stderr


def run(
    flow: str | os.PathLike[str] | None = None, *, command: str = "run", program: Words | None = None,
    start: Start | None = None, names: Mapping[str, str] | None = None, executable: str | None = None, **options: Any,
) -> Report:
    """Judges claims and returns the report, whatever its verdict; ``Report.check`` raises where something does not hold.

    ``flow`` is a .flow file; ``program`` the words of a program that computes the loss, as one text or a list of words;
    ``start`` an .npz file, or arrays by name (a state dict, with ``names`` from its names to flowcheck's). Every other
    keyword is a flag: ``until=5, control=True, refine=[1e-6, 1e-8]`` is ``--until 5.0 --control --refine 1e-06,1e-08``.
    ``command`` is any of flowcheck's commands that judge: ``balancedness``, ``growth``, ``compare`` and so on.
    """
    with tempfile.TemporaryDirectory() as folder:
        status, found, text = _invoke(command, flow, program, start, names, executable, options, folder, False)
    return Report(found, status, text)


def integrate(
    flow: str | os.PathLike[str] | None = None, *, program: Words | None = None, start: Start | None = None,
    names: Mapping[str, str] | None = None, executable: str | None = None, **options: Any,
) -> Trajectory:
    """Solves a flow and returns its trajectory: ``trajectory["W1"]`` has the save times as its first axis.

    Arguments are those of ``run``.
    """
    with tempfile.TemporaryDirectory() as folder:
        status, found, text = _invoke("integrate", flow, program, start, names, executable, options, folder, True)
        with np.load(os.path.join(folder, "out", "trajectory.npz")) as archive:
            arrays = {name: archive[name] for name in archive.files}
    return Trajectory(found, status, text, arrays)
