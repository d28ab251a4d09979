/// The experiment as every report states it. Rates and times depend on the loss's normalization, so it always stands here.
public struct ExperimentSummary: Sendable {
  /// The settings that were given, by dotted path, as text.
  public let settings: [String: String]
  /// The model in one phrase.
  public package(set) var model = ""
  /// Number of parameters.
  public package(set) var parameters = 0
  /// Number of measurements.
  public package(set) var measurements = 0
  /// Where target and measurements come from, in one phrase.
  public package(set) var data = ""
  /// ℓ in f = c Σ ℓ: of r = ŷ − y, or of ŷ and y.
  public package(set) var loss = ""
  /// Whether that is all of f, which then is no sum over measurements.
  public package(set) var lossIsWhole = false
  /// How the parameters move, if that is not gradient flow.
  public package(set) var motion: String?
  /// The name of c's choice: `mean`, `sum` or `half-sum`.
  public package(set) var normalization = ""
  /// c.
  public package(set) var normalizationConstant = 1.0
  /// How the start was made.
  public package(set) var start = ""
  /// f(θ(0)).
  public package(set) var startLoss = 0.0
  /// ‖θ(0)‖₂.
  public package(set) var startNorm = 0.0
  /// The largest Frobenius norm of a parameter block at the start.
  public package(set) var startLargestBlockNorm = 0.0
  /// The unbalancedness magnitude at the start; nil where nothing is known of it.
  public package(set) var startUnbalancedness: Double? = 0
  /// The integration method's name, and the coordinates where they are not the weights.
  public package(set) var method = ""
  /// `auto`, or the fixed absolute tolerance.
  public package(set) var atol = ""
  /// The horizon, in flow time.
  public package(set) var until = 0.0
  /// What had happened by then where it was found rather than given; nil where it was given.
  public package(set) var untilReason: String?
  /// Number of save times.
  public package(set) var saves = 0
  /// Whether they are spaced evenly in ln t rather than in t.
  public package(set) var savesLogarithmically = false
  /// The conditions that end a run before the horizon, in words.
  public package(set) var stops: [String] = []
  /// The most steps a run may take.
  public package(set) var maxSteps = 0
  /// What a reader must know besides, such as how a non-differentiable loss was treated.
  public package(set) var notes: [String] = []

  /// A summary of which only the given settings are known yet.
  package init(settings: [String: String]) { self.settings = settings }
}

extension ExperimentSummary: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("settings", each: settings)
    try object.put("model", model)
    try object.put("parameters", parameters)
    try object.put("measurements", measurements)
    try object.put("data", data)
    try object.put("loss", loss)
    try object.put("lossIsWhole", lossIsWhole)
    try object.put("motion", motion)
    try object.put("normalization", normalization)
    try object.put("normalizationConstant", normalizationConstant)
    try object.put("start", start)
    try object.put("startLoss", startLoss)
    try object.put("startNorm", startNorm)
    try object.put("startLargestBlockNorm", startLargestBlockNorm)
    try object.put("startUnbalancedness", startUnbalancedness)
    try object.put("method", method)
    try object.put("atol", atol)
    try object.put("until", until)
    try object.put("untilReason", untilReason)
    try object.put("saves", saves)
    try object.put("savesLogarithmically", savesLogarithmically)
    try object.put("stops", each: stops)
    try object.put("maxSteps", maxSteps)
    try object.put("notes", each: notes)
  }
}
