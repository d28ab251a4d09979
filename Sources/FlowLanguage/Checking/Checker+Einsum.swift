extension Checker {
  /// `einsum("ij,jk->ik", A, B)`.
  mutating func einsum(_ arguments: [Expression], _ span: Span) -> Term? {
    guard case .text(let text) = arguments[0].kind else {
      return refuse(arguments[0].span, "einsum takes a text first", hint: "write einsum(\"ij,jk->ik\", A, B)")
    }
    guard let operands = terms(Array(arguments.dropFirst())) else { return nil }
    let place = arguments[0].span
    guard let (sides, result) = labels(text, place) else { return nil }
    guard sides.count == operands.count else {
      return refuse(place, "the text names \(sides.count) arrays, found \(operands.count)")
    }
    var numbers: [Character: Int] = [:]
    var extents: [Size] = []
    var labels: [[Int]] = []
    for (side, operand) in zip(sides, operands) {
      guard side.count == operand.shape.sizes.count else {
        return refuse(operand.span, "'\(String(side))' does not fit \(operand.shape)", hint: "give one letter an axis")
      }
      var numbersOfSide: [Int] = []
      for (letter, extent) in zip(side, operand.shape.sizes) {
        let number = numbers[letter] ?? extents.count
        if number == extents.count { extents.append(extent) }
        numbers[letter] = number
        guard extents[number] == extent else {
          return refuse(operand.span, "label \(letter) runs to \(extents[number]) and to \(extent)")
        }
        numbersOfSide.append(number)
      }
      labels.append(numbersOfSide)
    }
    var results: [Int] = []
    for letter in result {
      guard let number = numbers[letter] else {
        return refuse(place, "label \(letter) of the result stands in no array")
      }
      guard !results.contains(number) else { return refuse(place, "label \(letter) stands twice in the result") }
      results.append(number)
    }
    return Term(
      kind: .einsum(operands, labels: labels, result: results), shape: Shape(results.map { extents[$0] }), of: operands,
      span: span)
  }

  /// The letters of every array and of the result.
  private mutating func labels(_ text: String, _ span: Span) -> (sides: [[Character]], result: [Character])? {
    let letters = text.filter { $0 != " " }
    let hint = "write einsum(\"ij,jk->ik\", A, B)"
    let halves = letters.split(separator: ">", omittingEmptySubsequences: false)
    guard halves.count == 2, halves[0].last == "-" else {
      return refuse(span, "the text of einsum has no arrow", hint: hint)
    }
    let left = halves[0].dropLast()
    let isLetter: (Character) -> Bool = { $0.isASCII && $0.isLetter }
    guard left.allSatisfy({ isLetter($0) || $0 == "," }), halves[1].allSatisfy(isLetter) else {
      return refuse(span, "labels of einsum are letters a ... z, A ... Z", hint: hint)
    }
    return (left.split(separator: ",", omittingEmptySubsequences: false).map(Array.init), Array(halves[1]))
  }
}
