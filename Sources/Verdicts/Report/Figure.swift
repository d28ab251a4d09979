/// Curves on one pair of axes, or on several below one another: what a figure shows, apart from how it is drawn. Every figure of a
/// report is one, so that it can be drawn again from the report alone.
public final class Figure: Sendable, Equatable {
  /// One curve: points (x[i], y[i]) joined by lines in the order given.
  public struct Curve: Sendable, Equatable {
    /// What a curve is in the argument: what was measured, what it is compared with, or an edge of the band it must stay in.
    public enum Role: String, Sendable, Codable {
      /// What the run gave.
      case measured
      /// What it is compared with.
      case reference
      /// What it must not fall below.
      case lowerBound = "lower-bound"
      /// What it must not exceed.
      case upperBound = "upper-bound"

      /// Whether it is an edge, of whichever side.
      public var isBound: Bool { self == .lowerBound || self == .upperBound }
    }

    /// The name in the legend.
    public let name: String
    /// Abscissas, as many as `y` has values.
    public let x: [Double]
    /// Ordinates.
    public let y: [Double]
    /// What it is in the argument.
    public let role: Role

    /// A curve through the points (x[i], y[i]).
    public init(_ name: String, x: [Double], y: [Double], role: Role = .measured) {
      self.name = name
      self.x = x
      self.y = y
      self.role = role
    }
  }

  /// What the figure is called where one of several is asked for; a word.
  public let name: String
  /// The heading; plain text, never read as markup.
  public let title: String
  /// The label of the horizontal axis; plain text.
  public let xLabel: String
  /// The label of the vertical axis; plain text.
  public let yLabel: String
  /// Whether the horizontal axis is logarithmic; points with x ≤ 0 are then left out.
  public let logX: Bool
  /// Whether the vertical axis is logarithmic; points with y ≤ 0 are then left out.
  public let logY: Bool
  /// Whether the horizontal axis falls to the right, as that of a loss does along a run.
  public let reversesX: Bool
  /// Whether the panels have one vertical range, so that heights are compared between them.
  public let sharesY: Bool
  /// The curves, in the order of the legend.
  public let curves: [Curve]
  /// Further pairs of axes below these, from the top: as wide as these, and with the same horizontal range where its label and scale
  /// are the same. None of them has panels itself.
  public let panels: [Figure]

  /// A figure of `curves`.
  ///
  /// - Parameter panels: what stands below; the panels of a panel follow it.
  public init(
    _ title: String, name: String = "evidence", xLabel: String, yLabel: String, logX: Bool = false, logY: Bool = false,
    reversesX: Bool = false, sharesY: Bool = false, curves: [Curve], panels: [Figure] = []
  ) {
    self.name = name
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.logX = logX
    self.logY = logY
    self.reversesX = reversesX
    self.sharesY = sharesY
    self.curves = curves
    self.panels = panels.flatMap(\.axes)
  }

  /// Every pair of axes from the top, as a figure of its own.
  public var axes: [Figure] {
    guard !panels.isEmpty else { return [self] }
    let first = Figure(
      title, name: name, xLabel: xLabel, yLabel: yLabel, logX: logX, logY: logY, reversesX: reversesX, curves: curves)
    return [first] + panels
  }

  /// The title as captions and headings have it: those of all pairs of axes, from the top.
  public var heading: String {
    panels.isEmpty ? title : axes.map(\.title).filter { !$0.isEmpty }.joined(separator: "; below: ")
  }

  public static func == (a: Figure, b: Figure) -> Bool {
    a.name == b.name && a.title == b.title && a.xLabel == b.xLabel && a.yLabel == b.yLabel && a.logX == b.logX
      && a.logY == b.logY && a.reversesX == b.reversesX && a.sharesY == b.sharesY && a.curves == b.curves
      && a.panels == b.panels
  }

  /// Whether times look geometric, so that they are shown on a logarithmic axis: the middle one far below the middle of the
  /// range.
  public static func isGeometric(_ times: [Double]) -> Bool {
    guard times.count > 4, let last = times.last else { return false }
    return times[times.count / 2] < 0.25 * last
  }
}

extension Figure: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("name", name)
    try object.put("title", title)
    try object.put("xLabel", xLabel)
    try object.put("yLabel", yLabel)
    try object.put("logX", logX)
    try object.put("logY", logY)
    if reversesX { try object.put("reversesX", reversesX) }
    if sharesY { try object.put("sharesY", sharesY) }
    try object.put("curves", each: curves)
    if !panels.isEmpty { try object.put("panels", each: panels) }
  }
}

extension Figure.Curve: Encodable {
  /// Numbers that are not finite are null.
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("name", name)
    try object.put("role", role.rawValue)
    guard !encoder.keepsEveryBit else {
      try object.put("x", each: x)
      try object.put("y", each: y)
      return
    }
    try object.put("x", each: x.map { $0.isFinite ? $0 : nil })
    try object.put("y", each: y.map { $0.isFinite ? $0 : nil })
  }
}
