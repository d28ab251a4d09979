import CMath
import FlowODE
import GSLBridge
import Models

/// Rows of the self-test about single modes of matrix factorizations and linear regression.
enum SelfTestModes {
  static let rows: [SelfTestRow] = [
    SelfTestRow("A3", "½(ab − s)²: balanced logistic and unbalanced Riccati forms", unit: "relative to s") {
      try .measured(error: max(logistic(), riccati()), limit: 1e-9)
    },
    SelfTestRow("A4", "depth 3, 4, 5 scalar: time to 0.9 s against quadrature", unit: "relative") {
      try .measured(error: levelTimes(), limit: 1e-9)
    },
    SelfTestRow("A5", "Saxe 4×4 aligned: four logistic modes", unit: "relative to the largest mode") {
      try .measured(error: alignedModes(), limit: 1e-9)
    },
    SelfTestRow("A6", "linear regression (depth 1, dense sensing): w(t) in closed form", unit: "relative to ‖w(t)‖") {
      try .measured(error: regression(), limit: 1e-9)
    },
    SelfTestRow("5.7", "rise times at depth 2, 3, 4: ratio of two modes against targets as u₀ → 0", unit: "relative") {
      try .measured(error: riseRatios(), limit: 1e-2)
    },
  ]

  private static func logistic() throws -> Double {
    let (s, u0) = (1.7, 0.01)
    let run = try SelfTestSetting.experiment(
      SelfTestSetting.scalar(depth: 2), SelfTestSetting.entries([1, 1], [0, 0], [s]),
      start: [u0.squareRoot(), u0.squareRoot()], until: 2)
    let end = try SelfTestSetting.solve(run).parameters
    return abs(end[0] * end[1] - FactorModes.logistic(target: s, start: u0, time: 2)) / s
  }

  private static func riccati() throws -> Double {
    let s = 1.3
    var worst = 0.0
    for (a0, b0) in [(1.0, 0.2), (0.5, -0.3), (1.5, 1.4)] {
      let run = try SelfTestSetting.experiment(
        SelfTestSetting.scalar(depth: 2), SelfTestSetting.entries([1, 1], [0, 0], [s]), start: [a0, b0], until: 1)
      let end = try SelfTestSetting.solve(run).parameters
      let exact = FactorModes.unbalanced(target: s, a0: a0, b0: b0, time: 1)
      worst = max(worst, abs(end[0] - exact.a) / s, abs(end[1] - exact.b) / s)
    }
    return worst
  }

  private static func levelTime(depth: Int, target s: Double, start u0: Double, level: Double) throws -> Double {
    let layer = pow(u0, 1 / Double(depth))
    let run = try SelfTestSetting.experiment(
      SelfTestSetting.scalar(depth: depth), SelfTestSetting.entries([1, 1], [0, 0], [s]),
      start: [Double](repeating: layer, count: depth), until: 1e9, stops: [.componentNormAbove(level)])
    return try SelfTestSetting.solve(run).time
  }

  private static func levelTimes() throws -> Double {
    var worst = 0.0
    for depth in 3...5 {
      let measured = try levelTime(depth: depth, target: 2, start: 1e-3, level: 1.8)
      let exact = try FactorModes.time(depth: depth, target: 2, from: 1e-3, to: 1.8)
      worst = max(worst, abs(measured / exact - 1))
    }
    return worst
  }

  private static func riseRatios() throws -> Double {
    var worst = 0.0
    for (depth, start) in [(2, 1e-80), (3, 1e-12), (4, 1e-10)] {
      let first = try levelTime(depth: depth, target: 3, start: start, level: 1.5)
      let second = try levelTime(depth: depth, target: 2, start: start, level: 1)
      worst = max(worst, abs(first / second / (2.0 / 3) - 1))
    }
    return worst
  }

  /// W_1(0) = √α Q₂ᵀ, W_2(0) = √α Q₁ and target Q₁ S Q₂ᵀ, fully observed: each mode is on its own.
  private static func alignedModes() throws -> Double {
    let modes = [3.0, 2, 1, 0.5]
    let alpha = 0.01
    var stream = RandomStream(seed: 5, name: "selftest/frames")
    func frame() throws -> Matrix {
      try SVD(Matrix(rows: 4, columns: 4, elements: (0..<16).map { _ in stream.gaussian() })).u
    }
    let (left, right) = (try frame(), try frame())
    let target = left * Matrix.diagonal(modes) * right.transposed
    let indices = (0..<16).flatMap { [Int32($0 / 4), Int32($0 % 4)] }
    let start = (alpha.squareRoot() * right.transposed).elements + (alpha.squareRoot() * left).elements
    let run = try SelfTestSetting.experiment(
      try Model(MatrixFactorization(shape: [4, 4], hiddenWidths: [4])),
      SelfTestSetting.entries([4, 4], indices, target.elements), start: start, until: 1.2)
    let end = try SelfTestSetting.solve(run).parameters
    let matrix = Matrix(rows: 4, columns: 4, elements: run.problem.model.endToEnd(end))
    let core = left.transposed * matrix * right
    var worst = 0.0
    for i in 0..<4 {
      for j in 0..<4 {
        let exact = i == j ? FactorModes.logistic(target: modes[i], start: alpha, time: 1.2) : 0
        worst = max(worst, abs(core[i, j] - exact) / modes[0])
      }
    }
    return worst
  }

  /// w(t) = X⁺(I − e^{−XXᵀt})y + e^{−XᵀXt}w₀ for ½‖Xw − y‖², by the SVD of X.
  private static func regression() throws -> Double {
    let (count, size) = (4, 6)
    var stream = RandomStream(seed: 7, name: "selftest/regression")
    let x = Matrix(rows: count, columns: size, elements: (0..<count * size).map { _ in stream.gaussian() })
    let y = (0..<count).map { _ in stream.gaussian() }
    let start = (0..<size).map { _ in stream.gaussian() }
    let measurements = try Measurements(shape: [2, 3], operators: .dense(x.elements), values: y)
    let run = try SelfTestSetting.experiment(
      try Model(MatrixFactorization(shape: [2, 3], hiddenWidths: [])), measurements, start: start, until: 0.7)
    let end = try SelfTestSetting.solve(run).parameters
    let svd = try SVD(x)
    var exact = start
    for (r, sigma) in svd.singularValues.enumerated() {
      let decay = exp(-sigma * sigma * run.until)
      let data = (0..<count).reduce(0.0) { $0 + svd.u[$1, r] * y[$1] }
      let inside = (0..<size).reduce(0.0) { $0 + svd.v[$1, r] * start[$1] }
      for i in 0..<size { exact[i] += svd.v[i, r] * ((decay - 1) * inside + (1 - decay) * data / sigma) }
    }
    let error = zip(end, exact).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (error / exact.reduce(0.0) { $0 + $1 * $1 }).squareRoot()
  }
}
