import GSLBridge
import Settings
import Theorems
import Verdicts

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
package struct Provenance: Encodable {
  package struct Rung: Encodable {
    /// nil for gradient descent.
    let rtol: Double?
    let steps: Int
    let rejected: Int
    let gradients: Int
    let jacobians: Int
  }

  /// A file that a `.flow` file reads or a program's words name, and the SHA-256 of its bytes.
  package struct DataFile: Encodable, Sendable {
    let file: String
    let sha256: String
  }

  package let schema = "flowcheck.provenance/1"
  package let command: String
  package let arguments: [String]
  /// Of flowcheck, of GSL, and which library does the dense linear algebra.
  package let versions: [String: String]
  /// The commit of the sources it was built from; nil if that is not known. Changes that were not committed are not seen.
  package let commit: String?
  /// SHA-256 of the `.flow` file.
  package let modelSha256: String?
  /// Of the data files that it reads; nil where it reads none.
  let modelData: [DataFile]?
  /// Of the files among the words of the program that computes the model; nil where there are none.
  let programFiles: [DataFile]?
  /// SHA-256 of the files of data, inputs, targets, sensing operators and the start, and of θ(0) as little-endian doubles.
  package let dataSha256: String?
  let maskSha256: String?
  package let inputsSha256: String?
  package let targetsSha256: String?
  package let sensingSha256: String?
  package let startSha256: String?
  /// nil for a study of many starts.
  package let parametersSha256: String?
  /// Of the files of labels, where `complexity` reads any, and of what is for the test.
  let labelsSha256: String?
  let testDataSha256: String?
  let testLabelsSha256: String?
  /// What of the results was left out, and why.
  package let notes: [String]
  package let host: String
  package let operatingSystem: String
  package let began: String
  package let ended: String
  package let cpuSeconds: Double
  package let peakMemoryKilobytes: Int
  package let rungs: [Rung]

  /// - Parameter cpuSeconds: what the run cost; nil for all that the process has done.
  package init(
    command: String, began: Date, inputs: InputDigests, rungs: [Rung], notes: [String], cpuSeconds: Double? = nil
  ) {
    self.init(
      command: command, began: began, inputs: inputs, images: [:], rungs: rungs, notes: notes, cpuSeconds: cpuSeconds)
  }

  /// Of a study of images.
  ///
  /// - Parameter digests: SHA-256 of the files that were read, by the paths of the settings that name them.
  init(command: String, began: Date, data digests: [String: String]) {
    self.init(command: command, began: began, inputs: nil, images: digests, rungs: [], notes: [])
  }

  private init(
    command: String, began: Date, inputs: InputDigests?, images: [String: String], rungs: [Rung], notes: [String],
    cpuSeconds: Double? = nil
  ) {
    self.command = command
    arguments = Array(CommandLine.arguments.dropFirst())
    versions = [
      "flowcheck": Version.text, "gsl": GSLVersion.text,
      "blas": [BLASProvider.dgemmLibrary, BLASProvider.coreName].compactMap(\.self).joined(separator: ", "),
    ]
    commit = Version.commit
    modelSha256 = inputs?.model
    modelData = inputs.flatMap { $0.modelData.isEmpty ? nil : $0.modelData }
    programFiles = inputs.flatMap { $0.programFiles.isEmpty ? nil : $0.programFiles }
    dataSha256 = inputs?.data ?? images[SettingKey.complexityData.path]
    maskSha256 = inputs?.mask
    inputsSha256 = inputs?.inputs
    targetsSha256 = inputs?.targets
    sensingSha256 = inputs?.sensing
    startSha256 = inputs?.startFile
    parametersSha256 = inputs?.parameters
    labelsSha256 = images[SettingKey.complexityLabels.path]
    testDataSha256 = inputs?.testData ?? images[SettingKey.complexityTestData.path]
    testLabelsSha256 = images[SettingKey.complexityTestLabels.path]
    self.notes = notes
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
    self.cpuSeconds = cpuSeconds ?? CPUTime.process
    peakMemoryKilobytes = Int(usage.ru_maxrss) / unit
    self.rungs = rungs
  }
}

extension Provenance.Rung {
  package init(_ rung: RungReport) {
    self.init(
      rtol: rung.rtol, steps: rung.steps, rejected: rung.rejected, gradients: rung.gradients, jacobians: rung.jacobians)
  }
}
