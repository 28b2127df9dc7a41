// SPDX-License-Identifier: Apache-2.0
// 64-bit numbers that stand for contents and names. Of a million different ones two are alike with
// a probability of 3e-8.
#pragma once

#include <cstdint>
#include <string_view>

namespace tokenfab {

/// The output step of splitmix64 (S. Vigna, https://prng.di.unimi.it/splitmix64.c).
constexpr std::uint64_t mixed(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// The number of `next` after all that `before` stands for.
constexpr std::uint64_t chained(std::uint64_t before, std::uint64_t next) {
  return mixed(before ^ mixed(next));
}

/// FNV-1a, 64 bits, by G. Fowler, L. C. Noll and K.-P. Vo (isthe.com/chongo/tech/comp/fnv), mixed
/// because FNV alone leaves the last bytes badly mixed.
constexpr std::uint64_t text_number(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x00000100000001b3u;
  }
  return mixed(hash);
}

}  // namespace tokenfab
