import FlowODE
import Models
import Verdicts

extension LocalStudy {
  /// Two runs: one finds the norms that the nodes end with, the other locates when each is halfway there on a logarithmic scale.
  public func point(_ alpha: Double, tolerance: Double, _ shared: Void, _ context: RunContext) throws -> Point {
    let (run, first) = try ScaleRun.fit(
      experiment, from: alpha, toPart: Self.fittedPart, tolerance: tolerance, context)
    let ends = registry.norms(first.parameters)
    let beginnings = registry.norms(run.start)
    let norms = nodes.map { node in node.map { ends[$0] }.max() ?? 0 }
    let registry = registry
    let events = zip(nodes, norms).enumerated().map { k, pair in
      let (node, norm) = pair
      let level = (norm * (node.map { beginnings[$0] }.max() ?? 0)).squareRoot()
      return Event.reaches(level, "node \(k)") { point in
        let now = registry.norms(point.parameters)
        return node.reduce(0) { max($0, now[$1]) }
      }
    }
    let second = try ScaleRun.integrate(
      run, tolerance: tolerance, grid: try SaveGrid.linear(until: run.until, count: 2), events: events, context)
    let found = try nodes.indices.map { k -> Node in
      guard let hit = second.events.first(where: { $0.name == "node \(k)" }) else {
        throw UnfinishedRun(
          "at α = \(tableSetting(alpha)) the components of node \(k + 1) do not rise",
          remedy: "use smaller init.scales")
      }
      func part(_ parameters: [Double]) -> Double {
        let sorted = registry.norms(parameters)
        let own = nodes[k].map { sorted[$0] }
        guard let place = own.indices.max(by: { own[$0] < own[$1] }), own[place] > 0 else { return 0 }
        return (own.indices.filter { $0 != place }.map { own[$0] }.max() ?? 0) / own[place]
      }
      return Node(
        norm: norms[k], time: hit.time, second: part(hit.parameters), secondAtEnd: part(first.parameters))
    }
    return Point(alpha: alpha, time: found.map(\.time).max() ?? 0, nodes: found)
  }
}
