import Verdicts

/// A claim as a value: what a type of the catalogue says, or what a text states. Everything that runs, judges and reports
/// claims of trajectories sees it as this.
public struct StatedClaim: Sendable {
  /// What `list`, `explain`, reports and documents print.
  public let card: ClaimCard
  /// What must be true for the claim to say anything, in the order in which it is asked.
  public let hypotheses: [HypothesisRule]
  /// The statement in a setting, with its formula.
  let statement: @Sendable (ClaimSetting) -> String
  private let makeLaws: @Sendable (ClaimSetting) -> Laws?
  private let makeMutants: @Sendable (ClaimSetting) -> [Mutant<Statement>]

  /// What a type of the catalogue says.
  public init(_ claim: any Claim.Type) {
    func open<C: Claim>(_ type: C.Type) -> StatedClaim { StatedClaim(of: type) }
    self = open(claim)
  }

  private init<C: Claim>(of type: C.Type) {
    card = C.card
    hypotheses = C.hypotheses
    statement = { C.statement($0) }
    makeLaws = { C.laws($0, .law) }
    makeMutants = { setting in
      C.mutants.flatMap { $0.mutants(setting) }.map { mutant in mutant.map { Statement(type, $0) } }
    }
  }

  /// What a text states.
  ///
  /// - Parameters:
  ///   - card: names the claim; no two claims of a run have one name.
  ///   - statement: the claim in words and with its formula.
  ///   - laws: what it says of a trajectory, made anew for every rung; nil where the setting has no such law.
  ///   - mutants: the ways to be wrong that a run must reject.
  public init(
    card: ClaimCard, hypotheses: [HypothesisRule], statement: String,
    laws: @escaping @Sendable (ClaimSetting) -> Laws?,
    mutants: @escaping @Sendable (ClaimSetting) -> [Mutant<FalseRelative>]
  ) {
    self.card = card
    self.hypotheses = hypotheses
    self.statement = { _ in statement }
    makeLaws = laws
    let own = { @Sendable in
      StatedClaim(card: card, hypotheses: hypotheses, statement: statement, laws: laws, mutants: { _ in [] })
    }
    makeMutants = { setting in
      mutants(setting).enumerated().map { place, mutant in
        mutant.map { Statement(own(), variant: 1 + place, $0.laws) }
      }
    }
  }

  /// Another statement about the same flow, which is false.
  public struct FalseRelative: Sendable {
    let laws: @Sendable (ClaimSetting) -> Laws?

    /// What it says of a trajectory, made anew for every rung.
    public init(_ laws: @escaping @Sendable (ClaimSetting) -> Laws?) { self.laws = laws }
  }

  /// What the claim says.
  public var law: Statement { Statement(self, variant: 0, makeLaws) }

  /// The ways to be wrong in a setting.
  public func mutants(_ setting: ClaimSetting) -> [Mutant<Statement>] { makeMutants(setting) }

  /// The claim's hypotheses in a setting but those that a control drops.
  ///
  /// - Parameter moments: those decided then.
  func hypotheses(
    _ setting: ClaimSetting, _ facts: PathFacts, dropping dropped: Set<String> = [],
    decided moments: [HypothesisRule.Moment] = [.start, .path]
  ) -> [Hypothesis] {
    let asked = hypotheses.filter { !dropped.contains($0.name) }
    let found = moments.flatMap { moment in
      asked.filter { $0.moment == moment }.compactMap { $0.evaluate(setting, facts) }
    }
    guard found.allSatisfy(\.isMet), makeLaws(setting) == nil else { return found }
    return found + [Hypothesis("the setting has such a law", isMet: false, detail: setting.model.summary)]
  }
}
