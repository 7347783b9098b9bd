// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/nodes.h"

#include <algorithm>

#include "portals/files/rules.h"

namespace latchkey::files {

Nodes::Nodes() {
  auto root = std::make_unique<Node>();
  root->id = ROOT_NODE;
  root->lookups = 1;
  m_nodes.emplace(ROOT_NODE, std::move(root));
}

Node* Nodes::find(NodeId id) {
  auto found = m_nodes.find(id);
  return found == m_nodes.end() ? nullptr : found->second.get();
}

Node* Nodes::child(NodeId parent, const std::string& name) {
  auto found = m_children.find(Key{parent, name});
  return found == m_children.end() ? nullptr : find(found->second);
}

void Nodes::attach(Node& node, NodeId parent, const std::string& name) {
  node.parent = parent;
  node.name = name;
  node.gone = false;
  m_children[Key{parent, name}] = node.id;
}

// No name leads to it any more. It keeps its place in its old folder for messages and for what lies below it.
void Nodes::detach(Node& node) {
  auto found = m_children.find(Key{node.parent, node.name});
  if (found != m_children.end() && found->second == node.id) m_children.erase(found);
  node.gone = true;
}

Node& Nodes::lookedUp(NodeId parent, const std::string& name, Identity identity) {
  auto* known = child(parent, name);
  if (known && identity.known() && known->identity.known() && known->identity != identity) {
    detach(*known);
    known = nullptr;
  }
  if (!known) {
    auto node = std::make_unique<Node>();
    node->id = m_next++;
    known = node.get();
    m_nodes.emplace(known->id, std::move(node));
    attach(*known, parent, name);
    ++find(parent)->children;
  }
  if (identity.known()) known->identity = identity;
  ++known->lookups;
  return *known;
}

void Nodes::collect(NodeId id) {
  for (auto* node = find(id); node && node->id != ROOT_NODE; node = find(id)) {
    if (node->lookups != 0 || node->children != 0 || !node->handles.empty()) return;
    id = node->parent;
    detach(*node);
    m_nodes.erase(node->id);
    if (auto* parent = find(id)) --parent->children;
  }
}

void Nodes::forget(NodeId id, uint64_t lookups) {
  auto* node = find(id);
  if (!node) return;
  node->lookups -= std::min(node->lookups, lookups);
  collect(id);
}

void Nodes::removed(NodeId parent, const std::string& name) {
  if (auto* node = child(parent, name)) detach(*node);
}

void Nodes::renamed(NodeId parent, const std::string& name, NodeId newParent, const std::string& newName) {
  if (auto* replaced = child(newParent, newName)) detach(*replaced);
  auto* node = child(parent, name);
  if (!node) return;
  detach(*node);
  attach(*node, newParent, newName);
  if (parent == newParent) return;
  ++find(newParent)->children;
  --find(parent)->children;
  collect(parent);
}

void Nodes::exchanged(NodeId parent, const std::string& name, NodeId otherParent, const std::string& otherName) {
  auto *one = child(parent, name), *other = child(otherParent, otherName);
  if (one) detach(*one);
  if (other) detach(*other);
  if (one) attach(*one, otherParent, otherName);
  if (other) attach(*other, parent, name);
  if (parent == otherParent) return;
  if (one) ++find(otherParent)->children, --find(parent)->children;
  if (other) ++find(parent)->children, --find(otherParent)->children;
}

Node* Nodes::at(std::string_view path) {
  auto* node = find(ROOT_NODE);
  for (size_t start = 1; node && start < path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    node = child(node->id, std::string(path.substr(start, end - start)));
    start = end + 1;
  }
  return node;
}

std::string Nodes::pathOf(const Node& node) const {
  if (node.id == ROOT_NODE) return "/";
  std::vector<std::string_view> parts;
  size_t length = 0;
  for (auto* at = &node; at->id != ROOT_NODE;) {
    parts.push_back(at->name);
    length += at->name.size() + 1;
    auto parent = m_nodes.find(at->parent);
    if (parent == m_nodes.end()) break;
    at = parent->second.get();
  }
  std::string path;
  path.reserve(length);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) path.append("/").append(*part);
  return path;
}

void Nodes::letGo(Handle& handle) {
  auto* node = find(handle.node);
  if (!node) return;
  std::erase(node->handles, &handle);
  collect(node->id);
}

}  // namespace latchkey::files
