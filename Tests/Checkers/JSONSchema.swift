import Foundation

/// The part of JSON Schema that the schemas of this repository use, as a check of independent making: `type`, `const`, `enum`,
/// `properties`, `required`, `additionalProperties`, `items` and references to `$defs`. Any other keyword is a fault of the schema.
package struct JSONSchema {
  private let root: [String: Any]

  /// - Throws: an error if the text is no JSON object.
  package init(_ text: Data) throws {
    guard let root = try JSONSerialization.jsonObject(with: text) as? [String: Any] else {
      throw CocoaError(.coderInvalidValue)
    }
    self.root = root
  }

  /// Every fault of a value, each with its path; empty if it is valid.
  package func faults(_ value: Any) -> [String] { faults(value, root, "$") }

  private func faults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    for (keyword, wanted) in schema {
      switch keyword {
      case "$schema", "$id", "$defs", "title", "description": continue
      case "$ref":
        guard let name = (wanted as? String)?.split(separator: "/").last.map(String.init),
          let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
        else { return ["\(path): the reference \(wanted) leads nowhere"] }
        found += faults(value, target, path)
      case "type":
        let names = wanted as? [String] ?? [wanted as? String ?? ""]
        if !names.contains(where: { Self.isA($0, value) }) { found.append("\(path): \(value) is no \(names)") }
      case "const": if !Self.equal(value, wanted) { found.append("\(path): \(value) is not \(wanted)") }
      case "enum":
        let allowed = wanted as? [Any] ?? []
        if !allowed.contains(where: { Self.equal(value, $0) }) {
          found.append("\(path): \(value) is not in \(allowed)")
        }
      case "anyOf":
        let alternatives = (wanted as? [[String: Any]] ?? []).map { faults(value, $0, path) }
        if !alternatives.contains([]) { found += alternatives.min { $0.count < $1.count } ?? [] }
      case "required":
        guard let object = value as? [String: Any] else { continue }
        for key in wanted as? [String] ?? [] where object[key] == nil { found.append("\(path): \(key) is missing") }
      case "items":
        guard let items = value as? [Any], let schema = wanted as? [String: Any] else { continue }
        for (k, item) in items.enumerated() { found += faults(item, schema, "\(path)[\(k)]") }
      case "properties":
        guard let object = value as? [String: Any], let schemas = wanted as? [String: Any] else { continue }
        for (key, item) in object {
          if let schema = schemas[key] as? [String: Any] { found += faults(item, schema, "\(path).\(key)") }
        }
      case "additionalProperties":
        guard let object = value as? [String: Any] else { continue }
        let known = Set((schema["properties"] as? [String: Any] ?? [:]).keys)
        for (key, item) in object where !known.contains(key) {
          if let schema = wanted as? [String: Any] {
            found += faults(item, schema, "\(path).\(key)")
          } else if wanted as? Bool == false {
            found.append("\(path): \(key) is not in the schema")
          }
        }
      default: found.append("\(path): the schema uses \(keyword), which is not checked")
      }
    }
    return found
  }

  /// JSON's true and false become numbers of this kind.
  private static func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { ["c", "B"].contains(String(cString: $0.objCType)) } ?? false
  }

  private static func isA(_ name: String, _ value: Any) -> Bool {
    switch name {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "null": value is NSNull
    case "boolean": isBoolean(value)
    case "number": value is NSNumber && !isBoolean(value)
    case "integer":
      (value as? NSNumber).map { !isBoolean(value) && $0.doubleValue == $0.doubleValue.rounded() } ?? false
    default: false
    }
  }

  private static func equal(_ a: Any, _ b: Any) -> Bool {
    if let a = a as? String, let b = b as? String { return a == b }
    if let a = a as? NSNumber, let b = b as? NSNumber { return isBoolean(a) == isBoolean(b) && a == b }
    return a is NSNull && b is NSNull
  }
}
