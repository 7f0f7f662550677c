public import Logging

/// The keys of log metadata, all of them. A key names one thing wherever it stands.
public enum LogKey: String, Sendable, CaseIterable {
    case configurationError = "configuration.error"
    case configurationFile = "configuration.file"
    case configurationWarning = "configuration.warning"
    case drainTimeoutSeconds = "drain.timeout_s"
    case errorReason = "error.reason"
    case listenAddress = "listen.address"
    case listenPort = "listen.port"
    case listenTransport = "listen.transport"
    case namespace = "namespace"
    case peerAddress = "peer.address"
    case relayAddress = "relay.address"
    case relayPorts = "relay.ports"
    case shard = "shard.id"
    case shardCount = "shard.count"
    case sourceAddress = "source.address"
    case turnAllocation = "turn.allocation.id"
    case turnAllocationCount = "turn.allocation.count"
    case turnUser = "turn.user"
    case version = "version"
}

extension Logger.Metadata {
    public init(_ values: [LogKey: Logger.MetadataValue]) {
        self.init(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }
}

extension Logger {
    /// Logs with keys from ``LogKey`` only.
    public func log(_ level: Logger.Level, _ message: Logger.Message, _ values: [LogKey: Logger.MetadataValue]) {
        log(level: level, message, metadata: Logger.Metadata(values))
    }
}
