import FlowLanguage

/// Numbers that are the same in every run (SplitMix64).
struct Randomness: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

  /// A random formula, of no meaning.
  mutating func expression(_ depth: Int) -> Expression {
    let place = Span(0, 0)
    func node(_ kind: Expression.Kind) -> Expression { Expression(kind, place) }
    let names = ["A", "b", "W1", "v_W", "λ", "x_2", "W₁", "é", "loss"]
    guard depth > 0 else {
      return node(
        below(3) > 0
          ? .name(pick(names))
          : .number(ExactNumber(pick(["0", "12", "0.05", "1e-3", "2.50", "3E+2"])) ?? ExactNumber(0)))
    }
    func part() -> Expression { expression(depth - 1 - below(min(depth, 2))) }
    func parts(_ least: Int) -> [Expression] { (0..<least + below(3)).map { _ in part() } }
    switch below(12) {
    case 0: return node(.call(Name(pick(["tr", "norm2", "relu", "einsum", "anything"]), place), parts(1)))
    case 1: return node(.indexSum((0...below(3)).map { Name("i\($0)", place) }, part()))
    case 2:
      let columns = 1 + below(3)
      return node(.rows((0...below(3)).map { _ in (0..<columns).map { _ in part() } }))
    case 3: return node(.transpose(part()))
    case 4: return node(.entry(part(), (0...below(3)).map { _ in below(3) == 0 ? .whole : .at(part()) }))
    case 5: return node(.negative(part()))
    case 6, 7: return node(.power(part(), isEntrywise: below(2) == 0, part()))
    case 8: return node(.text(pick(["ij,jk->ik", "", "a b", "é'#"])))
    case 9, 10:
      return node(
        .product(
          part(),
          parts(1).map { .init(joint: pick(Expression.Joint.allCases), jointSpan: place, operand: $0) }))
    default:
      return node(.sum(part(), parts(1).map { .init(isSubtracted: below(2) == 0, signSpan: place, operand: $0) }))
    }
  }

  /// A random statement as text.
  mutating func statement() -> String {
    func formula() -> String { expression(below(4)).description }
    func given() -> String { (0..<below(3)).map { _ in " given \(formula()) = \(formula())" }.joined() }
    func comparison() -> String { "\(formula()) \(pick(["<", "<=", ">", ">=", "="])) \(formula())" }
    switch below(18) {
    case 0: return "dim n, m = \(1 + below(9))"
    case 1: return "param A[n, \(1 + below(9))], b = \(formula()), c"
    case 2: return "data y[3] from \"\(pick(["a.csv", "d/b.npy", "c.npz:W.1", "é.npz:a:b"]))\""
    case 3: return "input x[n] from \"x.csv\", z"
    case 4: return "model X[i, j] = \(formula())"
    case 5: return "let X = \(formula())"
    case 6: return "observe \(formula()), q_1 = \(formula())"
    case 7: return pick(["loss any", "loss \(formula())", "loss program \"python3 'a b.py'\""])
    case 8: return pick(["flow gradient", "flow gradient decay 0.1", "flow momentum(tau)", "flow mirror"])
    case 9: return "flow x' = \(formula()), y' = \(formula())"
    case 10: return pick(["init = gaussian(0.05)", "init A = \(formula()), b = \(formula())"])
    case 11: return "claim conserved \(formula())\(given())"
    case 12: return "claim a: decays \(formula()) rate \(formula())\(given())"
    case 13: return "claim identity \(formula()) = \(formula())\(given())"
    case 14: return "claim nonincreasing \(formula())\(pick(["", " by \(formula()), \(formula())"]))"
    case 15: return "claim invariant \(comparison())\(pick(["", " cofactor \(formula())"]))\(given())"
    case 16: return "claim \(pick(["laws", "laws degree 2", "laws count 3", "laws degree 2 count 0"]))"
    default:
      return pick([
        "claim always \(comparison()) on [0, 2.5]", "claim reaches \(comparison()) at 1e2 within 0.01",
        "claim as scale -> 0: grows \(formula()) like \(formula()) exponent \(formula())",
      ])
    }
  }
}
