import ArrayFiles
import ExternalModels
import FlowODE
import Models
import Settings

/// What a run started from, as SHA-256 digests: by them it can be told whether another run had the same.
package struct InputDigests: Sendable {
  /// Of the `.flow` file's bytes; nil for a family of models.
  package let model: String?
  /// Of the bytes of every data file that the `.flow` file reads, by the name it has there.
  let modelData: [Provenance.DataFile]
  /// Of the bytes of every file among the words of a program that computes the model. What it reads besides, nobody knows.
  let programFiles: [Provenance.DataFile]
  /// Of the data file's bytes; nil for a generated target.
  package let data: String?
  /// Of the bytes of the mask's file and of the test's; nil where none was given.
  let mask: String?
  let testData: String?
  /// Of the start file's bytes; nil for a drawn start.
  package let startFile: String?
  /// Of the bytes of the files of inputs, targets and sensing operators; nil where none was given.
  package let inputs: String?
  package let targets: String?
  package let sensing: String?
  /// Of θ(0) as little-endian doubles, block after block, row-major.
  package let parameters: String

  /// - Parameters:
  ///   - files: those that the `.flow` file reads: the names it has for them, and their paths.
  ///   - program: the one that a `.flow` file names; nil for the settings'.
  /// - Throws: ``FileError`` if a file can no longer be read.
  package init(
    _ experiment: Experiment, settings: Settings, data files: [(name: String, path: String)] = [],
    program: ProgramWords? = nil
  ) throws(FileError) {
    func digest(_ key: SettingKey<String>) throws(FileError) -> String? {
      try settings[key].map { (path) throws(FileError) in try Self.digest(ofFile: path) }
    }
    model = settings[.model].map(FlowText.isPath) == true ? try digest(.model) : nil
    var read: [Provenance.DataFile] = []
    for file in files where !read.contains(where: { $0.file == file.name }) {
      read.append(Provenance.DataFile(file: file.name, sha256: try Self.digest(ofFile: file.path)))
    }
    modelData = read
    programFiles = Self.files(of: program ?? settings[.program].flatMap { try? ProgramWords($0) })
    data = try digest(.data)
    let maskFile = settings[.mask].flatMap { text -> String? in
      if case .file(let path)? = try? ObservedMask(text) { path } else { nil }
    }
    mask = try maskFile.map { (path) throws(FileError) in try Self.digest(ofFile: path) }
    testData = try digest(.testData)
    startFile = try digest(.startFile)
    inputs = try digest(.inputs)
    targets = try digest(.targets)
    sensing = try digest(.sensing)
    parameters = experiment.start.map(\.bitPattern.littleEndian).withUnsafeBytes(SHA256.digest)
  }

  /// All of them as one text.
  var text: String {
    let files = (modelData + programFiles).map { "\($0.file) \($0.sha256)" }
    let digests = [model, data, mask, testData, startFile, inputs, targets, sensing, parameters]
    return (digests.map { $0 ?? "none" } + files).joined(separator: "\n")
  }

  /// A word without a slash is a program in PATH where it stands first, and otherwise may name a file here. Words that name no file that can
  /// be read are arguments of another kind.
  private static func files(of program: ProgramWords?) -> [Provenance.DataFile] {
    var found: [Provenance.DataFile] = []
    for (position, word) in (program?.words ?? []).enumerated()
    where (position > 0 || word.contains("/")) && !found.contains(where: { $0.file == word }) {
      guard let bytes = try? FileBytes.read(word, memoryLimit: programLimit) else { continue }
      found.append(Provenance.DataFile(file: word, sha256: bytes.withUnsafeBytes(SHA256.digest)))
    }
    return found
  }

  /// Larger files among a program's words are data rather than programs.
  private static let programLimit = 256 << 20

  /// Of `FILE.npz:NAME` that of the file.
  static func digest(ofFile path: String) throws(FileError) -> String {
    try FileBytes.read(FileReading.file(of: path)).withUnsafeBytes(SHA256.digest)
  }
}
