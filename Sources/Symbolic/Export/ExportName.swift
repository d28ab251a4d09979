/// Names of a `.flow` text as names of a proof assistant.
package enum ExportName {
  /// A name of ASCII letters, digits and `_`: `_` becomes `__`, every other character `_uCODE_` of its code in hexadecimal
  /// digits. Two names are never written alike, as what follows a single `_` is always `u`.
  package static func encoded(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9": text.unicodeScalars.append(scalar)
      case "_": text += "__"
      default: text += "_u\(String(scalar.value, radix: 16, uppercase: true))_"
      }
    }
    return text
  }

  /// An identifier in the namespace of a kind of thing, such as `p_W1`: no word of the assistant begins like it.
  package static func identifier(_ prefix: String, _ name: String) -> String { prefix + "_" + encoded(name) }
}
