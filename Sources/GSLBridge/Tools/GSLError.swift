internal import CGSL

/// A failure reported by GSL, or a request refused before GSL was asked.
public struct GSLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// GSL's error number, as in `gsl_errno.h` (4 is an invalid argument, 8 is memory exhausted).
  public let code: Int
  /// What went wrong, where, and what to try.
  public let message: String

  /// A failure with GSL's number and a sentence of our own.
  public init(code: Int, message: String) {
    self.code = code
    self.message = message
  }

  /// The sentence, followed by GSL's number and GSL's own words for it.
  public var description: String {
    "\(message) (GSL error \(code): \(GSLError.words(for: CInt(truncatingIfNeeded: code))))"
  }

  static func invalid(_ message: String) -> GSLError { GSLError(code: GSL_EINVAL, message: message) }

  static func memory(_ message: String) -> GSLError { GSLError(code: GSL_ENOMEM, message: message) }

  /// Throws unless GSL returned success.
  static func check(_ status: CInt, _ doing: String) throws(GSLError) {
    if status != CInt(GSL_SUCCESS) { throw GSLError(code: Int(status), message: doing) }
  }

  /// GSL's own text for an error number.
  static func words(for code: CInt) -> String { gsl_strerror(code).map { String(cString: $0) } ?? "unknown error" }
}

/// Process-wide set-up of GSL.
enum GSLRuntime {
  /// Reading it switches GSL's aborting error handler off, once and for the whole process.
  static let ready: Void = { _ = gsl_set_error_handler_off() }()
}
