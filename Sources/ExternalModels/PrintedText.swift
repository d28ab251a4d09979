import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a program prints: handed on to standard error, up to a limit, and its last words kept for messages about it.
final class PrintedText: Sendable {
  private struct State {
    var last: [UInt8] = []
    var shown = 0
    var closed: Set<Int32> = []
  }

  private let state = Mutex(State())
  private let program: String

  /// Bytes of one command that are handed on.
  static let shownLimit = 1 << 18
  /// Bytes that are kept.
  private static let keptLimit = 2048
  /// Characters that a message quotes.
  private static let quotedLimit = 300

  init(_ program: String) { self.program = program }

  /// Whether the other end of a pipe may still print.
  func isOpen(_ descriptor: Int32) -> Bool { state.withLock { !$0.closed.contains(descriptor) } }

  /// A pipe with the number of an earlier one.
  func reopen(_ descriptor: Int32) { state.withLock { _ = $0.closed.remove(descriptor) } }

  /// Takes what there is, at most 64 kB of it, so that whoever prints without end holds nobody up.
  func take(from descriptor: Int32) {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) {
        state.withLock { _ = $0.closed.insert(descriptor) }
      }
      guard count > 0 else { return }
      let bytes = UnsafeRawBufferPointer(buffer)[..<count]
      let (shown, isFull) = state.withLock { state in
        state.last = Array((state.last + bytes.suffix(Self.keptLimit)).suffix(Self.keptLimit))
        let room = Self.shownLimit - state.shown
        let shown = max(0, min(room, count))
        state.shown += count
        return (shown, room > 0 && count >= room)
      }
      show(UnsafeRawBufferPointer(rebasing: bytes.prefix(shown)))
      if isFull {
        let note = Array("\nnote: what the program prints further is not shown\n".utf8)
        note.withUnsafeBytes { show($0) }
      }
    }
  }

  private func show(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset < bytes.count, let base = bytes.baseAddress {
      let count = write(STDERR_FILENO, base + offset, bytes.count - offset)
      if count <= 0, errno != EINTR { return }
      offset += max(0, count)
    }
  }

  /// The last words as part of a sentence; nothing where nothing was printed.
  var quotation: String {
    let text = Self.readable(state.withLock { $0.last })
    return text.isEmpty ? "" : ", having printed: \(text)"
  }

  /// The end of a text on one line.
  static func readable(_ bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.filter { !$0.isEmpty }
    let text = lines.suffix(3).joined(separator: " | ")
    return text.count <= quotedLimit ? text : "…" + text.suffix(quotedLimit)
  }
}
