// SPDX-License-Identifier: Apache-2.0
// One libFuzzer program: TOKENFAB_FUZZ_RUN is the entry function.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/entries.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tokenfab::fuzz::TOKENFAB_FUZZ_RUN({reinterpret_cast<const char*>(data), size});
  return 0;
}
