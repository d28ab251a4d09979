import CProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a program that was run to its end went.
package enum ChildOutcome: Equatable {
  /// It ended by itself with this status.
  case exited(Int32)
  /// A signal ended it.
  case signaled(Int32)
  /// It was killed because it ran longer than allowed.
  case timedOut
  /// It was killed because the user interrupted.
  case interrupted
  /// It could not be started: the error number of the attempt.
  case notStarted(Int32)
}

/// Runs `program` (looked up in PATH) with `arguments`, in `directory` (nil: this process's own), its input empty and all its output in the
/// file `log`, for at most `timeout` seconds. No shell is involved. Signals are reset to their defaults for it.
package func runProgram(
  _ program: String, arguments: [String], log: String, timeout: Double, directory: String? = nil
) -> ChildOutcome {
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
  #else
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
  #endif
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  posix_spawn_file_actions_adddup2(&actions, 1, 2)
  // After the log was opened, whose path is relative to here.
  if let directory { cprocess_work_in(&actions, directory) }
  var defaults = sigset_t()
  sigemptyset(&defaults)
  posix_spawnattr_setsigmask(&attributes, &defaults)
  for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&defaults, signal) }
  posix_spawnattr_setsigdefault(&attributes, &defaults)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

  var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
  defer { for word in words { free(word) } }
  words.append(nil)
  var child = pid_t()
  let failure = posix_spawnp(&child, program, &actions, &attributes, words, environ)
  guard failure == 0 else { return .notStarted(failure) }

  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(timeout)
  var pause: UInt32 = 1000
  var status: Int32 = 0
  while true {
    let ended = waitpid(child, &status, WNOHANG)
    if ended == child {
      // The macros WIFEXITED, WEXITSTATUS and WTERMSIG are not imported.
      return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signaled(status & 0x7F)
    }
    if ended < 0 && errno != EINTR { return .notStarted(errno) }
    let isInterrupted = Interruption.shared.requested
    if isInterrupted || clock.now > deadline {
      kill(child, SIGKILL)
      while waitpid(child, &status, 0) < 0 && errno == EINTR {}
      return isInterrupted ? .interrupted : .timedOut
    }
    usleep(pause)
    pause = min(2 * pause, 20_000)
  }
}
