import AllocationCounter

/// Requests for memory by this thread while a body runs, but for those of BLAS.
public func requests(_ body: () -> Void) -> Int64 {
  allocation_counter_start()
  body()
  return allocation_counter_stop()
}

/// Requests for memory of a body's second run: the first one is for plans and for what the runtime keeps from then on (metadata of
/// types, tables of witnesses), so that the count is the same whatever ran before, in this test or another.
public func steadyRequests(_ body: () -> Void) -> Int64 {
  body()
  return requests(body)
}
