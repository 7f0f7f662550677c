public import Settings
public import Wire

/// What the life of a process asks of its server.
public protocol ReloadableServer: Sendable {
    /// Reads the configuration again and takes it over, live allocations included. On any error everything stays as it was.
    func reload() async -> [SettingError]

    /// Refuses new allocations, and returns when the last one ended or `timeout` has passed.
    func drain(timeout: TimeInterval) async
}
