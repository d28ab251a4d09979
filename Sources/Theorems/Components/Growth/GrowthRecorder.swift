import CMath
import FlowODE
import Models
import Verdicts

/// Keeps σ_r and ∫ m γ_r dt of component norms or singular values at the save times, for the exponent fit and for figures.
public final class GrowthRecorder {
  /// So many components, those that grew most, are fitted and drawn.
  static let shown = 8

  private var norms: [[Double]] = []
  private var integrals: [[Double]] = []
  private var rates: [[Double]] = []
  private var times: [Double] = []
  private var m = 2
  /// What one curve is called, and the title.
  private let noun: String
  private let title: String

  /// An empty recorder of sizes called `noun`, one in the singular.
  public init(noun: String = "component", title: String = "growth of component norms") {
    self.noun = noun
    self.title = title
  }

  /// Keeps one save time.
  ///
  /// - Parameters:
  ///   - norms: σ_r.
  ///   - rates: (dσ_r/dt)/γ_r.
  ///   - integrals: ∫ m γ_r dt.
  ///   - over: components of which nothing is kept any more; nil keeps all.
  public func record(
    time: Double, norms: [Double], rates: [Double], integrals: [Double], m: Int, without over: [Bool]? = nil
  ) {
    if self.norms.isEmpty {
      self.norms = Array(repeating: [], count: norms.count)
      self.integrals = self.norms
      self.rates = self.norms
      self.m = m
    }
    times.append(time)
    for r in norms.indices where !(over?[r] ?? false) {
      self.norms[r].append(norms[r])
      self.rates[r].append(rates[r])
      self.integrals[r].append(integrals[r])
    }
  }

  /// The components that varied most, most first.
  private var chosen: [Int] {
    let ranges = norms.map { ExponentFit.Samples(norms: $0, integrals: []).range }
    return Array(norms.indices.sorted { ranges[$0] > ranges[$1] }.prefix(Self.shown))
  }

  /// The fit as evidence for the exponent claimed.
  package func evidence(claimed: Double) -> Evidence {
    let fit = fit
    var evidence = Evidence(
      residual: fit?.worstResidual ?? 0, power: 1, largestTerm: 1, worstTime: 0,
      worstLaw: "misfit of \(fit?.components ?? 0) \(noun)s")
    evidence.fit = fit
    evidence.claimedExponent = claimed
    evidence.tables = tables
    evidence.plot = plot(claimed: claimed)
    return evidence
  }

  var fit: ExponentFit? {
    ExponentFit(chosen.map { ExponentFit.Samples(norms: norms[$0], integrals: integrals[$0]) }, m: m)
  }

  var tables: [Table] {
    guard let fit else { return [] }
    var table = Table(
      "exponent fit of \(fit.components) \(noun)s",
      columns: ["exponent", "rms residual", "max residual", "rms |dr/dp|"])
    table.rows.append([
      Cell(fit.exponent), Cell(fit.rms), Cell(fit.worstResidual), Cell(fit.sensitivity),
    ])
    for rival in fit.rivals {
      table.rows.append([Cell(rival.exponent), Cell(rival.rms), .none, .none])
    }
    return [table]
  }

  /// γ⁻¹ dσ/dt against σ, and the fitted power; below, how far it is from m σᵖ for the exponent claimed.
  private func plot(claimed: Double) -> Figure? {
    guard let fit else { return nil }
    let chosen = chosen
    var curves = chosen.map { Figure.Curve("\(noun) \($0)", x: norms[$0], y: rates[$0]) }
    let all = chosen.flatMap { norms[$0] }.sorted()
    guard let low = all.first, let high = all.last, low > 0 else { return nil }
    let line = (0...40).map { low * pow(high / low, Double($0) / 40) }
    curves.append(
      Figure.Curve(
        "\(m) σ^\(ratioText(fit.exponent))", x: line,
        y: line.map { Double(m) * pow($0, fit.exponent) }, role: .reference))
    return Figure(
      title, xLabel: "σ", yLabel: "σ\u{307}/γ", logX: true, logY: true,
      curves: curves, panels: [residuals(of: chosen, claimed: claimed)])
  }

  /// |σ̇/(γ m σᵖ) − 1| against σ; what is below one unit of rounding counts as that, so that a logarithmic axis has it too.
  private func residuals(of chosen: [Int], claimed: Double) -> Figure {
    let factor = Double(m)
    let curves = chosen.map { r in
      Figure.Curve(
        "\(noun) \(r)", x: norms[r],
        y: zip(norms[r], rates[r]).map { norm, rate in
          max(abs(rate / (factor * pow(norm, claimed)) - 1), JudgingRule.unitRoundoff)
        })
    }
    return Figure(
      "relative residual against \(m) σ^\(ratioText(claimed))", name: "residual", xLabel: "σ",
      yLabel: "relative residual", logX: true, logY: true, curves: curves)
  }
}
