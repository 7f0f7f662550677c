import CNIOBoringSSL

/// The transport of a BoringSSL connection: datagrams in two arrays, borders kept.
final class DatagramQueue {
    var incoming: [[UInt8]] = []
    var outgoing: [[UInt8]] = []
    /// Virtual time in microseconds. BoringSSL asks for it without saying for which connection; the tests run one after the
    /// other, and a test runs on one thread at a time.
    nonisolated(unsafe) static var clock: UInt64 = start
    /// Not zero, which BoringSSL takes for a timer that is off.
    static let start: UInt64 = 1_000_000_000

    /// A BIO that reads from and writes to this queue, which must outlive it.
    func makeBIO() -> OpaquePointer? {
        guard let bio = BIO_new(Self.method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    private static func queue(_ bio: OpaquePointer?) -> DatagramQueue? {
        BIO_get_data(bio).map { Unmanaged<DatagramQueue>.fromOpaque($0).takeUnretainedValue() }
    }

    nonisolated(unsafe) private static let method: OpaquePointer? = {
        let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams")
        BIO_meth_set_write(method) { bio, bytes, count in
            guard let queue = DatagramQueue.queue(bio), let bytes, count >= 0 else { return -1 }
            queue.outgoing.append(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count))))
            return count
        }
        BIO_meth_set_read(method) { bio, bytes, count in
            BIO_clear_retry_flags(bio)
            guard let queue = DatagramQueue.queue(bio), let bytes, !queue.incoming.isEmpty else {
                BIO_set_retry_read(bio)
                return -1
            }
            let datagram = queue.incoming.removeFirst()
            let length = min(datagram.count, Int(count))
            for index in 0..<length { bytes[index] = CChar(bitPattern: datagram[index]) }
            return Int32(length)
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return method
    }()
}
