// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/nodes.h"

#include <kj/debug.h>

#include <algorithm>
#include <bit>

#include "portals/files/rules.h"

namespace latchkey::files {

namespace {

constexpr uint32_t MOST_TURNS = 1U << 29;  // Ids stay below what virtual folders use for inode numbers.

uint32_t hashOf(NodeId parent, std::string_view name) {
  auto hash = std::hash<std::string_view>()(name) ^ (parent * 0x9e3779b97f4a7c15);
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

uint32_t numberOf(NodeId id) { return static_cast<uint32_t>(id); }

}  // namespace

Nodes::Nodes() : m_children(64) {
  auto& root = make();
  KJ_ASSERT(root.id == ROOT_NODE);
  root.lookups = 1;
  root.folder = true;
}

Node& Nodes::make() {
  if (m_withRoom.empty()) {
    m_withRoom.push_back(static_cast<uint32_t>(m_chunks.size()));
    m_chunks.emplace_back();
  }
  auto at = m_withRoom.back();
  auto& chunk = m_chunks[at];
  if (!chunk) chunk = std::make_unique<Chunk>();
  size_t word = 0;
  while (chunk->free[word] == 0) ++word;
  auto place = word * 64 + static_cast<size_t>(std::countr_zero(chunk->free[word]));
  chunk->free[word] &= chunk->free[word] - 1;
  if (++chunk->count == CHUNK) m_withRoom.pop_back();
  auto& node = chunk->nodes[place];
  node.id = (static_cast<NodeId>(m_turn) << 32) | (at * CHUNK + place + 1);
  m_turn = (m_turn + 1) % MOST_TURNS;
  ++m_count;
  return node;
}

void Nodes::drop(Node& node) {
  auto number = numberOf(node.id) - 1;
  auto place = number % CHUNK;
  auto& chunk = m_chunks[number / CHUNK];
  if (chunk->count == CHUNK) m_withRoom.push_back(static_cast<uint32_t>(number / CHUNK));
  chunk->free[place / 64] |= 1ULL << (place % 64);
  node = Node{};
  --m_count;
  if (--chunk->count == 0) chunk = nullptr;
}

Node* Nodes::find(NodeId id) {
  size_t place = numberOf(id) - 1;
  auto at = place / CHUNK;
  if (at >= m_chunks.size() || !m_chunks[at]) return nullptr;
  auto& node = m_chunks[at]->nodes[place % CHUNK];
  return node.id == id && id != 0 ? &node : nullptr;
}

size_t Nodes::placeOf(NodeId parent, std::string_view name, uint32_t hash) {
  auto mask = m_children.size() - 1;
  auto at = hash & mask;
  for (; m_children[at].number != 0; at = (at + 1) & mask) {
    if (m_children[at].hash != hash) continue;
    auto& node = nodeAt(m_children[at].number);
    if (node.parent == parent && node.name == name) break;
  }
  return at;
}

void Nodes::grow() {
  std::vector<Child> old(m_children.size() * 2);
  old.swap(m_children);
  auto mask = m_children.size() - 1;
  for (auto& child : old) {
    if (child.number == 0) continue;
    auto at = child.hash & mask;
    while (m_children[at].number != 0) at = (at + 1) & mask;
    m_children[at] = child;
  }
}

Node* Nodes::child(NodeId parent, std::string_view name) {
  auto number = m_children[placeOf(parent, name, hashOf(parent, name))].number;
  return number == 0 ? nullptr : &nodeAt(number);
}

void Nodes::attach(Node& node, NodeId parent, std::string_view name) {
  if ((m_named + 1) * 2 > m_children.size()) grow();
  node.parent = parent;
  node.name = std::string(name);  // A copy first: it may be its own.
  node.gone = false;
  auto hash = hashOf(parent, node.name);
  auto& place = m_children[placeOf(parent, node.name, hash)];
  if (place.number == 0) ++m_named;
  place = {numberOf(node.id), hash};
}

// No name leads to it any more. It keeps its place in its old folder for messages and for what lies below it.
void Nodes::detach(Node& node) {
  node.gone = true;
  if (node.folder) ++m_moves;
  auto mask = m_children.size() - 1;
  auto at = placeOf(node.parent, node.name, hashOf(node.parent, node.name));
  if (m_children[at].number != numberOf(node.id)) return;
  --m_named;
  // What came after it and belongs at or before its place moves up.
  for (auto next = at;;) {
    m_children[at] = {};
    Child child;
    for (;;) {
      next = (next + 1) & mask;
      child = m_children[next];
      if (child.number == 0) return;
      auto home = child.hash & mask;
      if (((next - home) & mask) >= ((next - at) & mask)) break;
    }
    m_children[at] = child;
    at = next;
  }
}

Node& Nodes::lookedUp(NodeId parent, std::string_view name, Identity identity) {
  auto* known = child(parent, name);
  if (known && identity.known() && known->identity.known() && known->identity != identity) {
    detach(*known);
    known = nullptr;
  }
  if (!known) {
    known = &make();
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
    drop(*node);
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
    node = child(node->id, path.substr(start, end - start));
    start = end + 1;
  }
  return node;
}

std::string Nodes::pathOf(const Node& node) {
  if (node.id == ROOT_NODE) return "/";
  size_t length = 0;
  for (auto* at = &node; at && at->id != ROOT_NODE; at = find(at->parent)) length += at->name.size() + 1;
  std::string path(length, '/');
  for (auto* at = &node; at && at->id != ROOT_NODE; at = find(at->parent)) {
    length -= at->name.size();
    at->name.copy(path.data() + length, at->name.size());
    --length;
  }
  return path;
}

void Nodes::letGo(Handle& handle) {
  auto* node = find(handle.node);
  if (!node) return;
  std::erase(node->handles, &handle);
  collect(node->id);
}

}  // namespace latchkey::files
