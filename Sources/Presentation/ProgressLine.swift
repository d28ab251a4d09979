import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One line on the terminal that tells how far several parts of a computation have come:
/// `1e-06 100%  1e-08 43%  1e-10 7%`.
///
/// It goes to standard error, and only when that is a terminal; with `verbose` also elsewhere, then as a line of its own
/// at each tenth. Parts report from any thread, as often as they like: a report costs a lock and a look at the clock,
/// and is skipped when another thread is drawing. `finish()` clears the line; call it before printing anything else.
public final class ProgressLine: Sendable {
  /// Where the line goes; tests give their own.
  public struct Output: Sendable {
    /// Whether the line may be overwritten in place.
    var isTerminal: Bool
    /// The columns that fit.
    var width: Int
    /// Writes text at once.
    var write: @Sendable (String) -> Void
    /// Milliseconds on a clock that only goes forward.
    var milliseconds: @Sendable () -> UInt64

    /// An output of one's own.
    public init(
      isTerminal: Bool, width: Int = 80, milliseconds: @escaping @Sendable () -> UInt64,
      write: @escaping @Sendable (String) -> Void
    ) {
      self.isTerminal = isTerminal
      self.width = width
      self.milliseconds = milliseconds
      self.write = write
    }

    /// Standard error.
    public static var standardError: Output {
      var window = winsize()
      let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
      return Output(
        isTerminal: isatty(STDERR_FILENO) == 1, width: isKnown ? Int(window.ws_col) : 80,
        milliseconds: { DispatchTime.now().uptimeNanoseconds / 1_000_000 },
        write: { _ = writeAll(Array($0.utf8), to: STDERR_FILENO) })
    }
  }

  /// The shortest time between two drawings, in milliseconds.
  static let interval: UInt64 = 100

  private struct State {
    var fractions: [Double]
    /// Where each part began.
    var firsts: [Double]
    var tenths: [Int]
    var due: UInt64
    var isShown = false
  }

  private let names: [String]
  private let isTimed: Bool
  private let output: Output?
  /// Where notes go, which are told whether progress is shown or not.
  private let notes: Output
  private let began: UInt64
  private let state: Mutex<State>

  /// A line for the parts named. Nothing is shown until the first report, nor in the first tenth of a second.
  ///
  /// - Parameter isTimed: whether the fractions are such that the time that is left follows from the time that has passed; the line
  ///   then tells both.
  public init(
    parts names: [String], isTimed: Bool = false, verbose: Bool = false, output: Output = .standardError
  ) {
    self.names = names.map(plainText)
    self.isTimed = isTimed
    self.output = output.isTerminal || verbose ? output : nil
    notes = output
    began = output.milliseconds()
    state = Mutex(
      State(
        fractions: Array(repeating: 0, count: names.count), firsts: Array(repeating: 0, count: names.count),
        tenths: Array(repeating: 0, count: names.count), due: began + Self.interval))
  }

  /// Says that part `index` begins at `fraction` of its way, as what was done before needs no doing.
  public func begin(_ index: Int, at fraction: Double) {
    state.withLock { state in
      state.firsts[index] = fraction
      state.fractions[index] = fraction
      state.tenths[index] = Int(10 * fraction)
    }
  }

  /// Writes a line that stays, above the line of progress: on a terminal or not.
  public func note(_ text: String) {
    state.withLock { state in
      notes.write((state.isShown ? "\r\u{1B}[K" : "") + plainText(text) + "\n")
      state.isShown = false
    }
  }

  deinit { finish() }

  /// Says that part `index` has come to `fraction` of its way, 0 to 1 (what lies outside is clamped, NaN ignored).
  public func report(_ index: Int, fraction: Double) {
    guard let output, names.indices.contains(index), !fraction.isNaN else { return }
    _ = state.withLockIfAvailable { state in
      state.fractions[index] = min(1, max(0, fraction))
      if output.isTerminal {
        let now = output.milliseconds()
        guard now >= state.due else { return }
        state.due = now + Self.interval
        state.isShown = true
        output.write("\r" + line(state, at: now).prefix(max(1, output.width - 1)) + "\u{1B}[K")
      } else {
        let tenth = Int(10 * state.fractions[index])
        guard tenth > state.tenths[index] else { return }
        state.tenths[index] = tenth
        output.write(line(state, at: output.milliseconds()) + "\n")
      }
    }
  }

  /// Clears the line. A later report shows it again.
  public func finish() {
    guard let output else { return }
    state.withLock { state in
      if state.isShown { output.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  private func line(_ state: State, at now: UInt64) -> String {
    let parts = zip(names, state.fractions).map { name, fraction in
      "\(name.isEmpty ? "" : "\(name) ")\(Int(100 * fraction))%"
    }
    guard isTimed, let fraction = state.fractions.first else { return parts.joined(separator: "  ") }
    let passed = Double(now - began) / 1000
    let done = fraction - state.firsts[0]
    let left = done > 0 ? Self.clock(passed * (1 - fraction) / done) + " left" : ""
    return (parts + ["\(Self.clock(passed)) elapsed", left]).filter { !$0.isEmpty }.joined(separator: "  ")
  }

  /// Seconds as `0:07`, `12:30` or `5:04:00`.
  public static func clock(_ seconds: Double) -> String {
    guard seconds < 1e7 else { return "months" }
    let whole = Int(seconds.rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
