extension IntegrationMethod {
  /// Whether the method's stepper knows the solution within its steps, so that it can form integrals beside the state: true of this
  /// project's own methods, false of GSL's.
  public var isDense: Bool {
    switch self {
    case .explicit(.dopri5), .explicit(.dop853), .explicit(.rkc2), .implicit(.gauss1), .implicit(.gauss2), .plateau,
      .auto:
      true
    case .explicit, .implicit: false
    }
  }
}
