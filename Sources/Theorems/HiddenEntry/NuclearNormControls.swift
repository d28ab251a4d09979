import FlowODE
import GSLBridge
import Models
import Verdicts

/// What the nuclear-norm study must not take for a least nuclear norm: completions and duals that prove nothing, and the flow of a
/// problem on which the conjecture is known to fail.
enum NuclearNormControls {
  /// - Throws: ``InterruptedRun`` or ``Refusal``.
  static func reports(
    _ optimum: MinimumNuclearNorm, _ measurements: Measurements, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [ControlReport] {
    guard case .entries(let indices) = measurements.operators else { return [] }
    let (rows, columns) = (optimum.matrix.rows, optimum.matrix.columns)
    var isHidden = [Bool](repeating: true, count: rows * columns)
    for k in 0..<measurements.count { isHidden[Int(indices[2 * k]) * columns + Int(indices[2 * k + 1])] = false }
    var controls: [ControlReport] = []
    func check(_ mutant: NuclearNormStudy.Mutant, _ certificate: NuclearNormCertificate) throws {
      let flaw = try certificate.flaw(measurements)
      controls.append(
        ControlReport(
          name: mutant.rawValue, judgement: ControlRule.judge(proofWithFlaw: flaw), residual: nil,
          isRejected: flaw != nil))
    }
    if isHidden.contains(true) {
      var moved = optimum.matrix
      // A tenth of the largest entry, away from where the optimum is.
      let step = 0.1 * moved.maxAbs
      for i in moved.elements.indices where isHidden[i] { moved.elements[i] += moved.elements[i] < 0 ? -step : step }
      try check(
        .moved,
        NuclearNormCertificate(matrix: moved, dual: optimum.dual))
      var leaking = optimum.dual
      if let k = isHidden.firstIndex(of: true) { leaking.elements[k] += 0.01 }
      try check(.leaking, NuclearNormCertificate(matrix: optimum.matrix, dual: leaking))
    }
    try check(.enlarged, NuclearNormCertificate(matrix: optimum.matrix, dual: 1.05 * optimum.dual))
    try check(.shrunk, NuclearNormCertificate(matrix: optimum.matrix, dual: 0.95 * optimum.dual))
    controls.append(try counterexample(isCancelled))
    return controls
  }

  /// [[*, 1], [1, 0.1]] from det W(0) > 0: the flow ends at the hidden entry 10 and nuclear norm 10.1, and the least is 2.
  private static func counterexample(_ isCancelled: @escaping @Sendable () -> Bool) throws -> ControlReport {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelSpecification(shape: [], depth: 2), opposite: 0.1)
    let start = try Initialization.balanced.parameters(
      for: problem.model, scale: 0.5, seed: 1, determinant: .positive)
    let experiment = try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "counterexample",
      method: .auto, absoluteTolerance: .auto, until: 1e4, saveCount: 2, savesLogarithmically: false, stops: [],
      maxSteps: 200_000)
    let study = try NuclearNormStudy(experiment: experiment, scales: [1e-1, 1e-2, 1e-3])
    let (optimum, rungs) = try study.run(isCancelled: isCancelled)
    let judgement = NuclearNormStudy.judge(optimum: optimum, rungs: rungs)
    return ControlReport(
      name: NuclearNormStudy.Mutant.counterexample.rawValue, judgement: judgement, residual: nil,
      isRejected: judgement.verdict == .violated)
  }
}
