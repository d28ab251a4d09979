"""What flowcheck ends with where it has no report, by its exit status."""

from __future__ import annotations

__all__ = [
    "FlowcheckError",
    "UsageError",
    "DefectError",
    "InputOutputError",
    "InterruptedRunError",
    "ViolatedError",
    "InconclusiveError",
]


class FlowcheckError(RuntimeError):
    """An ending of flowcheck that is no report: its exit status, its label and its sentence."""

    status: int = 70
    label: str = "failed"

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        return f"[{self.status} {self.label}] {self.message}"


class UsageError(FlowcheckError):
    """64: a flag, setting or value that cannot be used."""

    status, label = 64, "usage"


class DefectError(FlowcheckError):
    """70: a defect of flowcheck."""

    status, label = 70, "defect"


class InputOutputError(FlowcheckError):
    """74: a file that cannot be read or written, malformed data, or a program that failed."""

    status, label = 74, "input or output"


class InterruptedRunError(FlowcheckError):
    """75: interrupted."""

    status, label = 75, "interrupted"


class ViolatedError(FlowcheckError):
    """1: a claim is violated. Raised by ``Report.check`` only."""

    status, label = 1, "violated"


class InconclusiveError(FlowcheckError):
    """2: a claim is inconclusive or vacuous. Raised by ``Report.check`` only."""

    status, label = 2, "inconclusive"


BY_STATUS = {kind.status: kind for kind in (UsageError, DefectError, InputOutputError, InterruptedRunError)}


def error(status: int, message: str) -> FlowcheckError:
    """The error of an exit status; a negative one is a signal's."""
    if status < 0:
        return FlowcheckError(f"flowcheck was ended by signal {-status}: {message}", status)
    kind = BY_STATUS.get(status)
    return kind(message) if kind else FlowcheckError(message, status)
