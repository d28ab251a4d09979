"""One peer on one case, in a process of its own, printing one JSON object:

    peers.py solve PEER CASE RTOL FILE    CPU seconds of the solution alone and its gradients; the final state to FILE
    peers.py gradient PEER CASE           milliseconds a gradient
    peers.py descend PEER CASE            steps of gradient descent a second

Imports and compilation are the peers' for free."""
import json
import sys
import time

import numpy as np

from instances import ALL

# Absolute tolerances follow flowcheck's rule, so that equal rtol means about equal demands.
ATOL = 1e-2


def scipy_solver(method, make):
    def solve(case, rtol):
        from scipy.integrate import solve_ivp

        gradient, (_, _, start) = make(case), case.load()
        atol = ATOL * rtol * np.sqrt(np.mean(start**2))
        begin = time.process_time()
        solution = solve_ivp(
            lambda t, x: -gradient(x), (0, case.until), start, method, t_eval=[case.until], rtol=rtol, atol=atol)
        return solution.y[:, -1], time.process_time() - begin, solution.nfev, solution.success

    return solve


def numpy_rhs(case):
    from rhs import numpy_gradient

    return numpy_gradient(case)


def our_rhs(case):
    from ours import Problem

    problem = Problem(case)

    def gradient(theta):
        result = np.empty_like(theta)
        problem.gradient(theta, result)
        return result

    return gradient


def diffrax_tsit5(case, rtol):
    import diffrax
    import jax
    from rhs import jax_gradient

    gradient = jax_gradient(case)
    start = case.load()[2]
    atol = ATOL * rtol * np.sqrt(np.mean(start**2))

    @jax.jit
    def solve(start, until):
        return diffrax.diffeqsolve(
            diffrax.ODETerm(lambda t, x, _: -gradient(x)), diffrax.Tsit5(), 0.0, until, None, start,
            stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol), max_steps=10**9,
            saveat=diffrax.SaveAt(t1=True),
        )  # fmt: skip

    solve(start, 1e-9 * case.until).ys.block_until_ready()
    begin = time.process_time()
    solution = solve(start, case.until)
    end = np.asarray(solution.ys[0])
    # Seven stages, the last of an accepted step being the first of the next.
    return end, time.process_time() - begin, 6 * int(solution.stats["num_steps"]), True


def torchdiffeq_dopri5(case, rtol):
    import torch
    import torchdiffeq
    from rhs import torch_loss

    torch.set_num_threads(1)
    loss, count = torch_loss(case), 0
    start = torch.as_tensor(case.load()[2])
    atol = ATOL * rtol * float(start.square().mean().sqrt())

    def rhs(t, x):
        nonlocal count
        count += 1
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            return -torch.autograd.grad(loss(x), x)[0]

    times = torch.tensor([0.0, case.until], dtype=torch.float64)
    begin = time.process_time()
    with torch.no_grad():
        end = torchdiffeq.odeint(rhs, start, times, method="dopri5", rtol=rtol, atol=atol)[-1]
    return end.numpy(), time.process_time() - begin, count, True


SOLVERS = {
    "SciPy DOP853, numpy gradient": scipy_solver("DOP853", numpy_rhs),
    "SciPy DOP853, our gradient": scipy_solver("DOP853", our_rhs),
    "SciPy Radau, numpy gradient": scipy_solver("Radau", numpy_rhs),
    "diffrax Tsit5": diffrax_tsit5,
    "torchdiffeq dopri5": torchdiffeq_dopri5,
}


def jax_rhs(case):
    from rhs import jax_gradient

    gradient = jax_gradient(case)
    return lambda theta: gradient(theta).block_until_ready()


def torch_rhs(case):
    import torch
    from rhs import torch_loss

    torch.set_num_threads(1)
    loss = torch_loss(case)

    def gradient(theta):
        x = torch.from_numpy(theta).requires_grad_()
        return torch.autograd.grad(loss(x), x)[0].numpy()

    return gradient


def torch_descent(case):
    """The loop as one would write it: autograd and an update in place."""
    import torch
    from rhs import torch_loss

    torch.set_num_threads(1)
    loss, x = torch_loss(case), torch.as_tensor(case.load()[2]).requires_grad_()

    def step():
        loss(x).backward()
        with torch.no_grad():
            x.add_(x.grad, alpha=-1.0)
        x.grad = None

    return step


def numpy_descent(case):
    gradient, x = numpy_rhs(case), case.load()[2]

    def step():
        np.subtract(x, gradient(x), out=x)

    return step


GRADIENTS = {"numpy": numpy_rhs, "JAX": jax_rhs, "PyTorch": torch_rhs}
DESCENTS = {"numpy": numpy_descent, "PyTorch": torch_descent}


def fastest(action, chunks=7, chunk=0.1):
    """CPU seconds of one call: the least mean over chunks of calls."""
    action()
    begin = time.process_time()
    action()
    calls = max(1, round(chunk / max(time.process_time() - begin, 1e-6)))
    best = float("inf")
    for _ in range(chunks):
        begin = time.process_time()
        for _ in range(calls):
            action()
        best = min(best, (time.process_time() - begin) / calls)
    return best


if __name__ == "__main__":
    action, peer, name = sys.argv[1:4]
    case = ALL[name]
    if action == "solve":
        end, seconds, gradients, success = SOLVERS[peer](case, float(sys.argv[4]))
        np.save(sys.argv[5], end)
        print(json.dumps(dict(seconds=seconds, gradients=gradients, success=bool(success))))
    elif action == "gradient":
        gradient, theta = GRADIENTS[peer](case), case.load()[2]
        # Everything compared here must be a solution of the same problem.
        exact = our_rhs(case)(theta)
        if not np.max(np.abs(gradient(theta) - exact)) <= 1e-12 * np.max(np.abs(exact)):
            raise SystemExit(f"the gradient of {peer} is another one")
        print(json.dumps(dict(milliseconds=1e3 * fastest(lambda: gradient(theta)))))
    else:
        print(json.dumps(dict(rate=1 / fastest(DESCENTS[peer](case)))))
