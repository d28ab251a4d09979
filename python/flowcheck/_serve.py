"""The child's side of the protocol: a Python function as a model of flowcheck."""

from __future__ import annotations

import math
import mmap
import os
import select
import struct
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

import numpy as np

__all__ = ["serve", "Shape", "Blocks"]

Shape = Union[int, Sequence[int]]
Blocks = Union[Mapping[str, Shape], Sequence[tuple[str, Shape]]]

_MAGIC, _VERSION = 0x574F4C46, 1
_READY, _GRADIENT, _PRODUCT, _COMPLAINT = 1, 2, 3, 4
_HEAD = struct.Struct("<IIQ")
_REQUESTS, _REPLIES = 3, 4
# Seconds for which a request is looked for without going to sleep, and how many calls sleep at once after that was in vain.
_PATIENCE, _SLEEPS = 5e-5, 64


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shapes(blocks: Blocks) -> list[tuple[str, tuple[int, ...]]]:
    pairs = blocks.items() if isinstance(blocks, Mapping) else blocks
    result: list[tuple[str, tuple[int, ...]]] = []
    for name, shape in pairs:
        sizes = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
        result.append((str(name), tuple(int(size) for size in sizes)))
    if not result:
        raise ValueError("blocks are empty: name every block of parameters with its shape")
    return result


class _Pipes:
    """Frames over two descriptors."""

    def __init__(self, requests: int, replies: int) -> None:
        self.requests, self.replies = requests, replies
        self.head = bytearray(_HEAD.size)
        self.head_view = memoryview(self.head)
        self.poll = select.poll()
        self.poll.register(requests, select.POLLIN)
        self.asleep = 0 if _processors() > 1 else -1

    def look(self) -> None:
        """Looks for the next request for a moment, as waking up takes longer than a short function does.

        Where it is in vain, as it is when flowcheck has more to do between its calls or others need the processor, the next
        calls go to sleep at once.
        """
        if self.asleep != 0:
            self.asleep = max(-1, self.asleep - 1)
            return
        end = time.perf_counter() + _PATIENCE
        while not self.poll.poll(0):
            if time.perf_counter() > end:
                self.asleep = _SLEEPS
                return

    def read_into(self, view: memoryview) -> bool:
        """Fills the view; False where the input has ended."""
        start = 0
        while start < len(view):
            count = os.readv(self.requests, [view[start:] if start else view])
            if count == 0:
                return False
            start += count
        return True

    def read_head(self) -> tuple[int, int, int] | None:
        self.look()
        if not self.read_into(self.head_view):
            return None
        return _HEAD.unpack(self.head)  # type: ignore[return-value]

    def send(self, kind: int, flags: int, *parts: Any) -> None:
        if len(parts) == 1 and isinstance(parts[0], bytes) and len(parts[0]) == 8:
            # A value alone: in one piece, which a pipe takes whole.
            os.write(self.replies, _HEAD.pack(kind, flags, 8) + parts[0])
            return
        views = [memoryview(part).cast("B") for part in parts]
        views.insert(0, memoryview(_HEAD.pack(kind, flags, sum(len(view) for view in views))))
        while views:
            sent = os.writev(self.replies, views)
            while views and sent >= len(views[0]):
                sent -= len(views.pop(0))
            if views and sent:
                views[0] = views[0][sent:]


def _aligned(count: int) -> np.ndarray:
    """Doubles at a multiple of 64 bytes, so that every evaluation sums in the same order."""
    raw = np.zeros(count + 8, dtype=np.float64)
    offset = (-raw.ctypes.data % 64) // 8
    return raw[offset : offset + count]


def _is_torch(value: Any) -> bool:
    return type(value).__module__.split(".")[0] == "torch"


def _write(target: np.ndarray, source: Any, name: str) -> None:
    if source is None:
        raise ValueError(f"the gradient by {name} is None: the value does not depend on it, or it was detached")
    if _is_torch(source):
        source = source.detach().cpu().numpy()
    array = np.asarray(source)
    if array.shape != target.shape:
        raise ValueError(f"the gradient by {name} has the shape {array.shape}, the block {target.shape}")
    target[...] = array


def _backend(name: str) -> Callable[[np.ndarray], Any]:
    if name == "numpy":
        return lambda array: array
    if name == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
        import jax.numpy as jnp

        # A copy: the array below is overwritten at the next call.
        return lambda array: jnp.array(array)
    if name == "torch":
        import torch

        return lambda array: torch.from_numpy(array).clone().requires_grad_(True)
    raise ValueError(f"there is no backend '{name}'; use numpy, jax or torch")


def serve(
    value_and_grad: Callable[..., tuple[Any, Any]],
    blocks: Blocks,
    *,
    hvp: Callable[..., Any] | None = None,
    backend: str = "numpy",
    requests: int = _REQUESTS,
    replies: int = _REPLIES,
) -> None:
    """Answers flowcheck until it has no more questions.

    ``value_and_grad`` is called with one float64 array per block, in the order of ``blocks``, and returns the value and
    the derivatives by each, as a sequence in that order or a mapping by name. It must be a function of its arguments
    alone: flowcheck asks twice and compares. ``hvp``, if there is one, is called with the blocks and then with the
    blocks of a direction, and returns the Hessian's product with it, again block by block.

    ``backend`` says what the arrays are: ``numpy``; ``jax``, for functions such as ``jax.jit(jax.value_and_grad(f,
    argnums=(0, 1)))``; ``torch``, tensors that require gradients: see ``flowcheck.torch_value_and_grad``.

    Returns when flowcheck has ended. A program that is started by hand has nobody to serve, and says so.
    """
    shapes = _shapes(blocks)
    try:
        for descriptor in (requests, replies):
            os.fstat(descriptor)
    except OSError:
        raise SystemExit(
            "this program answers flowcheck over descriptors 3 and 4: start it by "
            "flowcheck integrate --model external --program 'python3 FILE'"
        ) from None
    for descriptor in (requests, replies):
        os.set_inheritable(descriptor, False)
    pipes = _Pipes(requests, replies)
    convert = _backend(backend)
    counts = [math.prod(shape) for _, shape in shapes]
    total = sum(counts)
    greeting = struct.pack("<II", 1 | (2 if hvp else 0), len(shapes))
    for name, shape in shapes:
        encoded = name.encode()
        greeting += struct.pack("<I", len(encoded)) + encoded + struct.pack("<I", len(shape))
        greeting += struct.pack(f"<{len(shape)}Q", *shape)
    pipes.send(_MAGIC, _VERSION, greeting)

    head = pipes.read_head()
    if head is None:
        return
    path = bytearray(head[2])
    if not pipes.read_into(memoryview(path)):
        return
    memory = _open_shared(path.decode(), total) if path else None
    pipes.send(_READY, 1 if memory is not None else 0)
    if memory is not None:
        parameters, direction, result = memory[:total], memory[total : 2 * total], memory[2 * total :]
    else:
        parameters, direction, result = _aligned(total), _aligned(total), _aligned(total)

    def split(array: np.ndarray) -> list[np.ndarray]:
        parts, offset = [], 0
        for (_, shape), count in zip(shapes, counts):
            parts.append(array[offset : offset + count].reshape(shape))
            offset += count
        return parts

    theta, along, targets = split(parameters), split(direction), split(result)
    for part in theta + along:
        # A function that writes into its arguments would change what flowcheck asked about.
        part.flags.writeable = backend == "torch"
    bytes_in = [memoryview(parameters).cast("B"), memoryview(direction).cast("B")]

    def spread(found: Any) -> None:
        if isinstance(found, Mapping):
            missing = [name for name, _ in shapes if name not in found]
            if missing:
                raise ValueError(f"there is no gradient by {missing[0]}")
            found = [found[name] for name, _ in shapes]
        elif len(shapes) == 1 and not isinstance(found, (list, tuple)):
            found = [found]
        if len(found) != len(shapes):
            raise ValueError(f"{len(found)} gradients were returned for {len(shapes)} blocks")
        for target, source, (name, _) in zip(targets, found, shapes):
            _write(target, source, name)

    while True:
        head = pipes.read_head()
        if head is None:
            return
        kind, number, length = head
        expected = 0 if memory is not None else 8 * total * (2 if kind == _PRODUCT else 1)
        if kind not in (_GRADIENT, _PRODUCT) or length != expected:
            raise SystemExit(f"flowcheck asked for {kind} with {length} bytes, which this package does not know")
        if memory is None:
            for view in bytes_in[: 2 if kind == _PRODUCT else 1]:
                if not pipes.read_into(view):
                    return
        try:
            if kind == _GRADIENT:
                value, found = value_and_grad(*map(convert, theta))
                plain = float(value.detach()) if _is_torch(value) else float(value)
                spread(found)
                answer = [struct.pack("<d", plain)]
            else:
                if hvp is None:
                    raise ValueError("there is no hvp")
                spread(hvp(*map(convert, theta), *map(convert, along)))
                answer = []
        except Exception as error:  # noqa: BLE001 - whatever it is, flowcheck shows it as this program's
            traceback.print_exc()
            sys.stderr.flush()
            pipes.send(_COMPLAINT, number, f"{type(error).__name__}: {error}".encode()[:60000])
            continue
        if memory is None:
            answer.append(result)
        pipes.send(kind, number, *answer)


def _open_shared(path: str, total: int) -> np.ndarray | None:
    """The three arrays that flowcheck shares; None where they cannot be opened, and numbers go through the pipes."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return np.frombuffer(mmap.mmap(descriptor, 24 * total), dtype=np.float64)
    except (OSError, ValueError):
        return None
    finally:
        os.close(descriptor)
