// SPDX-License-Identifier: Apache-2.0
// Any bytes as a table of each measured format give cases or a DataError; a case that is not
// skipped has something measured above zero, and a prediction.
#include <string_view>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/measured/case_formats.hpp"
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {

void run_measured(std::string_view bytes) {
  for (const auto& format : case_formats()) {
    try {
      MeasurementTable table(ByteStream::from_memory("fuzz", bytes));
      for (const auto& each : format.read(table)) {
        CHECK(each.line > 1, "line {}", each.line);
        if (each.skipped.empty() && table.problems().empty()) {
          CHECK(each.predict && !each.measured.empty(), "nothing to predict");
          for (const auto& measured : each.measured) {
            CHECK(measured.value > 0, "{} measured", measured.value);
          }
        }
      }
    } catch (const DataError&) {
      // an empty file, or a row that is too long
    }
  }
}

}  // namespace tokenfab::fuzz
