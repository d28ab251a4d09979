/// Predictions ŷ beside the targets y they are to meet: `count` numbers of either, in measurements of `outputs` consecutive ones.
///
/// Completion and sensing have one output per measurement; a measurement of an object at an input vector has one for each of
/// the object's rows. The pointers are valid during the call that hands them over.
public struct Fit {
  /// ŷ.
  public let predictions: UnsafePointer<Double>
  /// y.
  public let targets: UnsafePointer<Double>
  /// How many predictions there are, over all measurements.
  public let count: Int
  /// How many of them belong to one measurement; divides ``count``.
  public let outputs: Int

  /// `count` predictions and as many targets, `outputs` for each measurement.
  public init(predictions: UnsafePointer<Double>, targets: UnsafePointer<Double>, count: Int, outputs: Int = 1) {
    self.predictions = predictions
    self.targets = targets
    self.count = count
    self.outputs = outputs
  }
}
