import ExternalModels
import Models

/// Starts a program that computes a model; null where it cannot be.
@_cdecl("flow_external_open")
public func flowExternalOpen(_ words: UnsafePointer<CChar>) -> UnsafeMutableRawPointer? {
  do {
    return Unmanaged.passRetained(try ExternalProgram(ProgramWords(String(cString: words)))).toOpaque()
  } catch {
    print("flowbench: \(error)")
    return nil
  }
}

/// Asks it for value and gradient, and returns the value.
@_cdecl("flow_external_gradient")
public func flowExternalGradient(
  _ handle: UnsafeMutableRawPointer, _ theta: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
) -> Double {
  Unmanaged<ExternalProgram>.fromOpaque(handle).takeUnretainedValue().gradient(theta, into: gradient)
}

/// Ends it.
@_cdecl("flow_external_close")
public func flowExternalClose(_ handle: UnsafeMutableRawPointer) {
  let program = Unmanaged<ExternalProgram>.fromOpaque(handle)
  program.takeUnretainedValue().close()
  program.release()
}
