import SDP
import Testing

@Suite("Candidates")
struct CandidateTests {
    @Test func `a trickled candidate is read with and without its prefix`() throws {
        let line = "candidate:842163049 1 udp 1677729535 203.0.113.5 61000 typ srflx raddr 0.0.0.0 rport 0 generation 0"
        let candidate = try #require(Candidate(parsing: line))
        #expect(candidate.kind == .serverReflexive)
        #expect(candidate.address == "203.0.113.5")
        #expect(candidate.port == 61000)
        #expect(candidate.parameter("rport") == "0")
        #expect(candidate.description == line)
        #expect(Candidate(parsing: "a=" + line) == candidate)
        #expect(Candidate(parsing: String(line.dropFirst())) == nil)
        #expect(Candidate(parsing: line + "\r\na=mid:0") == nil)
    }

    @Test func `kinds that nobody has defined yet are kept`() throws {
        let line = "candidate:1 1 udp 1 2001:db8::1 9 typ quantum"
        #expect(Candidate(parsing: line)?.kind == .other("quantum"))
        #expect(Candidate(parsing: line)?.description == line)
    }

    @Test func `a fragment carries credentials and candidates`() throws {
        let text = """
            a=group:BUNDLE 0 1
            a=ice-ufrag:EsAw
            a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
            m=audio 9 UDP/TLS/RTP/SAVPF 0
            a=mid:0
            a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host
            a=end-of-candidates

            """
        let fragment = try Fragment(parsing: text)
        #expect(fragment.iceCredentials?.ufrag == "EsAw")
        #expect(fragment.media.first?.candidates.count == 1)
        #expect(fragment.media.first?.hasEndOfCandidates == true)
        #expect(fragment.description == Sample.wire(text))

        let inner = try Fragment(parsing: "m=audio 9 X 0\na=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\n")
        #expect(inner.iceCredentials?.pwd == "P2uYro0UCOQ4zxjKXaWCBui1")
        #expect(throws: SDPError(line: 1, reason: .unexpectedLine(0x76))) { try Fragment(parsing: "v=0\n") }
    }
}
