import TOMLKit

/// The values of a TOML text with the line of each, in the order of their lines.
struct TOMLDocument {
  /// One value and its key. A table without keys is a leaf too, so that a mistyped `[table]` is noticed.
  struct Leaf {
    let keys: [String]
    /// `name:line`, or the name alone where the line is not known.
    let place: String
    let line: Int
    /// The value; for a kind no setting has (dates, tables, nested lists) the error to report.
    let value: Result<SettingValue, SettingsError>
    let isEmptyTable: Bool
  }

  let leaves: [Leaf]

  /// Parses `bytes`. Throws for invalid UTF-8, NUL bytes, syntax errors, duplicate keys, arrays of tables and nesting
  /// deeper than `KeyScanner.depthLimit`.
  init(_ bytes: [UInt8], name: String) throws(SettingsError) {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw Self.encodingError(bytes, name: name)
    }
    let lines: [KeyScanner.Path: Int]
    do throws(KeyScanner.Refusal) {
      lines = try KeyScanner(bytes).lines
    } catch {
      throw SettingsError(place: "\(name):\(error.line)", problem: error.problem, remedy: error.remedy)
    }
    let root: TOMLTable
    do {
      root = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let line = error.source.begin.line
      throw SettingsError(
        place: line > 0 ? "\(name):\(line)" : name, problem: "not valid TOML: \(error.description)",
        remedy: "correct the line (a text needs quotes, a key may stand only once)")
    } catch {
      throw SettingsError(place: name, problem: "not valid TOML: \(error)", remedy: "correct the file")
    }
    var leaves: [Leaf] = []
    Self.collect(root, at: [], lines: lines, name: name, into: &leaves)
    // Equal lines (an inline table) keep the order of their keys.
    self.leaves = leaves.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(
      \.element)
  }

  private static func collect(
    _ table: TOMLTable, at path: [String], lines: [KeyScanner.Path: Int], name: String, into leaves: inout [Leaf]
  ) {
    for key in table.keys {
      let keys = path + [key]
      let line = lines[keys]
      let place = line.map { "\(name):\($0)" } ?? name
      let node = table[key]
      let inner = node?.table
      if let inner, !inner.isEmpty {
        collect(inner, at: keys, lines: lines, name: name, into: &leaves)
        continue
      }
      let value: Result<SettingValue, SettingsError>
      do throws(Misfit) {
        value = .success(try scalarOrList(node))
      } catch {
        value = .failure(
          SettingsError(
            place: place, problem: "\(keys.joined(separator: ".")): \(error.problem)", remedy: error.remedy))
      }
      leaves.append(Leaf(keys: keys, place: place, line: line ?? 0, value: value, isEmptyTable: inner != nil))
    }
  }

  private static func scalarOrList(_ node: (any TOMLValueConvertible)?) throws(Misfit) -> SettingValue {
    guard let array = node?.array else { return try scalar(node) }
    var items: [SettingValue] = []
    for index in 0..<array.count { items.append(try scalar(array[index])) }
    return .list(items)
  }

  private static func scalar(_ node: (any TOMLValueConvertible)?) throws(Misfit) -> SettingValue {
    if let value = node?.int { return .integer(value) }
    if let value = node?.double { return .number(value) }
    if let value = node?.bool { return .boolean(value) }
    if let value = node?.string { return .text(value) }
    let found =
      switch node?.type {
      case .array: "a list inside a list"
      case .table: "a table"
      case .date, .time, .dateTime: "a date or time"
      default: "a value of no known kind"
      }
    throw Misfit(
      problem: "\(found) is no setting's value", remedy: "write a number, a text in quotes, or a list of them")
  }

  private static func encodingError(_ bytes: [UInt8], name: String) -> SettingsError {
    var line = 1
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    scan: while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded):
        guard encoded.first != 0 else {
          return SettingsError(
            place: "\(name):\(line)", problem: "a NUL byte: this is not a text file",
            remedy: "check that this is the file you meant, saved as UTF-8")
        }
        if encoded.first == UInt8(ascii: "\n") { line += 1 }
      case .error, .emptyInput: break scan
      }
    }
    return SettingsError(
      place: "\(name):\(line)", problem: "bytes that are not UTF-8", remedy: "save the file as UTF-8")
  }
}
