import GSLBridge
import Models

extension SVDFlowTerms {
  /// Writes the derivative of ``rates(_:into:)`` along a direction of the state, at the updated state; κ counts as constant,
  /// which is exact on orthonormal frames.
  func tangent(
    _ state: UnsafePointer<Double>, along direction: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    let k = rank
    let (sigma, power, slope, end) = (self.sigma.pointer, self.power.pointer, self.slope.pointer, self.end.pointer)
    let (gradient, gv, gu, core) = (self.gradient.pointer, self.gv.pointer, self.gu.pointer, self.core.pointer)
    let (omegaU, omegaV, excessU, excessV) = (
      self.omegaU.pointer, self.omegaV.pointer, self.excessU.pointer, self.excessV.pointer
    )
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
            let s = sigma[r]
            sum +=
              s
              * (du[i * k + r] * v[j * k + r] + u[i * k + r] * dv[j * k + r] + direction[r] * u[i * k + r]
                * v[j * k + r])
          }
          dEnd[i * n + j] = sum
        }
      }
      endObjective.hessianVectorProduct(end, direction: dEnd, into: dG)
      BLAS.multiply(m: m, n: k, k: n, a: dG, lda: n, b: v, ldb: k, c: dGV, ldc: k)
      BLAS.multiply(m: m, n: k, k: n, a: gradient, lda: n, b: dv, ldb: k, beta: 1, c: dGV, ldc: k)
      BLAS.multiply(m: n, n: k, k: m, a: dG, lda: n, transposeA: true, b: u, ldb: k, c: dGU, ldc: k)
      BLAS.multiply(
        m: n, n: k, k: m, a: gradient, lda: n, transposeA: true, b: du, ldb: k, beta: 1, c: dGU, ldc: k)
      BLAS.multiply(m: k, n: k, k: m, a: u, lda: k, transposeA: true, b: dGV, ldb: k, c: dCore, ldc: k)
      BLAS.multiply(m: k, n: k, k: m, a: du, lda: k, transposeA: true, b: gv, ldb: k, beta: 1, c: dCore, ldc: k)
      for i in 0..<k {
        for j in 0..<k {
          let (dsi, dsj) = (sigma[i] * direction[i], sigma[j] * direction[j])
          let ij = i * k + j
          if i == j {
            dOmegaU[ij] = 0
            dOmegaV[ij] = 0
          } else {
            let gap = power[i] - power[j]
            let stretch = 2 / depth * (power[i] * direction[i] - power[j] * direction[j]) / gap
            let (g, h, dg, dh) = (core[ij], core[j * k + i], dCore[ij], dCore[j * k + i])
            dOmegaU[ij] =
              (dg * sigma[j] + g * dsj + dh * sigma[i] + h * dsi) / gap - omegaU[ij] * stretch
            dOmegaV[ij] =
              (dg * sigma[i] + g * dsi + dh * sigma[j] + h * dsj) / gap - omegaV[ij] * stretch
          }
        }
      }
      excessTangent(u, du, m, dExcessU)
      excessTangent(v, dv, n, dExcessV)
      for r in 0..<k {
        let rr = r * k + r
        tangent[r] =
          -depth * slope[r] * (dCore[rr] + (1 - 2 / depth) * direction[r] * core[rr])
      }
      frameTangent(
        u, du, m, omegaU, dOmegaU, excessU, dExcessU, gv, dGV, dCore, direction,
        transposed: false, tangent + k)
      frameTangent(
        v, dv, n, omegaV, dOmegaV, excessV, dExcessV, gu, dGU, dCore, direction,
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
    let (core, slope) = (self.core.pointer, self.slope.pointer)
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
          inside += entry * core[at]
          dInside += dEntry * core[at] + entry * dCore[at]
        }
        guard size != k else {
          tangent[i * k + r] = turn
          continue
        }
        let growth = (1 - 2 / depth) * direction[r]
        let outside =
          slope[r] * (dImage[i * k + r] - dInside + (image[i * k + r] - inside) * growth)
        tangent[i * k + r] = turn - outside
      }
    }
  }
}
