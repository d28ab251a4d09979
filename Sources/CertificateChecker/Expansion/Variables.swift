/// The variables of polynomials: entries of what a text declares, by name and number.
package final class Variables {
  /// What a variable is.
  package enum Role: Equatable {
    /// An entry of a parameter, which moves.
    case parameter
    /// An entry of a parameter's velocity under momentum, which moves.
    case velocity
    /// A derivative of the loss that is any, in an entry of the model.
    case cotangent
    /// A part of a data point.
    case input
    /// A constant: any.
    case constant
    /// Stands for a definition while the loss is derived in it.
    case auxiliary
    /// The value of a function that is no polynomial, which no text names.
    case atom
  }

  package private(set) var names: [String] = []
  package private(set) var roles: [Role] = []
  private var numbers: [String: Int] = [:]

  package init() {}

  /// The variable of that name.
  package func number(of name: String) -> Int? { numbers[name] }

  /// The variables of an array, the last axis running fastest: `W[1,2]`, or `u` of a number.
  package func array(_ name: String, _ shape: [Int], _ role: Role) throws(Rejection) -> [Int] {
    let count = try Entries.count(shape)
    var found: [Int] = []
    found.reserveCapacity(count)
    var places = shape.map { _ in 1 }
    for _ in 0..<count {
      let entry = places.isEmpty ? name : "\(name)[\(places.map(String.init).joined(separator: ","))]"
      found.append(try add(entry, role))
      var axis = shape.count - 1
      while axis >= 0 {
        places[axis] += 1
        if places[axis] <= shape[axis] { break }
        places[axis] = 1
        axis -= 1
      }
    }
    return found
  }

  /// A variable without a name that can be looked up.
  package func addAtom() throws(Rejection) -> Int {
    guard names.count < Budget.entryLimit else { throw Rejection("there are more than \(Budget.entryLimit) variables") }
    names.append("")
    roles.append(.atom)
    return names.count - 1
  }

  private func add(_ name: String, _ role: Role) throws(Rejection) -> Int {
    if let known = numbers[name] {
      guard roles[known] == role else { throw Rejection("the name '\(shortened(name))' has two meanings") }
      return known
    }
    guard names.count < Budget.entryLimit else { throw Rejection("there are more than \(Budget.entryLimit) variables") }
    numbers[name] = names.count
    names.append(name)
    roles.append(role)
    return names.count - 1
  }
}

/// An array of quotients, the last axis running fastest.
package struct Entries {
  package var shape: [Int]
  package var values: [Quotient]

  package init(_ shape: [Int], _ values: [Quotient]) { (self.shape, self.values) = (shape, values) }
  package init(_ number: Quotient) { self.init([], [number]) }

  /// Number of entries of an array.
  package static func count(_ shape: [Int]) throws(Rejection) -> Int {
    var count = 1
    for extent in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows, product <= Budget.entryLimit else {
        throw Rejection("an array has more than \(Budget.entryLimit) entries")
      }
      count = product
    }
    return count
  }

  /// Where an entry stands, places from 1; nil where there is none.
  package static func offset(_ places: [Int], in shape: [Int]) -> Int? {
    guard places.count == shape.count else { return nil }
    var offset = 0
    for (place, extent) in zip(places, shape) {
      guard (1...extent).contains(place) else { return nil }
      offset = offset * extent + place - 1
    }
    return offset
  }
}
