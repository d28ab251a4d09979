import FlowODE
import Models
import Verdicts

/// A convolutional arithmetic circuit computes the contraction of its tensor with its inputs, and the same gradient.
///
/// **Statement.** What the passes through the circuit give is ⟨W, x_1 ⊗ … ⊗ x_N⟩ with W the tensor of the hierarchical factorization, and so are
/// the derivatives, to roundoff: within 64 u k Σ|terms|, k the number of factors of a term. The contraction and the network share no code.
/// **Hypotheses.** The model is a circuit whose data are entries or rank-one inputs.
/// **Judged by.** The slack of the largest difference at the save times, in units of Σ|terms|.
/// **Refuted by.** The contraction with the matrices of two inputs exchanged; with one weight off by 1e-6.
/// **Sources.** Cohen, Sharir, Shashua 2016; Razin, Maman, Cohen 2022.
public enum CircuitContraction: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// Two inputs' matrices exchanged.
    case exchanged
    /// The last block × (1 + 1e-6).
    case weight
  }

  public static let card = ClaimCard(
    name: "circuit",
    summary: "an arithmetic circuit's passes give the contraction of its tensor, and its gradient, to roundoff",
    formulas: ["|circuit(x) − ⟨W, x_1 ⊗ … ⊗ x_N⟩| ≤ 64 u k Σ|terms|, and the same of every derivative"],
    sources: [
      Source(paper: "Cohen, Sharir, Shashua 2016", arxiv: "1509.05009"),
      Source(paper: "Razin, Maman, Cohen 2022", arxiv: "2201.11729"),
    ], judgedBy: .bound,
    residual: "the slack of the largest difference at the save times, in units of the sum of the terms' magnitudes",
    example:
      "flowcheck run --claims circuit --model circuit --shape 3,3,2,2 --tree \"((1,3),(2,4))\" --width 3 --rank 2 "
      + "--observed 0.7 --target-norm 3 --init-scale 0.5 --until 20 --control")

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule("circuit", "the model is a circuit, and the data are entries or rank-one inputs") { setting in
      (CircuitTerms(setting, .law) != nil, setting.model.summary)
    }
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .statement("the matrices of two inputs exchanged", .exchanged) { CircuitTerms.exchange($0.model.layout) != nil },
    .statement("one block × (1 + 1e-6)", .weight),
  ]

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    CircuitTerms(setting, variant).map { .bound($0) }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool {
    setting.model.identifier == ConvolutionalCircuit.card.name
  }
}

/// Differences of the two computations.
private final class CircuitTerms: BoundTerms {
  let names = ["the circuit's values", "the circuit's gradient"]
  private let circuit: any Evaluator
  private let contraction: any Evaluator
  /// The contraction of magnitudes.
  private let magnitudes: any Evaluator
  private let layout: ParameterLayout
  private let variant: CircuitContraction.Variant
  /// 64 u k.
  private let level: Double

  init?(_ setting: ClaimSetting, _ variant: CircuitContraction.Variant) {
    let (model, measurements) = (setting.model, setting.experiment.problem.measurements)
    guard model.identifier == ConvolutionalCircuit.card.name,
      let positive = Self.magnitudes(measurements),
      let circuit = try? model.evaluator(for: measurements), !(circuit is ProgramEvaluator),
      let contraction = try? model.programEvaluator(for: measurements),
      let magnitudes = try? model.programEvaluator(for: positive)
    else { return nil }
    self.circuit = circuit
    self.contraction = contraction
    self.magnitudes = magnitudes
    self.variant = variant
    layout = model.layout
    level = 64 * JudgingRule.unitRoundoff * Double(model.layout.blocks.count + measurements.order)
  }

  /// The same measurements with the magnitudes of their coefficients.
  private static func magnitudes(_ measurements: Measurements) -> Measurements? {
    switch measurements.operators {
    case .entries: measurements
    case .rankOne(let factors):
      try? Measurements(
        shape: measurements.shape, operators: .rankOne(factors.map { $0.map(abs) }), values: measurements.values)
    case .dense, .inputs: nil
    }
  }

  /// Two inputs' matrices of one shape.
  static func exchange(_ layout: ParameterLayout) -> (ParameterBlock, ParameterBlock)? {
    let inputs = layout.blocks.filter { $0.name.hasPrefix("A") }
    for (k, block) in inputs.enumerated() {
      if let other = inputs[..<k].first(where: { $0.shape == block.shape }) { return (other, block) }
    }
    return nil
  }

  /// θ as the contraction takes it.
  private func given(_ parameters: [Double]) -> [Double] {
    var changed = parameters
    switch variant {
    case .law: break
    case .exchanged:
      guard let (a, b) = Self.exchange(layout) else { break }
      for (i, j) in zip(a.range, b.range) { changed.swapAt(i, j) }
    case .weight:
      for i in layout.blocks.last?.range ?? 0..<0 { changed[i] *= 1 + 1e-6 }
    }
    return changed
  }

  /// Values and derivatives with given weights.
  private func evaluate(
    _ evaluator: any Evaluator, _ parameters: [Double], weights: [Double]
  ) -> (values: [Double], gradient: [Double]) {
    var values = [Double](repeating: 0, count: weights.count)
    var gradient = [Double](repeating: 0, count: parameters.count)
    gradient.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      evaluator.predictAndPullback(
        parameters,
        weigh: { predictions, chosen in
          for k in weights.indices {
            values[k] = predictions[k]
            chosen[k] = weights[k]
          }
        }, into: base)
    }
    return (values, gradient)
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    guard point.isSave else { return }
    let parameters = Array(UnsafeBufferPointer(start: point.parameters, count: layout.count))
    let weights = point.residuals.map { $0 == 0 ? 1 : $0 }
    let network = evaluate(circuit, parameters, weights: weights)
    let tensor = evaluate(contraction, given(parameters), weights: weights)
    let sizes = evaluate(magnitudes, parameters.map(abs), weights: weights.map(abs))
    func worst(_ a: [Double], _ b: [Double], _ size: [Double]) -> Double {
      a.indices.reduce(0) { worst, k in
        let difference = abs(a[k] - b[k])
        let part = difference == 0 ? 0 : difference / size[k]
        return part.isNaN ? .infinity : max(worst, part)
      }
    }
    for (law, value) in [
      worst(network.values, tensor.values, sizes.values), worst(network.gradient, tensor.gradient, sizes.gradient),
    ].enumerated() {
      fold.note(law, value: value, bound: level, time: point.time)
    }
  }
}
