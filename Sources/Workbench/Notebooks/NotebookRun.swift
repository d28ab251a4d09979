import ArrayFiles
import FlowODE
import Models
import Presentation

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a notebook's cells in a folder made for it, and says where what they print is not what the notebook has recorded.
package struct NotebookRun {
  /// This program's path.
  private let program: String
  private let allowsPrograms: Bool
  /// Seconds that a command may take.
  private let timeLimit: Double
  /// What Swift cells are compiled against; nil where there is no such build.
  private let build: CheckoutBuild?

  package init(program: String, allowsPrograms: Bool = false, timeLimit: Double = 600) {
    self.program = program
    self.allowsPrograms = allowsPrograms
    build = CheckoutBuild(of: program)
    self.timeLimit = timeLimit
  }

  /// What a run of a notebook came to.
  package struct Outcome: Sendable {
    /// The notebook as it should be.
    package let text: String
    /// What differs from what is recorded: the place, and a line each of what stands there and what was printed.
    package let differences: [Difference]
    /// How many commands were run.
    package let commands: Int
    /// Figures that are to be put in place, by the path that the text has for them.
    package let figures: [(path: String, files: [(name: String, bytes: [UInt8])])]
    /// What was not run, and why.
    package let skipped: [String]
  }

  /// A place at which a notebook is stale.
  package struct Difference: Sendable, CustomStringConvertible {
    let place: String
    let recorded: String
    let printed: String

    package var description: String { "\(place): recorded  \(recorded)\n\(place): printed   \(printed)" }
  }

  /// - Throws: ``Refusal`` for cells that cannot be run, ``FileError``, ``Interrupted``.
  package func run(_ path: String) throws -> Outcome {
    let bytes = try FileBytes.read(path, memoryLimit: 16 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(.malformed, path: path, problem: "it is not UTF-8", remedy: "save it as UTF-8")
    }
    var notebook = Notebook(text, path: path)
    let scratch = try Scratch(for: notebook)
    defer { scratch.remove() }
    var differences: [Difference] = []
    var (count, status) = (0, Int32(0))
    var skipped: [String] = []
    for p in notebook.parts.indices {
      switch notebook.parts[p] {
      case .text, .swift, .output: break
      case .file(let name, let lines, let place, _): try scratch.write(lines, to: name, place: "\(path):\(place)")
      case .console(let opening, var commands, let closing):
        for k in commands.indices {
          let command = try NotebookCommand(commands[k], path: path, allowsPrograms: allowsPrograms)
          let printed: [String]
          if command.asksForStatus {
            printed = ["\(status)"]
          } else {
            (printed, status) = try run(command.arguments, in: scratch, place: "\(path):\(commands[k].line)")
            count += 1
          }
          guard let first = RecordedText.difference(commands[k].output, printed) else { continue }
          let row = commands[k].line + commands[k].typed.count + first
          differences.append(
            Difference(
              place: "\(path):\(row)",
              recorded: first < commands[k].output.count ? commands[k].output[first] : "(nothing)",
              printed: first < printed.count ? printed[first] : "(nothing)"))
          commands[k].output = printed
        }
        notebook.parts[p] = .console(opening: opening, commands: commands, closing: closing)
      }
    }
    try runCells(of: &notebook, scratch, &differences, &skipped)
    let figures = try figures(of: notebook, scratch, &differences)
    return Outcome(
      text: notebook.text, differences: differences, commands: count, figures: figures, skipped: skipped)
  }

  /// Runs the Swift cells, if that is allowed, and compares what each printed with the output block behind it.
  private func runCells(
    of notebook: inout Notebook, _ scratch: Scratch, _ differences: inout [Difference], _ skipped: inout [String]
  ) throws {
    guard let cells = NotebookProgram(notebook) else { return }
    func skip(_ reason: String) { skipped += cells.places.map { "\($0): a Swift cell, \(reason)," } }
    guard allowsPrograms else { return skip("which is a program and needs --allow-program") }
    guard let build else { return skip("which needs the checkout that flowcheck was built in") }
    guard let all = try cells.run(build, in: scratch.folder, own: scratch.own.path, timeLimit: timeLimit) else {
      return skip("which needs swiftc in PATH")
    }
    var printed = all[...]
    // What cells print that have no output block of their own belongs to the next one.
    var (lines, line): ([String], Int) = ([], 1)
    for p in notebook.parts.indices {
      let begins = line
      line += notebook.parts[p].lineCount
      switch notebook.parts[p] {
      case .swift: lines += printed.popFirst() ?? []
      case .output(let opening, let recorded, _, let closing):
        if let first = RecordedText.difference(recorded, lines) {
          differences.append(
            Difference(
              place: "\(notebook.path):\(begins + 1 + first)",
              recorded: first < recorded.count ? recorded[first] : "(nothing)",
              printed: first < lines.count ? lines[first] : "(nothing)"))
          notebook.parts[p] = .output(opening: opening, lines: lines, line: begins, closing: closing)
        }
        lines = []
      case .text, .console, .file: break
      }
    }
  }

  /// Runs a command to its end.
  private func run(
    _ arguments: [String], in scratch: Scratch, place: String
  ) throws -> (lines: [String], status: Int32) {
    let log = scratch.own.path + "/.printed"
    let outcome = runProgram(program, arguments: arguments, log: log, timeout: timeLimit, directory: scratch.folder)
    let text = String(decoding: try FileBytes.read(log), as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    switch outcome {
    case .exited(let status): return (lines, status)
    case .interrupted: throw Interrupted()
    case .timedOut:
      throw Refusal("\(place): the command took more than \(Int(timeLimit)) s", remedy: "use a smaller example")
    case .signaled(let signal):
      throw Refusal("\(place): the command ended by signal \(signal)", remedy: "please report the command")
    case .notStarted(let code):
      throw FileError(
        .unreadable, path: program, problem: String(cString: strerror(code)), remedy: "check the program's path")
    }
  }

  // MARK: Figures

  /// The figures that commands have drawn and that the text shows; those whose data are not what stands beside the shown file are stale.
  private func figures(
    of notebook: Notebook, _ scratch: Scratch, _ differences: inout [Difference]
  ) throws -> [(path: String, files: [(name: String, bytes: [UInt8])])] {
    var drawn: [(String, [(String, [UInt8])])] = []
    let folder = FilePlace.folder(of: notebook.path)
    for (path, line) in notebook.figures {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let stem = String(name.dropLast(4))
      guard Folder.holds([name, "\(stem).csv"], in: scratch.folder) else { continue }
      guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
        throw Refusal(
          "\(notebook.path):\(line): the figure \(path) leaves the notebook's folder", remedy: "keep it below")
      }
      let files = try [name, "\(stem).csv", "\(stem).gp"].map { file in
        (file, try FileBytes.read("\(scratch.folder)/\(file)"))
      }
      let shown = "\(folder)/\(path.dropLast(name.count))"
      let known = try? FileBytes.read("\(shown)\(stem).csv")
      if Folder.holds([name], in: shown), let known, FigureRows.areAlike(known, files[1].1) { continue }
      differences.append(
        Difference(
          place: "\(notebook.path):\(line)",
          recorded: known == nil ? "(no figure \(path))" : "the figure \(path) with other data",
          printed: "a figure of \(files[1].1.count { $0 == UInt8(ascii: "\n") } - 1) rows"))
      drawn.append((path, files))
    }
    return drawn
  }

  /// Puts a notebook and its figures in place.
  ///
  /// - Throws: ``FileError`` if they cannot be written.
  package static func update(_ path: String, _ outcome: Outcome) throws {
    let folder = FilePlace.folder(of: path)
    for (figure, files) in outcome.figures {
      let name = figure.split(separator: "/").last.map(String.init) ?? figure
      let place = "\(folder)/\(figure.dropLast(name.count))"
      if place != "\(folder)/" { try Folder.make(String(place.dropLast())) }
      for (file, bytes) in files { try AtomicFile.write(bytes, to: place + file) }
    }
    let known = try FileBytes.read(path)
    if known != Array(outcome.text.utf8) { try AtomicFile.write(outcome.text, to: path) }
  }
}

/// The data of two figures, number by number: what differs by less than a hundredth is drawn alike.
private enum FigureRows {
  static func areAlike(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    let (first, second) = (rows(a), rows(b))
    return first.count == second.count
      && zip(first, second).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy(isAlike) }
  }

  private static func rows(_ bytes: [UInt8]) -> [[Substring]] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }

  private static func isAlike(_ a: Substring, _ b: Substring) -> Bool {
    guard a != b else { return true }
    guard let x = Double(a), let y = Double(b) else { return false }
    return abs(x - y) <= 0.01 * max(abs(x), abs(y)) || max(abs(x), abs(y)) <= RecordedText.roundoff
  }
}

/// The folder in which a notebook's commands run, with copies of what they read.
private struct Scratch {
  let own: TemporaryFolder
  /// Where commands run.
  let folder: String

  /// The most bytes of data that are copied.
  private static let limit = 256 << 20

  init(for notebook: Notebook) throws {
    own = try TemporaryFolder("notebook")
    folder = own.path + "/work"
    try Folder.make(folder)
    do { try copyInputs(of: notebook) } catch {
      remove()
      throw error
    }
  }

  /// Files that commands name and that stand beside the notebook, or in the project it belongs to.
  private func copyInputs(of notebook: Notebook) throws {
    var copied: Set<String> = []
    var bytes = 0
    for part in notebook.parts {
      guard case .console(_, let commands, _) = part else { continue }
      for word in commands.flatMap({ $0.text.split(whereSeparator: { " =:'\"".contains($0) }) }).map(String.init)
      where !word.hasPrefix("-") && !word.hasPrefix("/") && !word.split(separator: "/").contains("..")
        && copied.insert(word).inserted
      {
        guard let source = Self.roots(of: notebook.path).map({ "\($0)/\(word)" }).first(where: Self.isFile) else {
          continue
        }
        let contents = try FileBytes.read(source, memoryLimit: Self.limit)
        bytes += contents.count
        guard bytes <= Self.limit else {
          throw Refusal(
            "\(notebook.path): its commands read more than \(Self.limit >> 20) MiB", remedy: "use smaller data")
        }
        var made = folder
        for piece in word.split(separator: "/").dropLast() {
          made += "/\(piece)"
          try Folder.make(made)
        }
        try Folder.write(contents, to: "\(folder)/\(word)")
      }
    }
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The notebook's folder, and the project it belongs to: the nearest folder above that has a `Package.swift` or a `.git`.
  private static func roots(of path: String) -> [String] {
    let own = FilePlace.folder(of: path)
    var above = own
    for _ in 0..<8 {
      if ["Package.swift", ".git"].contains(where: { access("\(above)/\($0)", F_OK) == 0 }) { return [own, above] }
      above += "/.."
    }
    return [own]
  }

  func write(_ lines: [String], to name: String, place: String) throws {
    guard !name.contains("/"), name != ".", name != ".." else {
      throw Refusal("\(place): '\(name)' is no file's name", remedy: "name a file without folders")
    }
    try AtomicFile.write(lines.map { $0 + "\n" }.joined(), to: "\(folder)/\(name)")
  }

  func remove() { own.remove() }
}
