/// Keeps finished runs of a long piece of work, so that whoever begins it again after it was cut off need not do them anew.
///
/// What a run leaves behind is the same however often it is run, so that no number depends on what was kept.
public protocol KeptRuns: Sendable {
  /// What a run leaves behind: what was kept of it, or else what it leaves behind now.
  ///
  /// - Parameters:
  ///   - key: tells the run from every other one of the work.
  ///   - records: what its recorders have seen, which is kept and brought back with it.
  ///   - body: runs it. Nothing is kept of a run that throws.
  /// - Throws: what `body` throws.
  func run<Run: Codable>(_ key: () -> RunKey, records: [any RunRecord], _ body: () throws -> Run) throws -> Run
}

/// What a recorder has seen of a run, as it is kept with the run and brought back without it.
public protocol RunRecord: Sendable {
  /// What is kept.
  associatedtype Kept: Codable
  /// What the recorder has seen, asked for when the run is over.
  ///
  /// - Parameter path: where files that belong to it may be written; their names begin with its last part.
  func kept(beside path: String) throws -> Kept
  /// Takes what was kept of an earlier run for seen.
  func restore(_ kept: Kept, beside path: String) throws
}

/// What tells a run from every other one of the same work: words and numbers that determine it, numbers to the last bit.
public struct RunKey: Sendable, Equatable {
  /// All of it as one text.
  public private(set) var text: String

  /// The key of a run of this kind.
  public init(_ kind: String) { text = kind }

  /// The key with one more thing that determines the run.
  public func with(_ name: String, _ value: String) -> RunKey {
    var key = self
    key.text += "\n\(name): \(value)"
    return key
  }

  /// The key with one more number that determines the run.
  public func with(_ name: String, _ value: Double) -> RunKey {
    with(name, String(value.bitPattern, radix: 16))
  }

  /// The key with numbers that determine the run, told apart by a fingerprint; nil differs from all of them.
  public func with(_ name: String, _ values: [Double]?) -> RunKey {
    guard let values else { return with(name, "none") }
    // FNV-1a, word by word.
    let print = values.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ $1.bitPattern) &* 0x0000_0100_0000_01B3 }
    return with(name, "\(values.count) numbers \(String(print, radix: 16))")
  }

  /// The key of the same run as a part of something larger.
  func within(_ scope: String) -> RunKey {
    var key = self
    key.text = "\(scope)\n\(text)"
    return key
  }
}

extension RunContext {
  /// What a run leaves behind, kept where somebody keeps runs.
  ///
  /// - Parameters:
  ///   - key: tells it from every other run of the part of the work that the context belongs to.
  ///   - body: runs it; the context's recorders are made in it.
  /// - Throws: what `body` throws.
  public func kept<Run: Codable>(_ key: @autoclosure () -> RunKey, _ body: () throws -> Run) throws -> Run {
    guard let keptRuns else { return try body() }
    return try keptRuns.run({ key().within(scope) }, records: records, body)
  }

  /// The context of a part of the work, whose runs may have the keys of another part's.
  public func keeping(under part: String) -> RunContext {
    var own = self
    own.scope += scope.isEmpty ? part : "\n\(part)"
    return own
  }

  /// The context of a run that is not recorded.
  public var unrecorded: RunContext {
    var own = self
    own.recorders = { [] }
    own.records = []
    return own
  }
}
