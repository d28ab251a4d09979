import CMath
import GSLBridge
import Models

/// The balanced flow of W = U diag(σ) Vᵀ in the coordinates (ln σ, U, V), with k = min(m, n) singular values:
///
/// - (ln σ_r)˙ = −L σ_r^{1−2/L} Ĝ_rr with Ĝ = Uᵀ G V and G = ∇L(W),
/// - U̇ = U Ω − (I − UUᵀ) G V diag(σ^{1−2/L}), Ω_ij = (Ĝ_ij σ_j + Ĝ_ji σ_i)/(σ_i^{2/L} − σ_j^{2/L}), and
/// - V̇ likewise with Gᵀ and Ω_ij = (Ĝ_ij σ_i + Ĝ_ji σ_j)/(σ_i^{2/L} − σ_j^{2/L}).
///
/// It is Ẇ = −Σ_j [WWᵀ]^{(L−j)/L} G [WᵀW]^{(j−1)/L} (Arora, Cohen, Hazan 2018, Theorem 1) resolved into those coordinates,
/// where Σ_j σ_a^{2(L−j)/L} σ_b^{2(j−1)/L} = (σ_a² − σ_b²)/(σ_a^{2/L} − σ_b^{2/L}). Two terms −κ U(UᵀU − I) and
/// −κ V(VᵀV − I), zero on orthonormal frames, keep rounding from accumulating, at the flow's own rate κ.
final class SVDFlowTerms {
  let rows: Int
  let columns: Int
  let rank: Int
  let depth: Double
  /// Value and gradient of the loss as a function of W.
  let endObjective: Objective
  /// σ, σ^{2/L} and σ^{1−2/L}; W and G; G V, Gᵀ U and Ĝ; Ω and QᵀQ − I of either frame, at the updated state.
  let sigma, power, slope, end, gradient, gv, gu, core, omegaU, omegaV, excessU, excessV: Buffer<Double>
  /// κ.
  private(set) var damping = 0.0

  /// - Parameter endObjective: of the depth-1 factorization of the same shape.
  init(rows: Int, columns: Int, depth: Int, endObjective: Objective) {
    self.rows = rows
    self.columns = columns
    rank = min(rows, columns)
    self.depth = Double(depth)
    self.endObjective = endObjective
    let k = rank
    sigma = Buffer(count: k)
    power = Buffer(count: k)
    slope = Buffer(count: k)
    end = Buffer(count: rows * columns)
    gradient = Buffer(count: rows * columns)
    gv = Buffer(count: rows * k)
    gu = Buffer(count: columns * k)
    core = Buffer(count: k * k)
    omegaU = Buffer(count: k * k)
    omegaV = Buffer(count: k * k)
    excessU = Buffer(count: k * k)
    excessV = Buffer(count: k * k)
  }

  /// Length of the state: ln σ, then U (rows × k), then V (columns × k).
  var count: Int { rank * (1 + rows + columns) }

  /// Computes everything that depends on the state alone; returns whether all of it is finite.
  func update(_ state: UnsafePointer<Double>) -> Bool {
    let k = rank
    let (sigma, power, slope, end) = (self.sigma.pointer, self.power.pointer, self.slope.pointer, self.end.pointer)
    let (gradient, gv, gu, core) = (self.gradient.pointer, self.gv.pointer, self.gu.pointer, self.core.pointer)
    let (omegaU, omegaV, excessU, excessV) = (
      self.omegaU.pointer, self.omegaV.pointer, self.excessU.pointer, self.excessV.pointer
    )
    let (u, v) = (state + k, state + k + rows * k)
    for r in 0..<k {
      sigma[r] = exp(state[r])
      power[r] = exp(2 / depth * state[r])
      slope[r] = exp((1 - 2 / depth) * state[r])
    }
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = 0.0
        for r in 0..<k { sum += u[i * k + r] * sigma[r] * v[j * k + r] }
        end[i * columns + j] = sum
      }
    }
    endObjective.gradient(end, into: gradient)
    project(gradient, u, v, gv, gu, core)
    var size = 0.0
    var largest = 0.0
    for i in 0..<k {
      largest = max(largest, slope[i])
      for j in 0..<k {
        let entry = core[i * k + j]
        size += entry * entry
        guard i != j else { continue }
        let gap = power[i] - power[j]
        let mirrored = core[j * k + i]
        omegaU[i * k + j] = (entry * sigma[j] + mirrored * sigma[i]) / gap
        omegaV[i * k + j] = (entry * sigma[i] + mirrored * sigma[j]) / gap
      }
    }
    excess(u, rows, excessU)
    excess(v, columns, excessV)
    damping = depth * largest * size.squareRoot()
    return size.isFinite && largest.isFinite
  }

  /// Writes the derivative at the updated state.
  func rates(_ state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>) {
    let k = rank
    let (slope, core, omegaU, omegaV) = (
      self.slope.pointer, self.core.pointer, self.omegaU.pointer, self.omegaV.pointer
    )
    let (excessU, excessV, gv, gu) = (self.excessU.pointer, self.excessV.pointer, self.gv.pointer, self.gu.pointer)
    for r in 0..<k { rates[r] = -depth * slope[r] * core[r * k + r] }
    frame(state + k, rows, omegaU, excessU, gv, transposed: false, rates + k)
    frame(
      state + k + rows * k, columns, omegaV, excessV, gu, transposed: true,
      rates + k + rows * k)
  }

  /// Q Ω − (P − Q C) diag(σ^{1−2/L}) − κ Q E for a frame Q, where P = G V and C = Ĝ, or P = Gᵀ U and C = Ĝᵀ.
  private func frame(
    _ q: UnsafePointer<Double>, _ size: Int, _ omega: UnsafePointer<Double>, _ excess: UnsafePointer<Double>,
    _ image: UnsafePointer<Double>, transposed: Bool, _ rates: UnsafeMutablePointer<Double>
  ) {
    let k = rank
    let (core, slope) = (self.core.pointer, self.slope.pointer)
    for i in 0..<size {
      for r in 0..<k {
        var turn = 0.0
        var inside = 0.0
        for j in 0..<k {
          let entry = q[i * k + j]
          turn += entry * (omega[j * k + r] - damping * excess[j * k + r])
          inside += entry * (transposed ? core[r * k + j] : core[j * k + r])
        }
        // A square frame spans everything, so nothing of the image lies outside it.
        let outside = size == k ? 0 : (image[i * k + r] - inside) * slope[r]
        rates[i * k + r] = turn - outside
      }
    }
  }

  /// QᵀQ − I.
  private func excess(_ q: UnsafePointer<Double>, _ size: Int, _ result: UnsafeMutablePointer<Double>) {
    let k = rank
    for a in 0..<k {
      for b in 0..<k {
        var sum = a == b ? -1.0 : 0
        for i in 0..<size { sum += q[i * k + a] * q[i * k + b] }
        result[a * k + b] = sum
      }
    }
  }

  /// G V, Gᵀ U and Uᵀ G V.
  private func project(
    _ g: UnsafePointer<Double>, _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>,
    _ gv: UnsafeMutablePointer<Double>, _ gu: UnsafeMutablePointer<Double>, _ core: UnsafeMutablePointer<Double>
  ) {
    let k = rank
    BLAS.multiply(m: rows, n: k, k: columns, a: g, lda: columns, b: v, ldb: k, c: gv, ldc: k)
    BLAS.multiply(m: columns, n: k, k: rows, a: g, lda: columns, transposeA: true, b: u, ldb: k, c: gu, ldc: k)
    BLAS.multiply(m: k, n: k, k: rows, a: u, lda: k, transposeA: true, b: gv, ldb: k, c: core, ldc: k)
  }
}
