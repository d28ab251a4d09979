import CertificateChecker
import Testing

/// Losses at random of products and functions, and claims about two of their factors: what the checker accepts, doubles confirm.
@Suite("Bonds inside functions, at random")
struct BondRandomTests {
  /// A loss of matrices A, B, C and a vector x.
  struct Loss {
    var random: Generator
    private var indices = 0

    init(_ seed: UInt64) { random = Generator(seed) }

    /// An index that no sum around it has.
    mutating func index() -> String {
      indices += 1
      return "i\(indices)"
    }

    mutating func matrix(_ depth: Int) -> String {
      guard depth > 0 else { return random.pick(["A", "B", "C", "A", "B"]) }
      let next = depth - 1
      switch random.below(11) {
      case 0...3: return "(\(matrix(next))*\(matrix(next)))"
      case 4: return "(\(matrix(next)))'"
      case 5: return "(\(matrix(next)) + \(matrix(next)))"
      case 6: return "tanh(\(matrix(next)))"
      case 7: return "(\(matrix(next)) .* \(matrix(next)))"
      case 8: return "(\(number(next))*\(matrix(next)))"
      case 9: return "(\(matrix(next)))^2"
      default: return "(\(vector(next))*(\(vector(next)))')"
      }
    }

    mutating func vector(_ depth: Int) -> String {
      guard depth > 0 else { return random.pick(["x", "x", "y"]) }
      let next = depth - 1
      switch random.below(6) {
      case 0...2: return "(\(matrix(next))*\(vector(next)))"
      case 3: return "softmax(\(vector(next)))"
      case 4: return "(\(vector(next)) - \(vector(next)))"
      default: return "(\(matrix(next)))[:,1]"
      }
    }

    mutating func number(_ depth: Int) -> String {
      let next = max(depth - 1, 0)
      switch random.below(9) {
      case 0: return "tr(\(matrix(depth)))"
      case 1: return "sigmoid(dot(\(vector(depth)), \(vector(depth))))"
      case 2: return "norm2(\(matrix(depth)))"
      case 3:
        let i = index()
        return "sum(\(i): tanh(dot((\(matrix(next)))[\(i),:], \(vector(next)))))"
      case 4: return "(\(matrix(depth)))[1,1]"
      case 5: return "(tr(\(matrix(next)))/(1 + norm2(\(matrix(next)))))"
      case 6:
        let (i, j) = (index(), index())
        return "sum(\(i), \(j): exp((\(matrix(next)))[\(i),\(j)])/4)"
      case 7: return "sum(\(vector(depth)))"
      default: return "dot(\(matrix(depth)), \(matrix(depth)))"
      }
    }

    mutating func text() -> String {
      let depth = 1 + random.below(3)
      var text = "dim n\ninput x[n], y[n]\nparam A[n,n], B[n,n], C[n,n]\n"
      switch random.below(4) {
      case 0:
        text += "let M = \(matrix(depth))\nlet z = M*x\nloss norm2(M*(\(matrix(0)))*z)/9 + \(number(depth))"
      case 1:
        // A definition by its entries, which is read whole and entry by entry.
        text += "let h[k] = dot((\(matrix(depth)))[k,:], (\(matrix(1)))[:,k])\n"
        text += "loss sum(h .* \(vector(1)))/4 + sum(j: h[j]*tanh(dot((\(matrix(1)))[j,:], x)))/4 + \(number(1))/9"
      default:
        text += "loss \(number(depth))/4"
      }
      let flows = ["", "", "\nflow gradient decay 0.3"]
      return text + random.pick(flows)
    }

    mutating func claim(_ text: String) -> String {
      let pair = random.pick([("A", "B"), ("B", "A"), ("A", "C"), ("B", "C")])
      let (p, q) = pair
      let quantity = random.pick([
        "\(p)'*\(p) - \(q)*\(q)'", "\(p)*\(p)' - \(q)'*\(q)", "\(p)'*\(p) - \(q)'*\(q)", "\(p)*\(p)' - \(q)*\(q)'",
        "norm2(\(p)) - norm2(\(q))", "norm2(\(p)) - 2*norm2(\(q))", "norm2(\(p)) + norm2(\(q))",
        "\(p)*\(q)' - \(q)*\(p)'",
        "\(p)'*\(p) - \(p)*\(p)'", "\(p) - \(p)'", "\(p)", "A'*A - B*B' - C*C'",
      ])
      return text.hasSuffix("0.3") ? "decays \(quantity) rate 0.6" : "conserved \(quantity)"
    }
  }

  @Test(arguments: 1...4)
  func whatIsAcceptedIsTrue(seed: UInt64) throws {
    var loss = Loss(seed)
    var (accepted, rejected) = (0, 0)
    for round in 0..<100 {
      let text = loss.text()
      for _ in 0..<4 {
        let claim = loss.claim(text)
        let isAccepted = BondTests.isAccepted(text, claim)
        guard isAccepted || round < 40 else { continue }
        let drift = try BondDrift.drift(text, loss: nil, claim: claim, sizes: [2 + round % 2], seed: seed)
        guard drift.isFinite else { continue }
        // What does not move is kept by no rule.
        let names = ["A", "B", "C"].filter { name in claim.contains(name) }
        let moves = names.allSatisfy { text.split(separator: "\n").suffix(3).joined().dropFirst(8).contains($0) }
        if isAccepted {
          if moves { accepted += 1 }
          #expect(drift <= 1e-7, "\(text)\n\(claim)")
        } else if drift > 1e-3 {
          rejected += 1
        }
      }
    }
    // The losses are of both kinds.
    #expect(accepted > 10 && rejected > 10)
  }
}
