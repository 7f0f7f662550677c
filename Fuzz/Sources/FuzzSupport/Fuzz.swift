/// libFuzzer's own entry, for programs that have a `main` of their own.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Set once before the driver starts and read by it on the same thread.
nonisolated(unsafe) private var body: (RawSpan) -> Void = { _ in }

/// Hands inputs to `test` until the time given on the command line is over. A trap or a wrong access ends the program and
/// leaves the input in a file.
public func fuzz(_ test: @escaping (RawSpan) -> Void) {
    unsafe body = test
    var count = CommandLine.argc
    var arguments = unsafe CommandLine.unsafeArgv
    _ = unsafe runDriver(&count, &arguments) { start, count in
        unsafe body(UnsafeRawBufferPointer(start: start, count: count).bytes)
        return 0
    }
}
