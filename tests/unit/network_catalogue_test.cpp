// SPDX-License-Identifier: Apache-2.0
// Networks and supernodes of the catalogue, as a scenario names them.
#include <string>

#include "models/catalog.hpp"
#include "sim/api/network.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Holder {
  PluginConfig network;
  static void describe(Describe<Holder>& d) {
    d.plugin("network", &Holder::network, "network", "Between the nodes").catalogue("networks");
  }
};

NetworkInputs inputs_of(const std::string& node_id, std::int64_t nodes) {
  const auto node = entry<NodeConfig>("nodes", node_id);
  return {nodes, node.chips_per_node, node.chip.scale_up_bandwidth, node.chip.scale_up_domain,
          node.chip.scale_out_bandwidth};
}

std::unique_ptr<ClusterNetwork> read(const std::string& network, std::vector<Problem>& problems) {
  const EmbeddedTables tables;
  Holder holder;
  read_object({plugin_table(), tables, {}}, schema_of<Holder>(),
              parse_document("{\"network\": " + network + "}", "here"), "", &holder, problems);
  return problems.empty() ? plugin_table().make<ClusterNetwork>("network", holder.network)
                          : nullptr;
}

/// The network `id` between so many of the nodes.
std::unique_ptr<ClusterNetwork> use(const std::string& id, const std::string& node,
                                    std::int64_t nodes, const std::string& more = "") {
  std::vector<Problem> problems;
  auto network = read("{\"use\": \"" + id + "\"" + more + "}", problems);
  for (const auto& problem : problems) {
    FAIL(id << ": " << describe(problem));
  }
  network->size_for(inputs_of(node, nodes));
  return network;
}

}  // namespace

TEST_CASE("network catalogue: published clusters") {
  const auto llama = use("llama3-24k", "hgx-h100", 3072);
  REQUIRE(llama->levels().size() == 4);
  REQUIRE(llama->levels()[2].chips == 3072);
  REQUIRE(llama->levels()[2].bandwidth.si() == 50e9);
  REQUIRE(llama->levels()[3].bandwidth.si() == Approx(50e9 / 7));
  const auto deepseek = use("deepseek-v3", "hgx-h800", 256);
  REQUIRE(deepseek->topology().rails == 8);
  REQUIRE(deepseek->levels().back().bandwidth.si() == 50e9);
  REQUIRE(deepseek->levels().back().latency.si() == Approx(3.7e-6));
  const auto superpod = use("dgx-superpod-h100", "hgx-h100", 127);
  REQUIRE(superpod->levels().front().reduces_in_network);
  REQUIRE(superpod->levels().back().reduces_in_network);
  // 57 % of a node's 100 GB/s between groups.
  const auto frontier = use("frontier", "frontier", 9472);
  REQUIRE(frontier->levels().back().bandwidth.si() == Approx(0.25 * 57.03e9).epsilon(1e-3));
}

TEST_CASE("network catalogue: TPU pods fill their torus") {
  const auto v4 = use("tpu-v4-pod", "tpu-v4-host", 1024);
  REQUIRE(v4->levels().front().chips == 4096);
  REQUIRE(v4->levels().front().bandwidth.si() == 300e9);
  REQUIRE(v4->levels().front().all_to_all_bandwidth().si() == 25e9);  // 8 x 50 GB/s / 16
  const auto v5p = use("tpu-v5p-pod", "tpu-v5p-host", 2 * 2240);
  REQUIRE(v5p->levels().front().chips == 8960);
  REQUIRE(v5p->levels().back().chips == 2 * 8960);
  REQUIRE(v5p->levels().back().bandwidth.si() == 6.25e9);
  REQUIRE(use("tpu-v5e-pod", "tpu-v5e-host", 32)->levels().front().chips == 256);
  REQUIRE(use("tpu-v6e-pod", "tpu-v6e-host", 32)->levels().front().chips == 256);
  REQUIRE(use("tpu-v7-pod", "tpu-v7-host", 2304)->levels().front().chips == 9216);
}

TEST_CASE("network catalogue: the Atlas 960 SuperPoD has its cabinets as a level") {
  const auto atlas = use("atlas-960-superpod", "atlas-960-cabinet", 176);
  REQUIRE(atlas->levels().front().chips == 88);
}

TEST_CASE("network catalogue: supernodes whole and in nodes have the same levels") {
  const auto require_same = [](const std::string& network, const std::string& whole,
                               const std::string& part, std::int64_t parts) {
    INFO(whole << " and " << part);
    const auto a = use(network, whole, 2);
    const auto b = use(network, part, 2 * parts);
    REQUIRE(a->levels().size() == b->levels().size());
    for (std::size_t i = 0; i < a->levels().size(); ++i) {
      REQUIRE(a->levels()[i].name == b->levels()[i].name);
      REQUIRE(a->levels()[i].chips == b->levels()[i].chips);
      REQUIRE(a->levels()[i].bandwidth.si() == Approx(b->levels()[i].bandwidth.si()));
    }
    REQUIRE(b->topology().nodes_per_domain == parts);
  };
  require_same("cloudmatrix-384", "cloudmatrix-384", "cloudmatrix-384-server", 48);
  require_same("atlas-950-superpod", "atlas-950-superpod", "atlas-950-cabinet", 128);
  require_same("panjiu-al128", "gb200-nvl72", "gb200-nvl72-tray", 18);
  REQUIRE(use("panjiu-al128", "panjiu-al128", 4)->levels().front().chips == 128);
}

TEST_CASE("network catalogue: parts of a supernode add up to it") {
  const auto require_sum = [](const std::string& whole, const std::string& part, double parts) {
    INFO(whole << " and " << part);
    const auto all = entry<NodeConfig>("nodes", whole);
    const auto one = entry<NodeConfig>("nodes", part);
    REQUIRE(static_cast<double>(one.chips_per_node) * parts ==
            static_cast<double>(all.chips_per_node));
    REQUIRE(one.power_design().si() * parts == Approx(all.power_design().si()).epsilon(1e-3));
    REQUIRE(one.power_idle().si() * parts == Approx(all.power_idle().si()).epsilon(1e-3));
    REQUIRE(one.host_price.si() * parts == Approx(all.host_price.si()).epsilon(1e-3));
  };
  require_sum("gb200-nvl72", "gb200-nvl72-tray", 18);
  require_sum("cloudmatrix-384", "cloudmatrix-384-server", 48);
  require_sum("atlas-950-superpod", "atlas-950-cabinet", 128);
}

TEST_CASE("network catalogue: keys go over an entry, and names are guessed") {
  const auto flat = use("llama3-24k", "hgx-h100", 3072, ", \"pod_oversubscription\": 1");
  REQUIRE(flat->levels().back().bandwidth.si() == 50e9);
  std::vector<Problem> problems;
  read("{\"use\": \"lama3-24k\"}", problems);
  REQUIRE(problems.size() == 1);
  REQUIRE(problems.front().fix == "did you mean \"llama3-24k\"?");
  problems.clear();
  read("{\"model\": \"fat_tree\", \"leaf_oversubscription\": 0, \"nodes_per_laef\": 2}", problems);
  REQUIRE(problems.size() >= 2);
}
