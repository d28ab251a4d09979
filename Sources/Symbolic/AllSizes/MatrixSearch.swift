import CertificateChecker
import FlowLanguage
import Models

/// Looks for matrices of small integers at which a sum of words is not 0, and makes them as simple as it can.
///
/// What is not 0 at some sizes is not 0 where all of them are the largest of these, so that equal sizes are enough; words of k letters
/// that are 0 for all matrices of size k are 0 (Procesi 1976), which bounds them.
package struct MatrixSearch {
  private var values: WordValues
  private let openSizes: [String]
  private let fails: (Rational) -> Bool
  private var random: SplitMix
  /// The largest value that open sizes are given.
  package let largestSize: Int

  /// The largest value that open sizes may be given.
  package static let mostSize = 6
  /// Points tried for every choice of sizes.
  private static let tries = 10
  /// The most multiplications, some tenths of a second.
  private static let mostWork = 20_000_000

  /// - Parameter fails: whether a value of an entry refutes the claim.
  package init(
    _ sum: WordSum, _ alphabet: Alphabet, _ file: CheckedFile, seed: UInt64, fails: @escaping (Rational) -> Bool
  ) {
    values = WordValues(sum, alphabet)
    openSizes = file.openSizes
    random = SplitMix(seed: seed)
    self.fails = fails
    let longest = sum.terms.keys.map { $0.length + $0.scalars.reduce(0) { $0 + $1.exponent } }.max() ?? 1
    largestSize = min(max(longest, 2), Self.mostSize)
  }

  /// A point, an entry of the corner there and the values in the corner.
  package struct Found {
    package var point: MatrixPoint
    package let place: Int
    package var value: WordValues.Value
  }

  /// A point at which the claim fails, with the smallest sizes and the simplest entries that were found.
  package mutating func found() -> Found? {
    for size in 1...largestSize {
      let sizes = Dictionary(uniqueKeysWithValues: openSizes.map { ($0, size) })
      guard var best = failure(sizes, corner: size) else { continue }
      for name in openSizes {
        for smaller in 1..<size {
          var fewer = best.point.sizes
          fewer[name] = smaller
          guard let other = failure(fewer, corner: size) else { continue }
          best = other
          break
        }
      }
      return simplified(best)
    }
    return nil
  }

  private mutating func failure(_ sizes: [String: Int], corner: Int) -> Found? {
    for attempt in 0..<Self.tries where values.work < Self.mostWork {
      // Long products of matrices are 0 almost surely where entries may be.
      let point = drawn(sizes, corner, spread: 1 + attempt / 4, withoutZeros: attempt % 2 == 0)
      guard let value = values.value(at: point), let place = value.entries.firstIndex(where: fails) else { continue }
      return Found(point: point, place: place, value: value)
    }
    return nil
  }

  private mutating func drawn(_ sizes: [String: Int], _ corner: Int, spread: Int, withoutZeros: Bool) -> MatrixPoint {
    var matrices: [[Int]] = []
    for symbol in values.alphabet.symbols {
      let rows = MatrixPoint.extent(symbol.rows, sizes, corner: corner)
      let columns = MatrixPoint.extent(symbol.columns, sizes, corner: corner)
      var entries: [Int] = []
      for _ in 0..<rows * columns {
        let entry = random.next(within: spread)
        entries.append(withoutZeros && entry == 0 ? 1 : entry)
      }
      matrices.append(entries)
    }
    var scalars: [Int] = []
    for scalar in values.alphabet.scalars {
      let entry = random.next(within: spread)
      let value = entry == 0 && withoutZeros ? 1 : entry
      // Rates of decay and friction are positive where they are meant.
      scalars.append(scalar.isSize ? sizes[scalar.name] ?? 1 : scalar.role == .constant ? max(abs(value), 1) : value)
    }
    return MatrixPoint(corner: corner, sizes: sizes, matrices: matrices, scalars: scalars)
  }

  // MARK: Simplification

  /// The point with entries set to 0, 1 and −1 where the same entry of the value still refutes.
  private mutating func simplified(_ found: Found) -> Found {
    var best = found
    for symbol in best.point.matrices.indices {
      for k in best.point.matrices[symbol].indices {
        for simple in [0, 1, -1] where best.point.matrices[symbol][k] != 0 && best.point.matrices[symbol][k] != simple {
          var candidate = best.point
          candidate.matrices[symbol][k] = simple
          if accept(candidate, &best) { break }
        }
      }
    }
    for k in best.point.scalars.indices where !values.alphabet.scalars[k].isSize {
      let simples = values.alphabet.scalars[k].role == .constant ? [1] : [0, 1, -1]
      for simple in simples where best.point.scalars[k] != 0 && best.point.scalars[k] != simple {
        var candidate = best.point
        candidate.scalars[k] = simple
        if accept(candidate, &best) { break }
      }
    }
    return best
  }

  private mutating func accept(_ candidate: MatrixPoint, _ best: inout Found) -> Bool {
    guard values.work < Self.mostWork, let value = values.value(at: candidate), fails(value.entries[best.place]) else {
      return false
    }
    best.point = candidate
    best.value = value
    return true
  }

  // MARK: Words

  /// As a certificate writes it.
  ///
  /// - Parameter axes: of the claim's value.
  package func witness(_ found: Found, axes: Int) -> ProofEvidence.Witness {
    let (point, alphabet) = (found.point, values.alphabet)
    var texts: [String: String] = [:]
    for (k, symbol) in alphabet.symbols.enumerated() {
      let columns = point.extent(symbol.columns)
      for (position, entry) in point.matrices[k].enumerated() where entry != 0 {
        let (i, j) = (position / columns + 1, position % columns + 1)
        let name =
          switch symbol.axes {
          case 0: symbol.name
          case 1: "\(symbol.name)[\(max(i, j))]"
          default: "\(symbol.name)[\(i),\(j)]"
          }
        texts[name] = "\(entry)"
      }
    }
    for (k, scalar) in alphabet.scalars.enumerated() where !scalar.isSize && point.scalars[k] != 0 {
      texts[scalar.name] = "\(point.scalars[k])"
    }
    let entry = [found.place / found.value.columns + 1, found.place % found.value.columns + 1]
    return ProofEvidence.Witness(
      values: texts, sizes: point.sizes, entry: axes == 0 ? [] : axes == 1 ? [max(entry[0], entry[1])] : entry,
      value: "\(found.value.entries[found.place])")
  }
}
