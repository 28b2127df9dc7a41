// SPDX-License-Identifier: Apache-2.0
#include "sim/core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace tokenfab {
namespace {
CheckHandler installed_handler = nullptr;
}

void set_check_handler(CheckHandler handler) { installed_handler = handler; }

void check_failed(const char* condition, const char* file, int line, const std::string& state) {
  const auto message =
      fmt::format("{}:{}: invariant does not hold: {}\n  state: {}", file, line, condition, state);
  if (installed_handler != nullptr) {
    installed_handler(message);
  }
  std::fputs((message + "\n").c_str(), stderr);
  std::abort();
}

}  // namespace tokenfab
