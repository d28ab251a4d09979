import Models

/// Finds the conservation laws of a model: those that labels show, polynomials of growing degree and quotients of polynomials, against
/// an upper bound, until both meet.
///
/// A law counts only when it is proved, by symmetry or by exact expansion; the bound holds for every prime and every draw. So a count
/// that is called complete is complete, whatever was drawn.
public struct LawSearch {
  /// The model.
  public let model: LawModel
  /// The field of all computations.
  public let field: PrimeField
  /// The seed of all draws.
  public let seed: UInt64
  /// The degrees of polynomials that are searched where labels show too little; nil chooses by the number of parameters.
  public let degrees: [Int]?

  /// Whether laws that labels show are taken; a test searches without them.
  package var usesLabels = true

  package private(set) var point: [UInt64]
  private var span: ModularSpan
  private var families: [LawCount.Family] = []
  private var independent: [ConservedQuantity] = []
  private var pending: ModularSpan
  private var refuted = 0
  package var expansion: ModelExpansion?
  private var isExpanded = false

  /// The most parameters: a dense matrix of their square is eliminated.
  public static let largestParameterCount = 8_000

  /// - Throws: ``Refusal`` if a degree is out of range or there are too many parameters.
  public init(
    _ model: LawModel, field: PrimeField = .mersenne, seed: UInt64 = 1, degrees: [Int]? = nil
  ) throws(Refusal) {
    if let wrong = degrees?.first(where: { $0 < 1 || $0 > 12 }) {
      throw Refusal("laws of degree \(wrong) are asked for", remedy: "give degrees from 1 to 12")
    }
    guard model.parameterCount <= Self.largestParameterCount else {
      throw Refusal(
        "\(model.summary) has \(model.parameterCount) parameters, more than the \(Self.largestParameterCount) that exact algebra counts "
          + "laws of", remedy: "use smaller sizes: laws of families show at small ones")
    }
    self.model = model
    self.field = field
    self.seed = seed
    self.degrees = degrees
    var generator = SplitMix(seed: seed, stream: 0x706f)
    point = (0..<model.parameterCount).map { _ in generator.below(field.prime) }
    span = ModularSpan(field)
    pending = span
  }

  /// Searches.
  ///
  /// - Throws: ``Refusal`` if memory is used up; what exact algebra does not know of a model only leaves the bound open.
  public func run() throws(Refusal) -> LawCount {
    var work = self
    if model.hasRoots, let plan = try? AtomPlan(model), let other = try? plan.field(like: field), other != field {
      // Another prime has the root of a number that the model asks for.
      work = try LawSearch(model, field: other, seed: seed, degrees: degrees)
      work.usesLabels = usesLabels
    }
    return try work.searched()
  }

  private mutating func searched() throws(Refusal) -> LawCount {
    if case .momentum = model.flow { return try momentumCount() }
    if usesLabels, model.flow != .mirror { try takeStructural() }
    let sampler: FieldSampler
    do { sampler = try FieldSampler(model, field: field) } catch { return try ballCount("\(error)") }
    var rank = LieRank(sampler, seed: seed)
    let count = model.parameterCount
    do { try rank.raise(to: count - independent.count, orders: [2]) } catch { return try ballCount("\(error)") }
    var searched: [Int] = []
    if rank.rank < count - independent.count {
      let grading = try SignGrading(model, seed: seed)
      let kernel = GradedKernel(sampler: sampler, grading: grading, seed: seed)
      for degree in degrees ?? [1, 2] where rank.rank < count - independent.count {
        if try search(degree, kernel, missing: count - rank.rank) { searched.append(degree) }
      }
      try rank.raise(to: count - independent.count, orders: LieRank.orders)
      if degrees == nil {
        for degree in [3, 4, 5, 6] where rank.rank < count - independent.count {
          guard kernel.total(degree, in: count) <= Self.largestAutomatic else { break }
          if try search(degree, kernel, missing: count - rank.rank) { searched.append(degree) }
        }
      }
      if rank.rank < count - independent.count { try searchQuotients(kernel, missing: count - rank.rank) }
    }
    guard rank.rank <= count - independent.count else {
      throw Refusal(
        "\(independent.count) laws and a Lie algebra of dimension \(rank.rank) contradict each other in \(count) dimensions",
        remedy: "report this with the model")
    }
    return self.count(rank.evidence, nil, searched)
  }

  /// The most monomials of a degree above 2 that are searched without being asked.
  package static let largestAutomatic = 2_000
  /// How many refuted candidates of one kind end a search: modulo a large prime there are none.
  package static let patience = 20

  /// The laws that labels show, against a bound by balls, of a model that no prime knows.
  private func ballCount(_ refusal: String) throws(Refusal) -> LawCount {
    guard let ball = try? BallRank(model, seed: seed) else { return count(nil, refusal, []) }
    guard ball.rank <= model.parameterCount - independent.count else {
      throw Refusal(
        "\(independent.count) laws and \(ball.rank) independent fields contradict each other in "
          + "\(model.parameterCount) dimensions",
        remedy: "report this with the model")
    }
    return count(nil, nil, [], ball)
  }

  private func count(
    _ evidence: RankEvidence?, _ refusal: String?, _ searched: [Int], _ ball: BallRank? = nil
  ) -> LawCount {
    let rank = evidence?.rank ?? ball?.rank
    let upper = rank.map { model.parameterCount - $0 }
    return LawCount(
      parameters: model.parameterCount, families: families, independent: independent, upperBound: upper,
      boundRefusal: refusal, evidence: evidence,
      localLaws: model.hasSingleField && rank == 1 || upper == independent.count ? upper : nil,
      unproved: pending.count - span.count, refuted: refuted, degrees: searched, scope: model.scope,
      names: model.parameterNames, ballRank: ball)
  }

  private mutating func takeStructural() throws(Refusal) {
    let laws = try StructuralLaws(model)
    var all: [ConservedQuantity] = []
    for family in laws.families {
      families.append(.init(text: family.text, quantities: family.quantities, proof: .symmetry))
      all += family.quantities
    }
    guard !all.isEmpty else { return }
    var entries: [UInt64] = []
    entries.reserveCapacity(all.count * point.count)
    for quantity in all { entries += try quantity.gradient(at: point, field) }
    let matrix = try ModularMatrix(rows: all.count, columns: point.count, entries: entries, field: field)
    independent = try matrix.independentRows().map { all[$0] }
  }

  // MARK: Candidates

  /// Polynomials of one degree; false where there are too many monomials.
  private mutating func search(_ degree: Int, _ kernel: GradedKernel, missing target: Int) throws(Refusal) -> Bool {
    try fillSpan()
    // A parameter that is conserved itself is a number for all other laws.
    let still = Set(
      independent.filter { $0.denominator == nil && $0.numerator.degree == 1 && $0.numerator.terms.count == 1 }
        .map { $0.numerator.terms[0].variables[0] })
    let variables = (0..<model.parameterCount).filter { !still.contains($0) }
    let limit = refuted + Self.patience
    var failure: Refusal?
    do {
      try kernel.candidates(degree: degree, in: variables) { (polynomial) throws(Refusal) -> Bool in
        do throws(Refusal) { try take(ConservedQuantity(polynomial)) } catch { failure = error }
        return failure == nil && independent.count < target && refuted < limit
      }
    } catch { return false }
    if let failure { throw failure }
    return true
  }

  private mutating func fillSpan() throws(Refusal) {
    guard span.count == 0 else { return }
    for quantity in independent { span.insert(try quantity.gradient(at: point, field)) }
    pending = span
  }

  /// Proves a candidate that is independent of the laws so far, and keeps it.
  private mutating func take(_ quantity: ConservedQuantity) throws(Refusal) {
    // Under decay a law decays as one power of a number, so that its terms must have one degree.
    guard model.flow != .decay || Set(quantity.numerator.terms.map(\.variables.count)).count <= 1 else { return }
    let gradient = try quantity.gradient(at: point, field)
    guard !span.contains(gradient) else { return }
    if !isExpanded {
      expansion = try? ModelExpansion(model)
      isExpanded = true
    }
    guard let expansion, let isLaw = try? expansion.conserves(quantity) else {
      pending.insert(gradient)
      return
    }
    guard isLaw else {
      refuted += 1
      return
    }
    span.insert(gradient)
    pending.insert(gradient)
    independent.append(quantity)
    families.append(.init(text: quantity.text(model.parameterNames), quantities: [quantity], proof: .expansion))
  }

  /// Quotients P/Q, Q a power of a product of one or two parameters, or a minor of a block.
  private mutating func searchQuotients(_ kernel: GradedKernel, missing target: Int) throws(Refusal) {
    let count = model.parameterCount
    guard count <= QuotientDenominators.mostParameters, kernel.grading.isHomogeneous else { return }
    let denominators = try QuotientDenominators(model.program.layout)
    for denominator in denominators.all where independent.count < target {
      for degree in denominator.degrees where independent.count < target {
        guard GradedKernel.monomialCount(count, degree: degree) <= Self.largestAutomatic else { break }
        let limit = refuted + Self.patience
        try kernel.candidates(degree: degree, in: Array(0..<count), over: denominator.polynomial) {
          (numerator) throws(Refusal) -> Bool in
          try take(ConservedQuantity(numerator, over: denominator.polynomial))
          return independent.count < target && refuted < limit
        }
        guard refuted < limit else { return }
      }
    }
  }
}
