import Models
import Testing

@Suite("Losses of the catalogue")
struct LossTests {
  /// Every row, with a threshold of 0.7 where it takes one.
  static let losses: [any Loss] = LossCatalog.rows.compactMap { (try? $0.make(nil)) ?? (try? $0.make(0.7)) }

  private func first(_ loss: any Loss, _ r: Double) -> Double {
    var result = Double.nan
    loss.derivatives([r], count: 1, scale: 1, into: &result)
    return result
  }

  private func second(_ loss: any Loss, _ r: Double) -> Double {
    var result = Double.nan
    loss.secondDerivatives([r], count: 1, scale: 1, into: &result)
    return result
  }

  @Test("every row makes its loss")
  func rows() { #expect(Self.losses.map(\.identifier) == LossCatalog.rows.map(\.identifier)) }

  /// ℓ is quadratic or linear between its kinks, so its difference quotients there are its derivatives up to roundoff.
  @Test("ℓ′ and ℓ″ are the derivatives of ℓ, and jump at the kinks and nowhere else", arguments: 0..<losses.count)
  func kinks(_ index: Int) {
    let loss = Self.losses[index]
    let h = 1e-3
    for step in -3000...3000 {
      let r = (Double(step) + 0.5) * h
      let isBesideKink = loss.kinks.contains { abs(r - $0) <= h }
      let slope = (loss.sum([r + h / 2], count: 1) - loss.sum([r - h / 2], count: 1)) / h
      if !isBesideKink {
        #expect(abs(slope - first(loss, r)) <= 1e-11, "\(loss.identifier) at \(r)")
        let bend = (first(loss, r + h / 2) - first(loss, r - h / 2)) / h
        #expect(abs(bend - second(loss, r)) <= 1e-11, "\(loss.identifier) at \(r)")
      }
      let jump = abs(second(loss, r + h) - second(loss, r)) + abs(first(loss, r + h) - first(loss, r))
      // ℓ′ moves by 2h at most where it does not jump.
      let hasKink = loss.kinks.contains { r < $0 && $0 < r + h }
      #expect(hasKink ? jump > 0.5 : jump <= 2.1 * h, "\(loss.identifier) between \(r) and \(r + h)")
    }
    #expect(loss.kinks.allSatisfy { abs($0) < 3 })
  }

  @Test("a linear branch begins at a kink of ℓ″ and goes on for ever; l1, which is not smooth, has none")
  func linearBranches() throws {
    for loss in Self.losses {
      guard let delta = loss.linearBranch else {
        // Either ℓ″ does not vanish far out, or ℓ′ jumps.
        #expect(second(loss, 1e3) != 0 || loss.nonsmoothness != nil, "\(loss.identifier)")
        continue
      }
      #expect(loss.nonsmoothness == nil && Set(loss.kinks) == [delta, -delta])
      #expect(second(loss, 0.99 * delta) != 0 && second(loss, -0.99 * delta) != 0)
      for r in [1.01 * delta, 2 * delta, 1e6] {
        #expect(first(loss, r) == first(loss, delta) && first(loss, -r) == first(loss, -delta))
        #expect(second(loss, r) == 0 && second(loss, -r) == 0)
      }
    }
    #expect(try HuberLoss(delta: 0.25).linearBranch == 0.25)
    #expect(SquaredLoss().linearBranch == nil && AbsoluteLoss().linearBranch == nil)
  }
}
