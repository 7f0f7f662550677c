/// Descriptions in the manner of several implementations, shortened, with invented values.
enum Sample {
    static let fingerprint = (0..<32).map { "\($0 < 16 ? "0" : "")\(String($0, radix: 16, uppercase: true))" }
        .joined(separator: ":")

    static let chromium = wire(
        """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=extmap-allow-mixed
        a=msid-semantic: WMS camera
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:Ab+/
        a=ice-pwd:abcdefghijklmnopqrstuvwx
        a=ice-options:trickle
        a=fingerprint:sha-256 \(fingerprint)
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendrecv
        a=msid:camera microphone
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=ssrc:1234567 cname:someone
        a=ssrc:1234567 msid:camera microphone
        m=video 9 UDP/TLS/RTP/SAVPF 96 97
        c=IN IP4 0.0.0.0
        b=AS:2000
        a=candidate:1 1 udp 2122260223 0f4c2f5e-2f0e-4a52-9ad8-3b1c9f2a7f10.local 54321 typ host generation 0 ufrag Ab+/ network-id 1 network-cost 10
        a=candidate:2 1 udp 41885439 198.51.100.7 49201 typ relay raddr 0.0.0.0 rport 0 generation 0
        a=mid:1
        a=extmap:3/recvonly http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=sendonly
        a=msid:camera lens
        a=rtcp-mux
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:* nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rid:h send
        a=rid:m send pt=96;max-width=640
        a=simulcast:send h;m
        a=ssrc-group:FID 11 12
        m=application 0 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=bundle-only
        a=mid:2
        a=sctp-port:5000
        a=max-message-size:262144
        """
    )

    static let firefox = wire(
        """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 1186436236583113401 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=fingerprint:sha-256 \(fingerprint)
        a=group:BUNDLE 0
        a=ice-options:trickle
        a=msid-semantic:WMS *
        m=video 9 UDP/TLS/RTP/SAVPF 120 124
        c=IN IP4 0.0.0.0
        a=sendrecv
        a=end-of-candidates
        a=extmap:5 urn:ietf:params:rtp-hdrext:toffset
        a=fmtp:120 max-fs=12288;max-fr=60
        a=fmtp:124 apt=120
        a=ice-pwd:5d0e1d2b9b0f1e0c9b8a7d6e5f4a3b2c
        a=ice-ufrag:6d3c1e2f
        a=mid:0
        a=msid:{3c8a1f0e} {b5d2}
        a=rtcp-fb:120 nack
        a=rtcp-fb:120 ccm fir
        a=rtcp-mux
        a=rtpmap:120 VP8/90000
        a=rtpmap:124 rtx/90000
        a=setup:actpass
        a=ssrc:99 cname:{00}
        """
    )

    static let aiortc = wire(
        """
        v=0
        o=- 3961234567 3961234567 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=msid-semantic:WMS *
        m=audio 50001 UDP/TLS/RTP/SAVPF 96 0
        c=IN IP4 192.0.2.4
        a=recvonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=mid:0
        a=msid:1f 2e
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=rtpmap:96 opus/48000/2
        a=rtpmap:0 PCMU/8000
        a=candidate:0123456789abcdef0123456789abcdef 1 udp 2130706431 192.0.2.4 50001 typ host
        a=candidate:fedcba9876543210fedcba9876543210 1 udp 1694498815 203.0.113.9 50001 typ srflx raddr 192.0.2.4 rport 50001
        a=end-of-candidates
        a=ice-ufrag:K2xQ
        a=ice-pwd:9hTzkwkUyEBC9LrRpqkMNk
        a=fingerprint:sha-256 \(fingerprint)
        a=setup:actpass
        """
    )

    static let gstreamer = wire(
        """
        v=0
        o=- 7654321 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=ice-options:trickle
        a=group:BUNDLE video0
        m=video 9 UDP/TLS/RTP/SAVPF 96
        c=IN IP4 0.0.0.0
        a=setup:actpass
        a=ice-ufrag:/mH3nJ0B0tY2
        a=ice-pwd:mH3nJ0B0tY2mH3nJ0B0tY2mH3nJ0B0tY
        a=rtcp-mux
        a=rtcp-rsize
        a=sendonly
        a=rtpmap:96 H264/90000
        a=rtcp-fb:96 nack pli
        a=framerate:30
        a=fmtp:96 packetization-mode=1;profile-level-id=42c016;level-asymmetry-allowed=1
        a=ssrc:3210 msid:user1@host-2 webrtctransceiver0
        a=ssrc:3210 cname:user1@host-2
        a=mid:video0
        a=fingerprint:sha-256 \(fingerprint)
        a=candidate:1 1 UDP 2015363327 192.0.2.8 40000 typ host
        a=candidate:2 1 TCP 1015021823 192.0.2.8 9 typ host tcptype active
        """
    )

    static let pion = wire(
        """
        v=0
        o=- 1815849 1704067200 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=fingerprint:sha-256 \(fingerprint)
        a=extmap-allow-mixed
        a=ice-lite
        a=group:BUNDLE 0
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=setup:active
        a=mid:0
        a=sendrecv
        a=sctp-port:5000
        a=ice-ufrag:wrgCcRjRJyLuCiYu
        a=ice-pwd:XrSTuvWxyzabcdefXrSTuvWxyzabcdef
        """
    )

    static let all = [
        ("Chromium", chromium), ("Firefox", firefox), ("aiortc", aiortc), ("GStreamer", gstreamer), ("Pion", pion),
    ]

    static func wire(_ text: String) -> String {
        text.split(separator: "\n").map { $0 + "\r\n" }.joined()
    }
}
