import CMath
import Checkers
import FlowODE
import GSLBridge
import Models
import Testing

/// The integrals that steppers form beside the state.
@Suite struct RunIntegralsTests {
  private static func problem() throws -> (probe: Probe, start: [Double]) {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [4, 3, 3], components: 3), source: .generated(rank: 2, norm: 1),
      observed: .fraction(0.8), dataSeed: 3)
    let start = try Initialization.gaussian.parameters(for: problem.model, scale: 0.3, seed: 5)
    return (try Probe(problem.model, problem.measurements), start)
  }

  private static let methods: [IntegrationMethod] = [
    .auto, .plateau, .explicit(.dop853), .explicit(.dopri5), .explicit(.rkc2), .implicit(.gauss2),
  ]

  /// State, steps, rejections and evaluations are the same to the last bit, however large and rough the rates are.
  @Test(arguments: methods) func theStepsAreThoseOfTheFlowAlone(_ method: IntegrationMethod) throws {
    let (probe, start) = try Self.problem()
    let alone = try probe.flow(from: start, until: 20, method: method, rtol: 1e-6)
    let accompanied = try probe.flow(
      from: start, until: 20, method: method, rtol: 1e-6, quadratures: [TwoRates(), Rough()])
    #expect(accompanied.parameters.map(\.bitPattern) == alone.parameters.map(\.bitPattern))
    #expect(accompanied.counts == alone.counts && accompanied.time == alone.time)
    #expect(accompanied.quadratures.count == 5 && alone.quadratures.isEmpty)
  }

  /// A rate of both signs that no step size would follow: 10⁶ sin(10³ θ₀), and its branch where it is negative.
  private final class Rough: Quadrature {
    let names = ["a", "b"]
    let kinks = [RateKink(switches: 0, width: 1, branches: [1])]
    func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
      rates[0] = sin(1e3 * point.parameters[0])
      rates[1] = 1e6 * rates[0]
    }
    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {}
    func scales(at start: FlowPoint) -> [Double] { [1, 1] }
  }

  /// Rates see θ and ∇f(θ) as the objective gives them, also where the flow moves a block at another rate.
  @Test(arguments: methods) func ratesSeeTheGradientItself(_ method: IntegrationMethod) throws {
    let (probe, start) = try Self.problem()
    let watch = Watch(probe)
    let rates: [Double]? = method == .plateau ? [1, 1.01, 1] : [1, -0.5, 1.01]
    _ = try probe.flow(from: start, until: 0.5, method: method, rtol: 1e-6, rates: rates, quadratures: [watch])
    #expect(watch.seen > 0 && watch.wrong == 0)
  }

  private final class Watch: Quadrature {
    let names = ["nothing"]
    private let probe: Probe
    private(set) var seen = 0
    private(set) var wrong = 0
    init(_ probe: Probe) { self.probe = probe }
    func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
      let theta = (0..<probe.n).map { point.parameters[$0] }
      let gradient = probe.gradient(theta)
      seen += 1
      if (0..<probe.n).contains(where: { gradient[$0].bitPattern != point.gradient[$0].bitPattern }) { wrong += 1 }
      if abs(probe.value(theta) - point.value) > 1e-14 * point.value { wrong += 1 }
      rates[0] = 0
    }
    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {}
    func scales(at start: FlowPoint) -> [Double] { [1] }
  }

  /// Several quadratures, some with kinks: every one finds its own integrals where it expects them, carried or not. The balanced scalar
  /// flow has ∫f and ∫‖∇f‖² in closed form, and ∫(u₁ − u) over the times with u > u₁ from its logistic solution.
  @Test(arguments: [IntegrationMethod.auto, .explicit(.rk8pd)]) func everyQuadratureHasItsPlace(
    _ method: IntegrationMethod
  ) throws {
    let (target, u0, u1, until) = (1.0, 0.01, 0.4, 4.0)
    let probe = try Scalar.matrix(depth: 2, target: target)
    let w = u0.squareRoot()
    let end = try probe.flow(
      from: [w, w], until: until, method: method, rtol: 1e-11,
      quadratures: [Passage(level: u1), TwoRates(), Passage(level: 0.6)])
    #expect(end.quadratures.count == 6)
    let drop = probe.value([w, w]) - end.loss
    #expect(abs(end.quadratures[3] - drop) < 1e-9 * drop)
    for (place, level) in [(0, u1), (4, 0.6)] {
      // u̇ = 2u(s − u): ∫u dt = ½ ln((s − u₀)/(s − u)).
      func area(_ from: Double, _ to: Double) -> Double { 0.5 * log((target - from) / (target - to)) }
      let last = Scalar.logistic(until, from: u0, target: target)
      let all = level * until - area(u0, last)
      let passage = Scalar.logisticTime(level, from: u0, target: target)
      let above = level * (until - passage) - area(level, last)
      #expect(abs(end.quadratures[place] - all) < 1e-9)
      #expect(abs(end.quadratures[place + 1] - above) < 1e-9)
    }
  }

  /// The rate u₁ − u, which is negative once u has passed u₁.
  private final class Passage: Quadrature {
    let names = ["level"]
    let kinks = [RateKink(switches: 0, width: 1, branches: [0])]
    private let level: Double
    init(level: Double) { self.level = level }
    func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
      rates[0] = level - point.parameters[0] * point.parameters[1]
    }
    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
      derivatives[0] = -point.parameters[1]
      derivatives[1] = -point.parameters[0]
    }
    func scales(at start: FlowPoint) -> [Double] { [1] }
  }

  /// The five-node rule: exact for degree 7 over the whole, for degree 4 up to any x; null rule k vanishes below degree k only.
  @Test func theRuleOfAPanel() {
    for degree in 0...7 {
      let values = LobattoPanel.nodes.map { pow($0, Double(degree)) }
      func sum(_ weights: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } }
      #expect(abs(sum(LobattoPanel.weights) - 1 / Double(degree + 1)) < 1e-15)
      if degree <= 4 {
        for x in [0.0, 0.1, 0.5, 0.93, 1] {
          #expect(abs(sum(LobattoPanel.weights(upTo: x)) - pow(x, Double(degree + 1)) / Double(degree + 1)) < 1e-13)
        }
        for k in 1...4 { #expect((abs(sum(LobattoPanel.nulls[k - 1])) < 1e-15) == (degree < k), "\(k), \(degree)") }
      }
    }
    for null in LobattoPanel.nulls { #expect(abs(null.reduce(0) { $0 + abs($1) } - 1) < 1e-15) }
  }

  /// The rule's error and what its nulls say of it, on [0, 1].
  private static func judged(_ rate: (Double) -> Double, integral: Double) -> (error: Double, estimate: Double) {
    let values = LobattoPanel.nodes.map(rate)
    func sum(_ weights: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } }
    let n = LobattoPanel.nulls.map(sum)
    return (abs(sum(LobattoPanel.weights) - integral), LobattoPanel.error(n[0], n[1], n[2], n[3]))
  }

  /// Estimates cover the error of smooth rates without being useless, of order 7, and say enough of a turn and a jump, wherever
  /// they are, alone or on a slope.
  @Test func theEstimateOfAPanel() {
    for width in [0.5, 1, 2, 4] {
      let grown = Self.judged({ exp(width * $0) }, integral: expm1(width) / width)
      #expect(grown.error <= grown.estimate && grown.estimate <= 1e-5 * pow(width, 7) * exp(width))
      let turned = Self.judged({ 1 / (1 + width * $0) }, integral: log1p(width) / width)
      #expect(turned.error <= turned.estimate)
      let even = Self.judged({ cos(width * ($0 - 0.5)) }, integral: 2 * sin(0.5 * width) / width)
      #expect(even.error <= even.estimate)
    }
    for k in 1..<100 {
      let place = Double(k) / 100
      for slope in [0.0, 1, 100] {
        let jump = Self.judged({ slope * $0 + ($0 < place ? 0 : 1) }, integral: 0.5 * slope + 1 - place)
        #expect(jump.estimate > 0.01 && jump.error <= 4 * jump.estimate, "\(place): \(jump)")
        let late = 1 - place
        let turn = Self.judged({ slope * $0 + max(0, $0 - place) }, integral: 0.5 * slope + 0.5 * late * late)
        #expect(turn.error <= 60 * turn.estimate + 1e-12, "\(place): \(turn)")
      }
    }
  }

  /// Its extension by four nodes: exact for degree 13 over the whole, for degree 8 up to any x, and ever more exact on a rate with a pole
  /// nearby; the rules of degree 4 to 7 vanish below.
  @Test func theExtendedRuleOfAPanel() {
    func sum(_ weights: [Double], _ rate: (Double) -> Double) -> Double {
      zip(weights, LobattoExtension.nodes).reduce(0) { $0 + $1.0 * rate($1.1) }
    }
    for k in 0..<5 { #expect(abs(LobattoExtension.nodes[2 * k] - LobattoPanel.nodes[k]) < 1e-15) }
    for degree in 0...14 {
      // In the middle's own coordinate, where the part of degree 14 is not lost in rounding.
      let power = { pow(2 * $0 - 1, Double(degree)) }
      let exact = degree.isMultiple(of: 2) ? 1 / Double(degree + 1) : 0
      #expect((abs(sum(LobattoExtension.weights, power) - exact) < 1e-14) == (degree <= 13), "\(degree)")
      for x in [0.0, 0.1, 0.5, 0.93, 1] where degree <= 8 {
        let part = (pow(2 * x - 1, Double(degree + 1)) - pow(-1, Double(degree + 1))) / Double(2 * degree + 2)
        #expect(abs(sum(LobattoExtension.weights(upTo: x), power) - part) < 1e-13)
      }
      for k in 4...7 where degree <= k {
        #expect((abs(sum(LobattoExtension.nulls[k - 4], power)) < 1e-14) == (degree < k), "\(k), \(degree)")
      }
    }
    for distance in [0.3, 1, 3] {
      let integral = log((1 + distance) / distance)
      let error = abs(sum(LobattoExtension.weights) { 1 / (distance + $0) } - integral)
      let five = zip(LobattoPanel.weights, LobattoPanel.nodes).reduce(0) { $0 + $1.0 / (distance + $1.1) }
      #expect(error < 0.1 * abs(five - integral))
      let n = LobattoExtension.nulls.map { sum($0) { 1 / (distance + $0) } }
      #expect(error <= LobattoExtension.error(n[0], n[1], n[2], n[3]))
    }
  }

  /// Long after all has come to rest a step takes a node or two, and the integral is as exact as before: ∫u of the balanced scalar flow
  /// in closed form.
  @Test func aCalmStretchTakesFewNodes() throws {
    let (target, u0, until) = (1.0, 0.01, 400.0)
    let probe = try Scalar.matrix(depth: 2, target: target)
    let w = u0.squareRoot()
    for rtol in [1e-6, 1e-9] {
      let end = try probe.flow(
        from: [w, w], until: until, method: .explicit(.dop853), rtol: rtol, quadratures: [Product()])
      // u̇ = 2u(s − u): ln u(t) − ln u₀ = 2(st − ∫u), and u(t) = s to the last digit.
      let exact = target * until - 0.5 * log(target / u0)
      #expect(abs(end.quadratures[0] - exact) < 30 * rtol * exact)
      #expect(try #require(end.pathEvaluations) < 3 * end.counts.accepted)
    }
  }

  private final class Product: PathQuadrature {
    let names = ["u"]
    func rates(at parameters: UnsafePointer<Double>, isStep: Bool, into rates: UnsafeMutablePointer<Double>) {
      rates[0] = parameters[0] * parameters[1]
    }
    func sizes(at parameters: UnsafePointer<Double>) -> [Double] { [1] }
    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {}
    func scales(at start: FlowPoint) -> [Double] { [1] }
  }
}
