import CertificateChecker

/// A certificate of true mathematics and what the tests change in it.
struct Case {
  let name: String
  let certificate: Certificate
  /// Replacements in the model's text after which the certificate proves nothing.
  let falseTexts: [(String, String)]
  /// Whether the claim stays provable when one of its names is multiplied by a number.
  let isScaleInvariant: Bool

  init(
    _ name: String, _ source: String, _ claim: String, _ evidence: ProofEvidence,
    scope: Certificate.Scope = .given, sizes: [String: Int] = [:], falseTexts: [(String, String)] = [],
    isScaleInvariant: Bool = false
  ) {
    self.name = name
    let verdict = [.witness, .matrices, .boundaryPoint].contains(evidence.kind) ? "violated" : "holds"
    certificate = Certificate(
      program: "tests", name: "\(name).flow", source: source, sizes: sizes, claim: claim, verdict: verdict,
      scope: scope,
      evidence: evidence)
    (self.falseTexts, self.isScaleInvariant) = (falseTexts, isScaleInvariant)
  }
}

/// A square of a certificate.
func square(_ coefficient: String, _ root: String) -> ProofEvidence.Square {
  .init(coefficient: coefficient, root: root)
}

/// A point of a certificate.
func witness(
  _ values: [String: String], sizes: [String: Int] = [:], entry: [Int] = [], value: String
) -> ProofEvidence.Witness { .init(values: values, sizes: sizes, entry: entry, value: value) }

enum Cases {
  static let product = "param u, v\nmodel f = u*v"
  static let two = "dim n = 2\nparam W1[n,n], W2[n,n]\nmodel W = W2*W1"
  static let fields = "param x, y\nflow x' = x - y^2, y' = y*(x - y^2)"

  /// EXACT-2 section 3, EXACT D2 and the examples of the language, at given sizes.
  static let given: [Case] = {
    var list: [Case] = []
    list.append(
      Case(
        "sum of factors", product, "invariant u + v > 0", ProofEvidence(.cofactor, cofactors: ["-grad(f)"]),
        falseTexts: [("u*v", "u*v^2"), ("u*v", "2*u*v + u")]))
    list.append(
      Case(
        "difference of factors", product, "invariant u - v > 0", ProofEvidence(.cofactor, cofactors: ["grad(f)"]),
        falseTexts: [("u*v", "u*v + v")]))
    list.append(
      Case(
        "sign of a factor", product, "invariant u > 0",
        ProofEvidence(.boundaryPoint, witness: witness(["u": "0", "v": "1", "grad(f)": "1"], value: "-1")),
        falseTexts: [("u*v", "u^2*v")]))
    list.append(
      Case(
        "sign of the larger factor", product, "invariant u > 0 given u^2 - v^2 = 1",
        ProofEvidence(.conservedPlusSquare, cofactors: ["1"], conserved: "1", squares: [square("1", "v")])))
    list.append(
      Case(
        "power 2", "param u\nmodel f = u^2", "invariant u > 0", ProofEvidence(.cofactor, cofactors: ["-2*grad(f)"]),
        falseTexts: [("u^2", "u^3"), ("u^2", "u^2 + u")], isScaleInvariant: true))
    list.append(
      Case(
        "power 5", "param u\nmodel f = u^5", "invariant u > 0", ProofEvidence(.cofactor, cofactors: ["-5*u^3*grad(f)"]),
        falseTexts: [("u^5", "u^4")], isScaleInvariant: true))
    list.append(
      Case(
        "adjugates",
        two + """

          let A = [W1[2,2], -W1[1,2]; -W1[2,1], W1[1,1]]
          let B = [W2[2,2], -W2[1,2]; -W2[2,1], W2[1,1]]
          """, "identity A*(W2'*W2 - W1*W1')*B = det(W2)*A*W2' - det(W1)*W1'*B", ProofEvidence(.identity),
        falseTexts: [("-W1[1,2]", "W1[1,2]"), ("W2[2,2]", "2*W2[2,2]")]))
    list.append(
      Case(
        "determinant", two, "invariant det(W) > 0",
        ProofEvidence(
          .boundaryPoint,
          witness: witness(
            ["W1[1,1]": "1", "W2[1,1]": "1", "W2[2,2]": "1", "grad(W)[2,2]": "1"], value: "-1")),
        falseTexts: [("W2*W1", "W2*W1*W1")]))
    list.append(
      Case(
        "rank", two, "invariant W2*W1 = 0",
        ProofEvidence(
          .boundaryPoint,
          witness: witness(
            ["W2[1,1]": "1", "W2[2,2]": "1", "grad(W)[1,1]": "1", "grad(W)[2,2]": "1"], entry: [1, 1], value: "-1")),
        falseTexts: [("W2*W1", "W2*W1*W1")]))
    list.append(
      Case(
        "descent", "param u[2], v[2]\ndata y[2]\nlet f = u.*v\nloss 1/2*norm2(f - y)", "nonincreasing loss",
        ProofEvidence(
          .squares,
          squares: [
            square("1", "v[1]*(u[1]*v[1] - y[1])"), square("1", "u[1]*(u[1]*v[1] - y[1])"),
            square("1", "v[2]*(u[2]*v[2] - y[2])"), square("1", "u[2]*(u[2]*v[2] - y[2])"),
          ]), falseTexts: [("1/2*norm2", "norm2"), ("u.*v", "u.*v + u"), ("f - y", "f + y")]))
    list.append(
      Case(
        "norm", two.replacing("model W", with: "data Y[n,n] = [2, 0; 0, 1]\nlet W") + "\nloss 1/2*norm2(W - Y)",
        "nonincreasing norm2(W1) + norm2(W2)",
        ProofEvidence(
          .witness,
          witness: witness(["W1[1,1]": "1", "W1[2,2]": "1", "W2[1,1]": "1", "W2[2,2]": "1"], value: "4")),
        falseTexts: [("[2, 0; 0, 1]", "[3, 0; 0, 1]"), ("1/2*", "1/3*"), ("W - Y", "W + Y")]))
    list.append(
      Case(
        "homogeneous", product, "identity der(u^2 + v^2) = -4*grad(f)*u*v", ProofEvidence(.identity),
        falseTexts: [("u*v", "u*v^2"), ("u*v", "u^2*v")]))
    list.append(
      Case(
        "canonical polyadic",
        "dim n = 2\nparam a[n], b[n], c[n]\nmodel T[i,j,k] = a[i]*b[j]*c[k]",
        "identity der(norm2(a)) = -2*dot(grad(T), T)",
        ProofEvidence(.identity), falseTexts: [("a[i]*b[j]", "a[i]*a[j]"), ("c[k]", "c[k]^2*a[i]")]))
    list.append(
      Case(
        "factor of a tensor",
        "dim n = 2\nparam a[n], b[n], c[n]\nmodel T[i,j,k] = a[i]*b[j]*c[k]", "invariant a = 0",
        ProofEvidence(
          .boundaryPoint, witness: witness(["b[1]": "1", "c[2]": "1", "grad(T)[2,1,2]": "1"], entry: [2], value: "-1")))
    )
    list.append(
      Case(
        "dead unit", "param a, w[2]\ndata d[2]\nmodel f = a*dot(w, d)", "invariant [a; w] = 0",
        ProofEvidence(
          .vectorCofactor,
          cofactors: [
            "0", "-grad(f)*d[1]", "-grad(f)*d[2]", "-grad(f)*d[1]", "0", "0", "-grad(f)*d[2]", "0", "0",
          ], entries: ["a", "w[1]", "w[2]"]),
        falseTexts: [("a*dot(w, d)", "a*dot(w, d) + a"), ("dot(w, d)", "(dot(w, d) + 1)")], isScaleInvariant: true))
    list.append(
      Case(
        "symmetric", "dim n = 2\nparam U[n,n]\nmodel X = U*U'", "invariant det(U) > 0",
        ProofEvidence(.cofactor, cofactors: ["-2*grad(X)[1,1] - 2*grad(X)[2,2]"]), falseTexts: [("U*U'", "U*U' + U")],
        isScaleInvariant: true))
    list.append(
      Case(
        "energy", "param u\ndata y\nloss 1/2*(u - y)^2\nflow momentum(0.5)", "nonincreasing loss + 1/2*v_u^2",
        ProofEvidence(.squares, squares: [square("1/2", "v_u")]),
        falseTexts: [("0.5", "0.25"), ("momentum(0.5)", "gradient")]))
    list.append(
      Case(
        "decay", "param u, v\nmodel f = u*v\nflow gradient decay lambda", "decays u^2 - v^2 rate 2*lambda",
        ProofEvidence(.identity),
        falseTexts: [("u*v", "u^2*v"), (" decay lambda", " decay 2")]))
    list.append(
      Case(
        "linear convergence", "param u, v\ndata y\nloss 1/2*(u*v - y)^2", "invariant loss <= 0",
        ProofEvidence(
          .squaresPlusIdeal, cofactors: ["2*u^2 + 2*v^2"], conserved: "2*u^2 - 2*v^2", squares: []),
        falseTexts: [("1/2*", "1/3*"), ("u*v", "u*v^2"), ("u*v", "u*v + u")], isScaleInvariant: true))
    list.append(
      Case(
        "reciprocals", "param u, v\nmodel f = u^3 - v^3", "conserved 1/u + 1/v",
        ProofEvidence(.rationalLaw, entries: ["u + v", "u*v"]), falseTexts: [("u^3", "u^4"), ("- v^3", "+ v^3")]))
    list.append(
      Case(
        "product of two", "param u, v\nmodel f = u^2 - v^2", "conserved u*v", ProofEvidence(.identity),
        falseTexts: [("u^2", "u^3"), ("- v^2", "+ v^2")], isScaleInvariant: true))
    list.append(
      Case(
        "first integral 1", "param x, y\nflow x' = -2*y, y' = -2*x - 3*x^2", "conserved x^2 + x^3 - y^2",
        ProofEvidence(.identity),
        falseTexts: [("-2*y", "-3*y"), ("3*x^2", "2*x^2"), ("3*x^2", "3*x")]))
    list.append(
      Case(
        "first integral 2", "param x, y\nflow x' = y^2, y' = x*y", "conserved x^2 - y^2", ProofEvidence(.identity),
        falseTexts: [("y^2,", "y,"), ("x*y", "2*x*y")]))
    list.append(
      Case(
        "first integral 3", "param x1, x2\nflow x1' = -x2^3, x2' = x1 - x1^3", "conserved x1^4 - 2*x1^2 - x2^4",
        ProofEvidence(.identity), falseTexts: [("-x2^3", "x2^3"), ("x1^3", "x1^2")]))
    list.append(
      Case(
        "Euler's top", "param x, y, z\nflow x' = y*z, y' = x*z, z' = x*y", "conserved x^2 - y^2",
        ProofEvidence(.identity),
        falseTexts: [("x*z", "2*x*z"), ("y*z,", "y*z + x,")]))
    list.append(
      Case(
        "Darboux 1", fields, "invariant y^2 - x > 0", ProofEvidence(.cofactor, cofactors: ["1 - 2*y^2"]),
        falseTexts: [("y*(x - y^2)", "y*x"), ("x' = x", "x' = 2*x")]))
    list.append(
      Case(
        "Darboux 2", fields, "invariant y > 0 cofactor x - y^2", ProofEvidence(.cofactor, cofactors: ["x - y^2"]),
        falseTexts: [("y*(x", "y*(2*x")]))
    list.append(
      Case(
        "disc", fields, "invariant 1-x^2-y^2 > 0",
        ProofEvidence(.boundaryPoint, witness: witness(["x": "-1"], value: "-2")), falseTexts: [("x' = x", "x' = 2*x")])
    )
    list.append(
      Case(
        "contraction", "param x, y\nflow x' = -x + y, y' = -y - x", "nonincreasing x^2 + y^2",
        ProofEvidence(.squares, squares: [square("2", "x"), square("2", "y")]),
        falseTexts: [("-x + y", "-x + 2*y"), ("-x + y", "y")]))
    list.append(
      Case(
        "membership", "param x, y\nflow x' = 0, y' = 0", "identity x*y + y = 0 given x = -1",
        ProofEvidence(.ideal, cofactors: ["y"])))
    list.append(
      Case(
        "assumed", "param x, y\nflow x' = x + y - 1, y' = 0", "invariant x > 0 given y = 1",
        ProofEvidence(.cofactorModulo, cofactors: ["1", "1"]), falseTexts: [("- 1", "- 2"), ("x + y", "x + x*y")]))
    list.append(
      Case(
        "conserved modulo", "param x, y\nflow x' = y*x, y' = 0", "conserved x given y = 0",
        ProofEvidence(.cofactorModulo, cofactors: ["0", "x"]), falseTexts: [("y*x", "y*x + x"), ("y*x", "(y + 1)*x")]))
    list.append(
      Case(
        "mirror", "param u[2], v[2]\nmodel f = u.*v\nflow mirror", "conserved u - v", ProofEvidence(.identity),
        falseTexts: [("flow mirror", "flow gradient"), ("u.*v", "u.*v.*v")]))
    list.append(
      Case(
        "convolution",
        "dim k = 2\ninput x[4], y[2]\nparam u[k], v[k]\nlet h[i] = sum(t: u[t]*x[i+t-1])\nmodel f[i] = sum(s: v[s]*h[i+s-1])",
        "conserved norm2(u) - norm2(v)", ProofEvidence(.identity),
        falseTexts: [("v[s]*h", "v[s]^2*h"), ("u[t]*x", "u[t]*u[t]*x")]))
    list.append(
      Case(
        "bias", "dim d = 2, h = 2\ninput x[d]\nparam W[h,d], b[h], V[d,h]\nmodel f = V*[W, b]*[x; 1]",
        "conserved [W, b]*[W, b]' - V'*V", ProofEvidence(.identity), falseTexts: [("[x; 1]", "[x; 1]*b[1]")]))
    list.append(
      Case(
        "always", "param x = 2, y = 1\nflow x' = x*y, y' = -y", "always x > 0 on [0, 5]",
        ProofEvidence(.cofactor, cofactors: ["y"]),
        falseTexts: [("x = 2", "x = -2"), ("x*y", "x*y - 1"), ("x = 2", "x = gaussian(1)")], isScaleInvariant: true))
    list.append(
      Case(
        "always above", "param u = 2, v = 1\nmodel f = u*v", "always u > 0 on [0, 5]",
        ProofEvidence(.conservedPlusSquare, conserved: "u^2 - v^2", squares: [square("1", "v")]),
        falseTexts: [("u = 2", "u = -2"), ("v = 1", "v = 2"), ("u*v", "u*v + v")]))
    list.append(
      Case(
        "not conserved", product, "conserved u^2 + v^2",
        ProofEvidence(.witness, witness: witness(["u": "1", "v": "2", "grad(f)": "1"], value: "-8")),
        falseTexts: [("u*v", "u*v^2"), ("u*v", "2*u*v")]))
    list.append(
      Case(
        "nearly", product, "conserved u^2 - 1000000001/1000000000*v^2",
        ProofEvidence(.witness, witness: witness(["u": "1", "v": "1", "grad(f)": "1"], value: "1/500000000")),
        falseTexts: [("u*v", "2*u*v"), ("u*v", "u*v^2")]))
    return list
  }()

  static let all = given + allSizes
}
