import Models

/// Some of a quadrature's rates, formed by themselves.
public protocol RatesPart: AnyObject {
  /// The places in θ, and in ∇f, of the numbers that these rates look at.
  var entries: [Int] { get }
  /// Writes them in the order in which they were chosen. Only those numbers of θ and ∇f are known.
  func write(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>)
}

/// What some of the integrals of ``StageQuadratures`` grow by, formed without the others where their quadratures know how to.
final class StagePart {
  /// One quadrature's, and where its rates are written.
  private enum Source {
    case part(any RatesPart, place: Int)
    case whole(any Quadrature, place: Int)
  }

  /// Where a rate is written, and where the switch is that must be negative for it to count; −1 for a rate that always does.
  private struct Pick {
    let place: Int
    let turn: Int
  }

  /// How many integrals.
  let count: Int
  /// The places in θ that they look at; nil for all.
  let entries: [Int]?
  /// Whether any looks at f(θ).
  let usesValue: Bool
  private var sources: [Source] = []
  private let picks: [Pick]
  private let work: Buffer<Double>

  /// - Parameters:
  ///   - chosen: integrals by their numbers, ascending; of one with a switch, switch and branch are among them.
  init(_ quadratures: [any Quadrature], _ rates: StageQuadratures, chosen: [Int]) {
    count = chosen.count
    // Where each rate is written.
    var places = [Int](repeating: -1, count: rates.count)
    var entries: [Int]? = []
    var (first, used, usesValue) = (0, 0, false)
    for quadrature in quadratures {
      let range = first..<first + quadrature.rateCount
      first = range.upperBound
      let own = chosen.filter(range.contains)
      if own.isEmpty { continue }
      usesValue = usesValue || quadrature.usesValue
      if let part = quadrature.part(of: own.map { $0 - range.lowerBound }) {
        sources.append(.part(part, place: used))
        for (k, rate) in own.enumerated() { places[rate] = used + k }
        used += own.count
        entries? += part.entries
      } else {
        sources.append(.whole(quadrature, place: used))
        for rate in own { places[rate] = used + rate - range.lowerBound }
        used += range.count
        entries = nil
      }
    }
    (self.entries, self.usesValue) = (entries, usesValue)
    work = Buffer(count: used)
    picks = chosen.map { integral in
      guard integral >= rates.count else { return Pick(place: places[integral], turn: -1) }
      let (rate, turn) = rates.negativePart(integral)
      return Pick(place: places[rate], turn: places[turn])
    }
  }

  /// Writes what they grow by, in ascending order of their numbers.
  func write(at point: FlowPoint, into growth: UnsafeMutablePointer<Double>) {
    let work = work.pointer
    for source in sources {
      switch source {
      case .part(let part, let place): part.write(at: point, into: work + place)
      case .whole(let quadrature, let place): quadrature.rates(at: point, into: work + place)
      }
    }
    for (k, pick) in picks.enumerated() {
      growth[k] = pick.turn < 0 || work[pick.turn] < 0 ? work[pick.place] : 0
    }
  }
}
