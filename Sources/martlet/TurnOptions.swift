import ArgumentParser
import Settings

/// The flags of `martlet turn`. They are taken as text: flags, environment and file are judged by the same rules.
struct TurnOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read settings from a YAML file; flags and environment win.", valueName: "file"))
    var config: String?

    @OptionGroup(title: "Listeners")
    var listeners: ListenerOptions
    @OptionGroup(title: "Relay and peers")
    var relay: RelayOptions
    @OptionGroup(title: "Credentials")
    var credentials: CredentialOptions
    @OptionGroup(title: "Limits (0 is unlimited)")
    var limits: LimitOptions
    @OptionGroup(title: "Optional protocol parts (off unless asked for)")
    var protocolParts: ProtocolOptions
    @OptionGroup(title: "Process")
    var process: ProcessOptions

    /// Where the settings of this process come from.
    var sources: SettingSources {
        var written = WrittenSettings()
        listeners.write(to: &written)
        relay.write(to: &written)
        credentials.write(to: &written)
        limits.write(to: &written)
        protocolParts.write(to: &written)
        process.write(to: &written)
        return SettingSources(configPath: config, flags: written, environment: ProcessEnvironment.variables)
    }
}

extension WrittenSettings {
    mutating func addFlag(_ key: SettingKey, _ text: String?) {
        addFlag(key, text.map { [$0] } ?? [])
    }

    mutating func addFlag(_ key: SettingKey, _ isOn: Bool?) {
        addFlag(key, isOn.map { "\($0)" })
    }
}
