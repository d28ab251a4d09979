/// Curves on one pair of axes: what a figure shows, apart from how it is drawn.
public struct Figure: Sendable, Equatable {
  /// How a curve is drawn: as data, as a dashed reference over it, or as an edge of a filled band under it.
  public enum Role: Sendable, Equatable { case data, reference, lowerEdge, upperEdge }

  /// One curve: points (x[i], y[i]) joined by lines in the order given.
  public struct Series: Sendable, Equatable {
    /// The name in the legend.
    public var name: String
    /// Abscissas, as many as `y` has values.
    public var x: [Double]
    /// Ordinates.
    public var y: [Double]

    /// How it is drawn.
    public var role: Role

    /// A curve through the points (x[i], y[i]).
    public init(name: String, x: [Double], y: [Double], role: Role = .data) {
      self.role = role
      self.name = name
      self.x = x
      self.y = y
    }
  }

  /// The heading; plain text, never read as markup.
  public var title: String
  /// The label of the horizontal axis; plain text.
  public var xLabel: String
  /// The label of the vertical axis; plain text.
  public var yLabel: String
  /// Whether the horizontal axis is logarithmic; points with x ≤ 0 are then left out.
  public var logX: Bool
  /// Whether the vertical axis is logarithmic; points with y ≤ 0 are then left out.
  public var logY: Bool
  /// The curves.
  public var series: [Series]

  /// A figure of `series`.
  public init(
    title: String, xLabel: String, yLabel: String, logX: Bool = false, logY: Bool = false, series: [Series]
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.logX = logX
    self.logY = logY
    self.series = series
  }
}

/// A figure that could not be written: which, why, and what to do instead.
public struct FigureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The figure's path.
  public let path: String
  /// What is wrong.
  public let problem: String
  /// What to do instead.
  public let remedy: String
  /// Whether a file or program failed (input/output), as against a request that makes no sense (usage).
  public let isFileAccess: Bool

  init(_ path: String, _ problem: String, remedy: String, isFileAccess: Bool = false) {
    self.path = plainText(path)
    self.problem = problem
    self.remedy = remedy
    self.isFileAccess = isFileAccess
  }

  /// `path: problem; remedy`, on one line.
  public var description: String { remedy.isEmpty ? "\(path): \(problem)" : "\(path): \(problem); \(remedy)" }
}

/// `text` as one line: control characters become blanks, and what exceeds 240 characters is cut.
func plainText(_ text: String) -> String {
  let cut = text.count > 240 ? text.prefix(239) + "…" : text[...]
  return String(
    String.UnicodeScalarView(
      cut.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: " "
        default: scalar
        }
      }))
}
