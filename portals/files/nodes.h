// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the kernel holds on to: its inode numbers and what they stand for.
//
// A node is a name in a folder, and once something was found there, the thing it was. Another thing under the same name
// is another node, so that what is open on the old one stays apart from it. Nodes hold no descriptors: a sandbox may
// know a million files and cost none. They lie in chunks, found by the number in their id, and each name is kept once:
// about 200 bytes in all, given back when the kernel forgets.
//
// Changed by the serving thread only, under the view's lock; read by it without, by others under the lock.

#include <kj/list.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "portals/files/grant.h"

namespace latchkey::files {

using NodeId = uint64_t;
constexpr NodeId ROOT_NODE = 1;

// Much written in one go: the disk gets the beginning while the rest is still coming, so that fsync does not wait for
// all of it. That makes up for the second copying, which writing by way of the portal costs.
class Stream {
public:
  struct Piece {
    off_t begin = 0, length = 0;
  };
  // What is to be sent off now, nothing for most calls.
  Piece add(off_t begin, off_t length) {
    if (begin != m_end) m_begin = begin;
    m_end = begin + length;
    Piece piece{m_begin, m_end - m_begin};
    if (piece.length < LEAST) return {};
    m_begin = m_end;
    return piece;
  }

private:
  static constexpr off_t LEAST = 2 << 20;
  off_t m_begin = 0, m_end = 0;
};

// How a handle is used, to be shown. Written by the serving thread, read by others at any time.
struct Use {
  std::atomic<pid_t> thread = 0;  // Who used it last, as numbered outside. 0: the kernel did not say.
  std::atomic<uint64_t> bytesRead = 0, bytesWritten = 0;
  std::atomic<int64_t> last = 0;  // Nanoseconds since boot.
  int64_t opened = 0;

  void by(pid_t user, const Clock& clock) {
    if (user > 0) thread.store(user, std::memory_order_relaxed);
    last.store(clock.elapsed().time_since_epoch().count(), std::memory_order_relaxed);
  }
};

struct Handle {
  uint64_t id = 0;
  NodeId node = 0;
  // Reading and writing: by Session::fileOf, which opens it first where that was put off.
  OpenFile fd;
  GrantRef grant;
  Need need = Need::Read;  // The most it was opened for.
  bool directory = false;
  bool append = false;
  bool direct = false;  // The kernel keeps nothing of it.
  Stream stream;
  uint64_t denials = 0;  // The view's turn of them at which this was last held against them.
  Use use;
  bool putOff = false;  // `fd` is O_PATH: the kernel has the pages and may never ask for any.
  // There is no `fd`: see resting.cpp.
  bool resting = false;
  bool used = false;          // Since it was last looked at for resting.
  kj::ListLink<Handle> link;  // Of those that may rest.
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
  bool gone = false;    // Removed or replaced: no name leads here any more.
  bool folder = false;  // Paths below it may be remembered.
  bool plain = false;   // No folder, as far as is known.
  // What the kernel was told to trust for long (keeping.cpp). Under the view's lock.
  bool trusted = false;      // Attributes.
  bool trustedName = false;  // That it is what its name leads to.
  bool listed = false;       // Of a folder: its list of names.
  enum class Watch : uint8_t { Untried, Yes, No };
  Watch watch = Watch::Untried;
  uint32_t changes = 0;  // Of a folder: heard of so far.
  Stamp stamp;
  GrantRef grant;  // The one that served it last.
  std::vector<Handle*> handles;
};

class Nodes {
public:
  Nodes();

  Node* find(NodeId id);
  Node* child(NodeId parent, std::string_view name);
  // The node of this name and thing; a new one if the name stood for another thing before. Counts one look-up.
  Node& lookedUp(NodeId parent, std::string_view name, Identity identity);
  void forget(NodeId id, uint64_t lookups);
  void removed(NodeId parent, const std::string& name);
  void renamed(NodeId parent, const std::string& name, NodeId newParent, const std::string& newName);
  void exchanged(NodeId parent, const std::string& name, NodeId otherParent, const std::string& otherName);
  // The node a path leads to, if the kernel knows it.
  Node* at(std::string_view path);
  std::string pathOf(const Node& node);
  void letGo(Handle& handle);

  // A part of all nodes, so that nobody holds the lock for long: from 0 on, as long as it is below `parts`.
  template <typename Visit>
  void eachIn(size_t part, Visit visit) {
    if (part >= m_chunks.size() || !m_chunks[part]) return;
    for (auto& node : m_chunks[part]->nodes) {
      if (node.id != 0) visit(node);
    }
  }
  size_t parts() const { return m_chunks.size(); }
  // Rises when a folder or one above it, marked by `folder`, gets another path.
  uint64_t moves() const { return m_moves; }
  size_t count() const { return m_count; }

private:
  static constexpr size_t CHUNK = 256;
  struct Chunk {
    Node nodes[CHUNK];
    uint64_t free[CHUNK / 64] = {~0ULL, ~0ULL, ~0ULL, ~0ULL};
    uint32_t count = 0;
  };

  Node& make();
  void drop(Node& node);
  // The place of a child in `m_children`, or the empty one where it would be.
  size_t placeOf(NodeId parent, std::string_view name, uint32_t hash);
  Node& nodeAt(uint32_t number) { return m_chunks[(number - 1) / CHUNK]->nodes[(number - 1) % CHUNK]; }
  void grow();
  void attach(Node& node, NodeId parent, std::string_view name);
  void detach(Node& node);
  void collect(NodeId id);

  // An id is the number of a node's place, counted from 1, and above it one that makes it new each time.
  uint32_t m_turn = 0;
  size_t m_count = 0, m_named = 0;
  uint64_t m_moves = 0;
  std::vector<std::unique_ptr<Chunk>> m_chunks;
  std::vector<uint32_t> m_withRoom;  // Chunks that are not full.
  // By hash, at the next free place after it. The hash is here too: the nodes lie all over the memory, and only the one
  // that is looked for is worth going to.
  struct Child {
    uint32_t number = 0;  // Of its place, 0: none.
    uint32_t hash = 0;
  };
  std::vector<Child> m_children;
};

}  // namespace latchkey::files
