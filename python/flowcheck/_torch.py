"""PyTorch functions as models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["torch_value_and_grad"]


def torch_value_and_grad(loss: Callable[..., Any]) -> Callable[..., tuple[Any, tuple[Any, ...]]]:
    """The function that returns ``loss(*tensors)`` and its derivatives by each, for ``serve(…, backend="torch")``.

    Tensors that the loss does not use have the derivative 0.
    """
    import torch

    def both(*tensors: Any) -> tuple[Any, tuple[Any, ...]]:
        value = loss(*tensors)
        found = torch.autograd.grad(value, tensors, allow_unused=True)
        return value, tuple(
            torch.zeros_like(tensor) if part is None else part for tensor, part in zip(tensors, found)
        )

    return both
