"""The peers' own gradients: numpy with matrix products over pairs of modes and a mask, JAX and PyTorch by automatic
differentiation of the loss of the dense end-to-end object."""
import numpy as np


def _rows(a, b):
    """The column-wise Khatri–Rao product: row (i, j) is a_i · b_j."""
    return (a[:, None, :] * b[None, :, :]).reshape(-1, a.shape[1])


def _scale(case, count):
    """Derivative of the loss with respect to a residual, over the residual: c ℓ(r) = c r²."""
    return {"mean": 2.0 / count, "half-sum": 1.0, "sum": 2.0}[case.normalization]


def numpy_gradient(case):
    """θ ↦ ∇f(θ)."""
    indices, values, _ = case.load()
    scale = _scale(case, len(values))
    if case.model == "matrix":
        rows, columns = indices.T

        def gradient(theta):
            layers = case.split(theta)
            behind = [None]  # behind[l] = W_l ⋯ W_1
            for w in layers:
                behind.append(w if behind[-1] is None else w @ behind[-1])
            residual = np.zeros(case.shape)
            residual[rows, columns] = scale * (behind[-1][rows, columns] - values)
            result, ahead = [None] * len(layers), residual  # ahead = (W_L ⋯ W_{l+1})ᵀ residual
            for l in reversed(range(len(layers))):
                result[l] = ahead if l == 0 else ahead @ behind[l].T
                ahead = layers[l].T @ ahead
            return np.concatenate([g.ravel() for g in result])

        return gradient

    half = (len(case.shape) + 1) // 2
    left_count = int(np.prod(case.shape[:half]))
    flat = np.ravel_multi_index(indices.T, case.shape)

    def back(modes, cotangent):
        """From the gradient of a Khatri–Rao product to those of its factors."""
        if len(modes) == 1:
            return [cotangent]
        rest = modes[1] if len(modes) == 2 else _chain(modes[1:])
        cube = cotangent.reshape(modes[0].shape[0], -1, cotangent.shape[1])
        first = np.einsum("ijr,jr->ir", cube, rest)
        return [first, *back(modes[1:], np.einsum("ijr,ir->jr", cube, modes[0]))]

    def _chain(modes):
        product = modes[0]
        for m in modes[1:]:
            product = _rows(product, m)
        return product

    def gradient(theta):
        modes = case.split(theta)
        left, right = _chain(modes[:half]), _chain(modes[half:])
        tensor = (left @ right.T).ravel()
        residual = np.zeros_like(tensor)
        residual[flat] = scale * (tensor[flat] - values)
        residual = residual.reshape(left_count, -1)
        result = back(modes[:half], residual @ right) + back(modes[half:], residual.T @ left)
        return np.concatenate([g.ravel() for g in result])

    return gradient


def jax_gradient(case):
    """The same as a jitted function of a flat array."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    loss = dense_loss(case, jnp, lambda tensor, flat: tensor[flat])
    return jax.jit(jax.grad(loss))


def torch_loss(case):
    """The loss of a flat tensor that requires a gradient."""
    import torch

    return dense_loss(case, torch, lambda tensor, flat: tensor[flat], torch.as_tensor)


def dense_loss(case, xp, take, convert=None):
    convert = convert or xp.asarray
    indices, values, _ = case.load()
    flat, values = convert(np.ravel_multi_index(indices.T, case.shape)), convert(values)
    constant = _scale(case, len(indices)) / 2

    def loss(theta):
        blocks, offset = [], 0
        for _, shape in case.blocks():
            blocks.append(theta[offset : offset + shape[0] * shape[1]].reshape(shape))
            offset += shape[0] * shape[1]
        product = blocks[0]
        if case.model == "matrix":
            for w in blocks[1:]:
                product = w @ product
        else:
            half = (len(blocks) + 1) // 2
            left, right = blocks[0], blocks[half]
            for b in blocks[1:half]:
                left = (left[:, None, :] * b[None, :, :]).reshape(-1, case.size)
            for b in blocks[half + 1 :]:
                right = (right[:, None, :] * b[None, :, :]).reshape(-1, case.size)
            product = left @ right.T
        residual = take(product.reshape(-1), flat) - values
        return constant * (residual * residual).sum()

    return loss
