/// How wide a figure is on paper. Its type has 8 points there, whatever the width.
public struct FigureWidth: Sendable, Equatable {
  /// In centimetres.
  public let centimetres: Double

  /// One column of a two-column page: 8 cm.
  public static let column = FigureWidth(8)
  /// A page's text: 17 cm.
  public static let page = FigureWidth(17)

  private init(_ centimetres: Double) { self.centimetres = centimetres }

  /// `column`, `page`, or centimetres from 4 to 60; nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "column": self = .column
    case "page": self = .page
    default:
      guard let width = Double(text), (4...60).contains(width) else { return nil }
      self.init(width)
    }
  }

  /// Wide figures are flatter.
  var height: Double { centimetres * (centimetres > 12 ? 0.55 : 0.72) }

  /// How high each pair of axes is where there are several: high enough for ticks at ten powers of ten.
  var axesHeight: Double { max(3, centimetres * (centimetres > 12 ? 0.3 : 0.42)) }

  /// The size of type in points.
  static let type = 8.0
}
