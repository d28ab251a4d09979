/// Observed entries as comma-separated text.
///
/// The first line is the header `i0,i1,…,value` with as many indices as the shape has dimensions; every further line
/// holds one entry, 0-based indices and then a finite value. Lines end in LF or CRLF; blanks around fields, a UTF-8
/// byte order mark at the start and empty lines below the header are allowed; quotes, comments and other separators are for
/// ``EntryText``.
public enum EntryCSV {
  /// Reads the entries of an object of dimensions `shape`.
  ///
  /// - Throws: ``FileError``; `malformed` with the line for a wrong number of columns, what is not an integer, an index
  ///   outside the shape, a value that is not a finite number, an entry given twice (naming both lines), and for files
  ///   without data or above `memoryLimit` bytes.
  public static func read(
    _ path: String, shape: [Int], memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> EntryTable {
    try parse(try FileBytes.read(path, memoryLimit: memoryLimit), shape: shape, name: path)
  }

  /// Reads entries from bytes; `name` is what errors call the file.
  public static func parse(_ bytes: [UInt8], shape: [Int], name: String = "CSV bytes") throws(FileError) -> EntryTable {
    do throws(Malformation) {
      try checkShape(shape)
      return try withRawBytes(bytes) { (raw) throws(Malformation) in
        var parser = EntryParser(raw, shape: shape)
        let table = try parser.parse()
        if let repeated = table.firstRepeat() {
          let index = table.indices[repeated.later * shape.count..<(repeated.later + 1) * shape.count].map(String.init)
          let (earlier, later) = parser.lines(of: repeated)
          throw Malformation(
            "entry (\(index.joined(separator: ", "))) was already given in line \(earlier)",
            remedy: "keep one of the two lines", place: "line \(later)")
        }
        return table
      }
    } catch { throw error.inFile(name) }
  }

  /// Whether a text begins with the header for objects of the shape.
  public static func isOwnForm(_ bytes: [UInt8], shape: [Int]) -> Bool {
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let header = shape.indices.map { "i\($0)," }.joined() + "value"
    return bytes[start..<end].filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }.elementsEqual(header.utf8)
  }

  private static func checkShape(_ shape: [Int]) throws(Malformation) {
    if shape.isEmpty {
      throw Malformation("the shape has no dimensions", remedy: "give the shape of the object, such as 10,10")
    }
    if let dimension = shape.first(where: { $0 < 1 || $0 > Int(Int32.max) }) {
      throw Malformation(
        "shape \(shapeText(shape)) has the dimension \(dimension)",
        remedy: "give every dimension as an integer between 1 and \(Int32.max)")
    }
  }
}
