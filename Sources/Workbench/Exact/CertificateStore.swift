import ArrayFiles
import CertificateChecker
import Models

/// The directory that certificates are written into, a file a claim.
struct CertificateStore {
  private let directory: String
  private let force: Bool

  /// - Throws: ``Refusal`` for an empty name, ``FileError`` if the directory cannot be made or written.
  init(_ directory: String, force: Bool) throws {
    guard !directory.isEmpty else {
      throw Refusal("--certificates was given an empty name", remedy: "name a directory", settings: [])
    }
    try Folder.make(directory, remedy: "choose another --certificates")
    self.directory = directory
    self.force = force
  }

  /// Writes a certificate under the number and the name of its claim.
  ///
  /// - Returns: the path.
  /// - Throws: ``FileError``; ``Refusal`` where another certificate would be lost.
  func write(_ certificate: CertificateFile.Content, _ number: Int, _ claim: String) throws -> String {
    let safe = claim.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "-"
    }
    let path = "\(directory)/\(number)-\(String(safe.prefix(60))).json"
    let bytes = CertificateFile.encode(certificate)
    if !force, Folder.names(directory).contains(String(path.dropFirst(directory.utf8.count + 1))),
      try FileBytes.read(path, memoryLimit: CertificateFile.sizeLimit) != bytes
    {
      throw Refusal(
        "\(path) holds another certificate", remedy: "choose another --certificates, or add --force", settings: [])
    }
    try AtomicFile.write(bytes, to: path)
    return path
  }
}
