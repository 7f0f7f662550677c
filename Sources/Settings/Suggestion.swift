/// What to say about a key that nobody knows.
enum Suggestion {
    static func expectation(forUnknown key: String) -> String {
        let near = SettingKey.allCases.map(\.fileKey).map { (name: $0, distance: distance(key, $0)) }
            .min { $0.distance < $1.distance }
        guard let near, near.distance <= max(2, key.utf8.count / 4) else {
            return "a known key (see `martlet turn --help`; a key is its flag with underscores)"
        }
        return "a known key; did you mean `\(near.name)`?"
    }

    /// The number of characters to insert, delete or change to make one word of the other; O(n·m).
    static func distance(_ left: String, _ right: String) -> Int {
        let target = Array(right.utf8)
        var row = Array(0...target.count)
        for (line, letter) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in target.enumerated() {
                let change = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, row[column] + 1, diagonal + 1)
            }
        }
        return row[target.count]
    }
}
