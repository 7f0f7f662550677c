internal import Glibc
public import Wire

/// The machine's clocks. Nothing above or below the engine reads one.
public enum MonotonicClock {
    /// CLOCK_MONOTONIC.
    public static func now() -> MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// CLOCK_MONOTONIC together with the date.
    public static func timestamp() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(monotonic: now(), unixSeconds: UInt64(max(time.tv_sec, 0)))
    }

    /// Sleeps the calling thread. Returns early when a signal arrives.
    package static func sleep(for interval: TimeInterval) {
        guard interval > .zero else { return }
        var time = timespec(
            tv_sec: Int(interval.nanoseconds / 1_000_000_000),
            tv_nsec: Int(interval.nanoseconds % 1_000_000_000)
        )
        unsafe clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nil)
    }
}
