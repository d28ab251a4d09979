import CertificateChecker
import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// Every kind of refutation, its matrices put into formulas that are written out here by hand.
@Suite("counterexamples for all sizes")
struct AllSizesWitnessTests {
  /// What a witness says, as matrices.
  struct Point {
    let witness: ProofEvidence.Witness

    func number(_ name: String) -> Int { witness.values[name].flatMap { Int($0) } ?? 0 }

    /// A matrix whose extents are sizes or numbers by name.
    func callAsFunction(_ name: String, _ rows: String, _ columns: String) -> IntegerMatrix {
      IntegerMatrix(size(rows), size(columns)) { number("\(name)[\($0 + 1),\($1 + 1)]") }
    }

    func vector(_ name: String, _ rows: String) -> IntegerMatrix {
      IntegerMatrix(size(rows), 1) { i, _ in number("\(name)[\(i + 1)]") }
    }

    func size(_ name: String) -> Int { Int(name) ?? witness.sizes[name] ?? 0 }

    /// W1 … WL of sizes n0 … nL, and G.
    func chain(_ depth: Int) -> (weights: [IntegerMatrix], rates: [IntegerMatrix]) {
      let weights = (1...depth).map { self("W\($0)", "n\($0)", "n\($0 - 1)") }
      let g = self("grad(X)", "n\(depth)", "n0")
      let rates = (0..<depth).map { k in
        let above = weights[(k + 1)...].reduce(IntegerMatrix.identity(weights[k].rows)) { $1 * $0 }
        let below = weights[..<k].reduce(IntegerMatrix.identity(size("n0"))) { $1 * $0 }
        return -(above.t * g * below.t)
      }
      return (weights, rates)
    }
  }

  struct Case: CustomTestStringConvertible {
    let head: String
    let claim: String
    /// The value of the claim's departure, times ``denominator``.
    let value: @Sendable (Point) -> IntegerMatrix
    var denominator = 1
    /// The largest size at which it is refuted; nil where it does not matter.
    var largest: Int? = 1

    init(
      _ head: String, _ claim: String, _ largest: Int?, denominator: Int = 1,
      value: @escaping @Sendable (Point) -> IntegerMatrix
    ) {
      (self.head, self.claim, self.largest, self.denominator, self.value) = (head, claim, largest, denominator, value)
    }

    var testDescription: String { claim }
  }

  static func number(_ value: Int) -> IntegerMatrix { IntegerMatrix(1, 1) { _, _ in value } }

  /// The derivative of A B by those of A and B.
  static func product(
    _ a: IntegerMatrix, _ b: IntegerMatrix, _ da: IntegerMatrix, _ db: IntegerMatrix
  ) -> IntegerMatrix { da * b + a * db }

  /// The derivative of A' A.
  static func gram(_ a: IntegerMatrix, _ da: IntegerMatrix) -> IntegerMatrix { product(a.t, a, da.t, da) }

  static func chainHead(_ depth: Int) -> String {
    let sizes = (0...depth).map { "n\($0)" }.joined(separator: ", ")
    let blocks = (1...depth).map { "W\($0)[n\($0),n\($0 - 1)]" }.joined(separator: ", ")
    return "dim \(sizes)\nparam \(blocks)\nmodel X = \((1...depth).reversed().map { "W\($0)" }.joined(separator: "*"))"
  }

  static let chains: [Case] = [2, 3, 5, 8].flatMap { depth in
    [
      Case(chainHead(depth), "conserved norm2(W1) + norm2(W2)", 1) {
        let (w, d) = $0.chain(depth)
        return number(2 * (w[0].t * d[0]).trace + 2 * (w[1].t * d[1]).trace)
      },
      Case(chainHead(depth), "conserved W2'*W2 + W1*W1'", 1) {
        let (w, d) = $0.chain(depth)
        return gram(w[1], d[1]) + gram(w[0].t, d[0].t)
      },
      Case(chainHead(depth), "conserved W2'*W2 - 1.000000001*W1*W1'", 1, denominator: 1_000_000_000) {
        let (w, d) = $0.chain(depth)
        return 1_000_000_000 * gram(w[1], d[1]) - 1_000_000_001 * gram(w[0].t, d[0].t)
      },
    ]
  }

  static let square = "dim n\nparam U[n,n], V[n,n]\nmodel X = U*V'"
  static let pair = "dim n, m, r\nparam U[n,r], V[m,r]\nmodel X = U*V'"
  static let fast = "dim n, m, r\nparam U[n,r], V[m,r]\nmodel X = U*V'\nflow gradient decay lambda"
  static let heavy = "dim a, b, c\nparam W1[b,a], W2[c,b]\nmodel W = W2*W1\nflow momentum(tau)"

  static func pairRates(_ p: Point) -> (u: IntegerMatrix, v: IntegerMatrix, du: IntegerMatrix, dv: IntegerMatrix) {
    let (u, v, g) = (p("U", "n", "r"), p("V", "m", "r"), p("grad(X)", "n", "m"))
    let lambda = p.number("lambda")
    return (u, v, -(g * v) - lambda * u, -(g.t * u) - lambda * v)
  }

  static let others: [Case] = [
    // True for numbers, false for matrices of size 2.
    Case(square, "conserved U*U' - V*V'", 2) { p in
      let (u, v, g) = (p("U", "n", "n"), p("V", "n", "n"), p("grad(X)", "n", "n"))
      return gram(u.t, -(g * v).t) - gram(v.t, -(g.t * u).t)
    },
    Case(pair, "conserved U*U'", 1) { p in
      let (u, _, du, _) = pairRates(p)
      return gram(u.t, du.t)
    },
    Case(fast, "conserved U'*U - V'*V", 1) { p in
      let (u, v, du, dv) = pairRates(p)
      return gram(u, du) - gram(v, dv)
    },
    Case(fast, "decays U'*U - V'*V rate lambda", 1) { p in
      let (u, v, du, dv) = pairRates(p)
      return gram(u, du) - gram(v, dv) + p.number("lambda") * (u.t * u - v.t * v)
    },
    Case(fast, "identity lambda*norm2(U) = norm2(U)", 1) { p in
      number((p.number("lambda") - 1) * p("U", "n", "r").squares)
    },
    Case(heavy, "conserved W2'*W2 - W1*W1'", 1) { p in
      let (w1, w2) = (p("W1", "b", "a"), p("W2", "c", "b"))
      return gram(w2, p("v_W2", "c", "b")) - gram(w1.t, p("v_W1", "b", "a").t)
    },
    Case(heavy, "decays W1*v_W1' - v_W1*W1' + v_W2'*W2 - W2'*v_W2 rate tau", 2) { p in
      let (w1, w2, v1, v2) = (p("W1", "b", "a"), p("W2", "c", "b"), p("v_W1", "b", "a"), p("v_W2", "c", "b"))
      let (g, tau) = (p("grad(W)", "c", "a"), p.number("tau"))
      let (a1, a2) = (-(w2.t * g) - tau * v1, -(g * w1.t) - tau * v2)
      let q = w1 * v1.t - v1 * w1.t + v2.t * w2 - w2.t * v2
      // The products of two velocities cancel.
      return w1 * a1.t - a1 * w1.t + a2.t * w2 - w2.t * a2 + tau * q
    },
    Case("dim n, r\nparam U[n,r]\nmodel X = U*U'", "conserved U'*U", 1) { p in
      let (u, g) = (p("U", "n", "r"), p("grad(X)", "n", "n"))
      return gram(u, -((g + g.t) * u))
    },
    Case("dim n, r\nparam E[n,r], W[r,r]\nmodel X = E*W*E'", "conserved E'*E - W*W'", 1) { p in
      let (e, w, g) = (p("E", "n", "r"), p("W", "r", "r"), p("grad(X)", "n", "n"))
      return gram(e, -(g * e * w.t + g.t * e * w)) - gram(w.t, -(e.t * g * e).t)
    },
    Case("dim n, h, o\nparam U[h,n], W[h,h], V[o,h]\nmodel X = V*W^3*U", "conserved V'*V - U*U'", 2) { p in
      let (u, w, v, g) = (p("U", "h", "n"), p("W", "h", "h"), p("V", "o", "h"), p("grad(X)", "o", "n"))
      return gram(v, -(g * (w.power(3) * u).t)) - gram(u.t, -((v * w.power(3)).t * g).t)
    },
    Case(
      "dim n, h, o\nparam W[h,n], V1[o,h], V2[o,h]\ndata A[n,n], B[n,n]\nmodel X = V1*W*A + V2*W*B",
      "conserved V1'*V1 - W*W'", 1
    ) { p in
      let (w, v1, v2) = (p("W", "h", "n"), p("V1", "o", "h"), p("V2", "o", "h"))
      let (a, b, g) = (p("A", "n", "n"), p("B", "n", "n"), p("grad(X)", "o", "n"))
      let dw = -(v1.t * g * a.t + v2.t * g * b.t)
      return gram(v1, -(g * (w * a).t)) - gram(w.t, dw.t)
    },
    Case("dim n\nparam A[n,n], B[n,n]\nmodel X = (I(n) + B)*(I(n) + A)", "conserved B'*B - A*A'", 1) { p in
      let (a, b, g) = (p("A", "n", "n"), p("B", "n", "n"), p("grad(X)", "n", "n"))
      let one = IntegerMatrix.identity(p.size("n"))
      return gram(b, -(g * (one + a).t)) - gram(a.t, -((one + b).t * g).t)
    },
    Case("dim n, r, s, m\nparam U[n,r], G[r,s]\ndata K[s,m]\nmodel X = U*G*K", "conserved G'*G", 1) { p in
      let (u, g, k) = (p("U", "n", "r"), p("G", "r", "s"), p("K", "s", "m"))
      return gram(g, -(u.t * p("grad(X)", "n", "m") * k.t))
    },
    Case(
      "dim n, h, o\ninput x[n]\nparam W1[h,n], b[h], W2[o,h], c[o]\nmodel f = W2*(W1*x + b) + c",
      "conserved W2'*W2 - W1*W1'", 1
    ) { p in
      let (w1, w2, b, x) = (p("W1", "h", "n"), p("W2", "o", "h"), p.vector("b", "h"), p.vector("x", "n"))
      let g = p.vector("grad(f)", "o")
      return gram(w2, -(g * (w1 * x + b).t)) - gram(w1.t, -(w2.t * g * x.t).t)
    },
    Case("dim n\nparam w[n]\ndata C[n,n]\nflow w' = C*w + C'*w - (w'*(C + C')*w)*w", "conserved norm2(w)", 1) { p in
      let (w, c) = (p.vector("w", "n"), p("C", "n", "n"))
      let s = c + c.t
      let dw = s * w - (w.t * s * w).entries[0] * w
      return number(2 * (w.t * dw).entries[0])
    },
    Case("dim n\nparam L[n,n]\ndata B[n,n]\nflow L' = B*L - L*B", "conserved norm2(L)", 2) { p in
      let (l, b) = (p("L", "n", "n"), p("B", "n", "n"))
      return number(2 * (l.t * (b * l - l * b)).trace)
    },
    Case("dim n\nparam X[n,n]\ndata A[n,n]\nflow X' = (A - A')*X", "conserved X*X'", 2) { p in
      let (x, a) = (p("X", "n", "n"), p("A", "n", "n"))
      return gram(x.t, ((a - a.t) * x).t)
    },
    Case(
      "dim n, r\nparam U[n,r], V[n,r]\ndata Y[n,n]\nloss 1/2*norm2(U*V' - Y)", "conserved norm2(U)", 1
    ) { p in
      let (u, v, y) = (p("U", "n", "r"), p("V", "n", "r"), p("Y", "n", "n"))
      return number(2 * (u.t * -((u * v.t - y) * v)).trace)
    },
    Case("dim n\nparam u[n], v[n], a\nmodel f = a*u'*v", "conserved u*u' + v*v'", 1) { p in
      let (u, v, a, g) = (p.vector("u", "n"), p.vector("v", "n"), p.number("a"), p.number("grad(f)"))
      return gram(u.t, -(a * g) * v.t) + gram(v.t, -(a * g) * u.t)
    },
    Case("dim n\nparam u[n], v[n], a\nmodel f = a*u'*v", "decays u*v' rate 1", 1) { p in
      let (u, v, a, g) = (p.vector("u", "n"), p.vector("v", "n"), p.number("a"), p.number("grad(f)"))
      return product(u, v.t, -(a * g) * v, -(a * g) * u.t) + u * v.t
    },
    Case(chainHead(3), "identity der(W1) = -2*W2'*W3'*grad(X)", 1) { p in
      let (w, d) = p.chain(3)
      return d[0] + 2 * (w[1].t * w[2].t * p("grad(X)", "n3", "n0"))
    },
    Case(chainHead(3), "identity X*X' = (W3*W3')^3", 1) { p in
      let w = p.chain(3).weights
      let x = w[2] * w[1] * w[0]
      return x * x.t - (w[2] * w[2].t).power(3)
    },
    // Cayley–Hamilton: an identity of numbers, of 2 × 2 and of 3 × 3 matrices, each false for the next size.
    Case("dim n\nparam A[n,n]\nmodel X = A", "identity tr(A)^2 = tr(A^2)", 2) { p in
      let a = p("A", "n", "n")
      return number(a.trace * a.trace - a.power(2).trace)
    },
    Case("dim n\nparam A[n,n]\nmodel X = A", "identity tr(A)^3 - 3*tr(A)*tr(A^2) + 2*tr(A^3) = 0", 3) { p in
      let a = p("A", "n", "n")
      let t = (1...3).map { a.power($0).trace }
      return number(t[0] * t[0] * t[0] - 3 * t[0] * t[1] + 2 * t[2])
    },
    Case(
      "dim n\nparam A[n,n]\nmodel X = A",
      "identity tr(A)^4 - 6*tr(A)^2*tr(A^2) + 3*tr(A^2)^2 + 8*tr(A)*tr(A^3) - 6*tr(A^4) = 0", 4
    ) { p in
      let a = p("A", "n", "n")
      let t = (1...4).map { a.power($0).trace }
      return number(
        t[0] * t[0] * t[0] * t[0] - 6 * t[0] * t[0] * t[1] + 3 * t[1] * t[1] + 8 * t[0] * t[2] - 6 * t[3])
    },
    // What is true for n = 1 alone, by the size itself.
    Case("dim n\nparam A[n,n]\nmodel X = A", "identity tr(I(n))*norm2(A) = norm2(A)", 2) { p in
      number((p.size("n") - 1) * p("A", "n", "n").squares)
    },
    Case(pair, "nonincreasing norm2(U)", 1) { p in
      let (u, _, du, _) = pairRates(p)
      return number(2 * (u.t * du).trace)
    },
    Case("dim n\nparam W[n,n]\nflow W' = -W*W'*W", "nonincreasing norm2(W) by W*W'", 1) { p in
      let w = p("W", "n", "n")
      return number(-2 * (w * w.t).squares + (w * w.t).squares)
    },
    // Sizes with numbers: the counterexample has a corner and is 0 elsewhere.
    Case("param U[78,10], V[50,10]\nmodel X = U*V'", "conserved U'*U", 0) { p in
      let (u, v, g) = (p("U", "78", "10"), p("V", "50", "10"), p("grad(X)", "78", "50"))
      return gram(u, -(g * v))
    },
    Case("dim n\nparam A[4,n], B[n,7]\nmodel X = A*B", "conserved A'*A + B*B'", 1) { p in
      let (a, b, g) = (p("A", "4", "n"), p("B", "n", "7"), p("grad(X)", "4", "7"))
      return gram(a, -(g * b.t)) + gram(b.t, -(a.t * g).t)
    },
  ]

  @Test("the value of a counterexample is what it says", arguments: chains + others)
  func reevaluated(_ item: Case) throws {
    let check = FlowFile.parse("\(item.head)\nclaim \(item.claim)\n", name: "t.flow").check()
    let file = try #require(check.file, "\(check.diagnostics)")
    for seed in [1, 2, 3, 77] as [UInt64] {
      let proof = try #require(try AllSizesProver(file, seed: seed).prove(file.claims[0], called: "c"))
      #expect(proof.verdict == .violated)
      #expect(proof.evidence?.kind == .matrices)
      #expect(proof.scope == (file.openSizes.isEmpty ? .given : .all))
      let witness = try #require(proof.evidence?.witness)
      #expect(Set(witness.sizes.keys) == Set(file.openSizes))
      if let largest = item.largest { #expect((witness.sizes.values.max() ?? 0) == largest, "\(witness)") }
      let value = item.value(Point(witness: witness))
      let (i, j): (Int, Int) =
        switch witness.entry.count {
        case 0: (1, 1)
        case 1: value.columns == 1 ? (witness.entry[0], 1) : (1, witness.entry[0])
        default: (witness.entry[0], witness.entry[1])
        }
      let entry = value[i - 1, j - 1]
      #expect(entry != 0)
      let parts = witness.value.split(separator: "/").compactMap { Int($0) }
      #expect(parts[0] * item.denominator == entry * (parts.count > 1 ? parts[1] : 1), "\(witness)")
      #expect(proof.reason.hasSuffix("is \(witness.value)"))
      // Rates are positive where they are meant.
      for name in ["lambda", "tau"] { #expect(witness.values[name].flatMap { Int($0) } ?? 1 > 0) }
      // Simple: what could be 0, 1 or −1 is.
      #expect(witness.values.values.allSatisfy { (Int($0).map { abs($0) } ?? 9) <= 3 })
    }
  }

  /// All texts whose letters may be any matrices.
  static let texts =
    (AllSizesTests.chains + AllSizesTests.others).map(\.0)
    + (chains + others).map {
      "\($0.head)\nclaim \($0.claim)\n"
    }

  /// The derivative by words and that by entries share no line: at random points they agree in every entry.
  @Test("words and entries come to the same", arguments: texts)
  func direct(text: String) throws {
    let file = try #require(FlowFile.parse(text, name: "t.flow").check().file)
    var random = SplitMix(seed: 3)
    for claim in file.claims {
      for size in 1...3 {
        var reader = WordReader(file)
        guard let motion = try? WordMotion(&reader, isOfWords: true), motion.isFree else { continue }
        reader.motion = motion
        guard let departure = try? Departure(claim.form, &reader, motion), !departure.sum.readsLoss(reader.alphabet)
        else { continue }
        let sizes = Dictionary(uniqueKeysWithValues: file.openSizes.map { ($0, size) })
        let point = MatrixPoint(
          corner: size, sizes: sizes,
          matrices: reader.alphabet.symbols.map { symbol in
            let count =
              MatrixPoint.extent(symbol.rows, sizes, corner: size)
              * MatrixPoint.extent(symbol.columns, sizes, corner: size)
            return (0..<count).map { _ in random.next(within: 2) }
          }, scalars: reader.alphabet.scalars.map { $0.isSize ? sizes[$0.name] ?? 1 : random.next(within: 2) })
        var words = WordValues(departure.sum, reader.alphabet)
        let found = words.value(at: point)
        var value = try #require(found)
        var entries = DirectValue(file, point, reader.alphabet)
        let direct: Bool
        do { direct = try entries.confirms(value, of: claim.form) } catch {
          // The loss of a stated descent is any here: nothing has a value.
          guard case .notWords = error, claim.text.contains("loss") else {
            Issue.record("\(claim.text): \(error)")
            continue
          }
          continue
        }
        #expect(direct, "\(claim.text) at size \(size)")
        value.entries[0] = try value.entries[0] + 1
        let other = try entries.confirms(value, of: claim.form)
        #expect(!other)
      }
    }
  }
}
