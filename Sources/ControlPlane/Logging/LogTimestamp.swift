import Glibc

/// The wall-clock time of a log line.
enum LogTimestamp {
    /// Now, in UTC with milliseconds: `2026-01-31T23:59:59.123Z`.
    static let now: @Sendable () -> String = {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return text(secondsSince1970: Int64(time.tv_sec), milliseconds: Int(time.tv_nsec) / 1_000_000)
    }

    static func text(secondsSince1970 seconds: Int64, milliseconds: Int) -> String {
        let day = (seconds - seconds.remainder(86_400)) / 86_400
        let second = Int(seconds.remainder(86_400))
        let (year, month, dayOfMonth) = civil(daysSince1970: Int(day))
        let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(clock).\(padded(milliseconds, 3))Z"
    }

    /// The Gregorian date of a day number. Years are counted from 1 March, so that the leap day is the last of its year:
    /// 400 of them have 146,097 days, and a month begins on day (153·month + 2) / 5.
    private static func civil(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSince1970 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func remainder(_ divisor: Int64) -> Int64 {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
