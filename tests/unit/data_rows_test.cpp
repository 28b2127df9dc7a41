// SPDX-License-Identifier: Apache-2.0
// Rows of request traces: what is read, and what each kind of bad row is told.
#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <random>
#include <string>

#include "sim/core/errors.hpp"
#include "sim/data/check_requests.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/ragpulse_trace.hpp"
#include "tests/unit/data_contents.hpp"

namespace tokenfab {
namespace {

using Catch::Matchers::Contains;

Duration ticks(std::int64_t count) { return Duration::from_ticks(count); }

}  // namespace

TEST_CASE("data: azure rows count from the first one, exactly") {
  const auto rows = rows_of(
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
      "2023-12-31 23:59:59.6805900,374,44\r\n"
      "2023-12-31 23:59:59.6805901,1,10000000\r\n"
      "2024-01-01 00:00:00Z,10000000,1\r\n"
      "2024-01-01 00:00:00.000000000+00:00,5,6\r\n"
      "2024-02-29 00:00:00.999999999,5,6\r\n\r\n\r\n",
      "azure");
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].arrival == Duration());
  CHECK(rows[0].input_tokens == 374);
  CHECK(rows[0].output_tokens == 44);
  CHECK(rows[0].tenant.empty());
  CHECK(rows[1].arrival == ticks(100'000'000));
  CHECK(rows[1].output_tokens == max_request_tokens);
  CHECK(rows[2].arrival == ticks(319'410'000'000'000));
  CHECK(rows[3].arrival == rows[2].arrival);
  CHECK(rows[4].arrival == 59 * 86'400 * ticks(Duration::ticks_per_second) +
                               ticks(319'410'000'000'000 + 999'999'999'000'000));
}

TEST_CASE("data: timestamps are checked against the calendar") {
  const auto day = [](const char* date) {
    const auto time = parse_utc_timestamp(fmt::format("{} 00:00:00", date));
    REQUIRE(time);
    return static_cast<std::int64_t>(time->ticks() / Duration::ticks_per_second) / 86'400;
  };
  CHECK(day("1970-01-01") == 0);
  CHECK(day("1969-12-31") == -1);
  CHECK(day("2000-02-29") == 11'016);
  CHECK(day("2024-12-31") == 20'088);
  CHECK(day("9999-12-31") == 2'932'896);
  CHECK(day("0001-01-01") == -719'162);
  for (const char* text : {"2023-02-29 00:00:00",
                           "1900-02-29 00:00:00",
                           "2023-00-01 00:00:00",
                           "2023-13-01 00:00:00",
                           "2023-04-31 00:00:00",
                           "2023-01-00 00:00:00",
                           "2023-01-01 24:00:00",
                           "2023-01-01 00:60:00",
                           "2023-01-01 00:00:60",
                           "0000-01-01 00:00:00",
                           "2023-01-01T00:00:00",
                           "2023-1-01 00:00:00",
                           "2023-01-01 00:00",
                           "2023-01-01 00:00:00.",
                           "2023-01-01 00:00:00.1234567890",
                           "2023-01-01 00:00:00+01:00",
                           "2023-01-01 00:00:00 Z",
                           "",
                           "nan",
                           "-023-01-01 00:00:00",
                           "20a3-01-01 00:00:00",
                           "2023/01/01 00:00:00"}) {
    INFO(text);
    CHECK_FALSE(parse_utc_timestamp(text));
  }
}

TEST_CASE("data: azure needs its own header and three columns") {
  CHECK_THAT(data_error("", "azure"), Contains("t.csv:1: the file is empty, expected the header "
                                               "TIMESTAMP,ContextTokens,GeneratedTokens"));
  CHECK_THAT(data_error("TIMESTAMP,ContextTokens\n", "azure"),
             Contains("t.csv:1: the header is \"TIMESTAMP,ContextTokens\", expected TIMESTAMP,"));
  CHECK_THAT(data_error(azure_header + "2023-11-16 18:15:46,374\n", "azure"),
             Contains("t.csv:2: 2 columns in \"2023-11-16 18:15:46,374\", expected the 3"));
  CHECK_THAT(data_error(azure_header + "2023-11-16 18:15:46,374,44,1\n", "azure"),
             Contains("t.csv:2: 4 columns in"));
  CHECK_THAT(data_error(azure_header + "2023-11-31 18:15:46,374,44\n", "azure"),
             Contains("t.csv:2: TIMESTAMP is \"2023-11-31 18:15:46\", expected a UTC date"));
}

TEST_CASE("data: csv columns come in any order and the optional ones may be left out") {
  const auto rows = rows_of(
      "tenant,output_tokens,session,arrival_s,priority,input_tokens\n"
      "acme,3,s-1,0.5,-7,2\n"
      ",30,,1e3,,20\n"
      "\xc3\xa9t\xc3\xa9,1,s 2,1000.000000000000001,2147483647,1\n",
      "csv");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].arrival == ticks(500'000'000'000'000));  // not shifted to 0
  CHECK(rows[0].input_tokens == 2);
  CHECK(rows[0].output_tokens == 3);
  CHECK(rows[0].tenant == "acme");
  CHECK(rows[0].priority == -7);
  CHECK(rows[0].session == "s-1");
  CHECK(rows[1].arrival == 1'000 * ticks(Duration::ticks_per_second));
  CHECK(rows[1].tenant.empty());
  CHECK(rows[1].priority == 0);
  CHECK(rows[1].session.empty());
  CHECK(rows[2].arrival == rows[1].arrival + ticks(1));
  CHECK(rows[2].tenant == "\xc3\xa9t\xc3\xa9");
  CHECK(rows[2].priority == 2'147'483'647);

  const std::string contents = csv_header + "0,1,1\n";
  const auto reused = open_request_trace(ByteStream::from_memory("t.csv", contents), "csv");
  RequestRow row = rows[0];
  REQUIRE(reused->next(row));
  CHECK(row.tenant.empty());
  CHECK(row.priority == 0);
  CHECK(row.session.empty());
}

TEST_CASE("data: csv headers name their columns once and leave none out") {
  const auto error = [](const std::string& header) { return data_error(header + "\n", "csv"); };
  CHECK_THAT(error("arrival_s,input_token,output_tokens"),
             Contains("t.csv:1: unknown column \"input_token\"") &&
                 Contains("did you mean 'input_tokens'?"));
  CHECK_THAT(error("0.5,10,20"), Contains("unknown column \"0.5\"") && !Contains("did you mean"));
  CHECK_THAT(error("arrival_s,input_tokens,"), Contains("unknown column \"\""));
  CHECK_THAT(error("arrival_s,input_tokens,input_tokens"),
             Contains("t.csv:1: column input_tokens is there twice"));
  CHECK_THAT(error("arrival_s,input_tokens,tenant"),
             Contains("t.csv:1: column output_tokens is missing"));
  CHECK_THAT(data_error("", "csv"), Contains("t.csv:1: the file is empty"));
}

TEST_CASE("data: seconds are exact to the tick, with or without an exponent") {
  CHECK(parse_seconds("0") == Duration());
  CHECK(parse_seconds("0.1") == ticks(100'000'000'000'000));
  CHECK(parse_seconds("0.000000000000001") == ticks(1));
  CHECK(parse_seconds("9.999999999999999") == ticks(9'999'999'999'999'999));
  CHECK(parse_seconds("0.0000000000000015") == ticks(2));
  CHECK(parse_seconds("0.00000000000000149") == ticks(1));
  CHECK(parse_seconds("0.9999999999999999") == ticks(Duration::ticks_per_second));
  CHECK(parse_seconds("0000000000000000000000001") == ticks(Duration::ticks_per_second));
  CHECK(parse_seconds(".5") == parse_seconds("5e-1"));
  CHECK(parse_seconds("5.") == parse_seconds("0.5E1"));
  CHECK(parse_seconds("1000000000000") == parse_seconds("1e12"));
  for (const char* text : {"",
                           ".",
                           "-1",
                           "-0.5",
                           "nan",
                           "NaN",
                           "inf",
                           "Infinity",
                           "1e999",
                           "1e13",
                           "1000000000000.1",
                           "99999999999999999999",
                           "0x10",
                           "1,5",
                           " 1",
                           "1 ",
                           "1s",
                           "1.5.2",
                           "+1",
                           "1e",
                           "--1",
                           "1_000"}) {
    INFO(text);
    CHECK_FALSE(parse_seconds(text));
  }
}

TEST_CASE("data: token counts are whole numbers from 1 to 10 million in both formats") {
  for (const std::string format : {"azure", "csv"}) {
    const bool azure = format == "azure";
    const std::string start = azure ? azure_header + "2023-11-16 18:15:46," : csv_header + "0,";
    const std::string input = azure ? "ContextTokens" : "input_tokens";
    const std::string output = azure ? "GeneratedTokens" : "output_tokens";
    for (const std::string bad : {"-1", "1.5", "10000001", "99999999999999999999", "nan", "inf", "",
                                  " 1", "1e3", "+1", "0x1", "4294967297"}) {
      const std::string expected =
          " is \"" + bad + "\", expected a whole number from 1 to 10000000";
      CHECK_THAT(data_error(start + bad + ",1\n", format),
                 Contains("t.csv:2: " + input + expected));
      CHECK_THAT(data_error(start + "1," + bad + "\n", format),
                 Contains("t.csv:2: " + output + expected));
    }
    CHECK_THAT(data_error(start + "0,1\n", format),
               Contains("t.csv:2: " + input + " is 0, expected at least 1 input token"));
    CHECK_THAT(data_error(start + "1,0\n", format),
               Contains("t.csv:2: " + output + " is 0, expected at least 1 output token"));
    CHECK(data_error(start + "1,10000000\n", format).empty());
  }
}

TEST_CASE("data: csv rejects arrivals, priorities and names that make no sense") {
  const std::string header = "arrival_s,input_tokens,output_tokens,tenant,priority,session\n";
  const auto error = [&](const std::string& row) { return data_error(header + row, "csv"); };
  CHECK_THAT(error("NaN,1,1,a,0,b\n"), Contains("t.csv:2: arrival_s is \"NaN\", expected decimal"));
  CHECK_THAT(error("-1,1,1,a,0,b\n"), Contains("arrival_s is \"-1\""));
  CHECK_THAT(error("0,1,1,a,2147483648,b\n"), Contains("priority is \"2147483648\""));
  CHECK_THAT(error("0,1,1,a,1.5,b\n"), Contains("priority is \"1.5\""));
  CHECK_THAT(error("0,1,1,\"a\",0,b\n"), Contains("tenant is \"\"a\"\""));
  CHECK_THAT(error("0,1,1,a,0,\xff\n"), Contains("session is \"\\xff\""));
  CHECK_THAT(error("0,1,1," + std::string(257, 'a') + ",0,b\n"), Contains("tenant is \"aaa"));
  CHECK_THAT(error("0,1,1,a,0\n"), Contains("5 columns in"));
  CHECK_THAT(error("0,1,1,a,0,b,\n"), Contains("7 columns in"));
}

TEST_CASE("data: rows are in order of arrival; equal ones keep file order") {
  const auto rows = rows_of(csv_header + "1,1,1\n1.0,2,1\n1e0,3,1\n", "csv");
  REQUIRE(rows.size() == 3);
  CHECK(rows[2].input_tokens == 3);
  CHECK(rows[0].arrival == rows[2].arrival);
  CHECK_THAT(data_error(csv_header + "2,1,1\n1.5,2,1\n", "csv"),
             Contains("t.csv:3: the row \"1.5,2,1\" arrives 0.5 s before the row above it"));
  CHECK_THAT(
      data_error(azure_header + "2023-11-16 18:15:46.1,1,1\n2023-11-16 18:15:46,1,1\n", "azure"),
      Contains("t.csv:3: the row"));
}

TEST_CASE("data: blank lines may only trail, and a trace has rows") {
  CHECK(rows_of(csv_header + "0,1,1\n\n \t\r\n\n", "csv").size() == 1);
  CHECK(rows_of(csv_header + "0,1,1", "csv").size() == 1);
  CHECK_THAT(data_error(csv_header + "0,1,1\n\n\n1,1,1\n", "csv"),
             Contains("t.csv:3: blank line between rows"));
  CHECK_THAT(data_error(csv_header + "\n0,1,1\n", "csv"), Contains("t.csv:2: blank line"));
  CHECK_THAT(data_error(csv_header, "csv"), Contains("t.csv:1: the trace has no rows"));
  CHECK_THAT(data_error(csv_header + "\n\n", "csv"), Contains("the trace has no rows"));
  CHECK_THAT(data_error("\n" + csv_header, "csv"), Contains("t.csv:1: unknown column \"\""));
}

TEST_CASE("data: foreign text is shown short and printable") {
  CHECK(quote("a b") == "\"a b\"");
  CHECK(quote("\t\r\n\x1b[1m") == "\"\\t\\r\\n\\x1b[1m\"");
  CHECK(quote(std::string(60, 'x')) == '"' + std::string(60, 'x') + '"');
  CHECK(quote(std::string(61, 'x')) == '"' + std::string(60, 'x') + "...\"");
  CHECK(quote("\xe2\x82\xac") == "\"\xe2\x82\xac\"");
  CHECK(quote("\xe2\x82") == "\"\\xe2\\x82\"");
  for (const char* text : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                           "\xc2\x9b", "\x7f", "\x80", "\xf5\x80\x80\x80", "\xf0\x8f\x80\x80"}) {
    CHECK(printable_length(text) == 0);
  }
  CHECK(printable_length("\xf0\x9f\x98\x80") == 4);
}

TEST_CASE("data: mutated traces give rows or a data error, never anything else") {
  const std::string azure = azure_header +
                            "2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9,396,109\n"
                            "2023-11-16 18:15:51Z,1,2\n2023-11-16 18:15:51+00:00,9,9\n";
  const std::string csv =
      "arrival_s,input_tokens,output_tokens,tenant,priority,session\r\n"
      "0,1,1,a,0,s\r\n0.5,10,20,b,-1,t\r\n1e3,7,8,,,\r\n1000.000000000000001,1,1,c,2,u\r\n";
  const std::array seeds{azure, csv, gzip(azure), gzip(csv)};
  constexpr std::string_view spice = ",.-+eE:\n\r\"\0\xff\x1f 09naif";
  std::mt19937 random(20'231'116);
  int accepted = 0;
  for (int round = 0; round < 8'000; ++round) {
    std::string contents = seeds[static_cast<std::size_t>(round) % seeds.size()];
    for (auto edits = 1 + random() % 3; edits > 0 && !contents.empty(); --edits) {
      const std::size_t at = random() % contents.size();
      switch (random() % 5) {
        case 0:
          contents[at] = spice[random() % spice.size()];
          break;
        case 1:
          contents.insert(at, 1, spice[random() % spice.size()]);
          break;
        case 2:
          contents.erase(at, 1 + random() % 8);
          break;
        case 3:
          contents.insert(at, contents.substr(random() % contents.size(), random() % 40));
          break;
        default:
          contents[at] = static_cast<char>(random());
          break;
      }
    }
    for (const auto& format : trace_formats()) {
      try {
        auto stream = ByteStream::from_memory("m", contents);
        const auto reader = format.name == "ragpulse"  // whose lengths are in other files
                                ? std::unique_ptr<RequestReader>(std::make_unique<RagpulseTrace>(
                                      std::move(stream), RagpulseLengths()))
                                : open_request_trace(std::move(stream), format.name);
        accepted += check_requests(*reader).rows > 0 ? 1 : 0;
      } catch (const DataError& error) {
        REQUIRE_FALSE(error.problems().empty());
        REQUIRE(error.problems().size() <= 20);
      }
    }
  }
  CHECK(accepted > 100);
}

}  // namespace tokenfab
