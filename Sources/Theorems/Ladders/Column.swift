import CMath
import Verdicts

/// A number of every row: in the table of a report, in a file, as a curve of a figure, or in several of them.
public struct Column<Row>: Sendable {
  /// What a file calls it; nil leaves it out.
  public let name: String?
  /// What the table calls it; nil leaves it out.
  public let title: String?
  /// The curve that it is in the figure; nil if none.
  public let curve: (name: String, role: Figure.Curve.Role)?
  /// The number of a row, given the row before; nil where there is none.
  let value: @Sendable (_ before: Row?, _ row: Row) -> Double?

  /// A number of a row alone.
  public init(
    _ name: String?, title: String? = nil, curve: String? = nil, role: Figure.Curve.Role = .measured,
    _ value: @escaping @Sendable (Row) -> Double?
  ) {
    self.name = name
    self.title = title
    self.curve = curve.map { ($0, role) }
    self.value = { value($1) }
  }

  /// The slope of log value in log abscissa since the row before; none beside a value that is not positive.
  ///
  /// - Parameter abscissa: the ladder's value.
  public static func slope(
    _ name: String, of value: @escaping @Sendable (Row) -> Double?,
    against abscissa: @escaping @Sendable (Row) -> Double
  ) -> Column {
    Column(name, title: "slope") { before, row in
      guard let before, let a = value(before), let b = value(row), a > 0, b > 0 else { return nil }
      return log(a / b) / log(abscissa(before) / abscissa(row))
    }
  }

  private init(_ name: String, title: String, value: @escaping @Sendable (Row?, Row) -> Double?) {
    self.name = name
    self.title = title
    curve = nil
    self.value = value
  }
}

/// Rows of numbers in columns: the one source of a table, a file and a figure. The first column is the abscissa.
struct Sheet {
  /// A column with its number in every row.
  private struct Filled {
    let name: String?
    let title: String?
    let curve: (name: String, role: Figure.Curve.Role)?
    let values: [Double?]
  }

  private let count: Int
  private var columns: [Filled] = []

  init<Row>(_ rows: [Row], _ columns: [Column<Row>]) {
    count = rows.count
    for column in columns {
      var values: [Double?] = []
      for (k, row) in rows.enumerated() { values.append(column.value(k > 0 ? rows[k - 1] : nil, row)) }
      self.columns.append(Filled(name: column.name, title: column.title, curve: column.curve, values: values))
    }
  }

  private func transposed(_ columns: [Filled]) -> [[Double?]] {
    (0..<count).map { k in columns.map { $0.values[k] } }
  }

  /// The columns that have a title.
  func table(_ title: String) -> Table {
    let shown = columns.filter { $0.title != nil }
    return Table(
      title, columns: shown.compactMap(\.title), rows: transposed(shown).map { $0.map { Cell($0) } })
  }

  /// The columns that have a name.
  var series: NumberTable {
    let shown = columns.filter { $0.name != nil }
    return NumberTable(shown.compactMap(\.name), rows: transposed(shown))
  }

  /// The columns that are curves, over the rows in which they have a value, on logarithmic axes.
  ///
  /// - Parameter order: a power of the abscissa through a value of the last row, for comparison; nil draws none.
  func figure(
    _ title: String, x: String, y: String, order: (Int, through: Double?)? = nil
  ) -> Figure {
    let abscissas = columns.first?.values.compactMap { $0 } ?? []
    var curves = columns.compactMap { column -> Figure.Curve? in
      guard let curve = column.curve else { return nil }
      let points = zip(abscissas, column.values).compactMap { x, y in y.map { (x, $0) } }
      return points.isEmpty ? nil : Figure.Curve(curve.name, x: points.map(\.0), y: points.map(\.1), role: curve.role)
    }
    if let order, let last = order.through, let end = abscissas.last, last > 0 {
      curves.append(
        Figure.Curve(
          "slope \(order.0)", x: abscissas, y: abscissas.map { last * pow($0 / end, Double(order.0)) }, role: .reference
        ))
    }
    return Figure(title, xLabel: x, yLabel: y, logX: true, logY: true, curves: curves)
  }
}
