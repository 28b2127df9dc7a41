// SPDX-License-Identifier: Apache-2.0
// Published measurements to validate against: where the files are.
#pragma once

#include <string>
#include <vector>

#include "sim/measured/error_sample.hpp"
#include "sim/measured/measurement_table.hpp"

namespace tokenfab::validation {

/// Path of a file of the measurement collection, looked for in every folder of TOKENFAB_DATA. Where
/// there is none the test cannot run: says so and ends the process with CTest's skip code.
std::string measurements_path(const std::string& name);

/// Its rows, which must have the `required` columns.
class RequiredTable : public MeasurementTable {
 public:
  RequiredTable(const std::string& path, const std::vector<std::string>& required);
};

}  // namespace tokenfab::validation
