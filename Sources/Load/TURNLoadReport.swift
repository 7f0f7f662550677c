internal import Foundation

/// What a load has measured.
public struct TURNLoadReport: Sendable, Codable {
    public struct Latency: Sendable, Codable {
        public var p50Microseconds: Double
        public var p95Microseconds: Double
        public var p99Microseconds: Double
        public var maximumMicroseconds: Double
    }

    public var allocations = 0
    /// From the first Allocate to the last ChannelBind or CreatePermission, two and one round trips each.
    public var setupSeconds = 0.0
    public var setupProcessorMicrosecondsPerAllocation: Double?
    /// Growth of resident memory over the set-up.
    public var memoryBytesPerAllocation: Double?
    public var seconds = 0.0
    public var sent: UInt64 = 0
    public var received: UInt64 = 0
    /// CPU time of the server per packet that arrived.
    public var processorNanosecondsPerPacket: Double?
    public var processorShare: Double?
    public var latency: Latency?
    /// Datagrams that did not leave this machine's socket.
    public var notSent: UInt64 = 0

    public var lossShare: Double { sent == 0 ? 0 : max(0, 1 - Double(received) / Double(sent)) }
    public var packetsPerSecond: Double { seconds > 0 ? Double(received) / seconds : 0 }
    public var allocationsPerSecond: Double { setupSeconds > 0 ? Double(allocations) / setupSeconds : 0 }

    /// One line of JSON.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// A table for people.
    public var text: String {
        func number(_ value: Double, _ digits: Int = 0) -> String { String(format: "%.\(digits)f", value) }
        var rows: [(String, String)] = [
            (
                "allocations",
                "\(allocations) in \(number(setupSeconds, 3)) s (\(number(allocationsPerSecond)) per second)"
            ),
            ("sent", "\(sent) packets"),
            ("received", "\(received) packets (\(number(packetsPerSecond)) per second)"),
            ("loss", "\(number(lossShare * 100, 3)) %"),
        ]
        if notSent > 0 { rows.append(("not sent", "\(notSent) packets: the load generator's own socket was full")) }
        if let latency {
            rows.append(
                (
                    "latency",
                    "p50 \(number(latency.p50Microseconds)) us, p95 \(number(latency.p95Microseconds)) us, "
                        + "p99 \(number(latency.p99Microseconds)) us, max \(number(latency.maximumMicroseconds)) us"
                )
            )
        }
        if let processorNanosecondsPerPacket, let processorShare {
            rows.append(
                (
                    "server CPU",
                    "\(number(processorNanosecondsPerPacket)) ns per packet, \(number(processorShare * 100, 1)) % of a core"
                )
            )
        }
        if let setupProcessorMicrosecondsPerAllocation {
            rows.append(("server CPU, set-up", "\(number(setupProcessorMicrosecondsPerAllocation)) us per allocation"))
        }
        if let memoryBytesPerAllocation {
            rows.append(("server memory", "\(number(memoryBytesPerAllocation)) bytes per allocation"))
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.1 }.joined(
            separator: "\n"
        )
    }
}
