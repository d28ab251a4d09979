"""Programs of the tests. usage: models.py KIND, in a folder with X.npy and Y.npy."""

import sys

import numpy as np

from flowcheck import serve, torch_value_and_grad

BLOCKS = {"W1": (4, 3), "W2": (2, 4)}


def numpy_network(x, y):
    def both(w1, w2):
        hidden = np.tanh(w1 @ x)
        rest = w2 @ hidden - y
        return 0.5 * np.sum(rest * rest), {"W2": rest @ hidden.T, "W1": (w2.T @ rest * (1 - hidden**2)) @ x.T}

    return both


def main(kind):
    if kind == "quadratic":
        # Of some size, so that numbers are shared: f = sum of c x^2 / 2.
        c = np.linspace(0.5, 1.5, 6000).reshape(60, 100)
        serve(lambda x: (0.5 * np.sum(c * x * x), c * x), {"x": (60, 100)}, hvp=lambda x, v: c * v)
        return
    if kind == "wrong-product":
        serve(lambda x: (np.sum(x**4), 4 * x**3), {"x": 3}, hvp=lambda x, v: 13 * x**2 * v)
        return
    if kind == "single":
        # float32 inside: few digits, but no wrong ones.
        def single(x):
            y = x.astype(np.float32)
            return float(np.sum(y**4 + y)), (4 * y**3 + 1).astype(np.float64)

        serve(single, {"x": 30})
        return
    if kind == "kink":
        serve(lambda x: (np.sum(np.abs(x)) + 0.5 * np.sum(x * x), np.sign(x) + (x >= 0) * (x == 0) + x), {"x": 4})
        return
    if kind == "number":
        serve(lambda a, b: (0.5 * float(a) ** 2 * b[0] ** 2, [a * b[0] ** 2, a**2 * b]), [("a", ()), ("b", 1)])
        return
    if kind == "raises":

        def raises(x):
            raise KeyError("no such layer")

        serve(raises, {"x": 3})
        return
    if kind == "wrong-shape":
        serve(lambda x: (0.0, np.zeros(4)), {"x": 3})
        return
    if kind == "writes":

        def writes(x):
            x += 1
            return 0.0, x

        serve(writes, {"x": 3})
        return
    x, y = np.load("X.npy"), np.load("Y.npy")
    if kind == "numpy":
        serve(numpy_network(x, y), BLOCKS)
    elif kind == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
        import jax.numpy as jnp

        def loss(w1, w2):
            rest = w2 @ jnp.tanh(w1 @ x) - y
            return 0.5 * jnp.sum(rest * rest)

        def product(w1, w2, v1, v2):
            return jax.jvp(jax.grad(loss, argnums=(0, 1)), (w1, w2), (v1, v2))[1]

        serve(jax.jit(jax.value_and_grad(loss, argnums=(0, 1))), BLOCKS, hvp=jax.jit(product), backend="jax")
    elif kind == "torch":
        import torch

        tx, ty = torch.from_numpy(x), torch.from_numpy(y)

        def torch_loss(w1, w2):
            rest = w2 @ torch.tanh(w1 @ tx) - ty
            return 0.5 * (rest * rest).sum()

        serve(torch_value_and_grad(torch_loss), BLOCKS, backend="torch")
    else:
        raise SystemExit(f"there is no model {kind}")


if __name__ == "__main__":
    main(sys.argv[1])
