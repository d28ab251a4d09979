internal import CKernels

/// A few threads that share the items of one job after another; between jobs they sleep.
///
/// Who does which item changes from run to run, so results are the same only if every item writes to a place of its own.
final class ThreadTeam {
  /// Threads including the caller's.
  let count: Int
  private let team: OpaquePointer?

  /// A team of the calling thread and `count` − 1 others; one thread needs no team.
  init(count: Int) {
    self.count = max(1, count)
    team = count > 1 ? flow_team_make(CInt(clamping: count)) : nil
  }

  deinit { flow_team_free(team) }

  /// Runs `body` with `context` for every item, and returns when all are done; it allocates nothing.
  ///
  /// - Parameter body: takes the context, the number of the thread below ``count``, and the item.
  func run(
    _ items: Int, context: UnsafeMutableRawPointer, body: @convention(c) (UnsafeMutableRawPointer?, CInt, Int64) -> Void
  ) {
    guard let team, items > 1 else {
      for item in 0..<items { body(context, 0, Int64(item)) }
      return
    }
    flow_team_run(team, Int64(items), context, body)
  }
}
