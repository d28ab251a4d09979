/// The registry of the self-test. Rows A compare with exact answers, rows B run negative controls.
public enum SelfTest {
  /// Every row, in the order in which they are printed.
  public static let rows: [SelfTestRow] =
    SelfTestModes.rows + SelfTestComponents.rows + SelfTestFlows.rows + SelfTestGrowth.rows + SelfTestControls.rows
}
