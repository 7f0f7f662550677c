/// A server that a process can run to its end and show to operators.
public protocol ManagedServer: ReloadableServer {
    /// Everything that `/metrics` shows, read at each scrape.
    func metricFamilies() async -> [MetricFamily]

    /// What `/health` answers; draining from the moment that ``ReloadableServer/drain(timeout:)`` was called.
    func health() async -> Health
}
