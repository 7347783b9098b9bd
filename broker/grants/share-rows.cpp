// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/share-rows.h"

#include <algorithm>
#include <cstring>

#include "broker/base/text.h"
#include "broker/grants/sqlite.h"

namespace latchkey::sqlite {
namespace {

constexpr char BETWEEN = '\n';  // No name has one.

uint8_t small(Statement& row) { return static_cast<uint8_t>(std::clamp<int64_t>(row.integer(), 0, UINT8_MAX)); }
uint64_t count(Statement& row) { return static_cast<uint64_t>(std::max<int64_t>(row.integer(), 0)); }
int64_t stored(uint64_t count) { return static_cast<int64_t>(std::min<uint64_t>(count, INT64_MAX)); }

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += name + BETWEEN;
  return text;
}

std::vector<std::string> taken(const std::string& text) {
  std::vector<std::string> names;
  for (size_t at = 0; at < text.size();) {
    auto end = std::min(text.find(BETWEEN, at), text.size());
    names.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

Offer offerAt(Statement& row) {
  Offer offer{.id = row.string(), .machine = row.string(), .theirs = row.string()};
  offer.kind = static_cast<Kind>(small(row));
  offer.title = row.string();
  offer.access = static_cast<Access>(small(row));
  offer.until = fromNanos(row.integer());
  offer.limits.uses = count(row);
  offer.limits.bytes = count(row);
  offer.limits.bytesPerSecond = count(row);
  offer.mayPassOn = row.integer() != 0;
  offer.chain = taken(row.string());
  offer.service = row.string();
  offer.since = fromNanos(row.integer());
  offer.state = static_cast<Offer::State>(small(row));
  offer.why = static_cast<Offer::Why>(small(row));
  offer.suspended = row.integer() != 0;
  offer.over = fromNanos(row.integer());
  offer.grant = GrantId(row.string());
  offer.token = row.string();
  return offer;
}

}  // namespace

void writeShares(Database& db, const Changes& changes) {
  for (const auto& share : changes.shares) {
    Statement put(db.handle(),
                  "INSERT OR REPLACE INTO shares (grant_id, pass_on, taken, token, wish) VALUES (?,?,?,?,?)");
    put.text(share.grant.text()).bind(share.mayPassOn ? 1 : 0).bind(share.taken ? 1 : 0);
    put.blob({reinterpret_cast<const char*>(share.token.data()), share.token.size()}).text(share.wish).run();
  }
  for (const auto& id : changes.purged) {
    Statement(db.handle(), "DELETE FROM shares WHERE grant_id = ?").text(id.text()).run();
  }
  for (const auto& id : changes.goneOffers) {
    Statement(db.handle(), "DELETE FROM offers WHERE id = ?").text(id).run();
  }
  for (const auto& offer : changes.offers) {
    Statement put(db.handle(),
                  "INSERT OR REPLACE INTO offers (id, machine, theirs, kind, title, access, until, uses, bytes, rate,"
                  " pass_on, chain, service, since, state, why, suspended, over, grant_id, token)"
                  " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    put.text(offer.id).text(offer.machine).text(offer.theirs).bind(static_cast<int64_t>(offer.kind)).text(offer.title);
    put.bind(static_cast<int64_t>(offer.access)).bind(toNanos(offer.until)).bind(stored(offer.limits.uses));
    put.bind(stored(offer.limits.bytes)).bind(stored(offer.limits.bytesPerSecond)).bind(offer.mayPassOn ? 1 : 0);
    put.text(joined(offer.chain)).text(offer.service).bind(toNanos(offer.since));
    put.bind(static_cast<int64_t>(offer.state)).bind(static_cast<int64_t>(offer.why)).bind(offer.suspended ? 1 : 0);
    put.bind(toNanos(offer.over)).text(offer.grant.text()).blob(offer.token).run();
  }
}

void readShares(Database& db, Contents& contents, std::vector<std::string>& refused) {
  Statement row(db.handle(), "SELECT grant_id, pass_on, taken, token, wish FROM shares");
  while (row.step()) {
    Share share{.grant = GrantId(row.string())};
    share.mayPassOn = row.integer() != 0;
    share.taken = row.integer() != 0;
    auto token = row.string();
    if (token.size() != share.token.size()) {
      refused.push_back("refused what is shared by the stored grant " + brief(share.grant.text(), 60));
      continue;
    }
    memcpy(share.token.data(), token.data(), token.size());
    share.wish = row.string();
    contents.shares.push_back(share);
  }
  Statement offers(db.handle(),
                   "SELECT id, machine, theirs, kind, title, access, until, uses, bytes, rate, pass_on, chain, service,"
                   " since, state, why, suspended, over, grant_id, token FROM offers");
  while (offers.step()) {
    auto offer = offerAt(offers);
    auto fault = faultOf(offer);
    if (fault.empty()) contents.offers.push_back(std::move(offer));
    else refused.push_back("refused a stored offer: " + fault);
  }
}

}  // namespace latchkey::sqlite
