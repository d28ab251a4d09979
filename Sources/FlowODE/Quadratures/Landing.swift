/// What was known at the ends of the last step, while a fresh stepper goes on from its beginning.
struct Landing<Place> {
  private var places: (start: Place, end: Place)?

  /// Goes back to the last step's beginning; begun before and not ended, the ends are those of then.
  ///
  /// - Returns: what was known there.
  mutating func begin(_ start: @autoclosure () -> Place, _ end: @autoclosure () -> Place) -> Place {
    let known = places ?? (start(), end())
    places = known
    return known.start
  }

  /// Goes to the last step's end after all.
  ///
  /// - Returns: what was known there; nil if nothing was begun.
  mutating func end() -> Place? {
    defer { places = nil }
    return places?.end
  }
}
