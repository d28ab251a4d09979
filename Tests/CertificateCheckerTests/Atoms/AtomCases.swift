import CertificateChecker

/// A claim about functions that are no polynomials, and claims beside it that are false.
struct AtomCase {
  let name: String
  let source: String
  let claim: String
  /// Claims that differ in a coefficient, an exponent, a sign or a neuron.
  let falseClaims: [String]
  /// Texts that differ so that the claim is false.
  let falseSources: [String]
  /// Parts of the sentence of the accepted claim, which says where it holds.
  let scope: [String]

  init(
    _ name: String, _ source: String, _ claim: String, _ falseClaims: [String], falseSources: [String] = [],
    scope: [String] = []
  ) {
    (self.name, self.source, self.claim) = (name, source, claim)
    (self.falseClaims, self.falseSources, self.scope) = (falseClaims, falseSources, scope)
  }

  func certificate(_ claim: String? = nil, source: String? = nil) -> Certificate {
    Certificate(
      program: "tests", name: "\(name).flow", source: source ?? self.source, sizes: [:], claim: claim ?? self.claim,
      verdict: "holds", scope: .given, evidence: ProofEvidence(.identity))
  }

  static let oneOfTwo =
    "dim d = 2, h = 2\ninput x[d], y\nparam W[h,d], a[h]\nmodel f = dot(a, $(W*x))\nloss 1/2*(f - y)^2"

  private static func network(_ function: String) -> String { oneOfTwo.replacing("$", with: function) }

  /// θ' = −∂L/∂θ of networks.
  static let networks: [AtomCase] = [
    AtomCase(
      "relu", network("relu"), "conserved W[1,1]^2 + W[1,2]^2 - a[1]^2",
      [
        "conserved W[1,1]^2 + W[1,2]^2 - a[2]^2", "conserved W[1,1]^2 + W[1,2]^2 - 2*a[1]^2",
        "conserved W[1,1]^2 + W[1,2]^2 + a[1]^2", "conserved W[1,1]^2 + W[1,2] - a[1]^2",
        "conserved W[1,1]*W[2,1] + W[1,2]*W[2,2] - a[1]*a[2]",
      ], falseSources: [network("tanh"), network("sigmoid"), network("gelu"), network("act"), network("exp")],
      scope: ["wherever no argument of relu is 0"]),
    AtomCase(
      "leaky", oneOfTwo.replacing("$(W*x)", with: "leaky(W*x, 0.1)"), "conserved W[1,1]^2 + W[1,2]^2 - a[1]^2",
      [
        "conserved W[1,1]^2 + W[1,2]^2 - a[2]^2", "conserved W[1,1]^2 + W[1,2]^2 - 1.1*a[1]^2",
        "conserved W[1,1]*W[2,1] + W[1,2]*W[2,2] - a[1]*a[2]",
      ], scope: ["wherever no argument of leaky is 0"]),
    AtomCase(
      "leaky of any slope", network("leaky"), "conserved sum(j: W[2,j]^2) - a[2]^2",
      ["conserved sum(j: W[2,j]^2) - a[1]^2"], scope: ["leaky"]),
    AtomCase(
      "absolute value", network("abs"), "conserved sum(j: W[2,j]^2) - a[2]^2",
      ["conserved sum(j: W[2,j]^2) - a[1]^2", "conserved sum(j: W[2,j]^2) - 2*a[2]^2"], scope: ["abs"]),
    AtomCase(
      "every loss", "param a, w\nmodel f = a*relu(w)", "conserved w^2 - a^2", ["conserved w^2 + a^2", "conserved w^2"]),
    AtomCase(
      "sum of sigmoids", "param a, w\nmodel f = a*(sigmoid(w*3) + sigmoid(-w*3))", "conserved w",
      ["conserved a", "conserved w^2 + a"],
      falseSources: [
        "param a, w\nmodel f = a*(sigmoid(w*3) - sigmoid(-w*3))",
        "param a, w\nmodel f = a*(sigmoid(w*3) + sigmoid(-w*2))",
      ]),
    AtomCase(
      "sum of sigmoids of data", "input x\nparam a, w\nmodel f = a*(sigmoid(w*x) + sigmoid(-w*x))", "conserved w",
      ["conserved a"]),
    AtomCase(
      "sum of normal distributions", "input x\nparam a, w\nmodel f = a*(gelu(w*x) - gelu(-w*x) - w*x) + w",
      "conserved a",
      ["conserved w", "conserved a*w"], falseSources: ["input x\nparam a, w\nmodel f = a*(gelu(w*x) - gelu(-w*x)) + w"]),
    AtomCase(
      "bias in an exponential", "input x\nparam a, w, b\nmodel f = a*exp(w*x + b)", "conserved 2*b - a^2",
      ["conserved b - a^2", "conserved 2*w - a^2", "conserved 2*b + a^2"],
      falseSources: ["input x\nparam a, w, b\nmodel f = a*exp(w*x + 2*b)"]),
    AtomCase(
      "max", "input x, y\nparam a, u, v\nmodel f = a*max(u*x, v*y)", "conserved u^2 + v^2 - a^2",
      ["conserved u^2 - a^2", "conserved u^2 + v^2 - 2*a^2", "conserved u^2 + v^2 + a^2"],
      scope: ["wherever max compares no equal values"]),
    AtomCase(
      "min of many", "input x[3]\nparam a, u[3]\nmodel f = a*min(min(u[1]*x[1], u[2]*x[2]), u[3]*x[3])",
      "conserved norm2(u) - a^2", ["conserved norm2(u) - u[1]^2 - a^2"]),
    AtomCase(
      "SwiGLU",
      "dim d = 2, h = 2\ninput x[d], y\nparam G[h,d], U[h,d], o[h]\nmodel f = dot(o, silu(G*x) .* (U*x))\nloss 1/2*(f - y)^2",
      "conserved sum(j: U[1,j]^2) - o[1]^2",
      [
        "conserved sum(j: G[1,j]^2) - o[1]^2", "conserved sum(j: U[1,j]^2) - o[2]^2",
        "conserved sum(j: U[1,j]^2) - 3*o[1]^2", "conserved sum(j: U[1,j]*U[2,j]) - o[1]*o[2]",
      ]),
    AtomCase(
      "root mean square",
      "input x[2], y[2]\nparam a[2], b[2], g[2]\nlet z = [dot(a, x), dot(b, x)]\nmodel f = g.*rmsnorm(z)\nloss 1/2*norm2(f - y)",
      "conserved norm2(a) + norm2(b)",
      ["conserved norm2(a)", "conserved norm2(a) - norm2(b)", "conserved norm2(a) + norm2(b) - norm2(g)"],
      falseSources: [
        "input x[2], y[2]\nparam a[2], b[2], g[2]\nlet z = [dot(a, x), dot(b, x)]\nmodel f = g.*rmsnorm(z, 0.001)\nloss 1/2*norm2(f - y)"
      ], scope: ["where no argument of a root is 0"]),
    AtomCase(
      "layer norm", "input x\nparam a[3], g[3]\nmodel f = g.*layernorm(a*x)", "conserved norm2(a)",
      ["conserved norm2(a) + norm2(g)", "conserved sum(g)"],
      falseSources: ["input x\nparam a[3], g[3]\nmodel f = g.*layernorm(a*x, 0.1)"]),
    AtomCase(
      "layer norm sees no mean", "param a[3], g[3]\nmodel f = g.*layernorm(a)", "conserved sum(a)",
      ["conserved a[1]", "conserved sum(a) + a[2]"], falseSources: ["param a[3], g[3]\nmodel f = g.*rmsnorm(a)"]),
    AtomCase(
      "direction", "param w[3], a\nmodel f = a*w/norm(w)", "conserved norm(w)",
      ["conserved norm(w) + a", "conserved norm1(w)", "conserved w[1]"],
      falseSources: ["param w[3], a\nmodel f = a*w/sqrt(1 + norm2(w))"], scope: ["root"]),
    AtomCase(
      "square root of a square", "param u, a\nmodel f = a*sqrt(u)", "conserved u^2 - a^2/2",
      ["conserved u^2 - a^2", "conserved u - a^2/2", "conserved u^2 + a^2/2"],
      falseSources: ["param u, a\nmodel f = a*u^(3/2)"]),
    AtomCase(
      "half powers", "param u, a\nmodel f = a*u^(3/2)", "conserved 3/2*a^2 - u^2", ["conserved 2/3*a^2 - u^2"]),
    AtomCase(
      "third powers", "param u, a\nmodel f = a*u^(1/3)", "conserved 1/3*a^2 - u^2", ["conserved 1/2*a^2 - u^2"],
      scope: ["where every argument of log is positive"]),
    AtomCase(
      "logarithm", "param u, v\nmodel f = log(u) + log(v)", "conserved u^2 - v^2",
      ["conserved u - v", "conserved u^2 + v^2", "conserved u^2 - 2*v^2"]),
    AtomCase(
      "any function", "input x\nparam u, v\nmodel f = act(u*v*x)", "conserved u^2 - v^2",
      ["conserved u^2 + v^2", "conserved u^2 - v^2 + u", "conserved u^2 - 2*v^2"],
      falseSources: ["input x\nparam u, v\nmodel f = act(u*v*x) + u", "param u, v\nmodel f = act(u + 2*v)"],
      scope: ["for every smooth act"]),
    AtomCase(
      "momentum of a tanh", "param u, v\nmodel f = tanh(u + v)\nflow momentum(0)", "conserved v_u - v_v",
      ["conserved v_u + v_v", "conserved v_u - 2*v_v"]),
    AtomCase(
      "decay", "param a, w\nmodel f = a*relu(w)\nflow gradient decay 3", "decays w^2 - a^2 rate 6",
      ["decays w^2 - a^2 rate 3", "decays w^2 + a^2 rate 6", "conserved w^2 - a^2"]),
    AtomCase(
      "mirror", "data x\nparam u, v\nmodel f = exp(u*x)*v\nflow mirror", "conserved log(u) - x*v",
      ["conserved log(u) + x*v", "conserved log(u) - v", "conserved log(v) - x*u"]),
  ]

  /// Softmax by entries: one head of attention over two tokens.
  static let attention = [
    AtomCase(
      "attention keys",
      """
      dim d = 2, k = 1
      input x[d], y[d], t[d]
      param Q[k,d], K[k,d], V[d,d]
      let a = softmax([dot(Q*x, K*x), dot(Q*x, K*y)])
      model f = a[1]*V*x + a[2]*V*y
      loss 1/2*norm2(f - t)
      """, "conserved Q*Q' - K*K'",
      ["conserved Q*Q' + K*K'", "conserved Q*Q' - 2*K*K'", "conserved Q[1,1]^2 - K[1,1]^2"]),
    AtomCase(
      "attention values",
      """
      dim d = 2, k = 1
      input x[d], y[d]
      param Q[k,d], K[k,d], V[k,d], O[d,k]
      let a = softmax([dot(Q*x, K*x), dot(Q*x, K*y)])
      model f = O*(a[1]*V*x + a[2]*V*y)
      """, "conserved V*V' - O'*O", ["conserved V*V' + O'*O", "conserved Q*Q' - O'*O"],
      falseSources: [
        """
        dim d = 2, k = 1
        input x[d], y[d]
        param Q[k,d], K[k,d], V[k,d], O[d,k]
        let a = softmax([dot(Q*x, V*x), dot(Q*x, K*y)])
        model f = O*(a[1]*V*x + a[2]*V*y)
        """
      ]),
  ]

  private static let point = "param x, y\nflow x' = y, y' = -x"

  /// Identities between values, and derivatives along fields.
  static let identities: [AtomCase] = [
    AtomCase("relu of a negative", point, "identity relu(x) - relu(-x) = x", ["identity relu(x) + relu(-x) = x"]),
    AtomCase("square of relu", point, "identity relu(x)^2 = x*relu(x)", ["identity relu(x)^2 = y*relu(x)"]),
    AtomCase(
      "multiples of relu", point, "identity relu(3*x - 3*y) = 3*relu(x - y)", ["identity relu(3*x) = 2*relu(x)"]),
    AtomCase("abs by relu", point, "identity abs(x*y) = relu(x*y) + relu(-x*y)", ["identity abs(x) = relu(x)"]),
    AtomCase("square of abs", point, "identity abs(x)^2 = x^2", ["identity abs(x) = x", "identity abs(x)^3 = x^3"]),
    AtomCase(
      "two gates", point, "identity (relu(x)*relu(y))^2 = x^2*relu(y)*y*(relu(x)/x)",
      ["identity relu(x)*relu(y) = relu(x*y)"]),
    AtomCase(
      "max and min", point, "identity max(x, y) + min(x, y) = x + y", ["identity max(x, y) - min(x, y) = x - y"]),
    AtomCase(
      "leaky by relu", point, "identity leaky(x, 1/4) = x/4 + 3/4*relu(x)", ["identity leaky(x, 1/4) = x/4 + relu(x)"]),
    AtomCase("product of max and min", point, "identity max(x, y)*min(x, y) = x*y", ["identity max(x, y)^2 = x*y"]),
    AtomCase("norm1", point, "identity norm1([x, y]) = abs(x) + abs(y)", ["identity norm1([x, y]) = x + y"]),
    AtomCase(
      "sum of exponents", point, "identity exp(2*x - y)*exp(y) = exp(x)^2", ["identity exp(2*x - y)*exp(y) = exp(x)"]),
    AtomCase(
      "constants in exponents", point, "identity exp(x + 3)*exp(-1) = exp(x)*exp(1)*exp(1)",
      ["identity exp(x + 1) = exp(x) + 1", "identity exp(x + 1) = exp(x)"]),
    AtomCase("halves of exponents", point, "identity exp(x/2)^3*exp(x/2) = exp(x)^2", ["identity exp(x/2)^3 = exp(x)"]),
    AtomCase(
      "thirds of negative exponents", point, "identity exp(x)*exp(-4/3*x) = exp(-x/3)",
      ["identity exp(x)*exp(-4/3*x) = exp(x/3)"]),
    AtomCase("exp of log", point, "identity exp(2*log(x) + y) = x^2*exp(y)", ["identity exp(2*log(x)) = x"]),
    AtomCase(
      "sigmoid of a negative", point, "identity sigmoid(-x) = 1 - sigmoid(x)", ["identity sigmoid(-x) = -sigmoid(x)"]),
    AtomCase(
      "tanh by sigmoid", point, "identity tanh(x) = 2*sigmoid(2*x) - 1", ["identity tanh(x) = 2*sigmoid(x) - 1"]),
    AtomCase(
      "addition of tanh", point, "identity tanh(x + y)*(1 + tanh(x)*tanh(y)) = tanh(x) + tanh(y)",
      ["identity tanh(x + y)*(1 - tanh(x)*tanh(y)) = tanh(x) + tanh(y)"]),
    AtomCase("silu", point, "identity silu(x) - silu(-x) = x", ["identity silu(x) + silu(-x) = x"]),
    AtomCase(
      "gelu", point, "identity gelu(x) - gelu(-x) = x",
      ["identity gelu(x) + gelu(-x) = x", "identity gelu(2*x) = 2*gelu(x)"]),
    AtomCase(
      "softmax of two", point, "identity softmax([x, y])[1] = sigmoid(x - y)",
      ["identity softmax([x, y])[2] = sigmoid(x - y)"]),
    AtomCase(
      "sum of softmax", point, "identity sum(softmax([x, y, x*y])) = 1", ["identity sum(softmax([x, y, x*y])) = 2"]),
    AtomCase(
      "shift of softmax", point, "identity softmax([x + 1, y + 1]) = softmax([x, y])",
      ["identity softmax([x + 1, y]) = softmax([x, y])"]),
    AtomCase(
      "square of a norm", point, "identity norm([x, y])^2 = x^2 + y^2",
      ["identity norm([x, y])^2 = x^2 - y^2", "identity norm([x, y]) = x + y"]),
    AtomCase("multiple of a root", point, "identity sqrt(8*x) = 2*sqrt(2*x)", ["identity sqrt(8*x) = 4*sqrt(2*x)"]),
    AtomCase("inverse of a root", point, "identity x/sqrt(x) = sqrt(x)", ["identity x/sqrt(x) = x"]),
    AtomCase("numbers under roots", point, "identity sqrt(9/4) = 3/2", ["identity sqrt(9/4) = 2/3"]),
    AtomCase("root of two", point, "identity sqrt(2)^3 = 2*sqrt(2)", ["identity sqrt(2) = 1.414213562"]),
    AtomCase("rmsnorm", point, "identity norm2(rmsnorm([x, y])) = 2", ["identity norm2(rmsnorm([x, y])) = 1"]),
    AtomCase(
      "layernorm", point, "identity norm2(layernorm([x, y, 0])) = 3", ["identity norm2(layernorm([x, y, 0])) = 2"]),
    AtomCase(
      "epsilon", point, "identity rmsnorm([x, y], 0.25)[1] = x/sqrt((x^2 + y^2)/2 + 1/4)",
      ["identity rmsnorm([x, y], 0.25)[1] = x/sqrt((x^2 + y^2)/2 + 1/16)"]),
    AtomCase(
      "logarithm of one", point, "identity log(1) + log(x) = log(x)",
      ["identity log(2) = 0", "identity log(x*y) = log(x)"]),
    AtomCase(
      "quotients", point, "identity 1/(exp(x) - 1) - 1/(exp(x) + 1) = 2/(exp(2*x) - 1)",
      ["identity 1/(exp(x) - 1) - 1/(exp(x) + 1) = 1/(exp(2*x) - 1)"], scope: ["where no denominator is 0"]),
    AtomCase(
      "nested quotients", point, "identity 1/(1 + 1/(1 + exp(x))) = (1 + exp(x))/(2 + exp(x))",
      ["identity 1/(1 + 1/(1 + exp(x))) = (1 + exp(x))/(1 + exp(x))"]),
    AtomCase(
      "derivative of relu", point, "identity x*der(relu(x)) = y*relu(x)", ["identity x*der(relu(x)) = -y*relu(x)"]),
    AtomCase(
      "derivative of exp", point, "identity der(exp(x*y)) = (y^2 - x^2)*exp(x*y)",
      ["identity der(exp(x*y)) = exp(x*y)", "identity der(exp(x*y)) = (y^2 + x^2)*exp(x*y)"]),
    AtomCase(
      "derivative of halves", point, "identity exp(x)*der(exp(x/2)) = y/2*exp(3/2*x)",
      ["identity exp(x)*der(exp(x/2)) = y*exp(3/2*x)"]),
    AtomCase(
      "second derivative", point, "identity der(der(exp(x))) = (y^2 - x)*exp(x)",
      ["identity der(der(exp(x))) = y^2*exp(x)"]),
    AtomCase(
      "derivative of tanh", point, "identity der(tanh(x)) = y*(1 - tanh(x)^2)",
      ["identity der(tanh(x)) = 1 - tanh(x)^2", "identity der(tanh(x)) = y*(1 + tanh(x)^2)"]),
    AtomCase(
      "derivative of sigmoid", point, "identity der(sigmoid(3*x)) = 3*y*sigmoid(3*x)*sigmoid(-3*x)",
      ["identity der(sigmoid(3*x)) = y*sigmoid(3*x)*sigmoid(-3*x)"]),
    AtomCase(
      "derivative of a root", point, "identity der(sqrt(x)) = y/(2*sqrt(x))", ["identity der(sqrt(x)) = y/sqrt(x)"]),
    AtomCase(
      "derivative of log", point, "identity der(log(x^2 + 1)) = 2*x*y/(x^2 + 1)",
      ["identity der(log(x^2 + 1)) = y/(x^2 + 1)"]),
    AtomCase(
      "derivative of gelu", point,
      "identity x*der(gelu(x) + gelu(-x))/2 = y*gelu(x) - x*y/2 + x*(der(gelu(x)) - y*gelu(x)/x)",
      ["identity der(gelu(x)) = y*gelu(x)/x", "identity der(gelu(x) + gelu(-x)) = 0"]),
    AtomCase(
      "derivative of act", point, "identity der(act(x))*y = y*der(act(x))",
      [
        "identity der(act(x)) = y*act(x)", "identity der(act(x)) = act(y)", "identity act(-x) = -act(x)",
        "identity act(-x) = act(x)",
      ]),
    AtomCase(
      "act of equal arguments", point, "identity act((x + y)^2) = act(x^2 + 2*x*y + y^2)",
      ["identity act(2*x) = 2*act(x)"]),
    AtomCase(
      "rotation", point, "conserved sqrt(x^2 + y^2)",
      ["conserved sqrt(x^2 + 2*y^2)", "conserved sqrt(x^2 - y^2)", "conserved sqrt(x)"]),
    AtomCase(
      "Lotka and Volterra", "param x, y\nflow x' = x*(1 - y), y' = y*(x - 1)", "conserved x + y - log(x) - log(y)",
      [
        "conserved x + y - log(x) + log(y)", "conserved x - y - log(x) - log(y)", "conserved x + y - log(x) - 2*log(y)",
      ], scope: ["where every argument of log is positive"]),
    AtomCase(
      "powers that are no fractions of two", "param x, y\nflow x' = 3*x, y' = y", "conserved y/x^(1/3)",
      ["conserved y/x^(1/2)", "conserved y*x^(1/3)"]),
    AtomCase(
      "gradients within", "param u, w\nlet h = tanh(u)\nmodel f = w*h", "identity der(u) = -grad(h)*(1 - h^2)",
      ["identity der(u) = -grad(h)", "identity der(u) = grad(h)*(1 - h^2)"]),
    AtomCase(
      "gradients within of a loss", "param u, w\nlet h = tanh(u)\nloss exp(w*h)", "identity grad(h) = w*loss",
      ["identity grad(h) = loss", "identity grad(h) = h*loss"]),
  ]

  static let all = networks + attention + identities
}
