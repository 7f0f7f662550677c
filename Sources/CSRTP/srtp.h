// libsrtp 2. Declarations only: no C is compiled.
#ifndef MARTLET_SRTP_H
#define MARTLET_SRTP_H

#include <srtp2/srtp.h>

#endif
