import Models
import Settings

// Where the flow starts.

extension SettingKey<Initialization> {
  package static var initialization: Self {
    Self(
      "init.name", flag: "--init", valueName: "name", fallback: .gaussian,
      help: "Start: \(listed(Initialization.allCases.map { $0 == .gaussian ? "gaussian (default)" : $0.rawValue })).")
  }
}

extension SettingKey<DeterminantChoice> {
  package static var determinant: Self {
    Self(
      "init.det", flag: "--det", valueName: "sign", fallback: .any,
      help:
        "Redraw a balanced start of a square matrix until det W(0) is positive or negative (default any; norms: positive)."
    )
  }
}

extension SettingKey<Double> {
  package static var initScale: Self {
    Self(
      "init.scale", flag: "--init-scale", valueName: "alpha", fallback: 0.05,
      help: "Scale α of the start, the standard deviation of an entry.")
  }
  package static var leader: Self {
    Self(
      "init.leader", flag: "--leader", valueName: "x", fallback: 1.5,
      help:
        "Enlarge the component with the largest γ(0) to this many times what hypothesis (ii) asks (default 1.5; 0: leave)."
    )
  }
}

extension SettingKey<[Double]> {
  package static var scales: Self {
    Self(
      "init.scales", flag: "--scales", valueName: "a,b,…",
      help:
        "Initialization scales α, decreasing; at least four halvings for a verdict. norms: scales of W(0), on which it also "
        + "tests the nuclear-norm conjecture of depth 2.")
  }
}

extension SettingKey<Int> {
  package static var seed: Self {
    Self("init.seed", flag: "--seed", valueName: "n", fallback: 1, help: "Seed of the start.")
  }
}

extension SettingKey<String> {
  package static var startFile: Self {
    Self(
      "init.file", flag: "--start", valueName: "file",
      help: "Start from an .npz file with one array per block (W1, …, WL or A1, …, AN).")
  }
}

extension Initialization: SettingChoice {}
extension DeterminantChoice: SettingChoice {}
