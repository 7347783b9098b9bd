// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <QLocale>

#include "app/ui/convert.h"
#include "broker/schema/packages.capnp.h"

namespace latchkey::ui {
namespace {

using parts::id;
using parts::text;

static_assert(int(ClaimChange::State::Gone) == int(schema::ClaimChange::State::GONE));
static_assert(int(PackageSheet::Trust::Changed) == int(schema::Trust::CHANGED));
static_assert(int(PackageSheet::Step::Older) == int(schema::Sheet::Step::OLDER));
static_assert(int(InstallResult::Kind::Present) == int(schema::InstallOutcome::Result::PRESENT));

// Of the entries by language the one that fits best; null if there is none.
template <typename List>
auto inOwnLanguage(const List& list) -> decltype(list.begin()) {
  auto own = QLocale().name();
  auto best = list.end();
  for (auto one = list.begin(); one != list.end(); ++one) {
    auto language = text((*one).getLanguage());
    if (language == own) return one;
    if (language == own.section(u'_', 0, 0)) best = one;
  }
  return best;
}

PackageClaim claimOf(schema::BundleReport::Claim::Reader reader) {
  PackageClaim claim{text(reader.getKind()), text(reader.getTarget()), reader.getAccess() == "write",
                     text(reader.getReason())};
  auto reasons = reader.getReasons();
  if (auto own = inOwnLanguage(reasons); own != reasons.end()) claim.reason = text((*own).getText());
  return claim;
}

PackageText textOf(schema::BundleReport::Reader reader) {
  PackageText words{id(reader.getId()), text(reader.getVersion()), text(reader.getName()), text(reader.getSummary()),
                    text(reader.getChanges())};
  auto translations = reader.getTranslations();
  auto own = inOwnLanguage(translations);
  if (own == translations.end()) return words;
  auto use = [](QString& to, const QString& from) {
    if (!from.isEmpty()) to = from;
  };
  use(words.name, text((*own).getName()));
  use(words.summary, text((*own).getSummary()));
  use(words.changes, text((*own).getChanges()));
  return words;
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
  return {.text = textOf(reader.getReport()),
          .signer = signerOf(reader.getSigner()),
          .before = signerOf(reader.getBefore()),
          .trust = known(reader.getTrust(), Trust::Changed, Trust::Changed),
          .step = known(reader.getStep(), Step::Older, Step::Older),
          .installed = text(reader.getInstalled()),
          .claims = listFromSchema(reader.getClaims()),
          .asksMore = reader.getAsksMore(),
          .bytes = reader.getBytes(),
          .newBytes = reader.getNewBytes(),
          .free = reader.getFree(),
          .refusal = text(reader.getRefusal())};
}

InstallResult fromSchema(schema::InstallOutcome::Reader reader) {
  using Kind = InstallResult::Kind;
  return {known(reader.getResult(), Kind::Present, Kind::Pending), text(reader.getVersion())};
}

Package fromSchema(schema::Package::Reader reader) {
  Package package{.text = textOf(reader.getReport()),
                  .installed = reader.getVersion().size() > 0,
                  .previous = text(reader.getPrevious()),
                  .pending = id(reader.getPending().getVersion()),
                  .pendingText = textOf(reader.getPending().getReport()),
                  .pendingClaims = listFromSchema(reader.getPending().getClaims()),
                  .trouble = text(reader.getTrouble())};
  package.text.id = id(reader.getId());
  package.text.version = text(reader.getVersion());
  if (package.text.name.isEmpty()) package.text.name = package.text.id;
  return package;
}

}  // namespace latchkey::ui
