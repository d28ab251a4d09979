/// Plain text as Markdown sets it.
public enum Markdown {
  /// The text on one line, with a backslash before every character that CommonMark, tables or HTML could read as markup.
  public static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "~", "&", "$", "!", "^", "@": "\\\(scalar)"
      default: scalar.properties.generalCategory == .control ? " " : String(scalar)
      }
    }.joined()
  }
}
