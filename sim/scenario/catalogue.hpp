// SPDX-License-Identifier: Apache-2.0
// The data tables that ship inside the program, as the reader's "use" looks them up. A table file
// holds "sources" (text, date, confidence) and "entries"; an entry holds its "values" and "from",
// which names the source of every value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/reader.hpp"

namespace tokenfab {

class EmbeddedTables : public CatalogueTables {
 public:
  const Node* find(std::string_view table, std::string_view id) const override;
  std::vector<std::string> ids(std::string_view table) const override;

  /// The id that an entry has in its table: public model ids are found by their last part, in any
  /// case, so that meta-llama/Llama-3.1-70B is llama-3.1-70b.
  static std::string entry_id(std::string_view id);

  /// The whole document of a table, parsed on first use in the process; an empty object if there is
  /// none.
  const Node& table(std::string_view name) const;
};

}  // namespace tokenfab
