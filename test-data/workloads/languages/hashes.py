"""OpenSSL's assembly, written by hand: digests and key derivation. OPENSSL_ia32cap chooses among its variants."""

import hashlib

data = bytes(range(256)) * 256
for name in "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "md5", "blake2b512":
    for _ in range(200):
        hashlib.new(name, data).digest()
hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 100_000)
hashlib.scrypt(b"password", salt=b"salt", n=8192, r=8, p=1, maxmem=1 << 26)
