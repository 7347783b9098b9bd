// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Texts of which there is one way to write each (packaging/REPOSITORY.md): lines ended by a line feed, parts of a line
// separated by a tab. Whoever reads one takes it apart leniently, writes what it understood, and refuses what was not
// that - so no reader understands something else than another.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/bundle/minisign.h"

namespace latchkey::repository {

struct Problem {
  enum class Kind {
    Refused,  // Somebody says what must not be believed, or what makes no sense.
    Offline,  // Nobody answers.
    Local,    // This machine cannot: disk, programs, clock.
    Stopped,  // Whoever asked gave up.
  };
  std::string reason = {};  // One line, fit to be shown.
  Kind kind = Kind::Refused;
};

// Takes lines off the front.
class Lines {
public:
  explicit Lines(std::string_view text) : m_rest(text) {}
  bool any() const { return !m_rest.empty(); }
  // The parts of the next line if it begins with `word` and has so many parts, that among them. Else nothing, and the
  // line stays.
  std::optional<std::vector<std::string_view>> next(std::string_view word, size_t parts);

private:
  std::string_view m_rest;
};

// A text of ours, zstd-packed where that makes it smaller, under the name of its digest.
struct Blob {
  static constexpr uint64_t MAX_SIZE = 48 << 20;

  std::string digest = {};  // Of the text.
  uint64_t size = 0;
  uint64_t packed = 0;  // Bytes in the repository; as many as `size`: not packed.

  // "SIZE PACKED DIGEST", from the part `at` on.
  static std::optional<Blob> of(const std::vector<std::string_view>& parts, size_t at);
  std::string text() const;
  std::string path() const { return "blobs/" + digest; }
  bool operator==(const Blob&) const = default;
};

// A text, an empty line, and the text of a .minisig file.
struct SignedText {
  std::string_view text;
  std::string_view signature;
  static std::optional<SignedText> of(std::string_view file);
  bool isOf(const PublicKey& key) const;
};

std::string signedText(std::string_view text, const SecretKey& key);

// a-z, 0-9, '-'; at most 32.
bool isChannel(std::string_view text);
// Where a repository lies: an absolute path; https://; http:// of this machine itself. No user, question or fragment.
bool isLocation(std::string_view text);

}  // namespace latchkey::repository
