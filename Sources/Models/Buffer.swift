/// Owner of `count` numbers at a fixed, 64-byte aligned address, zero at first: the work memory of an evaluator.

package final class Buffer<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int

  package init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    pointer = raw.bindMemory(to: Element.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  package convenience init(_ elements: [Element]) {
    self.init(count: elements.count)
    elements.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: count) }
    }
  }

  deinit { pointer.deallocate() }

  package func clear() { pointer.update(repeating: 0, count: count) }
}
