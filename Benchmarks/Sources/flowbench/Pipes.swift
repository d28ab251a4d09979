import ExternalModels
import Models

/// Starts a program that computes a model; null where it cannot be.
@_cdecl("flow_program_open")
public func flowProgramOpen(_ words: UnsafePointer<CChar>) -> UnsafeMutableRawPointer? {
  do {
    return Unmanaged.passRetained(try ExternalProgram(ProgramWords(String(cString: words)))).toOpaque()
  } catch {
    print("flowbench: \(error)")
    return nil
  }
}

/// Asks it for value and gradient, and returns the value.
@_cdecl("flow_program_gradient")
public func flowProgramGradient(
  _ handle: UnsafeMutableRawPointer, _ theta: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
) -> Double {
  Unmanaged<ExternalProgram>.fromOpaque(handle).takeUnretainedValue().gradient(theta, into: gradient)
}

/// Ends it.
@_cdecl("flow_program_close")
public func flowProgramClose(_ handle: UnsafeMutableRawPointer) {
  let program = Unmanaged<ExternalProgram>.fromOpaque(handle)
  program.takeUnretainedValue().close()
  program.release()
}
