import Models
import Synchronization

/// A program that computes a function f(θ) and its gradient: one process for every thread that asks at once, all for as long as this value is
/// kept, or until ``close()``.
///
/// Whatever goes wrong is kept as ``failure``: from then on every value is NaN, and whoever runs something asks for it.
public final class ExternalProgram: Sendable {
  /// Its words.
  public let words: ProgramWords
  /// The blocks of θ.
  public let blocks: [ExternalBlock]
  /// Length of θ.
  public let parameterCount: Int
  /// Whether it computes products of the Hessian with a vector; otherwise they are differences of gradients.
  public let offersProducts: Bool

  private let limits: TimeLimits
  private let isCancelled: @Sendable () -> Bool
  private let prints: PrintedText
  private let state: Mutex<State>

  private struct State {
    var idle: [Idle]
    var failure: (any Error)?
    var isClosed = false
    var examined: Set<[UInt64]> = []
    var hasExaminedProducts = false
  }

  /// A connection is taken out before it is used, so that no two threads share one.
  private struct Idle: @unchecked Sendable {
    let connection: ProgramConnection
  }

  /// Starts the program and hears what it is about.
  ///
  /// - Throws: ``Refusal`` if it cannot be started, ``ProgramFailure`` if it does not greet, ``InterruptedStart`` if somebody interrupted.
  public init(
    _ words: ProgramWords, limits: TimeLimits = .standard, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws {
    prints = PrintedText(words.text)
    guard
      let first = try ProgramConnection.start(words, limits: limits, prints: prints, isCancelled: isCancelled)
    else { throw InterruptedStart() }
    self.words = words
    self.limits = limits
    self.isCancelled = isCancelled
    blocks = first.greeting.blocks
    offersProducts = first.greeting.offersProducts
    parameterCount = blocks.reduce(0) { $0 + $1.shape.reduce(1, *) }
    state = Mutex(State(idle: [Idle(connection: first)]))
  }

  /// What went wrong first; nil while nothing has.
  public var failure: (any Error)? { state.withLock { $0.failure } }

  /// Ends every process, each with what it started.
  public func close() {
    let idle = state.withLock { state in
      defer { state.idle = [] }
      state.isClosed = true
      return state.idle
    }
    let patiently = failure == nil && !isCancelled()
    for one in idle { one.connection.end(patiently: patiently) }
  }

  deinit { close() }

  /// Writes ∇f(θ) and returns f(θ); NaN where something went wrong, or θ is not finite.
  ///
  /// An infinite value is the program's way of saying that it overflowed, as a step that was too long may have it; any other number that is
  /// none is a failure.
  public func gradient(
    _ parameters: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    guard isFinite(parameters) else { return nothing(gradient) }
    var value = Double.nan
    guard ask({ $0.gradient(parameters, value: &value, into: gradient) }) else { return nothing(gradient) }
    if value.isInfinite { return value }
    if value.isNaN {
      fail(ProgramFailure(words.text, "returned the value NaN\(place(parameters))", remedy: Self.finiteRemedy))
      return nothing(gradient)
    }
    if let k = firstNonfinite(gradient) {
      fail(
        ProgramFailure(
          words.text, "returned the derivative \(gradient[k]) by \(name(ofEntry: k))\(place(parameters))",
          remedy: Self.finiteRemedy))
      return nothing(gradient)
    }
    return value
  }

  private static let finiteRemedy = "return numbers that are finite, or an infinite value where the function overflows"

  /// Writes ∇²f(θ) v as the program computes it; NaN where something went wrong.
  func product(
    _ parameters: UnsafePointer<Double>, _ direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    guard isFinite(parameters), isFinite(direction), ask({ $0.product(parameters, direction, into: result) }) else {
      _ = nothing(result)
      return
    }
    if let k = firstNonfinite(result) {
      fail(
        ProgramFailure(
          words.text, "returned a product of the Hessian whose entry of \(name(ofEntry: k)) is \(result[k])",
          remedy: Self.finiteRemedy))
    }
  }

  /// Has an idle process, or one more, do something; whether it did.
  private func ask(_ body: (ProgramConnection) -> ProgramConnection.Reply) -> Bool {
    let (known, isOver) = state.withLock { ($0.idle.popLast(), $0.failure != nil || $0.isClosed) }
    if isOver {
      known?.connection.end(patiently: false)
      return false
    }
    guard let connection = known?.connection ?? further() else { return false }
    switch body(connection) {
    case .done:
      let idle = Idle(connection: connection)
      let isKept = state.withLock { state in
        guard !state.isClosed else { return false }
        state.idle.append(idle)
        return true
      }
      if !isKept { connection.end(patiently: false) }
      return true
    case .interrupted:
      connection.end(patiently: false)
      return false
    case .failed(let failure):
      fail(failure)
      return false
    }
  }

  /// One more process, for a thread that finds none idle.
  private func further() -> ProgramConnection? {
    do {
      let connection = try ProgramConnection.start(words, limits: limits, prints: prints, isCancelled: isCancelled)
      if let connection, connection.greeting.blocks != blocks {
        throw ProgramFailure(
          words.text, "greeted differently the second time: \(connection.greeting.summary)",
          remedy: "have it serve the same function whenever it is started")
      }
      return connection
    } catch {
      fail(error)
      return nil
    }
  }

  /// Notes what went wrong, unless something had before.
  func fail(_ error: any Error) { state.withLock { $0.failure = $0.failure ?? error } }

  /// Whether a state was examined before; it counts as examined from now on.
  func notesExamination(of parameters: UnsafePointer<Double>) -> Bool {
    var hash: [UInt64] = [0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15]
    for k in 0..<parameterCount {
      hash[0] = (hash[0] ^ parameters[k].bitPattern) &* 0x100_0000_01b3
      hash[1] = (hash[1] &+ parameters[k].bitPattern) &* 0xbf58_476d_1ce4_e5b9
      hash[1] ^= hash[1] >> 29
    }
    return state.withLock { !$0.examined.insert(hash).inserted }
  }

  /// Whether products of the Hessian are to be examined: the first who asks does it.
  func examinesProducts() -> Bool {
    state.withLock { state in
      defer { state.hasExaminedProducts = true }
      return !state.hasExaminedProducts
    }
  }

  private func nothing(_ result: UnsafeMutablePointer<Double>) -> Double {
    result.update(repeating: .nan, count: parameterCount)
    return .nan
  }

  private func isFinite(_ numbers: UnsafePointer<Double>) -> Bool { firstNonfinite(numbers) == nil }

  private func firstNonfinite(_ numbers: UnsafePointer<Double>) -> Int? {
    // What is not finite stays so times 0; eight sums at once wait for no other.
    var sums = SIMD8<Double>.zero
    let whole = parameterCount & ~7
    for k in stride(from: 0, to: whole, by: 8) {
      sums += UnsafeRawPointer(numbers + k).loadUnaligned(as: SIMD8<Double>.self) * 0
    }
    var sum = sums.sum()
    for k in whole..<parameterCount { sum += numbers[k] * 0 }
    return sum == 0 ? nil : (0..<parameterCount).first { !numbers[$0].isFinite }
  }

  /// An entry of θ in words: `W1[0,2]`, counted from 0.
  func name(ofEntry k: Int) -> String {
    var offset = k
    for block in blocks {
      let count = block.shape.reduce(1, *)
      guard offset >= count else {
        var indices: [Int] = []
        for extent in block.shape.reversed() {
          indices.insert(offset % extent, at: 0)
          offset /= extent
        }
        return indices.isEmpty ? block.name : "\(block.name)[\(indices.map(String.init).joined(separator: ","))]"
      }
      offset -= count
    }
    return "entry \(k)"
  }

  private func place(_ parameters: UnsafePointer<Double>) -> String {
    var largest = 0.0
    for k in 0..<parameterCount { largest = max(largest, abs(parameters[k])) }
    return " where no parameter is beyond \(largest)"
  }
}

/// Somebody interrupted while a program was starting.
public struct InterruptedStart: Error {}
