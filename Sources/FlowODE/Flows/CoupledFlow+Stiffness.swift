import GSLBridge

extension CoupledFlow: StiffFlow {
  /// The stiff parts of all the flows side by side; nil where one has none, or none whose coordinates are entries of its state.
  package func makeStiffPart() -> (any StiffPart)? {
    let parts = flows.compactMap { $0.makeStiffPart() as? any IndexedStiffPart }
    guard parts.count == flows.count else { return nil }
    return CoupledStiffness(zip(offsets, parts).map { ($0, $1) })
  }
}

/// Stiff parts of flows that do not see each other: units, one flow's after the other's, whose blocks have nothing between them.
final class CoupledStiffness: IndexedStiffPart {
  /// A flow's part, where its state begins, and the number of its first unit.
  private struct Member {
    let part: any IndexedStiffPart
    let offset: Int
    let first: Int
  }

  private let members: [Member]
  let segments: [ErrorSegment]
  let unitCount: Int
  let largestBlock: Int
  let mostUnits: Int
  let worthwhileEvaluations: Double

  /// - Parameter parts: each with the place where its flow's state begins.
  init(_ parts: [(offset: Int, part: any IndexedStiffPart)]) {
    var count = 0
    members = parts.map { entry in
      defer { count += entry.part.unitCount }
      return Member(part: entry.part, offset: entry.offset, first: count)
    }
    unitCount = count
    segments = parts.flatMap { entry in
      entry.part.segments.map { ErrorSegment(offset: entry.offset + $0.offset, rows: $0.rows, columns: $0.columns) }
    }
    largestBlock = parts.reduce(0) { max($0, $1.part.largestBlock) }
    let widest = parts.reduce(1) { $1.part.unitCount > 0 ? max($0, $1.part.coordinates(of: [0]).indices.count) : $0 }
    mostUnits = max(parts.count, largestBlock / widest)
    worthwhileEvaluations = parts.reduce(0) { max($0, $1.part.worthwhileEvaluations) }
  }

  var change: Double { members.reduce(0) { max($0, $1.part.change) } }

  func scales(_ state: UnsafePointer<Double>, into scales: UnsafeMutablePointer<Double>) {
    for member in members { member.part.scales(state + member.offset, into: scales + member.first) }
  }

  /// Calls with every member that some of the units are of, and which of its own they are.
  private func forEach(_ units: [Int], _ body: (Member, [Int]) -> Void) {
    for member in members {
      let own = member.first..<member.first + member.part.unitCount
      let chosen = units.filter(own.contains).map { $0 - member.first }
      if !chosen.isEmpty { body(member, chosen) }
    }
  }

  func coordinates(of units: [Int]) -> (indices: [Int], scaling: [Double]) {
    var (indices, scaling) = ([Int](), [Double]())
    forEach(units) { member, chosen in
      let own = member.part.coordinates(of: chosen)
      indices += own.indices.map { member.offset + $0 }
      scaling += own.scaling
    }
    return (indices, scaling)
  }

  func block(of units: [Int], _ state: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>) {
    let m = coordinates(of: units).indices.count
    block.initialize(repeating: 0, count: m * m)
    var place = 0
    forEach(units) { member, chosen in
      let count = member.part.coordinates(of: chosen).indices.count
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count * count) { own in
        guard let own = own.baseAddress else { return }
        member.part.block(of: chosen, state + member.offset, into: own)
        for i in 0..<count { (block + (place + i) * m + place).update(from: own + i * count, count: count) }
      }
      place += count
    }
  }
}
