#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a figure goes: its folder, its name without ending, and the format its ending names.
struct FigurePath {
  let path: String
  let folder: String
  let stem: String
  let format: FigureFormat

  /// Throws when the ending names no format or the name cannot stand in a script.
  init(_ path: String) throws(FigureError) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let dot = name.lastIndex(of: ".")
    let ending = dot.map { name[name.index(after: $0)...] } ?? ""
    guard let dot, dot > name.startIndex, let format = FigureFormat(rawValue: String(ending)) else {
      throw FigureError(
        path, "the ending names no figure format",
        remedy: "end it in \(FigureFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", "))")
    }
    guard !path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
      throw FigureError(path, "the name holds control characters", remedy: "choose a plainer name")
    }
    self.path = path
    self.format = format
    stem = String(name[..<dot])
    let folder = path.dropLast(name.count)
    self.folder = folder.isEmpty ? "." : String(folder)
  }

  /// The files a figure consists of, the figure itself last.
  var products: [String] {
    ["\(stem).csv", "\(stem).gp"] + (format == .tex ? ["\(stem).pdf"] : []) + ["\(stem).\(format.rawValue)"]
  }

  /// The file of the caption.
  var caption: String { "\(stem).caption.txt" }

  /// Throws when `stem.csv` exists without a script of ours beside it: it may be the user's data.
  func refuseForeignData() throws(FigureError) {
    guard access("\(folder)/\(stem).csv", F_OK) == 0 else { return }
    let signature = Array(GnuplotScript.signature.utf8)
    guard startOfFile("\(folder)/\(stem).gp", count: signature.count) == signature else {
      throw FigureError(
        path, "its data would replace \(stem).csv, which no figure wrote",
        remedy: "choose another name for the figure, or move that file")
    }
  }
}
