import Glibc

/// The one reading of the wall clock on the command line: a credential's expiry is a time of day.
enum WallClock {
    static var secondsSince1970: UInt64 { UInt64(max(0, time(nil))) }
}
