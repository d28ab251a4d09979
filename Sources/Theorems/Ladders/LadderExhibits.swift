import Verdicts

/// What a claim about a ladder shows besides its verdict.
public struct LadderExhibits {
  /// The tables of the report.
  public var tables: [Table] = []
  /// The figures of the report.
  public var figures: [Figure] = []
  /// Tables of numbers for files, by name; `series.csv` has a row per point.
  public var files: [(name: String, table: NumberTable)] = []

  /// Nothing.
  public init() {}

  init(tables: [Table], figures: [Figure] = [], files: [(name: String, table: NumberTable)] = []) {
    self.tables = tables
    self.figures = figures
    self.files = files
  }

  /// The tables of numbers as a claim's files.
  func files(of claim: String) -> [LadderFile] {
    files.map { LadderFile(claim: claim, name: $0.name, table: $0.table) }
  }
}

/// A table of numbers that a claim leaves for a file.
public struct LadderFile: Sendable {
  /// The claim's name.
  public let claim: String
  /// The file's name where nothing else is examined.
  public let name: String
  /// What the file holds.
  public let table: NumberTable

  /// A table of a claim, or of what stands for all claims together.
  public init(claim: String, name: String, table: NumberTable) {
    self.claim = claim
    self.name = name
    self.table = table
  }

  /// The file's name beside those of other claims.
  public var nameAmongOthers: String { name == "series.csv" ? "\(claim).csv" : "\(claim)-\(name)" }
}

/// Rows of numbers under names that make a CSV file.
public struct NumberTable: Sendable, Equatable {
  /// The columns' names.
  public let columns: [String]
  /// One value per column each, nil where there is none.
  public let rows: [[Double?]]

  /// Rows under the columns' names.
  public init(_ columns: [String], rows: [[Double?]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "one value per column")
    self.columns = columns
    self.rows = rows
  }
}
