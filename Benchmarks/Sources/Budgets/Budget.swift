import Glibc

/// Ends the program: a budget that does not depend on time is broken, or a benchmark cannot do its work.
public func budgetBroken(_ benchmark: String, _ message: String) -> Never {
    fputs("\(benchmark): \(message)\n", stderr)
    exit(EXIT_FAILURE)
}
