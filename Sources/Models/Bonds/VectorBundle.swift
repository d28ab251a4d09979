internal import CKernels

/// Vectors of one length side by side, as the columns of a matrix are: entry i of vector r at `offset + i·stride + r`.
///
/// Walked row by row they are read as they are stored, where one after the other each number would be a cache line.
package struct VectorBundle: Sendable {
  /// Position in θ of entry 0 of vector 0.
  package let offset: Int
  /// Entries of each vector.
  package let length: Int
  /// From one entry of a vector to the next.
  package let stride: Int
  /// How many vectors there are.
  package private(set) var count: Int

  init(offset: Int, length: Int, stride: Int, count: Int) {
    (self.offset, self.length, self.stride, self.count) = (offset, length, stride, count)
  }

  /// The bundle of a single vector; nil for one of several runs.
  package init?(_ view: VectorView) {
    guard view.isRun else { return nil }
    (offset, length, stride, count) = (view.offset, view.count, view.stride, 1)
  }

  /// All of the vectors; nil if they are not side by side.
  package init?(_ views: [VectorView]) {
    guard let first = views.first, var bundle = VectorBundle(first) else { return nil }
    for view in views.dropFirst() {
      guard bundle.continues(with: view) else { return nil }
      bundle.append()
    }
    self = bundle
  }

  /// Whether a vector is the next one.
  func continues(with view: VectorView) -> Bool {
    view.isRun && view.offset == offset + count && view.count == length && (view.stride == stride || length == 1)
  }

  /// Takes in the next vector.
  mutating func append() { count += 1 }

  /// Writes ⟨a_r, b_s⟩ for every vector r and its neighbour s = r + shift, counted round; the order of each sum is that of
  /// ``VectorView/dot(_:_:_:)``.
  package func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, shift: Int = 0, into result: UnsafeMutablePointer<Double>
  ) {
    let (whole, path) = (count - shift, KernelPath.best.rawValue)
    let (a, b, length, stride) = (a + offset, b + offset, Int64(length), Int64(stride))
    flow_bundle_dot(path, Int64(whole), length, stride, a, b + shift, result)
    if shift > 0 { flow_bundle_dot(path, Int64(shift), length, stride, a + whole, b, result + whole) }
  }
}
