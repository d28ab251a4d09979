"""The norms that an experiment is about, from the states of its trajectory.npz: slices of a core G mode by mode, or local components
of the tree ((1,2),(3,4)) node by node, descending.
"""
import sys

import numpy as np


def slices(file):
    """One array times × slices a mode."""
    core = file["G"]
    axes = range(1, core.ndim)
    return {
        f"mode {n}": np.sqrt((core**2).sum(axis=tuple(a for a in axes if a != n))) for n in axes
    }


def components(file):
    """One array times × components a node of the tree ((1,2),(3,4))."""

    def columns(name):
        return np.linalg.norm(file[name], axis=1)

    def rows(name):
        return np.linalg.norm(file[name], axis=2)

    return {
        "node {1,2}": columns("A1") * columns("A2") * rows("B1"),
        "node {3,4}": columns("A3") * columns("A4") * rows("B2"),
        "root": columns("B1") * columns("B2") * np.abs(file["o"]),
    }


def main(path):
    with np.load(path) as file:
        for name, norms in (slices if "G" in file.files else components)(file).items():
            print(f"{name}: " + " ".join(f"{x:.2g}" for x in sorted(norms[-1], reverse=True)[:10]))


if __name__ == "__main__":
    main(*sys.argv[1:])
