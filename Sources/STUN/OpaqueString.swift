internal import Foundation

/// The OpaqueString profile, for user names, realms and passwords (RFC 8265 section 4.2).
///
/// Covered: non-ASCII spaces (general category Zs) become U+0020; normalisation form C; the empty string is refused, and so
/// are the code points that the FreeformClass disallows (RFC 8264 section 4.3.3): controls, unassigned, private-use and
/// surrogate code points, noncharacters, default-ignorable code points, conjoining Hangul jamo, and the exceptions of RFC
/// 5892 section 2.6. Not covered: the context rules of RFC 5892 appendix A; joiners and other code points that they bind to
/// a context are accepted everywhere. Case and width are left alone, as the profile wants.
public enum OpaqueString {
    /// The prepared and enforced string.
    ///
    /// - Throws: ``STUNError/emptyString`` or ``STUNError/disallowedCodePoint(_:)``.
    public static func enforce(_ string: String) throws(STUNError) -> String {
        guard !string.isEmpty else { throw .emptyString }
        var isASCII = true
        for scalar in string.unicodeScalars {
            guard isAllowed(scalar) else { throw .disallowedCodePoint(scalar.value) }
            isASCII = isASCII && scalar.isASCII
        }
        if isASCII { return string }
        var mapped = String.UnicodeScalarView()
        for scalar in string.unicodeScalars {
            mapped.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        return String(mapped).precomposedStringWithCanonicalMapping
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
        // The exceptions come first (RFC 8264 section 8), then the joiners, which are default-ignorable otherwise.
        switch scalar.value {
        case 0x0640, 0x07FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        case 0x200C, 0x200D: return true
        // Hangul_Syllable_Type L, V and T.
        case 0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB: return false
        default: break
        }
        let properties = scalar.properties
        guard !properties.isDefaultIgnorableCodePoint, !properties.isNoncharacterCodePoint else { return false }
        switch properties.generalCategory {
        case .control, .unassigned, .privateUse, .surrogate, .format, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }
}
