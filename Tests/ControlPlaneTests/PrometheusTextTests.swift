import ControlPlane
import Testing

@Suite("Prometheus text")
struct PrometheusTextTests {
    @Test func `a family has help, type and a line per sample`() {
        let family = MetricFamily(
            name: "martlet_turn_allocations",
            help: "Live allocations.",
            kind: .gauge,
            samples: [
                .init(labels: [.init("shard", "0"), .init("transport", "udp")], .integer(3)),
                .init(labels: [.init("shard", "1"), .init("transport", "udp")], .integer(UInt64.max)),
            ]
        )
        #expect(
            PrometheusText.render([family]) == """
                # HELP martlet_turn_allocations Live allocations.
                # TYPE martlet_turn_allocations gauge
                martlet_turn_allocations{shard="0",transport="udp"} 3
                martlet_turn_allocations{shard="1",transport="udp"} 18446744073709551615

                """
        )
    }

    @Test func `help escapes backslash and line feed, a label value the quotation mark too`() {
        let family = MetricFamily(
            name: "a",
            help: "x\\y\n\"z\"",
            kind: .counter,
            samples: [.init(labels: [.init("l", "x\\y\n\"z\"")], .integer(1))]
        )
        #expect(
            PrometheusText.render([family])
                == "# HELP a x\\\\y\\n\"z\"\n# TYPE a counter\na{l=\"x\\\\y\\n\\\"z\\\"\"} 1\n"
        )
    }

    @Test func `a histogram's samples carry their suffixes`() {
        let family = MetricFamily(
            name: "h",
            help: "H.",
            kind: .histogram,
            samples: [
                .init(suffix: "_bucket", labels: [.init("le", "0.5")], .integer(1)),
                .init(suffix: "_bucket", labels: [.init("le", "+Inf")], .integer(2)),
                .init(suffix: "_sum", .real(1.25)),
                .init(suffix: "_count", .integer(2)),
            ]
        )
        let lines = PrometheusText.render([family]).split(separator: "\n").dropFirst(2)
        #expect(lines == ["h_bucket{le=\"0.5\"} 1", "h_bucket{le=\"+Inf\"} 2", "h_sum 1.25", "h_count 2"])
    }

    @Test(
        "numbers",
        arguments: [(Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0.5, "0.5"), (2, "2.0")]
    )
    func numbers(value: Double, text: String) {
        let rendered = PrometheusText.render([MetricFamily(name: "n", help: "N.", kind: .gauge, value: .real(value))])
        #expect(rendered.hasSuffix("\nn \(text)\n"))
    }

    @Test func `a family without samples is left out`() {
        #expect(PrometheusText.render([MetricFamily(name: "n", help: "", kind: .gauge, samples: [])]).isEmpty)
    }
}
