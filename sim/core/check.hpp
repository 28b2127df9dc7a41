// SPDX-License-Identifier: Apache-2.0
// CHECK states an invariant of ours. It is compiled into every build: a false one is a bug in
// Tokenfab, never the user's fault (that is ConfigError or DataError, see errors.hpp).
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace tokenfab {

/// Called with the failed condition and its state dump. Only tools/ may end the process, so the
/// program installs the handler that prints and exits 1; without one the failure aborts.
using CheckHandler = void (*)(std::string_view message);
void set_check_handler(CheckHandler handler);

[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const std::string& state);

}  // namespace tokenfab

/// CHECK(condition, "state {}", value...): the text after the condition dumps the state around it.
#define CHECK(condition, ...)                                                               \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      ::tokenfab::check_failed(#condition, __FILE__, __LINE__, ::fmt::format(__VA_ARGS__)); \
    }                                                                                       \
  } while (false)
