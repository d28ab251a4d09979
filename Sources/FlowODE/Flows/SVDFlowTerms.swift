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
  private let sigma, power, slope, end, gradient, gv, gu, core, omegaU, omegaV, excessU, excessV: Buffer<Double>
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
    let (u, v) = (state + k, state + k + rows * k)
    for r in 0..<k {
      sigma.pointer[r] = exp(state[r])
      power.pointer[r] = exp(2 / depth * state[r])
      slope.pointer[r] = exp((1 - 2 / depth) * state[r])
    }
    for i in 0..<rows {
      for j in 0..<columns {
        var sum = 0.0
        for r in 0..<k { sum += u[i * k + r] * sigma.pointer[r] * v[j * k + r] }
        end.pointer[i * columns + j] = sum
      }
    }
    endObjective.gradient(end.pointer, into: gradient.pointer)
    project(gradient.pointer, u, v, gv.pointer, gu.pointer, core.pointer)
    var size = 0.0
    var largest = 0.0
    for i in 0..<k {
      largest = max(largest, slope.pointer[i])
      for j in 0..<k {
        let entry = core.pointer[i * k + j]
        size += entry * entry
        guard i != j else { continue }
        let gap = power.pointer[i] - power.pointer[j]
        let mirrored = core.pointer[j * k + i]
        omegaU.pointer[i * k + j] = (entry * sigma.pointer[j] + mirrored * sigma.pointer[i]) / gap
        omegaV.pointer[i * k + j] = (entry * sigma.pointer[i] + mirrored * sigma.pointer[j]) / gap
      }
    }
    excess(u, rows, excessU.pointer)
    excess(v, columns, excessV.pointer)
    damping = depth * largest * size.squareRoot()
    return size.isFinite && largest.isFinite
  }

  /// Writes the derivative at the updated state.
  func rates(_ state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>) {
    let k = rank
    for r in 0..<k { rates[r] = -depth * slope.pointer[r] * core.pointer[r * k + r] }
    frame(state + k, rows, omegaU.pointer, excessU.pointer, gv.pointer, transposed: false, rates + k)
    frame(
      state + k + rows * k, columns, omegaV.pointer, excessV.pointer, gu.pointer, transposed: true,
      rates + k + rows * k)
  }

  /// Q Ω − (P − Q C) diag(σ^{1−2/L}) − κ Q E for a frame Q, where P = G V and C = Ĝ, or P = Gᵀ U and C = Ĝᵀ.
  private func frame(
    _ q: UnsafePointer<Double>, _ size: Int, _ omega: UnsafePointer<Double>, _ excess: UnsafePointer<Double>,
    _ image: UnsafePointer<Double>, transposed: Bool, _ rates: UnsafeMutablePointer<Double>
  ) {
    let k = rank
    for i in 0..<size {
      for r in 0..<k {
        var turn = 0.0
        var inside = 0.0
        for j in 0..<k {
          let entry = q[i * k + j]
          turn += entry * (omega[j * k + r] - damping * excess[j * k + r])
          inside += entry * (transposed ? core.pointer[r * k + j] : core.pointer[j * k + r])
        }
        // A square frame spans everything, so nothing of the image lies outside it.
        let outside = size == k ? 0 : (image[i * k + r] - inside) * slope.pointer[r]
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

  /// Writes the derivative of ``rates(_:into:)`` along a direction of the state, at the updated state; κ counts as constant,
  /// which is exact on orthonormal frames.
  func tangent(
    _ state: UnsafePointer<Double>, along direction: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    let k = rank
    let (m, n) = (rows, columns)
    let (u, v) = (state + k, state + k + m * k)
    let (du, dv) = (direction + k, direction + k + m * k)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * m * n + 2 * (m + n) * k + 6 * k * k) { work in
      guard var next = work.baseAddress else { return }
      func take(_ count: Int) -> UnsafeMutablePointer<Double> {
        defer { next += count }
        return next
      }
      let (dEnd, dG) = (take(m * n), take(m * n))
      let (dGV, dGU) = (take(m * k), take(n * k))
      let (dCore, dOmegaU, dOmegaV, dExcessU, dExcessV) = (
        take(k * k), take(k * k), take(k * k), take(k * k), take(k * k)
      )
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for r in 0..<k {
            let s = sigma.pointer[r]
            sum +=
              s
              * (du[i * k + r] * v[j * k + r] + u[i * k + r] * dv[j * k + r] + direction[r] * u[i * k + r]
                * v[j * k + r])
          }
          dEnd[i * n + j] = sum
        }
      }
      endObjective.hessianVectorProduct(end.pointer, direction: dEnd, into: dG)
      BLAS.multiply(m: m, n: k, k: n, a: dG, lda: n, b: v, ldb: k, c: dGV, ldc: k)
      BLAS.multiply(m: m, n: k, k: n, a: gradient.pointer, lda: n, b: dv, ldb: k, beta: 1, c: dGV, ldc: k)
      BLAS.multiply(m: n, n: k, k: m, a: dG, lda: n, transposeA: true, b: u, ldb: k, c: dGU, ldc: k)
      BLAS.multiply(
        m: n, n: k, k: m, a: gradient.pointer, lda: n, transposeA: true, b: du, ldb: k, beta: 1, c: dGU, ldc: k)
      BLAS.multiply(m: k, n: k, k: m, a: u, lda: k, transposeA: true, b: dGV, ldb: k, c: dCore, ldc: k)
      BLAS.multiply(m: k, n: k, k: m, a: du, lda: k, transposeA: true, b: gv.pointer, ldb: k, beta: 1, c: dCore, ldc: k)
      for i in 0..<k {
        for j in 0..<k {
          let (dsi, dsj) = (sigma.pointer[i] * direction[i], sigma.pointer[j] * direction[j])
          let ij = i * k + j
          if i == j {
            dOmegaU[ij] = 0
            dOmegaV[ij] = 0
          } else {
            let gap = power.pointer[i] - power.pointer[j]
            let stretch = 2 / depth * (power.pointer[i] * direction[i] - power.pointer[j] * direction[j]) / gap
            let (g, h, dg, dh) = (core.pointer[ij], core.pointer[j * k + i], dCore[ij], dCore[j * k + i])
            dOmegaU[ij] =
              (dg * sigma.pointer[j] + g * dsj + dh * sigma.pointer[i] + h * dsi) / gap - omegaU.pointer[ij] * stretch
            dOmegaV[ij] =
              (dg * sigma.pointer[i] + g * dsi + dh * sigma.pointer[j] + h * dsj) / gap - omegaV.pointer[ij] * stretch
          }
        }
      }
      excessTangent(u, du, m, dExcessU)
      excessTangent(v, dv, n, dExcessV)
      for r in 0..<k {
        let rr = r * k + r
        tangent[r] =
          -depth * slope.pointer[r] * (dCore[rr] + (1 - 2 / depth) * direction[r] * core.pointer[rr])
      }
      frameTangent(
        u, du, m, omegaU.pointer, dOmegaU, excessU.pointer, dExcessU, gv.pointer, dGV, dCore, direction,
        transposed: false, tangent + k)
      frameTangent(
        v, dv, n, omegaV.pointer, dOmegaV, excessV.pointer, dExcessV, gu.pointer, dGU, dCore, direction,
        transposed: true, tangent + k + m * k)
    }
  }

  private func excessTangent(
    _ q: UnsafePointer<Double>, _ dq: UnsafePointer<Double>, _ size: Int, _ result: UnsafeMutablePointer<Double>
  ) {
    let k = rank
    for a in 0..<k {
      for b in 0..<k {
        var sum = 0.0
        for i in 0..<size { sum += dq[i * k + a] * q[i * k + b] + q[i * k + a] * dq[i * k + b] }
        result[a * k + b] = sum
      }
    }
  }

  private func frameTangent(
    _ q: UnsafePointer<Double>, _ dq: UnsafePointer<Double>, _ size: Int, _ omega: UnsafePointer<Double>,
    _ dOmega: UnsafePointer<Double>, _ excess: UnsafePointer<Double>, _ dExcess: UnsafePointer<Double>,
    _ image: UnsafePointer<Double>, _ dImage: UnsafePointer<Double>, _ dCore: UnsafePointer<Double>,
    _ direction: UnsafePointer<Double>, transposed: Bool, _ tangent: UnsafeMutablePointer<Double>
  ) {
    let k = rank
    for i in 0..<size {
      for r in 0..<k {
        var turn = 0.0
        var inside = 0.0
        var dInside = 0.0
        for j in 0..<k {
          let (entry, dEntry) = (q[i * k + j], dq[i * k + j])
          let jr = j * k + r
          turn += dEntry * (omega[jr] - damping * excess[jr]) + entry * (dOmega[jr] - damping * dExcess[jr])
          let at = transposed ? r * k + j : jr
          inside += entry * core.pointer[at]
          dInside += dEntry * core.pointer[at] + entry * dCore[at]
        }
        guard size != k else {
          tangent[i * k + r] = turn
          continue
        }
        let growth = (1 - 2 / depth) * direction[r]
        let outside =
          slope.pointer[r] * (dImage[i * k + r] - dInside + (image[i * k + r] - inside) * growth)
        tangent[i * k + r] = turn - outside
      }
    }
  }
}
