/// Owner of `count` numbers at a fixed, 64-byte aligned address, zero at first: the work memory of an evaluator or a flow.
///
/// Loops take ``pointer`` once, before they begin.
@usableFromInline
package final class Buffer<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  /// The first number; valid as long as the buffer is.
  @usableFromInline package let pointer: UnsafeMutablePointer<Element>
  /// How many numbers there are.
  @usableFromInline package let count: Int

  /// So many zeros.
  @inlinable @inline(never)
  package init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    pointer = raw.bindMemory(to: Element.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  /// A copy of some numbers.
  @inlinable @inline(never)
  package convenience init(_ elements: [Element]) {
    self.init(count: elements.count)
    elements.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: count) }
    }
  }

  @inlinable
  deinit { pointer.deallocate() }

  /// Writes zeros.
  @inlinable
  package func clear() { pointer.update(repeating: 0, count: count) }
}
