import CFLINT

/// How much memory exact algebra may take.
public enum ExactMemory {
  /// Sets the most bytes that the algebra may hold at a time, in the whole process.
  public static func limit(_ bytes: Int) {
    cflint_start()
    cflint_set_budget(bytes)
  }
}
