// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A repository somebody follows: what they were told to trust, what they have seen of it, and asking for what is new.
//
// Refused, and nothing changed by it: a head that is not signed by the key that is known or by one that follows it in
// the chain; that is older than one seen (rollback), or says something else under the same number; whose time is over
// (freeze); of another repository; a catalog that is not the one the head names (mix-and-match). What was seen is kept
// in one file that is replaced whole.

#include <optional>
#include <variant>

#include "launcher/repository/catalog.h"
#include "launcher/repository/fetcher.h"
#include "launcher/repository/head.h"
#include "launcher/repository/key-chain.h"
#include "launcher/repository/packer.h"

namespace latchkey::repository {

// The hands by which a repository is reached. Borrowed by whoever is given them.
struct Reach {
  const Fetcher& fetcher;
  Packer& packer;
  const Clock& clock;
};

// How it went when a repository was asked. Zero: it never was, as far as is known.
struct Contact {
  WallTime reached = {};     // When it answered last,
  WallTime asked = {};       // and when it was asked last.
  std::string problem = {};  // What was wrong then; empty: nothing.
};

class Follower {
public:
  // Begins to follow in an own folder that is made for it. `key`: any of the repository's, as its publisher told the
  // person. Nothing is left behind after a problem.
  static std::variant<Follower, Problem> follow(std::string folder, std::string location, const PublicKey& key,
                                                const Reach& reach);
  static std::variant<Follower, Problem> load(std::string folder);

  enum class News { Nothing, Changed };
  std::variant<News, Problem> refresh(const Reach& reach);
  // Of the last refresh, whoever asked for it.
  Contact contact() const;
  // Why what is known must not be used any more, by the clock; else nothing.
  std::optional<Problem> staleness(const Clock& clock) const;

  const std::string& folder() const { return m_folder; }
  const std::string& location() const { return m_location; }
  // Where it is looked for, in that order.
  std::vector<std::string> locations() const;
  const Head& head() const { return m_head; }
  const PublicKey& key() const { return m_key.key; }
  // As it was fetched last; refused if the file is not that any more.
  std::variant<Catalog, Problem> catalog() const;

private:
  Follower(std::string folder, std::string location) : m_folder(std::move(folder)), m_location(std::move(location)) {}
  std::variant<News, Problem> refreshFrom(const std::string& location, const Reach& reach);
  // The link of the key that is to have signed this head.
  std::variant<KeyLink, Problem> signerOf(const Head& head, const std::string& location, const Reach& reach) const;
  std::optional<Problem> objectionTo(const Head& head, const KeyLink& signer, const Clock& clock) const;
  std::optional<Problem> fetchCatalog(const Head& head, const std::string& location, const Reach& reach) const;
  std::string catalogPath(const Head& head) const { return m_folder + "/catalog-" + head.catalog.digest; }
  void save() const;
  void note(const std::optional<Problem>& problem, const Clock& clock) const;

  std::string m_folder, m_location;
  KeyLink m_key = {};
  bool m_seen = false;  // Whether there has been a head.
  Head m_head = {};
  std::string m_headFile = {};  // With its signature.
};

// The text of a blob, from the first location that has it; and what is wrong with each text is found out by `digest`.
std::variant<std::string, Problem> fetchBlob(const Blob& blob, const std::string& location, const Reach& reach);

}  // namespace latchkey::repository
