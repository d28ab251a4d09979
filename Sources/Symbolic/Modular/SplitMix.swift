/// A small seeded generator of 64-bit numbers, the same on every machine (Steele, Lea, Flood 2014).
public struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts from a seed.
  public init(seed: UInt64) { state = seed }

  /// An independent stream: number `stream` of a seed.
  public init(seed: UInt64, stream: UInt64) {
    var mixer = SplitMix(seed: stream &* 0xd134_2543_de82_ef95 &+ 1)
    state = seed ^ mixer.next()
  }

  /// The next number, all 64 bits of it.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number below `bound`, uniform up to 2⁻⁶⁴ · bound: the upper word of a product.
  public mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// An integer from −bound to bound.
  package mutating func next(within bound: Int) -> Int { Int(next() % UInt64(2 * bound + 1)) - bound }
}
