import CMath
import FlowODE
import Models
import Verdicts

/// The local components of a hierarchical factorization leave zero one after another, node by node.
///
/// **Statement.** From balanced starts α θ₀: at the instant when the largest local component of an inner node has left zero, that is reached the
/// geometric mean of the norms that it starts and ends with, the node's second largest one is a part of it that vanishes as α → 0. So the
/// node's rank is 1 for a while, and grows by what follows.
/// Balanced, σ' = L σ^(2−2/L) γ with L = |C| + 1 blocks a component, which from norms of the size α^L leaves what grows more slowly behind.
/// **Hypotheses.** A balanced start; components of three blocks or more: with two, as at the root of a tree with the head `sum`, growth is in
/// proportion to the norm and the part falls like a small power of α only. Every run fits its data.
/// **Judged by.** ``VanishingRule``: the largest such part over the nodes falls like a power of α over at least four halvings, to 5 %.
/// **Refuted by.** The same of the largest component itself; the second component's part where it has risen, where there is one.
/// **Sources.** Razin, Maman, Cohen 2022, Theorem 1 (growth); the statement about the instant is derived from it.
public struct LocalStudy: ValueLadder, LadderStudy {
  public static let card = ClaimCard(
    name: "incremental-local",
    summary:
      "local components of a hierarchical factorization leave zero one after another, node by node (incremental problem.model hierarchical)",
    formulas: [
      "when the largest σ^(ν,r) of an inner node ν is at the geometric mean of its first and last norm, the second is o(1) of it"
    ],
    sources: [
      Source(paper: "Razin, Maman, Cohen 2022", arxiv: "2201.11729", place: "growth of local components"),
      .derived("from σ' = L σ^(2−2/L) γ: what starts at α^L and grows more slowly stays behind"),
    ], judgedBy: .limit,
    residual:
      "the largest part, over nodes, of the second local component beside the first when that has left zero; over at least four "
      + "halvings of α it falls like a power of α to 5 %",
    example:
      "flowcheck incremental --model hierarchical --shape 3,3,3,3 --tree \"((1,2),(3,4))\" --width 2 --rank 2 "
      + "--target-norm 3 --normalization half-sum --until 1e15 --control")

  /// The experiment; its start is multiplied by α.
  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let values: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  public var keptRun: (experiment: Experiment, tolerance: Double)? { tolerances.last.map { (experiment, $0) } }
  let registry: ComponentRegistry
  /// The components of every node that has two or more, by number.
  let nodes: [[Int]]

  /// A run has fitted the data when its loss has fallen to this part of the start's.
  public static let fittedPart = 1e-4
  /// What is run where no scales are given.
  public static let defaultScales = [0.4, 0.2, 0.1, 0.05, 0.025]

  /// - Throws: ``Refusal`` for unusable scales or a model without components.
  public init(experiment: Experiment, scales: [Double]? = nil, tolerances: [Double]) throws(Refusal) {
    let model = experiment.problem.model
    guard let registry = model.components else {
      throw Refusal(
        "\(model.summary) has no local components", remedy: "use problem.model hierarchical")
    }
    self.registry = registry
    self.experiment = experiment
    values = scales ?? Self.defaultScales
    try ScaleRun.check(scales: values)
    self.tolerances = try ScaleRun.lastTwo(tolerances)
    nodes = LocalComponents(registry, of: model).nodes.map(\.components)
    guard !nodes.isEmpty else {
      throw Refusal("no node of \(model.summary) has two local components", remedy: "raise problem.width")
    }
  }

  /// Until the flow from the smallest start has come to rest.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func horizon(isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon {
    try ScaleRun.horizon(experiment, scale: values.last ?? 1, isCancelled: isCancelled)
  }

  /// What one α shows.
  public struct Point: Sendable, Equatable, Codable {
    let alpha: Double
    /// When the last node's first component has left zero.
    let time: Double
    /// For every node, its largest component's last norm, and its second one's part of it when that has left zero and at the end.
    let nodes: [Node]

    /// The largest part of a second component beside the first when that has left zero.
    var runnerUp: Double { nodes.map(\.second).max() ?? 0 }
  }

  /// One node at one α.
  public struct Node: Sendable, Equatable, Codable {
    let norm: Double
    let time: Double
    let second: Double
    let secondAtEnd: Double
  }

  public static let hypotheses: [LadderHypothesis<LocalStudy>] = [
    LadderHypothesis(HypothesisRule.balancedText) { study in
      let found = ComponentSetting.balanced(ClaimSetting(experiment: study.experiment))
      return (found.isMet, found.detail)
    },
    LadderHypothesis("every component of these nodes has three blocks or more") { study in
      let least = study.nodes.joined().map { study.registry.components[$0].count }.min() ?? 0
      return (
        least >= 3,
        "\(least) at least; two grow in proportion to themselves, and leave each other behind by a logarithm only"
      )
    },
    LadderHypothesis("the parameters move by gradient flow") { study in
      let isFlow = study.experiment.motion == nil
      return (isFlow, isFlow ? "nothing else moves them" : "they move in another way")
    },
  ]

  public static let mutants: [LadderMutant<LocalStudy>] = [
    LadderMutant("the largest component vanishes beside all of its node") { _, found, _ in
      // When the first has left zero, the second's part s leaves it 1/√(1 + s²) of the two.
      vanishing("the part of the largest", found) { point in
        point.nodes.map { 1 / (1 + $0.second * $0.second).squareRoot() }.max() ?? 0
      }
    },
    LadderMutant("the second component vanishes at the end too, where the data need it") { _, found, _ in
      guard let last = found.fine.last, last.nodes.contains(where: { $0.secondAtEnd > neededPart }) else { return nil }
      return vanishing("the second component", found) { $0.nodes.map(\.secondAtEnd).max() ?? 0 }
    },
  ]

  /// A second component of this part of the first at the end is one that the data need.
  private static let neededPart = 0.2

  private static func vanishing(_ name: String, _ found: Found, _ value: (Point) -> Double) -> LadderFinding {
    let values = found.fine.map(value)
    return LadderFinding(
      ControlRule.judge(vanishing: name, values, scales: found.fine.map(\.alpha)), figure: values.last)
  }

  public static func statement(_ study: Self) -> String {
    "when the largest local component of a node has left zero, the node's second one is a part of it that vanishes as α → 0, at "
      + counted(study.nodes.count, "node")
  }

  public static func judge(_ study: Self, _ found: Found, _ hypotheses: [Hypothesis]) -> LadderFinding {
    let points = zip(found.coarse, found.fine).map { coarse, fine in
      VanishingEvidence(
        scale: fine.alpha, departure: fine.runnerUp, uncertainty: abs(fine.runnerUp - coarse.runnerUp),
        tolerance: study.tolerances[1])
    }
    return LadderFinding(
      VanishingRule.judge(hypotheses: hypotheses, points), figure: found.fine.last?.runnerUp)
  }

  public static func exhibits(_ study: Self, _ found: Found) -> LadderExhibits {
    let sheet = Sheet(
      found.fine,
      [
        Column("alpha", title: "alpha") { $0.alpha }, Column("time", title: "last rise") { $0.time },
        Column("second", title: "second beside first", curve: "second component") { $0.runnerUp },
        .slope("slope", of: { $0.runnerUp }, against: { $0.alpha }),
      ])
    let nodes = Table(
      "nodes at the smallest alpha", columns: ["node", "risen at", "largest at the end", "second then", "at the end"],
      rows: (found.fine.last?.nodes ?? []).enumerated().map { k, node in
        [.text("\(k + 1)")] + [node.time, node.norm, node.second, node.secondAtEnd].map { Cell($0) }
      })
    return LadderExhibits(
      tables: [sheet.table("when the first component of a node has left zero"), nodes],
      figures: [sheet.figure("the second local component when the first has left zero", x: "α", y: "part")],
      files: [("series.csv", sheet.series)])
  }
}
