import CProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The ends of a program's pipes that are ours.
struct ChildPipes {
  /// Requests to its descriptor 3.
  let requests: Int32
  /// Replies from its descriptor 4.
  let replies: Int32
  /// What it prints, on either stream.
  let prints: Int32
}

/// Starts programs. What a program is given: nothing to read on its standard input, one pipe for both of its outputs, and the protocol's
/// two descriptors 3 and 4; no other descriptor of ours, no signal that we ignore, a process group of its own.
enum ChildSpawn {
  /// - Returns: the process with our ends of its pipes, or no pipes and the error number of the attempt.
  static func start(_ words: [String]) -> (process: pid_t, pipes: ChildPipes?, error: Int32) {
    // A program that goes away must not end us with a signal.
    signal(SIGPIPE, SIG_IGN)
    var pipes: [(read: Int32, write: Int32)] = []
    func closeAll() {
      for pipe in pipes {
        close(pipe.read)
        close(pipe.write)
      }
    }
    for _ in 0..<3 {
      var ends: [Int32] = [-1, -1]
      let error = cprocess_pipe(&ends)
      guard error == 0 else {
        closeAll()
        return (0, nil, error)
      }
      pipes.append((ends[0], ends[1]))
    }
    let (requests, replies, prints) = (pipes[0], pipes[1], pipes[2])
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var process = pid_t()
    let error = cprocess_spawn(&arguments, requests.read, replies.write, prints.write, &process)
    guard error == 0 else {
      closeAll()
      return (0, nil, error)
    }
    for end in [requests.read, replies.write, prints.write] { close(end) }
    for end in [requests.write, replies.read, prints.read] {
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
    cprocess_enlarge(requests.write)
    cprocess_enlarge(replies.read)
    return (process, ChildPipes(requests: requests.write, replies: replies.read, prints: prints.read), 0)
  }
}
