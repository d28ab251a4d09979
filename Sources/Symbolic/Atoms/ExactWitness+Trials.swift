import FlowLanguage
import Models

extension ExactWitness {
  /// Where and by how much a claim fails.
  struct Failure {
    let place: Int
    let shape: [Int]
    let value: PointNumber
    let isBoundary: Bool
  }

  /// Evaluates a claim at points.
  final class Trials {
    private let claim: GivenClaim
    private let variables: EntryVariables
    private let moving: Set<Int>
    private let numbers: PointNumbers
    /// How much was computed.
    private(set) var operations = 0
    /// Which square root ended the last evaluation, if one did.
    private(set) var rootless: Int?

    init(_ claim: GivenClaim, _ variables: EntryVariables, _ moving: Set<Int>) throws(EntryFault) {
      (self.claim, self.variables, self.moving) = (claim, variables, moving)
      numbers = try PointNumbers()
    }

    /// How the claim fails at a point; nil where it does not, or where something has no exact value.
    func failure(_ point: [Rational]) -> Failure? {
      let algebra = PointAlgebra(point, moving: moving, numbers)
      defer { operations += algebra.operations }
      rootless = nil
      do { return try failure(algebra) } catch {
        if let last = algebra.squares.last, last.numerator < 0 || last.root(2) == nil {
          rootless = algebra.squares.count - 1
        }
        return nil
      }
    }

    private func failure(_ algebra: PointAlgebra) throws(EntryFault) -> Failure? {
      let reader = try ArrayReader(claim.file, variables, algebra)
      reader.motion = try PointMotion(claim.file, variables, algebra)
      let defect = try reader.defect(of: claim.claim.form)
      switch claim.claim.form {
      case .nonincreasing(_, let roots) where roots.isEmpty:
        let value = defect.values[0].value
        return try value.sign() > 0 ? Failure(place: 0, shape: [], value: value, isBoundary: false) : nil
      case .invariant(let sides, nil, _):
        return try left(reader.difference(sides.left, sides.right).values, sides.relation, defect)
      default:
        guard let place = defect.values.firstIndex(where: { !$0.value.isZero }) else { return nil }
        return Failure(place: place, shape: defect.shape, value: defect.values[place].value, isBoundary: false)
      }
    }

    /// An entry that is 0 and moves out of where the comparison is true, the others being where it is.
    private func left(
      _ values: [PointValue], _ relation: Relation, _ rates: EntryArray<PointValue>
    ) throws(EntryFault) -> Failure? {
      var signs: [Int] = []
      for value in values { signs.append(try value.value.sign()) }
      for place in values.indices where signs[place] == 0 {
        let rate = rates.values[place].value
        let sign = try rate.sign()
        let isUpper = relation == .less || relation == .lessOrEqual
        let isOut = relation == .equal ? sign != 0 : isUpper ? sign > 0 : sign < 0
        let others = values.indices.filter { $0 != place }
        guard isOut, others.allSatisfy({ relation.isTrue(ofSign: signs[$0]) }) else { continue }
        return Failure(place: place, shape: rates.shape, value: rate, isBoundary: true)
      }
      return nil
    }

    // MARK: Rational roots

    /// Values of a variable at which a square root is rational, if its argument a v² + b v + c is a polynomial of degree 2 with a square a
    /// or c: with a = α² the root α v + t has v = (c − t²) / (2 α t − b), with c = γ² the root t v + γ has v = (b − 2 γ t) / (t² − a).
    func squares(_ place: Int, along variable: Int, from point: [Rational]) -> [Rational] {
      func argument(_ value: Rational) -> Rational? {
        var candidate = point
        candidate[variable] = value
        let algebra = PointAlgebra(candidate, moving: [], numbers)
        defer { operations += algebra.operations }
        if let reader = try? ArrayReader(claim.file, variables, algebra) {
          reader.motion = try? PointMotion(claim.file, variables, algebra)
          _ = try? reader.defect(of: claim.claim.form)
        }
        return algebra.squares.indices.contains(place) ? algebra.squares[place] : nil
      }
      guard let c = argument(0), let up = argument(1), let down = argument(-1), let check = argument(2),
        let half = try? Rational(1, 2), let a = try? (up + down) * half + -c, let b = try? (up + -down) * half,
        (try? 4 * a + 2 * b + c) == check
      else { return [] }
      var found: [Rational] = []
      for (numerator, denominator) in [(1, 1), (1, 2), (2, 1), (1, 10), (-1, 1), (-1, 2)] {
        guard let t = try? Rational(numerator, denominator) else { continue }
        if a != 0, let alpha = a.root(2) {
          found += [try? Self.quotient(c + -t * t, 2 * alpha * t + -b)].compactMap { $0 }
        } else if let gamma = c.root(2) {
          found += [try? Self.quotient(b + -2 * gamma * t, t * t + -a)].compactMap { $0 }
        }
      }
      return found
    }

    private static func quotient(_ a: Rational, _ b: Rational) throws(Refusal) -> Rational {
      try a * Rational(b.denominator, b.numerator)
    }
  }
}
