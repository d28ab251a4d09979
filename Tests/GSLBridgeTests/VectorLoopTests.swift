import CKernels
import CMath
import GSLBridge
import Testing

/// Loops over whole states, on every path that this machine has.
@Suite struct VectorLoopTests {
  private static let paths = (0..<Int32(FLOW_PATH_COUNT)).filter { flow_path_supported($0) != 0 }

  /// One number that is not finite is found wherever it stands, and numbers as large or small as there are are not taken for one.
  @Test(arguments: [1, 7, 8, 31, 32, 33, 100])
  func aNumberThatIsNotFiniteIsFound(count: Int) {
    var numbers = TestNumbers(UInt64(count))
    var values = numbers.array(count)
    for (i, extreme) in [Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 5e-324, -0.0].enumerated()
    where i < count { values[i] = extreme }
    for path in Self.paths {
      #expect(flow_all_finite(path, Int64(count), values) == 1, "path \(path)")
      for place in 0..<count {
        for wrong in [Double.nan, .infinity, -.infinity] {
          var broken = values
          broken[place] = wrong
          #expect(flow_all_finite(path, Int64(count), broken) == 0, "path \(path), \(wrong) at \(place)")
        }
      }
    }
  }

  /// Beside numbers scaled by a power of two, which changes no digit: where squares are in range, leave it, and lose digits below it.
  /// Error unit: relative.
  @Test(arguments: [0, 300, -300, 400, -400, -520, 510, -1000, 1000])
  func normsNeitherOverflowNorLoseDigits(exponent: Int) {
    var numbers = TestNumbers(7)
    let plain = numbers.array(50)
    let sum = plain.reduce(0) { $0 + $1 * $1 }
    let scaled = plain.map { scalbn($0, Int32(exponent)) }
    let norm = BLAS.norm2(count: scaled.count, scaled)
    #expect(abs(scalbn(norm, Int32(-exponent)) / sum.squareRoot() - 1) < 1e-14, "2^\(exponent)")
    // One large number must not hide that the rest was lost to underflow, nor a NaN itself.
    #expect(BLAS.norm2(count: 2, [3e-170, 4e-170]) / 5e-170 - 1 < 1e-14)
    #expect(BLAS.norm2(count: 2, [.nan, 1]).isNaN && BLAS.norm2(count: 2, [.infinity, 1]) == .infinity)
    #expect(BLAS.norm2(count: 3, [0, 0, 0]) == 0)
  }
}
