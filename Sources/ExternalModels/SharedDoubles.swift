import CProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Three arrays of n doubles that a program and flowcheck both see: θ, a direction, and what comes back.
///
/// The memory cannot shrink under whoever reads it, whatever the program does to it. Where the system has no such memory there is none, and
/// numbers go through the pipes.
final class SharedDoubles {
  let parameters: UnsafeMutablePointer<Double>
  let direction: UnsafeMutablePointer<Double>
  let result: UnsafeMutablePointer<Double>
  /// What a program of the same user opens.
  let path: String

  private let base: UnsafeMutableRawPointer
  private let bytes: Int
  private let descriptor: Int32

  /// From so many doubles on it is faster than a pipe.
  static let least = 2048

  /// Nil where there is none.
  init?(count: Int) {
    let bytes = 3 * count * MemoryLayout<Double>.stride
    let descriptor = cprocess_memory(bytes)
    guard descriptor >= 0 else { return nil }
    guard let base = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
      close(descriptor)
      return nil
    }
    self.base = base
    self.bytes = bytes
    self.descriptor = descriptor
    parameters = base.bindMemory(to: Double.self, capacity: 3 * count)
    direction = parameters + count
    result = direction + count
    path = "/proc/\(getpid())/fd/\(descriptor)"
  }

  deinit {
    munmap(base, bytes)
    close(descriptor)
  }
}
