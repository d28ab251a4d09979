import Models

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// The C interface to programs: f(θ) = ½ Σ (ŷ − y)² by the program evaluator, and by the model's own kernel where there is
// one. Arrays are flat, float64.

/// A program compiled against its measurements, and the kernel that does the same.
private final class ProgramHandle {
  let program: ProgramEvaluator
  let kernel: (any Evaluator)?
  let targets: [Double]
  /// CPU milliseconds of compiling the program.
  let planning: Double
  private let point: PreparedPoint
  private var (values, moved): ([Double], [Double])

  init?(_ name: String, _ input: ProgramInput) throws {
    guard let chosen = try ProgramCase(name, input), let prediction = chosen.prediction else { return nil }
    let measurements = try input.measurements(chosen.shape)
    let start = cpuSeconds()
    program = try ProgramEvaluator(chosen.program, prediction: prediction, measurements)
    planning = (cpuSeconds() - start) * 1e3
    kernel = try chosen.model?.evaluator(for: measurements)
    targets = input.targets
    point = PreparedPoint(measurementCount: targets.count)
    values = Array(repeating: 0, count: targets.count)
    moved = values
  }

  static func at(_ pointer: UnsafeMutableRawPointer) -> ProgramHandle {
    Unmanaged<ProgramHandle>.fromOpaque(pointer).takeUnretainedValue()
  }

  func evaluator(_ own: Int) -> any Evaluator { own == 0 ? program : kernel ?? program }

  private func residuals(_ values: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) {
    targets.withUnsafeBufferPointer { for (k, target) in $0.enumerated() { weights[k] = values[k] - target } }
  }

  func gradient(_ evaluator: any Evaluator, _ theta: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>) {
    evaluator.predictAndPullback(theta, weigh: residuals, into: result)
  }

  func prepare(_ theta: UnsafePointer<Double>) { program.prepare(point, at: theta, weigh: residuals) }

  /// Along a direction at the prepared point.
  func again(_ direction: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>) {
    program.tangentAgain(
      at: point, direction: direction, weigh: { $1.update(from: $0, count: self.targets.count) }, into: result)
  }

  func product(
    _ evaluator: any Evaluator, _ theta: UnsafePointer<Double>, _ direction: UnsafePointer<Double>,
    _ result: UnsafeMutablePointer<Double>
  ) {
    evaluator.predict(theta, into: &values)
    for (k, target) in targets.enumerated() { values[k] -= target }
    evaluator.pushforward(theta, direction: direction, into: &moved)
    evaluator.pullbackTangent(theta, weights: values, direction: direction, weightsTangent: moved, into: result)
  }
}

/// CPU time of this process.
private func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Compiles the program of that name; without observed entries all are measured.
@_cdecl("flow_program_open")
public func flowProgramOpen(
  _ name: UnsafePointer<CChar>, _ indices: UnsafePointer<Int32>?, _ indexCount: Int, _ targets: UnsafePointer<Double>,
  _ count: Int, _ data: UnsafePointer<Double>?, _ dataCount: Int
) -> UnsafeMutableRawPointer? {
  let input = ProgramInput(
    observed: Array(UnsafeBufferPointer(start: indices, count: indexCount)),
    targets: Array(UnsafeBufferPointer(start: targets, count: count)),
    data: Array(UnsafeBufferPointer(start: data, count: dataCount)))
  do {
    guard let handle = try ProgramHandle(String(cString: name), input) else { return nil }
    return Unmanaged.passRetained(handle).toOpaque()
  } catch {
    print("flowbench: \(error)")
    return nil
  }
}

@_cdecl("flow_program_close")
public func flowProgramClose(_ handle: UnsafeMutableRawPointer) {
  Unmanaged<ProgramHandle>.fromOpaque(handle).release()
}

/// Number of parameters.
@_cdecl("flow_program_count")
public func flowProgramCount(_ handle: UnsafeMutableRawPointer) -> Int {
  ProgramHandle.at(handle).program.parameterCount
}

/// Whether the model has a kernel of its own.
@_cdecl("flow_program_has_kernel")
public func flowProgramHasKernel(_ handle: UnsafeMutableRawPointer) -> Int {
  ProgramHandle.at(handle).kernel == nil ? 0 : 1
}

/// CPU milliseconds of compiling the program.
@_cdecl("flow_program_planning")
public func flowProgramPlanning(_ handle: UnsafeMutableRawPointer) -> Double { ProgramHandle.at(handle).planning }

/// Writes ∇f(θ), `repeats` times over; `own` 1 takes the kernel.
@_cdecl("flow_program_gradient")
public func flowProgramGradient(
  _ handle: UnsafeMutableRawPointer, _ own: Int, _ theta: UnsafePointer<Double>,
  _ result: UnsafeMutablePointer<Double>, _ repeats: Int
) {
  let handle = ProgramHandle.at(handle)
  let evaluator = handle.evaluator(own)
  for _ in 0..<repeats { handle.gradient(evaluator, theta, result) }
}

/// Writes ∇²f(θ) v, `repeats` times over; the program prepares the point each time.
@_cdecl("flow_program_product")
public func flowProgramProduct(
  _ handle: UnsafeMutableRawPointer, _ own: Int, _ theta: UnsafePointer<Double>, _ direction: UnsafePointer<Double>,
  _ result: UnsafeMutablePointer<Double>, _ repeats: Int
) {
  let handle = ProgramHandle.at(handle)
  let evaluator = handle.evaluator(own)
  for _ in 0..<repeats {
    if own == 0 {
      handle.prepare(theta)
      handle.again(direction, result)
    } else {
      handle.product(evaluator, theta, direction, result)
    }
  }
}

/// Writes ∇²f(θ) v at the point prepared last, `repeats` times over.
@_cdecl("flow_program_again")
public func flowProgramAgain(
  _ handle: UnsafeMutableRawPointer, _ direction: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>,
  _ repeats: Int
) {
  let handle = ProgramHandle.at(handle)
  for _ in 0..<repeats { handle.again(direction, result) }
}
