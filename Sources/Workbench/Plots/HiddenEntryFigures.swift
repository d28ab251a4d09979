import ArrayFiles
import CMath
import Models
import Theorems
import Verdicts

/// What becomes of a hidden entry, and of norms and rank, as the loss falls, beside the bounds of Razin and Cohen (2020).
enum HiddenEntryFigures {
  /// |w| against ℓ, with the lower bound once for all runs of the same data.
  static func entry(_ runs: [LabelledRun]) throws(Refusal) -> Figure {
    let problems = try distinct(runs)
    let places = Set(problems.map { "|w\($0.entry.row)\($0.entry.column)|" })
    let label = places.count == 1 ? places.first ?? "|h|" : "|h|"
    let measured = LossFigures.curves(runs, "hidden_entry", orElse: label) { abs($0) }
    let bounds = problems.map { problem in
      bound(
        problem.entry.bound, over: problem.runs, problems.count == 1 ? "bound" : problem.name, .lowerBound,
        beside: measured)
    }
    return LossFigures.axes(
      "\(label) against the loss, above its lower bound", name: "hidden-entry", label: label,
      curves: measured + bounds.compactMap(\.self))
  }

  /// Norms, which go to infinity, above effective rank and distance to rank one, which fall: with the bounds of Theorem 1 where the data
  /// are those it speaks of.
  static func norms(_ runs: [LabelledRun]) throws(Refusal) -> Figure {
    let covered = try distinct(runs).filter(\.entry.isCanonical).flatMap(\.runs)
    func floor(_ norm: MatrixNorm) -> (Double) -> Double {
      { HiddenEntryBound.normFloor($0, unit: norm.unit, triangleConstant: norm.triangleConstant) }
    }
    let rows:
      [(column: String, title: String, label: String, logY: Bool, role: Figure.Curve.Role, bound: (Double) -> Double)] =
        [
          ("nuclear_norm", "nuclear norm", "Σ σᵣ", true, .lowerBound, floor(.nuclear)),
          ("schatten_half_norm", "Schatten-1/2 quasi-norm", "(Σ √σᵣ)²", true, .lowerBound, floor(.schatten(0.5))),
          // The sharp form implies the theorem's own.
          (
            "effective_rank", "effective rank", "erank(W)", false, .upperBound,
            HiddenEntryBound.sharpEffectiveRankCeiling
          ),
          (
            "rank_one_distance", "distance to rank one", "distance", true, .upperBound,
            HiddenEntryBound.rankOneDistanceCeiling
          ),
        ]
    let parts = rows.compactMap { row -> Figure? in
      let own = runs.filter { $0.run.column(row.column) != nil }
      guard !own.isEmpty else { return nil }
      let measured = LossFigures.curves(own, row.column, orElse: "W")
      let edge = bound(row.bound, over: covered, "bound", row.role, beside: measured)
      return LossFigures.axes(
        row.title, name: "norms-effective-rank", label: row.label, logY: row.logY,
        curves: measured + (edge.map { [$0] } ?? []))
    }
    return Figure(stacking: parts)
  }

  // MARK: Bounds

  /// Runs of the same data, with what the data hide.
  private struct Problem {
    let entry: HiddenEntry
    var runs: [SavedRun]

    /// What tells its bound from those of other data.
    var name: String { "bound, minor \(tableNumber(entry.minor)), det \(tableNumber(entry.dataDeterminant))" }
  }

  private static func distinct(_ runs: [LabelledRun]) throws(Refusal) -> [Problem] {
    var problems: [Problem] = []
    for item in runs {
      guard let entry = try item.run.hiddenEntry() else { continue }
      if let k = problems.firstIndex(where: { $0.entry == entry }) {
        problems[k].runs.append(item.run)
      } else {
        problems.append(Problem(entry: entry, runs: [item.run]))
      }
    }
    return problems
  }

  private static let points = 200

  /// A bound as a function of δ over the losses of the runs, where it says something: a lower one that is below all that was measured
  /// does not. Nil where it nowhere does.
  private static func bound(
    _ value: (Double) -> Double, over runs: [SavedRun], _ name: String, _ role: Figure.Curve.Role,
    beside measured: [Figure.Curve]
  ) -> Figure.Curve? {
    let least = role == .lowerBound ? measured.flatMap(\.y).filter { $0 > 0 }.min() ?? 0 : 0
    let deltas = runs.flatMap { $0.column("residual_norm") ?? [] }.filter { $0 > 0 && $0.isFinite }
    guard let last = deltas.min(), let first = deltas.max() else { return nil }
    let rows = (0..<points).map { k -> (x: Double, y: Double) in
      let delta = exp(log(first) + (log(last) - log(first)) * Double(k) / Double(points - 1))
      return (delta * delta / 2, value(delta))
    }.filter { $0.y > least && $0.y.isFinite }
    return rows.isEmpty ? nil : Figure.Curve(name, x: rows.map(\.x), y: rows.map(\.y), role: role)
  }
}

extension SavedRun {
  /// What the data hide, by problem.npz; nil where the run did not keep it or one entry is not what is hidden.
  ///
  /// - Throws: ``Refusal`` if the file cannot be understood.
  fileprivate func hiddenEntry() throws(Refusal) -> HiddenEntry? {
    let path = "\(directory)/problem.npz"
    guard Folder.holds(["problem.npz"], in: directory) else { return nil }
    do {
      let archive = try NumpyFile.readArchive(path)
      guard let places = try archive.array("indices"), let values = try archive.array("values"),
        places.shape == [values.values.count, 2]
      else { return nil }
      let indices = places.values.compactMap { Int32(exactly: $0) }
      guard indices.count == places.values.count, let largest = indices.max(), largest > 0 else { return nil }
      let dimension = Int(largest) + 1
      // With all entries but one, every row has an observed one.
      guard values.values.count == dimension * dimension - 1 else { return nil }
      return HiddenEntry(
        try Measurements(
          shape: [dimension, dimension], operators: .entries(indices: indices), values: values.values))
    } catch let error as FileError {
      throw Refusal("\(path) cannot be read: \(error.problem)", remedy: "run it again with --output")
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal("\(path) cannot be read", remedy: "run it again with --output")
    }
  }
}
