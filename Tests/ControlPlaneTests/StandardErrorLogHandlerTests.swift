import Logging
import Synchronization
import Testing

@testable import ControlPlane

@Suite("Log lines")
struct StandardErrorLogHandlerTests {
    private func lines(_ format: StandardErrorLogHandler.Format, _ body: (Logger) -> Void) -> [String] {
        let sink = Sink()
        let logger = Logger(label: "turn") { label in
            StandardErrorLogHandler(label: label, level: .info, format: format, time: { "T" }, write: sink.append)
        }
        body(logger)
        return sink.lines
    }

    @Test func `text has the time, the level, the label, the message and sorted metadata`() {
        let written = lines(.text) { logger in
            logger.log(.warning, "peer refused", [.turnUser: "user-1", .peerAddress: "192.0.2.0/24 port 1"])
        }
        #expect(written == ["T warning turn: peer refused peer.address=\"192.0.2.0/24 port 1\" turn.user=user-1\n"])
    }

    @Test func `JSON is one object a line`() {
        let written = lines(.json) { logger in
            logger.error("a \"quoted\"\nline", metadata: ["key": "back\\slash\u{1}"])
        }
        let expected =
            #"{"time":"T","level":"error","label":"turn","message":"a \"quoted\"\nline","key":"back\\slash\u0001"}"#
            + "\n"
        #expect(written == [expected])
    }

    @Test func `a value that breaks the line is quoted`() {
        let written = lines(.text) { $0.info("x\ny", metadata: ["a": "1\n2", "b": "", "c": "k=v"]) }
        #expect(written == [#"T info turn: "x\ny" a="1\n2" b="" c="k=v""# + "\n"])
    }

    @Test func `what is below the level is not written`() {
        #expect(lines(.text) { $0.debug("x") }.isEmpty)
    }

    @Test(
        "a time stamp is the Gregorian date in UTC",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (951_868_800, "2000-03-01T00:00:00.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (1_767_225_599, "2025-12-31T23:59:59.000Z"),
        ]
    )
    func timestamp(seconds: Int64, text: String) {
        #expect(LogTimestamp.text(secondsSince1970: seconds, milliseconds: 0) == text)
    }

    private final class Sink: Sendable {
        private let text = Mutex<[String]>([])
        var lines: [String] { text.withLock { $0 } }
        var append: @Sendable (String) -> Void { { line in self.text.withLock { $0.append(line) } } }
    }
}
