import Checkers
import Foundation
import GSLBridge
import Models
import Testing
import Theorems

@Suite("Norms and rank measures of matrices")
struct MatrixNormTests {
  @Test("Norms of diag(3, 4) by hand, in units in the last place")
  func diagonal() {
    func norm(_ kind: MatrixNorm) -> Double { kind.value(entries: [3, 0, 0, 4], singularValues: [4, 3]) }
    #expect(norm(.spectral) == 4)
    #expect(abs(norm(.frobenius) - 5) <= 4 * 5.0.ulp)
    #expect(norm(.nuclear) == 7)
    #expect(abs(norm(.schatten(0.5)) - pow(3.0.squareRoot() + 2, 2)) <= 8 * 14.0.ulp)
    #expect(abs(norm(.entry(1)) - 7) <= 4 * 7.0.ulp)
    #expect(abs(norm(.entry(0.5)) - norm(.schatten(0.5))) <= 8 * 14.0.ulp)
  }

  @Test("Norms neither overflow nor vanish at the ends of the range")
  func scales() {
    for scale in [1e-300, 1e300] {
      let value = MatrixNorm.frobenius.value(entries: [], singularValues: [3 * scale, 4 * scale])
      #expect(abs(value / (5 * scale) - 1) < 1e-15)
    }
  }

  @Test("The weakened triangle inequality holds with its constant and is attained by disjoint parts")
  func triangle() {
    var random = TestRandom(5)
    for kind in MatrixNorm.named {
      for _ in 0..<50 {
        let a = Matrix(rows: 3, columns: 2, elements: random.numbers(6))
        let b = Matrix(rows: 3, columns: 2, elements: random.numbers(6))
        func size(_ m: Matrix) throws -> Double {
          kind.value(entries: m.elements, singularValues: try SVD.singularValues(of: m))
        }
        let sum = (try? size(a + b)) ?? .nan
        let parts = ((try? size(a)) ?? .nan) + ((try? size(b)) ?? .nan)
        #expect(sum <= kind.triangleConstant * parts * (1 + 1e-13))
      }
    }
    let half = MatrixNorm.schatten(0.5)
    #expect(half.value(entries: [], singularValues: [1, 1]) == half.triangleConstant * 2)
  }

  @Test("The effective rank counts equal singular values and is continuous at rank one")
  func effectiveRank() {
    #expect(abs(RankMeasure.effectiveRank([2, 2, 2]) - 3) < 1e-14)
    #expect(RankMeasure.effectiveRank([5, 0]) == 1)
    #expect(abs(RankMeasure.effectiveRank([1, 1e-12]) - 1) < 1e-10)
    #expect(RankMeasure.effectiveRank([0, 0]).isNaN)
    #expect(RankMeasure.distanceToRankOne([1, 4, 3]) == 10.0.squareRoot())
  }

  @Test("The sign of a determinant agrees with the permutation expansion of 3×3 matrices, and layers multiply")
  func signs() throws {
    var random = TestRandom(9)
    for _ in 0..<100 {
      let m = Matrix(rows: 3, columns: 3, elements: random.numbers(9))
      let expansion =
        m[0, 0] * (m[1, 1] * m[2, 2] - m[1, 2] * m[2, 1]) - m[0, 1] * (m[1, 0] * m[2, 2] - m[1, 2] * m[2, 0])
        + m[0, 2] * (m[1, 0] * m[2, 1] - m[1, 1] * m[2, 0])
      #expect(m.determinantSign == (expansion > 0 ? 1 : -1))
    }
    let model = try MatrixFactorization(shape: [2, 2], hiddenWidths: [2, 2])
    let layers: [Double] = [1, 0, 0, -1, 2, 1, 0, 1, 0, 1, 1, 0]
    let sign = try #require(DeterminantSign(model, layers))
    #expect(sign.sign == 1 && sign.isInformative)
    let thin = try #require(DeterminantSign(model, [1, 0, 0, 1e-14, 1, 0, 0, 1, 1, 0, 0, 1]))
    #expect(thin.sign == 1 && !thin.isInformative)
    #expect(
      DeterminantSign(try MatrixFactorization(shape: [2, 3], hiddenWidths: [2]), [Double](repeating: 1, count: 10))
        == nil)
  }
}
