import CMath
import GSLBridge

/// A CP tensor of high order, read at images: f(x) = Σ_r Π_n w_r^n[x_n], with its gradient, over a batch.
///
/// Products of hundreds of factors leave the range of doubles on the way even where the result lies within it, so that everything is
/// done on logarithms: log|Π_n w^n[x_n]| = Σ_n log|w^n[0]| + Σ_n (log|w^n[x_n]| − log|w^n[0]|), a matrix of indicators times a vector
/// for each component. Signs and exact zeros are counted by the same product. The derivative by w^n[v] is the sum of the products of
/// images with x_n = v over w^n[v]; where that entry is zero or below ``smallestDivisor``, the products are formed without it instead.
///
/// θ holds w_r^n[v] at (r · order + n) · levels + v. The work memory is made once; evaluations allocate nothing.
public final class LabelTensor {
  /// Smaller entries are never divided by.
  static let smallestDivisor = 1e-150
  /// More than any number of pixels: in one sum, zeros are counted in its multiples and negative factors in ones.
  private static let zeroUnit = 1048576.0

  /// Factors of a component.
  public let order: Int
  /// Entries of a factor.
  public let levels: Int
  /// Components.
  public let rank: Int
  /// The most images of a batch.
  public let capacity: Int
  /// How many numbers θ has.
  public var parameterCount: Int { rank * order * levels }

  /// Indicators of the levels above 0: image × (pixel, level).
  private let indicators: Buffer<Double>
  private let levelsOfBatch: Buffer<UInt8>
  /// Whether some image of the batch has the level: (pixel, level).
  private let isPresent: Buffer<UInt8>
  private let logs: Buffer<Double>
  private let marks: Buffer<Double>
  private let products: Buffer<Double>
  private let counts: Buffer<Double>
  private let sums: Buffer<Double>
  private let logSums: Buffer<Double>
  private let isUnusual: Buffer<UInt8>
  private var count = 0
  private var width: Int { order * (levels - 1) }

  /// A tensor of these sizes with room for a batch.
  ///
  /// - Throws: ``Refusal`` if there are fewer than two levels, too many pixels, or the memory limit is exceeded.
  public init(order: Int, levels: Int, rank: Int, capacity: Int) throws(Refusal) {
    guard levels >= 2, levels <= 256, order >= 1, order < Int(Self.zeroUnit), rank >= 1, capacity >= 1 else {
      throw Refusal(
        "a label tensor of order \(order) with \(levels) levels and rank \(rank)",
        remedy: "use 2 to 256 levels, fewer than \(Int(Self.zeroUnit)) pixels and at least one component")
    }
    try MemoryLimit.check([capacity, order, levels - 1], what: "a batch of images", remedy: "use a smaller batch")
    try MemoryLimit.check([rank, order, levels], what: "a label tensor", remedy: "use a smaller rank")
    try MemoryLimit.check([capacity, rank], what: "the products of a batch", remedy: "use a smaller batch or rank")
    (self.order, self.levels, self.rank, self.capacity) = (order, levels, rank, capacity)
    let width = order * (levels - 1)
    indicators = Buffer(count: capacity * width)
    levelsOfBatch = Buffer(count: capacity * order)
    isPresent = Buffer(count: order * levels)
    logs = Buffer(count: width * rank)
    marks = Buffer(count: width * rank)
    products = Buffer(count: capacity * rank)
    counts = Buffer(count: capacity * rank)
    logSums = Buffer(count: capacity * rank)
    sums = Buffer(count: width * rank)
    isUnusual = Buffer(count: rank)
  }

  /// Takes the images of these numbers as the batch.
  ///
  /// - Precondition: they are at most ``capacity``, of this order and levels.
  public func load(_ images: LabelledImages, _ numbers: UnsafeBufferPointer<Int>) {
    precondition(numbers.count <= capacity && images.order == order && images.levels == levels)
    count = numbers.count
    let (x, levelsOf, present) = (indicators.pointer, levelsOfBatch.pointer, isPresent.pointer)
    isPresent.clear()
    x.update(repeating: 0, count: count * width)
    images.pixels.withUnsafeBufferPointer { pixels in
      for i in 0..<count {
        let (image, row, start) = (numbers[i] * order, x + i * width, levelsOf + i * order)
        for n in 0..<order {
          let level = Int(pixels[image + n])
          start[n] = UInt8(level)
          present[n * levels + level] = 1
          if level > 0 { row[n * (levels - 1) + level - 1] = 1 }
        }
      }
    }
  }

  /// f at every image of the batch.
  public func predict(_ theta: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
    for r in 0..<rank { component(r, theta + r * order * levels) }
    for i in 0..<count {
      var sum = 0.0
      for r in 0..<rank { sum += products.pointer[r * capacity + i] }
      values[i] = sum
    }
  }

  /// The product of component `r` at every image.
  private func component(_ r: Int, _ w: UnsafePointer<Double>) {
    let above = levels - 1
    let (logs, marks) = (logs.pointer + r * width, marks.pointer + r * width)
    var (base, baseMark, unusual) = (0.0, 0.0, false)
    for n in 0..<order {
      let factor = w + n * levels
      let (first, firstMark) = Self.parts(factor[0])
      base += first
      baseMark += firstMark
      unusual = unusual || firstMark != 0
      for v in 1...above {
        let (log, mark) = Self.parts(factor[v])
        logs[n * above + v - 1] = log - first
        marks[n * above + v - 1] = mark - firstMark
        unusual = unusual || mark != 0
      }
    }
    isUnusual.pointer[r] = unusual ? 1 : 0
    let (result, logSum, counted) = (
      products.pointer + r * capacity, logSums.pointer + r * capacity, counts.pointer + r * capacity
    )
    BLAS.multiplyVector(m: count, n: width, a: indicators.pointer, lda: width, x: logs, y: logSum)
    for i in 0..<count { logSum[i] += base }
    guard unusual else {
      for i in 0..<count { result[i] = exp(logSum[i]) }
      return
    }
    BLAS.multiplyVector(m: count, n: width, a: indicators.pointer, lda: width, x: marks, y: counted)
    for i in 0..<count {
      counted[i] += baseMark
      result[i] = Self.product(logSum[i], counted[i])
    }
  }

  /// log|w| and what w adds to the count; the logarithm of zero stands as 0 beside a counted zero.
  private static func parts(_ w: Double) -> (log: Double, mark: Double) {
    w == 0 ? (0, zeroUnit) : (log(abs(w)), w < 0 ? 1 : 0)
  }

  /// The product of this logarithm and count of signs and zeros.
  private static func product(_ logSum: Double, _ mark: Double) -> Double {
    if mark >= zeroUnit { return 0 }
    return mark.truncatingRemainder(dividingBy: 2) == 0 ? exp(logSum) : -exp(logSum)
  }

  /// Σ_i weights[i] ∂f(x_i)/∂θ, at the θ of the last ``predict(_:into:)``.
  public func pullback(
    _ theta: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    let above = levels - 1
    for r in 0..<rank {
      let (w, g) = (theta + r * order * levels, gradient + r * order * levels)
      let (weighted, sums) = (products.pointer + r * capacity, sums.pointer + r * width)
      // From here on the product itself is not needed any more.
      var total = 0.0
      for i in 0..<count {
        weighted[i] *= weights[i]
        total += weighted[i]
      }
      BLAS.multiplyVector(
        m: count, n: width, a: indicators.pointer, lda: width, transposeA: true, x: weighted, y: sums)
      for n in 0..<order {
        var first = total
        for v in 1...above {
          let sum = sums[n * above + v - 1]
          first -= sum
          g[n * levels + v] = sum / w[n * levels + v]
        }
        // What nobody observes has no derivative; the difference would leave a rounding error that Adam makes a step of.
        g[n * levels] = isPresent.pointer[n * levels] == 0 ? 0 : first / w[n * levels]
      }
      for entry in 0..<(order * levels) where !(abs(w[entry]) >= Self.smallestDivisor) {
        g[entry] = derivative(r, w[entry], entry, weights)
      }
    }
  }

  /// The derivative by one entry, without dividing by it.
  private func derivative(_ r: Int, _ w: Double, _ entry: Int, _ weights: UnsafePointer<Double>) -> Double {
    let (n, v) = (entry / levels, UInt8(entry % levels))
    let (own, mark) = Self.parts(w)
    let (logSum, counted) = (logSums.pointer + r * capacity, counts.pointer + r * capacity)
    let unusual = isUnusual.pointer[r] == 1
    var sum = 0.0
    for i in 0..<count where levelsOfBatch.pointer[i * order + n] == v {
      sum += weights[i] * Self.product(logSum[i] - own, unusual ? counted[i] - mark : 0)
    }
    return sum
  }
}
