internal import COpenBLAS

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which library does the dense linear algebra, and with how many threads.
public enum BLASProvider {
  /// Path of the shared library that `cblas_dgemm` comes from, or nil if it cannot be told.
  ///
  /// GSL brings a slow reference BLAS along; the first library in link order that defines the symbol wins.
  public static var dgemmLibrary: String? {
    #if canImport(Darwin)
      let everywhere = UnsafeMutableRawPointer(bitPattern: -2)
      var info = Dl_info()
      guard let symbol = dlsym(everywhere, "cblas_dgemm"), dladdr(symbol, &info) != 0 else { return nil }
    #else
      var info = flowcheck_symbol_info()
      guard let symbol = dlsym(nil, "cblas_dgemm"), flowcheck_dladdr(symbol, &info) != 0 else { return nil }
    #endif
    guard let name = info.dli_fname else { return nil }
    return String(cString: name)
  }

  /// Sets the number of threads OpenBLAS uses, at least 1; use 1 when the caller itself works in parallel.
  public static func setThreads(_ count: Int) { openblas_set_num_threads(CInt(clamping: max(1, count))) }

  /// Number of threads OpenBLAS uses.
  public static var threads: Int { Int(openblas_get_num_threads()) }

  /// The processor family OpenBLAS chose its kernels for, such as `SkylakeX`.
  public static var coreName: String? { openblas_get_corename().map { String(cString: $0) } }
}
