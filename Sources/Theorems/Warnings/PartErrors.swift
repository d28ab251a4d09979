import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Follows the parts of θ along one rung, so that an error of a small part is not hidden by the size of the large ones: absolute
/// tolerances are one number for all, and a part below it is not followed at all.
///
/// Of few parameters every entry is a part. Of many a block is one, seen by the sum of its entries with fixed signs, whose error is about
/// that of the block.
final class PartRecorder: TrajectoryObserver {
  /// Parameters up to which each is a part, and numbers that are kept at most.
  private static let fewParameters = 100
  private static let mostNumbers = 200_000

  private let blocks: [ParameterBlock]
  private let isWhole: Bool
  private let saves: Int
  /// A sign for every parameter where blocks are the parts.
  private let signs: Buffer<Double>
  private var path = PartPath()

  init(_ layout: ParameterLayout, saves: Int) {
    blocks = layout.blocks
    isWhole = layout.count <= Self.fewParameters
    self.saves = saves
    signs = Buffer(count: isWhole ? 0 : layout.count)
    var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
    for k in 0..<signs.count {
      bits ^= bits << 13
      bits ^= bits >> 7
      bits ^= bits << 17
      signs.pointer[k] = bits & 1 == 0 ? 1 : -1
    }
    path.names =
      isWhole
      ? blocks.flatMap { block in
        block.count == 1 ? [block.name] : (0..<block.count).map { "\(block.name), entry \($0 + 1)" }
      } : blocks.map(\.name)
  }

  func observe(_ point: TrajectoryPoint) {
    guard point.isSave, path.names.count * saves <= Self.mostNumbers else { return }
    let state = point.parameters
    path.times.append(point.time)
    for block in blocks {
      if isWhole {
        for k in block.range { path.note(state[k], size: abs(state[k])) }
        continue
      }
      let own = state + block.offset
      path.note(
        BLAS.dot(count: block.count, own, signs.pointer + block.offset), size: BLAS.norm2(count: block.count, own))
    }
  }

  /// What was seen so far.
  var found: PartPath { path }
}

/// The parts of θ at the save times of one rung.
struct PartPath: Sendable, Codable {
  var names: [String] = []
  var times: [Double] = []
  private var values: [Double] = []
  private var sizes: [Double] = []

  fileprivate mutating func note(_ value: Double, size: Double) {
    values.append(value)
    sizes.append(size)
  }

  /// A difference of rungs up to this part of a part's own largest size goes without saying.
  private static let level = 1e-4
  /// How many times larger than that of the whole it must be to be hidden by it.
  private static let hidden = 100.0
  /// A part this small beside the whole is rounding.
  private static let smallest = 1e4 * JudgingRule.unitRoundoff

  /// The part that is known worst beside its own largest size so far, where the whole does not show it; nil if none is.
  func warning(beside coarse: PartPath, tolerance: Double) -> ReportWarning? {
    let count = names.count
    guard coarse.names == names, count > 0 else { return nil }
    var largest = [Double](repeating: 0, count: count)
    var (whole, wholeError) = (0.0, 0.0)
    var worst: (part: Int, relative: Double, time: Double)?
    for k in 0..<min(times.count, coarse.times.count) where times[k] == coarse.times[k] {
      var (square, error) = (0.0, 0.0)
      for part in 0..<count {
        let i = k * count + part
        largest[part] = max(largest[part], sizes[i])
        square += sizes[i] * sizes[i]
        error += (values[i] - coarse.values[i]) * (values[i] - coarse.values[i])
      }
      whole = max(whole, square.squareRoot())
      wholeError = max(wholeError, error.squareRoot())
      for part in 0..<count where largest[part] > Self.smallest * whole {
        let i = k * count + part
        let relative = abs(values[i] - coarse.values[i]) / largest[part]
        if relative > worst?.relative ?? Self.level { worst = (part, relative, times[k]) }
      }
    }
    guard let worst, whole > 0, worst.relative > Self.hidden * wholeError / whole else { return nil }
    let size = largest[worst.part]
    return ReportWarning(
      kind: .part,
      text:
        "\(names[worst.part]) differs between the last two rungs by \(tableNumber(worst.relative)) of its own largest value at t = "
        + "\(tableNumber(worst.time)), while the whole state differs by \(tableNumber(wholeError / whole)): it is small beside the absolute "
        + "tolerance; give integration.atol a number such as \(tableNumber(tolerance * size)), or tighten integration.refine",
      time: worst.time, value: worst.relative)
  }
}
