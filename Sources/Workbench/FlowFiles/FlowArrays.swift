import ArrayFiles
import FlowLanguage
import GSLBridge
import Models

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The numbers that a `.flow` file does not say itself: from the files it names, or drawn.
struct FlowArrays {
  /// By name.
  private(set) var data: [String: [Double]] = [:]
  /// The data points, where there are inputs.
  private(set) var points: DataPoints?
  /// The files that were read: the names that the text has for them, and their paths.
  private(set) var files: [(name: String, path: String)] = []
  /// What was read and drawn, a phrase each.
  private(set) var phrases: [String] = []

  /// One phrase for reports.
  var summary: String { phrases.isEmpty ? "every number stands in the file" : phrases.joined(separator: "; ") }

  /// Data points where no file says how many there are.
  static let drawnPoints = 8

  /// Reads files and draws the rest: entries N(0, 1) from the streams `flow/NAME` under the seed; constants that the flow names
  /// uniform in [1/4, 1), so that what they damp neither stops at once nor hardly moves.
  ///
  /// - Throws: ``FileError`` for files that cannot be read, ``Refusal`` for arrays that do not fit.
  init(_ text: FlowText, seed: UInt64) throws {
    let file = text.checked
    guard file.openSizes.isEmpty else { return }
    let constants = Set(file.declarations.filter { $0.role == .constant }.map(\.name))
    var inputs: [String: [Double]] = [:]
    var count: (value: Int, name: String)?
    var open: [NeededArray] = []
    for array in file.neededArrays {
      guard let source = array.file else {
        open.append(array)
        continue
      }
      let found = try Self.read(source, text)
      files.append((source.path, found.path))
      let own = array.shape.reduce(1, *)
      let place = "\(text.path):\(array.position.line):\(array.position.column)"
      if array.isInput {
        let rows = found.array.shape.first ?? 1
        guard rows >= 1, found.array.values.count == rows * own,
          Self.fits(Array(found.array.shape.dropFirst()), array.shape)
        else {
          throw Refusal(
            "\(place): \(source.text) has the shape \(Self.text(found.array.shape)), and '\(array.name)' wants one row per data point, "
              + "n×\(Self.text(array.shape))", remedy: "give \(own) number\(own == 1 ? "" : "s") a point", settings: [])
        }
        if let known = count, known.value != rows {
          throw Refusal(
            "\(place): \(source.text) has \(rows) data points and \(known.name) \(known.value)",
            remedy: "give every input as many", settings: [])
        }
        count = (rows, source.text)
        inputs[array.name] = found.array.values
      } else {
        guard Self.fits(found.array.shape, array.shape), found.array.values.count == own else {
          throw Refusal(
            "\(place): \(source.text) has the shape \(Self.text(found.array.shape)), and '\(array.name)' is \(Self.text(array.shape))",
            remedy: "give \(own) number\(own == 1 ? "" : "s") in that shape", settings: [])
        }
        data[array.name] = found.array.values
      }
      phrases.append("\(array.name) from \(source.text)")
    }
    let points = count?.value ?? Self.drawnPoints
    var drawn: [String] = []
    for array in open {
      let numbers = (array.isInput ? points : 1) * array.shape.reduce(1, *)
      try MemoryLimit.check([numbers], what: "'\(array.name)'", remedy: "use smaller sizes with problem.size")
      var stream = RandomStream(seed: seed, name: "flow/\(array.name)")
      if constants.contains(array.name) {
        let value = 0.25 + 0.75 * stream.uniform()
        data[array.name] = [value]
        phrases.append("\(array.name) = \(value) drawn, seed \(seed)")
        continue
      }
      let values = (0..<numbers).map { _ in stream.gaussian() }
      if array.isInput { inputs[array.name] = values } else { data[array.name] = values }
      drawn.append(array.name)
    }
    if !drawn.isEmpty { phrases.append("\(drawn.joined(separator: ", ")) drawn, seed \(seed)") }
    if !inputs.isEmpty {
      self.points = DataPoints(count: points, values: inputs)
      phrases.append("\(points) data point\(points == 1 ? "" : "s")")
    }
  }

  /// A file of numbers and the array that is meant.
  private static func read(_ source: DataFile, _ text: FlowText) throws -> (path: String, array: DenseArray) {
    let path = try path(of: source, namedBy: text.path)
    let array: DenseArray
    switch source.format {
    case .csv: array = try MatrixCSV.read(path)
    case .npy: array = try NumpyFile.readNPY(path)
    case .npz(let member):
      let archive = try NumpyFile.readArchive(path)
      guard let found = try archive.array(member) else {
        throw Refusal(
          "\(path): there is no array '\(member)'", remedy: "choose from: \(archive.names.joined(separator: ", "))",
          settings: [])
      }
      array = found
    }
    if let k = array.values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(
        .malformed, path: path, problem: "number \(k + 1) is \(array.values[k])", remedy: "make every number finite")
    }
    return (path, array)
  }

  /// Where a file is that a text of that path names.
  ///
  /// - Throws: ``Refusal`` for one that lies elsewhere.
  static func path(of source: DataFile, namedBy text: String) throws(Refusal) -> String {
    let folder = FilePlace.folder(of: text)
    let path = folder == "." && !text.hasPrefix("./") ? source.path : "\(folder)/\(source.path)"
    try checkFolder(path, folder, source)
    return path
  }

  /// Refuses a file that lies elsewhere, whatever links lead to it.
  private static func checkFolder(_ path: String, _ folder: String, _ source: DataFile) throws(Refusal) {
    // What is not there is reported by whoever reads it.
    guard let file = resolved(path), let base = resolved(folder) else { return }
    let inside = base == "/" ? file.hasPrefix("/") : file.hasPrefix(base + "/")
    guard inside else {
      throw Refusal(
        "\(path) leads out of the folder of the .flow file", remedy: "copy \(source.path) into that folder",
        settings: [])
    }
  }

  private static func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// Whether a file's array may stand for one of a shape: axes of length 1 do not count.
  private static func fits(_ found: [Int], _ wanted: [Int]) -> Bool {
    found.filter { $0 != 1 } == wanted.filter { $0 != 1 }
  }

  /// A shape as messages name it, such as `4×2`.
  static func text(_ shape: [Int]) -> String { shape.isEmpty ? "1" : shape.map { "\($0)" }.joined(separator: "×") }
}
