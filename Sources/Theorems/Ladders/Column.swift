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
struct Sheet<Row> {
  let rows: [Row]
  let columns: [Column<Row>]

  init(_ rows: [Row], _ columns: [Column<Row>]) {
    self.rows = rows
    self.columns = columns
  }

  private func values(_ column: Column<Row>) -> [Double?] {
    rows.indices.map { column.value($0 > 0 ? rows[$0 - 1] : nil, rows[$0]) }
  }

  private func transposed(_ columns: [Column<Row>]) -> [[Double?]] {
    let values = columns.map(self.values)
    return rows.indices.map { k in values.map { $0[k] } }
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
  /// - Parameter order: a power of the abscissa through the last value of a column, for comparison; nil draws none.
  func figure(
    _ title: String, x: String, y: String, order: (Int, of: (Row) -> Double)? = nil
  ) -> Figure {
    let abscissas = columns.first.map { self.values($0) }?.compactMap { $0 } ?? []
    var curves = columns.compactMap { column -> Figure.Curve? in
      guard let curve = column.curve else { return nil }
      let points = zip(abscissas, self.values(column)).compactMap { x, y in y.map { (x, $0) } }
      return points.isEmpty ? nil : Figure.Curve(curve.name, x: points.map(\.0), y: points.map(\.1), role: curve.role)
    }
    if let order, let last = rows.last.map(order.of), let end = abscissas.last, last > 0 {
      curves.append(
        Figure.Curve(
          "slope \(order.0)", x: abscissas, y: abscissas.map { last * pow($0 / end, Double(order.0)) }, role: .reference
        ))
    }
    return Figure(title, xLabel: x, yLabel: y, logX: true, logY: true, curves: curves)
  }
}
