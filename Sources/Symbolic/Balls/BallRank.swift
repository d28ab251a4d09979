import Models

/// A lower bound of the rank of a model's gradient fields, for any analytic functions: a minor whose determinant is enclosed in a ball
/// that excludes 0.
///
/// The fields are gradients ∇⟨w, φ(·, x)⟩ at one point θ₀ of exact binary fractions, for w, x and patterns of gates that are such
/// fractions. Every entry of the matrix of these fields lies in its ball. Where the determinant of r rows and columns is not 0, the
/// rank at θ₀, and so almost everywhere, is at least r, and there are at most D − r laws. No brackets are taken, so that the bound may
/// be weak where the Lie algebra is larger than its fields; it is never too small.
public struct BallRank: Codable, Equatable, Sendable {
  /// r.
  public let rank: Int
  /// Bits of the midpoints.
  public let precision: Int
  /// Seed of the point and of the fields.
  public let seed: UInt64
  /// A double near the determinant.
  public let determinant: Double

  /// More parameters are refused: a determinant of their number is enclosed.
  package static let mostParameters = 400
  /// Bits of the midpoints, one after the other until a minor is certain.
  private static let precisions = [128, 512]
  /// How often a point is drawn at which all functions have values.
  private static let mostPoints = 16
  /// Products and values of functions that may be formed with balls.
  static let mostWork = 50_000_000
  /// More balls of one field are refused.
  static let mostBalls = 1 << 20

  /// - Throws: ``Refusal`` if the model is too large, or has no value at any of many points.
  package init(_ model: LawModel, seed: UInt64) throws(Refusal) {
    guard model.parameterCount <= Self.mostParameters else {
      throw Refusal(
        "\(model.summary) has \(model.parameterCount) parameters, more than \(Self.mostParameters) for balls",
        remedy: "use smaller sizes")
    }
    if case .momentum = model.flow {
      throw Refusal("laws of momentum are not bounded with balls", remedy: "take the laws that labels show")
    }
    let fields = try BallFields(model)
    var best: BallRank?
    for precision in Self.precisions {
      var generator = SplitMix(seed: seed, stream: 0x6261_6c6c)
      guard let matrix = try fields.matrix(&generator, precision: precision, points: Self.mostPoints) else { continue }
      let minor = matrix.pivots()
      var size = minor.count
      while size > best?.rank ?? 0 {
        if let determinant = try matrix.determinant(Array(minor.prefix(size))) {
          best = BallRank(rank: size, precision: precision, seed: seed, determinant: determinant)
          break
        }
        // Pivots too small to be told from 0 stand last.
        size = min(size - 1, size * 7 / 8 + 1)
      }
      if let best, best.rank == minor.count { break }
    }
    guard let best else {
      throw Refusal(
        "\(model.summary) has no value at \(Self.mostPoints) random points, or no field that is told from 0",
        remedy: "take the laws that labels show")
    }
    self = best
  }

  private init(rank: Int, precision: Int, seed: UInt64, determinant: Double) {
    (self.rank, self.precision, self.seed, self.determinant) = (rank, precision, seed, determinant)
  }
}

/// Gradient fields of a model in balls.
struct BallFields {
  private let model: LawModel
  private let tape: Tape
  private let gradient: [Tape.Array]
  private let isObserved: [Bool]

  init(_ model: LawModel) throws(Refusal) {
    self.model = model
    var program = model.program
    let cotangent = program.weights(0, program[model.output].shape)
    let nodes = try program.gradient(of: model.output, cotangent: cotangent, by: program.blocks.map(\.node))
    var builder = TapeBuilder(program, freeData: model.freeData, isForBalls: true)
    _ = try builder.write(nodes)
    var gradient: [Tape.Array] = []
    for node in nodes { gradient.append(try builder.array(node)) }
    self.gradient = gradient
    tape = builder.tape
    let rows = Self.rows(model)
    guard tape.size <= BallRank.mostBalls, tape.work <= BallRank.mostWork / (rows + 128) else {
      throw Refusal("\(model.summary) is too large for balls", remedy: "use smaller sizes")
    }
    var isObserved = [Bool](repeating: model.observed == nil, count: program[model.output].count)
    for entry in model.observed ?? [] { isObserved[entry] = true }
    self.isObserved = isObserved
  }

  /// k/64 with k odd and |k| < 96: no number at which a function of small integers is likely to be special.
  private static func number(_ generator: inout SplitMix) -> Double {
    let size = Double(2 * generator.below(48) + 1) / 64
    return generator.below(2) == 0 ? size : -size
  }

  /// How many fields are drawn: patterns of gates leave many alike.
  private static func rows(_ model: LawModel) -> Int {
    let count = model.parameterCount
    return min(model.gradientBound ?? count, count) + (model.hasGates ? count + 24 : 4)
  }

  /// Fields at a point, a few more than parameters; nil where no point has values of all functions for most draws.
  func matrix(_ generator: inout SplitMix, precision: Int, points: Int) throws(Refusal) -> BallMatrix? {
    let count = model.parameterCount
    let rows = Self.rows(model)
    for attempt in 0..<points {
      // Positive points have more logarithms and roots.
      let point = (0..<count).map { _ in
        attempt % 2 == 0 ? Self.number(&generator) : abs(Self.number(&generator))
      }
      let kept = try BallArithmetic(count: rows * count, room: 0, precision: precision)
      var (found, misses) = (0, 0)
      while found < rows, misses < 8 + found {
        if try field(at: point, &generator, precision, row: found, of: kept) { found += 1 } else { misses += 1 }
      }
      if found == rows { return try BallMatrix(kept, rows: rows, columns: count) }
    }
    return nil
  }

  /// One field, copied to a row; false where a function has no value.
  private func field(
    at point: [Double], _ generator: inout SplitMix, _ precision: Int, row: Int, of kept: BallArithmetic
  ) throws(Refusal) -> Bool {
    let functions = tape.steps.reduce(0) { $1.operation == .sum ? $0 : $0 + $1.result.count }
    var arithmetic = try BallArithmetic(count: tape.size, room: functions, precision: precision)
    for (k, value) in point.enumerated() { try arithmetic.set(k, to: value) }
    let areDataPositive = generator.below(2) == 0
    for (leaf, array) in tape.leaves where !leaf.isOfFunction {
      for entry in 0..<array.count {
        var value = Self.number(&generator)
        switch leaf {
        case .data(let number) where !model.freeData.contains(number):
          value = model.program.data[number][entry]
          guard value.isFinite else { throw LawModel.infinite(value, model) }
        case .data where areDataPositive: value = abs(value)
        case .gate: value = value > 0 ? 1 : 0
        case .weights where !isObserved[entry]: value = 0
        default: break
        }
        try arithmetic.set(array.start + entry, to: value)
      }
    }
    var memory = Array(0..<tape.size)
    try tape.run(&arithmetic, &memory)
    var column = 0
    for array in gradient {
      for place in array.start..<array.start + array.count {
        guard try arithmetic.midpoint(memory[place]) != nil else { return false }
        try arithmetic.copy(memory[place], to: row * point.count + column, of: kept)
        column += 1
      }
    }
    return true
  }
}

/// A matrix of balls.
struct BallMatrix {
  private let balls: BallArithmetic
  private let rows: Int
  private let columns: Int
  /// Doubles near the entries, which choose a minor and prove nothing.
  private let near: [[Double]]

  init(_ balls: BallArithmetic, rows: Int, columns: Int) throws(Refusal) {
    (self.balls, self.rows, self.columns) = (balls, rows, columns)
    var near: [[Double]] = []
    for row in 0..<rows {
      var line: [Double] = []
      for column in 0..<columns { line.append(try balls.midpoint(row * columns + column) ?? 0) }
      near.append(line)
    }
    self.near = near
  }

  /// Rows and columns of pivots, the largest first, down to the rounding of doubles.
  func pivots() -> [(row: Int, column: Int)] {
    var rest = near
    // Rows of one size each.
    for row in rest.indices {
      let size = rest[row].reduce(0) { max($0, abs($1)) }
      if size > 0 { for column in rest[row].indices { rest[row][column] /= size } }
    }
    var (found, usedRows) = ([(row: Int, column: Int)](), Set<Int>())
    while found.count < min(rows, columns) {
      var (largest, place) = (1e-10, (row: -1, column: -1))
      for row in rest.indices where !usedRows.contains(row) {
        for column in 0..<columns where abs(rest[row][column]) > largest {
          (largest, place) = (abs(rest[row][column]), (row, column))
        }
      }
      guard place.row >= 0 else { break }
      found.append(place)
      usedRows.insert(place.row)
      for row in rest.indices where !usedRows.contains(row) {
        let factor = rest[row][place.column] / rest[place.row][place.column]
        if factor != 0 {
          for column in 0..<columns { rest[row][column] -= factor * rest[place.row][column] }
        }
        rest[row][place.column] = 0
      }
    }
    return found
  }

  /// The determinant of a minor, if it is certain that it is not 0.
  func determinant(_ minor: [(row: Int, column: Int)]) throws(Refusal) -> Double? {
    let places = minor.flatMap { pivot in minor.map { pivot.row * columns + $0.column } }
    return try balls.determinant(places, size: minor.count)
  }
}
