import Testing

@testable import SFU

@Suite("Picture numbers of a subscriber")
struct PictureRewriterTests {
    private func identity(_ pictureID: UInt16?, _ tl0: UInt8? = nil, _ key: UInt8? = nil) -> PictureIdentity {
        var identity = PictureIdentity()
        if let pictureID {
            identity.hasPictureID = true
            identity.pictureID = pictureID
        }
        if let tl0 {
            identity.hasTL0PictureIndex = true
            identity.tl0PictureIndex = tl0
        }
        if let key {
            identity.hasKeyIndex = true
            identity.keyIndex = key
        }
        return identity
    }

    @Test func `the first source keeps its numbers`() {
        var rewriter = PictureRewriter()
        rewriter.start(identity(500, 3, 7))
        #expect(rewriter.rewrite(identity(500, 3, 7), timestamp: 0) == identity(500, 3, 7))
    }

    @Test func `a switch goes on with the next of each number`() {
        var rewriter = PictureRewriter()
        rewriter.start(identity(0x7FFE, 254, 30))
        _ = rewriter.rewrite(identity(0x7FFE, 254, 30), timestamp: 0)
        _ = rewriter.rewrite(identity(0x7FFF, 255, 31), timestamp: 3000)
        rewriter.start(identity(40, 9, 2))
        #expect(rewriter.rewrite(identity(40, 9, 2), timestamp: 1) == identity(0, 0, 0))
        #expect(rewriter.rewrite(identity(41, 10, 2), timestamp: 2) == identity(1, 1, 0))
    }

    @Test func `all packets of a picture get one number, in any order`() {
        var rewriter = PictureRewriter()
        rewriter.start(identity(10))
        _ = rewriter.rewrite(identity(10), timestamp: 0)
        rewriter.start(identity(700))
        let numbers = [700, 701, 700, 702, 701, 701].map {
            rewriter.rewrite(identity($0), timestamp: UInt32($0)).pictureID
        }
        #expect(numbers == [11, 12, 11, 13, 12, 12])
    }

    @Test func `a late picture does not set the numbers back`() {
        var rewriter = PictureRewriter()
        rewriter.start(identity(10))
        for number: UInt16 in [10, 12, 11] { _ = rewriter.rewrite(identity(number), timestamp: UInt32(number)) }
        rewriter.start(identity(90))
        #expect(rewriter.rewrite(identity(90), timestamp: 0).pictureID == 13)
    }

    @Test func `once there are picture numbers they do not disappear`() {
        var rewriter = PictureRewriter()
        rewriter.start(identity(10, 5))
        _ = rewriter.rewrite(identity(10, 5), timestamp: 0)
        rewriter.start(identity(nil))
        #expect(rewriter.rewrite(identity(nil), timestamp: 100) == identity(11))
        #expect(rewriter.rewrite(identity(nil), timestamp: 100) == identity(11))
        #expect(rewriter.rewrite(identity(nil), timestamp: 200) == identity(12))
        #expect(rewriter.rewrite(identity(nil), timestamp: 100) == identity(11))
        // The index of the base layer may go, and goes on where it stopped.
        rewriter.start(identity(800, 77))
        #expect(rewriter.rewrite(identity(800, 77), timestamp: 300) == identity(13, 6))
    }
}
