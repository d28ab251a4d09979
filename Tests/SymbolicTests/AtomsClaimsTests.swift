import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// Every function of the language with a claim that is true and one that is not, and what follows from the Q-basis of exponents.
///
/// Entries: the kind of evidence, "no witness" where it is violated at an exact point, "?" where neither is shown.
@Suite("atoms: claims")
struct AtomsClaimsTests {
  /// Flows of a field, or identities of formulas.
  static let formulas: [(String, [String])] = [
    ("param x\nflow x' = 1\nclaim identity relu(x) - relu(-x) = x\nclaim identity relu(x) - relu(-x) = 2*x", ok),
    ("param x\nflow x' = 1\nclaim identity relu(3*x)*relu(-x/2) = 0\nclaim identity relu(3*x)*relu(x/2) = 0", ok),
    (
      "param x\nflow x' = 1\nclaim identity leaky(x, 0.2) = 0.2*x + 0.8*relu(x)\nclaim identity leaky(x, 0.2) = 0.2*x",
      ok
    ),
    (
      "param x\nflow x' = 1\nclaim identity leaky(x) + leaky(-x) + relu(x) = leaky(x) + leaky(-x) + relu(x)",
      ["identity"]
    ),
    ("param x\nflow x' = 1\nclaim identity abs(x)^2 = x^2\nclaim identity abs(x) = x", ok),
    ("param x\nflow x' = 1\nclaim identity abs(-2*x) = 2*abs(x)\nclaim identity abs(-2*x) = -2*abs(x)", ok),
    ("param x, y\nflow x' = 1, y' = 1\nclaim conserved max(x, y) - min(x, y)\nclaim conserved max(x, y)", ok),
    (
      "param x, y\nflow x' = 1, y' = 2\nclaim identity max(x, y) + min(x, y) = x + y\nclaim conserved max(x, y) - x", ok
    ),
    ("param x[2]\nflow x' = -x\nclaim decays norm1(x) rate 1\nclaim decays norm1(x) rate 2", ok),
    ("param x[2]\nflow x' = -x\nclaim decays norm(x) rate 1\nclaim decays norm(x) rate 2", ok),
    ("param x, y\nflow x' = -y, y' = x\nclaim conserved sqrt(x^2 + y^2)\nclaim conserved sqrt(x^2 + 2*y^2)", ok),
    ("param x, y\nflow x' = -y, y' = x\nclaim conserved (x^2 + y^2)^(-3/2)\nclaim conserved (x^2 + 3*y^2)^(3/2)", ok),
    (
      "param x\nflow x' = 1\nclaim identity x^(1/2) = sqrt(x)\nclaim identity x^(3/2) = sqrt(x)",
      ["identity", "no witness"]
    ),
    ("param x\nflow x' = 1\nclaim identity sqrt(4*x) = 2*sqrt(x)\nclaim identity sqrt(x^2) = x", ok),
    (
      "param x\nflow x' = 1\nclaim identity sqrt(2*x) = sqrt(2)*sqrt(x)\nclaim identity sqrt(2)*sqrt(8) = 4\nclaim identity sqrt(2)*sqrt(8) = 5",
      ["identity", "identity", "?"]
    ),
    ("param x, y\nflow x' = x, y' = 1\nclaim conserved log(x) - y\nclaim conserved log(x) - 2*y", ok),
    (
      "param x, y\nflow x' = x, y' = y\nclaim conserved log(3*x) - log(y)\nclaim conserved log(3*x) - log(y^2)",
      ["identity", "?"]
    ),
    ("param x\nflow x' = 1\nclaim identity log(2*x) = log(2) + log(x)\nclaim identity log(x) = 1 - x^2 + x", ok),
    ("param x, y\nflow x' = 1, y' = y\nclaim conserved y*exp(-x)\nclaim conserved y*exp(-2*x)", ok),
    (
      "param x\nflow x' = 1\nclaim identity sigmoid(-x) = 1 - sigmoid(x)\nclaim identity sigmoid(-x) = 2 - sigmoid(x)",
      ok
    ),
    (
      "param x\nflow x' = 1\nclaim identity tanh(x) = 2*sigmoid(2*x) - 1\nclaim identity tanh(x) = sigmoid(2*x) - 1", ok
    ),
    (
      "param x\nflow x' = 1\nclaim identity tanh(2*x)*(1 + tanh(x)^2) = 2*tanh(x)\nclaim identity tanh(-x) = 1 - tanh(x)",
      ok
    ),
    ("param x\nflow x' = 1\nclaim identity silu(x) - silu(-x) = x\nclaim identity silu(x) - silu(-x) = x + 1", ok),
    ("param x\nflow x' = 1\nclaim identity gelu(x) - gelu(-x) = x\nclaim identity gelu(x) - gelu(-x) = x + 1", ok),
    ("param x[3]\nflow x' = x\nclaim identity sum(softmax(x)) = 1\nclaim identity sum(softmax(x)) = 2", ok),
    (
      "param x[3], c\nflow x' = [c, c, c], c' = 1\nclaim conserved softmax(x)\nclaim conserved softmax([x[1], 2*x[2]])",
      ok
    ),
    ("param x[2]\nflow x' = x\nclaim identity norm2(rmsnorm(x)) = 2\nclaim identity norm2(rmsnorm(x)) = 1", ok),
    ("param x[2]\nflow x' = x\nclaim identity sum(layernorm(x)) = 0\nclaim identity norm2(layernorm(x)) = 1", ok),
    ("param x[2]\nflow x' = x\nclaim conserved rmsnorm(x)\nclaim conserved rmsnorm(x, 1)", ["identity", "no witness"]),
    ("param x, y\nflow x' = x, y' = y\nclaim conserved x/y\nclaim conserved x^2/y", ok),
    (
      "param x, y\nflow x' = 1/y, y' = -1/x\nclaim conserved log(x) + log(y)\nclaim conserved x*y^2",
      ["identity", "no witness"]
    ),
    (
      "param x\nflow x' = x/(1 + x^2)\nclaim conserved act(x) - act(x)\nclaim identity der(act(x)) = act(x)",
      ["identity", "?"]
    ),
  ]

  /// What exponentials of dependent exponents have in common, and what they have not.
  static let exponentials: [(String, [String])] = [
    (
      """
      param x, y
      flow x' = 1, y' = y
      claim identity exp(2*x) = exp(x)^2
      claim identity exp(x)^2 = exp(2*x)
      claim identity exp(x + y) = exp(x)*exp(y)
      claim identity exp(x)*exp(-x) = 1
      claim identity exp(x/2)^2 = exp(x)
      claim identity exp(x/3)^6 = exp(2*x)
      claim identity exp(x + 1/2) = exp(x)*exp(1/2)
      claim identity exp(1/2)^2*exp(2) = exp(3)
      claim identity sqrt(exp(2*x)) = exp(x)
      claim identity exp(x/(1 + y^2) + x) = exp(x)*exp(x/(1 + y^2))
      claim identity exp(2*x) = 2*exp(x)
      claim identity exp(x + y) = exp(x) + exp(y)
      claim identity exp(x)*exp(-x) = 0
      claim identity exp(x^2) = exp(x)^2
      claim identity exp(x + 1/2) = exp(x)
      """, Array(repeating: "identity", count: 10) + Array(repeating: "no witness", count: 3) + ["?", "?"]
    ),
    // sigmoid(z) + sigmoid(−z) = 1: f = a, so that w does not move; with independent atoms this law would be missed.
    (
      """
      param a, w
      input x
      model f = a*(sigmoid(w*x) + sigmoid(-w*x))
      claim conserved w
      claim conserved a
      """, ok
    ),
    // The same with a factor that breaks it.
    ("param a, w\ninput x\nmodel f = a*(sigmoid(w*x) + sigmoid(-2*w*x))\nclaim conserved w\n", ["no witness"]),
  ]

  /// Laws of blocks, EXACT-2 section 2: entries, so that no statement about whole matrices decides them before.
  static let blocks: [(String, [String])] = [
    // GELU, SiLU, tanh, sigmoid: no law; at exact points the derivative is 0 too, which shows nothing.
    (network("gelu(W*x)"), ["?", "?"]), (network("silu(W*x)"), ["?", "?"]), (network("tanh(W*x)"), ["?", "?"]),
    (network("sigmoid(W*x)"), ["no witness", "no witness"]), (network("act(W*x)"), ["?", "?"]),
    // Homogeneous ones have one law a neuron.
    (network("relu(W*x)"), ok), (network("leaky(W*x)"), ["identity", "?"]), (network("leaky(W*x, 0.1)"), ok),
    (network("abs(W*x)"), ok), (network("relu(W*x)^2", power: 2), ok),
    // exp with a bias: v² − 2 b.
    (
      "param v[2], W[2,2], b[2]\ninput x[2]\nmodel f = dot(v, exp(W*x + b))\nclaim conserved v[1]^2 - 2*b[1]\nclaim conserved v[1]^2 - b[1]",
      ok
    ),
    // One input, two hidden, one output: the ratio is a law only where both units are active together.
    (
      """
      param a[2], w[2]
      input x
      model f = a[1]*relu(w[1]*x) + a[2]*relu(w[2]*x)
      claim conserved w[1]^2 - a[1]^2
      claim conserved (a[1] + w[1])/(a[2] + w[2])
      """, ok
    ),
    // SwiGLU and any gate: |u|² − |o|² of every hidden unit; not of the gate.
    (
      """
      param G[2,3], U[2,3], O[2,2]
      input x[3]
      model f = O*(silu(G*x).*(U*x))
      claim conserved sum(i: U[1,i]^2) - sum(i: O[i,1]^2)
      claim conserved sum(i: U[1,i]^2) - sum(i: O[i,2]^2)
      claim conserved G[1,1]
      """, ["identity", "?", "no witness"]
    ),
    (
      """
      param G[2,2], U[2,2], O[2,2]
      input x[2]
      model f = O*(act(G*x).*(U*x))
      claim conserved sum(i: U[2,i]^2) - sum(i: O[i,2]^2)
      claim conserved sum(i: U[2,i]^2) - sum(i: O[i,1]^2)
      """, ["identity", "?"]
    ),
    // Softmax attention: the scores are bilinear in Q and K.
    (
      """
      param Q[2,2], K[2,2], V[2,2]
      input x[2], y[2]
      let q = Q*x
      let s = softmax([dot(q, K*x), dot(q, K*y)])
      model f = s[1]*V*x + s[2]*V*y
      claim conserved sum(i: Q[1,i]*Q[2,i]) - sum(i: K[1,i]*K[2,i])
      claim conserved sum(i: Q[1,i]^2) - sum(i: K[1,i]^2)
      claim conserved sum(i: Q[1,i]^2) - sum(i: K[2,i]^2)
      claim conserved sum(i: Q[1,i]^2) - sum(i: V[1,i]^2)
      """, ["identity", "identity", "no witness", "no witness"]
    ),
    // A classifier's columns, a norm layer and a layer norm with their lengths.
    (
      "param W[3,2]\ninput x[2]\nmodel f = softmax(W*x)\nclaim conserved W[1,1] + W[2,1] + W[3,1]\nclaim conserved W[1,1] + W[2,1]",
      ok
    ),
    (
      "param W[2,2], g[2]\ninput x[2]\nmodel f = g.*rmsnorm(W*x)\nclaim conserved sum(i, j: W[i,j]^2)\nclaim conserved sum(j: W[1,j]^2)",
      ok
    ),
    (
      "param W[4,2]\ninput x[2]\nmodel f = layernorm(W*x)\nclaim conserved W[1,2] + W[2,2] + W[3,2] + W[4,2]\nclaim conserved sum(i, j: W[i,j]^2)\nclaim conserved W[1,1]",
      ["identity", "identity", "no witness"]
    ),
    // Weight norm: g v/|v| keeps |v|².
    (
      "param v[2], g\ninput x[2]\nmodel f = g*dot(v, x)/norm(v)\nclaim conserved v[1]^2 + v[2]^2\nclaim conserved g^2 + v[1]^2 + v[2]^2",
      ok
    ),
  ]

  static let ok = ["identity", "no witness"]

  static func network(_ hidden: String, power: Int = 1) -> String {
    """
    param a[2], W[2,2]
    input x[2]
    model f = dot(a, \(hidden.replacing(")^2", with: ").^2")))
    claim conserved sum(j: W[1,j]^2) - \(power)*a[1]^2
    claim conserved sum(j: W[1,j]^2) - \(power + 1)*a[1]^2
    """
  }

  @Test("true and false", arguments: formulas + exponentials + blocks)
  func kinds(text: String, expected: [String]) throws {
    #expect(try GivenSizesTests.kinds(text + "\n") == expected, "\(text)")
  }
}
