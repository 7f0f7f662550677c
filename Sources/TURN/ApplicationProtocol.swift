/// The ALPN identifiers of RFC 7443, for TLS and DTLS listeners. A client that offers none is welcome.
public enum ApplicationProtocol {
    public static let turn = "stun.turn"
    public static let natDiscovery = "stun.nat-discovery"
}
