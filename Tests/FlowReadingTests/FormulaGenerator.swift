/// Random formulas of a given shape, and files of them: over every construct that a program can say. Arguments of functions that are
/// not defined everywhere are kept away from where they are not.
struct FormulaGenerator {
  private var state: UInt64
  private var indexCount = 0
  /// Arrays that may be used, by name.
  private(set) var arrays: [(name: String, shape: [Int])] = []

  init(_ seed: Int) { state = UInt64(seed) }

  /// A new index.
  private mutating func index() -> String {
    indexCount += 1
    return "k_\(indexCount)"
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
  /// In (−1, 1).
  mutating func number() -> Double { Double(Int(next() % 2_000_001) - 1_000_000) / 1_000_000 }
  mutating func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in number() } }

  /// A file with a model, definitions and a loss.
  mutating func file(hasInputs: Bool) -> String {
    arrays = [
      ("A", [2, 3]), ("B", [3, 2]), ("C", [2, 2]), ("D", [3, 3]), ("x", [3]), ("y", [2]), ("s", []), ("P", [2, 3]),
      ("q", [3]), ("l", [2, 2]),
    ]
    var lines = [
      "dim n = 3, k = 2", "param A[k,n], B[n,k], C[k,k], D[n,n], x[n], y[k], s",
      "data P[2,3], q[n], l[2,2] = [1, -2; 0.5, 3]",
    ]
    if hasInputs {
      arrays += [("z", [3]), ("w", [2])]
      lines.append("input z[n], w[k]")
    }
    for number in 0..<2 + below(2) {
      let shape = pick([[], [2], [3], [2, 3], [3, 2], [2, 2], [3, 3]])
      if shape.count == 2, below(2) == 0 {
        lines.append("let f\(number)[i,j] = \(entryFormula(shape))")
      } else {
        lines.append("let f\(number) = \(formula(shape, 3))")
      }
      arrays.append(("f\(number)", shape))
    }
    lines.append("model M = \(formula([2, 3], 3))")
    arrays.append(("M", [2, 3]))
    lines.append("loss 1/2*norm2(M - P) + 0.1*\(formula([], 3))")
    lines.append("observe \(formula([2], 3)) - \(formula([2], 2)) + \(formula([2], 1)), \(formula([2, 2], 3))")
    return lines.joined(separator: "\n")
  }

  /// A formula of the free indices i and j.
  private mutating func entryFormula(_ shape: [Int]) -> String {
    let inner = pick([2, 3])
    let (a, b) = (name([shape[0], inner]), name([inner, shape[1]]))
    let (u, v, m) = (name([shape[0]]), name([shape[1]]), name(shape))
    return pick([
      "sum(k1: \(a)[i,k1]*\(b)[k1,j]) - \(u)[i]*\(v)[j]", "\(m)[i,j]^2 + \(u)[i]",
      "tanh(\(m)[i,j])*\(v)[j]/(1 + \(u)[i]^2)",
      "sum(k1: tanh(\(a)[i,k1] + \(b)[k1,j]))", "dot(\(a)[i,:], \(b)[:,j]) + sum(k1: \(a)[i,k1])",
      "sum(k1, k2: \(a)[i,k1]*(\(b)[k1,j] + \(u)[k2]))", "2*\(m)[i,j] - I(\(shape[0]))[i,1]*\(v)[j]",
    ])
  }

  private mutating func name(_ shape: [Int]) -> String {
    let known = arrays.filter { $0.shape == shape }.map(\.name)
    return known.isEmpty ? formula(shape, 0) : pick(known)
  }

  mutating func formula(_ shape: [Int], _ depth: Int) -> String { "(\(bare(shape, depth)))" }

  private mutating func bare(_ shape: [Int], _ depth: Int) -> String {
    if depth == 0 { return leaf(shape) }
    let d = depth - 1
    if below(5) == 0 {
      switch below(5) {
      case 0: return "(\(formula(shape, d)) + \(formula(shape, d)))"
      case 1: return "(\(formula(shape, d)) - \(formula(shape, d)))"
      case 2: return "(-\(formula(shape, d)))"
      case 3: return "(\(pick(["2", "0.3", "1/3", "s"]))*\(formula(shape, d)))"
      default: return "(\(formula(shape, d))/(2 + \(formula([], d))^2))"
      }
    }
    if below(3) == 0, let text = entrywise(shape, d) { return text }
    switch shape.count {
    case 0: return scalar(d)
    case 1: return vector(shape[0], d)
    default: return matrix(shape, d)
    }
  }

  private mutating func leaf(_ shape: [Int]) -> String {
    let known = arrays.filter { $0.shape == shape }.map(\.name)
    if !known.isEmpty, below(6) > 0 { return pick(known) }
    switch shape.count {
    case 0: return pick(["s", "0.7", "3", "n", "A[1,2]", "x[k]", "C[2,2]"])
    case 1:
      return pick(["(C*y)", "y", "[1, -0.3]", "[s; y[1]]", "A[:,n]"]).fitting(shape[0], or: pick(["x", "q", "D[2,:]"]))
    default: return shape[0] == shape[1] ? "I(\(shape[0]))" : shape[0] == 2 ? "A" : "B"
    }
  }

  private mutating func entrywise(_ shape: [Int], _ d: Int) -> String? {
    let x = formula(shape, d)
    switch below(16) {
    case 0: return "tanh(\(x))"
    case 1: return "sigmoid(\(x))"
    case 2: return "relu(\(x))"
    case 3: return "silu(\(x))"
    case 4: return "gelu(\(x))"
    case 5: return "leaky(\(x), 0.1)"
    case 6: return "exp(tanh(\(x)))"
    case 7: return "log(exp(tanh(\(x))))"
    case 8: return "abs(\(x))"
    case 9: return "max(\(x), \(formula(shape, d)))"
    case 10: return "min(\(x), \(shape.isEmpty ? "1" : "0.2"))"
    case 11: return "tanh(\(x)) .^ \(pick(["2", "3", "0", "20"]))"
    case 12: return "sqrt(exp(tanh(\(x))))"
    case 13: return "exp(tanh(\(x))) .^ \(pick(["-1", "0.5", "-1.5", "(1/3)", "(-2)"]))"
    case 14: return "(\(x) .* \(formula(shape, d)))"
    default: return "(\(x) ./ exp(tanh(\(formula(shape, d)))))"
    }
  }

  private mutating func scalar(_ d: Int) -> String {
    let (n, m) = (pick([2, 3]), pick([2, 3]))
    let (a, b) = (index(), index())
    switch below(18) {
    case 0: return "tr(\(formula([n, n], d)))"
    case 1: return "det(\(formula([n, n], d)))"
    case 2: return "norm2(\(formula([n, m], d)))"
    // Not where it has no slope.
    case 3: return "norm(exp(tanh(\(formula([n], d)))))"
    case 4: return "norm1(\(formula([n], d)))"
    case 5: return "sum(\(formula([n, m], d)))"
    case 6: return "dot(\(formula([n], d)), \(formula([n], d)))"
    case 7: return "(\(formula([n], d)))'*\(formula([n, m], d))*\(formula([m], d))"
    case 8: return "\(formula([n, m], d))[\(1 + below(n)),\(1 + below(m))]"
    case 9: return "\(formula([n], d))[\(1 + below(n))]"
    case 10: return "sum(\(a), \(b): \(formula([n, m], d))[\(a),\(b)]*\(formula([m, n], d))[\(b),\(a)])"
    case 11: return "sum(\(a): \(formula([n, n], d))[\(a),\(a)]*\(formula([n], d))[\(a)])"
    case 12: return "einsum(\"ij,ij,i->\", \(formula([n, m], d)), \(formula([n, m], d)), \(formula([n], d)))"
    case 13: return "(\(formula([], d)))*(\(formula([], d)))"
    // Windows: one, two of one array, one beside a number; indices that run as far as windows let them.
    case 14: return "sum(\(a), \(b): \(formula([3], d))[\(a)+\(b)-1]*\(formula([2, 2], d))[\(b),\(a)])"
    case 15: return "sum(\(a), \(b): \(formula([3, 3], d))[\(b)+\(a)-1,5-\(a)-\(b)]*\(formula([2, 2], d))[\(b),\(a)])"
    case 16: return "sum(\(a): \(formula([3, 2], d))[2*\(a)-1,2]*\(formula([n], d))[\(n)+1-\(a)])".fitting(n, or: "s")
    default: return "(tanh(\(formula([], d))))^\(pick(["2", "3", "5"]))"
    }
  }

  private mutating func vector(_ n: Int, _ d: Int) -> String {
    let (m, a) = (pick([2, 3]), index())
    switch below(15) {
    case 0, 1: return "(\(formula([n, m], d))*\(formula([m], d)))"
    case 2: return "(\(formula([m], d))'*\(formula([m, n], d)))'"
    case 3: return "softmax(\(formula([n], d)))"
    case 4: return "layernorm(\(formula([n], d)), 0.1)"
    case 5: return "rmsnorm(\(formula([n], d)), 0.1)"
    case 6: return "diag(\(formula([n, n], d)))"
    case 7: return "\(formula([n, m], d))[:,\(1 + below(m))]"
    case 8: return "(\(formula([m, n], d))[\(1 + below(m)),:])"
    case 9: return "[" + (0..<n).map { _ in formula([], d) }.joined(separator: pick([", ", "; "])) + "]"
    case 10: return "einsum(\"ij,j->i\", \(formula([n, m], d)), \(formula([m], d)))"
    case 11: return "sum(\(a): \(formula([n, m], d))[:,\(a)]*\(formula([m], d))[\(a)])"
    case 12 where n == 3: return "[\(formula([2], d)); \(formula([], d))]"
    case 13: return "sum(\(a): \(formula([3, n], d))[\(a)+1,:]*\(formula([2], d))[\(a)])"
    default: return "einsum(\"ij->j\", \(formula([m, n], d)))"
    }
  }

  private mutating func matrix(_ shape: [Int], _ d: Int) -> String {
    let (n, m) = (shape[0], shape[1])
    let inner = pick([2, 3])
    if n == m, below(4) == 0 {
      switch below(4) {
      case 0: return "diag(\(formula([n], d)))"
      case 1: return "(I(\(n)) + \(formula(shape, d)))^2"
      case 2: return "tanh(\(formula(shape, d)))^\(pick(["0", "1", "3"]))"
      default: return "(\(formula([], d))*I(\(n)))"
      }
    }
    switch below(11) {
    case 0, 1: return "(\(formula([n, inner], d))*\(formula([inner, m], d)))"
    case 2: return "(\(formula([m, n], d))')"
    case 3: return "(\(formula([n], d))*\(formula([m], d))')"
    case 4: return "softmax(\(formula(shape, d)))"
    case 5: return "layernorm(\(formula(shape, d)), 0.2)"
    case 6:
      let rows = (0..<n).map { _ in (0..<m).map { _ in formula([], d) }.joined(separator: ", ") }
      return "[\(rows.joined(separator: "; "))]"
    case 7: return "einsum(\"ij,jk->ik\", \(formula([n, inner], d)), \(formula([inner, m], d)))"
    case 8 where m == 3: return "[\(formula([n, 2], d)), \(formula([n], d))]"
    case 9 where n == 3:
      let (row, corner) = ("\(formula([m - 1], d))'", formula([], d))
      return m == 3
        ? "[\(formula([2, 2], d)), \(formula([2], d)); \(row), \(corner)]"
        : "[\(formula([2, m], d)); \(formula([m], d))']"
    default: return "einsum(\"i,j,ij->ij\", \(formula([n], d)), \(formula([m], d)), \(formula(shape, d)))"
    }
  }
}

extension String {
  /// The text, of a vector of 2, or another of a vector of 3.
  fileprivate func fitting(_ extent: Int, or other: String) -> String { extent == 2 ? self : other }
}
