internal import CKernels

/// Whether no value is NaN or infinite.
func allFinite(_ values: UnsafePointer<Double>, count: Int) -> Bool {
  flow_all_finite(VectorLoops.path, Int64(count), values) != 0
}
