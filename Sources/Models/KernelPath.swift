internal import CKernels

/// One of the compiled copies of the inner loops; all compute the same sums in the same order.
///
/// The copies differ only in whether a product is rounded before it is added: `avx2` and `avx512` use fused
/// multiply–add, `generic` does on processors where that is part of the base instruction set (arm64).
package enum KernelPath: Int32, CaseIterable, Sendable {
  /// What every processor of the architecture has.
  case generic = 0
  /// AVX2 with fused multiply–add.
  case avx2 = 1
  /// AVX-512.
  case avx512 = 2

  /// Whether this machine can run the path.
  package var isSupported: Bool { flow_path_supported(rawValue) == 1 }

  /// The widest path this machine can run, found once.
  package static let best: KernelPath = allCases.last { $0.isSupported } ?? .generic
}
