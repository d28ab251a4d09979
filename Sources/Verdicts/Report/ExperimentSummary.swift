/// The experiment as every report states it. Rates and times depend on the loss's normalization, so it always stands here.
public struct ExperimentSummary: Sendable, Equatable, Encodable {
  /// The settings that were given, by dotted path, as text.
  public let settings: [String: String]
  public package(set) var model = ""
  public package(set) var parameters = 0
  public package(set) var measurements = 0
  public package(set) var data = ""
  /// ℓ(r) in f = c Σ ℓ(r).
  public package(set) var loss = ""
  public package(set) var normalization = ""
  /// c.
  public package(set) var normalizationConstant = 1.0
  /// How the start was made.
  public package(set) var start = ""
  public package(set) var startLoss = 0.0
  /// ‖θ(0)‖₂.
  public package(set) var startNorm = 0.0
  /// The largest Frobenius norm of a parameter block at the start.
  public package(set) var startLargestBlockNorm = 0.0
  /// The unbalancedness magnitude at the start.
  public package(set) var startUnbalancedness = 0.0
  public package(set) var method = ""
  /// `auto`, or the fixed absolute tolerance.
  public package(set) var atol = ""
  public package(set) var until = 0.0
  public package(set) var saves = 0
  public package(set) var savesLogarithmically = false
  public package(set) var stops: [String] = []
  public package(set) var maxSteps = 0
  /// What a reader must know besides, such as how a non-differentiable loss was treated.
  public package(set) var notes: [String] = []

  /// A summary of which only the given settings are known yet.
  package init(settings: [String: String]) { self.settings = settings }
}
