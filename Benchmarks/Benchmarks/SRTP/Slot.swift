import SRTP
import Wire

/// The memory that packets are protected in, as in a shard's pool.
final class Slot {
    let base: UnsafeMutablePointer<UInt8>
    private let memory: UnsafeMutableRawBufferPointer
    private let subject: Subject

    /// With an RTP header and a payload in it.
    init(_ subject: Subject) {
        self.subject = subject
        memory = .allocate(byteCount: 2048, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0x55)
        base = memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
        base[0] = 0x80
        base[1] = 0x60
    }

    deinit { memory.deallocate() }

    /// Protects `count` packets with sequence numbers from `first`. Returns how many succeeded.
    func protect(_ context: inout SendingContext, from first: UInt64, count: Int) -> Int {
        var done = 0
        for index in first..<first + UInt64(count) {
            base[2] = UInt8(truncatingIfNeeded: index >> 8)
            base[3] = UInt8(truncatingIfNeeded: index)
            var span = MutableRawSpan(_unsafeBytes: memory)
            do throws(SRTPError) {
                _ = try context.protectRTP(in: &span, count: subject.packetByteCount)
                done += 1
            } catch {}
        }
        return done
    }

    /// Copies the packets of `range` into the slot and unprotects them there. Returns how many succeeded.
    func unprotect(_ context: inout ReceivingContext, _ packets: [UInt8], _ range: Range<Int>) -> Int {
        let length = subject.protectedByteCount
        var done = 0
        packets.withUnsafeBytes { packets in
            for index in range {
                memory.baseAddress!.copyMemory(from: packets.baseAddress! + index * length, byteCount: length)
                var span = MutableRawSpan(_unsafeBytes: memory)
                do throws(SRTPError) {
                    _ = try context.unprotectRTP(in: &span, count: length)
                    done += 1
                } catch {}
            }
        }
        return done
    }

    /// Copies of `count` packets that `protect` leaves in the slot, one behind the other.
    func record(_ count: Int, _ protect: (UInt64) -> Int) -> [UInt8] {
        var packets: [UInt8] = []
        for index in 0..<UInt64(count) {
            precondition(protect(index) == 1, "a sender protects its packets")
            packets.append(contentsOf: UnsafeBufferPointer(start: base, count: subject.protectedByteCount))
        }
        return packets
    }
}
