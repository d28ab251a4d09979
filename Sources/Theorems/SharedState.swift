import Synchronization

/// One object per type, made when it is first asked for: how the quadratures and monitors of one rung come to share costly
/// evaluations of the same state, such as a decomposition.
final class SharedState: Sendable {
  private let objects = Mutex<[ObjectIdentifier: Holder]>([:])

  /// Unchecked: what is held is used by the one thread that runs the rung.
  private struct Holder: @unchecked Sendable {
    let object: AnyObject
  }

  /// The object of a type, made by `make` the first time; nil if that fails.
  @inline(never)
  func object<Object: AnyObject>(_ type: Object.Type, _ make: () -> Object?) -> Object? {
    let known = objects.withLock { $0[ObjectIdentifier(type)] }
    if let object = known?.object as? Object { return object }
    guard let object = make() else { return nil }
    let holder = Holder(object: object)
    objects.withLock { $0[ObjectIdentifier(type)] = holder }
    return object
  }
}
