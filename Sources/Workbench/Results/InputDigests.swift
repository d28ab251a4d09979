import ArrayFiles
import FlowODE
import Settings

/// What a run started from, as SHA-256 digests: by them it can be told whether another run had the same.
package struct InputDigests: Sendable {
  /// Of the data file's bytes; nil for a generated target.
  package let data: String?
  /// Of the start file's bytes; nil for a drawn start.
  package let startFile: String?
  /// Of θ(0) as little-endian doubles, block after block, row-major.
  package let parameters: String

  /// - Throws: ``FileError`` if a file can no longer be read.
  package init(_ experiment: Experiment, settings: Settings) throws(FileError) {
    data = try settings[.data].map { (path) throws(FileError) in try Self.digest(ofFile: path) }
    startFile = try settings[.startFile].map { (path) throws(FileError) in try Self.digest(ofFile: path) }
    parameters = experiment.start.map(\.bitPattern.littleEndian).withUnsafeBytes(SHA256.digest)
  }

  private static func digest(ofFile path: String) throws(FileError) -> String {
    try FileBytes.read(path).withUnsafeBytes(SHA256.digest)
  }
}
