// SPDX-License-Identifier: Apache-2.0
// Session files: what waits for what, what prompts share, and what is wrong with bad ones.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/open_sessions.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using Catch::Matchers::Contains;

namespace {

std::vector<Session> sessions_of(const std::string& contents, std::string_view format) {
  const auto reader = open_sessions(ByteStream::from_memory("s", contents), format);
  std::vector<Session> sessions;
  for (Session session; reader->next(session);) {
    sessions.push_back(session);
  }
  return sessions;
}

std::string error_of(const std::string& contents, std::string_view format = "sessions") {
  try {
    sessions_of(contents, format);
    return "";
  } catch (const DataError& error) {
    return error.what();
  }
}

std::string session(const std::string& requests) {
  return "{\"session\": \"s\", \"requests\": [" + requests + "]}\n";
}

std::string request(const std::string& id, const std::string& after, int input, int output) {
  return fmt::format(R"({{"id": "{}", "after": [{}], "input_tokens": {}, "output_tokens": {}}})",
                     id, after, input, output);
}

std::vector<std::uint32_t> after(const Session& session, std::size_t number) {
  const auto span = session.after_of(session.requests[number]);
  return {span.begin(), span.end()};
}

std::vector<PromptSpan> prompt(const Session& session, std::size_t number) {
  const auto span = session.prompt_of(session.requests[number]);
  return {span.begin(), span.end()};
}

/// One whose hash ids are first, first + 1, ... except where they branch off.
std::string claude_request(double t, int input, int output, const std::string& ids,
                           const std::string& more = "") {
  return fmt::format(R"({{"t": {}, "type": "n", "in": {}, "out": {}, "hash_ids": [{}]{}}})", t,
                     input, output, ids, more);
}

std::string claude_session(const std::string& requests) {
  return R"({"id": "x", "block_size": 64, "hash_id_scope": "local", "requests": [)" + requests +
         "]}\n";
}

}  // namespace

TEST_CASE("session file: turns grow one text, branches get their own") {
  const auto all = sessions_of(
      session(request("a", "", 100, 10) + "," + request("b", "\"a\"", 150, 20) + "," +
              request("c", "\"a\"", 130, 5) + "," + request("d", "\"b\", \"c\"", 170, 1) + "," +
              request("e", "\"d\"", 50, 1) + "," + request("f", "\"a\"", 110, 1)),
      "sessions");
  REQUIRE(all.size() == 1);
  const Session& s = all[0];
  REQUIRE(s.requests.size() == 6);
  REQUIRE(after(s, 0).empty());
  REQUIRE(after(s, 1) == std::vector<std::uint32_t>{0});
  // b continues a: one text of 150 tokens.
  REQUIRE(prompt(s, 0).size() == 1);
  REQUIRE(prompt(s, 1).size() == 1);
  REQUIRE(prompt(s, 1)[0].content == prompt(s, 0)[0].content);
  REQUIRE(prompt(s, 1)[0].tokens == 150);
  // c is a branch: a's prompt and answer, then 20 tokens of its own.
  REQUIRE(prompt(s, 2).size() == 2);
  REQUIRE(prompt(s, 2)[0].content == prompt(s, 0)[0].content);
  REQUIRE(prompt(s, 2)[0].tokens == 110);
  REQUIRE(prompt(s, 2)[1].tokens == 20);
  REQUIRE(prompt(s, 2)[1].content != prompt(s, 0)[0].content);
  std::size_t d = 0;
  std::size_t f = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    d = s.requests[i].input_tokens == 170 ? i : d;
    f = s.requests[i].input_tokens == 110 ? i : f;
  }
  REQUIRE(after(s, d) == std::vector<std::uint32_t>{1, 2});
  REQUIRE(prompt(s, d).size() == 1);
  REQUIRE(prompt(s, d)[0].content == prompt(s, 0)[0].content);
  // f adds nothing to a, but its answer needs a text of its own to join.
  REQUIRE(prompt(s, f).size() == 2);
  REQUIRE(prompt(s, f)[0].tokens == 109);
  REQUIRE(prompt(s, f)[1].tokens == 1);
  for (std::size_t i = 0; i < 6; ++i) {
    std::uint64_t sum = 0;
    for (const auto& span : prompt(s, i)) {
      sum += span.tokens;
    }
    REQUIRE(sum == s.requests[i].input_tokens);
    for (const auto before : after(s, i)) {
      REQUIRE(before < i);
    }
  }
}

TEST_CASE("session file: order, gaps, agents and told contexts") {
  const std::string shared =
      R"([{"shared": "system", "tokens": 9}, {"own": "notes", "tokens": 1}])";
  const auto all = sessions_of(
      R"({"session": "1", "agent": "ann", "requests": [)"
      R"({"id": "z", "after": ["y"], "gap_s": 1.5, "input_tokens": 10, "output_tokens": 1},)"
      R"({"id": "y", "input_tokens": 10, "output_tokens": 1, "context": )" +
          shared + "}]}\n\n" +
          R"({"session": "2", "requests": [{"id": "y", "input_tokens": 10, "output_tokens": 1,)" +
          " \"context\": " + shared + "}]}\n",
      "sessions");
  REQUIRE(all.size() == 2);
  REQUIRE(all[0].agent == "ann");
  REQUIRE(all[1].agent.empty());
  REQUIRE(all[0].requests[1].gap == Duration::from_seconds(1.5));
  REQUIRE(after(all[0], 1) == std::vector<std::uint32_t>{0});
  REQUIRE(prompt(all[0], 0)[0].content == prompt(all[1], 0)[0].content);
  REQUIRE(prompt(all[0], 0)[1].content != prompt(all[1], 0)[1].content);
}

TEST_CASE("session file: everything wrong with a session is told at once") {
  const auto text = error_of(
      session(R"({"id": "a", "after": ["b"], "gap_s": -1, "input_tokens": 0, "output_tokens": 1},)"
              R"({"id": "a", "after": ["plam"], "input_tokens": 5, "output_tokens": 1.5},)"
              R"({"id": "plan", "input_tokens": 5, "output_tokens": 1, "contxt": []},)"
              R"({"id": "c", "after": 7, "output_tokens": 1}, 8,)"
              R"({"id": "d", "input_tokens": 5, "output_tokens": 1,)"
              R"("context": [{"own": "x", "tokens": 4}]})"));
  for (const auto* part :
       {"s:1: requests[0]: after names \"b\", which is no request of the session",
        "requests[0]: gap_s is \"-1\", expected seconds from 0",
        "requests[0]: input_tokens is \"0\", expected a whole number from 1 to 10000000",
        "requests[1]: the id \"a\" is that of requests[0] too", "requests[1]: after names \"plam\"",
        "did you mean 'plan'?", "requests[1]: output_tokens is \"1.5\"",
        "requests[2]: unknown key \"contxt\"", "did you mean 'context'?",
        "requests[3]: after is \"7\", expected a list", "requests[3]: input_tokens is missing",
        "requests[4] is no object",
        "requests[5]: context has 4 tokens, expected the 5 of input_tokens"}) {
    REQUIRE_THAT(text, Contains(part));
  }
  REQUIRE_THAT(error_of("\n\n"), Contains("the file has no sessions"));
  REQUIRE_THAT(error_of(session("")), Contains("s:1: the session has no requests"));
  REQUIRE_THAT(error_of("[]"), Contains("s:1: \"[]\" is no JSON object"));
  REQUIRE_THAT(error_of("{\"session\": 1}"),
               Contains("session is \"1\", expected a string") && Contains("requests is missing"));
}

TEST_CASE("session file: a cycle is named") {
  const auto cycle =
      error_of(session(request("start", "", 5, 1) + "," + request("tail", "\"c\"", 5, 1) + "," +
                       request("a", "\"start\", \"c\"", 5, 1) + "," + request("b", "\"a\"", 5, 1) +
                       "," + request("c", "\"b\"", 5, 1)));
  REQUIRE_THAT(cycle, Contains("requests wait for each other: \"c\" after \"b\" after \"a\" after "
                               "\"c\""));
  REQUIRE_THAT(error_of(session(request("a", "\"a\"", 5, 1))), Contains("\"a\" after \"a\""));
}

TEST_CASE("session file: formats are told by the first line") {
  const auto sniff = [](const std::string& text) {
    return std::string(sniff_session_format(ByteStream::from_memory("s", text)));
  };
  REQUIRE(sniff("\n" + session("")) == "sessions");
  REQUIRE(sniff(claude_session("")) == "claude_code");
  REQUIRE_THROWS_WITH(sniff("{}"), Contains("is of no known session format"));
  REQUIRE_THROWS_WITH(open_sessions(ByteStream::from_memory("s", "x"), "session"),
                      Contains("did you mean 'sessions'?"));
}

TEST_CASE("claude code sessions: one text while blocks repeat, another where they differ") {
  const auto all =
      sessions_of(claude_session(claude_request(0, 130, 10, "1,2") + "," +
                                 claude_request(9, 200, 20, "1,2,3", R"(, "think_time": 4)") + "," +
                                 claude_request(20, 200, 0, "1,2,3") + "," +
                                 claude_request(30, 260, 30, "1,2,7,8", R"(, "api_time": 5)") +
                                 "," + claude_request(40, 230, 1, "1,2,3")),
                  "claude_code");
  const Session& s = all.at(0);
  REQUIRE(s.requests.size() == 4);  // one had no answer
  REQUIRE(prompt(s, 0).size() == 1);
  REQUIRE(prompt(s, 1).size() == 1);
  REQUIRE(prompt(s, 1)[0].content == prompt(s, 0)[0].content);
  REQUIRE(prompt(s, 1)[0].tokens == 200);
  REQUIRE(prompt(s, 2).size() == 2);  // branches off after block 2
  REQUIRE(prompt(s, 2)[0].tokens == 128);
  REQUIRE(prompt(s, 2)[0].content == prompt(s, 0)[0].content);
  REQUIRE(prompt(s, 2)[1].tokens == 132);
  REQUIRE(prompt(s, 3).size() == 1);  // and back
  REQUIRE(prompt(s, 3)[0].content == prompt(s, 0)[0].content);
  REQUIRE(s.requests[0].answer_joins_last);
  REQUIRE_FALSE(s.requests[1].answer_joins_last);
  REQUIRE(s.requests[1].gap == Duration::from_seconds(4));
  REQUIRE(s.requests[2].gap == Duration::from_seconds(21));  // no think time: what t leaves
  REQUIRE(s.requests[3].gap == Duration::from_seconds(5));
  REQUIRE(after(s, 3) == std::vector<std::uint32_t>{2});
}

TEST_CASE("claude code sessions: sub-agents run in parallel and are waited for") {
  const auto subagent = [](double end, double ms) {
    return fmt::format(
        R"({{"t": {}, "type": "subagent", "duration_ms": {}, "requests": [{}, {}]}})", end, ms,
        claude_request(0, 70, 2, "51", R"(, "think_time": 0)"),
        claude_request(3, 140, 2, "51,52", R"(, "think_time": 1)"));
  };
  const auto all =
      sessions_of(claude_session(claude_request(0, 130, 10, "1,2", R"(, "api_time": 6)") + "," +
                                 subagent(20, 12'000) + "," + subagent(25, 18'000) + "," +
                                 claude_request(30, 200, 20, "1,2,3", R"(, "think_time": 24)")),
                  "claude_code");
  const Session& s = all.at(0);
  REQUIRE(s.requests.size() == 6);
  REQUIRE(after(s, 1) == std::vector<std::uint32_t>{0});
  REQUIRE(after(s, 2) == std::vector<std::uint32_t>{1});
  REQUIRE(after(s, 3) == std::vector<std::uint32_t>{0});
  REQUIRE(after(s, 5) == std::vector<std::uint32_t>{0, 2, 4});
  REQUIRE(s.requests[1].gap == Duration::from_seconds(2));  // begun at 20 - 12, after 6
  REQUIRE(s.requests[2].gap == Duration::from_seconds(1));
  REQUIRE(s.requests[3].gap == Duration::from_seconds(1));
  REQUIRE(s.requests[5].gap == Duration::from_seconds(5));  // 30 - 25
  REQUIRE(prompt(s, 1)[0].content != prompt(s, 0)[0].content);
  REQUIRE(prompt(s, 3)[0].content == prompt(s, 1)[0].content);
  REQUIRE(prompt(s, 5)[0].content == prompt(s, 0)[0].content);
  REQUIRE(s.requests[0].answer_joins_last);
}

TEST_CASE("claude code sessions: faults") {
  const auto text = error_of(claude_session(claude_request(0, 130, 10, "1") + "," +
                                            claude_request(-1, 130, 10, "1,\"2\"") + "," +
                                            claude_request(-1, 0, 10, "1") + ",3"),
                             "claude_code");
  for (const auto* part :
       {"s:1: requests[0]: 1 hash_ids for 130 input tokens, expected 2 of 64 tokens each",
        "requests[1]: an element of hash_ids is", "requests[2]: in is \"0\"",
        "requests[3] is no object"}) {
    REQUIRE_THAT(text, Contains(part));
  }
  REQUIRE_THAT(error_of("{\"block_size\": 32, \"requests\": []}", "claude_code"),
               Contains("block_size is 32, expected 64"));
}
