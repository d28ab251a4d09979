internal import CGSL
import CMath

/// The step-size control that rejects NaN, written as a `gsl_odeiv2_control_type`.
///
/// With r = maxᵢ |eᵢ| / Dᵢ and Dᵢ = atolᵢ + rtol |yᵢ|, and q the order of the method, the law is that of GSL's standard
/// control: r > 1.1 rejects and multiplies h by max(0.2, 0.9 r^(−1/q)); r < 0.5 multiplies h by
/// min(5, max(1, 0.9 r^(−1/(q+1)))); in between h stays. A component of y, e or r that is not finite rejects, × 0.2.
final class NaNSafeControl {
  private var relative = 0.0
  private var absolute = 0.0
  private var headCount = 0
  private var dimension = 0
  private var tail: UnsafeMutablePointer<Double>?
  /// atolᵢ of the components before the tail where they differ.
  private var parts: UnsafeMutablePointer<Double>?
  private unowned(unsafe) var context: EvaluationContext?

  deinit {
    tail?.deallocate()
    parts?.deallocate()
  }

  /// GSL allocates the control before anything is known about it, so it is told afterwards.
  func configure(_ tolerance: Tolerance, dimension: Int, context: EvaluationContext) {
    // The smallest normal number in place of 0 makes 0/0 (a component that is and stays 0) a ratio of 0.
    let floor = Double.leastNormalMagnitude
    relative = tolerance.relative
    absolute = max(tolerance.absolute, floor)
    self.dimension = dimension
    headCount = dimension - tolerance.tail.count
    tail?.deallocate()
    tail = .allocate(capacity: max(1, tolerance.tail.count))
    for (i, value) in tolerance.tail.enumerated() { tail?[i] = max(value, floor) }
    parts?.deallocate()
    parts = nil
    if tolerance.parts.count == headCount, headCount > 0 {
      let copy = UnsafeMutablePointer<Double>.allocate(capacity: headCount)
      for (i, value) in tolerance.parts.enumerated() { copy[i] = max(value, floor) }
      parts = copy
    }
    self.context = context
  }

  private func level(_ index: Int, _ value: Double) -> Double {
    let floor = index < headCount ? parts?[index] ?? absolute : tail?[index - headCount] ?? absolute
    return floor + relative * abs(value)
  }

  /// r, or NaN if anything is not finite.
  private func worstRatio(_ y: UnsafePointer<Double>, _ error: UnsafePointer<Double>) -> Double {
    typealias Lane = SIMD4<Double>
    let magnitude = SIMD4<UInt64>(repeating: 0x7FFF_FFFF_FFFF_FFFF)
    var worst = Lane.zero
    var suspicion = Lane.zero
    let (rtol, atol) = (relative, absolute)
    let blocks = parts == nil ? headCount / 4 : 0
    for block in 0..<blocks {
      let (yi, ei) = (y + 4 * block, error + 4 * block)
      let value = Lane(yi[0], yi[1], yi[2], yi[3])
      let size = unsafeBitCast(unsafeBitCast(value, to: SIMD4<UInt64>.self) & magnitude, to: Lane.self)
      let deviation = Lane(ei[0], ei[1], ei[2], ei[3])
      let ratio =
        unsafeBitCast(unsafeBitCast(deviation, to: SIMD4<UInt64>.self) & magnitude, to: Lane.self)
        / (size * rtol + atol)
      worst.replace(with: ratio, where: ratio .> worst)
      // 0 × anything finite is 0, 0 × anything else is NaN, and NaN stays.
      suspicion += (ratio + value) * 0
    }
    var largest = worst.max()
    var sum = suspicion.sum()
    for i in (4 * blocks)..<dimension {
      let ratio = abs(error[i]) / level(i, y[i])
      if ratio > largest { largest = ratio }
      sum += (ratio + y[i]) * 0
    }
    return sum == 0 ? largest : .nan
  }

  /// Adjusts the step size and says whether it went down (−1: the step is rejected), up (1) or stayed (0).
  private func adjust(
    order: Double, _ y: UnsafePointer<Double>, _ error: UnsafePointer<Double>, _ step: UnsafeMutablePointer<Double>
  ) -> CInt {
    let ratio = worstRatio(y, error)
    if !(ratio <= 1.1) {
      context?.meet(ratio.isNaN ? .nonFinite : .error)
      step.pointee *= ratio.isNaN ? 0.2 : max(0.2, 0.9 / pow(ratio, 1 / order))
      return GSL_ODEIV_HADJ_DEC
    }
    if ratio < 0.5 {
      step.pointee *= min(5, max(1, 0.9 / pow(ratio, 1 / (order + 1))))
      return GSL_ODEIV_HADJ_INC
    }
    return GSL_ODEIV_HADJ_NIL
  }

  private static let name: StaticString = "nan-safe"

  /// The type that GSL allocates controls from; never changed and never freed.
  nonisolated(unsafe) static let type: UnsafePointer<gsl_odeiv2_control_type> = {
    let type = UnsafeMutablePointer<gsl_odeiv2_control_type>.allocate(capacity: 1)
    type.initialize(
      to: gsl_odeiv2_control_type(
        name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
        alloc: { Unmanaged.passRetained(NaNSafeControl()).toOpaque() },
        init: { _, _, _, _, _ in CInt(GSL_SUCCESS) },
        hadjust: { state, _, order, y, error, _, step in
          guard let state, let y, let error, let step else { return GSL_ODEIV_HADJ_NIL }
          return Unmanaged<NaNSafeControl>.fromOpaque(state)._withUnsafeGuaranteedRef {
            $0.adjust(order: Double(order), y, error, step)
          }
        },
        errlevel: { state, y, _, _, index, level in
          guard let state, let level else { return CInt(GSL_EFAULT) }
          level.pointee = Unmanaged<NaNSafeControl>.fromOpaque(state)._withUnsafeGuaranteedRef { $0.level(index, y) }
          return CInt(GSL_SUCCESS)
        },
        set_driver: { _, _ in CInt(GSL_SUCCESS) },
        free: { state in
          if let state { Unmanaged<NaNSafeControl>.fromOpaque(state).release() }
        }))
    return UnsafePointer(type)
  }()
}
