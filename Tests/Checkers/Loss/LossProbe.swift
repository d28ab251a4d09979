import Models

/// A loss with array arguments, each call into memory that held NaN before.
package struct LossProbe {
  package let loss: any Loss
  package let outputs: Int

  package init(_ loss: any Loss, outputs: Int = 1) {
    self.loss = loss
    self.outputs = outputs
  }

  private func fit<Value>(_ z: [Double], _ y: [Double], _ body: (Fit) -> Value) -> Value {
    z.withUnsafeBufferPointer { z in
      y.withUnsafeBufferPointer { y in
        body(Fit(predictions: z.baseAddress!, targets: y.baseAddress!, count: z.count, outputs: outputs))
      }
    }
  }

  private func fresh(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
    var result = [Double](repeating: .nan, count: count)
    result.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    return result
  }

  /// Σ ℓ.
  package func sum(_ z: [Double], _ y: [Double]) -> Double { fit(z, y) { loss.sum($0) } }

  /// scale · ∂ℓ/∂ŷ.
  package func derivatives(_ z: [Double], _ y: [Double], scale: Double = 1) -> [Double] {
    fit(z, y) { fit in fresh(z.count) { loss.derivatives(fit, scale: scale, into: $0) } }
  }

  /// scale · ∂²ℓ/∂ŷ².
  package func secondDerivatives(_ z: [Double], _ y: [Double], scale: Double = 1) -> [Double] {
    fit(z, y) { fit in fresh(z.count) { loss.secondDerivatives(fit, scale: scale, into: $0) } }
  }

  /// scale · ℓ″ v.
  package func product(_ z: [Double], _ y: [Double], by v: [Double], scale: Double = 1) -> [Double] {
    fit(z, y) { fit in fresh(z.count) { loss.multiplySecondDerivatives(fit, scale: scale, by: v, into: $0) } }
  }
}
