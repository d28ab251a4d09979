import ArrayFiles
import Models
import Settings
import Verdicts

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a run has left in a directory, as far as figures are drawn from it.
struct SavedRun {
  /// The directory as it was given.
  let directory: String
  /// The settings that were given, by path, as text.
  let settings: [String: String]
  let command: String
  /// The model, in words; empty where there is none.
  let model: String
  /// The report's figures.
  let figures: [Figure]
  /// The columns of series.csv by name, the first of them `t`; empty where there is no such file.
  let series: [Series]

  /// A column of numbers.
  struct Series {
    let name: String
    let values: [Double]
  }

  /// - Throws: ``FileError`` if there is no report that can be read.
  init(_ directory: String) throws {
    self.directory = directory
    let path = "\(directory)/report.json"
    guard let saved = try? Self.decoder.decode(Saved.self, from: Data(FileBytes.read(path))) else {
      // Of a file that is not there, reading says so itself.
      _ = try FileBytes.read(path)
      throw FileError(
        .malformed, path: path, problem: "it is no report of flowcheck's",
        remedy: "name a directory that --output wrote")
    }
    command = saved.command
    settings = saved.experiment.settings
    model = saved.experiment.model ?? ""
    let all = (saved.figures ?? []) + saved.claims.flatMap { $0.figures }
    figures = all.map { $0.figure }
    series = Folder.holds(["series.csv"], in: directory) ? try Self.series("\(directory)/series.csv") : []
  }

  /// The settings as text, those too that were left to their defaults where `config.toml` says them.
  var resolved: [String: String] {
    var resolved = Settings(schema: ExperimentSchema.schema)
    // Without the file, which reports of other versions may lack, defaults are not known.
    guard (try? resolved.load(file: "\(directory)/config.toml")) != nil else { return settings }
    let paths = resolved.givenPaths
    return Dictionary(uniqueKeysWithValues: paths.compactMap { path in resolved.value(path).map { (path, $0.text) } })
      .merging(settings) { _, given in given }
  }

  /// Whether it has a column of one of these names, or of which one is the beginning.
  func holds(_ kinds: [String]) -> Bool { series.contains { Self.belongs($0.name, kinds) } }

  static func belongs(_ column: String, _ kinds: [String]) -> Bool {
    kinds.contains { $0.hasSuffix("_") ? column.hasPrefix($0) : column == $0 }
  }

  func column(_ name: String) -> [Double]? { series.first { $0.name == name }?.values }

  // MARK: Reading

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  private struct Saved: Decodable {
    struct Experiment: Decodable {
      let settings: [String: String]
      let model: String?
    }
    struct Claim: Decodable { let figures: [SavedFigure] }
    let command: String
    let experiment: Experiment
    let claims: [Claim]
    let figures: [SavedFigure]?
  }

  private struct SavedFigure: Decodable {
    struct Curve: Decodable {
      let name: String
      let role: String
      let x: [Double?]
      let y: [Double?]
    }
    let name: String
    let title: String
    let xLabel: String
    let yLabel: String
    let logX: Bool
    let logY: Bool
    let reversesX: Bool?
    let sharesY: Bool?
    let curves: [Curve]
    let panels: [SavedFigure]?

    var figure: Figure {
      Figure(
        title, name: name, xLabel: xLabel, yLabel: yLabel, logX: logX, logY: logY,
        reversesX: reversesX ?? false, sharesY: sharesY ?? false,
        curves: curves.map { curve in
          Figure.Curve(
            curve.name, x: curve.x.map { $0 ?? .nan }, y: curve.y.map { $0 ?? .nan },
            role: Figure.Curve.Role(rawValue: curve.role) ?? .measured)
        }, panels: (panels ?? []).map { $0.figure })
    }
  }

  private static func series(_ path: String) throws -> [Series] {
    let lines = String(decoding: try FileBytes.read(path), as: UTF8.self).split(separator: "\n")
    guard let header = lines.first.map(fields) else { return [] }
    var columns = [[Double]](repeating: [], count: header.count)
    for (k, line) in lines.dropFirst().enumerated() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == header.count else {
        throw FileError(
          .malformed, path: path, place: "line \(k + 2)",
          problem: "\(cells.count) columns where the header has \(header.count)",
          remedy: "run it again with --output")
      }
      for (column, cell) in cells.enumerated() { columns[column].append(Double(cell) ?? .nan) }
    }
    return zip(header, columns).map { Series(name: $0, values: $1) }
  }

  /// The names of a header, of which some stand in quotes.
  private static func fields(_ line: Substring) -> [String] {
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append(field)
        field = ""
      } else {
        field.append(character)
      }
    }
    return fields + [field]
  }
}
