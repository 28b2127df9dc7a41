// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tokenfab {

/// Looks for data file `name` in each folder in order, without recursion, also under the other
/// name by which the same public file is known; an absolute path is taken as it is. `format` names
/// the data set to tell about when the file is missing (one without a table line adds nothing).
/// ConfigError: found nowhere, or a directory.
std::string find_data_file(const std::string& name, const std::string& format,
                           const std::vector<std::string>& folders);

}  // namespace tokenfab
