import Models
import Settings

// What is modelled, measured and minimized.

extension SettingKey<String> {
  package static var model: Self {
    Self(
      "problem.model", flag: "--model", valueName: "name",
      kind: .choiceOrFile(
        ModelCatalog.families.map { $0.card.name } + [ProgramSource.model], ending: FlowText.ending),
      help:
        "A .flow file, external with a --program, or a model with the settings it takes besides the shape: \(ModelSettings.taken)."
    )
  }
  package static var program: Self {
    Self(
      "problem.program", flag: "--program", valueName: "words", kind: .words,
      help:
        "A program that computes the loss and its gradient, such as \"python3 model.py\": for --model external, or a .flow file with "
        + "'loss any'. No shell is involved.")
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
        "Your own data: a text of entries (.csv with header i0,i1,…,value, 0-based; other columns by --columns; also .gz, or - "
        + "for standard input), or a dense .npy/.npz array (FILE.npz:NAME for one of several), NaN meaning unobserved; a mask beside data in "
        + "an .npz is 1 where observed.")
  }
  package static var mask: Self {
    Self(
      "problem.mask", flag: "--mask", valueName: "entries",
      help:
        "The observed entries: 0-based indices such as 0,0:0,1:1,0, or a file (a name with a dot or slash) with an array that is 1 "
        + "where observed.")
  }
  package static var testData: Self {
    Self(
      "problem.test-data", flag: "--test-data", valueName: "file",
      help: "Further entries, written as --data, that are not observed: test_error and test_rmse are measured at them.")
  }
  package static var loss: Self {
    Self(
      "loss.name", flag: "--loss", valueName: "name", fallback: "l2",
      kind: .choice(LossCatalog.all.map { $0.identifier }),
      help:
        "Loss: l2 (default), l1 or huber of residuals; logistic or exponential of labels ±1; cross-entropy of classes.")
  }
  package static var inputs: Self {
    Self(
      "problem.inputs", flag: "--inputs", valueName: "file",
      help: "Your own inputs, a row x each (.csv, .npy, .npz): W x is to meet the targets.")
  }
  package static var targets: Self {
    Self(
      "problem.targets", flag: "--targets", valueName: "file",
      help: "Targets of the inputs, a row each, or one column of class numbers from 0 (.csv, .npy, .npz).")
  }
  package static var sensing: Self {
    Self(
      "problem.sensing", flag: "--sensing", valueName: "file",
      help: "Your own measurements: an .npz file of operators A (m × shape) and values y (m).")
  }
}

extension SettingKey<[Int]> {
  package static var shape: Self {
    Self(
      "problem.shape", flag: "--shape", valueName: "d1,d2,…",
      help: "Dimensions of the end-to-end object, such as 10,10.")
  }
}

extension SettingKey<[Int]> {
  package static var rank: Self {
    Self(
      "problem.rank", flag: "--rank", valueName: "r,…",
      help: "Rank of the generated target; of a Tucker or hierarchical one a list, or one for all.")
  }
}

extension SettingKey<TargetKind> {
  package static var target: Self {
    Self(
      "problem.target", flag: "--target", valueName: "kind",
      help: "Kind of the generated target: cp, tucker, hierarchical or matrix (default: the model's own kind).")
  }
}

extension SettingKey<Int> {
  package static var indexBase: Self {
    Self(
      "problem.index-base", flag: "--index-base", valueName: "n",
      help:
        "The number of the first place in a text of entries, such as 1 (default 0; with --columns places are labels).")
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

extension SettingKey<[String]> {
  package static var columns: Self {
    Self(
      "problem.columns", flag: "--columns", valueName: "name,…",
      help:
        "Columns of a text of entries by heading, or number from 1: one a dimension, the value's last, such as user,item,rating. "
        + "Places are labels then, unless --index-base is given.")
  }
  package static var size: Self {
    Self(
      "problem.size", flag: "--size", valueName: "n=4,…",
      help: "Values of the sizes that a .flow file leaves open.")
  }
  package static var lossConstants: Self {
    Self(
      "loss.constants", flag: "--loss-constants", valueName: "name=x,…",
      help: "Constants of the loss, such as delta=0.5 ('flowcheck list' shows them).")
  }
}

extension SettingKey<[Double]> {
  package static var targetValues: Self {
    Self(
      "problem.target-values", flag: "--target-values", valueName: "v,…",
      help: "Singular values of a generated target along every mode, such as 2,1; in place of its rank and norm.")
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
      help: "What is measured: entries (default), gaussian, rank-one or commuting sensing, or outputs at drawn inputs.")
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
extension TargetKind: SettingChoice {}
extension Normalization: SettingChoice {}
