import Presentation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ends a program with its process group, and says how it ended.
struct ProgramEnder {
  let process: pid_t
  let pipes: ChildPipes

  /// How long a program whose input has ended may take to end, in milliseconds.
  static let grace = 2000

  /// Whether it has ended; it is not waited for, so that its number stays its own.
  var hasEnded: Bool { status != nil }

  private var status: (isSignal: Bool, number: Int32)? {
    var information = siginfo_t()
    guard waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return nil }
    #if canImport(Glibc)
      let (found, value) = (
        information._sifields._sigchld.si_pid, information._sifields._sigchld.si_status
      )
    #else
      let (found, value) = (information.si_pid, information.si_status)
    #endif
    guard found == process else { return nil }
    return (information.si_code != CLD_EXITED, value)
  }

  /// How it ended, as the end of a sentence about it.
  mutating func reason() -> String {
    // The pipes close a moment before the process is gone.
    for _ in 0..<200 where status == nil { usleep(5000) }
    guard let status else { return "closed its end of the pipes" }
    return status.isSignal
      ? "was ended by signal \(status.number) (\(String(cString: strsignal(status.number))))"
      : "ended with exit status \(status.number)"
  }

  /// Closes its input and waits a while for its end.
  mutating func wait(_ prints: PrintedText) {
    close(pipes.requests)
    isInputClosed = true
    var pause: UInt32 = 200
    var waited = 0
    while status == nil, waited < 1000 * Self.grace {
      usleep(pause)
      waited += Int(pause)
      pause = min(2 * pause, 20_000)
      if prints.isOpen(pipes.prints) { prints.take(from: pipes.prints) }
    }
    if prints.isOpen(pipes.prints) { prints.take(from: pipes.prints) }
  }

  /// Kills the whole group at once and closes the pipes.
  mutating func kill() {
    #if canImport(Glibc)
      Glibc.kill(-process, SIGKILL)
    #else
      Darwin.kill(-process, SIGKILL)
    #endif
    ProcessGroups.remove(process)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    if !isInputClosed { close(pipes.requests) }
    close(pipes.replies)
    close(pipes.prints)
  }

  private var isInputClosed = false

  init(process: pid_t, pipes: ChildPipes) {
    self.process = process
    self.pipes = pipes
  }
}
