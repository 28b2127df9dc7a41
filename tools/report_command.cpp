// SPDX-License-Identifier: Apache-2.0
// report: results as one HTML file.
#include <fmt/format.h>

#include <filesystem>

#include "sim/page/page.hpp"
#include "sim/report/result_files.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {

int report_page(const PageCommand& command) {
  const auto inputs = load_page_inputs(command.paths);
  std::error_code unreadable;
  if (std::filesystem::is_directory(command.out, unreadable)) {
    throw UsageError(fmt::format("--out is to be a file, {} is a folder", command.out));
  }
  // Whether the file can be made is told before anything is read at length.
  PendingFile file(command.out);
  const auto html = page_html(inputs);
  file.write(html);
  file.commit();
  fmt::print("{}: {:.2f} MB, opens from disk in any browser\n", command.out,
             static_cast<double>(html.size()) / 1e6);
  return exit_ok;
}

}  // namespace tokenfab::tools
