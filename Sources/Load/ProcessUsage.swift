internal import Foundation

/// What a process uses, as /proc tells.
struct ProcessUsage: Sendable {
    /// Time on a processor of all threads that are alive, user and system, in nanoseconds.
    var processorNanoseconds: UInt64
    /// Resident memory in bytes.
    var residentByteCount: UInt64

    /// Nil when there is no such process.
    init?(of process: Int32) {
        guard let tasks = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task") else {
            return nil
        }
        var nanoseconds: UInt64 = 0
        for task in tasks {
            // Three numbers; the first is the time on a processor in nanoseconds. `stat` counts in ticks of 10 ms.
            guard let text = try? String(contentsOfFile: "/proc/\(process)/task/\(task)/schedstat", encoding: .utf8)
            else {
                continue
            }
            nanoseconds += text.split(separator: " ").first.flatMap { UInt64($0) } ?? 0
        }
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return nil }
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kilobytes = resident?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        processorNanoseconds = nanoseconds
        residentByteCount = (kilobytes.flatMap { UInt64($0) } ?? 0) * 1024
    }
}
