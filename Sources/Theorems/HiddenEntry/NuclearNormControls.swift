import FlowODE
import GSLBridge
import Models
import Verdicts

extension NuclearNormStudy {
  /// What must not pass for a least nuclear norm: completions and duals that prove nothing, and the flow of a problem on which
  /// the conjecture is known to fail.
  public static let mutants: [LadderMutant<NuclearNormStudy>] = [
    noProof(
      "a completion with its hidden entries moved",
      silence: { optimum, hidden in
        let norm = try SVD.singularValues(of: moved(optimum.matrix, hidden)).reduce(0, +)
        guard norm <= (1 + 2 * NuclearNormCertificate.level) * optimum.value else { return nil }
        return "its nuclear norm \(tableNumber(norm)) is the least as well: the optimum is not unique"
      },
      { optimum, hidden in
        hidden.isEmpty
          ? nil : NuclearNormCertificate(matrix: moved(optimum.matrix, hidden), dual: optimum.dual)
      }),
    noProof("a dual on a hidden entry") { optimum, hidden in
      guard let first = hidden.first else { return nil }
      var leaking = optimum.dual
      leaking.elements[first] += 0.01
      return NuclearNormCertificate(matrix: optimum.matrix, dual: leaking)
    },
    noProof("the dual × 1.05") { optimum, _ in
      NuclearNormCertificate(matrix: optimum.matrix, dual: 1.05 * optimum.dual)
    },
    noProof("the dual × 0.95") { optimum, _ in
      NuclearNormCertificate(matrix: optimum.matrix, dual: 0.95 * optimum.dual)
    },
    LadderMutant("the flow on [[*, 1], [1, 0.1]] from det W(0) > 0") { _, _, context in
      let study = try counterexample()
      return judge(study, try study.run(context), [])
    },
  ]

  /// A completion whose hidden entries are a tenth of the largest entry further away from 0.
  private static func moved(_ matrix: Matrix, _ hidden: [Int]) -> Matrix {
    var moved = matrix
    let step = 0.1 * moved.maxAbs
    for i in hidden { moved.elements[i] += moved.elements[i] < 0 ? -step : step }
    return moved
  }

  /// Something offered as a proof, judged by its flaw.
  ///
  /// - Parameters:
  ///   - silence: why it may be a proof after all; nil where it is none.
  ///   - make: given the optimum and the positions of the hidden entries; nil where there is nothing to change.
  private static func noProof(
    _ text: String, silence: (@Sendable (MinimumNuclearNorm, [Int]) throws -> String?)? = nil,
    _ make: @escaping @Sendable (MinimumNuclearNorm, [Int]) -> NuclearNormCertificate?
  ) -> LadderMutant<NuclearNormStudy> {
    LadderMutant(
      text,
      silence: { study, found in
        try silence?(found.shared.optimum, hidden(study.experiment.problem.measurements))
      },
      finding: { study, found, _ in
        let measurements = study.experiment.problem.measurements
        return try make(found.shared.optimum, hidden(measurements)).map {
          LadderFinding(ControlRule.judge(proofWithFlaw: try $0.flaw(measurements)))
        }
      })
  }

  private static func hidden(_ measurements: Measurements) -> [Int] {
    guard case .entries(let indices) = measurements.operators else { return [] }
    let (rows, columns) = (measurements.shape[0], measurements.shape[1])
    let observed = Set((0..<measurements.count).map { Int(indices[2 * $0]) * columns + Int(indices[2 * $0 + 1]) })
    return (0..<rows * columns).filter { !observed.contains($0) }
  }

  /// [[*, 1], [1, 0.1]] from det W(0) > 0: the flow ends at the hidden entry 10 and nuclear norm 10.1, and the least is 2.
  private static func counterexample() throws(Refusal) -> NuclearNormStudy {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: 2), opposite: 0.1)
    let start = try Initialization.balanced.parameters(
      for: problem.model, scale: 0.5, seed: 1, determinant: .positive)
    return try NuclearNormStudy(
      experiment: Experiment(
        problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "counterexample",
        method: .auto, absoluteTolerance: .auto, until: 1e4, saveCount: 2, savesLogarithmically: false, stops: [],
        maxSteps: 200_000))
  }
}
