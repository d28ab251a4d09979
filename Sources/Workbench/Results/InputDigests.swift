import ArrayFiles
import FlowODE
import Settings

/// What a run started from, as SHA-256 digests: by them it can be told whether another run had the same.
package struct InputDigests: Sendable {
  /// Of the `.flow` file's bytes; nil for a family of models.
  package let model: String?
  /// Of the bytes of every data file that the `.flow` file reads, by the name it has there.
  let modelData: [Provenance.DataFile]
  /// Of the data file's bytes; nil for a generated target.
  package let data: String?
  /// Of the start file's bytes; nil for a drawn start.
  package let startFile: String?
  /// Of the bytes of the files of inputs, targets and sensing operators; nil where none was given.
  package let inputs: String?
  package let targets: String?
  package let sensing: String?
  /// Of θ(0) as little-endian doubles, block after block, row-major.
  package let parameters: String

  /// - Parameter files: those that the `.flow` file reads: the names it has for them, and their paths.
  /// - Throws: ``FileError`` if a file can no longer be read.
  package init(
    _ experiment: Experiment, settings: Settings, data files: [(name: String, path: String)] = []
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
    data = try digest(.data)
    startFile = try digest(.startFile)
    inputs = try digest(.inputs)
    targets = try digest(.targets)
    sensing = try digest(.sensing)
    parameters = experiment.start.map(\.bitPattern.littleEndian).withUnsafeBytes(SHA256.digest)
  }

  private static func digest(ofFile path: String) throws(FileError) -> String {
    try FileBytes.read(path).withUnsafeBytes(SHA256.digest)
  }
}
