import Models
import Presentation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One running program: who started it, asks it and ends it. One thread at a time.
final class ProgramConnection {
  /// What a call came to.
  enum Reply {
    case done
    /// Somebody interrupted: the program is in the middle of something, and is of no use any more.
    case interrupted
    case failed(ProgramFailure)
  }

  let greeting: Greeting
  let words: ProgramWords
  let process: pid_t
  let pipes: ChildPipes
  private let limits: TimeLimits
  let isCancelled: @Sendable () -> Bool
  private let count: Int
  let prints: PrintedText
  let pump: PipePump
  private var shared: SharedDoubles?
  private(set) var calls = 0
  private var times: [Double] = []
  private var isOpen = true
  private let head: UnsafeMutableRawPointer

  /// Starts a program and hears its greeting.
  ///
  /// - Parameter prints: what takes what it prints.
  /// - Throws: ``ProgramFailure``, or ``Refusal`` for a program that is not there; nil where somebody interrupted.
  static func start(
    _ words: ProgramWords, limits: TimeLimits, prints: PrintedText, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> ProgramConnection? {
    let (process, pipes, error) = ChildSpawn.start(words.words)
    guard let pipes else {
      throw Refusal(
        "the program '\(words.text)' cannot be started: \(String(cString: strerror(error)))",
        remedy: error == ENOENT
          ? "name a program in PATH, or a path to one, in problem.program" : "check problem.program"
      )
    }
    guard ProcessGroups.add(process) else {
      kill(-process, SIGKILL)
      throw ProgramFailure(words.text, "would be one too many", remedy: "use fewer threads")
    }
    prints.reopen(pipes.prints)
    let pump = PipePump(pipes, prints)
    var head = [UInt8](repeating: 0, count: Frame.size)
    let connection: ProgramConnection
    var ender = ProgramEnder(process: process, pipes: pipes)
    do {
      let deadline = Deadline(seconds: limits.start)
      func hear(_ bytes: inout [UInt8]) throws -> Bool {
        let outcome = bytes.withUnsafeMutableBytes { pump.receive($0, until: deadline, isCancelled) }
        switch outcome {
        case .done: return true
        case .interrupted: return false
        case .late:
          throw ProgramFailure(
            words.text, "said nothing within \(seconds(limits.start)) of its start\(prints.quotation)",
            remedy: "have it call serve, or give it longer with --time-limit")
        case .ended:
          throw ProgramFailure(
            words.text, "\(ender.reason()) before it had greeted\(prints.quotation)",
            remedy: "have it call serve, or speak the protocol on descriptors 3 and 4")
        }
      }
      guard try hear(&head) else {
        ender.kill()
        return nil
      }
      let frame = head.withUnsafeBytes { bytes in bytes.baseAddress.map { Frame(reading: $0) } }
      guard let frame, frame.kind == Frame.magic, frame.length <= Greeting.longest else {
        throw ProgramFailure(
          words.text, "begins with what is no greeting of the protocol", remedy: "write to descriptor 4 by serve only")
      }
      guard frame.flags == Frame.version else {
        throw ProgramFailure(
          words.text, "speaks version \(frame.flags) of the protocol, flowcheck version \(Frame.version)",
          remedy: "use the package that belongs to this flowcheck")
      }
      var payload = [UInt8](repeating: 0, count: Int(frame.length))
      guard try hear(&payload) else {
        ender.kill()
        return nil
      }
      let (greeting, reason) = Greeting.read(payload)
      guard let greeting else {
        throw ProgramFailure(words.text, "sent \(reason)", remedy: "name every block once, with its shape")
      }
      guard let count = total(greeting.blocks) else {
        throw ProgramFailure(words.text, "has more parameters than fit into memory", remedy: "use a smaller model")
      }
      connection = ProgramConnection(words, greeting, count, process, pipes, pump, limits, prints, isCancelled)
    } catch {
      ender.kill()
      throw error
    }
    return try connection.answer() ? connection : nil
  }

  private static func total(_ blocks: [ExternalBlock]) -> Int? {
    var sum = 0
    for block in blocks {
      guard let count = MemoryLimit.elementCount(block.shape) else { return nil }
      sum += count
    }
    return MemoryLimit.elementCount([sum, 24]) == nil ? nil : sum
  }

  private init(
    _ words: ProgramWords, _ greeting: Greeting, _ count: Int, _ process: pid_t, _ pipes: ChildPipes,
    _ pump: PipePump, _ limits: TimeLimits, _ prints: PrintedText, _ isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.words = words
    self.greeting = greeting
    self.count = count
    self.process = process
    self.pipes = pipes
    self.pump = pump
    self.limits = limits
    self.prints = prints
    self.isCancelled = isCancelled
    head = .allocate(byteCount: 2 * Frame.size, alignment: 8)
    times.reserveCapacity(TimeLimits.remembered)
  }

  deinit {
    end(patiently: false)
    head.deallocate()
  }

  /// Answers the greeting, with shared memory where that is worth it; false where somebody interrupted.
  private func answer() throws -> Bool {
    let offered = count >= SharedDoubles.least ? SharedDoubles(count: count) : nil
    var path = Array((offered?.path ?? "").utf8)
    Frame(Frame.ready, length: path.count).write(head)
    let reply = path.withUnsafeMutableBytes { bytes in
      exchange(
        [UnsafeRawBufferPointer(bytes)], Deadline(seconds: limits.start), seconds(limits.start),
        "its greeting's answer")
    }
    switch reply {
    case .interrupted: return false
    case .failed(let failure): throw failure
    case .done: break
    }
    let frame = Frame(reading: head)
    guard frame.kind == Frame.ready, frame.flags <= 1, frame.length == 0 else {
      throw unexpected("an answer to its greeting")
    }
    shared = frame.flags == 1 ? offered : nil
    return true
  }

  /// Asks for f(θ) and ∇f(θ).
  func gradient(
    _ parameters: UnsafePointer<Double>, value: UnsafeMutablePointer<Double>,
    into gradient: UnsafeMutablePointer<Double>
  ) -> Reply {
    call(Frame.gradient, parameters, nil, value: value, into: gradient)
  }

  /// Asks for ∇²f(θ) v.
  func product(
    _ parameters: UnsafePointer<Double>, _ direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) -> Reply {
    call(Frame.product, parameters, direction, value: nil, into: result)
  }

  private func call(
    _ kind: UInt32, _ parameters: UnsafePointer<Double>, _ direction: UnsafePointer<Double>?,
    value: UnsafeMutablePointer<Double>?, into result: UnsafeMutablePointer<Double>
  ) -> Reply {
    calls += 1
    let (name, number) = ("call \(calls)", UInt32(truncatingIfNeeded: calls))
    if let failure = pump.isQuiet ? nil : unasked() { return fail(failure) }
    let limit = limits.next(after: times)
    let deadline = Deadline(seconds: limit)
    let bytes = count * MemoryLayout<Double>.stride
    var outgoing: [UnsafeRawBufferPointer] = []
    if let shared {
      shared.parameters.update(from: parameters, count: count)
      if let direction { shared.direction.update(from: direction, count: count) }
      Frame(kind, flags: number, length: 0).write(head)
    } else {
      outgoing.append(UnsafeRawBufferPointer(start: parameters, count: bytes))
      if let direction { outgoing.append(UnsafeRawBufferPointer(start: direction, count: bytes)) }
      Frame(kind, flags: number, length: outgoing.count * bytes).write(head)
    }
    let begin = Deadline.now
    switch exchange(outgoing, deadline, seconds(limit), name) {
    case .done: break
    case .interrupted: return .interrupted
    case .failed(let failure): return fail(failure)
    }
    let frame = Frame(reading: head)
    guard frame.kind == kind || frame.kind == Frame.complaint else { return fail(unexpected("a reply to \(name)")) }
    guard frame.flags == number else {
      return fail(
        ProgramFailure(
          words.text, "answered \(name) with the reply to another",
          remedy: "hand on the number of the request, and reply once"))
    }
    if frame.kind == Frame.complaint { return fail(complaint(frame, deadline, name)) }
    let expected = (value == nil ? 0 : 8) + (shared == nil ? bytes : 0)
    guard frame.length == UInt64(expected) else {
      return fail(
        ProgramFailure(
          words.text, "sent \(frame.length) bytes in reply to \(name), \(expected) were expected",
          remedy: "return one value and as many derivatives as there are parameters, \(count)"))
    }
    var incoming: [UnsafeMutableRawBufferPointer] = []
    if let value { incoming.append(UnsafeMutableRawBufferPointer(start: value, count: 8)) }
    if shared == nil { incoming.append(UnsafeMutableRawBufferPointer(start: result, count: bytes)) }
    for buffer in incoming {
      switch pump.receive(buffer, until: deadline, isCancelled) {
      case .done: continue
      case .interrupted: return .interrupted
      case let outcome: return fail(failure(outcome, seconds(limit), name))
      }
    }
    if let shared { result.update(from: shared.result, count: count) }
    if calls > 1 {
      let time = Double(Deadline.now - begin) * 1e-9
      if times.count < TimeLimits.remembered { times.append(time) } else { times[calls % TimeLimits.remembered] = time }
    }
    return .done
  }

  /// Sends the head and what follows it, and receives a head.
  private func exchange(
    _ payload: [UnsafeRawBufferPointer], _ deadline: Deadline, _ limit: String, _ name: String
  ) -> Reply {
    let sent = pump.send(
      [UnsafeRawBufferPointer(start: head, count: Frame.size)] + payload, until: deadline, isCancelled)
    switch sent {
    case .done: break
    case .interrupted: return .interrupted
    default: return .failed(failure(sent, limit, name))
    }
    let heard = pump.receive(
      UnsafeMutableRawBufferPointer(start: head, count: Frame.size), until: deadline, isCancelled)
    switch heard {
    case .done: return .done
    case .interrupted: return .interrupted
    default: return .failed(failure(heard, limit, name))
    }
  }

  /// Ends the program, which is not to be trusted any more.
  private func fail(_ failure: ProgramFailure) -> Reply {
    end(patiently: false)
    return .failed(failure)
  }

  /// Ends the program and whatever it started.
  ///
  /// - Parameter patiently: whether it may end by itself, as its input has ended.
  func end(patiently: Bool) {
    guard isOpen else { return }
    isOpen = false
    var ender = ProgramEnder(process: process, pipes: pipes)
    if patiently { ender.wait(prints) }
    ender.kill()
  }
}

/// A number of seconds in words.
func seconds(_ number: Double) -> String {
  number == number.rounded() && number < 1e6 ? "\(Int(number)) s" : "\(number) s"
}
