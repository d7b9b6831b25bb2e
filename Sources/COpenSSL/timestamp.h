#pragma once
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <string.h>
#include <time.h>

// RFC 3161 time stamps. As in shim.h, each function leaves the error queue empty and frees what it
// made on every path.

// MARK: Requests

// The DER of a request: version 1, SHA-256 `digest`, this nonce, the certificate wanted. Its length;
// 0 when it does not fit in `room` or libcrypto is out of memory.
static inline size_t custody_ts_request(const unsigned char digest[32], const unsigned char *nonce,
                                        size_t nonce_count, unsigned char *der, size_t room) {
  TS_REQ *request = TS_REQ_new();
  TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
  X509_ALGOR *algorithm = X509_ALGOR_new();
  BIGNUM *number = BN_bin2bn(nonce, (int)nonce_count, NULL);
  ASN1_INTEGER *integer = number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
  size_t length = 0;
  if (request != NULL && imprint != NULL && algorithm != NULL && integer != NULL) {
    X509_ALGOR_set_md(algorithm, EVP_sha256());
    if (TS_REQ_set_version(request, 1) == 1 && TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
        TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)digest, 32) == 1 &&
        TS_REQ_set_msg_imprint(request, imprint) == 1 && TS_REQ_set_nonce(request, integer) == 1 &&
        TS_REQ_set_cert_req(request, 1) == 1) {
      int needed = i2d_TS_REQ(request, NULL);
      unsigned char *at = der;
      if (needed > 0 && (size_t)needed <= room) length = (size_t)i2d_TS_REQ(request, &at);
    }
  }
  ASN1_INTEGER_free(integer);
  BN_free(number);
  X509_ALGOR_free(algorithm);
  TS_MSG_IMPRINT_free(imprint);
  TS_REQ_free(request);
  ERR_clear_error();
  return length;
}

// Whether a request in DER, with nothing after it, is about this digest.
static inline int custody_ts_asks(const unsigned char *der, size_t count,
                                  const unsigned char digest[32]) {
  const unsigned char *at = der;
  TS_REQ *request = d2i_TS_REQ(NULL, &at, (long)count);
  int asks = 0;
  if (request != NULL && at == der + count) {
    ASN1_OCTET_STRING *message = TS_MSG_IMPRINT_get_msg(TS_REQ_get_msg_imprint(request));
    asks = ASN1_STRING_length(message) == 32 &&
           memcmp(ASN1_STRING_get0_data(message), digest, 32) == 0;
  }
  TS_REQ_free(request);
  ERR_clear_error();
  return asks;
}

// MARK: Responses

enum {
  CUSTODY_TS_TRACED = 0,
  CUSTODY_TS_UNTRACED = 1,
  CUSTODY_TS_MALFORMED = 2,
  CUSTODY_TS_REFUSED = 3,
  CUSTODY_TS_WRONG_IMPRINT = 4,
  CUSTODY_TS_WRONG_NONCE = 5,
  CUSTODY_TS_NO_CERTIFICATE = 6,
  CUSTODY_TS_FALSE_SIGNATURE = 7,
  CUSTODY_TS_BAD_CERTIFICATES = 8,
};

// The certificates of a PEM text, added to `list` and, where there is one, to `store`. Their number;
// -1 when one of them is damaged.
static inline int custody_ts_certificates(const unsigned char *pem, size_t count,
                                          STACK_OF(X509) *list, X509_STORE *store) {
  BIO *text = BIO_new_mem_buf(pem, (int)count);
  int found = 0;
  X509 *certificate;
  while (text != NULL && (certificate = PEM_read_bio_X509(text, NULL, NULL, NULL)) != NULL) {
    if (store != NULL) X509_STORE_add_cert(store, certificate);
    if (!sk_X509_push(list, certificate)) X509_free(certificate);
    found++;
  }
  // What ends the loop in order is that no further block begins.
  unsigned long error = ERR_peek_last_error();
  if (text == NULL || ERR_GET_LIB(error) != ERR_LIB_PEM ||
      ERR_GET_REASON(error) != PEM_R_NO_START_LINE)
    found = -1;
  BIO_free(text);
  ERR_clear_error();
  return found;
}

static inline int custody_ts_imprint_is(TS_TST_INFO *info, const unsigned char digest[32]) {
  TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
  const ASN1_OBJECT *algorithm = NULL;
  X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
  ASN1_OCTET_STRING *message = TS_MSG_IMPRINT_get_msg(imprint);
  return OBJ_obj2nid(algorithm) == NID_sha256 && ASN1_STRING_length(message) == 32 &&
         memcmp(ASN1_STRING_get0_data(message), digest, 32) == 0;
}

static inline int custody_ts_nonce_is(const TS_TST_INFO *info, const TS_REQ *request) {
  const ASN1_INTEGER *asked = TS_REQ_get_nonce(request);
  const ASN1_INTEGER *answered = TS_TST_INFO_get_nonce(info);
  if (asked == NULL) return 1;
  return answered != NULL && ASN1_INTEGER_cmp(asked, answered) == 0;
}

// Whether the token is signed by the certificate it names, wherever that leads.
static inline int custody_ts_signed(PKCS7 *token, STACK_OF(X509) *certificates) {
  STACK_OF(X509) *signers = PKCS7_get0_signers(token, certificates, 0);
  if (signers == NULL) return CUSTODY_TS_NO_CERTIFICATE;
  sk_X509_free(signers);
  int valid = PKCS7_verify(token, certificates, NULL, NULL, NULL, PKCS7_NOVERIFY) == 1;
  return valid ? CUSTODY_TS_UNTRACED : CUSTODY_TS_FALSE_SIGNATURE;
}

// Everything RFC 3161 asks of a signature, with the chain valid when the token was made: its
// revocation and expiry since then change nothing about what it proved.
static inline int custody_ts_traced(TS_REQ *request, TS_RESP *response, time_t made,
                                    X509_STORE *store, STACK_OF(X509) *certificates) {
  TS_VERIFY_CTX *context = TS_REQ_to_TS_VERIFY_CTX(request, NULL);
  if (context == NULL) return 0;
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), made);
  X509_STORE_up_ref(store);
  TS_VERIFY_CTX_add_flags(context, TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(context, store);
  STACK_OF(X509) *copies = X509_chain_up_ref(certificates);
  TS_VERIFY_CTX_set_certs(context, copies);
  int valid = TS_RESP_verify_response(context, response) == 1;
  TS_VERIFY_CTX_free(context);
  return valid;
}

static inline int custody_ts_judge(TS_REQ *request, TS_RESP *response, TS_TST_INFO *info,
                                   const unsigned char digest[32], time_t made,
                                   X509_STORE *store, STACK_OF(X509) *certificates) {
  if (!custody_ts_imprint_is(info, digest)) return CUSTODY_TS_WRONG_IMPRINT;
  if (!custody_ts_nonce_is(info, request)) return CUSTODY_TS_WRONG_NONCE;
  int verdict = custody_ts_signed(TS_RESP_get_token(response), certificates);
  if (verdict != CUSTODY_TS_UNTRACED || store == NULL) return verdict;
  return custody_ts_traced(request, response, made, store, certificates) ? CUSTODY_TS_TRACED
                                                                         : CUSTODY_TS_UNTRACED;
}

static inline int custody_ts_time(TS_TST_INFO *info, time_t *made) {
  struct tm parts;
  memset(&parts, 0, sizeof parts);
  if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &parts) != 1) return 0;
  *made = timegm(&parts);
  return *made != (time_t)-1;
}

// One of CUSTODY_TS_…, and for the first two, and those after them that could read it, the time at
// which the token says that it was made, in whole seconds since 1970. `roots` are certificates in
// PEM, of which self-signed ones are trusted and others may lie between; `untrusted` lie between.
static inline int custody_ts_check(const unsigned char *request_der, size_t request_count,
                                   const unsigned char *response_der, size_t response_count,
                                   const unsigned char digest[32], const unsigned char *roots,
                                   size_t roots_count, const unsigned char *untrusted,
                                   size_t untrusted_count, int64_t *seconds) {
  const unsigned char *asked = request_der, *answered = response_der;
  TS_REQ *request = d2i_TS_REQ(NULL, &asked, (long)request_count);
  TS_RESP *response = d2i_TS_RESP(NULL, &answered, (long)response_count);
  X509_STORE *store = roots_count > 0 ? X509_STORE_new() : NULL;
  STACK_OF(X509) *certificates = sk_X509_new_null();
  int verdict = CUSTODY_TS_MALFORMED;
  time_t made = 0;
  *seconds = 0;
  if (certificates == NULL || (roots_count > 0 && store == NULL)) {
    verdict = CUSTODY_TS_BAD_CERTIFICATES;
  } else if ((roots_count > 0 &&
              custody_ts_certificates(roots, roots_count, certificates, store) < 1) ||
             (untrusted_count > 0 &&
              custody_ts_certificates(untrusted, untrusted_count, certificates, NULL) < 1)) {
    verdict = CUSTODY_TS_BAD_CERTIFICATES;
  } else if (request != NULL && response != NULL && asked == request_der + request_count &&
             answered == response_der + response_count) {
    TS_TST_INFO *info = TS_RESP_get_tst_info(response);
    long status =
        ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response)));
    if (status != 0 && status != 1) {
      verdict = CUSTODY_TS_REFUSED;
    } else if (info != NULL && custody_ts_time(info, &made)) {
      verdict = custody_ts_judge(request, response, info, digest, made, store, certificates);
      *seconds = (int64_t)made;
    }
  }
  sk_X509_pop_free(certificates, X509_free);
  X509_STORE_free(store);
  TS_RESP_free(response);
  TS_REQ_free(request);
  ERR_clear_error();
  return verdict;
}

// MARK: HTTP

enum {
  CUSTODY_HTTP_ANSWERED = 0,
  CUSTODY_HTTP_UNREACHABLE = 1,
  CUSTODY_HTTP_TIMEOUT = 2,
  CUSTODY_HTTP_WRONG_ANSWER = 3,
  CUSTODY_HTTP_BAD_URL = 4,
};

// What the error queue says about a transfer that failed; empties it.
static inline int custody_http_failure(void) {
  int failure = CUSTODY_HTTP_UNREACHABLE;
  unsigned long error;
  while ((error = ERR_get_error()) != 0) {
    int library = ERR_GET_LIB(error), reason = ERR_GET_REASON(error);
    // A refused connection is tried again until the time is over: nobody is there.
    if (library == ERR_LIB_BIO && reason == BIO_R_CONNECT_TIMEOUT)
      return ERR_clear_error(), CUSTODY_HTTP_UNREACHABLE;
    if (library == ERR_LIB_BIO && reason == BIO_R_TRANSFER_TIMEOUT)
      return ERR_clear_error(), CUSTODY_HTTP_TIMEOUT;
    if (library == ERR_LIB_HTTP || library == ERR_LIB_ASN1) failure = CUSTODY_HTTP_WRONG_ANSWER;
  }
  return failure;
}

// Posts DER and reads DER back, of `room` bytes at most, in `timeout` seconds for all of it. Without
// TLS: what comes back is signed.
static inline int custody_http_post(const char *url, const char *content_type,
                                    const unsigned char *body, size_t body_count,
                                    const char *expected_type, unsigned char *answer, size_t room,
                                    size_t *answer_count, int timeout) {
  char *host = NULL, *port = NULL, *path = NULL;
  int tls = 0;
  if (OSSL_HTTP_parse_url(url, &tls, NULL, &host, &port, NULL, &path, NULL, NULL) != 1 || tls) {
    OPENSSL_free(host);
    OPENSSL_free(port);
    OPENSSL_free(path);
    ERR_clear_error();
    return CUSTODY_HTTP_BAD_URL;
  }
  int outcome = CUSTODY_HTTP_UNREACHABLE;
  BIO *request = BIO_new_mem_buf(body, (int)body_count);
  BIO *response = request == NULL
                      ? NULL
                      : OSSL_HTTP_transfer(NULL, host, port, path, 0, NULL, NULL, NULL, NULL, NULL,
                                           NULL, 0, NULL, content_type, request, expected_type, 1,
                                           room, timeout, 0);
  if (response == NULL) {
    outcome = custody_http_failure();
  } else {
    // One byte more than there is room for would be one too many.
    size_t count = 0, part = 0;
    while (count < room && BIO_read_ex(response, answer + count, room - count, &part) == 1)
      count += part;
    unsigned char more;
    outcome = BIO_read_ex(response, &more, 1, &part) == 1 ? CUSTODY_HTTP_WRONG_ANSWER
                                                          : CUSTODY_HTTP_ANSWERED;
    *answer_count = count;
  }
  BIO_free(request);
  BIO_free_all(response);
  OPENSSL_free(host);
  OPENSSL_free(port);
  OPENSSL_free(path);
  ERR_clear_error();
  return outcome;
}
