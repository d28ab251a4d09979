import Models

/// What a program says of itself at the start: what it can do, and the blocks of θ it is about.
struct Greeting: Equatable {
  /// Whether it computes products of the Hessian with a vector.
  let offersProducts: Bool
  /// The blocks, in the order of θ.
  let blocks: [ExternalBlock]

  /// A block in words: `W1 4×3`.
  var summary: String { blocks.map { "\($0.name) \($0.shapeText)" }.joined(separator: ", ") }

  /// The longest greeting that is read.
  static let longest = 1 << 20
  static let longestName = 128
  static let axisLimit = 16

  /// The payload: u32 operations (bit 0 value and gradient, bit 1 products), u32 number of blocks, and of each u32 length of
  /// its name, the name in UTF-8, u32 number of axes, u64 extents.
  ///
  /// - Returns: nil with a reason for what is none.
  static func read(_ bytes: [UInt8]) -> (greeting: Greeting?, reason: String) {
    var position = 0
    func number(_ size: Int) -> Int? {
      guard position + size <= bytes.count else { return nil }
      var value: UInt64 = 0
      for k in (0..<size).reversed() { value = value << 8 | UInt64(bytes[position + k]) }
      position += size
      return Int(exactly: value)
    }
    let cut = "a greeting that ends too early"
    guard let operations = number(4), let count = number(4) else { return (nil, cut) }
    guard operations & 1 == 1 else { return (nil, "a greeting that offers no value and gradient") }
    guard (1...4096).contains(count) else { return (nil, "a greeting of \(count) blocks") }
    var blocks: [ExternalBlock] = []
    for _ in 0..<count {
      guard let length = number(4) else { return (nil, cut) }
      guard length <= longestName, position + length <= bytes.count else {
        return (nil, "a block name of \(length) bytes")
      }
      let name = String(decoding: bytes[position..<position + length], as: UTF8.self)
      position += length
      guard isName(name) else {
        return (
          nil, "a block called '\(name)': a name has letters, digits, '_', '.' and '-', a letter, '_' or digit first"
        )
      }
      guard !blocks.contains(where: { $0.name == name }) else { return (nil, "two blocks called '\(name)'") }
      guard let axes = number(4) else { return (nil, cut) }
      guard axes <= axisLimit else { return (nil, "\(axes) axes of block \(name)") }
      var shape: [Int] = []
      for _ in 0..<axes {
        guard let extent = number(8) else { return (nil, cut) }
        shape.append(extent)
      }
      guard shape.allSatisfy({ $0 >= 1 }) else { return (nil, "a block \(name) of shape \(shape)") }
      blocks.append(ExternalBlock(name: name, shape: shape))
    }
    guard position == bytes.count else { return (nil, "a greeting with \(bytes.count - position) bytes too many") }
    return (Greeting(offersProducts: operations & 2 == 2, blocks: blocks), "")
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first.isASCII, first != ".", first != "-" else { return false }
    return name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "_.-".unicodeScalars.contains($0))
    }
  }
}

/// A block of parameters of a program: its name and shape.
public struct ExternalBlock: Equatable, Sendable {
  /// Its name.
  public let name: String
  /// Extents, the last axis running fastest; a number has none.
  public let shape: [Int]

  /// The shape in words: `4×3`.
  var shapeText: String { shape.isEmpty ? "1" : shape.map(String.init).joined(separator: "×") }

  /// A block of that name and shape.
  public init(name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}
