// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) of a byte stream, by OpenSSL, which uses the processor's own instructions.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace tokenfab {

class Sha256 {
 public:
  Sha256();

  void update(std::string_view bytes);

  /// The digest of all updates as 64 lower-case hexadecimal digits. Ends the computation: call
  /// once.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// Of a whole text.
std::string sha256_of(std::string_view text);

}  // namespace tokenfab
