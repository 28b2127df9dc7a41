// SPDX-License-Identifier: Apache-2.0
// The data tables that ship inside the program, as the reader's "use" looks them up. A table file
// holds "sources" (text, date, confidence) and "entries"; an entry holds its "values" and "from",
// which names the source of every value.
#pragma once

#include <string>

#include "sim/config/reader.hpp"

namespace tokenfab {

class EmbeddedTables : public CatalogueTables {
 public:
  const Node* find(std::string_view table, std::string_view id) const override;
  std::vector<std::string> ids(std::string_view table) const override;

  /// The whole document of a table, parsed on first use in the process; an empty object if there is
  /// none.
  const Node& table(std::string_view name) const;
};

}  // namespace tokenfab
