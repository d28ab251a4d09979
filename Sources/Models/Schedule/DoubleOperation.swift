internal import CKernels

/// Flat memory at fixed addresses for the loops, tables and coefficients of compiled instructions.
final class OperationPool {
  private let integers: Buffer<Int>
  private let indices: Buffer<Int32>
  private let numbers: Buffer<Double>
  private let nests: UnsafeMutablePointer<flow_loops>
  private var (integersUsed, indicesUsed, numbersUsed, nestsUsed) = (0, 0, 0, 0)

  /// Room for what these instructions need.
  init(_ instructions: [Instruction]) {
    var (integers, indices, numbers, nests) = (0, 0, 0, 0)
    for instruction in instructions {
      switch instruction {
      case .contraction(let contraction):
        integers += 4 * contraction.form.outer.count
        nests += 1
        if let rows = contraction.rows { indices += rows.z.count * (1 + rows.factors.count) }
      case .map(.polynomial(let coefficients), _, _, _): numbers += max(coefficients.count, 1)
      default: break
      }
    }
    self.integers = Buffer(count: integers)
    self.indices = Buffer(count: indices)
    self.numbers = Buffer(count: numbers)
    self.nests = .allocate(capacity: max(nests, 1))
  }

  deinit { nests.deallocate() }

  func store(_ values: [Int]) -> UnsafeMutablePointer<Int> {
    let start = integers.pointer + integersUsed
    for (position, value) in values.enumerated() { start[position] = value }
    integersUsed += values.count
    return start
  }

  func store(_ values: [Int32]) -> UnsafeMutablePointer<Int32> {
    let start = indices.pointer + indicesUsed
    for (position, value) in values.enumerated() { start[position] = value }
    indicesUsed += values.count
    return start
  }

  func store(_ values: [Double]) -> UnsafeMutablePointer<Double> {
    let start = numbers.pointer + numbersUsed
    for (position, value) in values.enumerated() { start[position] = value }
    numbersUsed += values.count
    return start
  }

  func store(_ loops: flow_loops) -> UnsafeMutablePointer<flow_loops> {
    let place = nests + nestsUsed
    place.initialize(to: loops)
    nestsUsed += 1
    return place
  }
}

/// An instruction compiled for double precision: numbers and addresses only.
struct DoubleOperation {
  enum Code { case clear, nest, matrix, vector, map, softmax, softmaxDerivative, logSumExp }

  /// Number of an array, −1 for none, and a position in it.
  struct Position {
    var base = -1
    var offset = 0

    init() {}
    init(_ place: Place) { (base, offset) = (place.base.rawValue, place.offset) }
  }

  /// A call of BLAS; for a vector, `ldb` and `ldc` are the increments of argument and result.
  struct Shape {
    var (m, n, k, lda, ldb, ldc) = (0, 0, 0, 0, 0, 0)
    var (transposesA, transposesB, isSwapped) = (false, false, false)
  }

  /// Loops around a kernel.
  struct Outer {
    let depth: Int
    let extents, z, x, y: UnsafeMutablePointer<Int>

    init(_ loops: [Loop], _ pool: OperationPool) {
      depth = loops.count
      extents = pool.store(loops.map(\.extent))
      z = pool.store(loops.map(\.z))
      x = pool.store(loops.map(\.x))
      y = pool.store(loops.map(\.y))
    }
  }

  /// Where every row starts.
  struct Rows {
    let count: Int
    let z: UnsafeMutablePointer<Int32>
    var x, y: UnsafeMutablePointer<Int32>?
  }

  private(set) var code = Code.clear
  private(set) var (z, x, y) = (Position(), Position(), Position())
  private(set) var (count, rowCount) = (0, 0)
  private(set) var coefficient = 1.0
  private(set) var accumulates: Int32 = 0
  private(set) var function: Int32 = 0
  private(set) var degree: Int64 = 0
  private(set) var coefficients: UnsafeMutablePointer<Double>?
  private(set) var shape = Shape()
  private(set) var outer: Outer
  private(set) var loops: UnsafeMutablePointer<flow_loops>?
  private(set) var rows: Rows?

  init(_ instruction: Instruction, _ pool: OperationPool) {
    outer = Outer([], pool)
    switch instruction {
    case .clear(let place, let count): (z, self.count) = (Position(place), count)
    case .map(let function, let from, let to, let count):
      (code, z, x, self.count) = (.map, Position(to), Position(from), count)
      self.function = function.number
      if case .polynomial(let terms) = function {
        degree = Int64(max(terms.count, 1) - 1)
        coefficients = pool.store(terms.isEmpty ? [0] : terms.map(\.value))
      }
    case .softmax(let from, let to, let rows, let count):
      (code, z, x, rowCount, self.count) = (.softmax, Position(to), Position(from), rows, count)
    case .softmaxDerivative(let value, let vector, let to, let rows, let count):
      (code, z, x, y) = (.softmaxDerivative, Position(to), Position(value), Position(vector))
      (rowCount, self.count) = (rows, count)
    case .logSumExp(let from, let to, let rows, let count):
      (code, z, x, rowCount, self.count) = (.logSumExp, Position(to), Position(from), rows, count)
    case .contraction(let contraction): compile(contraction, pool)
    }
  }

  private mutating func compile(_ contraction: Contraction, _ pool: OperationPool) {
    z = Position(contraction.result)
    var factors = contraction.factors.map { Position($0) }
    coefficient = contraction.coefficient.value
    accumulates = contraction.accumulates ? 1 : 0
    outer = Outer(contraction.form.outer, pool)
    switch contraction.form {
    case .matrix(let product):
      code = .matrix
      shape = Shape(
        m: product.m, n: product.n, k: product.k, lda: product.lda, ldb: product.ldb, ldc: product.ldc,
        transposesA: product.transposesA, transposesB: product.transposesB, isSwapped: product.isSwapped)
    case .vector(let product):
      code = .vector
      shape = Shape(
        m: product.rows, n: product.columns, k: 0, lda: product.lda, ldb: product.incx, ldc: product.incy,
        transposesA: product.transposes, transposesB: false, isSwapped: product.isSwapped)
    case .nest(let nest):
      code = .nest
      if let tables = contraction.rows {
        var starts = tables.factors.map { pool.store($0) }
        if nest.isSwapped, starts.count == 2 { starts.swapAt(0, 1) }
        rows = Rows(
          count: tables.z.count, z: pool.store(tables.z), x: starts.first, y: starts.count > 1 ? starts[1] : nil)
      }
      if nest.isSwapped, factors.count == 2 { factors.swapAt(0, 1) }
      loops = pool.store(
        flow_loops(
          kind: Int64(nest.kind.rawValue), depth: Int64(outer.depth), extents: Self.wide(outer.extents),
          z: Self.wide(outer.z), x: Self.wide(outer.x), y: Self.wide(outer.y), middle: Int64(nest.middle.extent),
          mz: Int64(nest.middle.z), mx: Int64(nest.middle.x), my: Int64(nest.middle.y), inner: Int64(nest.inner.extent),
          iz: Int64(nest.inner.z), ix: Int64(nest.inner.x), iy: Int64(nest.inner.y)))
    }
    if let first = factors.first { x = first }
    if factors.count > 1 { y = factors[1] }
  }

  /// The same integers under their C name.
  private static func wide(_ pointer: UnsafeMutablePointer<Int>) -> UnsafePointer<Int64> {
    UnsafePointer(UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Int64.self))
  }
}

extension Function {
  /// The function's number in CKernels.
  fileprivate var number: Int32 {
    switch self {
    case .exp: Int32(FLOW_EXP)
    case .log: Int32(FLOW_LOG)
    case .tanh: Int32(FLOW_TANH)
    case .sigmoid: Int32(FLOW_SIGMOID)
    case .reciprocal: Int32(FLOW_RECIPROCAL)
    case .squareRoot: Int32(FLOW_SQUARE_ROOT)
    case .erf: Int32(FLOW_ERF)
    case .gaussian: Int32(FLOW_GAUSSIAN)
    case .relu: Int32(FLOW_RELU)
    case .step: Int32(FLOW_STEP)
    case .absolute: Int32(FLOW_ABSOLUTE)
    case .sign: Int32(FLOW_SIGN)
    case .polynomial: Int32(FLOW_POLYNOMIAL)
    }
  }
}
