import ArgumentParser
import GSLBridge
import Models
import Presentation
import Workbench

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command line as a library: a program of two lines is flowcheck, with whatever it adds to the catalogues.
///
/// ```swift
/// import FlowcheckKit
///
/// Flowcheck.main(adding: Additions(claims: [MyClaim.self]))
/// ```
public enum Flowcheck {
  /// Reads the process's command line, does what it says, prints what comes out and ends the process with the documented exit
  /// status. Call it from the main thread, before anything else is done with the catalogues: their names are read once.
  ///
  /// An addition whose name is taken ends the process with status 64 and a sentence that names both. Help and reports call the program
  /// flowcheck whatever its file is called.
  public static func main(adding additions: Additions = Additions()) -> Never {
    Console.prepare()
    BLASProvider.setThreads(1)
    Interruption.shared.listen()
    do {
      try additions.register()
      if let position = Console.firstMalformedArgument {
        throw Refusal("argument \(position) is not UTF-8", remedy: "rename the file or retype the argument")
      }
      // An empty list of arguments is a broken wrapper's, and must not read as *holds*.
      guard CommandLine.arguments.count > 1 else { end(printing: RootCommand.helpMessage(), .usage) }
      var command = try RootCommand.parseAsRoot(RootCommand.gathered(Array(CommandLine.arguments.dropFirst())))
      try command.run()
    } catch let code as ExitCode {
      _exit(code.rawValue)
    } catch {
      end(with: error)
    }
    _exit(0)
  }

  private static func end(with error: any Error) -> Never {
    if let errors = error as? FlowTextErrors {
      // Excerpts are lines below each other, and harmless: what a terminal would act on has been replaced.
      for diagnostic in errors.diagnostics { Console.complain("error: \(diagnostic.text)") }
      _exit(ExitStatus.usage.rawValue)
    }
    if let (status, message) = ExitStatus.of(error) { end(status, message) }
    let text = RootCommand.fullMessage(for: error)
    switch RootCommand.exitCode(for: error) {
    case .success: end(printing: text)
    case .validationFailure:
      let usage = Usage(commands: RootCommand.configuration.subcommands.map { $0._commandName } + ["help"])
      end(.usage, usage.sentence(for: text, arguments: Array(CommandLine.arguments.dropFirst())))
    default: end(.internal, "\(error); this is a defect of flowcheck, please report the command that led to it")
    }
  }

  private static func end(_ status: ExitStatus, _ message: String) -> Never {
    Console.complain("error: \(Console.presentable(message))")
    _exit(status.rawValue)
  }

  /// Ends after printing a help text or the version.
  private static func end(printing text: String, _ status: ExitStatus? = nil) -> Never {
    do {
      try Console.print(text)
    } catch {
      end(.inputOutput, "\(error)")
    }
    _exit(status?.rawValue ?? 0)
  }
}
