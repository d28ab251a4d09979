import CMath
import Checkers
import Models
import Testing

@Suite("Losses of the catalogue")
struct LossTests {
  @Test("every built-in loss has an example")
  func examples() {
    #expect(LossExample.all.map(\.loss.identifier) == LossCatalog.builtIn.map { $0.identifier })
  }

  @Test("keep what they promise", arguments: LossExample.all.indices)
  func promises(_ index: Int) { #expect(checkLoss(LossExample.all[index]) == []) }

  @Test("a linear branch is declared by Huber's loss alone")
  func linearBranches() throws {
    for example in LossExample.all {
      #expect((example.loss.linearBranch != nil) == (example.loss.identifier == "huber"))
    }
    #expect(try HuberLoss(delta: 0.25).linearBranch == 0.25)
  }

  /// log(1 + x) = x − x²/2 + … keeps all digits of losses far below 1, and the slope is −y x/(1 + x).
  @Test("logistic losses far out keep their digits", arguments: [40.0, 100, 700])
  func logisticTails(_ margin: Double) {
    let probe = LossProbe(LogisticLoss())
    let x = exp(-margin)
    for y in [1.0, -1] {
      #expect(abs(probe.sum([y * margin], [y]) - (x - x * x / 2)) <= 1e-15 * x)
      #expect(abs(probe.derivatives([y * margin], [y])[0] + y * x / (1 + x)) <= 1e-15 * x)
      #expect(abs(probe.secondDerivatives([y * margin], [y])[0] - x) <= 1e-15 * x)
      #expect(probe.sum([-y * margin], [y]) == margin + log1p(x) && probe.derivatives([-y * margin], [y])[0] == -y)
    }
  }

  /// Two classes are a logistic loss of the difference of the scores; moving both scores changes nothing.
  @Test("the cross-entropy of two classes is the logistic loss", arguments: [-900.0, -50, -0.3, 0, 2, 40, 800])
  func twoClasses(_ margin: Double) {
    let (entropy, logistic) = (LossProbe(CrossEntropy(), outputs: 2), LossProbe(LogisticLoss()))
    for shift in [0.0, 1024, -1e6] {
      let z = [margin / 2 + shift, -margin / 2 + shift]
      // The shift rounds the scores.
      let difference = z[0] - z[1]
      let (value, slope) = (logistic.sum([difference], [1]), logistic.derivatives([difference], [1])[0])
      let bend = logistic.secondDerivatives([difference], [1])[0]
      #expect(abs(entropy.sum(z, [1, 0]) - value) <= 1e-15 * value)
      let found = entropy.derivatives(z, [1, 0])
      #expect(abs(found[0] - slope) <= 4e-16 * abs(slope) && abs(found[1] + slope) <= 4e-16 * abs(slope))
      let product = entropy.product(z, [1, 0], by: [3, 1])
      #expect(abs(product[0] - 2 * bend) <= 1e-15 * bend && abs(product[1] + 2 * bend) <= 1e-15 * bend)
    }
  }

  @Test("targets that are no labels are refused, naming value, measurement and remedy")
  func labels() throws {
    let cases: [(any Loss, [Double], Int, [String])] = [
      (LogisticLoss(), [1, -1, 2], 1, ["measurement 2", "2.0", "-1 and 1"]),
      (LogisticLoss(), [1, 0, 1], 1, ["measurement 1", "write -1 for 0"]),
      (LogisticLoss(), [1, .nan], 1, ["measurement 1", "nan"]),
      (ExponentialLoss(), [1, -1, 0.5, 1], 2, ["output 0 of measurement 1", "0.5"]),
      (CrossEntropy(), [1, 1], 1, ["several outputs", "loss.name logistic"]),
      (CrossEntropy(), [1, 0, 0.5, 0.6], 2, ["measurement 1", "1.1"]),
      (CrossEntropy(), [1, 0, 1.5, -0.5], 2, ["output 1 of measurement 1", "-0.5", "no probability"]),
      (CrossEntropy(), [0, 0], 2, ["measurement 0", "0.0"]),
    ]
    for (loss, targets, outputs, words) in cases {
      let refusal = #expect(throws: Refusal.self) { try loss.check(targets: targets, outputs: outputs) }
      for word in words {
        #expect(refusal?.description.contains(word) == true, "\(word) in \(String(describing: refusal))")
      }
    }
    #expect(throws: Refusal.self) {
      _ = try Objective(
        model: Model(MatrixFactorization(shape: [1, 1], hiddenWidths: [])),
        measurements: Measurements(shape: [1, 1], operators: .entries(indices: [0, 0]), values: [3]),
        loss: LogisticLoss(), normalization: .mean)
    }
  }
}
