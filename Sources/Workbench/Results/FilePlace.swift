import ArrayFiles
import Models

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a file stands, and whether one that is written when everything has run can be.
package enum FilePlace {
  /// The folder of a file: what stands before the last slash, `.` where there is none.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Looks, before anything long runs, whether the file can be written.
  ///
  /// - Parameter flag: the flag that names it.
  /// - Throws: ``Refusal`` for a folder that is missing or cannot be written, and for a folder in the file's place.
  package static func check(_ path: String, flag: String) throws(Refusal) {
    guard !path.isEmpty else { throw Refusal("\(flag) was given an empty name", remedy: "name a file") }
    guard !Folder.exists(path) else {
      throw Refusal("\(flag) \(path): it is a folder", remedy: "name a file, in it or elsewhere")
    }
    let folder = folder(of: path)
    guard access(folder, W_OK | X_OK) == 0 else {
      throw Refusal(
        "\(flag) \(path): the folder \(folder) cannot be written: \(String(cString: strerror(errno)))",
        remedy: "make it, or choose another")
    }
  }
}
