import ArrayFiles
import Models
import Settings

/// The folder of published experiments: `experiments` beside the program or above it, or in `share/flowcheck` of an installation.
package struct ReproductionFolder {
  private let folders: [String]

  /// - Parameter program: the program's own path.
  package init(program: String) {
    var folders: [String] = []
    var folder = FilePlace.folder(of: program)
    for _ in 0..<6 {
      folders += ["\(folder)/share/flowcheck/experiments", "\(folder)/experiments"]
      let outer = FilePlace.folder(of: folder)
      if outer == folder || outer == "." { break }
      folder = outer
    }
    self.folders = folders + ["experiments"]
  }

  /// The first of the folders that holds reproductions, with their files by name.
  package var files: [(name: String, path: String, heading: String)] {
    for folder in folders where Folder.exists(folder) {
      let found = Folder.names(folder).filter { $0.hasSuffix(".toml") }.compactMap { file in
        Reproduction.heading(of: "\(folder)/\(file)").map {
          (name: file.withoutSuffix(".toml"), path: "\(folder)/\(file)", heading: $0)
        }
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The files that names stand for: `all`, an experiment's name, or a path of a file.
  ///
  /// - Throws: ``Refusal`` for a name that none has.
  package func paths(_ names: [String]) throws(Refusal) -> [String] {
    // Every file is read to list them, which a path does not need.
    lazy var files = self.files
    var paths: [String] = []
    for name in names {
      if name.hasSuffix(".toml") {
        paths.append(name)
      } else if name == "all", !files.isEmpty {
        paths += files.map(\.path)
      } else if let file = files.first(where: { $0.name.lowercased() == name.lowercased() }) {
        paths.append(file.path)
      } else {
        let known = files.map(\.name).joined(separator: ", ")
        throw Refusal(
          "there is no experiment '\(name)'",
          remedy: known.isEmpty ? "name a file that ends in .toml" : "choose from: all, \(known); or a file .toml",
          settings: [])
      }
    }
    return paths
  }
}
