#pragma once
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <string.h>

// What Swift cannot say well: macros, static storage, and sequences of calls that must free what
// they made on every path. Each function leaves the error queue empty, so that no text about a key
// survives in it.

// MARK: SHA-256

// What all threads share. A static inside a function, because Swift's importer emits no statics of
// the file itself.
struct custody_sha256_shared {
  pthread_once_t once;
  pthread_key_t contexts;
  EVP_MD *algorithm;
};

static inline struct custody_sha256_shared *custody_sha256_shared(void) {
  static struct custody_sha256_shared shared = {PTHREAD_ONCE_INIT, 0, NULL};
  return &shared;
}

static inline void custody_sha256_free(void *context) {
  EVP_MD_CTX_free((EVP_MD_CTX *)context);
}

static inline void custody_sha256_start(void) {
  struct custody_sha256_shared *shared = custody_sha256_shared();
  if (pthread_key_create(&shared->contexts, custody_sha256_free) != 0) return;
  shared->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

// The context of this thread, ready for a message; NULL where libcrypto has no SHA-256. Fetching
// the algorithm again for each message costs three times the hashing of a tree node.
static inline EVP_MD_CTX *custody_sha256_begin(void) {
  struct custody_sha256_shared *shared = custody_sha256_shared();
  if (pthread_once(&shared->once, custody_sha256_start) != 0) return NULL;
  if (shared->algorithm == NULL) return NULL;
  EVP_MD_CTX *context = (EVP_MD_CTX *)pthread_getspecific(shared->contexts);
  if (context == NULL) {
    context = EVP_MD_CTX_new();
    if (context == NULL || pthread_setspecific(shared->contexts, context) != 0) {
      EVP_MD_CTX_free(context);
      return NULL;
    }
  }
  return EVP_DigestInit_ex2(context, shared->algorithm, NULL) == 1 ? context : NULL;
}

// SHA-256 of two parts one after the other. 1 when done.
static inline int custody_sha256(const void *first, size_t first_count, const void *second,
                                 size_t second_count, unsigned char digest[32]) {
  EVP_MD_CTX *context = custody_sha256_begin();
  int done = context != NULL && EVP_DigestUpdate(context, first, first_count) == 1 &&
             EVP_DigestUpdate(context, second, second_count) == 1 &&
             EVP_DigestFinal_ex(context, digest, NULL) == 1;
  if (!done) ERR_clear_error();
  return done;
}

// MARK: Ed25519

static inline EVP_PKEY *custody_ed25519_generate(void) {
  EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  if (key == NULL) ERR_clear_error();
  return key;
}

static inline EVP_PKEY *custody_ed25519_from_seed(const unsigned char *seed, size_t count) {
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, count);
  if (key == NULL) ERR_clear_error();
  return key;
}

static inline int custody_ed25519_public(const EVP_PKEY *key, unsigned char raw[32]) {
  size_t count = 32;
  int done = EVP_PKEY_get_raw_public_key(key, raw, &count) == 1 && count == 32;
  if (!done) ERR_clear_error();
  return done;
}

// 1 when `raw` is a public key that the library accepts.
static inline int custody_ed25519_admits(const unsigned char *raw, size_t count) {
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, raw, count);
  int admitted = key != NULL;
  EVP_PKEY_free(key);
  ERR_clear_error();
  return admitted;
}

static inline int custody_ed25519_sign(EVP_PKEY *key, const unsigned char *message, size_t count,
                                       unsigned char signature[64]) {
  size_t length = 64;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int done = context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
             EVP_DigestSign(context, signature, &length, message, count) == 1 && length == 64;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return done;
}

static inline int custody_ed25519_verify(const unsigned char *raw, size_t raw_count,
                                         const unsigned char *message, size_t count,
                                         const unsigned char *signature, size_t length) {
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, raw, raw_count);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int valid = key != NULL && context != NULL &&
              EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestVerify(context, signature, length, message, count) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  ERR_clear_error();
  return valid;
}

// MARK: P-256

enum {
  // An uncompressed point: 04, x, y.
  CUSTODY_P256_POINT = 65,
  // The longest DER of a signature.
  CUSTODY_P256_SIGNATURE = 72,
};

static inline EVP_PKEY *custody_p256_generate(void) {
  EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
  if (key == NULL) ERR_clear_error();
  return key;
}

// 1 when a private key is one on P-256.
static inline int custody_p256_is(const EVP_PKEY *key) {
  char group[32] = "";
  int is = EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, SN_X9_62_prime256v1) == 0;
  ERR_clear_error();
  return is;
}

// The key of an uncompressed point on the curve; NULL for anything else.
static inline EVP_PKEY *custody_p256_from_point(const unsigned char *point, size_t count) {
  if (count != CUSTODY_P256_POINT || point[0] != POINT_CONVERSION_UNCOMPRESSED) return NULL;
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"P-256", 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, count),
      OSSL_PARAM_construct_end(),
  };
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  int done = context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
             EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1;
  EVP_PKEY_CTX_free(context);
  ERR_clear_error();
  if (done) return key;
  EVP_PKEY_free(key);
  return NULL;
}

static inline int custody_p256_admits(const unsigned char *point, size_t count) {
  EVP_PKEY *key = custody_p256_from_point(point, count);
  int admitted = key != NULL;
  EVP_PKEY_free(key);
  return admitted;
}

// By its coordinates, because a key file may ask for another form of the point.
static inline int custody_p256_public(const EVP_PKEY *key, unsigned char point[65]) {
  BIGNUM *x = NULL, *y = NULL;
  int done = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
             EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
             BN_bn2binpad(x, point + 1, 32) == 32 && BN_bn2binpad(y, point + 33, 32) == 32;
  point[0] = POINT_CONVERSION_UNCOMPRESSED;
  BN_free(x);
  BN_free(y);
  ERR_clear_error();
  return done;
}

// ECDSA with SHA-256, as DER. Answers its length, or 0 where that failed.
static inline size_t custody_p256_sign(EVP_PKEY *key, const unsigned char *message, size_t count,
                                       unsigned char signature[72]) {
  size_t length = CUSTODY_P256_SIGNATURE;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int done = context != NULL && EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key,
                                                      NULL) == 1 &&
             EVP_DigestSign(context, signature, &length, message, count) == 1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return done ? length : 0;
}

// 1 when valid. OpenSSL writes what it has read as DER again and compares, so that no other
// encoding and no trailing byte is accepted.
static inline int custody_p256_verify(const unsigned char *point, size_t point_count,
                                      const unsigned char *message, size_t count,
                                      const unsigned char *signature, size_t length) {
  EVP_PKEY *key = custody_p256_from_point(point, point_count);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int valid = key != NULL && context != NULL &&
              EVP_DigestVerifyInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
              EVP_DigestVerify(context, signature, length, message, count) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  ERR_clear_error();
  return valid;
}

// MARK: Key files

enum {
  CUSTODY_KEY_READ = 0,
  CUSTODY_KEY_NOT_A_KEY_FILE = 1,
  CUSTODY_KEY_NEEDS_PASSPHRASE = 2,
  CUSTODY_KEY_WRONG_PASSPHRASE = 3,
  CUSTODY_KEY_UNSUPPORTED = 4,
};

// 1 when the key derivation is PBKDF2 with HMAC-SHA256 and between 1 and `rounds_max` rounds.
static inline int custody_pbkdf2_supported(const X509_ALGOR *derivation, long rounds_max) {
  if (OBJ_obj2nid(derivation->algorithm) != NID_id_pbkdf2) return 0;
  if (derivation->parameter == NULL || derivation->parameter->type != V_ASN1_SEQUENCE) return 0;
  const ASN1_STRING *der = derivation->parameter->value.sequence;
  const unsigned char *at = der->data;
  PBKDF2PARAM *parameters = d2i_PBKDF2PARAM(NULL, &at, der->length);
  if (parameters == NULL) return 0;
  long rounds = ASN1_INTEGER_get(parameters->iter);
  int supported = rounds >= 1 && rounds <= rounds_max && parameters->prf != NULL &&
                  OBJ_obj2nid(parameters->prf->algorithm) == NID_hmacWithSHA256;
  PBKDF2PARAM_free(parameters);
  return supported;
}

// 1 when a key file is enciphered as ours are: PBES2, PBKDF2-HMAC-SHA256, AES-256-CBC.
static inline int custody_pbes2_supported(const X509_ALGOR *scheme, long rounds_max) {
  if (OBJ_obj2nid(scheme->algorithm) != NID_pbes2) return 0;
  if (scheme->parameter == NULL || scheme->parameter->type != V_ASN1_SEQUENCE) return 0;
  const ASN1_STRING *der = scheme->parameter->value.sequence;
  const unsigned char *at = der->data;
  PBE2PARAM *parameters = d2i_PBE2PARAM(NULL, &at, der->length);
  if (parameters == NULL) return 0;
  int supported = OBJ_obj2nid(parameters->encryption->algorithm) == NID_aes_256_cbc &&
                  custody_pbkdf2_supported(parameters->keyfunc, rounds_max);
  PBE2PARAM_free(parameters);
  return supported;
}

static inline int custody_key_from_info(const PKCS8_PRIV_KEY_INFO *info, EVP_PKEY **key) {
  *key = EVP_PKCS82PKEY(info);
  if (*key == NULL) return CUSTODY_KEY_UNSUPPORTED;
  if (EVP_PKEY_is_a(*key, "ED25519") == 1 || custody_p256_is(*key)) return CUSTODY_KEY_READ;
  EVP_PKEY_free(*key);
  *key = NULL;
  return CUSTODY_KEY_UNSUPPORTED;
}

static inline int custody_key_from_plain(const unsigned char *der, long length, EVP_PKEY **key) {
  const unsigned char *at = der;
  PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, length);
  int result = info == NULL || at != der + length ? CUSTODY_KEY_NOT_A_KEY_FILE
                                                  : custody_key_from_info(info, key);
  PKCS8_PRIV_KEY_INFO_free(info);
  return result;
}

static inline int custody_key_decipher(const X509_SIG *file, const char *passphrase,
                                       int passphrase_count, EVP_PKEY **key) {
  PKCS8_PRIV_KEY_INFO *info = PKCS8_decrypt(file, passphrase, passphrase_count);
  // The scheme is known to be ours, so only the passphrase (or a damaged cipher text, which
  // nobody can tell apart from it) is left as the reason.
  if (info == NULL) return CUSTODY_KEY_WRONG_PASSPHRASE;
  int result = custody_key_from_info(info, key);
  PKCS8_PRIV_KEY_INFO_free(info);
  return result;
}

static inline int custody_key_from_enciphered(const unsigned char *der, long length,
                                              const char *passphrase, int passphrase_count,
                                              long rounds_max, EVP_PKEY **key) {
  const unsigned char *at = der;
  const X509_ALGOR *scheme = NULL;
  X509_SIG *file = d2i_X509_SIG(NULL, &at, length);
  int result = CUSTODY_KEY_NOT_A_KEY_FILE;
  if (file != NULL && at == der + length) {
    X509_SIG_get0(file, &scheme, NULL);
    if (!custody_pbes2_supported(scheme, rounds_max)) result = CUSTODY_KEY_UNSUPPORTED;
    else if (passphrase == NULL) result = CUSTODY_KEY_NEEDS_PASSPHRASE;
    else result = custody_key_decipher(file, passphrase, passphrase_count, key);
  }
  X509_SIG_free(file);
  return result;
}

static inline int custody_key_from_block(const char *label, const char *header,
                                         const unsigned char *der, long length,
                                         const char *passphrase, int passphrase_count,
                                         long rounds_max, EVP_PKEY **key) {
  if (header[0] != 0) return CUSTODY_KEY_UNSUPPORTED;
  if (strcmp(label, PEM_STRING_PKCS8INF) == 0) return custody_key_from_plain(der, length, key);
  if (strcmp(label, PEM_STRING_PKCS8) == 0)
    return custody_key_from_enciphered(der, length, passphrase, passphrase_count, rounds_max, key);
  return strstr(label, "PRIVATE KEY") != NULL ? CUSTODY_KEY_UNSUPPORTED
                                              : CUSTODY_KEY_NOT_A_KEY_FILE;
}

// Reads one PEM block that is the whole text. `passphrase` may be NULL.
static inline int custody_key_read(const char *pem, int count, const char *passphrase,
                                   int passphrase_count, long rounds_max, EVP_PKEY **key) {
  char *label = NULL, *header = NULL;
  unsigned char *der = NULL;
  long length = 0;
  *key = NULL;
  BIO *text = BIO_new_mem_buf(pem, count);
  int result = CUSTODY_KEY_NOT_A_KEY_FILE;
  if (text != NULL && PEM_read_bio(text, &label, &header, &der, &length) == 1 &&
      BIO_pending(text) == 0)
    result = custody_key_from_block(label, header, der, length, passphrase, passphrase_count,
                                    rounds_max, key);
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_clear_free(der, (size_t)length);
  BIO_free(text);
  ERR_clear_error();
  return result;
}

static inline int custody_key_write_enciphered(BIO *text, PKCS8_PRIV_KEY_INFO *info,
                                               const char *passphrase, int passphrase_count,
                                               int rounds) {
  X509_ALGOR *scheme = PKCS5_pbe2_set_iv_ex(EVP_aes_256_cbc(), rounds, NULL, 0, NULL,
                                            NID_hmacWithSHA256, NULL);
  if (scheme == NULL) return 0;
  X509_SIG *file = PKCS8_set0_pbe(passphrase, passphrase_count, info, scheme);
  if (file == NULL) {
    X509_ALGOR_free(scheme);
    return 0;
  }
  int done = PEM_write_bio_PKCS8(text, file) == 1;
  X509_SIG_free(file);
  return done;
}

// Writes a key as PKCS#8 PEM into `pem`. Answers its length, or 0 where that failed.
static inline int custody_key_write(const EVP_PKEY *key, const char *passphrase,
                                    int passphrase_count, int rounds, char *pem, int capacity) {
  PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
  BIO *text = BIO_new(BIO_s_secmem());
  int done = info != NULL && text != NULL;
  if (done && passphrase == NULL) done = PEM_write_bio_PKCS8_PRIV_KEY_INFO(text, info) == 1;
  else if (done)
    done = custody_key_write_enciphered(text, info, passphrase, passphrase_count, rounds);
  int length = done ? BIO_read(text, pem, capacity) : 0;
  int whole = length > 0 && BIO_pending(text) == 0;
  PKCS8_PRIV_KEY_INFO_free(info);
  BIO_free(text);
  ERR_clear_error();
  return whole ? length : 0;
}
