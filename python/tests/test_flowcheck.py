"""Tests of the package with numpy alone; those of JAX and PyTorch run where these are.

FLOWCHECK is the program that is tested. With FLOWCHECK_FRAMEWORKS set, JAX and PyTorch must be there.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np

import flowcheck

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(HERE, "models.py")
TEXT = """
param W1[4,3], W2[2,4]
{data}loss {loss}
claim top: conserved W2'*W2
claim size: nonincreasing norm2(W2)
"""


def has(name):
    return importlib.util.find_spec(name) is not None


def words(kind):
    return [sys.executable, MODELS, kind]


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        rng = np.random.default_rng(3)
        self.x, self.y = rng.normal(size=(3, 6)), rng.normal(size=(2, 6))
        self.start = {"W1": 0.6 * rng.normal(size=(4, 3)), "W2": 0.6 * rng.normal(size=(2, 4))}
        np.save("X.npy", self.x)
        np.save("Y.npy", self.y)
        data = 'data X[3,6] from "X.npy", Y[2,6] from "Y.npy"\n'
        with open("text.flow", "w") as file:
            file.write(TEXT.format(data=data, loss="1/2*norm2(W2*tanh(W1*X) - Y)"))
        with open("any.flow", "w") as file:
            file.write(TEXT.format(data="", loss="any"))


class Trajectories(InFolder):
    def same(self, kind):
        options = dict(until=2, rtol=1e-12, save=20, start=self.start)
        text = flowcheck.integrate("text.flow", **options)
        program = flowcheck.integrate("any.flow", program=words(kind), **options)
        for name in ("W1", "W2", "loss"):
            self.assertEqual(text[name].shape, program[name].shape)
            self.assertLess(np.max(np.abs(text[name] - program[name])), 1e-10, name)
        self.assertTrue(program.is_complete)
        self.assertEqual(program["W1"].shape, (20, 4, 3))
        np.testing.assert_array_equal(program["W1"][0], self.start["W1"])
        moved = np.max(np.abs(program["W1"][-1] - program["W1"][0]))
        self.assertGreater(moved, 0.05)

    def test_numpy(self):
        self.same("numpy")

    @unittest.skipUnless(has("jax") or "FLOWCHECK_FRAMEWORKS" in os.environ, "JAX is not there")
    def test_jax(self):
        self.same("jax")

    @unittest.skipUnless(has("torch") or "FLOWCHECK_FRAMEWORKS" in os.environ, "PyTorch is not there")
    def test_torch(self):
        self.same("torch")

    def test_shared_memory(self):
        start = {"x": np.linspace(-1, 1, 6000).reshape(60, 100)}
        c = np.linspace(0.5, 1.5, 6000).reshape(60, 100)
        found = flowcheck.integrate(program=words("quadratic"), start=start, until=1, rtol=1e-11, save=5)
        for t, x in zip(found.t, found["x"]):
            np.testing.assert_allclose(x, start["x"] * np.exp(-c * t), rtol=0, atol=1e-10)

    def test_implicit_method(self):
        # Products of the Hessian as differences of gradients serve a method that needs a Jacobian.
        options = dict(until=2, rtol=1e-7, save=5, start=self.start)
        text = flowcheck.integrate("text.flow", **options)
        program = flowcheck.integrate("any.flow", program=words("numpy"), method="bsimp", **options)
        self.assertLess(np.max(np.abs(text["W1"] - program["W1"])), 1e-4)

    def test_numbers_as_blocks(self):
        # a' = -a b^2, b' = -a^2 b: a^2 - b^2 rests.
        found = flowcheck.integrate(program=words("number"), start={"a": 1.0, "b": [0.5]}, until=1, rtol=1e-12)
        self.assertEqual(found["b"].shape[1:], (1,))
        rest = found["a"].reshape(-1) ** 2 - found["b"].reshape(-1) ** 2
        np.testing.assert_allclose(rest, 0.75, rtol=1e-10)


class Reports(InFolder):
    def test_claims(self):
        report = flowcheck.run("any.flow", program=words("numpy"), start=self.start, until=1, control=True)
        self.assertEqual(report["top"].verdict, "violated")
        self.assertEqual([claim.name for claim in report.claims], ["top", "size"])
        self.assertEqual((report.verdict, report.status), ("violated", 1))
        with self.assertRaises(flowcheck.ViolatedError) as caught:
            report.check()
        self.assertIn("top", str(caught.exception))
        with self.assertRaises(KeyError):
            report["nothing"]

    def test_state_dict(self):
        class Tensor:
            def __init__(self, array):
                self.array = array

            def detach(self):
                return self

            def cpu(self):
                return self

            def numpy(self):
                return self.array

        state = {"0.weight": Tensor(self.start["W1"]), "2.weight": self.start["W2"], "extra": np.zeros(5)}
        found = flowcheck.integrate(
            "any.flow", program=words("numpy"), start=state, names={"0.weight": "W1", "2.weight": "W2"}, until=0.1)
        np.testing.assert_array_equal(found["W2"][0], self.start["W2"])
        with self.assertRaises(KeyError):
            flowcheck.save_start("a.npz", state, {"1.weight": "W1"})

    def test_errors(self):
        with self.assertRaises(flowcheck.UsageError) as caught:
            flowcheck.run("text.flow", until=-1)
        self.assertEqual(caught.exception.status, 64)
        with self.assertRaises(flowcheck.InputOutputError):
            flowcheck.run("missing.flow", until=1)
        for kind, text in [
            ("raises", "no such layer"), ("wrong-shape", "the shape (4,)"), ("writes", "read-only"),
            ("wrong-product", "products of the Hessian"), ("nothing", "no model"),
        ]:
            with self.subTest(kind), self.assertRaises(flowcheck.InputOutputError) as caught:
                flowcheck.integrate(program=words(kind), until=1)
            self.assertEqual(caught.exception.status, 74)
            self.assertIn(text, str(caught.exception))
        with self.assertRaises(FileNotFoundError):
            flowcheck.run("text.flow", until=1, executable="no-such-flowcheck")

    def test_no_false_accusation(self):
        for kind, start in [("single", {"x": np.linspace(-1, 1, 30)}), ("kink", {"x": [0.0, 0.5, 0.7, 1.0]})]:
            with self.subTest(kind):
                found = flowcheck.integrate(program=words(kind), start=start, until=0.2, rtol=1e-3, max_steps=50)
                self.assertIn(found.status, (0, 2))

    def test_words(self):
        odd = 'a "folder\\name'
        os.mkdir(odd)
        path = os.path.join(odd, "m y.py")
        with open(MODELS) as source, open(path, "w") as copy:
            copy.write(source.read())
        found = flowcheck.integrate(program=[sys.executable, path, "number"], start={"a": 1.0, "b": [1.0]}, until=0.1)
        self.assertEqual(found.status, 0)

    @unittest.skipUnless(has("matplotlib"), "matplotlib is not there")
    def test_plot(self):
        import matplotlib

        matplotlib.use("Agg")
        report = flowcheck.run("any.flow", program=words("numpy"), start=self.start, until=1)
        if report.figures:
            self.assertTrue(report.plot().lines)
        self.assertTrue(flowcheck.integrate("any.flow", program=words("numpy"), start=self.start, until=1).plot().lines)


class Serving(unittest.TestCase):
    def test_by_hand(self):
        ended = subprocess.run(words("number"), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("--program", ended.stderr)

    def test_blocks(self):
        with self.assertRaises(ValueError):
            flowcheck.serve(lambda: (0.0, []), {})


if __name__ == "__main__":
    unittest.main()
