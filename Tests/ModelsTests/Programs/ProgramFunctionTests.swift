import CMath
import Checkers
import Models
import Testing

/// The catalogue of functions: slopes, degrees, kinks; and the vector kernels' rounding errors and NaN.
@Suite struct ProgramFunctionTests {
  private static func rows() throws -> [Function] {
    Function.named + [.polynomial([]), .polynomial([2]), .polynomial([1, try Rational(-1, 3), 2, 1])]
  }

  @Test func slopesAndDegrees() throws {
    for function in try Self.rows() {
      for x in [0.3, 0.9, 2.5] {
        let y = function(x)
        let exact = HyperDual(x, 1).applying(function)
        #expect(abs(y - exact.value) <= 1e-15 * max(1, abs(y)), "\(function)")
        #expect(abs(try function.slope().value(input: x, output: y) - exact.first) <= 1e-14, "\(function)")
        if let degree = function.degree {
          #expect(abs(function(4 * x) - pow(4, degree.value) * y) <= 1e-14 * abs(function(4 * x)), "\(function)")
        }
      }
      #expect((function(0) == 0) == function.keepsZero || function == .polynomial([]), "\(function)")
      #expect(function(.nan).isNaN, "\(function)")
      for kink in function.kinks {
        #expect(abs(function(kink - 1e-9) - function(kink + 1e-9)) > 0.5 || function == .relu || function == .absolute)
      }
    }
  }

  /// f of an array, by the kernels of a path.
  private func map(_ function: Function, _ x: [Double], _ path: KernelPath) throws -> [Double] {
    var program = Program()
    let block = try program.block("x", [x.count])
    let node = try program.map(function, block)
    let evaluator = try ProgramEvaluator(program, predictions: node, path: path)
    return Checked(evaluator: evaluator).predict(x)
  }

  private static let paths = KernelPath.allCases.filter(\.isSupported)

  #if arch(x86_64)
    /// Against 64-bit mantissas, in units of the last place of the result.
    @Test(arguments: paths) func roundingErrors(_ path: KernelPath) throws {
      var random = TestRandom(81)
      let cases: [(Function, ClosedRange<Double>, (Float80) -> Float80)] = [
        (.exp, -745...709.7, { expl($0) }), (.exp, -1...1, { expl($0) }), (.log, 0...10, { logl($0) }),
        (.log, 0.7...1.5, { logl($0) }), (.tanh, -21...21, { tanhl($0) }), (.tanh, -0.5...0.5, { tanhl($0) }),
        (.tanh, -1e-3...1e-3, { tanhl($0) }), (.sigmoid, -40...40, { 1 / (1 + expl(-$0)) }),
        (.sigmoid, -744...10, { 1 / (1 + expl(-$0)) }), (.erf, -6.5...6.5, { erfl($0) }),
        (.erf, -0.9...0.9, { erfl($0) }), (.erf, 0.8...1.3, { erfl($0) }), (.erf, -1e-3...1e-3, { erfl($0) }),
      ]
      for (function, range, exact) in cases {
        let x = (0..<20_001).map { _ in
          range.lowerBound + (range.upperBound - range.lowerBound) * (random.number() + 1) / 2
        }
        let worst = zip(x, try map(function, x, path)).reduce(0.0) { worst, pair in
          let expected = exact(Float80(pair.0))
          return max(worst, Double(abs(Float80(pair.1) - expected) / Float80(Double(expected).ulp)))
        }
        #expect(worst <= 2, "\(function) on \(range)")
      }
    }
  #endif

  @Test(arguments: paths) func specialValues(_ path: KernelPath) throws {
    for function in try Self.rows() {
      for count in 1...17 {
        // NaN at every place, alone.
        for place in 0..<count {
          var x = [Double](repeating: 0.5, count: count)
          x[place] = .nan
          let z = try map(function, x, path)
          #expect(z.indices.allSatisfy { z[$0].isNaN == ($0 == place) }, "\(function)")
        }
      }
      let special: [Double] = [.infinity, -.infinity, 0, 710, -746, 5e-324]
      for (x, z) in zip(special, try map(function, special, path)) {
        let expected = function(x)
        #expect(
          z == expected || (z.isNaN && expected.isNaN) || abs(z - expected) <= 4e-16 * abs(expected),
          "\(function) at \(x): \(z)")
      }
    }
  }

  @Test func softmaxKeepsNaNAndRange() throws {
    var program = Program()
    let x = try program.block("x", [3, 9])
    let (first, second) = (try program.softmax(x), try program.logSumExp(x))
    let softmax = try ProgramEvaluator(program, predictions: first)
    let logSumExp = try ProgramEvaluator(program, predictions: second)
    var values = (0..<27).map { Double($0 % 9) }
    for k in 9..<18 { values[k] += 1e5 }
    values[20] = .nan
    let z = Checked(evaluator: softmax).predict(values)
    let l = Checked(evaluator: logSumExp).predict(values)
    let sum = (0..<9).reduce(0.0) { $0 + exp(Double($1)) }
    for k in 0..<9 {
      #expect(abs(z[k] - exp(Double(k)) / sum) < 1e-15)
      #expect(abs(z[9 + k] - exp(Double(k)) / sum) < 1e-11)
      #expect(z[18 + k].isNaN)
    }
    #expect(abs(l[0] - log(sum)) < 1e-14 && abs(l[1] - 1e5 - log(sum)) < 1e-10 && l[2].isNaN)
  }
}
