/// Index arithmetic: `x[i+t-1]`, integer multiples of indices and a constant.
extension Checker {
  /// What is read of an axis by arithmetic, before it is known how far its indices run.
  struct PendingPlace {
    let sum: Term.IndexSum
    let axis: Int
    let extent: Int
    let span: Span
  }

  /// The largest factor and constant of index arithmetic.
  private static let arithmeticLimit = Parser.largestSize

  /// The place that a sum of indices names; nil, and nothing is reported, where the formula is no such sum.
  mutating func sum(_ expression: Expression, _ axis: Int, _ extent: Size?) -> Term.Place?? {
    guard let parts = multiples(expression) else { return nil }
    let span = expression.span
    var factors: [Int: Int] = [:]
    var offset = 0
    for part in parts {
      guard abs(part.factor) <= Self.arithmeticLimit else { return .some(tooLarge(span)) }
      guard let index = part.index else {
        offset += part.factor
        continue
      }
      factors[index, default: 0] += part.factor
      guard abs(factors[index] ?? 0) <= Self.arithmeticLimit else { return .some(tooLarge(span)) }
    }
    guard abs(offset) <= Self.arithmeticLimit else { return .some(tooLarge(span)) }
    let kept = factors.filter { $0.value != 0 }.sorted { $0.key < $1.key }
    guard let extent else { return .some(nil) }
    guard let count = extent.number else {
      return .some(
        refuse(
          span, "index arithmetic along an axis of \(extent)", hint: "give the sizes numbers: dim \(extent) = 3"))
    }
    if kept.isEmpty { return .some(constant(.number(offset), axis, extent, span)) }
    let sum = Term.IndexSum(parts: kept.map { .init(index: $0.key, factor: $0.value) }, offset: offset)
    pendingPlaces.append(PendingPlace(sum: sum, axis: axis, extent: count, span: span))
    return .some(.sum(sum))
  }

  private mutating func tooLarge(_ span: Span) -> Term.Place? {
    refuse(span, "index arithmetic takes integers up to \(Self.arithmeticLimit)")
  }

  /// The multiples of indices that a formula adds up; an index of nil is the constant 1.
  private mutating func multiples(_ expression: Expression) -> [(index: Int?, factor: Int)]? {
    steps += 1
    switch expression.kind {
    case .number(let number): return number.integer.map { [(nil, $0)] }
    case .name(let name):
      if let position = scope[name] { return [(position, 1)] }
      guard let position = sizePositions[name], let value = size(position).number else { return nil }
      return [(nil, value)]
    case .negative(let operand): return multiples(operand).flatMap { Self.scaled($0, by: -1) }
    case .sum(let first, let addends):
      guard var all = multiples(first) else { return nil }
      for addend in addends {
        guard let own = multiples(addend.operand), let signed = Self.scaled(own, by: addend.isSubtracted ? -1 : 1)
        else { return nil }
        all += signed
      }
      return all
    case .product(let first, let factors):
      guard var all = multiples(first) else { return nil }
      for factor in factors {
        guard factor.joint == .times, let own = multiples(factor.operand) else { return nil }
        // One of both is a number.
        if let value = Self.number(own) {
          guard let product = Self.scaled(all, by: value) else { return nil }
          all = product
        } else if let value = Self.number(all), let product = Self.scaled(own, by: value) {
          all = product
        } else {
          return nil
        }
      }
      return all
    default: return nil
    }
  }

  private static func number(_ parts: [(index: Int?, factor: Int)]) -> Int? {
    guard parts.allSatisfy({ $0.index == nil && abs($0.factor) <= arithmeticLimit }) else { return nil }
    return parts.reduce(0) { $0 + $1.factor }
  }

  private static func scaled(_ parts: [(index: Int?, factor: Int)], by factor: Int) -> [(index: Int?, factor: Int)]? {
    var scaled: [(index: Int?, factor: Int)] = []
    for part in parts {
      let (product, overflows) = part.factor.multipliedReportingOverflow(by: factor)
      guard !overflows, abs(product) <= arithmeticLimit else { return nil }
      scaled.append((part.index, product))
    }
    return scaled
  }

  // MARK: How far indices run

  /// Lets indices that stand in sums alone run as far as every sum allows, and checks the sums whose indices are all known.
  mutating func settle(_ entered: [Int]) {
    for index in entered where indices[index].size == nil {
      var least: (count: Int, place: PendingPlace)?
      for place in pendingPlaces {
        guard let own = place.sum.parts.first(where: { $0.index == index }),
          let rest = range(of: place.sum, without: index)
        else { continue }
        // 1 ≤ factor · i + rest ≤ extent for every value of the rest.
        let count =
          own.factor > 0
          ? Self.quotient(place.extent - rest.upperBound, own.factor) : Self.quotient(rest.lowerBound - 1, -own.factor)
        if least.map({ count < $0.count }) ?? true { least = (count, place) }
      }
      guard let least else { continue }
      guard least.count >= 1 else {
        report(
          least.place.span,
          "index \(least.place.axis + 1) is out of 1..\(least.place.extent) whatever \(printable(indices[index].name.text)) is"
        )
        pendingPlaces.removeAll { place in place.sum.parts.contains { $0.index == index } }
        // Its range is not missing as well.
        indices[index].size = .number(1)
        continue
      }
      indices[index].size = .number(least.count)
    }
    var open: [PendingPlace] = []
    for place in pendingPlaces {
      if let size = openSize(of: place.sum) {
        report(
          place.span, "index arithmetic with an index that runs to \(size)",
          hint: "give the sizes numbers: dim \(size) = 3")
        continue
      }
      guard let range = range(of: place.sum, without: nil) else {
        open.append(place)
        continue
      }
      if range.lowerBound < 1 || range.upperBound > place.extent {
        report(
          place.span,
          "index \(place.axis + 1) runs from \(range.lowerBound) to \(range.upperBound), allowed 1..\(place.extent)")
      }
    }
    pendingPlaces = open
  }

  /// The first size without a number that an index of a sum runs to.
  private func openSize(of sum: Term.IndexSum) -> Size? {
    for part in sum.parts {
      if let size = indices[part.index].size, size.number == nil { return size }
    }
    return nil
  }

  /// ⌊a / b⌋ for b > 0.
  private static func quotient(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }

  /// What a sum comes to for all values of its indices but one; nil where one of them has no number.
  private func range(of sum: Term.IndexSum, without index: Int?) -> ClosedRange<Int>? {
    var (least, most) = (sum.offset, sum.offset)
    for part in sum.parts where part.index != index {
      guard let count = indices[part.index].size?.number else { return nil }
      // Both fit 32 bits, and there are at most 64 of them.
      let (low, high) = part.factor > 0 ? (1, count) : (count, 1)
      least += part.factor * low
      most += part.factor * high
    }
    return least...most
  }
}
