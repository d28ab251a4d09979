import Models
import Settings

// What is modelled, measured and minimized.

extension SettingKey<String> {
  package static var model: Self {
    Self(
      "problem.model", flag: "--model", valueName: "name", kind: .choice(ModelCatalog.kinds.map(\.identifier)),
      help: "Model: matrix (W = W_L ⋯ W_1) or cp (a sum of rank-one tensors).")
  }
  package static var observed: Self {
    Self(
      "problem.observed", flag: "--observed", valueName: "part", kind: .literal,
      help: "Observed part: a fraction such as 0.6 or 1.0, or a count such as 2000 (default: everything known).")
  }
  package static var data: Self {
    Self(
      "problem.data", flag: "--data", valueName: "file",
      help:
        "Your own data: .csv with header i0,i1,…,value (0-based), or a dense .npy/.npz array, NaN meaning unobserved.")
  }
  package static var loss: Self {
    Self(
      "loss.name", flag: "--loss", valueName: "name", fallback: "l2", kind: .choice(LossCatalog.rows.map(\.identifier)),
      help: "Loss of a residual: l2 (default), l1 or huber.")
  }
}

extension SettingKey<[Int]> {
  package static var shape: Self {
    Self(
      "problem.shape", flag: "--shape", valueName: "d1,d2,…",
      help: "Dimensions of the end-to-end object, such as 10,10.")
  }
  package static var width: Self {
    Self(
      "problem.width", flag: "--width", valueName: "w,…",
      help: "Hidden width, or all of them from W_1 on such as 5,7 (default: the smaller dimension).")
  }
}

extension SettingKey<Int> {
  package static var depth: Self {
    Self(
      "problem.depth", flag: "--depth", valueName: "L", help: "Number of layers L of a matrix model (1 is W itself).")
  }
  package static var components: Self {
    Self("problem.components", flag: "--components", valueName: "R", help: "Number of components of a CP model.")
  }
  package static var rank: Self {
    Self("problem.rank", flag: "--rank", valueName: "r", help: "Rank of the generated target.")
  }
  package static var dataSeed: Self {
    Self(
      "problem.data-seed", flag: "--data-seed", valueName: "n", fallback: 1,
      help: "Seed of the target and the observations.")
  }
  package static var samples: Self {
    Self("problem.samples", flag: "--samples", valueName: "m", help: "Number of sensing measurements.")
  }
}

extension SettingKey<Double> {
  package static var targetNorm: Self {
    Self(
      "problem.target-norm", flag: "--target-norm", valueName: "x", fallback: 1,
      help: "Frobenius norm of the generated target.")
  }
  package static var opposite: Self {
    Self(
      "problem.opposite", flag: "--opposite", valueName: "z", fallback: 0,
      help: "Entry (1,1) of the default problem of norms (default 0).")
  }
  package static var huberDelta: Self {
    Self("loss.huber-delta", flag: "--huber-delta", valueName: "delta", help: "Threshold δ of the Huber loss.")
  }
}

extension SettingKey<MeasurementKind> {
  package static var measureWith: Self {
    Self(
      "problem.measure-with", flag: "--measure-with", valueName: "kind", fallback: .entries,
      help: "What is measured: entries (default), gaussian, rank-one or commuting sensing.")
  }
}

extension SettingKey<Normalization> {
  package static var normalization: Self {
    Self(
      "loss.normalization", flag: "--normalization", valueName: "name", fallback: .mean,
      help:
        "Constant in front of the sum of losses: mean (1/m, default), sum (1) or half-sum (1/2). Times scale with it.")
  }
}

extension MeasurementKind: SettingChoice {}
extension Normalization: SettingChoice {}
