import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The user's wish to stop (SIGINT, as Ctrl-C sends, or SIGTERM), to be polled by whatever takes long.
///
/// The first signal only sets `requested`, so that the run can say how far it came and leave no partial file; a second
/// one ends the process at once with status 75, and programs that run for it. The handler does nothing but count, kill and exit, all
/// allowed in a signal handler, and needs no thread of its own. (A DispatchSource lost signals in the tests on Linux.)
public final class Interruption: Sendable {
  /// The exit status of an interrupted process, `EX_TEMPFAIL`: the same line may be run again.
  public static let exitStatus: Int32 = 75
  /// The one of this process.
  public static let shared = Interruption()

  private let count = Atomic<Int>(0)
  private let isListening = Atomic<Bool>(false)

  private init() {}

  /// Whether a signal has come, or `request()` was called. Costs one relaxed atomic load.
  public var requested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Starts listening; further calls do nothing. A signal the process was told to ignore (`nohup`, a background job of a
  /// script) stays ignored. System calls that a signal interrupts are restarted.
  public func listen() {
    guard !isListening.exchange(true, ordering: .relaxed) else { return }
    ProcessGroups.prepare()
    // A process started from a thread that blocks signals (a pool's worker) inherits that, and would never hear any.
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in [SIGINT, SIGTERM] { sigaddset(&heard, number) }
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
    for number in [SIGINT, SIGTERM] {
      let previous = signal(number, SIG_IGN)
      if unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
      // `signal` has BSD semantics in both libraries: the handler stays, and system calls are restarted.
      signal(number) { _ in Interruption.shared.request() }
    }
  }

  /// Does what a signal does: asks to stop, and the second time exits with status 75.
  public func request() {
    guard count.add(1, ordering: .relaxed).oldValue > 0 else { return }
    ProcessGroups.killAll()
    _exit(Self.exitStatus)
  }
}
