import Foundation
import Presentation
import Testing

@Suite("Interruption")
struct InterruptionTests {
  @Test("the first signal is a wish, whichever of the two", arguments: [SIGINT, SIGTERM])
  func first(_ signal: Int32) async {
    await #expect(processExitsWith: .exitCode(3)) { [signal] in
      Interruption.shared.listen()
      Interruption.shared.listen()
      guard !Interruption.shared.requested else { exit(1) }
      kill(getpid(), signal)
      guard arrives() else { exit(2) }
      exit(3)
    }
  }

  @Test("the second ends the process with status 75")
  func second() async {
    await #expect(processExitsWith: .exitCode(75)) {
      Interruption.shared.listen()
      kill(getpid(), SIGINT)
      guard arrives() else { exit(2) }
      kill(getpid(), SIGINT)
      sleep(60)
    }
  }

  @Test("a signal that was ignored from the start stays ignored")
  func ignored() async {
    await #expect(processExitsWith: .exitCode(3)) {
      signal(SIGINT, SIG_IGN)
      Interruption.shared.listen()
      kill(getpid(), SIGINT)
      usleep(200_000)
      exit(Interruption.shared.requested ? 1 : 3)
    }
  }
}

/// Whether the interruption is noticed within ten seconds.
private func arrives() -> Bool {
  for _ in 0..<10_000 where !Interruption.shared.requested { usleep(1000) }
  return Interruption.shared.requested
}
