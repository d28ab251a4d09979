import Models

// CPU milliseconds of values with gradients and of Hessian–vector products: programs beside the models' own kernels, least of
// interleaved rounds. Run with one BLAS thread: OPENBLAS_NUM_THREADS=1.

func milliseconds(_ body: () -> Void) -> Double {
  var repeats = 1
  while true {
    let start = cpuSeconds()
    for _ in 0..<repeats { body() }
    let elapsed = cpuSeconds() - start
    if elapsed > 0.01 { return elapsed / Double(repeats) * 1e3 }
    repeats *= elapsed > 0 ? max(2, min(16, Int(0.015 / elapsed))) : 16
  }
}

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

func cell(_ value: Double) -> String {
  let thousandths = Int((value * 1000).rounded())
  return padded("\(thousandths / 1000)." + String("\(1000 + thousandths % 1000)".dropFirst()), 9)
}

var random = Random()
print("                    case gradient      HVP HVP again planning   kernel kernel HVP  ratios")
let chosen = CommandLine.arguments.dropFirst()
for test in try allCases() where chosen.isEmpty || chosen.contains(test.name) {
  let (n, m) = (test.program.parameterCount, test.program.measurementCount)
  let (parameters, direction) = (random.numbers(n), random.numbers(n))
  var (result, tangent, moved) = (parameters, [Double](repeating: 0, count: m), [Double](repeating: 0, count: m))
  func half(_ values: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) {
    for k in 0..<m { weights[k] = 0.5 * values[k] }
  }
  func gradient(_ evaluator: any Evaluator) { evaluator.predictAndPullback(parameters, weigh: half, into: &result) }
  func again() { test.program.tangentAgain(direction, weigh: half, into: &result) }
  func kernelProduct(_ kernel: any Evaluator) {
    kernel.predict(parameters, into: &tangent)
    kernel.pushforward(parameters, direction: direction, into: &moved)
    kernel.pullbackTangent(parameters, weights: tangent, direction: direction, weightsTangent: moved, into: &result)
  }
  var best = [Double](repeating: .infinity, count: 5)
  for _ in 0..<12 {
    best[0] = min(best[0], milliseconds { gradient(test.program) })
    best[1] = min(
      best[1],
      milliseconds {
        test.program.prepare(parameters, weigh: half)
        again()
      })
    best[2] = min(best[2], milliseconds(again))
    if let kernel = test.kernel {
      best[3] = min(best[3], milliseconds { gradient(kernel) })
      best[4] = min(best[4], milliseconds { kernelProduct(kernel) })
    }
  }
  let own =
    test.kernel == nil ? "" : cell(best[3]) + cell(best[4]) + "  ×" + cell(best[0] / best[3]) + cell(best[1] / best[4])
  print(padded(test.name, 24) + cell(best[0]) + cell(best[1]) + cell(best[2]) + cell(test.planning) + own)
}
