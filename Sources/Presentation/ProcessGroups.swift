import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process groups of the programs that run for this process, so that none of them outlives it however it ends.
///
/// A signal handler may end them all: it finds them in a table of fixed size and takes no lock.
public enum ProcessGroups {
  /// The most there can be at once.
  public static let limit = 1024

  private struct Table: @unchecked Sendable {
    let slots: UnsafeMutablePointer<Atomic<Int32>>

    init() {
      slots = .allocate(capacity: ProcessGroups.limit)
      for k in 0..<ProcessGroups.limit { (slots + k).initialize(to: Atomic(0)) }
    }
  }

  private static let table = Table()

  /// Makes the table, which a signal handler must not do.
  static func prepare() { _ = table }

  /// Notes a group; false where there are too many.
  public static func add(_ group: pid_t) -> Bool {
    for k in 0..<limit where table.slots[k].compareExchange(expected: 0, desired: group, ordering: .relaxed).exchanged {
      return true
    }
    return false
  }

  /// Forgets a group; call it before its leader is waited for, when the number may be another's.
  public static func remove(_ group: pid_t) {
    for k in 0..<limit
    where table.slots[k].compareExchange(expected: group, desired: 0, ordering: .relaxed).exchanged {
      return
    }
  }

  /// Kills every group at once. Allowed in a signal handler after ``prepare()``.
  static func killAll() {
    for k in 0..<limit {
      let group = table.slots[k].load(ordering: .relaxed)
      if group > 1 { kill(-group, SIGKILL) }
    }
  }
}
