import ArrayFiles

/// How a file of the user's own data is read.
public struct FileReading: Sendable, Equatable {
  /// Columns and places of a text of entries.
  public var dialect = EntryDialect()
  /// A file of further entries, written like the first, that are not observed and by which a reconstruction is tested; nil for none.
  public var test: String?

  /// A CSV of indices from 0 and values, or an array.
  public init() {}

  /// Whether anything is said of how a text is written.
  var saysColumns: Bool { dialect != EntryDialect() }

  /// The name of a file without what says that it is compressed, in small letters.
  static func plainName(_ path: String) -> String {
    let lowered = path.lowercased()
    return lowered.hasSuffix(".gz") ? String(lowered.dropLast(3)) : lowered
  }

  /// Whether a file is a text of entries rather than an array. A name says so, or that columns are named; `-` is standard input.
  func isText(_ path: String) -> Bool {
    let name = Self.plainName(path)
    if path == "-" || [".csv", ".tsv"].contains(where: name.hasSuffix) { return true }
    return saysColumns && !name.hasSuffix(".npy") && !Self.isArchive(path)
  }

  /// The file that a path names, of which it may name an array.
  public static func file(of path: String) -> String { TargetArray.parts(path).file }

  /// Whether a file is an NPZ archive, or an array of one.
  static func isArchive(_ path: String) -> Bool {
    path.lowercased().hasSuffix(".npz") || path.lowercased().contains(".npz:")
  }
}

/// What the places along one dimension of the data are called.
public struct PlaceLabels: Sendable, Equatable {
  /// The heading of their column.
  public let heading: String
  /// The labels by index.
  public let labels: [String]
}

/// Which entries are observed, where the user says so one by one.
public enum ObservedMask: Sendable, Equatable {
  /// These, by 0-based index.
  case entries([[Int]])
  /// Those at which the array of a file is 1.
  case file(String)

  /// Reads index tuples such as `0,0:1,1`, or takes a text with a dot or a slash for a file.
  ///
  /// - Throws: ``Refusal`` for what is neither.
  public init(_ text: String) throws(Refusal) {
    guard !text.contains("."), !text.contains("/") else {
      self = .file(text)
      return
    }
    var entries: [[Int]] = []
    for tuple in text.split(separator: ":", omittingEmptySubsequences: false) {
      let index = tuple.split(separator: ",", omittingEmptySubsequences: false)
        .map { Int($0.filter { $0 != " " && $0 != "(" && $0 != ")" }) }
      guard !index.isEmpty, index.allSatisfy({ $0 != nil }) else {
        throw Refusal(
          "problem.mask: '\(tuple)' is no index",
          remedy: "write 0-based indices such as 0,0:0,1:1,0, or the name of a file with a dot or a slash",
          settings: ["problem.mask"])
      }
      entries.append(index.compactMap(\.self))
    }
    self = .entries(entries)
  }

  /// Flat positions of the observed entries of an object.
  ///
  /// - Throws: ``Refusal`` for entries outside it, an array of another shape or of other numbers; what reading throws.
  package func positions(in shape: [Int]) throws -> Set<Int> {
    switch self {
    case .entries(let entries):
      for index in entries where index.count != shape.count || zip(index, shape).contains(where: { $0 < 0 || $0 >= $1 })
      {
        throw Refusal(
          "problem.mask: entry \(index) is outside an object of shape \(Shapes.list(shape))",
          remedy: "count indices from 0", settings: ["problem.mask"])
      }
      return Set(entries.map { MultiIndex.position($0.map { Int32(truncatingIfNeeded: $0) }[...], shape: shape) })
    case .file(let path):
      let array = try TargetArray.plain(path)
      guard array.shape == shape else {
        throw Refusal(
          "\(path): the mask has shape \(array.shape), and the data have \(shape)",
          remedy: "give the mask one entry per entry of the data", settings: ["problem.mask"])
      }
      if let k = array.values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw Refusal(
          "\(path): entry \(MultiIndex.at(k, shape: shape)) of the mask is \(array.values[k])",
          remedy: "a mask holds 1 for an observed entry and 0 for another", settings: ["problem.mask"])
      }
      let observed = Set(array.values.indices.filter { array.values[$0] == 1 })
      guard !observed.isEmpty else {
        throw Refusal("\(path): the mask is 0 everywhere", remedy: "a mask holds 1 for an observed entry")
      }
      return observed
    }
  }
}
