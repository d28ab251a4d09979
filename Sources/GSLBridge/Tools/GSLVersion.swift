internal import CGSL

/// The version of GSL this was compiled against.
public enum GSLVersion {
  /// Such as `2.7.1`.
  public static var text: String { GSL_VERSION }
}
