import ArgumentParser
import Settings

struct CredentialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The namespace this server is for: the second part of user names. Required, except with --development.",
            valueName: "name"
        )
    )
    var namespace: String?

    @Option(help: ArgumentHelp("Realm of the long-term credentials. (default: the namespace)", valueName: "name"))
    var realm: String?

    @Option(
        help: ArgumentHelp(
            "Secret of time-limited credentials. Repeatable, for rotation. Shows in the process list: prefer a file.",
            valueName: "text"
        )
    )
    var authSecret: [String] = []

    @Option(help: ArgumentHelp("File with such secrets, one per line. Read again on a reload.", valueName: "file"))
    var authSecretFile: String?

    @Option(help: ArgumentHelp("A user with a lasting password, for tests. Repeatable.", valueName: "name:password"))
    var user: [String] = []

    @Flag(inversion: .prefixedNo, help: "Judge a credential's expiry at each Refresh too, not only at Allocate.")
    var strictExpiry: Bool?

    @Option(help: ArgumentHelp("How long a nonce is good, 30-3600. (default: 600)", valueName: "seconds"))
    var nonceLifetime: String?

    func write(to written: inout WrittenSettings) {
        written.addFlag(.namespace, namespace)
        written.addFlag(.realm, realm)
        written.addFlag(.authSecret, authSecret)
        written.addFlag(.authSecretFile, authSecretFile)
        written.addFlag(.user, user)
        written.addFlag(.strictExpiry, strictExpiry)
        written.addFlag(.nonceLifetime, nonceLifetime)
    }
}
