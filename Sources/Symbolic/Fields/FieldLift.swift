import Models

/// Finds the polynomial over the rational numbers that a vector of a kernel modulo a prime is the image of, and proves that it is in the
/// kernel.
package struct FieldLift {
  package let source: PolynomialField
  /// The fields of the primes.
  package let fields: [PrimeField]
  private let images: [FieldImage]

  /// The largest degree in the constants.
  static let mostConstants = 8
  /// The most unknown coefficients.
  static let mostUnknowns = 800

  /// 2⁶¹ − 31, the second prime where fractions do not fit one.
  private static let second: UInt64 = (1 << 61) - 31

  /// - Throws: ``Refusal`` if the prime divides a denominator of the field.
  package init(_ source: PolynomialField, _ field: PrimeField) throws(Refusal) {
    self.source = source
    var (fields, images) = ([field], [try FieldImage(source, field)])
    if field.prime > 1 << 40, field.prime != Self.second, let other = try? PrimeField(Self.second),
      let image = try? FieldImage(source, other)
    {
      fields.append(other)
      images.append(image)
    }
    (self.fields, self.images) = (fields, images)
  }

  /// The field modulo the first prime, its constants as variables.
  package var image: FieldImage { images[0] }

  /// A primitive polynomial P of these monomials in the states, with coefficients that are polynomials in the constants, with
  /// X·∇P = K P, checked exactly; nil if none was found.
  ///
  /// - Parameter support: the monomials of a vector of the kernel at values of the constants.
  /// - Throws: ``Refusal`` if memory is used up.
  package func polynomial(on support: [Exponents], cofactor: Polynomial? = nil) throws(Refusal) -> Polynomial? {
    let constants = source.constants.count
    for degree in 0...(constants == 0 ? 0 : Self.mostConstants) {
      guard let count = Monomials.count(variables: constants, upTo: degree), count <= Self.mostUnknowns,
        count * support.count <= Self.mostUnknowns
      else { return nil }
      let factors = Monomials.all(variables: constants, from: 0, upTo: degree)
      let monomials = factors.flatMap { factor in support.map { $0 + factor } }
      let basis = try kernel(0, cofactor).basis(monomials)
      for vector in basis.prefix(4) {
        if let found = try lifted(vector, monomials, cofactor) { return found }
      }
      // Of higher degree are multiples of what could not be lifted.
      if !basis.isEmpty { return nil }
    }
    return nil
  }

  func kernel(_ number: Int, _ cofactor: Polynomial?) throws(Refusal) -> FieldKernel {
    let image = images[number]
    guard let cofactor else { return FieldKernel(image) }
    return FieldKernel(image, cofactor: try FieldImage.terms(cofactor, source, image.field))
  }

  private func lifted(
    _ vector: FieldKernel.Vector, _ monomials: [Exponents], _ cofactor: Polynomial?
  ) throws(Refusal) -> Polynomial? {
    let support = vector.map { monomials[$0.column] }
    let single = vector.map { fields[0].fraction($0.value) }
    if let found = try checked(single, support, cofactor) { return found }
    guard fields.count == 2, let other = try? kernel(1, cofactor).basis(support), other.count == 1,
      other[0].map(\.column) == Array(support.indices)
    else { return nil }
    let both = zip(vector, other[0]).map { fields[0].fraction($0.value, $1.value, modulo: fields[1]) }
    return try checked(both, support, cofactor)
  }

  /// The polynomial of these coefficients, if it is what is looked for.
  private func checked(
    _ fractions: [(numerator: Int, denominator: Int)?], _ support: [Exponents], _ cofactor: Polynomial?
  ) throws(Refusal) -> Polynomial? {
    var terms: [(coefficient: Rational, exponents: Exponents)] = []
    for (fraction, exponents) in zip(fractions, support) {
      guard let fraction, let value = try? Rational(fraction.numerator, fraction.denominator) else { return nil }
      terms.append((value, exponents))
    }
    source.ring.beginWork()
    let polynomial = try source.polynomial(terms).primitive()
    // A polynomial that is too large to be differentiated is not proved.
    guard !polynomial.isZero, let derivative = try? source.derivative(of: polynomial) else { return nil }
    guard let cofactor else { return derivative.isZero ? polynomial : nil }
    guard let product = try? cofactor.times(polynomial), let rest = try? derivative.minus(product) else { return nil }
    return rest.isZero ? polynomial : nil
  }
}

extension PrimeField {
  /// The fraction n/d with |n|, d ≤ √(pq/2) of a class modulo p and one modulo another prime q, unless there is none or it needs more
  /// than 64 bits (Chinese remainders, then Wang 1981).
  package func fraction(_ a: UInt64, _ b: UInt64, modulo other: PrimeField) -> (numerator: Int, denominator: Int)? {
    guard let inverse = other.inverse(prime % other.prime) else { return nil }
    let step = other.multiply(other.subtract(b, a % other.prime), inverse)
    let modulus = Int128(prime) * Int128(other.prime)
    let residue = Int128(a) + Int128(prime) * Int128(step)
    let bound = Int128((Double(prime) * Double(other.prime) / 2).squareRoot())
    var (r0, r1, t0, t1) = (modulus, residue, Int128(0), Int128(1))
    while r1 > bound {
      let q = r0 / r1
      (r0, r1) = (r1, r0 - q * r1)
      (t0, t1) = (t1, t0 - q * t1)
    }
    guard t1 != 0, t1.magnitude <= bound.magnitude, let n = Int(exactly: t1 < 0 ? -r1 : r1),
      let d = Int(exactly: t1 < 0 ? -t1 : t1)
    else { return nil }
    return (n, d)
  }
}
