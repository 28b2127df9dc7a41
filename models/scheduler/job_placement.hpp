// SPDX-License-Identifier: Apache-2.0
// Which chips a job gets. Common to all: a part of a chip and fewer chips than a node has stand on
// one node; a job of a node's chips or more gets whole nodes and, for what is left over, chips of
// one more node. What differs is which nodes are chosen.
#pragma once

#include <optional>
#include <vector>

#include "models/scheduler/job_inventory.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

class InventoryPlacement : public JobPlacement {
 public:
  void start(const PlacementInputs& inputs) override { inventory_.start(inputs); }
  bool place(const JobDemand& demand, std::vector<NodeChips>& chips) final;
  void release(std::span<const NodeChips> chips, double chip_share) final;
  void set_in_service(std::uint32_t node, bool is_in_service) override {
    inventory_.set_in_service(node, is_in_service);
  }
  double free_chips() const final { return inventory_.free_chips(); }
  double fragmentation() const final { return inventory_.fragmentation(); }

  std::vector<JobIndex> moves_for(const JobDemand& waiting,
                                  std::span<const PlacedJob> placed) const override;

  const ChipInventory& inventory() const { return inventory_; }

 protected:
  /// Appends `count` free nodes, which there are.
  virtual void choose_nodes(std::uint32_t count, std::vector<std::uint32_t>& nodes) const;
  /// A node with so many whole free chips, at least one and fewer than a node has.
  virtual std::optional<std::uint32_t> choose_node(std::uint32_t chips) const;
  /// A shared chip with so much left.
  virtual std::optional<ChipInventory::SharedChip> choose_shared(ChipParts parts) const;

 private:
  bool place_part(ChipParts parts, std::vector<NodeChips>& chips);

  ChipInventory inventory_;
  std::vector<std::uint32_t> nodes_;
};

struct FirstFitConfig {
  static void describe(Describe<FirstFitConfig>&) {}
};

/// The nodes with the lowest numbers that suit; of shared chips likewise.
class FirstFit final : public InventoryPlacement {
 public:
  explicit FirstFit(const FirstFitConfig&) {}

 protected:
  std::optional<std::uint32_t> choose_node(std::uint32_t chips) const override;
  std::optional<ChipInventory::SharedChip> choose_shared(ChipParts parts) const override;
};

struct BestFitConfig {
  static void describe(Describe<BestFitConfig>&) {}
};

/// Packs: the node, or the shared chip, that is left with the least; of equals the lowest number.
class BestFit final : public InventoryPlacement {
 public:
  explicit BestFit(const BestFitConfig&) {}
};

struct TopologyAwareConfig {
  static void describe(Describe<TopologyAwareConfig>&) {}
};

/// Packs, and keeps whole nodes together: in the scale-up domain that is left with the fewest free
/// nodes; else in the leaf that is, over the fewest of its domains; else over the fewest leaves.
class TopologyAware final : public InventoryPlacement {
 public:
  explicit TopologyAware(const TopologyAwareConfig&) {}

  void start(const PlacementInputs& inputs) override;

 protected:
  void choose_nodes(std::uint32_t count, std::vector<std::uint32_t>& nodes) const override;
};

}  // namespace tokenfab
