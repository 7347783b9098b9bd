// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the kernel holds on to: its inode numbers and what they stand for.
//
// A node is a name in a folder, and once something was found there, the thing it was. Another thing under the same name
// is another node, so that what is open on the old one stays apart from it. Nodes hold no descriptors: a sandbox may
// know a million files and cost none.
//
// Changed by the serving thread only, under the view's lock; read by it without, by others under the lock.

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "portals/files/grant.h"

namespace latchkey::files {

using NodeId = uint64_t;
constexpr NodeId ROOT_NODE = 1;

struct Handle {
  NodeId node = 0;
  kj::AutoCloseFd fd;
  GrantRef grant;
  Need need = Need::Read;  // The most it was opened for.
  bool directory = false;
  bool append = false;
};

struct Node {
  // As seen at the last opening: pages the kernel kept are good while none of it changed.
  struct Stamp {
    timespec modified{}, changed{};
    off_t size = -1;
  };

  NodeId id = 0;
  NodeId parent = 0;
  std::string name;
  Identity identity;
  uint64_t lookups = 0;
  uint32_t children = 0;
  bool gone = false;  // Removed or replaced: no name leads here any more.
  Stamp stamp;
  GrantRef grant;  // The one that served it last.
  std::vector<Handle*> handles;
};

class Nodes {
public:
  Nodes();

  Node* find(NodeId id);
  Node* child(NodeId parent, const std::string& name);
  // The node of this name and thing; a new one if the name stood for another thing before. Counts one look-up.
  Node& lookedUp(NodeId parent, const std::string& name, Identity identity);
  void forget(NodeId id, uint64_t lookups);
  void removed(NodeId parent, const std::string& name);
  void renamed(NodeId parent, const std::string& name, NodeId newParent, const std::string& newName);
  void exchanged(NodeId parent, const std::string& name, NodeId otherParent, const std::string& otherName);
  // The node a path leads to, if the kernel knows it.
  Node* at(std::string_view path);
  std::string pathOf(const Node& node) const;
  void letGo(Handle& handle);

  template <typename Visit>
  void each(Visit visit) {
    for (auto& entry : m_nodes) visit(*entry.second);
  }
  size_t count() const { return m_nodes.size(); }

private:
  struct Key {
    NodeId parent;
    std::string name;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.name) ^ (key.parent * 0x9e3779b97f4a7c15);
    }
  };

  void attach(Node& node, NodeId parent, const std::string& name);
  void detach(Node& node);
  void collect(NodeId id);

  NodeId m_next = ROOT_NODE + 1;
  std::unordered_map<NodeId, std::unique_ptr<Node>> m_nodes;
  std::unordered_map<Key, NodeId, Hash> m_children;
};

}  // namespace latchkey::files
