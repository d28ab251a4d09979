#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Seconds that processors have worked.
enum CPUTime {
  /// For this process.
  static var process: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
  /// For the thread that asks.
  static var thread: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
