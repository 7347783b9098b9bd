// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a repository offers: one entry for each app and channel, with all that a search needs.

#include <variant>

#include "launcher/repository/texts.h"

namespace latchkey::repository {

constexpr const char* STABLE = "stable";

struct Offer {
  bool isRuntime = false;  // No app: others run on it.
  std::string id = {};
  std::string channel = STABLE;
  std::string version = {};
  uint64_t bytes = 0;  // Of all its files, unpacked.
  PublicKey signer = {};
  Blob list = {}, signature = {}, chunks = {};
  // The author's words, clean, and nothing else is to be thought of them.
  std::string name = {}, summary = {};
  struct Words {
    std::string language = {}, name = {}, summary = {};
    bool operator==(const Words&) const = default;
  };
  std::vector<Words> translations = {};  // By language.
  bool operator==(const Offer&) const = default;

  std::string text() const;
};

struct Catalog {
  static constexpr size_t MAX_OFFERS = 20'000;
  static constexpr uint64_t MAX_SIZE = 32 << 20;

  std::string repository = {};
  std::vector<Offer> offers = {};  // By id, then channel.

  static std::variant<Catalog, Problem> parse(std::string_view text);
  std::string text() const;
  const Offer* find(std::string_view id, std::string_view channel = STABLE) const;
  // Of apps, those that have each of the words somewhere in id, names or summaries, whatever the case of ASCII letters.
  std::vector<const Offer*> search(const std::vector<std::string>& words) const;
  // In its place, or in the place of what it replaces.
  void put(Offer offer);
};

}  // namespace latchkey::repository
