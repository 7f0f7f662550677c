import RTP

/// The numbers in a payload descriptor of VP8 or VP9: of a picture, of its base layer picture, of its key frame.
struct PictureIdentity: Hashable, Sendable, BitwiseCopyable {
    /// 15 bits.
    var pictureID: UInt16 = 0
    var tl0PictureIndex: UInt8 = 0
    /// 5 bits.
    var keyIndex: UInt8 = 0
    var hasPictureID = false
    var hasTL0PictureIndex = false
    var hasKeyIndex = false
}

/// Keeps the numbers of pictures contiguous while the sources of a stream change.
///
/// The offsets change once per source and hold for all packets of it, so every packet of a picture gets the same number, in
/// any order. A stream that has begun to number pictures goes on doing so when its new source does not.
struct PictureRewriter: Sendable, BitwiseCopyable {
    private var pictureOffset: UInt16 = 0
    private var tl0Offset: UInt8 = 0
    private var keyOffset: UInt8 = 0
    private var newest = PictureIdentity()
    private var hasSent = false
    /// The timestamps of the last pictures of a source that numbers none, with the numbers we gave them.
    private var made = InlineArray<8, (timestamp: UInt32, pictureID: UInt16)>(repeating: (0, 0))
    private var madeCount = 0

    /// The next packets come from another source, whose first picture is `first`.
    mutating func start(_ first: PictureIdentity) {
        madeCount = 0
        guard hasSent else { return }
        if first.hasPictureID { pictureOffset = newest.pictureID &+ 1 &- first.pictureID }
        if first.hasTL0PictureIndex { tl0Offset = newest.tl0PictureIndex &+ 1 &- first.tl0PictureIndex }
        if first.hasKeyIndex { keyOffset = newest.keyIndex &+ 1 &- first.keyIndex }
    }

    /// The numbers of a packet on the subscriber's side.
    mutating func rewrite(_ source: PictureIdentity, timestamp: UInt32) -> PictureIdentity {
        var output = source
        if source.hasPictureID {
            output.pictureID = (source.pictureID &+ pictureOffset) & 0x7FFF
        } else if newest.hasPictureID {
            output.hasPictureID = true
            output.pictureID = makePictureID(timestamp)
        }
        output.tl0PictureIndex = source.tl0PictureIndex &+ tl0Offset
        output.keyIndex = (source.keyIndex &+ keyOffset) & 0x1F
        let progress = Int16(bitPattern: (output.pictureID &- newest.pictureID) << 1)
        if !hasSent || !output.hasPictureID || progress >= 0 {
            if output.hasPictureID {
                newest.hasPictureID = true
                newest.pictureID = output.pictureID
            }
            if source.hasTL0PictureIndex {
                newest.hasTL0PictureIndex = true
                newest.tl0PictureIndex = output.tl0PictureIndex
            }
            if source.hasKeyIndex {
                newest.hasKeyIndex = true
                newest.keyIndex = output.keyIndex
            }
            hasSent = true
        }
        return output
    }

    private mutating func makePictureID(_ timestamp: UInt32) -> UInt16 {
        for index in max(0, madeCount - 8)..<madeCount where made[index % 8].timestamp == timestamp {
            return made[index % 8].pictureID
        }
        let pictureID = (newest.pictureID &+ 1) & 0x7FFF
        made[madeCount % 8] = (timestamp, pictureID)
        madeCount += 1
        return pictureID
    }
}
