// SPDX-License-Identifier: Apache-2.0
// The words of data errors: how foreign text is shown, and which known name was probably meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/core/errors.hpp"

namespace tokenfab {

/// A problem with a data file; line 0: with the file as a whole.
Problem problem_at(const std::string& file, std::int64_t line, std::string message,
                   std::string fix = {});

/// Length in bytes of the printable UTF-8 character that `text` (not empty) begins with; 0 if it
/// begins with a control character or with bytes that are not UTF-8.
std::size_t printable_length(std::string_view text);

/// `text` in double quotes, cut to 60 characters; what cannot be printed is escaped as \n or \x1b.
std::string quote(std::string_view text);

/// "did you mean 'tenant'?" for the known name nearest to `name`; empty if none is near.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

}  // namespace tokenfab
