/// Descriptions in the manner of browsers, put together from sections.
enum Sample {
    static let fingerprint = (0..<32).map { _ in "AB" }.joined(separator: ":")
    static let otherFingerprint = (0..<32).map { _ in "CD" }.joined(separator: ":")

    static func session(_ sections: [String], bundle: String? = nil, lines: [String] = []) -> String {
        let mids = sections.compactMap { section in
            section.split(separator: "\n").contains { $0.hasPrefix("m=") && $0.contains(" 0 UDP") }
                ? nil : section.split(separator: "\n").first { $0.hasPrefix("a=mid:") }?.dropFirst(6)
        }
        let group = bundle ?? "a=group:BUNDLE \(mids.joined(separator: " "))"
        let head = ["v=0", "o=- 4611731400430051336 2 IN IP4 127.0.0.1", "s=-", "t=0 0", group] + lines
        return (head + sections).joined(separator: "\n") + "\n"
    }

    static func transport(_ ufrag: String = "AAAA", setup: String = "actpass") -> String {
        """
        c=IN IP4 0.0.0.0
        a=ice-ufrag:\(ufrag)
        a=ice-pwd:abcdefghijklmnopqrst\(ufrag)
        a=fingerprint:sha-256 \(fingerprint)
        a=setup:\(setup)
        """
    }

    static func chromiumAudio(_ mid: String, direction: String = "sendrecv", ufrag: String = "AAAA") -> String {
        """
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 126
        \(transport(ufrag))
        a=mid:\(mid)
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=\(direction)
        a=msid:camera microphone\(mid)
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:1001 cname:someone
        """
    }

    static func chromiumVideo(
        _ mid: String,
        direction: String = "sendrecv",
        stream: String = "camera",
        ufrag: String = "AAAA",
        isSimulcast: Bool = false
    ) -> String {
        """
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 98 99 45 46 35 36 127 125 119
        \(transport(ufrag))
        a=mid:\(mid)
        a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:13 urn:3gpp:video-orientation
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:12 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=extmap:9 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
        a=\(direction)
        a=msid:\(stream) lens\(mid)
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:96 rrtr
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtpmap:102 H264/90000
        a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtpmap:103 rtx/90000
        a=fmtp:103 apt=102
        a=rtpmap:98 VP9/90000
        a=fmtp:98 profile-id=0
        a=rtpmap:99 rtx/90000
        a=fmtp:99 apt=98
        a=rtpmap:45 AV1/90000
        a=fmtp:45 level-idx=5;profile=0;tier=0
        a=rtpmap:46 rtx/90000
        a=fmtp:46 apt=45
        a=rtpmap:35 H265/90000
        a=rtpmap:36 rtx/90000
        a=fmtp:36 apt=35
        a=rtpmap:127 red/90000
        a=rtpmap:125 rtx/90000
        a=fmtp:125 apt=127
        a=rtpmap:119 ulpfec/90000
        """ + (isSimulcast ? "\na=rid:h send\na=rid:m send\na=rid:l send max-width=320\na=simulcast:send h;m;~l" : "")
    }

    static func firefoxVideo(_ mid: String, direction: String = "sendrecv", ufrag: String = "AAAA") -> String {
        """
        m=video 9 UDP/TLS/RTP/SAVPF 120 124 126 127
        c=IN IP4 0.0.0.0
        a=\(direction)
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
        a=fmtp:120 max-fs=12288;max-fr=60
        a=fmtp:124 apt=120
        a=fmtp:127 apt=126
        a=ice-pwd:abcdefghijklmnopqrst\(ufrag)
        a=ice-ufrag:\(ufrag)
        a=mid:\(mid)
        a=msid:{stream} {track}
        a=rtcp-fb:120 nack
        a=rtcp-fb:120 nack pli
        a=rtcp-fb:120 ccm fir
        a=rtcp-fb:120 goog-remb
        a=rtcp-fb:120 transport-cc
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:120 VP8/90000
        a=rtpmap:124 rtx/90000
        a=rtpmap:126 H264/90000
        a=rtpmap:127 rtx/90000
        a=setup:actpass
        a=ssrc:77 cname:{00}
        a=ssrc-group:FID 77 78
        a=ssrc:78 cname:{00}
        """
    }

    /// Session-level lines of Firefox, whose sections carry no fingerprint.
    static let firefoxLines = [
        "a=fingerprint:sha-256 \(fingerprint)", "a=ice-options:trickle", "a=msid-semantic:WMS *",
    ]
}
