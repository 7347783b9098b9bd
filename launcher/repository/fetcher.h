// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bytes of a repository, from a folder or over HTTPS. Nothing here knows what they mean or believes any of them.
//
// HTTP is spoken by curl, a few processes of it side by side, each in a sandbox (launcher/confined) that has the
// network and nothing else: no home, no file, no session, no local socket. What to get comes in by one descriptor, what
// was got goes out by another, and is counted here: no server makes us take more than was asked for, or wait for long.
//
// Blocking. The thread that calls must live as long as the call.

#include <kj/common.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/repository/texts.h"

namespace latchkey::repository {

struct Piece {
  enum class Kind {
    Range,  // So many bytes of a file, from `at`.
    File,   // A file of exactly that size.
    UpTo,   // A file of that size at most. Alone only.
  };
  std::string path = {};  // Below the location.
  uint64_t at = 0;
  uint64_t size = 0;
  Kind kind = Kind::Range;
};

struct FetchSettings {
  unsigned parallel = 4;    // Connections.
  unsigned slowest = 2048;  // Bytes a second; whoever is slower for `patience` seconds is given up.
  unsigned patience = 20;
  std::string certificates = {};  // A file of roots in place of the system's; for tests.
  std::string curl = "/usr/bin/curl";
};

class Fetcher {
public:
  // Bytes of piece `index` in their order; pieces in any. False: what came is not what was meant, and this location is
  // given up.
  using Take = std::function<bool(size_t index, std::string_view bytes)>;
  // Called now and then while waiting; false: whoever asked gives up.
  using GoOn = std::function<bool()>;

  explicit Fetcher(FetchSettings settings = {});
  ~Fetcher();
  Fetcher(Fetcher&&) noexcept;
  Fetcher& operator=(Fetcher&&) noexcept;
  KJ_DISALLOW_COPY(Fetcher);

  // So many curls are there, or about to be, when something is fetched from this location next: starting one takes as
  // long as a small file takes to come. They wait as long as this lives, and so must the thread that calls.
  void prepare(const std::string& location, unsigned count) const;
  // Nothing if all of it came.
  std::optional<Problem> fetch(const std::string& location, std::span<const Piece> pieces, const Take& take,
                               const GoOn& goOn = {}) const;
  // Bytes that came from anywhere so far, and requests: for whoever wants to know what something cost.
  uint64_t received() const { return m_received; }
  uint64_t requests() const { return m_requests; }

private:
  class Curl;
  class Worker;
  std::unique_ptr<Curl> takeCurl() const;
  std::optional<Problem> read(const std::string& folder, std::span<const Piece> pieces, const Take& take,
                              const GoOn& goOn) const;
  std::optional<Problem> download(const std::string& url, std::span<const Piece> pieces, const Take& take,
                                  const GoOn& goOn) const;

  FetchSettings m_settings;
  mutable std::vector<std::unique_ptr<Curl>> m_waiting;
  mutable uint64_t m_received = 0, m_requests = 0;
};

}  // namespace latchkey::repository
