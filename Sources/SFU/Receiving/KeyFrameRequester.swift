import Wire

/// When to ask the publisher for a key frame of one encoding. All who want one go through here: subscribers' PLI and FIR, those
/// who join, layers that switch, decoders of our own that lost packets.
///
/// A request is never lost: it is sent at once, or when the interval allows, and repeated until a key frame starts. The
/// interval grows with the size of key frames, so that they do not take the bitrate from the pictures between them.
struct KeyFrameRequester: Sendable, BitwiseCopyable {
    private var lastRequest: MonotonicTime?
    /// Somebody wants a key frame that starts after this.
    private(set) var isWanted = false
    private var deadline = MonotonicTime.distantFuture
    private var interval = Limits.keyFrameInterval
    private(set) var lastKeyFrame: MonotonicTime?
    private(set) var requestCount: UInt64 = 0

    /// When to call ``advance(to:roundTripTime:)``.
    var nextDeadline: MonotonicTime { isWanted ? deadline : .distantFuture }

    /// Somebody wants a key frame.
    mutating func want(at now: MonotonicTime) {
        guard !isWanted else { return }
        isWanted = true
        guard let lastRequest else {
            deadline = now
            return
        }
        deadline = max(now, lastRequest + interval)
    }

    /// - Returns: True if a request is to be sent now.
    mutating func advance(to now: MonotonicTime, roundTripTime: TimeInterval) -> Bool {
        guard isWanted, deadline <= now else { return false }
        lastRequest = now
        requestCount += 1
        deadline = now + max(Limits.keyFrameRetryInterval, interval, roundTripTime * 2)
        return true
    }

    /// Nobody is there any more who wants one.
    mutating func cancel() {
        isWanted = false
    }

    /// A key frame starts.
    mutating func keyFrameStarted(at now: MonotonicTime) {
        isWanted = false
        lastKeyFrame = now
    }

    /// A key frame of `byteCount` bytes is complete, in a stream of `bytesPerSecond`.
    mutating func keyFrameEnded(byteCount: Int64, bytesPerSecond: Int64) {
        guard bytesPerSecond > 0 else { return }
        let cost = TimeInterval.seconds(min(byteCount, 1 << 30) * Limits.keyFrameShare) / bytesPerSecond
        interval = min(max(Limits.keyFrameInterval, cost), Limits.maximumKeyFrameInterval)
    }
}
