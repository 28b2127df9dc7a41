// SPDX-License-Identifier: Apache-2.0
// Any bytes as text inside other texts. Bytes that are no UTF-8 become "?".
#pragma once

#include <string>
#include <string_view>

namespace tokenfab {

/// Content of an element or of an attribute in double quotes (XML 1.0, sections 2.2 and 2.4);
/// characters that XML cannot hold become "?".
std::string xml_text(std::string_view text);

/// One cell of a table in GitHub Flavored Markdown: nothing in it is markup, no line ends.
std::string markdown_text(std::string_view text);

/// The message of a GitHub workflow command; and one of its properties, which also ends at a comma
/// or colon (actions/toolkit, packages/core/src/command.ts).
std::string command_message(std::string_view text);
std::string command_property(std::string_view text);

/// On one line of a terminal: control characters become "?".
std::string terminal_text(std::string_view text);

}  // namespace tokenfab
