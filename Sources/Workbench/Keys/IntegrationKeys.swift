import FlowODE
import Settings

// How the flow is integrated.

extension SettingKey<Double> {
  package static var rtol: Self {
    Self("integration.rtol", flag: "--rtol", valueName: "x", fallback: 1e-9, help: "Relative tolerance of integrate.")
  }
  package static var stopLoss: Self {
    Self("integration.stop-loss", flag: "--stop-loss", valueName: "x", help: "Stop when the loss falls to this value.")
  }
  package static var stopGradient: Self {
    Self(
      "integration.stop-gradient", flag: "--stop-gradient", valueName: "x",
      help: "Stop when the gradient norm falls to this value.")
  }
  package static var stopNorm: Self {
    Self(
      "integration.stop-norm", flag: "--stop-norm", valueName: "x",
      help: "Stop when the largest component norm (matrix: singular value) reaches this.")
  }
  package static var learningRate: Self {
    Self(
      "integration.learning-rate", flag: "--learning-rate", valueName: "eta",
      help:
        "Run gradient descent (or --optimizer) with this learning rate instead of the flow; iteration k has time k × rate."
    )
  }
  package static var bound: Self {
    Self(
      "integration.bound", flag: "--bound", valueName: "D", help: "Compare until ‖W‖ reaches this (default: never).")
  }
  package static var level: Self {
    Self(
      "integration.level", flag: "--level", valueName: "sigma",
      help: "Norm at which a component has left zero (default: (min|y| − δ)/2).")
  }
}

extension SettingKey<HorizonChoice> {
  package static var until: Self {
    Self(
      "integration.until", flag: "--until", valueName: "t",
      help: "Horizon in flow time, or auto: until what is judged has happened, which the report says (required).")
  }
}

extension SettingKey<[Double]> {
  package static var refine: Self {
    Self(
      "integration.refine", flag: "--refine", valueName: "t1,t2,…", fallback: [1e-6, 1e-8, 1e-10, 1e-12],
      help: "Relative tolerances of the rungs.")
  }
}

extension SettingKey<Int> {
  package static var save: Self {
    Self(
      "integration.save", flag: "--save", valueName: "n", fallback: 200,
      help: "Number of save times, including 0 and the end.")
  }
  package static var maxSteps: Self {
    Self(
      "integration.max-steps", flag: "--max-steps", valueName: "n", fallback: 10_000_000,
      help: "Steps after which a run is given up.")
  }
}

extension SettingKey<Bool> {
  package static var saveLog: Self {
    Self(
      "integration.save-log", flag: "--save-log",
      help: "Geometric save times (the default when a stop condition is given).")
  }
  package static var compareCoordinates: Self {
    Self(
      "integration.compare-coordinates", flag: "--compare-coordinates", fallback: false,
      help: "Also compare the times at which the hidden entry reaches levels in weights and in svd coordinates.")
  }
  package static var leastNuclearNorm: Self {
    Self(
      "integration.least-nuclear-norm", flag: "--least-nuclear-norm", fallback: false,
      help:
        "Put the completion of least nuclear norm of the same entries beside the end, with its duality gap (observed entries of a matrix)."
    )
  }
  package static var error: Self {
    Self(
      "integration.error", flag: "--error", fallback: false,
      help:
        "Estimate the error of the final state and end-to-end object by a second run at a hundredth of the tolerance.")
  }
}

extension SettingKey<String> {
  package static var method: Self {
    Self(
      "integration.method", flag: "--method", valueName: "name", fallback: IntegrationMethod.auto.name,
      kind: .choice(["auto"] + IntegrationMethod.all.map(\.name)),
      help: "Integration method (default auto: dop853, then plateau where that pays; 'flowcheck list' shows all).")
  }
  package static var atol: Self {
    Self(
      "integration.atol", flag: "--atol", valueName: "x", fallback: "auto", kind: .literal,
      help:
        "Absolute tolerance (default auto: rtol × 1e-2 × rms of the start; of each block where blocks start at different sizes)."
    )
  }
}

extension SettingKey<Coordinates> {
  package static var coordinates: Self {
    Self(
      "integration.coordinates", flag: "--coordinates", valueName: "name", fallback: .weights,
      help:
        "Integrate the weights (default), svd: log singular values and vectors of a balanced matrix factorization, or mirror: "
        + "ln(u/v) of a diagonal network, from starts of any size.")
  }
}

extension Coordinates: SettingChoice {}
