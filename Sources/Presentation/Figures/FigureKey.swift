import Verdicts

/// Where the legend of a pair of axes goes: into a corner in which no curve is, or below the axes where there is none or it would be large.
struct FigureKey {
  /// The names in the legend, in the order of the curves; nil for a curve that has none.
  let names: [String?]
  /// Where it stands.
  let place: Place

  /// Where a legend stands.
  enum Place: Equatable {
    /// There is none.
    case absent
    /// In a corner of the axes, such as `right top`.
    case inside(corner: String)
    /// Below the axes.
    case below(columns: Int, rows: Int)
  }

  /// How much height it takes below the axes, in centimetres, at most.
  var height: Double { if case .below(_, let rows) = place { Double(rows) * Self.line } else { 0 } }

  /// The most curves whose legend stands within the axes, and the most of their width that it may take.
  private static let (limit, share) = (5, 0.5)
  /// The most of the height of axes among several that it may take.
  private static let heightShare = 0.45
  /// The height of a line, the width of a letter and that of a sample with its blanks, in centimetres of 8-point type.
  static let (line, letter) = (0.4, 0.145)
  private static let sample = 1.3

  /// - Parameters:
  ///   - isBanded: whether there are several bands, whose edges would fill the legend.
  ///   - axesHeight: how high the axes are, in centimetres, where there are others besides; nil where there are none.
  init(_ data: FigureData, _ figure: Figure, width: FigureWidth, isBanded: Bool, axesHeight: Double? = nil) {
    // A legend at a place of its own has only the width between the borders for its columns.
    let sides = axesHeight == nil ? 0.5 : FigureLayout.sides
    // gnuplot leaves out a legend that is wider than the figure.
    let most = max(8, Int((width.centimetres - FigureLayout.sides - Self.sample) / Self.letter))
    names = Self.names(data.series, isBanded: isBanded).map { name in
      // What tells curves apart may stand at either end.
      name.map { $0.count > most ? $0.prefix(most / 2) + "…" + $0.suffix(most - 1 - most / 2) : $0 }
    }
    let shown = names.compactMap(\.self)
    guard shown.count > 1 || data.series.count > 1 else {
      place = .absent
      return
    }
    let widest = Double(shown.map(\.count).max() ?? 0) * Self.letter + Self.sample
    let limit = axesHeight.map { min(Self.limit, Int(Self.heightShare * $0 / Self.line)) } ?? Self.limit
    let inner = (width: width.centimetres - FigureLayout.sides, height: axesHeight ?? width.height - Self.line * 3)
    if shown.count <= limit, widest <= Self.share * inner.width,
      let corner = FreeCorner(data, figure).place(
        width: widest / inner.width, height: Double(shown.count) * Self.line / inner.height)
    {
      place = .inside(corner: corner)
      return
    }
    let columns = max(1, Int((width.centimetres - sides) / widest))
    place = .below(columns: columns, rows: (shown.count + columns - 1) / columns)
  }

  private init(names: [String?], place: Place) {
    self.names = names
    self.place = place
  }

  /// No legend and no names, for axes whose curves another legend names.
  var silenced: FigureKey { FigureKey(names: names.map { _ in nil }, place: .absent) }

  /// The gnuplot command.
  ///
  /// - Parameter top: the upper edge of a legend below the axes, as a part of the figure's height; nil leaves it to gnuplot.
  func command(top: Double? = nil) -> String {
    let look = "samplen 2.5 spacing 0.95 noenhanced"
    switch place {
    case .absent: return "set key off"
    case .inside(let corner): return "set key inside \(corner) \(look)"
    case .below(let columns, _):
      guard let top else { return "set key outside bottom center horizontal maxcols \(columns) \(look)" }
      return "set key at screen 0.5,\(top) center top horizontal maxcols \(columns) \(look)"
    }
  }

  /// Of references that differ in their numbers alone, such as closed forms of several modes, the first has what they share for a name.
  private static func names(_ series: [Figure.Curve], isBanded: Bool) -> [String?] {
    var seen: Set<String> = []
    return series.map { curve in
      if curve.role.isBound {
        // The edges of a band may have one name.
        return !isBanded && seen.insert(curve.name).inserted ? curve.name : nil
      }
      guard curve.role == .reference else { return curve.name }
      let kind = curve.name.filter(\.isLetter)
      let others = series.count { $0.role == .reference && $0.name.filter(\.isLetter) == kind }
      guard others > 1 else { return curve.name }
      guard seen.insert(kind).inserted else { return nil }
      let shared = curve.name.split(separator: ", ").filter { !$0.contains(where: \.isNumber) }
      return shared.isEmpty ? curve.name : shared.joined(separator: ", ")
    }
  }
}
