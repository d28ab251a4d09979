/// Follows the least values of some numbers within one step from sample to sample.
struct LeastSearch {
  typealias Sample = (time: Double, values: [Double])

  private let noise: [Double]
  private let deepest: Int
  /// Halvings whatever the samples say.
  var forced = 0
  /// The least values known, and when they were found within the step.
  private var least: [Double]
  private var found: [Double?]

  /// - Parameters:
  ///   - first: the numbers where the stretch begins.
  ///   - last: those where it ends.
  ///   - noise: the part of a number's size that its second differences may be for errors.
  ///   - deepest: halvings at most.
  init(_ watch: any InteriorWatch, _ first: [Double], _ last: [Double], noise: Double, deepest: Int) {
    self.deepest = deepest
    self.noise = first.indices.map { noise * max(watch.size($0), abs(first[$0]), abs(last[$0])) }
    least = first.indices.map { min(watch.least($0), first[$0], last[$0]) }
    found = [Double?](repeating: nil, count: first.count)
  }

  /// The times at which some number was least, ascending.
  var times: [Double] { Set(found.compactMap { $0 }).sorted() }

  /// Whether one of the numbers may be noticeably below its least value between three samples, or is at the middle one.
  func isOpen(_ a: [Double], _ m: [Double], _ b: [Double], depth: Int) -> Bool {
    least.indices.contains { isOpen($0, a, m, b, depth) || !(m[$0] >= least[$0]) }
  }

  private func isOpen(_ k: Int, _ a: [Double], _ m: [Double], _ b: [Double], _ depth: Int) -> Bool {
    Interior.mayFall(
      a[k], m[k], b[k], below: least[k] - Interior.unseen * abs(least[k]), noise: noise[k], depth: depth)
  }

  /// Takes note of a sample; what is no number is below everything.
  mutating func note(_ time: Double, _ values: [Double]) {
    for k in least.indices where !(values[k] >= least[k]) { (least[k], found[k]) = (values[k], time) }
  }

  /// Samples both halves between three samples as long as something is open there, and at last where parabolas turn.
  mutating func halve(
    _ a: Sample, _ m: Sample, _ b: Sample, depth: Int, sample: (Double) throws -> [Double]
  ) rethrows {
    if depth == deepest {
      for k in least.indices where isOpen(k, a.values, m.values, b.values, depth) {
        let turn =
          m.time + Interior.vertex(a.values[k], m.values[k], b.values[k]) * 0.5 * (b.time - a.time)
        if turn > a.time, turn < b.time { note(turn, try sample(turn)) }
      }
      return
    }
    guard depth < forced || least.indices.contains(where: { isOpen($0, a.values, m.values, b.values, depth) }) else {
      return
    }
    for (from, to) in [(a, m), (m, b)] {
      let centre = 0.5 * (from.time + to.time)
      let values = try sample(centre)
      note(centre, values)
      try halve(from, (centre, values), to, depth: depth + 1, sample: sample)
    }
  }
}
