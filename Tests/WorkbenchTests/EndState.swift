import Foundation
import Testing

/// An initial value problem of the folder `models` with its end state, from `end-states.txt`.
struct EndState: Sendable, CustomTestStringConvertible {
  let file: String
  let until: String
  /// The largest relative error at a relative tolerance of 1e-9.
  let limit: Double
  /// Whether every component's error is beside its own size, or beside the largest component.
  let isByComponent: Bool
  let absoluteTolerance: String?
  let methods: [String]
  /// Parameters with their entries, in the file's order.
  var parameters: [(name: String, values: [Double])] = []

  var testDescription: String { file }

  static let all: [EndState] = {
    let path = CommandLine.root + "/Tests/WorkbenchTests/end-states.txt"
    var all: [EndState] = []
    for line in ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "problem" {
        all.append(EndState(words))
      } else if words[0] != "#" {
        all[all.count - 1].parameters.append((words[0], words.dropFirst().map { Double($0) ?? .nan }))
      }
    }
    return all
  }()

  private init(_ words: [String]) {
    func value(_ key: String) -> String? { words.firstIndex(of: key).map { words[$0 + 1] } }
    file = words[1]
    until = value("until") ?? ""
    limit = Double(value("limit") ?? "") ?? .nan
    isByComponent = value("by") == "component"
    absoluteTolerance = value("atol")
    methods = words.firstIndex(of: "methods").map { Array(words[($0 + 1)...]) } ?? []
  }

  /// The largest relative error of a state.
  func error(of state: [Double]) -> Double {
    let values = parameters.flatMap(\.values)
    guard state.count == values.count else { return .infinity }
    let size = values.map(abs).max() ?? 0
    return zip(state, values).map { abs($0 - $1) / (isByComponent ? abs($1) : size) }
      .reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
  }
}
