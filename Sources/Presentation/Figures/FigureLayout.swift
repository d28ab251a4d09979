import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where several pairs of axes stand below one another: equally wide and high, with their titles above, and abscissas that are the
/// same told once, under the lowest.
struct FigureLayout {
  /// How high the figure is, in centimetres.
  let height: Double
  /// The left and the right border of all axes, as parts of the figure's width.
  let borders: (left: Double, right: Double)
  /// The centre of the vertical axes' labels, as a part of the figure's width.
  let labelCentre: Double
  /// The places of the pairs of axes, from the top.
  let places: [Place]
  /// Their legends.
  let keys: [FigureKey]

  /// Where a pair of axes stands.
  struct Place {
    /// The lines of the title.
    let title: [String]
    /// The upper and the lower border, as parts of the figure's height.
    let top: Double
    let bottom: Double
    /// Whether its abscissas are told, which otherwise the axes below do.
    let tellsX: Bool
    /// The horizontal range that it shares with others; nil where it has its own.
    let range: (low: Double, high: Double)?
    /// The upper edge of a legend below the axes, as a part of the figure's height; nil where none stands there.
    var keyTop: Double?
  }

  /// Blank on the left, with ticks and label, and on the right; the label's centre; at the upper and lower edge; in centimetres.
  private static let (left, right, label, edge) = (1.8, 0.5, 0.22, 0.1)
  /// The part of a figure's width that is not between the axes' borders.
  static let sides = left + right
  /// Below axes whose abscissas are told elsewhere, for ticks, for the label, and around titles and legends.
  private static let (gap, ticks, name, lead) = (0.2, 0.55, 0.45, 0.12)
  /// The most lines of a title.
  private static let titleLines = 2

  /// - Parameter isBanded: whether a pair of axes has several bands.
  init(_ sheet: FigureSheet, width: FigureWidth, isBanded: (FigureData) -> Bool) {
    let axes = sheet.axes
    let axesHeight = width.axesHeight
    let inner = width.centimetres - Self.sides
    let (keys, owners) = Self.keys(sheet, width, axesHeight, isBanded)
    let letters = max(8, Int(inner / FigureKey.letter))
    var places: [(title: [String], top: Double, tellsX: Bool, keyTops: [(owner: Int, top: Double)])] = []
    var y = Self.edge
    for (k, part) in axes.enumerated() {
      let title = Self.wrapped(plainText(part.figure.title), letters: letters)
      y += Self.lead + Double(title.count) * FigureKey.line
      let top = y
      y += axesHeight
      let tellsX = k + 1 == axes.count || !Self.share(part.figure, axes[k + 1].figure)
      y += tellsX ? Self.ticks + (part.figure.xLabel.isEmpty ? 0 : Self.name) : Self.gap
      // A legend stands below the last axes that it names the curves of.
      var keyTops: [(Int, Double)] = []
      if owners.lastIndex(of: owners[k]) == k, keys[owners[k]].height > 0 {
        keyTops = [(owners[k], y)]
        y += keys[owners[k]].height
      }
      places.append((title, top, tellsX, keyTops))
    }
    let height = y + Self.edge
    func part(_ y: Double) -> Double { Self.short(1 - y / height) }
    let keyTops = Dictionary(uniqueKeysWithValues: places.flatMap(\.keyTops).map { ($0.owner, part($0.top)) })
    let ranges = Self.ranges(axes)
    self.keys = keys
    self.height = height
    self.places = places.enumerated().map { k, place in
      Place(
        title: place.title, top: part(place.top), bottom: part(place.top + axesHeight), tellsX: place.tellsX,
        range: ranges[k], keyTop: keyTops[k])
    }
    borders = (Self.short(Self.left / width.centimetres), Self.short(1 - Self.right / width.centimetres))
    labelCentre = Self.short(Self.label / width.centimetres)
  }

  private static func short(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

  // MARK: Legends

  /// The legends, and whose legend names each pair of axes' curves: its own, or that of the axes above where it has all their names.
  private static func keys(
    _ sheet: FigureSheet, _ width: FigureWidth, _ axesHeight: Double, _ isBanded: (FigureData) -> Bool
  ) -> (keys: [FigureKey], owners: [Int]) {
    var keys: [FigureKey] = []
    var owners: [Int] = []
    for (k, part) in sheet.axes.enumerated() {
      let key = FigureKey(
        part.data, part.figure, width: width, isBanded: isBanded(part.data), axesHeight: axesHeight)
      if let owner = owners.last, keys[owner].place != .absent,
        part.data.series.allSatisfy({ curve in
          sheet.axes[owner].data.series.contains { $0.name == curve.name && $0.role.isBound == curve.role.isBound }
        })
      {
        keys.append(key.silenced)
        owners.append(owner)
      } else {
        keys.append(key)
        owners.append(k)
      }
    }
    return (keys, owners)
  }

  // MARK: Titles

  /// The text in lines of at most so many letters, cut where there are too many lines.
  private static func wrapped(_ text: String, letters: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= letters {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(word.count > letters ? word.prefix(letters - 1) + "…" : String(word))
      }
    }
    guard lines.count > titleLines else { return lines }
    return lines.prefix(titleLines - 1) + [lines[titleLines - 1].prefix(letters - 2) + " …"]
  }

  // MARK: Horizontal axes

  private static func share(_ a: Figure, _ b: Figure) -> Bool {
    a.xLabel == b.xLabel && a.logX == b.logX && a.reversesX == b.reversesX
  }

  /// The range that successive axes of the same abscissas have in common.
  private static func ranges(_ axes: [FigureSheet.Axes]) -> [(low: Double, high: Double)?] {
    var ranges: [(low: Double, high: Double)?] = []
    while ranges.count < axes.count {
      let first = axes[ranges.count].figure
      let group = axes[ranges.count...].prefix { share(first, $0.figure) }
      let values = group.flatMap { $0.data.series.flatMap(\.x) }
      ranges += [(low: Double, high: Double)?](repeating: range(values, isLog: first.logX), count: group.count)
    }
    return ranges
  }

  /// The vertical range where gnuplot's own choice, whole powers of ten, may leave much of it empty; nil where it is as good.
  static func ordinates(_ values: [Double]) -> (low: Double, high: Double)? {
    guard let low = values.min(), let high = values.max(), log10(high / low) >= 2 else { return nil }
    return range(values, isLog: true)
  }

  /// The values' range, extended to round numbers; nil where they are too close together or too far apart for that.
  static func range(_ values: [Double], isLog: Bool) -> (low: Double, high: Double)? {
    guard let low = values.min(), let high = values.max(), low < high, max(-low, high) < 1e300 else { return nil }
    if isLog {
      guard low > 1e-300 else { return nil }
      guard log10(high / low) >= 2 else { return (low: low / 1.1, high: high * 1.1) }
      // Whole decades, where less than half of the last one would be empty.
      let (from, to) = (log10(low).rounded(.down), log10(high).rounded(.up))
      return (
        low: log10(low) - from < 0.5 ? pow(10, from) : low / 1.1,
        high: to - log10(high) < 0.5 ? pow(10, to) : high * 1.1
      )
    }
    let rough = (high - low) / 5
    guard rough > 1e-12 * max(abs(low), abs(high)), rough > 1e-290 else { return nil }
    let step = roundStep(atLeast: rough)
    // What differs by rounding from a multiple of the step is that multiple.
    return (((low / step + 1e-9).rounded(.down)) * step, ((high / step - 1e-9).rounded(.up)) * step)
  }

  /// The least of 1, 2 and 5 times a power of ten that is no smaller, up to rounding.
  static func roundStep(atLeast least: Double) -> Double {
    let decade = pow(10, log10(least).rounded(.down))
    return decade * ([1.0, 2, 5].first { $0 * decade >= least * (1 - 1e-9) } ?? 10)
  }
}
