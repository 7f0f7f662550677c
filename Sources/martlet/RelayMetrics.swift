import ControlPlane
import Engine
import STUN
import TURN

/// The counters of the shards as metric families. No label holds a name or an address.
enum RelayMetrics {
    static func families(
        shards: [ShardSnapshot],
        streams: StreamStatistics,
        allocations: Int,
        relayPortsTaken: Int
    ) -> [MetricFamily] {
        var turn = Counters()
        var transmit = TransmitStatistics()
        for shard in shards {
            turn += shard.turn
            transmit += shard.transmit
        }
        return gauges(shards, streams, allocations, relayPortsTaken)
            + machine(turn) + engine(shards, transmit, turn) + connections(streams)
    }

    private static func gauges(
        _ shards: [ShardSnapshot],
        _ streams: StreamStatistics,
        _ allocations: Int,
        _ relayPortsTaken: Int
    ) -> [MetricFamily] {
        [
            gauge("martlet_turn_allocations", "Allocations that are alive.", allocations),
            gauge("martlet_turn_relay_ports", "Relay ports in use, reserved ones included.", relayPortsTaken),
            gauge(
                "martlet_turn_relay_sockets",
                "Relay sockets that are open.",
                shards.reduce(0) { $0 + $1.relaySockets.open }
            ),
            gauge("martlet_turn_connections", "TCP and TLS connections that are open.", streams.connections),
            gauge(
                "martlet_turn_dtls_connections",
                "DTLS connections, those with an unfinished handshake included.",
                shards.reduce(0) { $0 + $1.dtls.connections }
            ),
            MetricFamily(
                name: "martlet_shard_allocations",
                help: "Allocations by shard.",
                kind: .gauge,
                samples: shards.enumerated().map { index, shard in
                    MetricFamily.Sample(
                        labels: [.init("shard", "\(index)")],
                        .integer(UInt64(max(0, shard.allocations)))
                    )
                }
            ),
        ]
    }

    private static func machine(_ turn: Counters) -> [MetricFamily] {
        [
            counter("martlet_turn_allocations_created_total", "Allocations made.", turn.allocationsCreated),
            labelled(
                "martlet_turn_allocations_ended_total",
                "Allocations that ended, by cause.",
                "cause",
                [
                    ("deleted", turn.allocationsDeleted), ("expired", turn.allocationsExpired),
                    ("closed", turn.allocationsClosed), ("revoked", turn.allocationsRevoked),
                ]
            ),
            labelled(
                "martlet_turn_revoked_total",
                "Permissions and channels that a new policy ended.",
                "kind",
                [("permission", turn.permissionsRevoked), ("channel", turn.channelsRevoked)]
            ),
            labelled(
                "martlet_turn_packets_total",
                "Datagrams relayed, by direction.",
                "direction",
                [("to_peer", turn.packetsToPeers), ("to_client", turn.packetsToClients)]
            ),
            labelled(
                "martlet_turn_bytes_total",
                "Bytes of application data relayed, by direction.",
                "direction",
                [("to_peer", turn.bytesToPeers), ("to_client", turn.bytesToClients)]
            ),
            labelled(
                "martlet_turn_responses_total",
                "Success responses, by kind.",
                "kind",
                [("binding", turn.bindingResponses), ("turn", turn.successResponses)]
            ),
            labelled(
                "martlet_turn_errors_total",
                "Error responses, by code.",
                "code",
                Counters.errorCodes.map { ("\($0.code)", turn[$0]) }
            ),
            labelled(
                "martlet_turn_dropped_total",
                "Messages and datagrams that the protocol drops without a word, by reason.",
                "reason",
                DropReason.allCases.map { ("\($0)", turn[$0]) }
            ),
        ]
    }

    private static func engine(
        _ shards: [ShardSnapshot],
        _ transmit: TransmitStatistics,
        _ turn: Counters
    ) -> [MetricFamily] {
        func sum(_ value: (ShardSnapshot) -> UInt64) -> UInt64 { shards.reduce(0) { $0 &+ value($1) } }
        return [
            counter("martlet_udp_messages_received_total", "Messages received.", sum { $0.shard.messagesReceived }),
            counter("martlet_udp_datagrams_sent_total", "Datagrams sent.", transmit.datagrams),
            counter("martlet_udp_send_calls_total", "Calls to the kernel to send.", transmit.calls),
            counter("martlet_udp_trains_total", "Messages of several equal datagrams (GSO).", transmit.trains),
            counter("martlet_udp_train_datagrams_total", "Datagrams that left in trains.", transmit.segments),
            counter(
                "martlet_udp_trains_refused_total",
                "Trains that the kernel would not cut.",
                transmit.trainsRefused
            ),
            labelled(
                "martlet_udp_dropped_total",
                "Datagrams that could not be sent, by reason.",
                "reason",
                [
                    ("queue_full", transmit.droppedQueueFull), ("too_large", transmit.droppedTooLarge),
                    ("error", transmit.droppedError), ("overload", sum { $0.relayed.droppedOverload }),
                    ("no_socket", sum { $0.relayed.droppedWithoutSocket }),
                    ("dtls_unserved", sum { $0.relayed.dtlsRecordsUnserved }),
                ]
            ),
            labelled(
                "martlet_turn_dtls_hellos_total",
                "What became of DTLS hellos.",
                "outcome",
                [
                    ("accepted", sum { $0.dtls.accepted }), ("cookie", sum { $0.dtls.cookiesSent }),
                    ("bad_cookie", sum { $0.dtls.cookiesRefused }), ("refused", sum { $0.dtls.refused }),
                    ("malformed", sum { $0.dtls.malformed }),
                ]
            ),
            counter(
                "martlet_turn_relay_bind_failures_total",
                "Relay sockets that could not be opened.",
                turn.relayBindFailures
            ),
            counter("martlet_shard_turns_total", "Turns of the shards' loops.", sum { $0.shard.turns }),
            counter("martlet_shard_rests_total", "Turns after which a shard gathered.", sum { $0.shard.rests }),
        ]
    }

    private static func connections(_ streams: StreamStatistics) -> [MetricFamily] {
        [
            counter("martlet_turn_connections_accepted_total", "TCP and TLS connections accepted.", streams.accepted),
            labelled(
                "martlet_turn_connections_ended_total",
                "TCP and TLS connections that the server ended, by reason.",
                "reason",
                [
                    ("refused", streams.refused), ("stranger", streams.strangersClosed),
                    ("malformed", streams.malformed),
                    ("stalled", streams.stalled), ("handshake", streams.handshakesFailed),
                ]
            ),
            counter(
                "martlet_turn_slow_client_dropped_total",
                "Datagrams dropped because a client read too slowly.",
                streams.droppedSlowClient
            ),
        ]
    }

    private static func counter(_ name: String, _ help: String, _ value: UInt64) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .counter, value: .integer(value))
    }

    private static func gauge(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .gauge, value: .integer(UInt64(max(0, value))))
    }

    private static func labelled(
        _ name: String,
        _ help: String,
        _ label: String,
        _ values: [(String, UInt64)]
    ) -> MetricFamily {
        MetricFamily(
            name: name,
            help: help,
            kind: .counter,
            samples: values.map { MetricFamily.Sample(labels: [.init(label, $0.0)], .integer($0.1)) }
        )
    }
}
