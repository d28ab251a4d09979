import FlowLanguage

extension ArrayReader {
  /// How the variables of a text's parameters move by the field that it states; a number fills an array.
  package func rates(of fields: [Rate<Term>]) throws(EntryFault) -> [Int: Value] {
    var rates: [Int: Value] = [:]
    for field in fields {
      guard
        let position = file.declarations.firstIndex(where: { $0.role == .parameter && $0.name == field.name.text }),
        let first = variables.declared[position]
      else { continue }
      let own = try read(field.value)
      let count = try shape(file.declarations[position].shape).reduce(1, *)
      for k in 0..<count { rates[first + k] = own.values[own.values.count == 1 ? 0 : k] }
    }
    return rates
  }
}
