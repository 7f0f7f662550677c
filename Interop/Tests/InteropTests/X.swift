import CNIOBoringSSL
import Testing
@Test func v() { print(CNIOBoringSSL_DTLS_method() as Any) }
