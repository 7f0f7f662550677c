#include "bare_srtp.h"

#include <openssl/evp.h>
#include <srtp2/srtp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { header_length = 12, vector_length = 12, tag_length = 16 };

struct bare_session {
    bare_kind kind;
    EVP_CIPHER_CTX *cipher;
    uint8_t salt[vector_length];
    srtp_t srtp;
};

static const uint8_t key[46] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};

static int create_cipher(bare_session *session, size_t key_length, int is_sender) {
    const EVP_CIPHER *cipher = key_length == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
    session->cipher = EVP_CIPHER_CTX_new();
    memcpy(session->salt, key + key_length, vector_length);
    return session->cipher != NULL && EVP_CipherInit_ex(session->cipher, cipher, NULL, key, NULL, is_sender) == 1;
}

static int create_srtp(bare_session *session, size_t key_length, int is_sender) {
    srtp_policy_t policy = {0};
    uint8_t material[sizeof key];
    memcpy(material, key, sizeof key);
    // The library refuses to be started again, and srtp_create refuses if it never was.
    srtp_init();
    if (session->kind == BARE_LIBSRTP_SHA1_80) {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    } else if (key_length == 32) {
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    }
    policy.ssrc.type = is_sender ? ssrc_any_outbound : ssrc_any_inbound;
    policy.window_size = 1024;
    policy.key = material;
    return srtp_create(&session->srtp, &policy) == srtp_err_status_ok;
}

bare_session *bare_session_create(bare_kind kind, size_t key_length, int is_sender) {
    bare_session *session = calloc(1, sizeof *session);
    if (session == NULL) return NULL;
    session->kind = kind;
    int is_made = kind == BARE_EVP_GCM ? create_cipher(session, key_length, is_sender)
                                       : create_srtp(session, key_length, is_sender);
    if (is_made) return session;
    bare_session_destroy(session);
    return NULL;
}

void bare_session_destroy(bare_session *session) {
    EVP_CIPHER_CTX_free(session->cipher);
    if (session->srtp != NULL) srtp_dealloc(session->srtp);
    free(session);
}

// Two zero bytes, SSRC and a 48-bit index, XOR the salt (RFC 7714 section 8.1).
static void make_vector(const bare_session *session, const uint8_t *packet, uint64_t index, uint8_t *vector) {
    memcpy(vector, session->salt, vector_length);
    for (int i = 0; i < 4; i++) vector[2 + i] ^= packet[8 + i];
    for (int i = 0; i < 6; i++) vector[6 + i] ^= (uint8_t)(index >> (40 - 8 * i));
}

static int seal(bare_session *session, uint8_t *packet, size_t length, uint64_t index) {
    uint8_t vector[vector_length];
    int written;
    make_vector(session, packet, index, vector);
    return EVP_EncryptInit_ex(session->cipher, NULL, NULL, NULL, vector) == 1 &&
           EVP_EncryptUpdate(session->cipher, NULL, &written, packet, header_length) == 1 &&
           EVP_EncryptUpdate(session->cipher, packet + header_length, &written, packet + header_length,
                             (int)length - header_length) == 1 &&
           EVP_EncryptFinal_ex(session->cipher, packet + length, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(session->cipher, EVP_CTRL_AEAD_GET_TAG, tag_length, packet + length) == 1;
}

static int unseal(bare_session *session, uint8_t *packet, size_t length, uint64_t index) {
    uint8_t vector[vector_length];
    int written;
    size_t end = length - tag_length;
    make_vector(session, packet, index, vector);
    return EVP_DecryptInit_ex(session->cipher, NULL, NULL, NULL, vector) == 1 &&
           EVP_CIPHER_CTX_ctrl(session->cipher, EVP_CTRL_AEAD_SET_TAG, tag_length, packet + end) == 1 &&
           EVP_DecryptUpdate(session->cipher, NULL, &written, packet, header_length) == 1 &&
           EVP_DecryptUpdate(session->cipher, packet + header_length, &written, packet + header_length,
                             (int)end - header_length) == 1 &&
           EVP_DecryptFinal_ex(session->cipher, packet + end, &written) == 1;
}

size_t bare_protect(bare_session *session, uint8_t *slot, size_t length, uint64_t first, size_t count) {
    size_t done = 0;
    for (uint64_t index = first; index < first + count; index++) {
        slot[2] = (uint8_t)(index >> 8);
        slot[3] = (uint8_t)index;
        if (session->kind == BARE_EVP_GCM) {
            done += seal(session, slot, length, index);
        } else {
            int size = (int)length;
            done += srtp_protect(session->srtp, slot, &size) == srtp_err_status_ok;
        }
    }
    return done;
}

size_t bare_unprotect(
    bare_session *session, const uint8_t *packets, size_t stride, uint8_t *slot, size_t length, uint64_t first, size_t count) {
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(slot, packets + i * stride, length);
        if (session->kind == BARE_EVP_GCM) {
            done += unseal(session, slot, length, first + i);
        } else {
            int size = (int)length;
            done += srtp_unprotect(session->srtp, slot, &size) == srtp_err_status_ok;
        }
    }
    return done;
}

uint64_t bare_cpu_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}
