internal import CGSL

/// A named, seeded stream of random numbers: GSL's MT19937, the same on every machine and in every run.
///
/// Every object that is drawn takes a stream of its own name, so that adding one draw never shifts another. The 32-bit
/// seed of the generator is derived from the 64-bit seed and the name, with arithmetic modulo 2⁶⁴:
/// 1. h = FNV-1a of the name's UTF-8 bytes (offset basis 0xcbf29ce484222325, prime 0x100000001b3);
/// 2. mix(z): z ← (z ⊕ z≫30) · 0xbf58476d1ce4e5b9; z ← (z ⊕ z≫27) · 0x94d049bb133111eb; z ⊕ z≫31 (the finalizer of
///    SplitMix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014);
/// 3. w = mix(h ⊕ mix(seed + 0x9e3779b97f4a7c15));
/// 4. the generator's seed is (w≫32) ⊕ (w mod 2³²), with 1 in place of 0 (which GSL would replace by its default).
///
/// Two pairs (seed, name) share a stream with probability 2⁻³². `gaussian()` takes two or more raw numbers, the others
/// take a number of raw numbers stated with them.
public struct RandomStream: ~Copyable {
  private let generator: UnsafeMutablePointer<gsl_rng>

  /// The stream of a seed and a name.
  public init(seed: UInt64, name: String) {
    GSLRuntime.ready
    guard let generator = gsl_rng_alloc(gsl_rng_mt19937) else {
      fatalError("no memory for the 5 kB of a random number generator")
    }
    gsl_rng_set(generator, UInt(RandomStream.generatorSeed(seed: seed, name: name)))
    self.generator = generator
  }

  deinit { gsl_rng_free(generator) }

  /// The 32-bit seed that MT19937 is given for a seed and a name, as derived above.
  public static func generatorSeed(seed: UInt64, name: String) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let word = mix(hash ^ mix(seed &+ 0x9E37_79B9_7F4A_7C15))
    let folded = UInt32(truncatingIfNeeded: word >> 32) ^ UInt32(truncatingIfNeeded: word)
    return folded == 0 ? 1 : folded
  }

  private static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A draw from the normal distribution N(0, 1), by GSL's polar Box–Muller method.
  public mutating func gaussian() -> Double { gsl_ran_gaussian(generator, 1) }

  /// A draw from [0, 1): a multiple of 2⁻⁵³, from 53 bits of two raw numbers.
  public mutating func uniform() -> Double { Double(word() >> 11) * 0x1p-53 }

  /// A draw from 0 ..< n, each with equal probability (Lemire's multiplication with rejection), from two raw numbers
  /// or, with probability below n · 2⁻⁶⁴ each time, two more.
  ///
  /// - Precondition: `n ≥ 1`.
  public mutating func index(below n: Int) -> Int {
    precondition(n >= 1, "there is no index below \(n)")
    let bound = UInt64(n)
    let threshold = (0 &- bound) % bound
    while true {
      let (high, low) = word().multipliedFullWidth(by: bound)
      if low >= threshold { return Int(high) }
    }
  }

  /// The first m entries of a random permutation of 0 ..< n: m distinct numbers in random order.
  ///
  /// A partial Fisher–Yates shuffle that stores only displaced entries: O(m) time and memory, whatever n. From a fresh
  /// stream the first m entries are the same however many are asked for, so samples of growing size are nested.
  /// `m` is limited to 0 … n.
  public mutating func permutationPrefix(of n: Int, count m: Int) -> [Int] {
    let count = max(0, min(m, n))
    var displaced: [Int: Int] = [:]
    var prefix: [Int] = []
    prefix.reserveCapacity(count)
    for i in 0..<count {
      let j = i + index(below: n - i)
      prefix.append(displaced[j] ?? j)
      let moved = displaced.removeValue(forKey: i) ?? i
      if j != i { displaced[j] = moved }
    }
    return prefix
  }

  /// 64 bits, the earlier raw number in the upper half.
  private mutating func word() -> UInt64 {
    let high = UInt64(gsl_rng_get(generator))
    return high << 32 | UInt64(gsl_rng_get(generator))
  }
}
