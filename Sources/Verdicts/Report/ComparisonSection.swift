/// What `compare` has to say besides its claims: the reference flow and a row per learning rate.
public struct ComparisonSection: Sendable {
  /// The optimizer's name.
  public let optimizer: String
  /// Its iteration, with its constants filled in.
  public let formula: String
  /// What it is compared with: `flow` or `modified`.
  public let against: String
  /// Name of the quantity whose distance is the gap.
  public let measure: String
  /// rtol of the reference and of the one that tells its error, tighter first.
  public package(set) var referenceTolerances: [Double] = []
  /// The horizon, rounded down to a multiple of ``saveUnit``.
  public package(set) var until = 0.0
  /// Save times are multiples of this; nil where time steps vary and the polygon of the iterates is compared.
  public package(set) var saveUnit: Double?
  /// Number of save times.
  public package(set) var saves = 0
  /// Distance of the two references, in the measure; nil if it is not known.
  public package(set) var referenceError: Double?
  /// How far the flow moved, in the measure.
  public package(set) var movement: Double?
  /// The reference's loss at the horizon.
  public package(set) var referenceLoss: Double?
  /// Accepted steps of all references.
  public package(set) var referenceSteps = 0
  /// Gradients evaluated by all references.
  public package(set) var referenceGradients = 0
  /// The smallest Hessian eigenvalue along the flow at the sampled times.
  public package(set) var smallestEigenvalueAlongFlow: Double?
  /// Flow times of ``RateReport/gaps``.
  public package(set) var times: [Double] = []
  /// A row per learning rate, the largest first.
  public package(set) var rates: [RateReport] = []
  /// When components escape, along the flow and the descents.
  public package(set) var escapes: [EscapeReport] = []
  /// What a reader must know besides.
  public package(set) var notes: [String] = []
  /// The gap against the learning rate, and against time.
  public package(set) var figures: [Figure] = []

  /// A section of which nothing but what is compared is known yet.
  package init(optimizer: String, formula: String, against: String, measure: String) {
    self.optimizer = optimizer
    self.formula = formula
    self.against = against
    self.measure = measure
  }
}

extension ComparisonSection: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("optimizer", optimizer)
    try object.put("formula", formula)
    try object.put("against", against)
    try object.put("measure", measure)
    try object.put("referenceTolerances", each: referenceTolerances)
    try object.put("until", until)
    try object.put("saveUnit", saveUnit)
    try object.put("saves", saves)
    try object.put("referenceError", referenceError)
    try object.put("movement", movement)
    try object.put("referenceLoss", referenceLoss)
    try object.put("referenceSteps", referenceSteps)
    try object.put("referenceGradients", referenceGradients)
    try object.put("smallestEigenvalueAlongFlow", smallestEigenvalueAlongFlow)
    try object.put("times", each: times)
    try object.put("rates", each: rates)
    try object.put("escapes", each: escapes)
    try object.put("notes", each: notes)
    try object.put("figures", each: figures)
  }
}

/// One learning rate's row. Numbers that do not exist, as after divergence, are nil.
public struct RateReport: Sendable {
  /// η.
  public let learningRate: Double
  /// Iterations that were made.
  public package(set) var iterations = 0
  /// sup of the gap over the save times, in the chosen measure.
  public package(set) var gap: Double?
  /// Local order of the gap from the rate before.
  public package(set) var order: Double?
  /// sup of ‖θ_k − θ(t_k)‖₂.
  public package(set) var parameterGap: Double?
  /// sup of the change of a balancedness law.
  public package(set) var drift: Double?
  /// Local order of the drift from the rate before.
  public package(set) var driftOrder: Double?
  /// Worst departure from the one-step formula, relative to the largest term.
  public package(set) var stepLaw: Double?
  /// Largest λ_max(∇²f(θ_k)) seen, as a part of the curvature at which the method loses stability.
  public package(set) var stabilityShare: Double?
  /// The smallest Hessian eigenvalue seen between flow and descent, less its error.
  public package(set) var smallestEigenvalue: Double?
  /// The largest value of the a-posteriori bound, and how many times the largest gap at its samples that is.
  public package(set) var bound: Double?
  /// The bound's largest value over the largest gap at its samples.
  public package(set) var looseness: Double?
  /// Where ‖θ_k − θ(t_k)‖ first exceeded 10 % of the largest ‖θ‖.
  public package(set) var agreementEndsAtIteration: Int?
  /// Flow time of that iteration.
  public package(set) var agreementEndsAtTime: Double?
  /// Loss at the last iterate.
  public package(set) var finalLoss: Double?
  /// What became of the descent.
  public package(set) var outcome = ""
  /// Whether the descent came to the horizon.
  public package(set) var isComplete = true
  /// The gap at the report's save times; shorter for a descent that stopped.
  public package(set) var gaps: [Double] = []

  /// A row of which nothing but the rate is known yet.
  package init(learningRate: Double) { self.learningRate = learningRate }
}

extension RateReport: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("learningRate", learningRate)
    try object.put("iterations", iterations)
    try object.put("gap", gap)
    try object.put("order", order)
    try object.put("parameterGap", parameterGap)
    try object.put("drift", drift)
    try object.put("driftOrder", driftOrder)
    try object.put("stepLaw", stepLaw)
    try object.put("stabilityShare", stabilityShare)
    try object.put("smallestEigenvalue", smallestEigenvalue)
    try object.put("bound", bound)
    try object.put("looseness", looseness)
    try object.put("agreementEndsAtIteration", agreementEndsAtIteration)
    try object.put("agreementEndsAtTime", agreementEndsAtTime)
    try object.put("finalLoss", finalLoss)
    try object.put("outcome", outcome)
    try object.put("isComplete", isComplete)
    try object.put("gaps", each: gaps)
  }
}

/// When a component escapes: the first time its norm reaches half of its final norm along the flow.
public struct EscapeReport: Sendable {
  /// Number of the component; for matrices, of the singular value in descending order, from 1.
  public let component: Int
  /// Its norm, or singular value, at the end of the flow.
  public let finalNorm: Double
  /// Escape time along the flow.
  public let flow: Double
  /// Escape time of each descent, in the order of the learning rates; nil where it never escapes.
  public let descents: [Double?]

  /// The escape times of one component.
  public init(component: Int, finalNorm: Double, flow: Double, descents: [Double?]) {
    self.component = component
    self.finalNorm = finalNorm
    self.flow = flow
    self.descents = descents
  }
}

extension EscapeReport: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("component", component)
    try object.put("finalNorm", finalNorm)
    try object.put("flow", flow)
    try object.put("descents", each: descents)
  }
}
