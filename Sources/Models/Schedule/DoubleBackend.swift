internal import CKernels
import GSLBridge

/// Double precision: BLAS for matrix products, the C kernels for loops and functions. Allocates nothing after its making.
package final class DoubleBackend: Backend {
  /// Where the arrays of a run begin; those an instruction does not touch may be nil.
  private let bases: Buffer<UInt>
  private let arena: UnsafeMutablePointer<Double>
  private let data: Buffer<Double>
  private let operations: [DoubleOperation]
  private let pool: OperationPool
  private let counters: Buffer<Int>
  private let path: Int32
  private let arenaCount: Int

  /// Memory and compiled instructions of a schedule.
  package convenience init(_ schedule: Schedule, path: KernelPath = .best) {
    self.init(schedule.instructions, arenaCount: schedule.arenaCount, data: schedule.data, path: path)
  }

  /// The same for any instructions.
  package init(_ instructions: [Instruction], arenaCount: Int, data numbers: [Double], path: KernelPath) {
    self.path = path.rawValue
    self.arenaCount = max(arenaCount, 1)
    // Not touched here, so that a schedule that never runs takes no memory.
    arena = UnsafeMutableRawPointer.allocate(byteCount: self.arenaCount * MemoryLayout<Double>.stride, alignment: 64)
      .bindMemory(to: Double.self, capacity: self.arenaCount)
    data = Buffer(numbers)
    let pool = OperationPool(instructions)
    operations = instructions.map { DoubleOperation($0, pool) }
    self.pool = pool
    counters = Buffer(count: 64)
    bases = Buffer(count: Base.allCases.count)
    bases.pointer[Base.arena.rawValue] = UInt(bitPattern: arena)
    bases.pointer[Base.data.rawValue] = UInt(bitPattern: data.pointer)
  }

  deinit { arena.deallocate() }

  /// Says where one of the arrays outside lies for the following instructions, which do not write what they only read.
  package func set(_ base: Base, _ pointer: UnsafePointer<Double>) {
    bases.pointer[base.rawValue] = UInt(bitPattern: pointer)
  }

  /// Fills the intermediate results with NaN, for tests: whatever is read before it is written shows.
  package func poison() { arena.update(repeating: .nan, count: arenaCount) }

  @inline(__always)
  private func pointer(_ place: DoubleOperation.Position) -> UnsafeMutablePointer<Double>? {
    guard place.base >= 0 else { return nil }
    return UnsafeMutablePointer<Double>(bitPattern: bases.pointer[place.base]).map { $0 + place.offset }
  }

  package func execute(_ number: Int) {
    let operation = operations[number]
    guard let z = pointer(operation.z) else { return }
    let (x, y) = (pointer(operation.x), pointer(operation.y))
    let count = operation.count
    switch operation.code {
    case .clear: z.update(repeating: 0, count: count)
    case .nest:
      guard let loops = operation.loops else { return }
      if let rows = operation.rows {
        flow_contract_rows(
          path, loops, Int64(rows.count), rows.z, rows.x, rows.y, operation.coefficient, operation.accumulates, z, x, y)
      } else {
        flow_contract(path, loops, operation.coefficient, operation.accumulates, z, x, y)
      }
    case .matrix, .vector:
      if let x, let y { multiply(operation, z, x, y) }
    case .map: flow_map(path, operation.function, Int64(count), x, z, operation.degree, operation.coefficients)
    case .softmax: flow_softmax(path, Int64(operation.rowCount), Int64(count), x, z)
    case .softmaxDerivative: flow_softmax_derivative(path, Int64(operation.rowCount), Int64(count), x, y, z)
    case .logSumExp: flow_log_sum_exp(path, Int64(operation.rowCount), Int64(count), x, z)
    }
  }

  /// One call of BLAS for every pass of the outer loops.
  private func multiply(
    _ operation: DoubleOperation, _ z: UnsafeMutablePointer<Double>, _ x: UnsafeMutablePointer<Double>,
    _ y: UnsafeMutablePointer<Double>
  ) {
    let shape = operation.shape
    let beta: Double = operation.accumulates == 0 ? 0 : 1
    var (z, x, y) = (z, x, y)
    let outer = operation.outer
    let count = counters.pointer
    for d in 0..<outer.depth { count[d] = 0 }
    while true {
      let a = shape.isSwapped ? y : x
      let b = shape.isSwapped ? x : y
      if operation.code == .matrix {
        BLAS.multiply(
          m: shape.m, n: shape.n, k: shape.k, alpha: operation.coefficient, a: a, lda: shape.lda,
          transposeA: shape.transposesA, b: b, ldb: shape.ldb, transposeB: shape.transposesB, beta: beta, c: z,
          ldc: shape.ldc)
      } else {
        BLAS.multiplyVector(
          m: shape.m, n: shape.n, alpha: operation.coefficient, a: a, lda: shape.lda, transposeA: shape.transposesA,
          x: b, incx: shape.ldb, beta: beta, y: z, incy: shape.ldc)
      }
      var d = outer.depth - 1
      while d >= 0 {
        z += outer.z[d]
        x += outer.x[d]
        y += outer.y[d]
        count[d] += 1
        if count[d] < outer.extents[d] { break }
        z -= outer.z[d] * outer.extents[d]
        x -= outer.x[d] * outer.extents[d]
        y -= outer.y[d] * outer.extents[d]
        count[d] = 0
        d -= 1
      }
      if d < 0 { return }
    }
  }
}
