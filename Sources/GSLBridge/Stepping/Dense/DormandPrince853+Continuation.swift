extension DormandPrince853: DenseStep {
  /// The free extension of order 6: with the stages 0 and 5 to 11 and the derivative at the end, which is the next step's first, all
  /// conditions up to order 6 (37 trees) can be met for every θ, so that no further evaluation is needed and stages 1 to 4, of low
  /// order, are not read.
  ///
  /// Besides, bᵢ(1) = bᵢ, u′(0) = k₀ and u′(1) = k₁₂; of the three numbers left free, those of the least residuals of order 7. The null
  /// rule annihilates what is polynomial of low degree, and its value shrinks like h⁶. The late rule is the smallest that meets all
  /// conditions up to order 5 with weight 1/512 at the end and none at stage 11, which ends there as well. Computed with 40 digits from the coefficients
  /// of E. Hairer's code DOP853; the table is its own definition, and fulfils the conditions to roundoff.
  package static let continuation = Continuation(
    coefficients: [
      [
        0, 1, -5.581660737785818138732, 13.83330559053952255219, -16.98625852792237101555, 10.12500564006885950288,
        -2.336098230783624138553,
      ],
      [
        0, 0, -70.70657306033900076772, 845.1589514359261352541, -2284.267821571236644268, 2342.586958432565339134,
        -828.3212023441634204703,
      ],
      [
        0, 0, 20.98888175599069882253, 49.24808158895374771696, -302.3576259269016484906, 384.3645874588662608384,
        -150.3524069775945585043,
      ],
      [
        0, 0, 45.06272244051124371851, -827.5546651447961698063, 2405.035985441267464687, -2542.466088970254903519,
        914.1208422732617801376,
      ],
      [
        0, 0, -30.83509541751960095466, 225.5885531406497601438, -535.5476481362119363067, 519.537004722299915367,
        -178.4316499422603183551,
      ],
      [
        0, 0, 39.48845296264306138365, -296.3913643405468701179, 714.757155254669956163, -699.2069950362466439781,
        241.2005902098179804709,
      ],
      [
        0, 0, 1.664708149455116735248, -9.775073167430486499615, 16.98896187125270179545, -10.10334443321022894281,
        1.426112980736927260094,
      ],
      [
        0, 0, 1.251897240377632534495, -5.663344658851194798907, 7.377251595082477435419, -2.503794480755265068991,
        -0.4172990801258775114984,
      ],
      [0, 0, -4.0 / 3, 50.0 / 9, -5, -7.0 / 3, 28.0 / 9],
    ],
    end: result.map(\.1) + [0],
    null: [
      -0.001302780567366657032636, 0.3537106547463554488344, 0.1091678839476354157577, -0.4454523397931504749402,
      0.03712146130600913540796, -0.05183368798733253231352, -0.001411191652150335713645, 0, 0,
    ],
    lateNull: [
      -0.000997253009424534, -0.010957603821861216, 0.0128780838717884, -0.004322913115043989, 0.010461713744401975,
      -0.0028146342050745384, -0.006200518464786089, 0, 0.001953125,
    ],
    errorFactor: 20)

  /// The stage whose row is the second; those before, but the first, have weight 0 and are of low order.
  static let firstRow = 5

  func derivative(
    row: Int, first: UnsafePointer<Double>, last: UnsafePointer<Double>
  ) -> UnsafePointer<Double>? {
    switch row {
    case 0: first
    case 8: last
    default: stageDerivative(row + Self.firstRow - 1)
    }
  }
}
