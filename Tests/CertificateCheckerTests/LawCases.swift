import CertificateChecker

/// A list of laws with known numbers.
struct LawCase {
  let name: String
  let certificate: LawCertificate
  /// Replacements in the model's text after which the list proves nothing.
  let falseTexts: [(String, String)]

  /// - Parameters:
  ///   - dimension: Numbers of a state, with the clock.
  ///   - known: Names of all numbers of the state and of the constants.
  init(
    _ name: String, _ source: String, laws: [LawCertificate.Law], count: Int, dimension: Int, bound: Int,
    known: [String],
    clock: Bool = false, claim: String? = nil, verdict: String? = nil, depth: Int = 2,
    falseTexts: [(String, String)] = []
  ) {
    self.name = name
    self.falseTexts = falseTexts
    var columns = (1...dimension).map { LawCertificate.Column(field: $0) }
    if depth > 0 {
      for level in 1...depth {
        columns += (1...dimension).map { LawCertificate.Column(field: $0, along: 1000 + $0 % 3, depth: level) }
      }
    }
    var point: [String: Int] = [:]
    var generator = Generator(7)
    for name in known { point[name] = 1 + generator.below(1_000_000) }
    certificate = LawCertificate(
      program: "tests", name: "\(name).flow", source: source, sizes: [:], claim: claim, verdict: verdict, clock: clock,
      laws: laws, count: count,
      independence: count == 0 ? nil : .init(prime: Self.prime, point: point, rank: count),
      bound: .init(prime: Self.prime, point: point, columns: columns, rank: dimension - bound, bound: bound),
      complete: count == bound)
  }

  /// 2⁶¹ − 1.
  static let prime = 2_305_843_009_213_693_951

  /// `W[1,1]`, `W[1,2]`, … of a matrix.
  static func entries(_ name: String, _ rows: Int, _ columns: Int) -> [String] {
    (1...rows).flatMap { i in (1...columns).map { "\(name)[\(i),\($0)]" } }
  }

  static func entries(_ name: String, _ count: Int) -> [String] { (1...count).map { "\(name)[\($0)]" } }

  /// A chain of matrices with these widths: EXACT A.6.
  static func chain(_ widths: [Int], count: Int, bound: Int, depth: Int = 2, claim: String? = nil) -> LawCase {
    let depthOfNet = widths.count - 1
    let shapes = (1...depthOfNet).map { "W\($0)[\(widths[$0]),\(widths[$0 - 1])]" }
    let product = (1...depthOfNet).reversed().map { "W\($0)" }.joined(separator: "*")
    let source = "param \(shapes.joined(separator: ", "))\nmodel W = \(product)"
    let laws = (1..<depthOfNet).map { LawCertificate.Law(.claim, "conserved W\($0 + 1)'*W\($0 + 1) - W\($0)*W\($0)'") }
    let known = (1...depthOfNet).flatMap { entries("W\($0)", widths[$0], widths[$0 - 1]) }
    return LawCase(
      "chain \(widths)", source, laws: laws, count: count, dimension: known.count, bound: bound, known: known,
      claim: claim,
      verdict: claim == nil ? nil : "holds", depth: depth)
  }

  static let all: [LawCase] = {
    var list: [LawCase] = []
    list.append(chain([2, 2, 2], count: 3, bound: 3, claim: "laws degree 2 count 3"))
    list.append(chain([3, 2, 2], count: 3, bound: 3))
    list.append(chain([3, 3, 2], count: 6, bound: 6))
    list.append(chain([2, 4, 3], count: 10, bound: 10))
    list.append(chain([3, 2, 3, 2], count: 9, bound: 9))
    // A gap: EXACT A.3.
    list.append(chain([1, 2, 2, 1], count: 6, bound: 7, depth: 4))
    list.append(
      LawCase(
        "canonical polyadic", "param A[2,2],B[2,2],C[2,2]\nmodel T[i,j,k] = sum(r: A[i,r]*B[j,r]*C[k,r])",
        laws: [
          .init(.polynomial, "A[1,1]^2 + A[2,1]^2 - B[1,1]^2 - B[2,1]^2"),
          .init(.polynomial, "A[1,2]^2 + A[2,2]^2 - B[1,2]^2 - B[2,2]^2"),
          .init(.claim, "conserved sum(i: A[i,1]^2) - sum(i: C[i,1]^2)"),
          .init(.claim, "conserved sum(i: A[i,2]^2) - sum(i: C[i,2]^2)"),
        ], count: 4, dimension: 12, bound: 4,
        known: ["A", "B", "C"].flatMap { entries($0, 2, 2) }, claim: "laws degree 2 count 4", verdict: "holds",
        falseTexts: [("C[k,r])", "C[k,r]^2)"), ("B[j,r]*C[k,r]", "B[j,r]*C[k,r] + A[i,r]*A[j,r]*A[k,r]")]))
    list.append(
      LawCase(
        "one too many", "param u[2], v[2]\nmodel f = u.*v",
        laws: [.init(.polynomial, "u[1]^2 - v[1]^2"), .init(.polynomial, "u[2]^2 - v[2]^2")], count: 2, dimension: 4,
        bound: 2,
        known: entries("u", 2) + entries("v", 2), claim: "laws degree 2 count 3", verdict: "violated",
        falseTexts: [("u.*v", "u.*v.*v"), ("u.*v", "u.*v + u")]))
    list.append(
      LawCase(
        "reciprocals", "param u, v\nmodel f = u^3 - v^3", laws: [.init(.claim, "conserved 1/u + 1/v")], count: 1,
        dimension: 2,
        bound: 1, known: ["u", "v"], falseTexts: [("u^3", "u^4"), ("- v", "+ v")]))
    list.append(
      LawCase(
        "momentum", "param U[2,2], V[2,2]\nmodel X = U*V'\nflow momentum(tau)",
        laws: [.init(.claim, "decays U'*v_U - v_U'*U + V'*v_V - v_V'*V rate tau")], count: 1, dimension: 17, bound: 1,
        known: ["U", "V", "v_U", "v_V"].flatMap { entries($0, 2, 2) } + ["tau"], clock: true, depth: 3,
        falseTexts: [("momentum(tau)", "momentum(2)"), ("U*V'", "U*V' + U")]))
    list.append(
      LawCase(
        "decay", "param U[2,2], V[2,2]\nmodel X = U*V'\nflow gradient decay lambda",
        laws: [.init(.claim, "decays U'*U - V'*V rate 2*lambda")], count: 3, dimension: 9, bound: 3,
        known: ["U", "V"].flatMap { entries($0, 2, 2) } + ["lambda"], clock: true,
        falseTexts: [("decay lambda", "decay 2"), ("U*V'", "U*V' + U")]))
    list.append(
      LawCase(
        "mirror", "param U[2,2], V[2,2]\nmodel X = U*V'\nflow mirror",
        laws: [
          .init(.claim, "conserved sum(i: U[i,1]) - sum(i: V[i,1])"),
          .init(.claim, "conserved sum(i: U[i,2]) - sum(i: V[i,2])"),
        ],
        count: 2, dimension: 8, bound: 2, known: ["U", "V"].flatMap { entries($0, 2, 2) },
        falseTexts: [("flow mirror", "flow gradient")]))
    list.append(
      LawCase(
        "Euler's top", "param x, y, z\nflow x' = y*z, y' = x*z, z' = x*y",
        laws: [.init(.polynomial, "x^2 - y^2"), .init(.polynomial, "y^2 - z^2")], count: 2, dimension: 3, bound: 2,
        known: ["x", "y", "z"], depth: 0, falseTexts: [("x*z", "2*x*z")]))
    list.append(
      LawCase(
        "attention", "input x[2], y[2]\nparam Q[2,2], K[2,2]\nmodel s = dot(Q*x, K*y)",
        laws: [.init(.claim, "conserved Q*Q' - K*K'")], count: 3, dimension: 8, bound: 3,
        known: ["Q", "K"].flatMap { entries($0, 2, 2) }, falseTexts: [("K*y)", "K*y) + Q[1,1]")]))
    list.append(
      LawCase(
        "quadratic", "input x[2]\nparam W[3,2], a[3]\nmodel f = dot(a, (W*x).^2)",
        laws: [
          .init(.claim, "conserved [norm2(W[1,:]) - 2*a[1]^2, norm2(W[2,:]) - 2*a[2]^2, norm2(W[3,:]) - 2*a[3]^2]")
        ],
        count: 3, dimension: 9, bound: 3, known: entries("W", 3, 2) + entries("a", 3), falseTexts: [(".^2", ".^3")]))
    return list
  }()
}
