import ArrayFiles
import FlowODE
import Models
import Presentation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The Swift cells of a notebook: one program, compiled against the build of the checkout that this program comes from.
///
/// Cells share their names, as the text reads from top to bottom. Errors of the compiler name the notebook's own lines.
struct NotebookProgram {
  /// A Swift cell: its code, and the line of the file that the code begins on.
  struct Cell {
    let lines: [String]
    let line: Int
  }

  private let path: String
  private let cells: [Cell]

  /// Nil where the notebook has no Swift cell.
  init?(_ notebook: Notebook) {
    var (cells, line): ([Cell], Int) = ([], 1)
    for part in notebook.parts {
      if case .swift(let lines, _, _) = part { cells.append(Cell(lines: lines, line: line + 1)) }
      line += part.lineCount
    }
    guard !cells.isEmpty else { return nil }
    (path, self.cells) = (notebook.path, cells)
  }

  /// The places of the cells, for messages.
  var places: [String] { cells.map { "\(path):\($0.line - 1)" } }

  /// Ends what a cell prints: a group separator, which no text has.
  private static let mark = "\u{1D}"

  /// The program: every cell behind its place, and a mark on a line of its own after what it prints.
  var source: String {
    let file = path.unicodeScalars.map { scalar in
      scalar == "\"" || scalar == "\\" || scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }.joined()
    return cells.map { cell in
      "#sourceLocation(file: \"\(file)\", line: \(cell.line))\n" + cell.lines.map { $0 + "\n" }.joined()
        + "#sourceLocation()\nprint(\"\\n\\u{1D}\")\n"
    }.joined()
  }

  /// Compiles and runs the program.
  ///
  /// - Parameters:
  ///   - build: where this program was built.
  ///   - folder: where it runs.
  ///   - own: where its files go.
  /// - Returns: what each cell printed, line by line; nil where there is no compiler.
  /// - Throws: ``Refusal`` for code that does not compile or ends early, with its place; ``FileError``; ``Interrupted``.
  func run(_ build: CheckoutBuild, in folder: String, own: String, timeLimit: Double) throws -> [[String]]? {
    let (code, program, log) = ("\(own)/main.swift", "\(own)/cells", "\(own)/.cells")
    try AtomicFile.write(source, to: code)
    try AtomicFile.write(build.objects.map { "\"\($0)\"\n" }.joined(), to: "\(own)/objects")
    switch runProgram(
      "swiftc", arguments: build.flags + [code, "@\(own)/objects", "-o", program], log: log, timeout: timeLimit)
    {
    case .exited(0): break
    case .interrupted: throw Interrupted()
    case .timedOut: throw tooLong()
    case .notStarted: return nil
    case .exited, .signaled: throw try uncompiled(log)
    }
    let outcome = runProgram(program, arguments: [], log: log, timeout: timeLimit, directory: folder)
    let text = String(decoding: try FileBytes.read(log, memoryLimit: 64 << 20), as: UTF8.self)
    let parts = text.split(separator: "\n\(Self.mark)\n", omittingEmptySubsequences: false)
    switch outcome {
    case .exited(0) where parts.count == cells.count + 1: break
    case .interrupted: throw Interrupted()
    case .timedOut: throw tooLong()
    default:
      let place = places[min(max(0, parts.count - 1), cells.count - 1)]
      let last = parts.last.flatMap { $0.split(separator: "\n").last }.map { ": \($0.prefix(300))" } ?? ""
      throw Refusal("\(place): the program ended within this cell\(last)", remedy: "let every cell run to its end")
    }
    return parts.dropLast().map { part in
      // The mark's own line end stands before it.
      var lines = part.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      while lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
  }

  private func tooLong() -> Refusal {
    Refusal("\(places[0]): the Swift cells took too long", remedy: "use a smaller example, or a larger --time-limit")
  }

  /// The first error of the compiler, whose place is the notebook's.
  private func uncompiled(_ log: String) throws -> Refusal {
    let text = String(decoding: try FileBytes.read(log, memoryLimit: 64 << 20), as: UTF8.self)
    let lines = text.split(separator: "\n")
    let error = lines.first { $0.contains(": error: ") } ?? lines.last ?? "the compiler says nothing"
    let words = error.hasPrefix("\(path):") ? String(error) : "\(places[0]): \(error)"
    return Refusal(String(words.prefix(500)), remedy: "mend the cell")
  }
}

/// The build of a checkout: what a program needs that uses its libraries.
package struct CheckoutBuild: Sendable {
  /// Words for the compiler.
  let flags: [String]
  /// The object files of the libraries.
  let objects: [String]

  /// The build that a program at that path comes from; nil where it stands in none.
  package init?(of program: String) {
    guard let real = realpath(program, nil) else { return nil }
    defer { free(real) }
    let build = FilePlace.folder(of: String(cString: real))
    var root = build
    for _ in 0..<8 where access("\(root)/Package.swift", F_OK) != 0 { root = FilePlace.folder(of: root) }
    guard access("\(root)/Package.swift", F_OK) == 0, access("\(build)/Modules", F_OK) == 0,
      let list = try? FileBytes.read("\(build)/flowcheck.product/Objects.LinkFileList")
    else { return nil }
    // Paths with blanks stand in quotes there.
    objects = String(decoding: list, as: UTF8.self).split(separator: "\n").map { $0.filter { $0 != "'" } }
      .filter { !$0.contains("/flowcheck.build/") }
    let sources = "\(root)/Sources"
    // C libraries that the modules import: those of the system have a map beside the sources, our own one in the build.
    let maps = ["GSLBridge/CGSL", "GSLBridge/COpenBLAS", "ArrayFiles/CZlib", "CMath"].map { "\(sources)/\($0)" }
    let own = Folder.names(build).filter {
      $0.hasSuffix(".build") && access("\(build)/\($0)/module.modulemap", F_OK) == 0
        && access("\(sources)/\($0.dropLast(6))/include", F_OK) == 0
    }
    // What objects of C need does not stand in them; balls are a library of their own beside FLINT 2.
    let balls = access("/usr/include/arb.h", F_OK) == 0 ? ["-lflint-arb"] : []
    flags =
      ["-O", "-swift-version", "6", "-I", "\(build)/Modules"]
      + (maps + own.map { "\(build)/\($0)" }).flatMap { ["-Xcc", "-fmodule-map-file=\($0)/module.modulemap"] }
      + own.flatMap { ["-I", "\(sources)/\($0.dropLast(6))/include"] }
      + balls + ["-lflint", "-lgmp"]
  }
}
