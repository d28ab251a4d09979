import Models

/// Independent vectors of a Lie algebra at a point modulo a prime, so that whoever can draw the same fields can compute their rank
/// again.
///
/// The point is drawn from stream 0 of the seed (``SplitMix``, numbers below the prime), coordinate by coordinate: θ, then under momentum
/// the velocities and the time. The fields of vector i are drawn from stream `vectors[i].stream`, first X and then V, or for a gradient
/// one field: every array that is arbitrary, in the order of the nodes of the program with the gradient by a functional appended (free
/// data and gates of kinks, then the functional w), and of every array the entries of coefficient 0, then those of coefficient 1, up to
/// `order`; entries of w that are not observed are drawn and set to 0; last, under momentum, the factor a of the drift.
///
/// With exponentials, logarithms and roots, the plan of ``AtomPlan`` says which atoms there are. Those that belong to the point are drawn,
/// all in their order as 1 + a number below p − 1, from the stream that the sum of the point's coordinates seeds; the others are drawn
/// anew before the drift. A root is that of FLINT; where an entry has none, the whole draw is made again from where the stream is, and so
/// is a point at which no draw has all roots. Gates that are no free factors are one number below 2 each, or 1 inside of functions.
public struct RankEvidence: Codable, Equatable, Sendable {
  /// Which vector.
  public struct Vector: Codable, Hashable, Sendable {
    /// The stream its fields are drawn from.
    public let stream: Int
    /// How far the series goes; nil for the gradient of a functional alone.
    public let order: Int?
    /// Which coefficient of the series.
    public let coefficient: Int

    /// Coefficient `coefficient` of the series of a stream.
    public init(stream: Int, order: Int?, coefficient: Int) {
      (self.stream, self.order, self.coefficient) = (stream, order, coefficient)
    }
  }

  /// p.
  public var prime: UInt64
  /// The seed.
  public var seed: UInt64
  /// The vectors; their number is the rank.
  public var vectors: [Vector]
  /// How many vectors were looked at.
  public var vectorsDrawn: Int
  /// How many times vectors were drawn.
  public var rounds: Int
  /// The largest order of a series.
  public var largestOrder: Int

  /// The rank that the vectors show.
  public var rank: Int { vectors.count }
}

extension RankEvidence {
  /// The rank of the vectors, drawn and eliminated again: at most the generic dimension of the model's Lie algebra, whatever the seed and
  /// the prime say.
  ///
  /// - Throws: ``Refusal`` if the prime is none, or a vector cannot be drawn.
  public func recomputedRank(of model: LawModel) throws(Refusal) -> Int { try LieRank.recomputed(self, model) }
}
