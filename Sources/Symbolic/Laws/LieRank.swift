import Models

/// A lower bound of the generic dimension of the Lie algebra that a model's gradient fields generate, and so an upper bound of the
/// number of independent conservation laws.
///
/// Every vector is the image modulo p of a rational vector of the Lie algebra at one integer point. A rank modulo p is at most the
/// rank over the rationals, which is at most the generic dimension r, and there are at most D − r independent laws: their gradients
/// are orthogonal to the Lie algebra. So D − rank bounds the number of laws for *every* prime and every draw; an unlucky one makes it
/// larger, never too small (Marcotte, Gribonval, Peyré 2023, for the dimension). Of a model with exponentials, roots and logarithms the
/// same holds of the fraction field of its atoms, and of the functions by what ``AtomPlan`` says.
package struct LieRank {
  package let sampler: FieldSampler
  package let point: [UInt64]
  package private(set) var evidence: RankEvidence
  private var vectors: [[UInt64]] = []
  private var nextStream = 1

  package init(_ sampler: FieldSampler, seed: UInt64) {
    self.sampler = sampler
    var generator = SplitMix(seed: seed, stream: 0)
    point = sampler.point(&generator)
    evidence = RankEvidence(
      prime: sampler.field.prime, seed: seed, vectors: [], vectorsDrawn: 0, rounds: 0, largestOrder: 0)
  }

  /// So far.
  package var rank: Int { vectors.count }

  /// The orders of series, one after the other; the last ones say that a gap is no stall.
  package static let orders = [2, 4, 6, 6, 6]
  /// The most times vectors of one order are drawn.
  package static let mostRounds = 12

  /// Draws gradients, then brackets, until the rank is `target` or does not grow any more.
  ///
  /// - Throws: ``Refusal`` if memory is used up or every draw divides by 0.
  package mutating func raise(to target: Int, orders: [Int] = LieRank.orders) throws(Refusal) {
    guard rank < target else { return }
    if rank == 0 { try extend(gradients: min(sampler.model.gradientBound ?? target, target) + 4) }
    // Multiples of one field have no brackets but multiples.
    guard !sampler.model.hasSingleField else { return }
    for order in orders {
      let order = min(order, Int(sampler.field.prime) - 1, FieldSampler.longest - 1)
      for _ in 0..<Self.mostRounds where rank < target {
        let before = rank
        try extend(series: (target - rank + 4) / order + 2, order: order)
        if rank == before { break }
      }
      if rank >= target { return }
    }
  }

  private mutating func extend(gradients count: Int) throws(Refusal) {
    var found: [(RankEvidence.Vector, [UInt64])] = []
    for _ in 0..<count {
      var generator = SplitMix(seed: evidence.seed, stream: UInt64(nextStream))
      if let vector = sampler.gradient(at: point, &generator) {
        found.append((.init(stream: nextStream, order: nil, coefficient: 0), vector))
      }
      nextStream += 1
    }
    try keep(found, order: 0)
  }

  private mutating func extend(series count: Int, order: Int) throws(Refusal) {
    var found: [(RankEvidence.Vector, [UInt64])] = []
    for _ in 0..<count {
      var generator = SplitMix(seed: evidence.seed, stream: UInt64(nextStream))
      for (k, vector) in (sampler.jets(at: point, order: order, &generator) ?? []).enumerated() {
        found.append((.init(stream: nextStream, order: order, coefficient: k), vector))
      }
      nextStream += 1
    }
    try keep(found, order: order)
  }

  private mutating func keep(_ found: [(RankEvidence.Vector, [UInt64])], order: Int) throws(Refusal) {
    guard !found.isEmpty else {
      throw Refusal(
        "every random point of \(sampler.model.summary) divides by 0 modulo \(sampler.field.prime)",
        remedy: "use another seed or a larger prime")
    }
    evidence.rounds += 1
    evidence.vectorsDrawn += found.count
    evidence.largestOrder = max(evidence.largestOrder, order)
    let all = vectors + found.map(\.1)
    let origins = evidence.vectors + found.map(\.0)
    let matrix = try ModularMatrix(
      rows: all.count, columns: sampler.stateCount, entries: Array(all.joined()), field: sampler.field)
    let rows = try matrix.independentRows()
    vectors = rows.map { all[$0] }
    evidence.vectors = rows.map { origins[$0] }
  }

  /// The rank of the vectors that an evidence names, computed again from the model.
  ///
  /// - Throws: ``Refusal`` if the prime is none, or a vector cannot be drawn.
  package static func recomputed(_ evidence: RankEvidence, _ model: LawModel) throws(Refusal) -> Int {
    let field = try PrimeField(evidence.prime)
    let sampler = try FieldSampler(model, field: field)
    var generator = SplitMix(seed: evidence.seed, stream: 0)
    let point = sampler.point(&generator)
    var drawn: [RankEvidence.Vector: [[UInt64]]] = [:]
    var entries: [UInt64] = []
    for vector in evidence.vectors {
      let order = vector.order ?? 0
      guard vector.stream > 0, (0..<FieldSampler.longest).contains(order), order < field.prime,
        (0...order).contains(vector.coefficient)
      else { throw Refusal("a vector of a rank's evidence is unknown", remedy: "make the certificate again") }
      let key = RankEvidence.Vector(stream: vector.stream, order: vector.order, coefficient: 0)
      if drawn[key] == nil {
        var generator = SplitMix(seed: evidence.seed, stream: UInt64(vector.stream))
        drawn[key] =
          vector.order == nil
          ? sampler.gradient(at: point, &generator).map { [$0] } : sampler.jets(at: point, order: order, &generator)
      }
      guard let series = drawn[key] else {
        throw Refusal("a vector of a rank's evidence divides by 0", remedy: "make the certificate again")
      }
      entries += series[vector.coefficient]
    }
    return try ModularMatrix(
      rows: evidence.vectors.count, columns: model.stateCount, entries: entries, field: field
    ).independentRows().count
  }
}
