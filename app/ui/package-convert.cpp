// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/convert.h"
#include "broker/schema/packages.capnp.h"
#include "launcher/desktop/desktop-places.h"
#include "launcher/desktop/in-language.h"

namespace latchkey::ui {
namespace {

using parts::id;
using parts::text;

static_assert(int(ClaimChange::State::Gone) == int(schema::ClaimChange::State::GONE));
static_assert(int(PackageSheet::Trust::Changed) == int(schema::Trust::CHANGED));
static_assert(int(PackageSheet::Step::Older) == int(schema::Sheet::Step::OLDER));
static_assert(int(InstallResult::Kind::Present) == int(schema::InstallOutcome::Result::PRESENT));

template <typename List, typename Get>
QString inOwnLanguage(const List& list, Get get, capnp::Text::Reader otherwise,
                      QString (*shown)(capnp::Text::Reader) = text) {
  auto words = inLanguage(list, DesktopPlaces::fromEnvironment().locale, get, otherwise);
  return shown(capnp::Text::Reader(words.c_str(), words.size()));
}

PackageClaim claimOf(schema::BundleReport::Claim::Reader reader) {
  auto reason = inOwnLanguage(reader.getReasons(), [](auto one) { return one.getText(); }, reader.getReason());
  return {text(reader.getKind()), text(reader.getTarget()), reader.getAccess() == "write", reason};
}

PackageText textOf(schema::BundleReport::Reader reader) {
  auto own = [&](auto get, capnp::Text::Reader otherwise, QString (*shown)(capnp::Text::Reader) = text) {
    return inOwnLanguage(reader.getTranslations(), get, otherwise, shown);
  };
  return {.id = id(reader.getId()),
          .version = text(reader.getVersion()),
          .name = own([](auto one) { return one.getName(); }, reader.getName()),
          .summary = own([](auto one) { return one.getSummary(); }, reader.getSummary()),
          .changes = own([](auto one) { return one.getChanges(); }, reader.getChanges(), parts::paragraphs),
          .description = own([](auto one) { return one.getDescription(); }, reader.getDescription(), parts::paragraphs),
          .licence = text(reader.getLicence()),
          .isRuntime = reader.getIsRuntime()};
}

PackageSigner signerOf(schema::Signer::Reader reader) {
  PackageSigner signer{text(reader.getId()), {}};
  for (auto app : reader.getSigns()) signer.signs << text(app);
  return signer;
}

// What a newer program calls otherwise is taken for the worst of it.
template <typename Record, typename Schema>
Record known(Schema value, Record last, Record otherwise) {
  return int(value) <= int(last) ? Record(int(value)) : otherwise;
}

}  // namespace

ClaimChange fromSchema(schema::ClaimChange::Reader reader) {
  using State = ClaimChange::State;
  ClaimChange change{known(reader.getState(), State::Gone, State::New), claimOf(reader.getClaim()),
                     claimOf(reader.getBefore())};
  if (change.state == State::Gone) change.claim = change.before;
  return change;
}

PackageSheet fromSchema(schema::Sheet::Reader reader) {
  using Trust = PackageSheet::Trust;
  using Step = PackageSheet::Step;
  PackageSheet sheet{.text = textOf(reader.getReport()),
                     .signer = signerOf(reader.getSigner()),
                     .before = signerOf(reader.getBefore()),
                     .trust = known(reader.getTrust(), Trust::Changed, Trust::Changed),
                     .step = known(reader.getStep(), Step::Older, Step::Older),
                     .installed = text(reader.getInstalled()),
                     .claims = listFromSchema(reader.getClaims()),
                     .bytes = reader.getBytes(),
                     .newBytes = reader.getNewBytes(),
                     .travels = reader.getTravels(),
                     .refusal = text(reader.getRefusal())};
  // That has none: whoever says otherwise is not followed.
  if (reader.hasRuntime() && !reader.getRuntime().hasRuntime()) sheet.runtime = {fromSchema(reader.getRuntime())};
  return sheet;
}

InstallResult fromSchema(schema::InstallOutcome::Reader reader) {
  using Kind = InstallResult::Kind;
  return {known(reader.getResult(), Kind::Present, Kind::Pending), text(reader.getVersion())};
}

Package fromSchema(schema::Package::Reader reader) {
  Package package{.text = textOf(reader.getReport()),
                  .installed = reader.getVersion().size() > 0,
                  .origin = text(reader.getOrigin()),
                  .automatic = reader.getAutomatic(),
                  .previous = text(reader.getPrevious()),
                  .pending = id(reader.getPending().getVersion()),
                  .pendingText = textOf(reader.getPending().getReport()),
                  .pendingClaims = listFromSchema(reader.getPending().getClaims())};
  package.text.id = id(reader.getId());
  package.text.version = text(reader.getVersion());
  if (package.text.name.isEmpty()) package.text.name = package.text.id;
  return package;
}

QString PackageOffer::origin() const {
  return channel == QStringLiteral("stable") ? repository : QStringLiteral("%1, %2").arg(repository, channel);
}

PackageOffer fromSchema(schema::PackageOffer::Reader reader) {
  auto own = [&](auto get, capnp::Text::Reader otherwise) {
    return inOwnLanguage(reader.getTranslations(), get, otherwise);
  };
  PackageOffer offer{.followed = id(reader.getFollowed()),
                     .repository = text(reader.getRepository()),
                     .channel = id(reader.getChannel()),
                     .text = {.id = id(reader.getId()),
                              .version = text(reader.getVersion()),
                              .name = own([](auto one) { return one.getName(); }, reader.getName()),
                              .summary = own([](auto one) { return one.getSummary(); }, reader.getSummary())},
                     .signer = signerOf(reader.getSigner()),
                     .bytes = reader.getBytes()};
  if (offer.text.name.isEmpty()) offer.text.name = text(reader.getId());
  return offer;
}

PackageUpdate fromSchema(schema::PackageUpdate::Reader reader) {
  return {fromSchema(reader.getOffer()), text(reader.getInstalled()), reader.getWaits()};
}

FollowedRepository fromSchema(schema::Repository::Reader reader) {
  return {.followed = id(reader.getFollowed()),
          .id = text(reader.getId()),
          .location = text(reader.getLocation()),
          .key = text(reader.getKey().getKey()),
          .keyId = text(reader.getKey().getId()),
          .apps = int(reader.getApps()),
          .expires = reader.getExpires(),
          .reached = reader.getReached(),
          .asked = reader.getAsked(),
          .problem = text(reader.getProblem()),
          .trouble = text(reader.getTrouble())};
}

}  // namespace latchkey::ui
