import Models

/// A random polynomial program with symmetries: a few blocks, some used several times, through sums of products with ties, powers
/// and several terms. Data are integers.
package struct RandomPolynomial {
  package private(set) var program = Program()
  package private(set) var root: Program.ID

  package init(_ random: inout TestRandom) throws {
    var leaves: [Program.ID] = []
    for number in 0..<random.index(2...4) {
      let shape = (0..<random.index(1...3)).map { _ in random.index(1...2) + 1 }
      leaves.append(try program.block("W\(number)", shape))
    }
    root = leaves[0]
    if random.index(0...2) == 0 { leaves.append(try program.integers([2, 3], random.bits())) }
    var unused = leaves
    for _ in 0..<random.index(1...3) {
      // Mostly what has not been used yet, sometimes a block a second time.
      var factors: [Program.ID] = []
      for _ in 0..<random.index(2...3) {
        if unused.isEmpty || random.index(0...3) == 0 {
          factors.append(leaves[random.index(0...leaves.count - 1)])
        } else {
          factors.append(unused.remove(at: random.index(0...unused.count - 1)))
        }
      }
      root = try sum(factors, &random)
      if random.index(0...3) == 0 {
        root = try program.map(
          .polynomial([[0, 0, 1], [0, 0, 0, 2], [0, 3], [1, 0, 1]][random.index(0...3)]), root)
      }
      unused.append(root)
    }
    if let rest = unused.first(where: { $0 != root }) { root = try sum([root, rest], &random) }
  }

  /// One product, or two with the same factors where a second use of a block takes the place of one.
  private mutating func sum(_ factors: [Program.ID], _ random: inout TestRandom) throws -> Program.ID {
    var extents: [Int] = []
    var holders: [Int] = []
    var uses: [Program.Use] = []
    for node in factors {
      let labels = program[node].shape.map { extent in
        let fitting = extents.indices.filter { extents[$0] == extent && holders[$0] < 3 }
        if !fitting.isEmpty, random.index(0...3) > 0 {
          let label = fitting[random.index(0...fitting.count - 1)]
          holders[label] += 1
          return label
        }
        extents.append(extent)
        holders.append(1)
        return extents.count - 1
      }
      uses.append(Program.Use(node, labels))
    }
    let free = extents.indices.filter { holders[$0] == 1 || random.index(0...2) == 0 }
    let out = Array(free.shuffled(using: &random).prefix(3))
    var products = [Program.Product(1, uses, out: out)]
    if random.index(0...2) == 0 {
      // A square of a factor: a second term with other degrees.
      var more = uses
      if random.index(0...1) == 0 { more.append(uses[random.index(0...uses.count - 1)]) }
      products.append(Program.Product(try Rational(random.index(1...5), 3), more.reversed(), out: out))
    }
    return try program.sum(products, shape: out.map { extents[$0] })
  }
}
