// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/bounds.h"

#include <capnp/schema.h>
#include <kj/debug.h>

#include <algorithm>
#include <string>

#include "broker/base/text.h"

namespace latchkey::peer {
namespace {

constexpr size_t NAME = 64, FEATURE = 40, OFFER = 64, TITLE = 200, SERVICE = 64, TARGET = 1024, CLAIM = 1024, APP = 255;
constexpr unsigned MOST_FEATURES = 64, LONGEST_CHAIN = 16;

std::string text(capnp::Text::Reader from, size_t most, From whose) {
  KJ_REQUIRE(from.size() <= most, "too much text", from.size(), most);
  std::string_view plain(from.begin(), from.size());
  return whose == From::THEM ? escaped(plain) : std::string(plain);
}

kj::StringPtr view(const std::string& text) { return {text.c_str(), text.size()}; }

template <typename Enum>
Enum known(Enum value) {
  KJ_REQUIRE(static_cast<unsigned>(value) < capnp::Schema::from<Enum>().getEnumerants().size(), "not known here");
  return value;
}

void copyTexts(capnp::List<capnp::Text>::Reader from, capnp::List<capnp::Text>::Builder to, size_t most, From whose) {
  for (unsigned i = 0; i < from.size(); ++i) to.set(i, view(text(from[i], most, whose)));
}

}  // namespace

void copyHello(schema::Hello::Reader from, schema::Hello::Builder to, From whose) {
  auto features = from.getFeatures();
  KJ_REQUIRE(features.size() <= MOST_FEATURES, "too many features");
  to.setVersion(from.getVersion());
  to.setEpoch(from.getEpoch());
  to.setPort(from.getPort());
  to.setName(view(text(from.getName(), NAME, whose)));
  copyTexts(features, to.initFeatures(features.size()), FEATURE, whose);
}

void copyOffer(schema::Offer::Reader from, schema::Offer::Builder to, From whose) {
  auto chain = from.getChain();
  KJ_REQUIRE(chain.size() <= LONGEST_CHAIN, "too long a chain");
  to.setId(checkedOffer(from.getId()));
  to.setKind(known(from.getKind()));
  to.setTitle(view(text(from.getTitle(), TITLE, whose)));
  to.setAccess(known(from.getAccess()));
  to.setUntil(from.getUntil());
  auto limits = from.getLimits();
  auto copied = to.initLimits();
  copied.setUses(limits.getUses());
  copied.setBytes(limits.getBytes());
  copied.setBytesPerSecond(limits.getBytesPerSecond());
  to.setMayPassOn(from.getMayPassOn());
  copyTexts(chain, to.initChain(chain.size()), TITLE, whose);
  to.setService(view(text(from.getService(), SERVICE, whose)));
  to.setUsed(from.getUsed());
  if (from.getAnswers().size() > 0) to.setAnswers(checkedOffer(from.getAnswers()));
  if (!from.hasRun()) return;
  auto run = from.getRun();
  auto told = to.initRun();
  told.setState(known(run.getState()));
  told.setCode(run.getCode());
  told.setNumber(run.getNumber());
  told.setSince(run.getSince());
}

void copyWish(schema::Wish::Reader from, schema::Wish::Builder to, From whose) {
  to.setKind(known(from.getKind()));
  to.setTarget(view(text(from.getTarget(), TARGET, whose)));
  to.setAccess(known(from.getAccess()));
  to.setClaim(view(text(from.getClaim(), CLAIM, whose)));
  to.setApp(view(text(from.getApp(), APP, whose)));
  if (from.getId().size() > 0) to.setId(checkedOffer(from.getId()));
  to.setSeconds(from.getSeconds());
  to.setAlways(from.getAlways());
}

void copyWithdrawal(schema::Withdrawal::Reader from, schema::Withdrawal::Builder to) {
  to.setOffer(checkedOffer(from.getOffer()));
  to.setWhy(known(from.getWhy()));
  to.setWhen(from.getWhen());
}

capnp::Text::Reader checkedOffer(capnp::Text::Reader id) {
  KJ_REQUIRE(id.size() > 0 && id.size() <= OFFER, "no offer's id");
  KJ_REQUIRE(std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }),
             "no offer's id");
  return id;
}

capnp::Data::Reader checkedToken(capnp::Data::Reader token) {
  KJ_REQUIRE(token.size() == TOKEN_SIZE, "no token");
  return token;
}

}  // namespace latchkey::peer
