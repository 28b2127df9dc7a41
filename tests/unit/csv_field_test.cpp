// SPDX-License-Identifier: Apache-2.0
// Names that would break a row stand in quotes, and are read back.
#include "sim/report/csv_field.hpp"

#include <fmt/format.h>

#include "tests/with_catch.hpp"

using namespace tokenfab;

TEST_CASE("CSV field: quotes where they are needed, one line always") {
  const auto written = [](std::string_view text) { return fmt::format("{}", CsvField{text}); };
  CHECK(written("") == "");
  CHECK(written("h100-sxm") == "h100-sxm");
  CHECK(written("a, b") == "\"a, b\"");
  CHECK(written("say \"so\"") == "\"say \"\"so\"\"\"");
  CHECK(written("two\nlines") == "\"two lines\"");
  CHECK(fmt::format("{},{}\n", 1, CsvField{"x,y"}) == "1,\"x,y\"\n");
}
