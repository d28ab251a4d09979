import GSLBridge
import Models

/// Quadratures as a stepper sees them: rates at the state that the flow was evaluated at last.
final class StageQuadratures: StageRates {
  private let flow: any RateFlow
  private let quadratures: [any Quadrature]
  let count: Int
  let kinks: [RateKink]
  /// The numbers of all integrals that belong to one switch, one group after the other, and where each group ends.
  private let members: [Int]
  private let ends: [Int]

  init(_ flow: any RateFlow, _ quadratures: [any Quadrature]) {
    self.flow = flow
    self.quadratures = quadratures
    var kinks: [RateKink] = []
    var place = 0
    for quadrature in quadratures {
      for kink in quadrature.kinks {
        kinks.append(
          RateKink(
            switches: kink.switches + place, width: kink.width, branches: kink.branches.map { $0 + place }))
      }
      place += quadrature.rateCount
    }
    self.kinks = kinks
    count = place
    var (members, ends) = ([Int](), [Int]())
    for kink in kinks {
      for k in 0..<kink.width {
        let negative = kink.branches.indices.map { place + $0 * kink.width + k }
        members += [kink.switches + k] + kink.branches.map { $0 + k } + negative
        ends.append(members.count)
      }
      place += kink.branches.count * kink.width
    }
    (self.members, self.ends) = (members, ends)
  }

  func write(_ time: Double, _ state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>) {
    let point = flow.evaluatedPoint(time, state)
    var place = rates
    for quadrature in quadratures {
      quadrature.rates(at: point, into: place)
      place += quadrature.rateCount
    }
  }

  /// Some of the integrals by themselves; see ``StagePart/init(_:_:chosen:)``.
  func part(of chosen: [Int]) -> StagePart { StagePart(quadratures, self, chosen: chosen) }

  /// The branch and the switch of an integral over a branch's negative part.
  func negativePart(_ integral: Int) -> (rate: Int, turn: Int) {
    var place = integral - count
    for kink in kinks {
      let size = kink.branches.count * kink.width
      if place < size {
        return (kink.branches[place / kink.width] + place % kink.width, kink.switches + place % kink.width)
      }
      place -= size
    }
    preconditionFailure("an integral that is none of these")
  }

  /// The sizes beside which the integrals' errors matter.
  func sizes(at start: FlowPoint) -> [Double] {
    kinks.integralScales(quadratures.flatMap { $0.scales(at: start) })
  }

  /// Marks, with every integral that is marked, all that belong to the same switch.
  func completeGroups(_ marks: UnsafeMutablePointer<UInt8>) {
    members.withUnsafeBufferPointer { members in
      var start = 0
      for end in ends {
        var isAny: UInt8 = 0
        for k in start..<end { isAny |= marks[members[k]] }
        if isAny != 0 { for k in start..<end { marks[members[k]] = 1 } }
        start = end
      }
    }
  }
}
