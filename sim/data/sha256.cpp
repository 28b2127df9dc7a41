// SPDX-License-Identifier: Apache-2.0
#include "sim/data/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <iterator>
#include <span>

#include "sim/core/check.hpp"

namespace tokenfab {

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  const bool ready = context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  CHECK(ready, "OpenSSL offers no SHA-256");
}

void Sha256::update(std::string_view bytes) {
  const int done = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  CHECK(done == 1, "after {} bytes", bytes.size());
}

std::string Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done = EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
  CHECK(done == 1, "SHA-256 finished twice?");
  std::string text;
  for (const unsigned char byte : std::span(digest).first(size)) {
    fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  }
  return text;
}

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

}  // namespace tokenfab
