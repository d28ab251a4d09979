import ArrayFiles
import Foundation

/// Certificates as files: `{"certificate": {…}, "sha256": "…"}` with the SHA-256 of the certificate's canonical text, in hexadecimal
/// digits.
///
/// The canonical text is the JSON of the value under `certificate` with keys in the order of their bytes, without white space, with
/// the escapes `\"`, `\\`, `\n` and `\u00xx` (other control characters) and no others, in UTF-8. Spaces and line ends of a file may be
/// changed without damage; nothing else may.
public enum CertificateFile {
  /// What a file says.
  public enum Content: Equatable, Sendable {
    /// One claim.
    case claim(Certificate)
    /// A list of laws.
    case laws(LawCertificate)
  }

  /// Largest file that is read, in bytes.
  public static let sizeLimit = 1 << 28
  /// Largest value of a size.
  public static let largestSize = 1_000_000

  /// The file of a certificate of either kind.
  public static func encode(_ content: Content) -> [UInt8] {
    switch content {
    case .claim(let certificate): encoded(certificate)
    case .laws(let certificate): encoded(certificate)
    }
  }

  /// The file of a certificate.
  public static func encode(_ certificate: Certificate) -> [UInt8] { encoded(certificate) }

  /// The file of a list of laws.
  public static func encode(_ certificate: LawCertificate) -> [UInt8] { encoded(certificate) }

  private static func encoded(_ value: some Encodable) -> [UInt8] {
    // Texts, integers, lists and objects: encoding has no reason to fail, and what failed would not decode.
    guard let tree = try? tree(of: value) else { return [] }
    let digest = tree.canonical.withUnsafeBytes(SHA256.digest)
    return JSONTree.object([.init(key: "certificate", value: tree), .init(key: "sha256", value: .text(digest))])
      .indented
  }

  private static func tree(of value: some Encodable) throws -> JSONTree {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return try JSONParser.parse([UInt8](try encoder.encode(value)))
  }

  /// What a file says.
  ///
  /// - Throws: If the file is damaged: no JSON, no digest or another one than its content has, a layout that is not known, or sizes
  ///   that no model has.
  public static func decode(_ bytes: [UInt8]) throws(CertificateFileError) -> Content {
    guard bytes.count <= sizeLimit else {
      throw CertificateFileError("the file has \(bytes.count) bytes, allowed are \(sizeLimit)")
    }
    let file: JSONTree
    do { file = try JSONParser.parse(bytes) } catch { throw CertificateFileError(error.message) }
    guard case .object(let members) = file, members.count == 2, let content = file["certificate"],
      case .text(let digest)? = file["sha256"]
    else { throw CertificateFileError("the file has not the two members certificate and sha256") }
    let canonical = content.canonical
    guard canonical.withUnsafeBytes(SHA256.digest) == digest else {
      throw CertificateFileError("the content does not have the SHA-256 that the file states")
    }
    guard case .text(let schema)? = content["schema"] else { throw CertificateFileError("the content names no schema") }
    switch schema {
    case Certificate.schema:
      let certificate = try value(Certificate.self, content, canonical)
      try check(certificate.sizes)
      try check(certificate.evidence.witness?.sizes ?? [:])
      guard ["holds", "violated"].contains(certificate.verdict) else {
        throw CertificateFileError("the verdict is neither holds nor violated")
      }
      return .claim(certificate)
    case LawCertificate.schema:
      let certificate = try value(LawCertificate.self, content, canonical)
      try check(certificate.sizes)
      return .laws(certificate)
    default: throw CertificateFileError("the schema is not known: \(shortened(schema))")
    }
  }

  private static func value<Value: Codable>(
    _ type: Value.Type, _ tree: JSONTree, _ canonical: [UInt8]
  ) throws(CertificateFileError) -> Value {
    guard let value = try? JSONDecoder().decode(type, from: Data(canonical)) else {
      throw CertificateFileError("the content has not the members of its schema")
    }
    // What the schema does not know would be left out on the way back.
    guard let again = try? Self.tree(of: value), again.canonical == canonical else {
      throw CertificateFileError("the content has members that its schema does not know")
    }
    return value
  }

  private static func check(_ sizes: [String: Int]) throws(CertificateFileError) {
    for (name, value) in sizes.sorted(by: { $0.key < $1.key }) where !(1...largestSize).contains(value) {
      throw CertificateFileError("size \(shortened(name)) is \(value), allowed are 1 to \(largestSize)")
    }
  }
}

/// A file that is damaged: what it says cannot be known. That a statement is wrong is no such error.
public struct CertificateFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let message: String

  package init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// A text as messages show it: control characters are replaced, and at most so many characters are shown.
package func shortened(_ text: String, atMost limit: Int = 80) -> String {
  var result = ""
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == limit { return result + "…" }
    let isShown =
      scalar.value >= 0x20 && !scalar.properties.isDefaultIgnorableCodePoint
      && ![.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    result.unicodeScalars.append(isShown ? scalar : "\u{FFFD}")
  }
  return result
}
