// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One version of one app on its way from a repository: its digest list, its signature, and the contents of its files by
// their digests, of which only those chunks travel that are not here already.
//
// What has come lies in one file beside what is known of the repository, chunk after chunk, each with its digest. It is
// only ever appended to. Whoever was killed goes on where it stopped: all of it is compared with its digests first, and
// cut off where it does not hold. Whoever is given a file's content gets bytes of that very digest or a problem.

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <variant>

#include "launcher/repository/chunk-list.h"
#include "launcher/repository/follower.h"

namespace latchkey::repository {

// A chunk that has to come, and the file that it is one of, if that one comes whole and in its order.
struct Part {
  const Chunk* chunk = nullptr;
  const Content* of = nullptr;
  bool last = false;  // Of that file.
};

class Delivery {
public:
  // Fetches what describes it. Refused are: an offer of a signer that was revoked; a list that this signer did not
  // sign, or of another app or version than the catalog says; chunks that are not those of the list. `alone` is called
  // before anything is fetched: from then on, as long as this lives, nobody else has a delivery of this app.
  static std::variant<Delivery, Problem> open(const Follower& follower, const Offer& offer, const Reach& reach,
                                              const Fetcher::GoOn& goOn = {}, const std::function<void()>& alone = {});
  ~Delivery();
  Delivery(Delivery&&) noexcept;
  KJ_DISALLOW_COPY(Delivery);

  // Bytes as in a bundle.
  const std::string& list() const { return m_list; }
  const std::string& signature() const { return m_signature; }
  const PublicKey& signer() const { return m_offer.signer; }
  const std::vector<Content>& contents() const { return m_contents; }

  // Contents that are here already, by digest: nobody will ask for them.
  using Has = std::function<bool(const std::string& digest)>;
  // An open file with that content, or none.
  using Find = std::function<kj::AutoCloseFd(const std::string& digest)>;

  // Which chunks are needed. Before fetch().
  void plan(const Has& has);
  // Takes what it can from the contents of another version, cut as they would be for a repository.
  void seed(std::string_view otherList, const Find& find);

  struct Need {
    uint64_t bytes = 0;  // That will travel.
    uint64_t whole = 0;  // Of all chunks that are needed, packed, whether here already or not.
    size_t chunks = 0;   // That will travel.
    size_t pieces = 0;   // In so many requests.
  };
  Need need() const;

  // `done` of `whole` as in Need; false: give up. What came until then is not lost.
  using Progress = std::function<bool(uint64_t done, uint64_t whole)>;
  std::optional<Problem> fetch(const Follower& follower, const Reach& reach, const Progress& progress = {});

  // Writes the content into a file, from where it stands. It is of this digest if there is no problem. May be called by
  // several threads at once.
  std::optional<Problem> write(const std::string& digest, int file) const;

  // All of it is where it should be: what was fetched is thrown away.
  void finish();

private:
  Delivery(Offer offer, std::string path) : m_offer(std::move(offer)), m_path(std::move(path)) {}
  std::optional<Problem> describe(const Follower& follower, const Reach& reach, const Fetcher::GoOn& goOn);
  std::optional<Problem> openPartial();
  void readPartial();
  void keep(const std::string& digest, std::string_view bytes);
  bool isHere(const std::string& digest) const { return m_here.contains(digest); }
  // What is missing, as pieces, and what is in each.
  struct Order {
    std::vector<Piece> pieces;
    std::vector<std::vector<Part>> parts;
  };
  Order order() const;
  std::optional<Problem> fetchFrom(const std::string& location, const Order& missing, const Reach& reach,
                                   uint64_t& done, const std::function<bool()>& tell);
  void markWhole(std::vector<Part>& parts) const;
  uint64_t packedHere() const;

  struct Place {
    uint64_t at = 0;
    uint32_t size = 0;
  };

  Offer m_offer;
  std::string m_path;  // Of the partial file.
  kj::AutoCloseFd m_partial;
  uint64_t m_end = 0;
  std::string m_list, m_signature;
  ChunkList m_chunks;
  std::vector<Content> m_contents;
  std::unordered_map<std::string, size_t> m_numbers;  // Of each content by its digest.
  std::vector<uint64_t> m_starts;                     // Of each content, counted over all streams;
  std::vector<uint64_t> m_ends;                       // and of each chunk the end.
  std::unordered_set<std::string> m_needed;           // Chunks.
  std::unordered_map<std::string, Place> m_here;
  std::unordered_set<std::string> m_digested;  // Contents of which all chunks were here at once, and right together.
};

}  // namespace latchkey::repository
