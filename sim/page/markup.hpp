// SPDX-License-Identifier: Apache-2.0
// Pieces of HTML. All text goes through `escaped`: names come from scenarios, which anybody may
// have written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/document.hpp"

namespace tokenfab {

/// For text and for attributes between double quotes (HTML, section 13.1.2).
std::string escaped(std::string_view text);

/// Compact JSON that may stand in a <script> element: nothing in it can end the element or open a
/// comment, and it is a JavaScript literal too (U+2028 and U+2029 are escaped).
std::string script_json(const Node& node);

/// RFC 4648, section 4.
std::string base64(std::string_view bytes);

/// 'sha256-...' of an inline script or style, as a Content-Security-Policy names it (W3C, CSP 3).
std::string policy_hash(std::string_view text);

struct TableColumn {
  std::string heading;
  bool is_number = false;
};

/// Cells are plain text, each row as long as `columns`; the first cell names its row.
struct PageTable {
  std::string caption;
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>> rows;
};

std::string html_of(const PageTable& table);

/// The table behind a summary that opens it; `id` is what a chart's link leads to.
std::string folded_table(std::string_view id, const PageTable& table);

/// A place for a chart: what it shows in words, for those who do not see it, and a link to its
/// table. `controls` is HTML.
std::string chart_figure(std::string_view id, std::string_view title, std::string_view label,
                         std::string_view controls = {});

}  // namespace tokenfab
