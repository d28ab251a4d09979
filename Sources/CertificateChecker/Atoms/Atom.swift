/// A value that is no polynomial and stands as a variable of its own in polynomials, with what is known of it: how it is derived and which
/// of its powers is something else.
///
/// The argument z is a polynomial in variables and atoms that were there before, so that atoms are well founded.
package struct Atom {
  /// What the variable stands for.
  package enum Kind: Hashable {
    /// 1 where z > 0 and 0 where z < 0; it has no value at z = 0. Its square is itself, its derivative 0.
    case gate
    /// exp(z/q); its q-th power is the variable `base` = exp(z) where q > 1. The derivative is itself · dz/q.
    case exponential(part: Int, base: Int)
    /// √z of z > 0; its square is z, the derivative dz/(2√z).
    case root
    /// 1/z; the derivative is −dz/z².
    case inverse
    /// ln z of z > 0; the derivative is dz/z.
    case logarithm
    /// Φ(z) of the standard normal distribution; the derivative is φ(z) dz.
    case distribution
    /// φ(z) = Φ'(z); the derivative is −z φ(z) dz.
    case density
    /// The derivative of that order of a function about which nothing is assumed; the derivative is the next one · dz.
    case generic(order: Int)
  }

  /// What it stands for.
  package let kind: Kind
  /// z, reduced.
  package let argument: Polynomial
  /// How many atoms nest in it, itself included.
  package let depth: Int
  /// What the variables of the text are that it depends on, through all atoms in it.
  package let roles: Set<Variables.Role>
  /// Of an inverse: whether z is a sum of exponentials with positive factors, which is 0 nowhere.
  package let isNeverZero: Bool
  /// Of an inverse: the monomial of z that is greatest, and z without it, the factor of the greatest being 1.
  package let leading: Monomial
  /// Of an inverse of exponentials alone: the other terms of z; products with the greatest are replaced by them.
  package let rest: Polynomial?

  init(
    _ kind: Kind, _ argument: Polynomial, depth: Int, roles: Set<Variables.Role>, isNeverZero: Bool = false,
    leading: Monomial = .one,
    rest: Polynomial? = nil
  ) {
    (self.kind, self.argument, self.depth, self.roles) = (kind, argument, depth, roles)
    (self.isNeverZero, self.leading, self.rest) = (isNeverZero, leading, rest)
  }
}
