import Testing
import Wire

@Suite("IP addresses")
struct IPAddressTests {
    @Test(
        "read and write the same text",
        arguments: [
            "0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "1::", "2001:db8::1", "2001:db8:0:1:1:1:1:1",
            "fe80::1:0:0:1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8",
        ]
    )
    func roundTrip(text: String) throws {
        #expect(try #require(IPAddress(text)).description == text)
    }

    @Test(
        "refuse text that is no address",
        arguments: [
            "", ".", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:", ":1", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0",
            "[::1]",
        ]
    )
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `an IPv4-mapped address is another address until it is made canonical`() throws {
        let mapped = try #require(IPAddress("::ffff:127.0.0.1"))
        let plain = IPAddress(ipv4: 127, 0, 0, 1)
        #expect(mapped != plain)
        #expect(mapped.canonical == plain)
        #expect(!mapped.isLoopback)
    }

    @Test(
        "are put in the right class",
        arguments: [
            ("127.255.0.1", "loopback"), ("::1", "loopback"), ("224.0.0.1", "multicast"), ("239.1.1.1", "multicast"),
            ("ff02::1", "multicast"), ("169.254.169.254", "link-local"), ("fe80::1", "link-local"),
            ("febf::1", "link-local"),
            ("10.1.2.3", "private"), ("172.31.0.1", "private"), ("192.168.1.1", "private"), ("100.127.0.1", "private"),
            ("fd00::1", "private"), ("172.32.0.1", "public"), ("100.128.0.1", "public"), ("fec0::1", "public"),
            ("8.8.8.8", "public"), ("2001:db8::1", "public"),
        ]
    )
    func classes(text: String, expected: String) throws {
        let address = try #require(IPAddress(text))
        let found =
            address.isLoopback
            ? "loopback"
            : address.isMulticast
                ? "multicast" : address.isLinkLocal ? "link-local" : address.isPrivate ? "private" : "public"
        #expect(found == expected)
    }

    @Test(
        "transport addresses read and write the same text",
        arguments: ["192.0.2.1:3478", "[2001:db8::1]:65535", "[::]:0"]
    )
    func transportAddress(text: String) throws {
        #expect(try #require(TransportAddress(text)).description == text)
    }

    @Test(
        "transport addresses refuse other text",
        arguments: [
            "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:+1", "::1:80", "[192.0.2.1]:80", "[::1]80", "[::1",
        ]
    )
    func transportAddressRefused(text: String) {
        #expect(TransportAddress(text) == nil)
    }
}
