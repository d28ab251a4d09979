"""Factorizations, their gradients and their flows, written again from the definitions: the truth runs are compared with.

A start is a dict of blocks {name: (shape, values)}: W1 … WL (W = W_L ⋯ W_1) or A1 … AN (d_n × R).
"""

import math


def constant(normalization, count):
    """c of f = c Σ ℓ(r)."""
    return {"mean": 1 / max(count, 1), "sum": 1.0, "half-sum": 0.5}[normalization]


def slope(loss, r, delta=1.0):
    """ℓ(r) and ℓ′(r)."""
    if loss == "l2":
        return r * r, 2 * r
    if loss == "l1":
        return abs(r), math.copysign(1, r) if r else 0.0
    if abs(r) <= delta:
        return r * r / 2, r
    return delta * (abs(r) - delta / 2), math.copysign(delta, r)


class Objective:
    """f and ∇f of a matrix or CP factorization with observed entries."""

    def __init__(self, model, start, indices, values, loss="l2", normalization="mean", delta=1.0):
        self.model, self.names = model, list(start)
        self.shapes = [start[name][0] for name in self.names]
        self.indices, self.values, self.loss, self.delta = indices, values, loss, delta
        self.c = constant(normalization, len(values))
        self.offsets = [0]
        for rows, columns in self.shapes:
            self.offsets.append(self.offsets[-1] + rows * columns)

    def flat(self, start):
        return [x for name in self.names for x in start[name][1]]

    def residuals(self, theta):
        if self.model == "matrix":
            end, columns = self._products(theta)[-1], self.shapes[0][1]
            return [end[i * columns + j] - y for (i, j), y in zip(self.indices, self.values)]
        return [sum(self._terms(theta, index)) - y for index, y in zip(self.indices, self.values)]

    def value(self, theta):
        return self.c * math.fsum(slope(self.loss, r, self.delta)[0] for r in self.residuals(theta))

    def gradient(self, theta):
        slopes = [self.c * slope(self.loss, r, self.delta)[1] for r in self.residuals(theta)]
        return self._pull_matrix(theta, slopes) if self.model == "matrix" else self._pull_cp(theta, slopes)

    def end_gradient(self, theta):
        """∇L at W(θ), as a dict of its entries that are not zero."""
        found = {}
        for index, r in zip(self.indices, self.residuals(theta)):
            found[index] = found.get(index, 0.0) + self.c * slope(self.loss, r, self.delta)[1]
        return found

    # Matrices.

    def _products(self, theta):
        """W_1, W_2 W_1, …, row by row."""
        columns = self.shapes[0][1]
        found = [theta[:self.offsets[1]]]
        for n in range(1, len(self.shapes)):
            found.append(multiply(theta[self.offsets[n]:self.offsets[n + 1]], found[-1], *self.shapes[n], columns))
        return found

    def _pull_matrix(self, theta, slopes):
        columns = self.shapes[0][1]
        left = [0.0] * (self.shapes[-1][0] * columns)
        for (i, j), g in zip(self.indices, slopes):
            left[i * columns + j] += g
        products, parts = self._products(theta), []
        for n in range(len(self.shapes) - 1, -1, -1):
            rows, inner = self.shapes[n]
            if n == 0:
                parts.append(left)
            else:
                parts.append(multiply(left, transpose(products[n - 1], inner, columns), rows, columns, inner))
                layer = theta[self.offsets[n]:self.offsets[n + 1]]
                left = multiply(transpose(layer, rows, inner), left, inner, rows, columns)
        return [x for part in reversed(parts) for x in part]

    # Tensors.

    def _terms(self, theta, index):
        count = self.shapes[0][1]
        terms = [1.0] * count
        for n, i in enumerate(index):
            row = self.offsets[n] + i * count
            for r in range(count):
                terms[r] *= theta[row + r]
        return terms

    def _pull_cp(self, theta, slopes):
        count, found = self.shapes[0][1], [0.0] * len(theta)
        for index, g in zip(self.indices, slopes):
            for n, i in enumerate(index):
                for r in range(count):
                    product = g
                    for m, j in enumerate(index):
                        if m != n:
                            product *= theta[self.offsets[m] + j * count + r]
                    found[self.offsets[n] + i * count + r] += product
        return found


def multiply(a, b, rows, inner, columns):
    return [sum(a[i * inner + k] * b[k * columns + j] for k in range(inner))
            for i in range(rows) for j in range(columns)]


def transpose(a, rows, columns):
    return [a[i * columns + j] for j in range(columns) for i in range(rows)]


def flow(objective, theta, until, tolerance, evaluations=40000):
    """The end of gradient flow by extrapolated midpoint steps; None where it takes too many evaluations."""
    counts, t, h, used = (2, 4, 6, 8, 10, 12), 0.0, until / 100, 0
    negative = lambda x: [-g for g in objective.gradient(x)]
    while t < until:
        h = min(h, until - t)
        table, error, first = [], 0.0, negative(theta)
        for n in counts:
            step, before, now = h / n, theta, [x + h / n * d for x, d in zip(theta, first)]
            for _ in range(n - 1):
                before, now = now, [x + 2 * step * d for x, d in zip(before, negative(now))]
            last = negative(now)
            row = [[0.5 * (x + y + step * d) for x, y, d in zip(now, before, last)]]
            for k, previous in enumerate(table[-1] if table else []):
                ratio = (n / counts[len(table) - k - 1]) ** 2
                row.append([x + (x - y) / (ratio - 1) for x, y in zip(row[k], previous)])
            table.append(row)
            used += n + 1
        best, other = table[-1][-1], table[-1][-2]
        size = max(max(abs(x) for x in theta), max(abs(x) for x in best), 1e-300)
        error = max(abs(x - y) for x, y in zip(best, other)) / (tolerance * size)
        if error <= 1:
            t, theta = (until if h == until - t else t + h), best
        h *= min(3.0, max(0.2, 0.9 * (error + 1e-12) ** (-1 / 11)))
        if used > evaluations or not all(map(math.isfinite, theta)):
            return None
    return theta


def largest_eigenvalue(objective, theta):
    """λ_max of ∇²f by Jacobi rotations of a Hessian from central differences."""
    n, size = len(theta), max(max(abs(x) for x in theta), 1e-3)
    h, rows = size * 1e-5, []
    for k in range(n):
        up, down = list(theta), list(theta)
        up[k] += h
        down[k] -= h
        rows.append([(a - b) / (2 * h) for a, b in zip(objective.gradient(up), objective.gradient(down))])
    a = [[(rows[i][j] + rows[j][i]) / 2 for j in range(n)] for i in range(n)]
    for _ in range(30):
        if sum(a[i][j] ** 2 for i in range(n) for j in range(i)) <= 1e-22 * sum(a[i][i] ** 2 for i in range(n)):
            break
        for p in range(n):
            for q in range(p + 1, n):
                rotate(a, p, q)
    return max(a[i][i] for i in range(n))


def rotate(a, p, q):
    if a[p][q] == 0:
        return
    angle = 0.5 * math.atan2(2 * a[p][q], a[q][q] - a[p][p])
    c, s = math.cos(angle), math.sin(angle)
    for row in a:
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    for k in range(len(a)):
        a[p][k], a[q][k] = c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]


def descend(objective, theta, rate, iterations):
    """The iterates of gradient descent, until they are no numbers or enormous."""
    found = [theta]
    for _ in range(iterations):
        theta = [x - rate * g for x, g in zip(theta, objective.gradient(theta))]
        if not all(abs(x) < 1e6 for x in theta):
            break
        found.append(theta)
    return found


def logistic(u, s, t):
    """The solution at t of u′ = 2u(s − u), the balanced scalar of depth 2 under the half-sum loss."""
    if s == 0:
        return u / (1 + 2 * u * t)
    decay = math.exp(-2 * abs(s) * t)
    if s > 0:
        return s * u / (u + (s - u) * decay)
    return s * u * decay / (u * decay + (s - u))


def escape_time(u, end, s, depth):
    """∫ dx/(L x^(2−2/L)(s − x)) from u to end < s or end > s, by Gauss–Legendre panels in the logarithms of the ends' distances."""
    nodes = (0.9061798459386640, 0.5384693101056831, 0.0, -0.5384693101056831, -0.9061798459386640)
    weights = (0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891)
    # x = s/(1 + e^-z) runs evenly through both ends' logarithms: dx/(s − x) = (x/s)dz.
    place = lambda x: math.log(x / (s - x))
    low, high, panels = place(u), place(end), 400
    width, total = (high - low) / panels, 0.0
    for k in range(panels):
        for node, weight in zip(nodes, weights):
            x = s / (1 + math.exp(-(low + (k + 0.5 + node / 2) * width)))
            total += weight * width / 2 * x ** (2 / depth - 1) / (depth * s)
    return total
