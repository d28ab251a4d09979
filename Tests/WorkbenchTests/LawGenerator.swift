/// Random `.flow` files with claims whose truth is known from how they were made: laws of products, ties, homogeneous functions, and
/// statements beside them that are false.
struct LawGenerator {
  /// A file and, by the names of its claims, whether they are true.
  struct Program {
    var lines: [String] = []
    var truths: [String: Bool] = [:]

    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func claim(_ isTrue: Bool, _ text: String) {
      let name = "c\(truths.count + 1)"
      truths[name] = isTrue
      lines.append("claim \(name): \(text)")
    }
  }

  private var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  private mutating func size() -> Int { 1 + below(3) }
  private mutating func pick(_ items: [String]) -> String { items[below(items.count)] }

  mutating func program() -> Program {
    switch below(8) {
    case 0, 1: chain()
    case 2: tied()
    case 3: network()
    case 4: powers()
    case 5: tensor()
    case 6: attention()
    default: scaleFree()
    }
  }

  /// A product of two to four matrices, some of them transposes of what is declared: between neighbours B'B − AA' is conserved, under
  /// decay it decays at twice the rate.
  private mutating func chain() -> Program {
    let depth = 2 + below(3)
    let sizes = (0...depth).map { _ in 1 + size() }
    var program = Program()
    var factors: [String] = []
    for k in 0..<depth {
      let isTransposed = below(2) == 0
      let (rows, columns) = (sizes[k + 1], sizes[k])
      program.lines.append("param W\(k)[\(isTransposed ? "\(columns),\(rows)" : "\(rows),\(columns)")]")
      factors.append(isTransposed ? "W\(k)'" : "W\(k)")
    }
    let decay = below(4) == 0 ? "0.\(1 + below(5))" : nil
    program.lines += [
      "data Y[\(sizes[depth]),\(sizes[0])]", "model W = \(factors.reversed().joined(separator: "*"))",
      "loss 1/2*norm2(W - Y)", "init = gaussian(0.6)",
    ]
    if let decay { program.lines.append("flow gradient decay \(decay)") }
    for k in 0..<depth - 1 {
      let (above, below) = ("(\(factors[k + 1]))'*\(factors[k + 1])", "\(factors[k])*(\(factors[k]))'")
      let law = pick(["\(above) - \(below)", "\(below) - \(above)", "3*(\(above)) - 3*(\(below))"])
      if let decay {
        program.claim(true, "decays \(law) rate 2*\(decay)")
        program.claim(false, "decays \(law) rate 2.02*\(decay)")
        program.claim(false, "conserved \(law)")
      } else {
        program.claim(true, "conserved \(law)")
        program.claim(false, "conserved \(above) - 1.01*(\(below))")
        program.claim(false, "conserved \(above) + \(below)")
        program.claim(false, "conserved \(above)")
      }
    }
    if depth > 2, decay == nil {
      // Neighbours of a neighbour: their norms differ by what stands between.
      program.claim(true, "conserved norm2(W0) - norm2(W2)")
      program.claim(false, "conserved norm2(W0) - 2*norm2(W2)")
    }
    return program
  }

  /// E W E': E'E − WW' − W'W; every part of it alone moves.
  private mutating func tied() -> Program {
    let (n, r) = (2 + below(2), 1 + below(2))
    var program = Program()
    program.lines = [
      "param E[\(n),\(r)], W[\(r),\(r)]", "data Y[\(n),\(n)]", "model X = E*W*E'", "loss 1/2*norm2(X - Y)",
      "init = gaussian(0.6)",
    ]
    program.claim(true, "conserved E'*E - W*W' - W'*W")
    program.claim(true, "conserved norm2(E) - 2*norm2(W)")
    program.claim(false, "conserved E'*E - W*W'")
    program.claim(false, "conserved E'*E - W*W' - 1.01*W'*W")
    program.claim(false, "conserved norm2(E) - norm2(W)")
    return program
  }

  /// One hidden layer with a function that is homogeneous of degree one, or not; with a bias it stands in the neuron's law.
  private mutating func network() -> Program {
    let (d, h, o) = (1 + below(3), 1 + below(3), 1 + below(2))
    let function = pick(["relu(Z)", "leaky(Z, 0.2)", "Z", "tanh(Z)", "silu(Z)"])
    let isHomogeneous = !function.hasPrefix("tanh") && !function.hasPrefix("silu")
    let hasBias = below(2) == 0
    var program = Program()
    program.lines = [
      "input x[\(d)], y[\(o)]", "param W[\(h),\(d)], b[\(h)], V[\(o),\(h)]",
      "model f = V*\(function.replacing("Z", with: hasBias ? "W*x + b" : "W*x"))", "loss 1/2*norm2(f - y)",
      "init = gaussian(0.6)",
    ]
    let neuron = 1 + below(h)
    let incoming = "sum(j: W[\(neuron),j]^2)\(hasBias ? " + b[\(neuron)]^2" : "")"
    let outgoing = "sum(i: V[i,\(neuron)]^2)"
    program.claim(isHomogeneous, "conserved \(incoming) - \(outgoing)")
    program.claim(false, "conserved \(incoming) - 1.01*\(outgoing)")
    program.claim(false, "conserved \(incoming) + \(outgoing)")
    if hasBias { program.claim(false, "conserved sum(j: W[\(neuron),j]^2) - \(outgoing)") }
    program.claim(isHomogeneous, "conserved norm2(W)\(hasBias ? " + norm2(b)" : "") - norm2(V)")
    return program
  }

  /// uᵖ vᵍ, entry by entry: q u² − p v².
  private mutating func powers() -> Program {
    let (n, p, q) = (1 + below(3), 1 + below(3), 1 + below(3))
    var program = Program()
    program.lines = [
      "param u[\(n)], v[\(n)]", "data y[\(n)]", "model f = u.^\(p) .* v.^\(q)", "loss 1/2*norm2(f - y)",
      "init = gaussian(0.8)",
    ]
    program.claim(true, "conserved \(q)*u.*u - \(p)*v.*v")
    program.claim(false, "conserved \(q)*u.*u - \(p).01*v.*v")
    program.claim(false, "conserved \(q + 1)*norm2(u) - \(p)*norm2(v)")
    return program
  }

  /// A tensor of order three: the norms of a component's vectors move alike; inner products of two components do not.
  private mutating func tensor() -> Program {
    let (a, b, c) = (1 + size(), 1 + size(), 1 + size())
    var program = Program()
    program.lines = [
      "param A[\(a),2], B[\(b),2], C[\(c),2]", "data Y[\(a),\(b),\(c)]",
      "model T[i,j,k] = sum(r: A[i,r]*B[j,r]*C[k,r])", "loss 1/2*norm2(T - Y)", "init = gaussian(0.6)",
    ]
    let r = 1 + below(2)
    program.claim(true, "conserved sum(i: A[i,\(r)]^2) - sum(i: B[i,\(r)]^2)")
    program.claim(true, "conserved norm2(C[:,\(r)]) - norm2(B[:,\(r)])")
    program.claim(false, "conserved sum(i: A[i,1]^2) - sum(i: B[i,2]^2)")
    program.claim(false, "conserved norm2(A) - 1.01*norm2(C)")
    return program
  }

  /// Keys and queries stand in a product, and so do values and outputs.
  private mutating func attention() -> Program {
    let (d, k, v) = (2 + below(2), 1 + below(2), 1 + below(2))
    var program = Program()
    program.lines = [
      "input x[\(d)], y[\(d)], t[\(d)]", "param Q[\(k),\(d)], K[\(k),\(d)], V[\(v),\(d)], O[\(d),\(v)]",
      "let a = softmax([dot(Q*x, K*x), dot(Q*x, K*y)])", "model f = O*(a[1]*V*x + a[2]*V*y)",
      "loss 1/2*norm2(f - t)", "init = gaussian(0.6)",
    ]
    program.claim(true, "conserved Q*Q' - K*K'")
    program.claim(true, "conserved V*V' - O'*O")
    program.claim(false, "conserved Q*Q' - 1.01*K*K'")
    program.claim(false, "conserved norm2(Q) - norm2(V)")
    return program
  }

  /// What a function does not see the size of keeps its norm; stacked with a row that it does see.
  private mutating func scaleFree() -> Program {
    let n = 2 + below(2)
    var program = Program()
    program.lines = [
      "param u[\(n)], s", "data y[\(n)]", "model f = s*u/norm(u)", "loss 1/2*norm2(f - y)", "init = gaussian(0.8)",
    ]
    program.claim(true, "conserved norm2(u)")
    program.claim(true, "conserved norm(u)")
    program.claim(false, "conserved norm2([u; s])")
    program.claim(false, "conserved norm2(u) - 0.01*s^2")
    return program
  }
}
