import GSLBridge
import Models
import Testing
import Theorems

@Suite("Following singular values and choosing starts")
struct SingularValueTrackerTests {
  @Test("Two crossing values are followed through the crossing, and the gap there is remembered")
  func crossing() throws {
    var tracker = SingularValueTracker()
    var last: [Double] = []
    for k in 0...20 {
      let t = Double(k) / 20
      let svd = try SVD(.diagonal([2 - t, 0.9 + t]))
      last = tracker.follow(svd, time: t)
    }
    #expect(abs(last[0] - 1) < 1e-14 && abs(last[1] - 1.9) < 1e-14)
    #expect(tracker.exchanges == 1)
    #expect(tracker.smallestGap < 0.05 && abs(tracker.gapTime - 0.55) < 1e-12)
  }

  @Test("A balanced start has the sign of determinant that was asked for, and the draw it would have had if that fits")
  func determinants() throws {
    let chain = try MatrixFactorization(shape: [3, 3], hiddenWidths: [3, 3])
    let model = try Model(chain)
    for seed in 1...12 {
      for choice in [DeterminantChoice.positive, .negative] {
        let start = try Initialization.balanced.parameters(
          for: model, scale: 1, seed: UInt64(seed), determinant: choice)
        let sign = try #require(DeterminantSign(chain, start))
        #expect(sign.sign == (choice == .positive ? 1 : -1) && sign.isInformative)
      }
      let any = try Initialization.balanced.parameters(for: model, scale: 1, seed: UInt64(seed))
      let choice: DeterminantChoice = DeterminantSign(chain, any)?.sign == 1 ? .positive : .negative
      let same = try Initialization.balanced.parameters(for: model, scale: 1, seed: UInt64(seed), determinant: choice)
      #expect(any == same)
    }
    #expect(throws: Refusal.self) {
      try Initialization.gaussian.parameters(for: model, scale: 1, seed: 1, determinant: .positive)
    }
    let wide = try Model(MatrixFactorization(shape: [2, 3], hiddenWidths: [2]))
    #expect(throws: Refusal.self) {
      try Initialization.balanced.parameters(for: wide, scale: 1, seed: 1, determinant: .negative)
    }
  }
}
