/// Targets that name classes.
enum ClassLabels {
  /// `measurement 3`, and which of its outputs where it has several.
  static func place(_ k: Int, outputs: Int) -> String {
    outputs == 1 ? "measurement \(k)" : "output \(k % outputs) of measurement \(k / outputs)"
  }

  /// Asks for −1 and 1.
  static func checkSigns(_ targets: [Double], outputs: Int, loss: String) throws(Refusal) {
    guard let k = targets.firstIndex(where: { abs($0) != 1 }) else { return }
    throw Refusal(
      "the target of \(place(k, outputs: outputs)) is \(targets[k]), and the loss \(loss) takes the labels -1 and 1",
      remedy: targets[k] == 0 && targets.allSatisfy { $0 == 0 || $0 == 1 }
        ? "write -1 for 0" : "give labels as targets, or use another loss.name such as l2")
  }

  /// How far the sum of a measurement's probabilities may be from 1: decimals round.
  static let sumTolerance = 1e-9

  /// Asks for probabilities over two or more outputs.
  static func checkProbabilities(_ targets: [Double], outputs: Int, loss: String) throws(Refusal) {
    guard outputs >= 2 else {
      throw Refusal(
        "the loss \(loss) compares several outputs of one measurement, and here there is one",
        remedy: "give problem.inputs with problem.shape C,… for C ≥ 2 classes, or use loss.name logistic")
    }
    if let k = targets.firstIndex(where: { !($0 >= 0) }) {
      throw Refusal(
        "the target of \(place(k, outputs: outputs)) is \(targets[k]), which is no probability",
        remedy: "give problem.targets as probabilities, or as one column of class numbers")
    }
    for start in stride(from: 0, to: targets.count, by: outputs) {
      let sum = targets[start..<start + outputs].reduce(0, +)
      guard abs(sum - 1) <= sumTolerance else {
        throw Refusal(
          "the targets of measurement \(start / outputs) sum to \(sum), not to 1",
          remedy: "give problem.targets as probabilities that sum to 1, or as one column of class numbers")
      }
    }
  }

  /// Class numbers from 0 on, as 1 at the class and 0 elsewhere.
  ///
  /// - Throws: ``Refusal`` for what is no class number.
  static func oneHot(_ numbers: [Double], outputs: Int) throws(Refusal) -> [Double] {
    var targets = [Double](repeating: 0, count: numbers.count * outputs)
    for (k, number) in numbers.enumerated() {
      guard let label = Int(exactly: number), label >= 0, label < outputs else {
        throw Refusal(
          "the class of row \(k) is \(number), and the classes of \(outputs) outputs are 0…\(outputs - 1)",
          remedy: "number classes from 0, or give problem.shape as many rows as there are classes")
      }
      targets[k * outputs + label] = 1
    }
    return targets
  }
}
