/// SHA-256, HMAC and SipHash over many short messages. Tests compare each way with the cryptographic library.
#ifndef C_DIGESTS_H
#define C_DIGESTS_H
#include <stddef.h>
#include <stdint.h>

/// Ways to compute: 0 portable, 1 SHA-NI.
int cd_best_way(void);

/// A message: at most 63 bytes of `prefix`, then `data`. Either may be absent where its count is 0.
struct cd_message {
    const uint8_t *prefix;
    size_t prefix_count;
    const uint8_t *data;
    size_t count;
};

/// SHA-256 of one message into 32 bytes. `way` must not be above `cd_best_way()`.
void cd_sha256(struct cd_message message, int way, uint8_t *digest);

/// SHA-256 of two messages, of any lengths, at once.
void cd_sha256_two(
    struct cd_message first, struct cd_message second, int way, uint8_t *first_digest, uint8_t *second_digest);

/// The nodes above `count` pairs of hashes that lie one behind the other: SHA-256(0x01 || left || right) (RFC 6962, 2.1).
void cd_nodes(const uint8_t *pairs, size_t count, int way, uint8_t *nodes);

/// What is computed of a key once: the states after the two padded keys (RFC 2104, 4).
struct cd_hmac_key {
    uint32_t inner[8];
    uint32_t outer[8];
};

/// For a key of at most 64 bytes.
void cd_hmac_prepare(struct cd_hmac_key *key, const uint8_t *bytes, size_t count);

/// HMAC-SHA-256 into 32 bytes, and beside it SHA-256(0x00 || data), the hash of a leaf (RFC 6962, 2.1).
void cd_hmac_and_leaf(
    const struct cd_hmac_key *key, const uint8_t *data, size_t count, int way, uint8_t *code, uint8_t *leaf);

/// SipHash-2-4 with 128 bits, as two words: of `first`, then `second` with a count that the key's user fixes.
void cd_siphash128(
    const uint64_t key[2], const uint8_t *first, size_t first_count, const uint8_t *second, size_t second_count,
    uint64_t hash[2]);

/// Reads 32 bytes written as 64 lower-case hexadecimal digits; 0 for anything else.
int cd_unhex(const uint8_t *digits, uint8_t *bytes);

#endif
