import Testing
import Wire

@Suite("Byte reader and writer")
struct ByteReaderTests {
    @Test func `fields come back in network byte order`() throws {
        var memory = [UInt8](repeating: 0xFF, count: 20)
        var span = memory.mutableSpan
        var writer = ByteWriter(unsafe span.mutableBytes)
        try writer.write(UInt8(1))
        try writer.write(UInt16(0x0203))
        try writer.write24(0x040506)
        try writer.write(UInt32(0x0708_090A))
        try writer.write(UInt64(0x0B0C_0D0E_0F10_1112))
        try writer.writeZeros(2)
        let count = writer.count
        #expect(count == 20)
        #expect(memory == Array(1...18) + [0, 0])

        let bytes = memory
        var reader = ByteReader(bytes.rawSpan)
        #expect(try reader.readUInt8() == 1)
        #expect(try reader.readUInt16() == 0x0203)
        #expect(try reader.readUInt24() == 0x040506)
        #expect(try reader.readUInt32() == 0x0708_090A)
        #expect(try reader.readUInt64() == 0x0B0C_0D0E_0F10_1112)
        #expect(reader.remaining == 2)
    }

    @Test func `a read past the end throws and moves nothing`() {
        let bytes: [UInt8] = [1, 2, 3]
        var reader = ByteReader(bytes.rawSpan)
        #expect(throws: WireError.truncated(needed: 4, available: 3)) { try reader.readUInt32() }
        #expect(throws: WireError.truncated(needed: -1, available: 3)) { try reader.skip(-1) }
        #expect(throws: WireError.truncated(needed: .max, available: 3)) { try reader.skip(.max) }
        let offset = reader.offset
        #expect(offset == 0)
    }

    @Test func `a write past the end throws and leaves the memory alone`() {
        var memory: [UInt8] = [7, 7, 7]
        var span = memory.mutableSpan
        var writer = ByteWriter(unsafe span.mutableBytes)
        #expect(throws: WireError.noCapacity(needed: 4, available: 3)) { try writer.write(UInt32(1)) }
        #expect(memory == [7, 7, 7])
    }

    @Test func `comparison in constant time agrees with plain comparison`() {
        let left: [UInt8] = [1, 2, 3]
        for right in [[1, 2, 3], [1, 2, 4], [0, 2, 3], [1, 2], []] as [[UInt8]] {
            let equal = left.rawSpan.isEqualInConstantTime(to: right.rawSpan)
            #expect(equal == (left == right))
        }
    }
}
