import STUN
import Testing

/// A published message and what it says.
struct Vector: Sendable, CustomTestStringConvertible {
    var section: String
    var bytes: [UInt8]
    var testDescription: String { section }
}

/// RFC 5769. Its first three messages are padded with spaces, the fourth with zeros.
enum RFC5769 {
    static let password = "VOkJxbRl1RmTxUk/WvJxBt"
    static let transactionID = TransactionID(high: 0xB7E7_A701, low: 0xBC34_D686_FA87_DFAE)

    static let request = Vector(
        section: "RFC 5769 section 2.1",
        bytes: hex(
            """
            0001 0058 2112a442 b7e7a701 bc34d686 fa87dfae
            8022 0010 5354554e 20746573 7420636c 69656e74 // SOFTWARE "STUN test client"
            0024 0004 6e0001ff                            // PRIORITY
            8029 0008 932ff9b1 51263b36                   // ICE-CONTROLLED
            0006 0009 6576746a 3a683676 59202020          // USERNAME "evtj:h6vY"
            0008 0014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
            8028 0004 e57a3bcf
            """
        )
    )

    static let ipv4Response = Vector(
        section: "RFC 5769 section 2.2",
        bytes: hex(
            """
            0101 003c 2112a442 b7e7a701 bc34d686 fa87dfae
            8022 000b 74657374 20766563 746f7220          // SOFTWARE "test vector"
            0020 0008 0001a147 e112a643                   // XOR-MAPPED-ADDRESS 192.0.2.1:32853
            0008 0014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
            8028 0004 c07d4c96
            """
        )
    )

    static let ipv6Response = Vector(
        section: "RFC 5769 section 2.3",
        bytes: hex(
            """
            0101 0048 2112a442 b7e7a701 bc34d686 fa87dfae
            8022 000b 74657374 20766563 746f7220          // SOFTWARE "test vector"
            0020 0014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
                                                          // [2001:db8:1234:5678:11:2233:4455:6677]:32853
            0008 0014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
            8028 0004 c8fb0b4c
            """
        )
    )

    static let longTermRequest = Vector(
        section: "RFC 5769 section 2.4",
        bytes: hex(
            """
            0001 0060 2112a442 78ad3433 c6ad72c0 29da412e
            0006 0012 e3839ee3 8388e383 aae38383 e382afe3 82b90000          // USERNAME
            0015 001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341
            0014 000b 6578616d 706c652e 6f726700                            // REALM "example.org"
            0008 0014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666
            """
        )
    )

    static let all = [request, ipv4Response, ipv6Response, longTermRequest]
}

/// RFC 8489 appendix B.1.
enum RFC8489 {
    static let username = "\u{30DE}\u{30C8}\u{30EA}\u{30C3}\u{30AF}\u{30B9}"
    static let realm = "example.org"
    /// After preparation, as the appendix gives it.
    static let password = "TheMatrIX"
    static let nonce = "obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA"

    /// As corrected by erratum 6268: with PASSWORD-ALGORITHM, and a length that fits.
    static let corrected = Vector(
        section: "RFC 8489 appendix B.1, erratum 6268",
        bytes: hex(
            """
            0001 0090 2112a442 78ad3433 c6ad72c0 29da412e
            001e 0020 4a3cf38f ef6992bd a952c678 0417da0f 24819415 569e60b2 05c46e41 407f1704
            0015 0029 6f624d61 744a6f73 32414141 43662f2f 3439396b 39353464 364f4c33 346f4c39 46535476 79363473 41000000
            0014 000b 6578616d 706c652e 6f726700
            001d 0004 00020000
            001c 0020 b5c7bf00 5b6c52a2 1c51c5e8 92f81924 136296cb 927c4314 9309278c c6518e65
            """
        )
    )

    /// As printed: 136 bytes of attributes under a length field of 156.
    static let printed = hex(
        """
        0001 009c 2112a442 78ad3433 c6ad72c0 29da412e
        001e 0020 4a3cf38f ef6992bd a952c678 0417da0f 24819415 569e60b2 05c46e41 407f1704
        0015 0029 6f624d61 744a6f73 32414141 43662f2f 3439396b 39353464 364f4c33 346f4c39 46535476 79363473 41000000
        0014 000b 6578616d 706c652e 6f726700
        001c 0020 e4686c8f 0edeb590 13e07090 010a93ef ccbccc54 4c0a45d9 f830aa6d 6f735a01
        """
    )
}
