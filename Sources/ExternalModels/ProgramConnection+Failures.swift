// How a program that does not do as it should is accused.

extension ProgramConnection {
  /// Longest complaint that a program may send.
  private static let longestComplaint = 1 << 16

  /// What a program said of itself instead of an answer.
  func complaint(
    _ frame: Frame, _ deadline: Deadline, _ name: String
  ) -> ProgramFailure {
    let length = Int(clamping: min(frame.length, UInt64(Self.longestComplaint)))
    var text = [UInt8](repeating: 0, count: length)
    let isWhole = text.withUnsafeMutableBytes { pump.receive($0, until: deadline, isCancelled) } == .done
    let words = isWhole ? PrintedText.readable(text) : ""
    return ProgramFailure(
      self.words.text, "failed at \(name): \(words.isEmpty ? "it gave no reason" : words)",
      remedy: "mend it; it is asked for values at the parameters of the flow")
  }

  func unasked() -> ProgramFailure {
    var ender = ProgramEnder(process: process, pipes: pipes)
    if ender.hasEnded {
      return ProgramFailure(
        words.text, "\(ender.reason()) after \(calls - 1) calls\(prints.quotation)",
        remedy: "have it serve until its input ends")
    }
    return ProgramFailure(
      words.text, "wrote what nobody asked for after \(calls - 1) calls", remedy: "write to descriptor 4 by serve only")
  }

  func unexpected(_ what: String) -> ProgramFailure {
    ProgramFailure(
      words.text, "sent no frame of the protocol as \(what)", remedy: "write to descriptor 4 by serve only")
  }

  func failure(_ outcome: PipePump.Outcome, _ limit: String, _ name: String) -> ProgramFailure {
    if outcome == .late {
      return ProgramFailure(
        words.text, "did not answer \(name) within \(limit)\(prints.quotation)",
        remedy: "give it longer with --time-limit")
    }
    var ender = ProgramEnder(process: process, pipes: pipes)
    return ProgramFailure(
      words.text, "\(ender.reason()) at \(name)\(prints.quotation)",
      remedy: "run it by itself, or look at what it printed")
  }
}
