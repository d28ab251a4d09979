import CProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A moment by which something must have happened, on the clock that nobody sets.
struct Deadline {
  /// Nanoseconds since some moment.
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  private let moment: UInt64

  init(seconds: Double) {
    moment = Self.now &+ UInt64(max(0, min(seconds, 1e9)) * 1e9)
  }

  /// Milliseconds that are left, rounded up.
  var milliseconds: Int {
    let now = Self.now
    return now >= moment ? 0 : Int((moment - now + 999_999) / 1_000_000)
  }
}

/// Moves bytes through a program's pipes without ever waiting for one of them alone: what it prints is taken meanwhile, so that a full
/// pipe stops neither side.
final class PipePump {
  enum Outcome: Equatable {
    case done, late, ended, interrupted
  }

  private let pipes: ChildPipes
  private let prints: PrintedText

  /// How long a wait may be before it is looked whether somebody interrupted, in milliseconds.
  private static let slice = 50
  /// How long a reply is looked for without going to sleep, in nanoseconds: waking up takes longer than a short function does. On one
  /// processor the program could not run meanwhile.
  private static let patience: UInt64 = cprocess_processors() > 1 ? 200_000 : 0
  /// How many replies are waited for asleep after one was looked for in vain.
  private static let sleeps = 64
  private var asleep = 0

  init(_ pipes: ChildPipes, _ prints: PrintedText) {
    self.pipes = pipes
    self.prints = prints
  }

  /// Whether nothing waits to be read that nobody asked for, and the program has not closed its end.
  var isQuiet: Bool {
    var descriptor = pollfd(fd: pipes.replies, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) == 0
  }

  func send(
    _ buffers: [UnsafeRawBufferPointer], until deadline: Deadline, _ isCancelled: () -> Bool
  ) -> Outcome {
    var (k, offset) = (0, 0)
    while k < buffers.count {
      let buffer = buffers[k]
      guard offset < buffer.count, let base = buffer.baseAddress else {
        (k, offset) = (k + 1, 0)
        continue
      }
      let sent: Int
      if k + 1 < buffers.count, let next = buffers[k + 1].baseAddress {
        // A head and its numbers in one piece, so that the program is woken once.
        var pieces = [
          iovec(iov_base: UnsafeMutableRawPointer(mutating: base + offset), iov_len: buffer.count - offset),
          iovec(iov_base: UnsafeMutableRawPointer(mutating: next), iov_len: buffers[k + 1].count),
        ]
        sent = writev(pipes.requests, &pieces, 2)
      } else {
        sent = write(pipes.requests, base + offset, buffer.count - offset)
      }
      if sent >= 0 {
        offset += sent
        while k < buffers.count, offset >= buffers[k].count { (k, offset) = (k + 1, offset - buffers[k].count) }
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK:
        let outcome = wait(pipes.requests, POLLOUT, deadline, isCancelled)
        if outcome != .done { return outcome }
      default: return .ended
      }
    }
    return .done
  }

  func receive(
    _ buffer: UnsafeMutableRawBufferPointer, until deadline: Deadline, _ isCancelled: () -> Bool
  ) -> Outcome {
    var offset = 0
    // When looking ends; nil before the first wait, 0 where it is slept.
    var end: UInt64?
    while offset < buffer.count, let base = buffer.baseAddress {
      let count = read(pipes.replies, base + offset, buffer.count - offset)
      if count > 0 {
        offset += count
        continue
      }
      if count == 0 { return .ended }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK:
        let moment = end ?? (asleep > 0 ? 0 : Deadline.now &+ Self.patience)
        if end == nil, asleep > 0 { asleep -= 1 }
        end = moment
        if moment > 0 {
          if Deadline.now < moment { continue }
          (asleep, end) = (Self.sleeps, 0)
        }
        let outcome = wait(pipes.replies, POLLIN, deadline, isCancelled)
        if outcome != .done { return outcome }
      default: return .ended
      }
    }
    return .done
  }

  /// Waits until a descriptor is ready, and takes what is printed meanwhile.
  private func wait(_ descriptor: Int32, _ event: Int32, _ deadline: Deadline, _ isCancelled: () -> Bool) -> Outcome {
    while true {
      let left = deadline.milliseconds
      if left == 0 { return .late }
      var descriptors = [
        pollfd(fd: descriptor, events: Int16(event), revents: 0),
        pollfd(fd: prints.isOpen(pipes.prints) ? pipes.prints : -1, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&descriptors, 2, Int32(min(left, Self.slice)))
      if ready < 0, errno != EINTR { return .ended }
      if isCancelled() { return .interrupted }
      guard ready > 0 else { continue }
      if descriptors[1].revents != 0 { prints.take(from: pipes.prints) }
      if descriptors[0].revents != 0 { return .done }
    }
  }
}
