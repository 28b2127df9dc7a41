// SPDX-License-Identifier: Apache-2.0
// The report of results as ONE HTML file: data, style and script are in it, so it opens from disk
// and asks no network for anything. A Content-Security-Policy in the file itself lets run only the
// script and the style that this program put there. The same results give the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "sim/page/page_input.hpp"

namespace tokenfab {

/// Throws DataError if a file of a result cannot be understood.
std::string page_html(const PageInputs& inputs);

/// The bundles of web/dist, embedded at build time.
std::string_view page_script();
std::string_view page_style();

}  // namespace tokenfab
