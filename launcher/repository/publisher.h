// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A repository as its publisher has it: a folder of files that any web server, or a USB stick, can carry.
//
// Everything but `head` and `keys` is named by the digest of what is in it and never changes; the head is renamed into
// place last. So whoever reads meanwhile sees the old repository or the new one. No secret lies in the folder, and
// nothing in it is believed without the signature of the key at hand.
//
// Throws one sentence where something cannot be done.

#include <string>
#include <variant>

#include "launcher/repository/catalog.h"
#include "launcher/repository/chunk-list.h"
#include "launcher/repository/head.h"
#include "launcher/repository/key-chain.h"
#include "launcher/repository/packer.h"

namespace latchkey::repository {

class Publisher {
public:
  // A new one, empty. `next`: the key that will come after `key`, whose secret part is kept somewhere else.
  static void create(const std::string& folder, const std::string& id, const SecretKey& key, const PublicKey& next,
                     WallTime now, Duration lifetime);
  // Its head has to be signed by the newest of its keys. One publisher at a time.
  explicit Publisher(std::string folder, Packer& packer);

  const Head& head() const { return m_head; }
  const Catalog& catalog() const { return m_catalog; }
  const PublicKey& key() const { return m_chain.links.back().key; }

  // One version, from an open folder in which it lies unpacked, checked by whoever unpacked it. `words`: id, channel,
  // version, size, names. Contents that an earlier version had are not stored again.
  void add(Offer words, std::string_view list, std::string_view signature, const PublicKey& signer, int files);
  bool remove(std::string_view id, std::string_view channel);
  void revoke(const PublicKey& signer);
  void setMirrors(std::vector<std::string> mirrors);

  // From here on it is what everybody sees. `key`: the newest of its keys.
  void publish(const SecretKey& key, WallTime now, Duration lifetime);
  // Another key signs from now on: the one that was announced. `next`: the one after that.
  void rotate(const SecretKey& old, const SecretKey& fresh, const PublicKey& next, WallTime now, Duration lifetime);
  // Removes what the published state does not need, unless it is younger than `age`: somebody may be fetching it.
  // Answers how many bytes.
  uint64_t prune(Duration age, WallTime now);

private:
  Blob store(std::string_view bytes);
  // The text of a blob that lies here, compared with its digest.
  std::string textOf(const Blob& blob) const;
  ChunkList chunkListOf(const Offer& offer) const;
  // Where each chunk lies that the catalog knows.
  struct Known {
    std::string pack;
    uint64_t at = 0;
    uint32_t packed = 0;
  };
  class Packs;

  std::string m_folder;
  Packer& m_packer;
  kj::AutoCloseFd m_root;  // Locked.
  KeyChain m_chain;
  std::string m_keys;  // As they stand in the file.
  Head m_head;
  Catalog m_catalog;
};

}  // namespace latchkey::repository
