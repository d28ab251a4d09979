import FlowLanguage

/// The letters of words: matrices of any sizes, and numbers.
///
/// A letter in a word is `2 · symbol`, and `2 · symbol + 1` where it is transposed.
package final class Letters {
  /// A matrix or a number.
  package struct Symbol {
    package let name: String
    /// Rows and columns; nil of a number.
    package let sides: Sides?
    /// Whether it is a part of a data point.
    package let isInput: Bool
    /// Whether it is not known how it moves: a derivative of the loss, or a part of it that is no word.
    package let isCotangent: Bool
  }

  /// Rows and columns.
  package struct Sides: Equatable {
    package let rows: Size
    package let columns: Size

    package var transposed: Sides { Sides(rows: columns, columns: rows) }

    /// Nil of a number. A vector is one column, its transpose one row.
    package static func of(_ shape: Shape) throws(Rejection) -> Sides? {
      switch shape.sizes.count {
      case 0: return nil
      case 1:
        return shape.isRow
          ? Sides(rows: .number(1), columns: shape.sizes[0]) : Sides(rows: shape.sizes[0], columns: .number(1))
      case 2: return Sides(rows: shape.sizes[0], columns: shape.sizes[1])
      default: throw Rejection("an array of \(shape.sizes.count) axes is no matrix: give the sizes numbers")
      }
    }
  }

  package private(set) var symbols: [Symbol] = []
  private var numbers: [String: Int] = [:]
  /// Open sizes by name, as numbers.
  package private(set) var sizes: [String] = []

  /// The symbol of that name, which is made if there is none.
  package func symbol(
    _ name: String, _ shape: Shape, isInput: Bool = false, isCotangent: Bool = false
  ) throws(Rejection) -> Int {
    if let known = numbers[name] { return known }
    numbers[name] = symbols.count
    symbols.append(Symbol(name: name, sides: try Sides.of(shape), isInput: isInput, isCotangent: isCotangent))
    return symbols.count - 1
  }

  /// A symbol of its own, which no formula can name.
  package func fresh(_ shape: Shape, isCotangent: Bool) throws(Rejection) -> Int {
    symbols.append(
      Symbol(name: "# \(symbols.count)", sides: try Sides.of(shape), isInput: false, isCotangent: isCotangent))
    return symbols.count - 1
  }

  /// The number of an open size.
  package func size(_ name: String) -> Int {
    if let place = sizes.firstIndex(of: name) { return place }
    sizes.append(name)
    return sizes.count - 1
  }

  /// The rows of a letter.
  package func rows(_ letter: Int) -> Size? {
    let sides = symbols[letter >> 1].sides
    return letter & 1 == 0 ? sides?.rows : sides?.columns
  }

  /// The columns of a letter.
  package func columns(_ letter: Int) -> Size? { rows(letter ^ 1) }
}
