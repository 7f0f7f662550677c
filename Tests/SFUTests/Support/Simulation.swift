import RTP
import SFU
import Wire

/// A path that loses, delays, reorders and duplicates, the same in every run.
struct LinkQuality {
    var lossPercent = 0.0
    var duplicatePercent = 0.0
    var delay = TimeInterval.milliseconds(10)
    var jitter = TimeInterval.zero
}

/// A room in virtual time: publishers and subscribers around a router, with paths between them.
struct Simulation: ~Copyable {
    private struct Delivery {
        var at: MonotonicTime
        var order: Int
        /// An index into the peers.
        var peer: Int
        var toRouter: Bool
        var isControl: Bool
        var bytes: [UInt8]
    }

    struct Peer {
        var handle: ParticipantHandle
        var publisher: SyntheticPublisher?
        var subscribers: [SyntheticSubscriber] = []
        var up = LinkQuality()
        var down = LinkQuality()
    }

    var stage: Stage
    var peers: [Peer] = []
    private var deliveries: [Delivery] = []
    private var order = 0
    private var network: SeededGenerator
    private var nextFrame: MonotonicTime
    private var nextFeedback: MonotonicTime
    private var nextReport: MonotonicTime

    init(seed: UInt64) {
        stage = Stage(seed: seed)
        network = SeededGenerator(seed &* 31 &+ 7)
        nextFrame = stage.now
        nextFeedback = stage.now
        nextReport = stage.now + .milliseconds(300)
    }

    mutating func addPeer(_ publisher: SyntheticPublisher? = nil, ready: Bool = true) throws -> Int {
        peers.append(Peer(handle: try stage.join(ready: ready), publisher: publisher))
        return peers.count - 1
    }

    mutating func setQuality(_ quality: LinkQuality) {
        for index in peers.indices {
            peers[index].up = quality
            peers[index].down = quality
        }
    }

    private mutating func transmit(_ bytes: [UInt8], peer: Int, toRouter: Bool, isControl: Bool) {
        let link = toRouter ? peers[peer].up : peers[peer].down
        let copies = network.chance(link.duplicatePercent) ? 2 : 1
        for _ in 0..<copies where !network.chance(link.lossPercent) {
            let jitter =
                link.jitter > .zero ? Int64.random(in: 0..<link.jitter.nanoseconds, using: &network) : 0
            let delivery = Delivery(
                at: stage.now + link.delay + .nanoseconds(jitter),
                order: order,
                peer: peer,
                toRouter: toRouter,
                isControl: isControl,
                bytes: bytes
            )
            order += 1
            let place = deliveries.lastIndex { ($0.at, $0.order) < (delivery.at, delivery.order) } ?? -1
            deliveries.insert(delivery, at: place + 1)
        }
    }

    /// Sends what the router wrote on its way.
    private mutating func flush() {
        for packet in stage.sink.drain() {
            guard let peer = peers.firstIndex(where: { $0.handle == packet.packet.destination }) else { continue }
            transmit(packet.bytes, peer: peer, toRouter: false, isControl: packet.packet.isControl)
        }
    }

    mutating func run(_ interval: TimeInterval) {
        let end = stage.now + interval
        while true {
            var next = min(nextFrame, nextFeedback, nextReport)
            if let first = deliveries.first { next = min(next, first.at) }
            if let deadline = stage.router.nextDeadline { next = min(next, max(deadline, stage.now)) }
            guard next <= end else { break }
            stage.now = max(stage.now, next)
            step()
        }
        stage.now = end
    }

    private mutating func step() {
        let now = stage.now
        if let deadline = stage.router.nextDeadline, deadline <= now {
            stage.router.advance(to: now, sink: &stage.sink)
            flush()
        }
        while let first = deliveries.first, first.at <= now {
            deliveries.removeFirst()
            deliver(first)
            flush()
        }
        if nextFrame <= now {
            nextFrame = now + .nanoseconds(1_000_000_000 / 30)
            for index in peers.indices {
                guard let publisher = peers[index].publisher else { continue }
                for packet in publisher.frame(at: now) {
                    transmit(packet, peer: index, toRouter: true, isControl: false)
                }
            }
        }
        if nextFeedback <= now {
            nextFeedback = now + .milliseconds(20)
            for index in peers.indices {
                for subscriber in peers[index].subscribers {
                    for message in subscriber.feedback(at: now) {
                        transmit(message, peer: index, toRouter: true, isControl: true)
                    }
                }
            }
        }
        if nextReport <= now {
            nextReport = now + .milliseconds(500)
            for index in peers.indices {
                for report in peers[index].publisher?.senderReports(at: now) ?? [] {
                    transmit(report, peer: index, toRouter: true, isControl: true)
                }
                for subscriber in peers[index].subscribers {
                    transmit(subscriber.report(at: now), peer: index, toRouter: true, isControl: true)
                }
            }
        }
    }

    private mutating func deliver(_ delivery: Delivery) {
        let peer = peers[delivery.peer]
        switch (delivery.toRouter, delivery.isControl) {
        case (true, false): stage.receive(delivery.bytes, from: peer.handle)
        case (true, true): stage.receiveControl(delivery.bytes, from: peer.handle)
        case (false, false):
            let ssrc = TestPacket(delivery.bytes)?.ssrc
            for subscriber in peer.subscribers where subscriber.ssrc == ssrc || ssrc == subscriber.ssrc + 1 {
                subscriber.receive(delivery.bytes, at: stage.now)
            }
        case (false, true):
            for packet in peer.publisher?.receiveControl(delivery.bytes) ?? [] {
                transmit(packet, peer: delivery.peer, toRouter: true, isControl: false)
            }
            for subscriber in peer.subscribers { subscriber.receiveControl(delivery.bytes, at: stage.now) }
        }
    }
}
