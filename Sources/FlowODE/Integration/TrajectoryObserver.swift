/// Something that folds over the states of a trajectory as they are reached, keeping scalars rather than states.
public protocol TrajectoryObserver: AnyObject {
  /// Called at the start, after every accepted step or iteration, at save times between them, and at the last state.
  ///
  /// Throwing ``EndOfRun`` ends the run at this state as an incomplete trajectory; any other error is passed on.
  func observe(_ point: TrajectoryPoint) throws

  /// Whether it is also shown states within every step, as something may come and go between two accepted states; it can tell them by
  /// ``TrajectoryPoint/isStep``.
  var looksWithin: Bool { get }

  /// Numbers whose least values within a step it is shown the states of; nil for none.
  var watch: (any InteriorWatch)? { get }
}

extension TrajectoryObserver {
  public var looksWithin: Bool { false }
  public var watch: (any InteriorWatch)? { nil }
}

/// What an observer throws when nothing it is after can come any more: the trajectory ends there, incomplete.
public struct EndOfRun: Error, Sendable {
  /// Why, as one sentence without a full stop.
  public let sentence: String
  /// What to try.
  public let remedy: String

  /// The run ends because of `sentence`.
  public init(_ sentence: String, remedy: String) {
    self.sentence = sentence
    self.remedy = remedy
  }
}
