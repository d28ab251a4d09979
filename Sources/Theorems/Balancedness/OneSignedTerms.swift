import FlowODE
import Models
import Verdicts

/// The entries that laws of one sign are sums over: ‖v‖² of a normalized v, the sum of what a softmax cannot see.
///
/// Such a sum is a single quantity that does not move, whatever its entries do. How far they moved is what a run can tell by, and
/// with unequal weights they make a false relative.
struct OneSignedLaws {
  /// An entry of θ in a number of a law.
  struct Part {
    let slot: Int
    let position: Int
    let coefficient: Double
    /// Its place among the parts of the law, from 0 to 1.
    var place = 0.0
  }

  /// One law.
  struct Item {
    let name: String
    /// Numbers of the law.
    let size: Int
    /// Whether the parts are squares of entries.
    let isSquare: Bool
    /// The parts; of a Gram matrix those of its diagonal.
    let parts: [Part]
  }

  let items: [Item]

  init(_ bonds: [Bond]) {
    items = bonds.flatMap { bond in
      bond.laws.filter { !$0.isTwoSided }.map { law in
        var parts = law.summands.flatMap { Self.parts(bond.terms[$0.term].quantity, $0.coefficient) }
        let last = Double(max(1, parts.count - 1))
        for i in parts.indices { parts[i].place = Double(i) / last }
        return Item(
          name: law.summands.map { bond.terms[$0.term].name }.joined(separator: " + "),
          size: bond.terms.first?.quantity.size ?? 0, isSquare: bond.isQuadratic, parts: parts)
      }
    }
  }

  private static func parts(_ quantity: Bond.Quantity, _ coefficient: Double) -> [Part] {
    switch quantity {
    case .squaredNorm(let vector):
      vector.positions.map { Part(slot: 0, position: $0, coefficient: coefficient) }
    case .totals(let vectors):
      vectors.enumerated().flatMap { slot, vector in
        vector.positions.map { Part(slot: slot, position: $0, coefficient: coefficient) }
      }
    case .gram(let matrices):
      matrices.flatMap { matrix in
        (0..<matrix.rows).flatMap { row in
          (0..<matrix.columns).map { column in
            Part(
              slot: row * (matrix.rows + 1),
              position: matrix.offset + row * matrix.rowStride + column * matrix.columnStride, coefficient: coefficient)
          }
        }
      }
    }
  }

  /// Whether some law has entries that could make up for each other: of one entry alone every multiple is constant.
  static func hasSeveralParts(_ model: Model) -> Bool {
    OneSignedLaws(model.bonds).items.contains { $0.parts.count > $0.size }
  }
}

/// How far the largest part of every number of a law has moved from the start, as a term of its size.
final class PartMovement {
  private let item: OneSignedLaws.Item
  private var initial: [Double] = []

  init(_ item: OneSignedLaws.Item) { self.item = item }

  func update(_ parameters: UnsafePointer<Double>, into term: UnsafeMutablePointer<Double>) {
    func value(_ part: OneSignedLaws.Part) -> Double {
      let entry = parameters[part.position]
      return part.coefficient * (item.isSquare ? entry * entry : entry)
    }
    if initial.isEmpty { initial = item.parts.map(value) }
    term.update(repeating: 0, count: item.size)
    for (part, start) in zip(item.parts, initial) {
      let moved = abs(value(part) - start)
      if !(moved <= term[part.slot]) { term[part.slot] = moved }
    }
  }
}

/// Laws of one sign with weights from 1 to 2 on their entries: false as soon as the entries move.
final class UnequalTerms: ConservedTerms {
  let laws: [TermSum]
  let sizes: [Int]
  private let items: [OneSignedLaws.Item]

  init(_ model: Model) {
    items = OneSignedLaws(model.bonds).items
    laws = items.enumerated().map { TermSum($0.element.name, [($0.offset, 1)]) }
    sizes = items.map(\.size)
  }

  private func forEachPart(_ body: (_ slot: Int, _ part: OneSignedLaws.Part, _ isSquare: Bool) -> Void) {
    var first = 0
    for item in items {
      for part in item.parts { body(first + part.slot, part, item.isSquare) }
      first += item.size
    }
  }

  func update(_ point: TrajectoryPoint, into terms: UnsafeMutablePointer<Double>) {
    terms.update(repeating: 0, count: sizes.reduce(0, +))
    forEachPart { slot, part, isSquare in
      let entry = point.parameters[part.position]
      terms[slot] += (1 + part.place) * part.coefficient * (isSquare ? entry * entry : entry)
    }
  }

  func rates(_ point: TrajectoryPoint, into rates: UnsafeMutablePointer<Double>) -> Bool {
    rates.update(repeating: 0, count: sizes.reduce(0, +))
    forEachPart { slot, part, isSquare in
      let slope = isSquare ? 2 * point.parameters[part.position] : 1
      rates[slot] -= (1 + part.place) * part.coefficient * slope * point.gradient[part.position]
    }
    return true
  }
}
