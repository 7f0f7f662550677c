// The envelope (EVP) interface of libcrypto and nothing else of OpenSSL. Declarations only: no C is compiled.
#ifndef MARTLET_OPENSSL_H
#define MARTLET_OPENSSL_H

#include <openssl/evp.h>

#endif
