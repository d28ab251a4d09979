import Synchronization

/// The rows that a program adds to a catalogue's own, in the order in which it added them.
package final class AddedRows<Row: Sendable>: Sendable {
  /// What a row is called on the command line, and where it comes from, such as its type.
  package typealias Name = (text: String, origin: String)

  private let rows = Mutex<[Row]>([])
  private let kind: String
  private let plural: String
  private let name: @Sendable (Row) -> Name

  /// - Parameter kind: what a row is, such as `claim`.
  package init(_ kind: String, plural: String? = nil, _ name: @escaping @Sendable (Row) -> Name) {
    self.kind = kind
    self.plural = plural ?? kind + "s"
    self.name = name
  }

  /// The rows added so far.
  package var all: [Row] { rows.withLock { $0 } }

  /// Adds a row whose name can be typed and is not taken.
  ///
  /// - Parameter taken: the names of the catalogue's own rows.
  /// - Throws: ``Refusal``, naming both rows where two have one name.
  package func add(_ row: Row, beside taken: [Name]) throws(Refusal) {
    let (text, origin) = name(row)
    guard text.canBeTyped else {
      throw Refusal(
        "the \(kind) \(origin) is named '\(text)'",
        remedy: "name it with small letters, digits and dashes, a letter first")
    }
    let earlier = rows.withLock { rows -> Name? in
      if let found = (taken + rows.map(name)).first(where: { $0.text == text }) { return found }
      rows.append(row)
      return nil
    }
    if let earlier {
      throw Refusal(
        "two of the \(plural) are named '\(text)': \(earlier.origin) and \(origin)", remedy: "give one another name",
        settings: [])
    }
  }
}

extension String {
  /// Whether it is small letters, digits and dashes, a letter first: a name that no shell changes.
  package var canBeTyped: Bool {
    first?.isLetter == true && allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
  }
}
