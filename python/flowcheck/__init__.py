"""Python functions as models of flowcheck, and its runs as Python values."""

from ._errors import (
    DefectError,
    FlowcheckError,
    InconclusiveError,
    InputOutputError,
    InterruptedRunError,
    UsageError,
    ViolatedError,
)
from ._run import Claim, Report, Trajectory, integrate, run, save_start
from ._serve import serve
from ._torch import torch_value_and_grad

__all__ = [
    "Claim",
    "DefectError",
    "FlowcheckError",
    "InconclusiveError",
    "InputOutputError",
    "InterruptedRunError",
    "Report",
    "Trajectory",
    "UsageError",
    "ViolatedError",
    "integrate",
    "run",
    "save_start",
    "serve",
    "torch_value_and_grad",
]
