import FlowODE
import Models

/// What the laws of a run have integrated, each object once however many laws hand it out.
struct QuadratureList {
  private(set) var quadratures: [any Quadrature] = []

  /// Adds those that are not there yet.
  mutating func add(_ added: [any Quadrature]) {
    for quadrature in added where !quadratures.contains(where: { $0 === quadrature }) { quadratures.append(quadrature) }
  }

  /// Where the integrals of some of them are; to be asked for once all laws are made, as laws that share a quadrature add rates to it.
  func integrals(of own: [any Quadrature]) -> LawIntegrals {
    var places: [ObjectIdentifier: (offset: Int, count: Int)] = [:]
    var offset = 0
    for quadrature in quadratures {
      places[ObjectIdentifier(quadrature)] = (offset, quadrature.integralCount)
      offset += quadrature.integralCount
    }
    return LawIntegrals(own.compactMap { places[ObjectIdentifier($0)] })
  }
}

/// The integrals of one law's quadratures among those of a run, one quadrature after the other.
struct LawIntegrals {
  private let blocks: [(offset: Int, count: Int)]
  /// Where they are put together if they are of several quadratures.
  private let gathered: Buffer<Double>

  init(_ blocks: [(offset: Int, count: Int)]) {
    self.blocks = blocks
    gathered = Buffer(count: blocks.count > 1 ? blocks.reduce(0) { $0 + $1.count } : 0)
  }

  /// The law's own among all integrals; valid until the next call.
  func own(_ all: UnsafePointer<Double>) -> UnsafePointer<Double> {
    guard blocks.count > 1 else { return all + (blocks.first?.offset ?? 0) }
    var place = gathered.pointer
    for block in blocks {
      place.update(from: all + block.offset, count: block.count)
      place += block.count
    }
    return UnsafePointer(gathered.pointer)
  }
}
