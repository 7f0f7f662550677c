import Glibc

/// Ends the program: a budget that does not depend on time is broken, or a benchmark cannot do its work.
public func budgetBroken(_ benchmark: String, _ message: String) -> Never {
    let line = Array("\(benchmark): \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(EXIT_FAILURE)
}
