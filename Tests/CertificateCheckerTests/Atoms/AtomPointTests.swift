import CertificateChecker
import Testing

/// Points at which claims about functions that are no polynomials fail.
@Suite("Atoms at points")
struct AtomPointTests {
  /// A text, a claim, a point and the value there, worked out by hand.
  private struct Point {
    let source: String
    let claim: String
    let values: [String: String]
    let value: String
    var entry: [Int] = []
  }

  private static let point = "param x, y\nflow x' = y, y' = -x"
  private static let relu = "input d\nparam a, w\nmodel f = a*relu(w*d)"

  private static let points: [Point] = [
    // a' = −g w d = −2·3·5 and w' = −g a d = −2·1·5 with g = 2: (w² + a²)' = 2·3·(−10) + 2·1·(−30).
    Point(
      source: relu, claim: "conserved w^2 + a^2", values: ["a": "1", "w": "3", "d": "5", "grad(f)": "2"], value: "-120"),
    // Nothing moves where the argument is negative: only the constant part of a sum is left.
    Point(
      source: "input d\nparam a, w\nmodel f = a*(relu(w*d) + 1)", claim: "conserved a",
      values: ["w": "-3", "d": "5", "grad(f)": "2"], value: "-2"),
    // −(1/10) a d for leaky.
    Point(
      source: "input d\nparam a, w\nmodel f = a*leaky(w*d, 0.1)", claim: "conserved w",
      values: ["a": "2", "w": "-3", "d": "5", "grad(f)": "1"], value: "-1"),
    Point(
      source: "input d\nparam a, w\nmodel f = a*abs(w*d)", claim: "conserved w",
      values: ["a": "2", "w": "-3", "d": "5", "grad(f)": "1"], value: "10"),
    // A slope that is any may be 0.
    Point(
      source: "input d\nparam a, w\nmodel f = a*leaky(w*d)", claim: "conserved w",
      values: ["a": "2", "w": "3", "d": "5", "grad(f)": "1"], value: "-10"),
    Point(source: point, claim: "identity max(x, y) = x", values: ["x": "1/3", "y": "1/2"], value: "1/6"),
    Point(source: point, claim: "identity min(x, y) = x", values: ["x": "1/2", "y": "1/3"], value: "-1/6"),
    Point(source: point, claim: "identity [x, relu(x)] = 0", values: ["x": "7"], value: "7", entry: [2]),
    Point(source: point, claim: "identity relu(relu(x) - y) = x", values: ["x": "7", "y": "5"], value: "-5"),
    Point(source: point, claim: "conserved sqrt(x)", values: ["x": "9/4", "y": "1"], value: "1/3"),
    Point(source: point, claim: "conserved x^(3/2)", values: ["x": "4", "y": "1"], value: "3"),
    Point(source: point, claim: "identity norm([x, y]) = x + y", values: ["x": "3", "y": "-4"], value: "6"),
    Point(source: point, claim: "identity norm1([x, y]) = x + y", values: ["x": "3", "y": "-4"], value: "8"),
    Point(source: point, claim: "conserved exp(x*y)", values: ["y": "3"], value: "9"),
    Point(source: point, claim: "conserved log(x)", values: ["x": "1", "y": "3"], value: "3"),
    Point(source: point, claim: "conserved tanh(x)", values: ["y": "3"], value: "3"),
    Point(source: point, claim: "conserved sigmoid(x)", values: ["y": "3"], value: "3/4"),
    Point(source: point, claim: "conserved silu(x)", values: ["y": "3"], value: "3/2"),
    Point(source: point, claim: "identity gelu(x) = x - gelu(-x)*1 + gelu(x*y)*0 + 1", values: ["y": "3"], value: "-1"),
    Point(source: point, claim: "identity softmax([x, y])[1] = 1", values: [:], value: "-1/2"),
    Point(source: point, claim: "identity rmsnorm([x, y])[1] = 1", values: ["x": "7", "y": "-1"], value: "2/5"),
    Point(source: point, claim: "identity layernorm([x, y])[1] = 1", values: ["x": "1", "y": "3"], value: "-2"),
    Point(source: point, claim: "nonincreasing relu(x)", values: ["x": "1", "y": "2"], value: "2"),
    Point(
      source: "param u, v\nmodel f = v*relu(u)", claim: "invariant v > 0", values: ["u": "1", "grad(f)": "3"],
      value: "-3"),
  ]

  private func check(_ point: Point) -> CheckResult {
    let kind: ProofEvidence.Kind = point.claim.hasPrefix("invariant") ? .boundaryPoint : .witness
    return CertificateChecker.check(
      Certificate(
        program: "tests", name: "t.flow", source: point.source, sizes: [:], claim: point.claim, verdict: "violated",
        scope: .given,
        evidence: ProofEvidence(kind, witness: witness(point.values, entry: point.entry, value: point.value))))
  }

  private func check(_ source: String, _ claim: String, _ values: [String: String], _ value: String) -> CheckResult {
    check(Point(source: source, claim: claim, values: values, value: value))
  }

  private func expectRejected(
    _ result: CheckResult, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .rejected(let reason) = result else {
      Issue.record("\(result)", sourceLocation: sourceLocation)
      return
    }
    #expect(part.isEmpty || reason.contains(part), "\(reason)", sourceLocation: sourceLocation)
  }

  @Test("the value is the one worked out by hand, and no other", arguments: points.indices)
  func values(number: Int) {
    let point = Self.points[number]
    guard case .accepted(let statement) = check(point) else {
      Issue.record("\(point.claim): \(check(point))")
      return
    }
    #expect(
      statement.hasPrefix("violated: \(point.claim.prefix(9))") && statement.contains("is \(point.value)")
        || statement.contains("derivative \(point.value)"), "\(statement)")
    for other in ["0", "1", "-1", "5", "1/2", "-7/3", "120", "-60", point.value + "1"] where other != point.value {
      let changed = Point(
        source: point.source, claim: point.claim, values: point.values, value: other, entry: point.entry)
      expectRejected(check(changed), "")
    }
  }

  @Test("points at which a function is not smooth")
  func bends() {
    for function in [
      "relu(w*d)", "leaky(w*d, 0.5)", "abs(w*d)", "max(w, d)", "max(d, w)", "min(w*d, 0)", "norm1([w*d, w])",
    ] {
      let source = "input d\nparam a, w\nmodel f = a*\(function)"
      expectRejected(check(source, "conserved a", ["a": "1", "grad(f)": "2"], "0"), "is 0 at the point")
      expectRejected(check(source, "conserved a + w", ["a": "1", "grad(f)": "2"], "-1"), "is 0 at the point")
    }
    // Another neuron's argument is 0: the flow is not smooth there, although the value does not depend on it.
    let two = "input d\nparam a, w, b, u\nmodel f = a*relu(w*d) + b*relu(u*d)"
    let point = ["a": "1", "w": "3", "d": "5", "grad(f)": "2"]
    expectRejected(check(two, "conserved w^2 + a^2", point, "-120"), "is 0 at the point")
    guard case .accepted = check(two, "conserved w^2 + a^2", point.merging(["u": "1"]) { $1 }, "-120") else {
      Issue.record("no argument is 0")
      return
    }
    // Argument of an argument.
    expectRejected(check(Self.point, "identity relu(relu(x) + 1) = x", ["x": "0"], "1"), "is 0 at the point")
    expectRejected(check(Self.point, "identity relu(relu(x)) = y", ["x": "-1"], "0"), "is 0 at the point")
  }

  @Test("points at which there is no value")
  func poles() {
    for (claim, values, part) in [
      ("identity sqrt(x) = 1", [:], "root of 0"), ("identity sqrt(x) = 1", ["x": "-4"], "root of -4"),
      ("identity sqrt(x)^2 = 1", ["x": "-4"], "root of -4"), ("identity log(x) = 1", [:], "logarithm of 0"),
      ("identity log(x) = 1", ["x": "-1"], "logarithm of -1"), ("identity exp(x)/y = 1", [:], "denominator is 0"),
      // y/y is 1 only where y is not 0.
      ("identity exp(x)*y/y = 2", [:], "denominator is 0"), ("identity x/norm([x, y]) = 1", [:], "root of 0"),
      ("identity layernorm([x, y])[1] = 1", ["x": "1", "y": "1"], "root of 0"),
    ] as [(String, [String: String], String)] {
      expectRejected(check(Self.point, claim, values, "-1"), part)
    }
  }

  @Test("values that are no fractions")
  func inexact() {
    for (claim, part) in [
      ("identity exp(x) = 1", "exponential of 2"), ("identity sqrt(x) = 1", "root of 2"),
      ("identity log(x) = 1", "logarithm of 2"), ("identity sigmoid(x) = 1", "exponentials"),
      ("identity tanh(x) = 1", "exponentials"), ("identity gelu(x) = 1", "normal distribution"),
      ("identity act(x) = 1", "act"), ("identity act(x - x) = 1", "act"), ("conserved act(x)", "act"),
      ("conserved gelu(x)", "normal d"), ("identity exp(x - 2) = 3", "exponential of 2"),
      ("identity relu(exp(x) - 1) = 0", "exponential"), ("identity 1/(exp(x) - 1) = 0", "exponential"),
      ("identity sqrt(log(x)) = 0", "logarithm"),
    ] {
      expectRejected(check(Self.point, claim, ["x": "2", "y": "1"], "1"), part)
    }
  }

  @Test("no witness names an atom, or chooses entries of a file")
  func names() {
    for name in ["", "#0", "g", "relu(w*d)", "#slope", "atom"] {
      expectRejected(
        check(Self.relu, "conserved a", ["a": "1", "w": "1", "d": "1", "grad(f)": "1", name: "1"], "-1"), "names")
    }
    let source = "data y[1] from \"y.csv\"\nparam u\nmodel f = u*relu(y[1])"
    expectRejected(check(source, "conserved u", ["y[1]": "1", "grad(f)": "1"], "-1"), "file")
    guard
      case .accepted = check(
        source.replacing(" from \"y.csv\"", with: ""), "conserved u", ["y[1]": "1", "grad(f)": "1"], "-1")
    else {
      Issue.record("not of a file")
      return
    }
  }
}
