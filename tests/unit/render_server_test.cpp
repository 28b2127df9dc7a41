// SPDX-License-Identifier: Apache-2.0
#include "tests/render_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr GenerationShape square{512, 512, 1, 20, 1};
constexpr GenerationShape wide{1024, 512, 1, 20, 1};

}  // namespace

TEST_CASE("render server: a batch takes equal shapes, the oldest first") {
  FakeRenderModel model;
  RenderDiary diary;
  RenderServer server(3, model, diary);
  server.submit(0, square, at_s(0));
  for (std::uint64_t i = 1; i <= 6; ++i) {
    server.submit(i, i % 2 == 0 ? square : wide, at_s(0.5));
  }
  REQUIRE(server.running() == 1);
  REQUIRE(server.waiting() == 6);
  server.advance_to(at_s(100));
  REQUIRE(diary.order == std::vector<std::uint64_t>{0, 1, 3, 5, 2, 4, 6});
  REQUIRE(diary.batches.size() == 3);
  REQUIRE(diary.entries[3].start == at_s(1));
  REQUIRE(diary.entries[3].end == at_s(4));
  REQUIRE(diary.entries[6].end == at_s(7));
  REQUIRE_FALSE(server.next_event());
  REQUIRE_FALSE(server.busy());
}

TEST_CASE("render server: items, not requests, fill a batch") {
  FakeRenderModel model;
  RenderDiary diary;
  RenderServer server(4, model, diary);
  server.hold();
  auto pair = square;
  pair.images = 2;
  auto many = square;
  many.images = 9;
  for (std::uint64_t i = 0; i < 3; ++i) {
    server.submit(i, pair, at_s(0));
  }
  server.submit(3, many, at_s(0));
  REQUIRE_FALSE(server.next_event());
  server.make_available(at_s(10));
  server.advance_to(at_s(100));
  REQUIRE(diary.batches.size() == 3);
  REQUIRE(diary.batches[0].items() == 4);
  REQUIRE(diary.batches[1].items() == 2);
  REQUIRE(diary.batches[2].items() == 9);  // more than a batch: the cost makes it in rounds
  REQUIRE(diary.entries[0].start == at_s(10));
  REQUIRE(diary.entries[3].end == at_s(25));
}

TEST_CASE("render server: dates before a batch began, read late, have none of its energy") {
  FakeRenderModel model;
  RenderDiary diary;
  RenderServer server(1, model, diary);
  server.submit(0, square, at_s(10));
  REQUIRE(server.harvest_energy_j(at_s(7)) == 0);
  REQUIRE(server.harvest_energy_j(at_s(10.25)) == Approx(250));
}

TEST_CASE("render server: energy as it is used") {
  FakeRenderModel model;
  RenderDiary diary;
  RenderServer server(1, model, diary);
  server.submit(0, square, at_s(0));
  server.submit(1, square, at_s(0));
  server.advance_to(at_s(0.25));
  REQUIRE(server.harvest_energy_j(at_s(0.25)) == Approx(250));
  REQUIRE(server.harvest_energy_j(at_s(0.25)) == Approx(0).margin(1e-9));
  server.advance_to(at_s(1.5));
  REQUIRE(server.harvest_energy_j(at_s(1.5)) == Approx(1250));
  server.advance_to(at_s(9));
  REQUIRE(server.harvest_energy_j(at_s(9)) == Approx(500));
}

TEST_CASE("render server: a failure hands back everything and keeps the energy") {
  FakeRenderModel model;
  RenderDiary diary;
  RenderServer server(2, model, diary);
  for (std::uint64_t i = 0; i < 5; ++i) {
    server.submit(i, square, at_s(0));
  }
  server.advance_to(at_s(1));  // request 0 is done, 1 and 2 run
  REQUIRE(server.fail(at_s(2)) == std::vector<std::uint64_t>{1, 2, 3, 4});
  REQUIRE_FALSE(server.next_event());
  REQUIRE(server.harvest_energy_j(at_s(2)) == Approx(2000));
  server.submit(7, square, at_s(3));  // the server is still down
  REQUIRE_FALSE(server.next_event());
  server.make_available(at_s(5));
  REQUIRE(*server.next_event() == at_s(6));
  server.advance_to(at_s(6));
  REQUIRE(diary.order == std::vector<std::uint64_t>{0, 7});
  REQUIRE(server.harvest_energy_j(at_s(6)) == Approx(1000));
}

TEST_CASE("render server: the end of the run drops the batch under way") {
  FakeRenderModel model;
  RenderDiary diary;
  RenderServer server(1, model, diary);
  server.submit(0, square, at_s(0));
  REQUIRE(server.stop_at(at_s(0.75)) == Duration::from_seconds(0.75));
  REQUIRE(server.harvest_energy_j(at_s(0.75)) == Approx(750));
  REQUIRE(diary.order.empty());
  REQUIRE(server.stop_at(at_s(0.75)) == Duration{});
}

TEST_CASE("render server: an answer may bring the next request") {
  struct Client : RenderDiary {
    void finished(std::uint64_t request, Instant now) override {
      RenderDiary::finished(request, now);
      if (request < 9) {
        server->submit(request + 1, square, now);
      }
    }
    RenderServer* server = nullptr;
  };
  FakeRenderModel model;
  Client client;
  RenderServer server(1, model, client);
  client.server = &server;
  server.submit(0, square, at_s(0));
  server.advance_to(at_s(100));
  REQUIRE(client.order.size() == 10);
  REQUIRE(client.entries[9].end == at_s(10));
  REQUIRE(server.harvest_energy_j(at_s(100)) == Approx(10000));
}
