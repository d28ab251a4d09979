import GSLBridge
import Theorems

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where and when results were made, and what they cost: everything that may differ between two runs of one experiment.
struct Provenance: Encodable {
  struct Rung: Encodable {
    /// nil for gradient descent.
    let rtol: Double?
    let steps: Int
    let rejected: Int
    let gradients: Int
    let jacobians: Int
  }

  let schema = "flowcheck.provenance/1"
  let command: String
  let arguments: [String]
  /// Of flowcheck, of GSL, and which library does the dense linear algebra.
  let versions: [String: String]
  let host: String
  let operatingSystem: String
  let began: String
  let ended: String
  let cpuSeconds: Double
  let peakMemoryKilobytes: Int
  let rungs: [Rung]

  init(command: String, began: Date, rungs: [Rung]) {
    self.command = command
    arguments = Array(CommandLine.arguments.dropFirst())
    versions = [
      "flowcheck": Flowcheck.configuration.version, "gsl": GSLVersion.text,
      "blas": [BLASProvider.dgemmLibrary, BLASProvider.coreName].compactMap(\.self).joined(separator: ", "),
    ]
    host = ProcessInfo.processInfo.hostName
    operatingSystem = ProcessInfo.processInfo.operatingSystemVersionString
    self.began = began.formatted(.iso8601)
    ended = Date().formatted(.iso8601)
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let unit = 1
    #else
      getrusage(RUSAGE_SELF, &usage)
      let unit = 1024
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + 1e-6 * Double(time.tv_usec) }
    cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    peakMemoryKilobytes = Int(usage.ru_maxrss) / unit
    self.rungs = rungs
  }
}

extension Provenance.Rung {
  init(_ rung: RungReport) {
    self.init(
      rtol: rung.rtol, steps: rung.steps, rejected: rung.rejected, gradients: rung.gradients, jacobians: rung.jacobians)
  }
}
