import ArrayFiles
import FlowLanguage
import Models

/// The errors of a `.flow` file, every erroneous line with its place.
package struct FlowTextErrors: Error, CustomStringConvertible {
  /// In the order of the text.
  package let diagnostics: [Diagnostic]

  /// Each with the line and a caret below it.
  package var description: String { diagnostics.map(\.text).joined(separator: "\n") }
}

/// A `.flow` file that was read and checked, with numbers for the sizes that were given.
struct FlowText {
  /// The path as it was given.
  let path: String
  /// SHA-256 of its bytes.
  let digest: String
  let checked: CheckedFile
  /// The text, byte for byte.
  let content: String
  /// Numbers that were given for sizes the text leaves open.
  let values: [String: Int]
  /// The statements, for what shapes do not say.
  private let file: FlowFile

  /// Larger texts were not written by hand, and are hardly meant.
  static let largest = 1 << 20

  /// Whether a model is named by a file.
  static func isPath(_ model: String) -> Bool { model.hasSuffix(Self.ending) }

  static let ending = ".flow"

  /// The file's own name, as reports call it.
  var name: String { Self.name(path) }

  static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The folder that its data lie in.
  var folder: String { FilePlace.folder(of: path) }

  /// The paths of the data files that a text names, whatever its sizes are.
  ///
  /// - Throws: ``FileError`` for a text that cannot be read, ``Refusal`` for a data file that lies elsewhere.
  static func dataFiles(of path: String) throws -> [String] {
    let file = FlowFile.parse(try FileBytes.read(path, memoryLimit: largest), name: path)
    var paths: [String] = []
    for statement in file.statements {
      guard case .arrays(_, let entries) = statement.kind else { continue }
      for entry in entries {
        guard case .file(let source) = entry.contents else { continue }
        paths.append(try FlowArrays.path(of: source, namedBy: path))
      }
    }
    return paths
  }

  /// - Parameter sizes: `n=4` each.
  /// - Throws: ``FileError`` for a file that cannot be read, ``FlowTextErrors``, or ``Refusal`` for sizes that are none of the file's.
  init(_ path: String, sizes: [String]) throws {
    try self.init(FileBytes.read(path, memoryLimit: Self.largest), path, sizes: sizes)
  }

  /// A text that no file holds, such as a built-in model's.
  ///
  /// - Parameter name: what messages call it.
  /// - Throws: ``FlowTextErrors``.
  init(content: String, name: String, sizes: [String] = []) throws {
    try self.init([UInt8](content.utf8), name, sizes: sizes)
  }

  /// The text with claims as its last lines.
  ///
  /// - Throws: ``FlowTextErrors``, or ``Refusal`` for what is not one claim on one line.
  func claiming(_ claims: [String]) throws -> FlowText {
    if let wrong = claims.first(where: { $0.contains(where: \.isNewline) || $0.isEmpty }) {
      throw Refusal(
        "--claim \(wrong.isEmpty ? "''" : wrong) is not one line", remedy: "give one claim, such as conserved norm2(U)",
        settings: [])
    }
    let lines = claims.map { "claim \($0)\n" }.joined()
    let whole = content + (content.hasSuffix("\n") || content.isEmpty ? "" : "\n") + lines
    return try FlowText([UInt8](whole.utf8), path, sizes: values.map { "\($0.key)=\($0.value)" })
  }

  private init(_ bytes: [UInt8], _ path: String, sizes: [String]) throws {
    digest = bytes.withUnsafeBytes(SHA256.digest)
    self.path = path
    file = FlowFile.parse(bytes, name: path)
    var values: [String: Int] = [:]
    do {
      values = try Self.values(of: sizes, in: file, path)
    } catch {
      // A line that is no statement may be the one that was to name the size: what is wrong with the file comes first.
      let own = file.check(sizes: [:])
      throw own.file == nil ? FlowTextErrors(diagnostics: own.diagnostics) : error
    }
    let check = file.check(sizes: values)
    guard let checked = check.file else { throw FlowTextErrors(diagnostics: check.diagnostics) }
    guard checked.declarations.contains(where: { $0.role == .parameter }) else {
      throw Refusal("\(path) has no parameters", remedy: "declare what moves, such as param x[3]", settings: [])
    }
    self.checked = checked
    content = String(decoding: bytes, as: UTF8.self)
    self.values = values
  }

  private static func values(of sizes: [String], in file: FlowFile, _ path: String) throws(Refusal) -> [String: Int] {
    var declared: [String: Int?] = [:]
    for statement in file.statements {
      if case .sizes(let entries) = statement.kind {
        for entry in entries { declared[entry.name.text] = .some(entry.value) }
      }
    }
    let open = declared.filter { $0.value == nil }.keys.sorted()
    var values: [String: Int] = [:]
    for item in sizes {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let value = Int(parts[1]), value >= 1 else {
        throw Refusal(
          "problem.size: '\(item)' gives no size a number", remedy: "write problem.size as name=number, such as n=4")
      }
      let name = parts[0]
      guard let own = declared[name] else {
        throw Refusal(
          "problem.size: \(path) has no size '\(name)'",
          remedy: open.isEmpty ? "drop it: no size of the file is open" : "choose from: \(open.joined(separator: ", "))"
        )
      }
      if let own, own != value {
        throw Refusal("problem.size: \(path) says that \(name) is \(own)", remedy: "drop it, or write 'dim \(name)'")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw Refusal("problem.size: \(name) is given twice", remedy: "give it once")
      }
    }
    return values
  }
}
