import Models

/// A piecewise constant factor of the learning rate, by flow time: η_k = η · c(t_k).
public struct RateSchedule: Sendable, Equatable {
  /// From each time on, this factor; before the first, 1. Times strictly increase.
  public let pieces: [Piece]

  /// One constant piece of a schedule.
  public struct Piece: Sendable, Equatable {
    /// Where the piece begins, in flow time.
    public let time: Double
    /// c from there on.
    public let factor: Double

    /// The factor `factor` from `time` on.
    public init(from time: Double, factor: Double) {
      self.time = time
      self.factor = factor
    }
  }

  /// The factor 1 throughout.
  public static let constant = RateSchedule(unchecked: [])

  private init(unchecked pieces: [Piece]) { self.pieces = pieces }

  /// - Throws: ``Refusal`` unless the times are positive and increase and the factors are positive.
  public init(_ pieces: [Piece]) throws(Refusal) {
    var last = 0.0
    for piece in pieces {
      guard piece.time > last, piece.time.isFinite, piece.factor > 0, piece.factor.isFinite else {
        throw Refusal(
          "the schedule's piece \(piece.time):\(piece.factor) has a time that does not increase or a factor that is not "
            + "positive", remedy: "give compare.schedule as time:factor pairs, such as 10:0.5,20:0.25")
      }
      last = piece.time
    }
    self.pieces = pieces
  }

  /// Reads `10:0.5,20:0.25`.
  ///
  /// - Throws: ``Refusal`` naming the piece that is no pair of numbers.
  public init(parsing text: String) throws(Refusal) {
    var pieces: [Piece] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: ":", omittingEmptySubsequences: false)
      guard sides.count == 2, let time = Double(sides[0]), let factor = Double(sides[1]) else {
        throw Refusal(
          "'\(part)' is no piece of a schedule",
          remedy: "give compare.schedule as time:factor pairs, such as 10:0.5,20:0.25")
      }
      pieces.append(Piece(from: time, factor: factor))
    }
    try self.init(pieces)
  }

  /// Whether the factor is 1 throughout.
  public var isConstant: Bool { pieces.isEmpty }

  /// c(t).
  public func factor(at time: Double) -> Double {
    var factor = 1.0
    for piece in pieces where time >= piece.time { factor = piece.factor }
    return factor
  }
}
