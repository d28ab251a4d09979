import FlowLanguage
import Models

/// Looks for rational points at which every function of a claim has a rational value and the claim fails.
package struct ExactWitness {
  /// An exact point at which a claim fails.
  package struct Point {
    /// Fractions as texts by variable, those that are not 0.
    package let values: [String: String]
    /// The place of the entry that fails, and the extents of all.
    package let place: Int
    /// The extents of the claim's value.
    package let shape: [Int]
    /// What should be 0, or not positive, there, a fraction as a text.
    package let value: String
    /// Whether a comparison's sides are equal there and its rate leads out.
    package let isBoundary: Bool
  }

  private let claim: GivenClaim
  private let variables: EntryVariables
  private let moving: Set<Int>
  /// Variables of one declaration each.
  private let groups: [Range<Int>]

  /// Points that are tried, and operations with numbers that all of them may take.
  private static let tries = 600
  private static let spreads = [1, 1, 1, 2, 1, 3, 2, 8]
  private static let triesOfRoots = 24
  private static let mostOperations = PointAlgebra.mostOperations

  /// - Parameter variables: of the claim's text.
  package init(_ claim: GivenClaim, _ variables: EntryVariables) {
    (self.claim, self.variables) = (claim, variables)
    let starts = Set(variables.declared.values).union(variables.velocities.values)
      .union(variables.cotangents.map { [$0] } ?? []).sorted()
    let ends = starts.dropFirst() + [variables.names.count]
    groups = zip(starts, ends).map { $0..<$1 }
    var first: Set<Int> = Set(variables.velocities.values)
    for (position, declaration) in claim.file.declarations.enumerated() where declaration.role == .parameter {
      if let start = variables.declared[position] { first.insert(start) }
    }
    moving = Set(groups.filter { first.contains($0.lowerBound) }.flatMap { Array($0) })
  }

  /// - Returns: a point, made simple; nil where none is found.
  package func found() throws(EntryFault) -> Point? {
    let trials = try Trials(claim, variables, moving)
    var random = SplitMix(seed: claim.seed)
    for attempt in 0..<Self.tries where trials.operations < Self.mostOperations {
      let candidate = draw(attempt, &random)
      if trials.failure(candidate) != nil { return try simplified(candidate, trials) }
    }
    // Points are rare at which a root is rational: one of them lies on a line through another point.
    let limit = trials.operations + Self.mostOperations
    for attempt in 0..<Self.triesOfRoots where trials.operations < limit {
      let candidate = draw(attempt, &random)
      _ = trials.failure(candidate)
      guard let place = trials.rootless else { continue }
      for variable in candidate.indices where candidate[variable] != 0 {
        for solution in trials.squares(place, along: variable, from: candidate) {
          var other = candidate
          other[variable] = solution
          if trials.failure(other) != nil { return try simplified(other, trials) }
        }
      }
    }
    return nil
  }

  /// Small integers. Relu has derivatives where its arguments are not 0, so that no entry is 0 at some points; exponentials have values
  /// where theirs are, so that at others whole arrays are 0, or most entries.
  private func draw(_ attempt: Int, _ random: inout SplitMix) -> [Rational] {
    var point = [Rational](repeating: 0, count: variables.names.count)
    let spread = Self.spreads[attempt / 5 % Self.spreads.count]
    for group in groups {
      let isZero = random.next(within: 1) == 0
      if isZero, [1, 3].contains(attempt % 5) { continue }
      for variable in group {
        var value = random.next(within: spread)
        if attempt % 5 < 2, value == 0 { value = random.next(within: 1) < 0 ? -1 : 1 }
        if attempt % 5 == 4, random.next(within: 1) != 0 { value = 0 }
        point[variable] = Rational(value)
      }
    }
    return point
  }

  private func simplified(_ point: [Rational], _ trials: Trials) throws(EntryFault) -> Point? {
    var best = point
    let limit = trials.operations + Self.mostOperations
    for variable in point.indices where point[variable] != 0 {
      for simple in [Rational(0), 1, -1] where best[variable] != simple && trials.operations < limit {
        var candidate = best
        candidate[variable] = simple
        if trials.failure(candidate) != nil {
          best = candidate
          break
        }
      }
    }
    guard let failure = trials.failure(best) else { return nil }
    let values = zip(variables.names, best).filter { $0.1 != 0 }.map { ($0.0, $0.1.description) }
    return Point(
      values: Dictionary(values) { first, _ in first }, place: failure.place, shape: failure.shape,
      value: try failure.value.text(), isBoundary: failure.isBoundary)
  }
}
